"""Every sentence the bot itself says, in one place: short, polite, and saying what to do next."""

SORRY = "抱歉，刚才出了点问题，没有答上来。请过一会儿再问一次；若还是不行，请联系管理员。"
TEXT_ONLY = "目前只看得懂文字消息，请把问题打成文字发给我。"
WELCOME = (
    "您好，我是要点通，按单位自己的工作要点回答问题，每句话都标出所在的条款。"
    "直接发问题就行，例如：{example}"
)
WELCOME_EXAMPLE = "今年的主要目标有哪些？"

WEB_PORT_CLOSED = (
    "回调服务打不开 {host}:{port}（{reason}）。请用 YAODIAN_WEB_PORT 换一个没被占用的端口；"
    "地址由 YAODIAN_WEB_HOST 设置。"
)

WECOM_BAD_KEY = "YAODIAN_WECOM_AES_KEY 无效：请从应用「接收消息」页原样复制 EncodingAESKey。"
WECOM_BAD_SIGNATURE = "签名不符：请核对 YAODIAN_WECOM_TOKEN 与应用「接收消息」页的 Token。"
WECOM_BAD_CIPHER = "密文解不开：请核对 YAODIAN_WECOM_AES_KEY 与「接收消息」页的 EncodingAESKey。"
WECOM_OTHER_RECEIVER = "消息发给别的企业：请核对 YAODIAN_WECOM_CORP_ID 与「我的企业」页的企业ID。"
WECOM_BAD_XML = "回调的内容不是企业微信的消息格式。"
WECOM_BODY_TOO_LONG = "回调的内容过长。"
WECOM_UNREACHABLE = "企业微信的接口连不上（{reason}）：请检查网络与 YAODIAN_WECOM_BASE_URL。"
WECOM_BUSY = "企业微信的接口正忙（{code}）。"
WECOM_REFUSED = "企业微信拒绝了调用（{code} {message}）。{advice}"
WECOM_ADVICE = {
    40001: "请核对 YAODIAN_WECOM_SECRET 与应用详情页的 Secret。",
    40013: "请核对 YAODIAN_WECOM_CORP_ID 与「我的企业」页的企业ID。",
    40056: "请核对 YAODIAN_WECOM_AGENT_ID 与应用详情页的 AgentId。",
    48002: "请在管理后台确认应用已启用，YAODIAN_WECOM_SECRET 是这个自建应用的 Secret。",
    60011: "请在管理后台把这位成员或其部门加进应用的「可见范围」。",
    60020: "请在管理后台把本机的出口 IP 加进应用的「企业可信IP」。",
    81013: "请在管理后台把这位成员加进应用的「可见范围」。",
    301002: "YAODIAN_WECOM_AGENT_ID 与 YAODIAN_WECOM_SECRET 须出自同一个应用，请核对。",
}
WECOM_ADVICE_OTHERWISE = "请按这个编号查企业微信开发者文档的「全局错误码」。"

HELP = (
    "我按库里的工作要点回答问题，每句话都标出所在的条款，例如〔四（十五）〕。\n"
    "您可以：\n"
    "· 直接问：{example}\n"
    "· 按编号查：{section}\n"
    "· 看有哪些文件：发“文件”\n"
    "{plans}"
)
HELP_PLANS = "现在库里有：{plans}。"
NO_PLANS = "库里还没有文件。请管理员先用 python ingest.py add 文件或文件夹 放进来。"
PLANS_HEAD = "现有文件："
PLAN_LINE = "· {title}（{sections}个部分）"
EMPTY_QUESTION = "没有收到问题。请直接把想问的写出来，例如：{example}"
TOO_LONG = "问题有{chars}个字，太长了。请缩到{limit}个字以内，或分几次问。"
UNKNOWN_PLAN = "没有找到“{plan}”这份文件。"
UNKNOWN_SCOPE = "没有{unknown}的文件。"
HAVE_PLANS = "现有：{plans}。请换个说法，或指明其中一份再问。"
NOT_FOUND = "在{scope}里没有找到与这个问题直接对应的内容。"
NO_FIGURE = "没有查到您问的{what}，最接近的原文是："
REDACTED = "原文隐去了具体数字："
FIGURE_OF = {"%": "比例", "元": "金额"}
FIGURE = "具体数字"
A_DATE = "时间"
IN_CHARGE = "负责单位或负责人"
SOURCES = "出处："
SOURCE_LINE = "〔{label}〕{title}{heading}"
NOT_MENTIONED = "没有写到这一点。"
OTHER_YEARS = "（按最新的{year}年文件回答；另有{others}年的，问的时候带上年份即可。）"
NO_SECTION = "{title}里没有“{name}”。它有这些编号：{labels}。"
WHICH_SECTION = "“{name}”不止一处，请问是哪一个？"
CHOICE = "· {title} 〔{label}〕{heading}"
NO_FURTHER = "到头了，这份文件在这个方向上没有别的条款。"
CHILDREN = "下设："
EACH = "问：{question}"
ORDER_LEFT_OUT = "（文件里有对程序说的话，已略去。）"
STANDS_IN = "原文写在这里："
WITHHELD = "（有一句与原文不符，已略去，请以所列原文为准。）"
ABOUT_MISSING = "{title}没有印发布日期、文号或落款单位。"
CUT = "……"

