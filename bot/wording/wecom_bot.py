"""The words of a WeCom AI bot itself: short, polite, and naming the next step."""

WORKING = "正在查找……"
LATER = "（还没有写完，写好后另发一条给您。）"
BELOW = "回答见下一条消息。"
RESTARTS = "服务正在重启，稍后把回答发给您，不用重新提问。"
NOT_KEPT = (
    "抱歉，服务器的磁盘或数据库出了问题，这句话没能记下来。请过几分钟再发一次，或告诉管理员。"
)
GONE = "这次的回答没有显示完整，请再问一次。"
LEFT_OUT = "\n（内容太长，还有约{chars}个字没有发出。请按条款编号分开问。）"

HELLO = "您好，我是要点通"
CARD = "点一下即可"
ASK = "问第 {number} 题"
CARD_DONE = "已处理"
DOING = "正在处理：{title}"
DONE = "已处理：{title}"

# What people choose under a 👎 in WeCom, by its numbers.
REASONS = {"1": "与问题无关", "2": "内容不完整", "3": "内容有错误", "4": "数据分析错误"}

FILE = "文件"
FILE_GONE = "文件下载不了：链接只有5分钟有效，请重新发一次。"
FILE_TOO_LARGE = "文件超过100MB，收不下。请压缩或拆成几个再发。"
FILE_BROKEN = "文件解不开，请重新发一次；若还是不行，请联系管理员。"
UPLOAD_TOO_LARGE = "{name}超过20MB，企业微信发不出去。请缩小范围再要一次。"

REFUSED = (
    "智能机器人连不上：请核对 YAODIAN_WECOM_BOT_ID 与 YAODIAN_WECOM_BOT_SECRET，"
    "并确认机器人用的是长连接方式。每隔一分钟再试。"
)
DISPLACED = (
    "智能机器人被另一个程序占用：同一个机器人只能有一处连接，请停掉那一处"
    "（包括其他服务器上的本程序）。一分钟后再试。"
)
NOT_CONNECTED = "智能机器人此刻没有连上。"
NO_ACK = "企业微信没有确认收到。"
REFUSED_FRAME = "企业微信拒绝了智能机器人的请求（{code} {message}）。"
NOWHERE = "这条回答没有地方可发：回调里没有 response_url。"
BAD_JSON = "回调的内容不是智能机器人的消息格式。"
UNKNOWN_PLANS = (
    "YAODIAN_WECOM_BOT_PLANS 里有库中没有的文件：{plans}。请用 python ingest.py list 核对。"
)
