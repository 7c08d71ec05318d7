"""What the bot says about rights, limits and its own running, to people and to administrators."""

HOW_TO_ASK = (
    "您还没有提问的权限。请把这个编号发给管理员开通：{user}\n"
    "如果管理员给了邀请码，请发“/start 邀请码”。"
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
    "/users invite staff（生成一次性邀请码）"
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
USER_IN_SETTINGS = "{identity} 写在设置 YAODIAN_ADMINS 里，只能在那里改。"
USER_LAST_ADMIN = "{identity} 是最后一位管理员，请先设好另一位再改。"
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
