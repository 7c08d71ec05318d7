"""What stands before the first number of a plan -> its title, the preamble, and what a web page put
above.

A title stands on a line of its own, or on two or three, and may be set with its characters apart.
The place tells it (the first line of all, large type, below a signature, quoted by the notice
before it), and so does the word for a kind of document at its end.

Not covered: titles inside a picture.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

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
# Those that no sentence goes on from: a title that runs into its text ends in one of them.
RUNNING_KIND = "|".join(k for k in KINDS if k.endswith(tuple("点案划要见法则告结话知")))
SEEN_LINES, SEEN_CHARS = 150, 500  # of a head: no title stands further down
TITLE_CHARS = 50
LONGEST_TITLE = 120  # in several lines
VERSION = r"(?:[（(][^（）()]{1,14}[）)]){0,2}"  # （试行）（征求意见稿）, （V1.0）
TITLE_LINE = re.compile(rf"(?![（(]).{{2,{LONGEST_TITLE}}}?(?:{KIND}){VERSION}")
RUNNING_TITLE = re.compile(
    rf"[^。，,；：:\n]{{2,{TITLE_CHARS}}}?(?:{RUNNING_KIND})(?=[ \u3000]*\S)"
)
# A line below the title that belongs to it: （2024—2026年）, （征求意见稿）, （2021 版）
ASIDE = re.compile(
    r"[（(](?:20\d\d\s?年?\s?[-—–－~～至]{1,2}\s?20\d\d\s?年?|20\d\d\s?年?\s?版|试行|修订|草案|.{2,4}稿)[）)]"
)
TITLE_LINES = 4  # the most that one title is set in
TOLD_LINES = 20  # before a title, in which a notice names it
# Plans from Taiwan, Hong Kong and Macau: the words of KINDS in their characters.
TRADITIONAL = str.maketrans(
    "點劃綱實報議見辦細則總結單務計標準預責臺", "点划纲实报议见办细则总结单务计标准预责台"
)
COUNT = r"[一二三四五六七八九十\d]{1,3}"
NUMBER_IN_A_COLLECTION = re.compile(  # "第一篇：", "篇2：", "【精品】"
    rf"^(?:(?:第?{COUNT}篇?|篇{COUNT})[：:\s]+|【[^】]{{1,6}}】[：:\s]*)"
)
NO_TITLE = re.compile(r"[。：:；，,>|]|^[（(]|文\s*件$|^第.{1,3}[章节条]|日\s*$")
# Kinds that are headings of sections as well: a title that ends in one names more.
WEAK_KINDS = ("要求", "措施", "举措", "建议", "政策", "标准", "安排", "打算", "思路", "意见")
WEAK_CHARS = 8
LISTED = re.compile(
    r"[A-Za-z]\s|[（(]?[\d一二三四五六七八九十]+[、.．）)](?!\d)"
)  # an entry of a list
SENTENCE = re.compile(r"为了?|根据|按照|依据|经(?!济)|现(?!代)|本(?!溪)|各|我|你|该")
GOES_ON = re.compile(r"^(?:关于|印发|20\d\d|二〇|“|《)")  # a title behind the name of its organ
GOES_ON_FROM = ("的", "和", "与", "及", "等", "、", "暨")  # the lower half of a title
# the second line of a title whose first names a place and a subject
LOWER_HALF = re.compile(r"^(?:[一二三四五]年|专项|实施|行动|工作|发展规划|“?十[一二三四五]五)")
OF_A_PLACE = re.compile(
    r"(?!各)[\u4e00-\u9fa5×ＸX]{1,8}?(?:省|市|州|盟|县|旗|区|镇|乡|街道|全国|国家)|国家|全国|中国"
)
NAMES_A_SUBJECT = re.compile(r"关于|在.{2,30}(?:会议|大会|会)|(?:19|20)\d\d|二[〇零○]")
PART = re.compile(r"^第.{1,3}部分[：:\s]*")
CARRIED = re.compile(r"^.{0,40}(?:印发|下发|发布|转发|公布)《([^《》]{4,60})》的通知$")
SPACED = re.compile(r"(?<=\S)[ \u3000\u00a0]+(?=\S)")
BESIDE_DIGITS = re.compile(
    r"(?<=[\u4e00-\u9fa5])[ \u3000]+(?=\d)|(?<=\d)[ \u3000]+(?=[\u4e00-\u9fa5])"
)
ORGAN_END = (
    "局|委员会|委|厅|部|办公室|办|人民政府|政府|院|协会|联合会|中心|处|公司|学校|大学"
    "|总队|支队|署|领导小组|国务院|(?<![大例年])会"
)
ORGAN_LINE = re.compile(rf"^[\u4e00-\u9fa5（）()×ＸX]{{2,25}}(?:{ORGAN_END})$")
DOC_NUMBER = re.compile(
    r"(?:[\u4e00-\u9fa5×ＸX]{1,10}\s?)?[〔\[【(（﹝]\s?\d{4}\s?[〕\]】)）﹞]\s?(?:第\s?)?\d{1,5}\s?号"
    r"|(?:\d{4}年\s?)?第\s?\d{1,4}\s?号"
)
DATE_LINE = re.compile(r"[（(]?[12二][\d〇零○O]\S{0,3}\s?年.{1,8}[日月][）)]?")
LETTERHEAD = re.compile(r"[\u4e00-\u9fa5×ＸX（）() ]{2,40}文\s*件")
PROSE_CHARS = 30  # of a line that is a sentence
FEWEST_CHARS = 4  # of a title
HALF_CHARS, UPPER_CHARS = (
    12,
    8,
)  # the most of a lower half that names nothing, the fewest of an upper
FIRST_CHARS = 8  # the fewest of a title that names no kind of document
FURNITURE_CHARS = 30  # the most of a line of a site above a plan
COUNTS = re.compile(r"\d\s?(?!年|月|日|[\d.])[\u4e00-\u9fff%]")


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the first number: the title, the rest in printed order, and the lines that
    a letterhead or a site put above, each with why it is left out.
    """

    title: str
    preamble: str
    above: tuple[tuple[str, str], ...] = ()


