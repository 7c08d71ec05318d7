"""What stands before the first number of a plan -> its title, the preamble, and what a web page put
above.

A title stands on a line of its own, or on two or three, ends in the word for a kind of document,
and may be set with its characters apart. The last one is the plan's: a notice stands before it.

Not covered: titles that name no kind of document; the file's name stands in for them.
"""

import re
from collections.abc import Sequence
from pathlib import Path

# Longest first: "工作要点" before "要点".
KINDS = (
    "工作要点 实施方案 工作方案 行动方案 行动计划 工作计划 规划纲要 实施意见 指导意见 "
    "实施细则 实施办法 政府工作报告 工作报告 工作总结 工作思路 工作打算 工作安排 "
    "任务清单 任务分工 通知 要点 "
    "讲话 规划 纲要 方案 计划 意见 办法 细则 条例 规定 报告 总结 安排 清单 公告 通报 决定 "
    "要求 制度 标准 任务分解表 分解表 责任清单 台账 预案"
).split()
KIND = "|".join(KINDS)
TITLE_CHARS = 50
TITLE_LINE = re.compile(rf"^(?![（(]).{{2,{TITLE_CHARS}}}?(?:{KIND})(?:[（(][^）)]{{1,12}}[）)])?$")
TITLE_PREFIX = re.compile(rf"^\s*([^。，,；：:\n]{{2,{TITLE_CHARS}}}?(?:{KIND}))(?=[ \u3000]*\S)")
# A line below the title that belongs to it: （2024—2026年）, （征求意见稿）
TITLE_ASIDE = re.compile(
    r"[（(](?:20\d\d年?[-—–－~～至]{1,2}20\d\d年?|试行|修订|草案|.{2,4}稿)[）)]"
)
TITLE_LINES = 3  # the most that one title is set in
# Plans from Taiwan, Hong Kong and Macau: the words of KINDS in their characters.
TRADITIONAL = str.maketrans(
    "點劃綱實報議見辦細則總結單務計標準預責臺", "点划纲实报议见办细则总结单务计标准预责台"
)
COUNT = r"[一二三四五六七八九十\d]{1,3}"
NUMBER_IN_A_COLLECTION = re.compile(  # "第一篇：", "篇2：", "【精品】"
    rf"^(?:(?:第?{COUNT}篇?|篇{COUNT})[：:\s]+|【[^】]{{1,6}}】[：:\s]*)"
)
NO_TITLE = re.compile(r"[。：:；，,>|]|^[（(]|文\s*件$|^第.{1,3}[章节条]|日\s*$")
GOES_ON = re.compile(r"^(?:关于|印发|20\d\d|二〇|“|《)")  # a title behind the name of its organ
# the second line of a title whose first names a place and a subject
LOWER_HALF = re.compile(r"^(?:[一二三四五]年|专项|实施|行动|工作|发展规划|“?十[一二三四五]五)")
OF_A_PLACE = re.compile(r"^[\u4e00-\u9fa5×ＸX]{1,8}?(?:省|市|州|盟|县|旗|区|镇|乡|街道)")
PART = re.compile(r"^第.{1,3}部分[：:\s]*")
CARRIED = re.compile(r"^.{0,40}(?:印发|下发|发布|转发|公布)《([^《》]{4,60})》的通知$")
SPACED = re.compile(r"(?<=\S)[ \u3000\u00a0]+(?=\S)")
BESIDE_DIGITS = re.compile(
    r"(?<=[\u4e00-\u9fa5])[ \u3000]+(?=\d)|(?<=\d)[ \u3000]+(?=[\u4e00-\u9fa5])"
)
ORGAN_END = (
    "局|委员会|委|厅|部|办公室|办|人民政府|政府|院|协会|联合会|中心|处|公司|学校|大学"
    "|总队|支队|署|领导小组"
)
ORGAN_LINE = re.compile(rf"^[\u4e00-\u9fa5（）()×ＸX]{{2,25}}(?:{ORGAN_END})$")
DOC_NUMBER = re.compile(
    r"[\u4e00-\u9fa5×ＸX]{1,10}\s?[〔\[【(（]\s?\d{4}\s?[〕\]】)）]\s?(?:第\s?)?\d{1,5}\s?号"
)