CONSOLE_HELLO = "要点通：请直接提问，空行结束。发“帮助”看用法，发“文件”看有哪些要点。"
CONSOLE_PROMPT = "\n问："
NO_CHANNELS = (
    "已准备好，数据在 {data}。还没有配置企业微信或 Telegram，这里也不是终端，所以到此结束。\n"
    '问一个问题：make ask Q="…"；接入聊天软件：按 README 设好环境变量后再 make run。'
)

MODEL_INSTEAD = "（模型这次没有给出可用的回答，以上是文件原文。）"
MODEL_STOPPED = "（模型没有写完；以上各句都已与原文核对。）"
MODEL_TOO_SLOW = "模型在{seconds:g}秒内没有{what}。请检查模型服务，或调大 {setting}。"
MODEL_FIRST_TOKEN = "开始回答"
MODEL_WHOLE_ANSWER = "答完"
MODEL_BUSY = "模型服务正忙（{code}）。"
MODEL_UNREACHABLE = "模型服务连不上（{reason}）。请检查网络与 YAODIAN_MODEL_BASE_URL。"
MODEL_REFUSED = "模型服务拒绝了请求（{code}）。{advice}"
MODEL_ADVICE = {
    401: "请核对 YAODIAN_MODEL_API_KEY。",
    402: "请检查账户余额。",
    403: "请核对 YAODIAN_MODEL_API_KEY 的权限。",
    404: "请核对 YAODIAN_MODEL 与 YAODIAN_MODEL_BASE_URL。",
    429: "额度已用完，请检查账户。",
}
MODEL_ADVICE_OTHERWISE = "请核对 YAODIAN_MODEL 与该服务的文档。"
MODEL_DECLINED = "模型拒绝回答（{reason}）。"
MODEL_BROKEN = "模型服务的回答不合格式（{reason}）。请确认它兼容 OpenAI 接口。"
MODEL_ENDLESS = "模型的回答超过{limit}个字符，已截断。"
MODEL_CUT = "模型的回答到了它自己的长度上限，没有写完。"
BUDGET_SPENT = "（今天由模型撰写的次数已用完，以上是文件原文；明天恢复。）"
CLEARED = "好的，前面的对话已经忘掉，可以问新的了。"
USE = "好的，这次对话里只看{plans}。要看全部，发“只看全部”。"
USE_ALL = "好的，现在看全部文件：{plans}。"
RIGHT_PREMISE = "是的，{premise}与原文一致："
WRONG_PREMISE = "与原文不一致，原文里不是{premise}："