def read_head(head: str, file: str, large: Sequence[str] = (), given: str = "") -> Head:
    """Split what stands before the first number.

    `large` are lines that the file sets in large type, or calls its title. A text without any
    title is called by its file. Where the plan is called otherwise (by plans.toml, or as the plan
    that a notice carries), the printed title stays with the text.
    """
    lines = head.splitlines()
    seen = [line[:SEEN_CHARS] for line in lines[:SEEN_LINES]]
    span = _find_title(seen, _large_lines(seen, {squeeze(line) for line in large}))
    if span is None:
        return _running_title(lines) or Head(Path(file).stem, head)
    title = NUMBER_IN_A_COLLECTION.sub("", "".join(_clean(lines[i]) for i in span))
    opening = min(span.start, _first_own_line(lines))
    above = [(line.strip(), _why_above(line)) for line in lines[:opening] if line.strip()]
    own = list(enumerate(lines))[opening:]
    letterheads = [i for i, line in own if i < span.start and LETTERHEAD.fullmatch(line.strip())]
    above += [(lines[i].strip(), "红头") for i in letterheads]
    is_kept = squeeze(given or carried_title(title)) != squeeze(title)
    taken = {*letterheads, *(() if is_kept else span)}
    return Head(title, "\n".join(line for i, line in own if i not in taken), tuple(above))


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
    plain = re.sub(rf"{VERSION}$", "", title.translate(TRADITIONAL))
    return next((kind for kind in KINDS if plain.endswith(kind)), None)


def is_title(line: str) -> bool:
    """A line of its own that ends in the word for a kind of document."""
    line = NUMBER_IN_A_COLLECTION.sub("", _clean(line)).translate(TRADITIONAL)
    if len(line) > LONGEST_TITLE or any(c in line for c in "。；|>："):
        return False
    if LISTED.match(line) or TITLE_LINE.fullmatch(line) is None:
        return False
    if "，" in line and SENTENCE.match(line):
        return False
    is_weak = len(line) < WEAK_CHARS and line.endswith(WEAK_KINDS)
    return _is_named(line) or (len(line) <= TITLE_CHARS and not is_weak)


def names_a_document(line: str) -> bool:
    """True for a title that names its place, organ, year or subject: no line of a text does."""
    return is_title(line) and _is_named(_clean(line))


def title_start(lines: Sequence[str], at: int) -> int:
    """Return where the title begins whose last line is `at`: it may be set in several lines."""
    start, found = at, 1
    for i in range(at - 1, -1, -1):
        above, below = _clean(lines[i]), _clean("".join(lines[start : at + 1]))
        if not above:
            if start - i > 2 or _is_named(below):
                break
            continue
        notice = "".join(lines[max(i - TOLD_LINES, 0) : i])
        is_quoted = _letters(above + below) in _letters(notice)
        if found == TITLE_LINES or not (is_quoted or _is_upper_half(above, below)):
            break
        start, found = i, found + 1
    return start


