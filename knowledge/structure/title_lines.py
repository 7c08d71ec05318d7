"""One line above a text -> is it a title, an organ, a date, a 文号?

A title ends in the word for a kind of document. It names its place, organ, year or subject, or is
at least no heading that any text may have (总体要求).

Not covered: titles that name no kind (`titles` tells them by their place).
"""

import re

from knowledge.text import squeeze

# The kinds of 公文 (党政机关公文处理工作条例, 2012), of rules, and what offices call their papers.
KINDS = sorted(
    (
        "决议 决定 命令 公报 公告 通告 意见 通知 通报 报告 请示 批复 议案 函 纪要 "
        "章程 条例 规定 办法 细则 规则 规程 规范 标准 制度 准则 守则 指南 指引 "
        "规划 纲要 计划 方案 预案 要点 措施 政策 举措 建议 答复 倡议 "
        "总结 思路 打算 安排 要求 讲话 致辞 "
        "清单 台账 分解表 工作要点 实施方案 工作方案 行动方案 行动计划 工作计划 规划纲要 实施意见 "
        "指导意见 实施细则 实施办法 管理办法 政府工作报告 工作报告 工作总结 工作思路 工作打算 "
        "工作安排 任务清单 任务分工 任务分解表 责任清单 应急预案 会议纪要 政策措施 "
        "申报书 倡议书 责任书 承诺书 白皮书"
    ).split(),
    key=len,
    reverse=True,
)
KIND = "|".join(KINDS)
# Kinds that are headings of sections as well: a title that ends in one names more.
WEAK_KINDS = ("要求", "措施", "举措", "建议", "政策", "标准", "安排", "打算", "思路", "意见")
WEAK_CHARS = 8
# Those that no sentence goes on from: a title that runs into its text ends in one of them.
RUNNING_KIND = "|".join(k for k in KINDS if k.endswith(tuple("点案划要见法则告结话知")))
FEWEST_CHARS, TITLE_CHARS, LONGEST_TITLE = 4, 50, 120  # of a title, of one line, of several
VERSION = r"(?:[（(][^（）()]{1,14}[）)]){0,2}"  # （试行）（征求意见稿）, （V1.0）
TITLE = re.compile(rf"(?P<core>(?![（(]).{{2,{LONGEST_TITLE}}}?(?:{KIND})){VERSION}")
RUNNING_TITLE = re.compile(
    rf"[^。，,；：:\n]{{2,{TITLE_CHARS}}}?(?:{RUNNING_KIND})(?=[ \u3000]*\S)"
)
# Plans from Taiwan, Hong Kong and Macau: the words of KINDS in their characters.
TRADITIONAL = str.maketrans(
    "點劃綱實報議見辦細則總結單務計標準預責臺", "点划纲实报议见办细则总结单务计标准预责台"
)
COUNT = r"[一二三四五六七八九十\d]{1,3}"
NUMBER_IN_A_COLLECTION = re.compile(  # "第一篇：", "篇2：", "【精品】"
    rf"(?:(?:第?{COUNT}篇?|篇{COUNT})[：:\s]+|【[^】]{{1,6}}】[：:\s]*)"
)
LISTED = re.compile(r"[A-Za-z]\s|[（(]?[\d一二三四五六七八九十]+[、.．）)](?!\d)")  # in a list
SENTENCE = re.compile(r"为了?|根据|按照|依据|经(?!济)|现(?!代)|本[市省县区局厅部院]|各|我|你|该")
HALVES = ("的", "和", "与", "及", "等", "、", "暨", "》", "”")  # a lower half begins with
PAIRS = (("《", "》"), ("“", "”"), ("（", "）"))
# "沧州市" and "城关镇": lazily, from the start of a title.
OF_A_PLACE = re.compile(
    r"(?!各)[\u4e00-\u9fa5×ＸX]{1,8}?(?:省|市|州|盟|县|旗|区|镇|乡|街道|全国|国家)|国家|全国|中国"
)
OF_A_SUBJECT = re.compile(r"关于|在.{2,30}会|(?:19|20)\d\d|二[〇零○]|《")
ORGAN_END = (
    "局|委员会|委|厅|部|办公室|办|人民政府|政府|院|协会|联合会|中心|处|公司|学校|大学"
    "|总队|支队|署|领导小组|(?<![大例年])会"
)
ORGAN = re.compile(rf"[\u4e00-\u9fa5（）()×ＸX]{{2,25}}(?:{ORGAN_END})")
DOC_NUMBER = re.compile(
    r"(?:[\u4e00-\u9fa5×ＸX]{1,10}\s?)?[〔\[【(（﹝]\s?\d{4}\s?[〕\]】)）﹞]\s?(?:第\s?)?\d{1,5}\s?号"
    r"|(?:\d{4}年\s?)?第\s?\d{1,4}\s?号"
)
DATE_LINE = re.compile(r"[（(]?[12二][\d〇零○O]\S{0,3}\s?年.{1,8}[日月][）)]?")
LETTERHEAD = re.compile(r"[\u4e00-\u9fa5×ＸX（）() ]{2,40}文\s*件")
BESIDE_DIGITS = re.compile(
    r"(?<=[\u4e00-\u9fa5])[ \u3000]+(?=\d)|(?<=\d)[ \u3000]+(?=[\u4e00-\u9fa5])"
)


