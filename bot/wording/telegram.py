"""The bot's words in Telegram alone; all others stand in `bot.wording.answers`."""

TOKEN_REFUSED = "Telegram 不认这个令牌：请到 @BotFather 核对，再改 YAODIAN_TELEGRAM_TOKEN。"
TAKEN = "另有程序在用同一个 Telegram 令牌收消息：请先停掉那一个，再启动本程序。"
REFUSED = "Telegram 拒绝了请求：{reason}。请核对 YAODIAN_TELEGRAM_BASE_URL 和令牌。"
WEBHOOK_REFUSED = (
    "Telegram 不接受这个回调地址：{reason}。请核对 YAODIAN_TELEGRAM_WEBHOOK_URL："
    "公网可达，https，端口 443、80、88 或 8443。"
)

ANONYMOUS = "您是以群或频道的名义发言，我看不出是谁在问。请改用本人身份在群里问，或私聊我。"
FILE_TOO_LARGE = (
    "这个文件有 {size}，Telegram 只让机器人下载 20 MB 以内的。请去掉图片或拆开后再发，"
    "或在服务器上用 python ingest.py add 放进来。"
)
FILE_LARGE = "20 MB 以上"
FILE_GONE = "文件没有下载下来。请再发一次；还是不行的话，请换成 docx 或 pdf 再发。"

COMMANDS = {
    "start": "介绍和示例问题",
    "help": "怎么问",
    "plans": "现有文件",
    "targets": "指标清单，可加领域，如：/targets 养老",
    "section": "查条款，如：/section 二（三）",
    "use": "只看某一份文件，如：/use 2025年",
    "clear": "忘掉前面的对话",
    "feedback": "对上一个回答提意见",
    "add": "放入文件（管理员）",
    "remove": "移除文件（管理员）",
    "versions": "版本与恢复（管理员）",
    "users": "用户与权限（管理员）",
}