# Which lines are the title


def _find_title(lines: Sequence[str], large: Collection[int]) -> range | None:
    """Return the lines of the title, None where no line is one; `large` are set in large type."""
    ends = (i for i, line in enumerate(lines) if _may_end_title(line))
    spans = [*(_span(lines, i) for i in ends), *_runs(large)]
    whole = [span for span in spans if _is_whole(_joined(lines, span))]
    told = [span for span in whole if _is_told(lines, span, large)]
    own = [span for span in told if not _repeats(lines, span, told)]
    named = [span for span in whole if _is_named(_joined(lines, span))]
    if found := own or told or named:
        return max(found, key=lambda span: _weight(lines, span, large))
    first = next((i for i, line in enumerate(lines) if line.strip()), None)
    return range(first, first + 1) if first is not None and _is_first_line(lines, first) else None


def _may_end_title(line: str) -> bool:
    bare = squeeze(line).removeprefix("的")
    return bool(bare) and (is_title(line) or bare in KINDS)


def _large_lines(lines: Sequence[str], large: Collection[str]) -> set[int]:
    """Return the places of lines that are large, alone or several in one piece."""
    found = set[int]()
    for start in range(len(lines)):
        piece = ""
        for end in range(start, min(start + TITLE_LINES, len(lines))):
            piece += squeeze(lines[end])
            if piece in large:
                found.update(range(start, end + 1))
    return {i for i in found if not _is_imprint(lines[i])}


def _is_imprint(line: str) -> bool:
    """True for what stands around a title in large type as well: letterhead, 文号, date."""
    line = line.strip()
    is_date = DATE_LINE.fullmatch(line) is not None
    return is_date or bool(LETTERHEAD.fullmatch(line) or DOC_NUMBER.fullmatch(line))


def _runs(places: Collection[int]) -> Iterator[range]:
    """Yield the runs of neighbours, but for those of more lines than a title has."""
    for place in sorted(places):
        if place - 1 not in places:
            end = next(i for i in count(place) if i not in places)
            if end - place <= TITLE_LINES:
                yield range(place, end)


def _span(lines: Sequence[str], at: int) -> range:
    end = at + 1
    while end < len(lines) and ASIDE.fullmatch(_clean(lines[end])):
        end += 1
    return range(title_start(lines, at), end)


def _joined(lines: Sequence[str], span: range) -> str:
    return "".join(_clean(lines[i]) for i in span)


def _is_whole(title: str) -> bool:
    """True if a title is no half of one: “的通知”, or with a quotation that is not closed."""
    pairs = all(title.count(a) == title.count(b) for a, b in ("《》", "“”", "（）"))
    is_half = len(title) < FEWEST_CHARS or title.startswith((*GOES_ON_FROM, "》", "”"))
    return pairs and not is_half


def _is_told(lines: Sequence[str], span: range, large: Collection[int]) -> bool:
    """True if the place tells a title: above all sentences, or below the notice that carries it."""
    before = lines[: span.start]
    if not any(map(_is_prose, before)) or any(i in large for i in span):
        return True
    last = next((line.strip() for line in reversed(before) if line.strip()), "")
    is_signed = DATE_LINE.fullmatch(last) or ORGAN_LINE.match(squeeze(last))
    return bool(is_signed) or last.startswith("附件") or _is_quoted(lines, span)


def _is_quoted(lines: Sequence[str], span: range) -> bool:
    """True if the notice before a title names it between 《》."""
    return f"《{_letters(_joined(lines, span))}" in _letters("".join(lines[: span.start]))


def _letters(text: str) -> str:
    """Return text without its stops: a notice sets 、 between the lines of a title."""
    return "".join(c for c in text if c.isalnum() or c == "《")


def _repeats(lines: Sequence[str], span: range, others: Sequence[range]) -> bool:
    """True if a title only repeats a part of one above it: 2021年工作总结 below the title of a
    report on two years. A notice quotes the title of the plan that it carries.
    """
    own = PART.sub("", _joined(lines, span))
    above = (_joined(lines, other) for other in others if other.start < span.start)
    return any(own != title and own in title and kind_of(title) != "通知" for title in above)


