"""The bot's words about rights, limits and its own running, for people and for administrators."""

HOW_TO_ASK = (
    "您好，您还没有提问的权限。请把这个编号发给管理员开通：{user}\n"
    "如果管理员给了邀请码，请私聊我发“/start 邀请码”。"
)
CODE_REFUSED = "邀请码不对，或者已经用过、过期了。请核对后再发，或向管理员另要一个。"
CODE_IN_GROUP = "邀请码请私聊发给我，不要发在群里。"
CODE_TAKEN = "已开通，您现在是{role}。直接发问题就行，例如：{example}"
BAD_IDENTITY = (
    "“{identity}”不是账号。请写作 telegram:数字、wecom:账号、wecom:*（企业微信全体）、"
    "wecom-dept:部门编号 或 wecom-tag:标签编号。"
)
ROLES = {"staff": "工作人员", "leader": "领导", "admin": "管理员", "none": "停用"}
USERS_USAGE = (
    "可以这样写：\n"
    "/users 看名单\n"
    "/users telegram:5 leader（staff 工作人员、leader 领导、admin 管理员、none 停用）\n"
    "/users telegram:5 remove（撤销）\n"
    "/users invite staff（生成一次性邀请码）\n"
    "/users invite revoke（作废所有没用过的邀请码）"
)
USERS_HEAD = "这里开通的（{count}）："
USERS_NOBODY = "这里还没有开通任何人。"
USERS_SETTINGS = "设置里写明的："
USERS_LINE = "· {identity}：{role}"
USERS_WECOM = "企业微信里能看到应用的成员，没有另行说明的，都是工作人员。"
USERS_MORE = "另有 {count} 位，可在服务器上用 python -m bot users list 查看。"
USER_GIVEN = "已设置：{identity} 是{role}。"
USER_BARRED = "已停用：{identity} 不能再提问。"
USER_FORGOTTEN = "已撤销对 {identity} 的设置。"
USER_UNKNOWN = "名单里没有 {identity}。发“/users”看名单。"
USER_IN_SETTINGS = "{identity} 由设置 YAODIAN_ADMINS 定为管理员，只能在那里改。"
USER_LAST_ADMIN = "{identity} 是最后一位管理员，请先设好另一位再改。"
INVITATIONS = "没用过的邀请码（{count}）："
INVITATION = "· {role}，{by} 发出，{until:%Y-%m-%d %H:%M} 前有效"
INVITATIONS_REVOKED = "已作废 {count} 个没用过的邀请码。"
INVITED = (
    "邀请码：{code}\n把它发给要开通的人，对方私聊我发“/start {code}”就成为{role}。"
    "只能用一次，7 天内有效。"
)

A_MINUTE_SPENT = "您问得有点快，每分钟最多 {limit} 次。请 {seconds} 秒后再发。"
A_DAY_SPENT = "您今天的 {limit} 次已用完，请明天 0 点以后再问；急用请联系管理员。"
QUEUE_FULL = "现在有 {count} 个对话在排队。请约 {minutes} 分钟后再发一次。"
FILE_TOO_LARGE = (
    "{name} 有 {size:.0f} MB，聊天里最多收 {limit} MB。"
    "请分成几份再发，或请管理员在服务器上用 python ingest.py add 放进来。"
)

CALL_TOO_LONG = (
    "文件超过 {limit:.0f} MB，正在运行的程序收不下。请拆成几份，或先停下它再放进来；库里没有变化。"
)
NO_DATABASE = "{data} 里还没有数据。请先用 python ingest.py add 放进文件，或用 make run 启动一次。"
LOG_HEADS = ("时间", "谁", "做了什么", "内容", "结果", "条款", "略去", "毫秒")
LOG_EMPTY = "最近 {days} 天没有记录。"
KINDS = {
    "question": "提问",
    "command": "命令",
    "add": "入库",
    "remove": "移除",
    "restore": "恢复",
    "role": "权限",
}
STATUSES = {
    "answered": "已答",
    "not_found": "没有找到",
    "clarify": "反问",
    "info": "说明",
    "denied": "拒绝",
    "error": "出错",
}
FEEDBACK_SHEET = "意见"
FEEDBACK_HEADS = ("时间", "谁", "评价", "原因", "问题", "回答", "条款")
FEEDBACK_EMPTY = "最近 {days} 天没有人点“👎”或写意见。"
VERDICTS = {"good": "好", "bad": "不好"}
WRITTEN = "已写入 {path}，共 {count} 条。"
CANNOT_WRITE = "写不了 {path}（{reason}）。请检查文件夹和权限，或换一个位置。"
FORGOTTEN = "已删除 {user} 的 {count} 条记录，以及其对话、评价、按钮和待入库的文件。权限没有变。"
NOTHING_TO_FORGET = "没有 {user} 的任何记录。"
USERS_ROLE = "没有“{role}”这种权限。可以写：staff 工作人员、leader 领导、admin 管理员、none 停用。"