def split_title(head: str, file: str) -> tuple[str, str, list[str]]:
    """Split what stands before the first number into title, preamble, and lines a web page put
    above.

    The last title-like line is the title: a notice stands before the plan that it carries. A text
    without line breaks gives its title up to the first word that names a kind of document; a text
    without any title is called by its file.
    """
    lines = head.splitlines()
    titles = [i for i, line in enumerate(lines) if is_title(line)]
    if titles:
        at = next((i for i in reversed(titles) if not _is_part_of(lines, i, titles)), titles[-1])
        start = _title_start(lines, at)
        opening = min(start, _title_start(lines, _first_own_line(lines)))
        above = [line.strip() for line in lines[:opening] if line.strip()]
        at += at + 1 < len(lines) and bool(TITLE_ASIDE.fullmatch(_clean(lines[at + 1])))
        title = NUMBER_IN_A_COLLECTION.sub("", "".join(map(_clean, lines[start : at + 1])))
        return title, "\n".join(lines[opening:start] + lines[at + 1 :]), above
    for i, line in enumerate(lines):
        if match := TITLE_PREFIX.match(line):
            rest = "\n".join([*lines[:i], line[match.end() :], *lines[i + 1 :]])
            return NUMBER_IN_A_COLLECTION.sub("", _clean(match[1])), rest, []
    return Path(file).stem, head, []


def carried_title(title: str) -> str:
    """Return the title of the plan that a notice carries, any other title as it is.

    >>> carried_title("关于印发《云溪市2025年工作要点》的通知")
    '云溪市2025年工作要点'
    """
    match = CARRIED.match(title)
    return match[1] if match else title


def kind_of(title: str) -> str | None:
    """Return the kind of document that a title names at its end.

    >>> kind_of("云溪市2025年养老工作要点（试行）")
    '工作要点'
    """
    title = title.translate(TRADITIONAL)
    return next((kind for kind in KINDS if re.search(rf"{kind}(?:[（(].*)?$", title)), None)


def is_title(line: str) -> bool:
    """A line of its own that ends in the word for a kind of document."""
    line = _clean(line).translate(TRADITIONAL)
    return bool(TITLE_LINE.match(line)) and not re.search(r"[。；|>]", line)


def _is_part_of(lines: Sequence[str], at: int, titles: Sequence[int]) -> bool:
    """Say whether a title only repeats a part of one above it: 2021年工作总结 below the title of a
    report on two years. A notice quotes the title of the plan that it carries.
    """
    own = PART.sub("", _clean(lines[at]))
    above = (_clean(lines[i]) for i in titles if i < at)
    return any(own != title and own in title and kind_of(title) != "通知" for title in above)


def _clean(line: str) -> str:
    """Return a line without outer marks, and closed up where its characters are set apart."""
    line = re.sub(r"[\s\u3000\u00a0]+", " ", line).strip().lstrip("#*").strip("* ")
    gaps = len(SPACED.findall(line))
    if 2 * gaps >= len(line) - gaps - 1 > 2:
        return line.replace(" ", "")
    return BESIDE_DIGITS.sub("", line)


def _title_start(lines: Sequence[str], at: int) -> int:
    """Return where the title begins whose last line is `at`: it may be set in several lines."""
    start = at
    while start and at - start + 1 < TITLE_LINES:
        above, below = _clean(lines[start - 1]), _clean("".join(lines[start : at + 1]))
        is_quoted = f"《{above}{below}" in "".join(lines[: start - 1])  # by the notice before it
        if not is_quoted and not _is_upper_half(above, below):
            break
        start -= 1
    return start


def _is_upper_half(above: str, below: str) -> bool:
    """Say whether a line is the first half of the title below it: its organ, or what 关于 opens."""
    if not 2 < len(above) <= 36 or len(above + below) > 2 * TITLE_CHARS:
        return False
    if NO_TITLE.search(above) or is_title(above) or DOC_NUMBER.search(above):
        return False
    if "关于" in above or re.search(r"年度?$", above):
        return "关于" not in below
    is_organ = ORGAN_LINE.match(above.replace(" ", "")) is not None
    if OF_A_PLACE.match(above) and not is_organ and LOWER_HALF.match(below):
        return True
    return is_organ and GOES_ON.match(below) is not None


def _first_own_line(lines: Sequence[str]) -> int:
    """Return where the plan itself begins: its first title, 文号, or paragraph of sentences."""
    for i, line in enumerate(lines):
        if is_title(line) or DOC_NUMBER.search(line) or len(line.strip()) > 2 * TITLE_CHARS:
            return i
    return 0