def _weight(lines: Sequence[str], span: range, large: Collection[int]) -> tuple[int, int]:
    """Return how much speaks for a title; of two alike the last one is the plan's."""
    title = _joined(lines, span)
    is_large = any(i in large for i in span) and not ORGAN_LINE.match(squeeze(title))
    signs = (
        is_title(title),
        2 * _is_named(title),
        2 * is_large,
        2 * _is_quoted(lines, span),
        squeeze("".join(lines)).count(squeeze(title)) > 1,
    )
    return sum(map(int, signs)), span.start


def _is_named(title: str) -> bool:
    """True if a title names a place, an organ, a year or a subject."""
    return bool(OF_A_PLACE.match(title) or NAMES_A_SUBJECT.search(title) or "《" in title)


def _is_first_line(lines: Sequence[str], first: int) -> bool:
    """True if the first line is a title without a kind: short, no sentence, and text below it."""
    title = _clean(lines[first])
    if not FIRST_CHARS <= len(title) <= TITLE_CHARS or SENTENCE.match(title):
        return False
    if (
        LISTED.match(title)
        or NO_TITLE.search(title)
        or not _is_whole(title)
        or not title[0].isalnum()
        and title[0] not in "“《"
    ):
        return False
    return not (
        ORGAN_LINE.match(squeeze(title)) or DOC_NUMBER.search(title) or title.endswith("上")
    )


def _running_title(lines: Sequence[str]) -> Head | None:
    """Return the title that begins a line and runs into the text, where it names place or year."""
    for i, line in enumerate(lines):
        match = RUNNING_TITLE.match(line.strip())
        if match is None or SENTENCE.match(match[0]) or LISTED.match(match[0]):
            continue
        title = _clean(match[0])
        is_named = OF_A_PLACE.match(title) or NAMES_A_SUBJECT.search(title)
        if is_named and _is_whole(title):
            rest = line.strip()[match.end() :]
            preamble = "\n".join([*lines[:i], rest, *lines[i + 1 :]])
            return Head(NUMBER_IN_A_COLLECTION.sub("", title), preamble)
    return None


# Its lines


def _clean(line: str) -> str:
    """Return a line without outer marks, and closed up where its characters are set apart."""
    line = re.sub(r"[\s\u3000\u00a0\ue000]+", " ", line).strip().lstrip("#*").strip("* ")
    words = line.split(" ")
    if len(words) > 1 and sum(map(len, words)) < 2 * len(words):
        return "".join(words)
    return BESIDE_DIGITS.sub("", line)


def _is_lower_half(title: str) -> bool:
    return title.startswith(GOES_ON_FROM) or not _is_whole(title)


def _is_upper_half(above: str, below: str) -> bool:
    """True if a line is the upper half of the title below it: its organ, or what 关于 opens."""
    if not 2 < len(above) <= TITLE_CHARS or len(above + below) > LONGEST_TITLE:
        return False
    if NO_TITLE.search(above) or DOC_NUMBER.search(above) or LETTERHEAD.fullmatch(above):
        return False
    if _is_lower_half(below):
        return True
    if is_title(above) or len(above) > 36:
        return False
    core = re.sub(rf"{VERSION}$", "", below)
    is_short = len(core) <= HALF_CHARS and not _is_named(core)
    if is_short and len(above) >= UPPER_CHARS and " " not in above and not ORGAN_LINE.match(above):
        return True
    if "关于" in above or re.search(r"年度?$", above):
        return "关于" not in below
    is_organ = ORGAN_LINE.match(above.replace(" ", "")) is not None
    if OF_A_PLACE.match(above) and not is_organ and LOWER_HALF.match(below):
        return True
    return is_organ and GOES_ON.match(below) is not None


def _is_prose(line: str) -> bool:
    """True if a line is a sentence of a text."""
    return (
        len(line.strip()) >= PROSE_CHARS
        and line.strip()[-1] in "。；："
        or len(line) > LONGEST_TITLE
    )


def _first_own_line(lines: Sequence[str]) -> int:
    """Return where the plan itself begins: its first title, 文号, figure or sentence."""
    for i, line in enumerate(lines):
        is_text = len(line.strip()) > FURNITURE_CHARS or line.strip().endswith(("。", "：", ":"))
        is_own = is_text or "。" in line or COUNTS.search(line) is not None
        if is_own or is_title(line) or DOC_NUMBER.search(line) or ORGAN_LINE.match(squeeze(line)):
            return i
    return 0


def _why_above(line: str) -> str:
    return "红头" if LETTERHEAD.fullmatch(line.strip()) else "标题前的网页文字"