def cleaned(line: str) -> str:
    """Return a line without outer marks, and closed up where its characters are set apart.

    >>> cleaned("通 知"), cleaned("# 2025 年工作要点")
    ('通知', '2025年工作要点')
    """
    words = line.replace("\ue000", " ").split()
    if len(words) > 1 and sum(map(len, words)) < 2 * len(words):
        return "".join(words)
    return BESIDE_DIGITS.sub("", " ".join(words).lstrip("#*").strip("* "))


def kind_of(title: str) -> str | None:
    """Return the kind of document that a title names at its end.

    >>> kind_of("云溪市2025年养老工作要点（试行）")
    '工作要点'
    """
    match = TITLE.fullmatch(title.translate(TRADITIONAL))
    core = match["core"] if match else title
    return next((kind for kind in KINDS if core.endswith(kind)), None)


def is_title(line: str) -> bool:
    """A line of its own that ends in the word for a kind of document."""
    line = without_number(cleaned(line)).translate(TRADITIONAL)
    if len(line) > LONGEST_TITLE or any(c in line for c in "。；|>："):
        return False
    if LISTED.match(line) or TITLE.fullmatch(line) is None:
        return False
    if "，" in line and is_sentence(line):
        return False
    is_weak = len(line) < WEAK_CHARS and line.endswith(WEAK_KINDS)
    return is_named(line) or (len(line) <= TITLE_CHARS and not is_weak)


def names_a_document(line: str) -> bool:
    """True for a title that names its place, organ, year or subject: no line of a text does."""
    return is_title(line) and is_named(cleaned(line))


def is_named(title: str) -> bool:
    """True if a title names a place, an organ, a year or a subject."""
    return bool(OF_A_PLACE.match(title) or OF_A_SUBJECT.search(title))


def is_whole(title: str) -> bool:
    """True if a title is no half of one: “的通知”, or with a quotation that is not closed."""
    is_paired = all(title.count(a) == title.count(b) for a, b in PAIRS)
    return is_paired and len(title) >= FEWEST_CHARS and not title.startswith(HALVES)


def is_bare_kind(line: str) -> bool:
    """True for 通 知 or 的通知, alone on its line below the title's upper half."""
    return squeeze(line).removeprefix("的") in KINDS


def is_sentence(line: str) -> bool:
    """True if a line begins as a sentence or an address does, and no title."""
    return SENTENCE.match(line) is not None


def is_organ(line: str) -> bool:
    """True if a line names an organ and nothing else."""
    return ORGAN.fullmatch(squeeze(line)) is not None


def is_letterhead(line: str) -> bool:
    """True for 云溪市民政局文件."""
    return LETTERHEAD.fullmatch(line.strip()) is not None


def is_date(line: str) -> bool:
    """True for a line that is a date, to the day or the month."""
    return DATE_LINE.fullmatch(line.strip()) is not None


def is_imprint(line: str) -> bool:
    """True for what stands around a title in large type as well: letterhead, 文号, date."""
    is_number = DOC_NUMBER.fullmatch(line.strip()) is not None
    return is_number or is_date(line) or is_letterhead(line)


def without_number(title: str) -> str:
    """Return a title without its number in a collection: 第一篇：."""
    match = NUMBER_IN_A_COLLECTION.match(title)
    return title[match.end() :] if match else title


def without_version(title: str) -> str:
    """Return a title without what stands in brackets behind it: （试行）."""
    match = TITLE.fullmatch(title)
    return match["core"] if match else title
