"""The words of WeCom's self-built app beside the answers; the other WECOM_ lines are in
`bot.wording.answers`.
"""

BAD_TIME = "回调的时间与本机相差一天以上：请校准服务器的时钟，或有人在重放旧消息。"
TOO_MANY = "同一地址的回调过多，已暂缓接收。"
NOT_KEPT = "一条消息没能存下，企业微信会再发一次：{reason}"
NOT_ACTIVE = "您的企业微信账号没有激活或已停用，暂时不能提问。请联系管理员。"

KINDS = {
    "image": "图片我还看不懂，请把问题打成文字发给我。要交给我入库的图片，请用“文件”发来。",
    "voice": "这段语音没有听出文字，请打字，或长按语音转成文字后再发给我。",
    "video": "视频我还看不懂，请把问题打成文字发给我。",
    "location": "我不按位置查找，请把地名和问题一起打成文字，例如：{example}",
    "link": "链接我打不开，请把想问的内容打成文字。要入库的网页，请存成文件再发来。",
}
FILE_GONE = "这个文件取不到了（企业微信只保留三天）。请重新发一次。"
FILE_UNREACHABLE = "暂时取不到这个文件，请过一会儿重新发一次。"
FILE_TOO_LARGE = "文件超过 {limit} MB，这里收不了。请在服务器上用 python ingest.py add 放进来。"
FILE_UNNAMED = "文件"

CARD_TITLE = "点一下即可"
CARD_ASK = "问第 {number} 题"
CARD_OVER = "已选择"
CARD_WAIT = "正在处理：{title}"
CARD_DONE = "已处理：{title}"
REST_IN_FILE = "（内容较长，全文见随后的文件；原文也可以点下面的按钮看。）"
WHOLE_FILE = "全文.txt"
FILE_NOT_SENT = "“{name}”没能发出来，请稍后再点一次；若还是不行，请联系管理员。"

MENU_ASK = "提问"
MENU_EXAMPLES = "例题"
MENU_TARGETS = "指标"
MENU_MORE = "更多"
MENU_PLANS = "文件"
MENU_CLEAR = "清除"
MENU_HELP = "帮助"
MENU_DONE = "菜单已换上：提问、指标、更多。成员重新进入应用后就能看到。"
MENU_NO_APP = "还没有配置企业微信自建应用。请先按 README 设好 YAODIAN_WECOM_ 开头的五项。"