BACKED_UP = "已备份到 {path}：{plans} 份文件，{megabytes:.1f} MB。里面有提问记录，请妥善保管。"
RESTORED = "已从 {path} 恢复到 {data}：{plans} 份文件。下次启动时会按目录库重建向量。"
THE_DATABASE = "YAODIAN_DATABASE_URL 的数据库"
BACKUP_EXISTS = "{path} 已经存在。请换个名字，或先移走它。"
BACKUP_NOT_WRITTEN = "备份没有写成（{reason}）。请检查 {path} 的权限和剩余空间；数据没有变化。"
BACKUP_MISSING = "找不到备份文件 {path}。请检查路径。"
BACKUP_DAMAGED = "{path} 不是要点通的备份，或已损坏（{reason}）。数据没有变化，请换一份备份。"
BACKUP_NEWER = "{path} 是更新版本的程序写的备份。请先升级程序再恢复；数据没有变化。"
BACKUP_OCCUPIED = (
    "{data} 里已有 {plans} 份文件。确定要用备份替换，请加 --replace；建议先备份现有数据。"
)
BACKUP_OLDER = "数据库 {name} 还是旧版程序的表。请先用本程序启动一次（python -m bot run），再备份。"
RESTORE_IN_USE = (
    "数据库 {name} 还有 {count} 个要点通的连接在用。请先停掉所有机器人和命令再恢复；数据没有变化。"
)

MARKS = {"fine": "✓", "note": "！", "wrong": "✗"}
PART_DISK, PART_LIBRARY, PART_USERS, PART_WEB = "磁盘", "文件库", "人员", "回调端口"
PART_MODEL, PART_WECOM, PART_CALLBACK, PART_BOT = "模型", "企业微信", "回调密钥", "智能机器人"
PART_CHANNELS, PART_CLOCK, PART_EMBEDDING = "渠道", "时钟", "向量模型"
CHECK_DISK = "{folder} 所在的磁盘还剩 {free:.1f} GB。"
CHECK_DISK_FULL = "快满了，请先腾出空间，再入库或启动。"
CHECK_LIBRARY = "打得开，{plans} 份文件，检索正常。"
CHECK_NO_ADMIN = (
    "还没有管理员。请设置 YAODIAN_ADMINS，或运行 python -m bot users invite admin，把邀请码发给他。"
)
CHECK_PORT = "{address} 可以监听。"
CHECK_EMBEDDING = "自带的模型可用，按 {name} 计算。"
CHECK_EMBEDDING_SLOWER = (
    "自带的模型可用，但改按较慢的 {name} 计算（{reason}）。答案不受影响，入库会慢一些；"
    "请升级 onnxruntime 后再看。"
)
CHECK_EMBEDDING_ENDPOINT = "{name} 有回应。"
CHECK_NO_MODEL = "没有配置，用文件原文回答。"
CHECK_MODEL = "有回答，用了 {seconds:.1f} 秒。"
CHECK_TELEGRAM = "令牌有效，机器人是 @{name}。"
CHECK_TELEGRAM_LOST = (
    "连不上 Telegram（{reason}）。请检查网络、YAODIAN_TELEGRAM_BASE_URL 和 YAODIAN_TELEGRAM_PROXY。"
)
CHECK_WECOM = "企业ID、Secret 和 AgentId 有效，应用是“{name}”。"
CHECK_KEY = "密钥格式正确；管理后台保存回调地址时会再验证。"
CHECK_BAD_KEY = "{setting} 不是 EncodingAESKey，请从“接收消息”页原样复制。"
CHECK_BOT = "已配置；长连接只能有一条，启动时才验证。"
CHECK_NO_CHANNELS = "还没有配置企业微信或 Telegram，只能在终端里用。"
CHECK_CLOCK = "{now:%Y-%m-%d %H:%M:%S %z}。"
CHECK_CLOCK_OFF = (
    "本机时间 {now:%Y-%m-%d %H:%M:%S %z}，与平台相差 {seconds:.0f} 秒。"
    "请开启时间同步（如 chrony）。"
)
COVERED = "只收了 {coverage:.1%} 的字，请用 show 核对"