TARGETS_HEAD = "共 {count} 项指标（{what}）"
TARGETS_PAGE = "，第 {page}/{pages} 页"
TARGETS_CHAPTER = "〔{label}〕{heading}"
TARGETS_PLAN = "《{title}》{count} 项："
TARGETS_MORE_PLANS = "等 {count} 份文件"
TARGETS_OTHERS = "其余 {plans} 份文件共 {count} 项；点名地方或年份再问可看。"
TARGETS_OF_CHAPTERS = "· {heading}：{count} 项"
TARGETS_NONE_DONE = "没有写明已完成的指标。"
TARGETS_OVERDUE = "（以上是期限已过的；文件里没有写是否完成，请另行核对。）"
REGISTER_COUNT = "共 {count} 项。"
WRITTEN = "已写入 {file}。"
NOT_WRITTEN = "写不了 {file}（{why}）。请检查文件夹和权限。"
CHECKED = "模型提出 {added} 项指标，另有 {rejected} 项与原文不符，没有收下"
CHECKED_NEXT = "；请用 ingest.py targets {plan} 核对，再用 --confirm 确认或 --reject 去掉"
CHECK_NO_MODEL = "--check-targets 要用模型：请先设置 YAODIAN_MODEL。"
SETTLED = "{plan} 的 {count} 项模型提出的指标已{done}。"
SETTLED_RIGHT, SETTLED_WRONG = "确认", "去掉"
SETTLE_ONE = "--confirm 和 --reject 一次只能用一个。"
TARGET_PROPOSED = "（模型提出，待确认）"
TARGET_DONE = "（已完成）"
SUMMARY_CUT = "还有 {count} 条没有列出；加上地方、年份或话题再问，可以看全。"
TARGETS_NEXT = "其余 {count} 项：发“下一页”。"
TARGETS_NO_PAGE = "只有 {pages} 页，发“第1页”从头看。"
TARGETS_DONE = "另有 {count} 项是已完成的情况，发“{words}已完成的指标”查看。"
TARGETS_UNDATED = "另有 {count} 项没有写明期限，未列入；去掉时间再问可看全部。"
TARGETS_OLDER = "（未列{older}的指标，问的时候带上年份即可。）"
TARGETS_WITHOUT = "{plans}没有写出可以量化的指标。"
TARGETS_NO_MATCH = "没有与“{what}”对应的指标。"
TARGETS_NONE_DUE = "{what}的 {count} 项指标里，没有写明{period}到期的。"
TARGETS_NEAR = "没有写明“{what}”的指标，以上是意思相近的条款里的。"
TARGETS_CHAPTERS = "可以按这些部分问："
TARGETS_OF_CHAPTER = "〔{label}〕{heading}：{count} 项"
TARGETS_LARGEST = "按单位分别最大的（{what}，共比较 {count} 项）："
TARGETS_UNCOMPARED = "另有 {count} 项没有数字或隐去了数字，无法比较。"

COMPARE_HEAD = "指标对比（{what}），“—”表示没有写到："
COMPARE_CHANGE = "变化：{first}→{last}（{change}）"
COMPARE_GAP = "相差：{first_plan}{first}，{last_plan}{last}（{change}）"
COMPARE_UNITS = "单位不同（{units}），不作比较。"
COMPARE_SCOPES = "范围不同（{scopes}），不作比较。"
COMPARE_REDACTED = "有数字被隐去，无法比较。"
COMPARE_NEXT = "其余 {count} 组：发“下一页”。"

BRIEF_ISSUED = "{date}印发"
BRIEF_CHAPTERS = "共 {chapters} 个部分、{count} 项指标："
BRIEF_COUNT = "（{count} 项）"
BRIEF_DUE = "接下来到期（从{today}算起）："
BRIEF_OVER = "写明期限的 {count} 项都已到期（{today}）。"
BRIEF_UNDATED = "没有写明到期日的指标。"
BRIEF_MORE = "另有 {count} 项指标；发“{name}的指标”看全部。"

SHEET_TITLE = "指标"
SHEET_HEADS = tuple(
    "文件 条款 部分 指标 关系 数值 单位 期限 到期日 范围 责任单位 类型 原文 出自文件".split()
)
SHEET_DONE = "已完成"
SHEET_PROMISED = "目标"
PAGE_HEAD = "共 {count} 项指标，按文件和部分排列，〔〕内是条款编号。"
PAGE_TITLE = "指标一览"
CHART_MORE = "图中为前 {shown} 组，共 {count} 组可以对比的指标。"
CARD_MORE = "图中为前 {shown} 项，共 {count} 项。"

EXAMPLE_FIGURE = "{plan}{metric}是多少？"
EXAMPLE_TARGETS = "{plan}有哪些指标？"
WELCOME_EMPTY = "您好，我是要点通，按单位自己的工作要点回答问题。库里还没有文件，请管理员先放进来。"

BUTTON_TOO_OLD = "这个按钮已过期，请重新提问。"
BUTTON_OF_OTHER = "这个按钮是给提问人的，请您自己再问一次。"
BUTTON_SECTION = "原文 {label}"
BUTTON_GOOD = "👍"
BUTTON_BAD = "👎"
BUTTON_PICTURE = "图"
BUTTON_SHEET = "表格"
BUTTON_NEXT_PAGE = "下一页"
BUTTON_PREVIOUS = "上一条"
BUTTON_NEXT = "下一条"
SECTION_HEAD = "《{title}》〔{label}〕"
SECTION_ABOVE = "〔{label}〕{heading}"
SECTION_BELOW = "下设：{below}"
SECTION_GONE = "这一条所在的文件已不在库里，请重新提问。"
SECTION_OLD = "（文件已换成新版本，以下是新版的同一条。）"
SECTION_USAGE = "请写上条款编号，例如：/section 二（三）"
THANKS = "谢谢，已记下。"
WHY_BAD = "谢谢指出。是哪里不好？点一下即可，也可以发“反馈：”加上您的意见。"
BAD_REASONS = ("数字不对", "条款不对", "答非所问", "不完整", "看不懂")
FEEDBACK_USAGE = "请在后面写上意见，例如：反馈：第二条的数字看不清。"
NOTHING_TO_RATE = "还没有可以评价的回答，请先提一个问题。"
TARGETS_GONE = "这些指标已不在库里，请重新提问。"
PICTURE_IMPOSSIBLE = "这台服务器缺少中文字体，画不了图；可以改要表格。"
TARGETS_FILE = "指标"

FILE_NOT_ADMIN = "只有管理员可以把文件放进来。您可以直接提问，或把文件交给管理员。"
FILE_IN_GROUP = "请私聊把文件发给我，群里不收文件。"
ADMIN_ONLY = "这个命令只有管理员能用。"
ADMIN_IN_GROUP = "管理文件请私聊我，群里不办理。"
ADD_USAGE = "请直接把文件发给我（Word、PDF、WPS、OFD、网页、文本都行），我先给您看解析结果再入库。"
FILE_PREVIEW = (
    "《{title}》\n{imprint}\n{sections} 条条款，{targets} 项指标，保留 {coverage:.1%} 的字符。"
)
FILE_IMPRINT = "{issuer}  {doc_number}  {date}  {year}"
FILE_WARNINGS = "请留意："
FILE_UNCHANGED = "与库里的 {plan} 第 {version} 版相同，不用再入库。"
FILE_REPLACES = "库里已有同名的《{title}》（{plan}），入库后会成为它的第 {version} 版："
FILE_NO_CHANGE = "条款和指标都没有变化。"
FILE_ASK = "确认入库吗？"
BUTTON_ADD = "入库"
BUTTON_ADD_NEW = "作为新文件入库"
BUTTON_ADD_VERSION = "入库为新版本"
BUTTON_CANCEL = "取消"
FILE_CANCELLED = "好的，没有入库。"
UPLOAD_GONE = "这个文件已经处理过，或放得太久了。请重新发一次。"
FILE_PROGRESS = "正在入库《{title}》：{done}/{total}"
FILE_ADDED = "已入库：《{title}》（{plan}）第 {version} 版，{sections} 条条款，{targets} 项指标。"
DIFF_KINDS = {"added": "新增", "removed": "删去", "changed": "改动", "renumbered": "改号"}
DIFF_SECTION = "{kind}〔{label}〕{heading}"
DIFF_TARGET = "指标〔{label}〕{metric}：{before} → {after}"
DIFF_MORE = "另有 {count} 处变化，可在服务器上用 python ingest.py diff {plan} 查看。"
REMOVE_USAGE = "请写上文件的编号，例如：/remove {plan}\n现有：{plans}"
REMOVE_ASK = "确认移除《{title}》（{plan}）吗？移除后不再用它回答，各版本仍保留，可以恢复。"
BUTTON_REMOVE = "移除"
REMOVED = "已移除《{title}》（{plan}）。要恢复，发“/versions {plan}”。"
NOT_REMOVED = "好的，没有移除。"
VERSIONS_USAGE = "请写上文件的编号，例如：/versions {plan}\n现有：{plans}"
VERSION_LINE = "第 {version} 版  {added_at}  {file}{published}"
VERSION_PUBLISHED = "（正在使用）"
BUTTON_RESTORE = "恢复第 {version} 版"
RESTORED = "已恢复《{title}》第 {version} 版。"
