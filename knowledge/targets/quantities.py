"""A sentence -> every number in it that could count something: value, unit and how it binds.

The scanner reads over numbers that count nothing: dates, ordinals, ages, the size of a group
(每1000人), names with letters (3A, PM2.5). `commitments` decides which of the rest are rows.

Not covered: ratios (1:15), numbers in words (近百家, 数十场).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from knowledge.targets.clauses import BLANK_ASIDE, TOTAL_WORDS, Sentence
from knowledge.targets.units import (
    DURATIONS,
    EVENTS,
    PER_SPAN,
    PLACES,
    RATE,
    SPANS,
    UNIT,
    with_rate,
)

ARABIC = r"\d+(?:,\d{3}(?!\d))*(?:\.\d+)?"
HAN_NUMERALS = "一二两三四五六七八九十百千零〇"
HAN = f"[{HAN_NUMERALS}]+万?"
# A figure, or some of its digits (×000), taken out before the plan was handed on.
HIDDEN = r"(?:(?:\d[\d.]*)?×[×\d.]*|[XＸ]+|[*＊]+)"
GAP = "[ \u00a0]?"  # "95.5 %", "500 户"
ONE = rf"(?:{ARABIC}(?:{GAP}[余多]?[十百千]?[万亿]|[百千])?|{HAN}|{HIDDEN}[万亿]?)(?:{GAP}[%％‰])?"
DASH = "[-—–－~～至到]{1,2}"
RANGE = re.compile(rf".[元个名户家人]?{DASH}.")
TENTHS = r"[一二两三四五六七八九1-9]成[半一二三四五六七八九]?(?=[以左多及的，、；：。,;）)]|\s*\Z)"
VALUE = rf"{TENTHS}|百分之{HAN}|{HAN}分之{HAN}|{ARABIC}/10万|{ONE}(?:[元个名户家人]?{DASH}{ONE})?"
BOUND = "及?以上|及?以下|以内|之内|内(?![容部外涵在陆])|左右|上下"

DAY = rf"{GAP}\d{{1,2}}{GAP}[日号]"
YEARS = rf"[12]\d{{3}}(?:[-—–~～至到][12]\d{{3}})?{GAP}年(?:{GAP}\d{{1,2}}{GAP}月(?:{DAY})?)?"
SKIPPED = rf"""
    {YEARS}(?:度|代)?|{HIDDEN}[年月日号]
  | \d{{1,2}}{GAP}月份?(?:{DASH}\d{{1,2}}月)?(?:{DAY})?
  | \d{{1,2}}{GAP}[日号](?=[前起止至、—-])
  | {ONE}(?:{DASH}{ONE})?(?:周岁|岁|周年)(?:及?以[上下])?
  | [第满每]\s?{ONE}(?:[-—、至]第?{ONE})*
  | (?<![目当提以年之底日月])前{ONE}|(?:排名|排位|末|倒)后{ONE}[位名]
  | {ONE}多?年(?:来|级|制)
  | (?:连续|过去|近){ONE}(?:年|次|个月|天|届|季度)?
  | {ONE}(?:届|号|楼|层|时许|点钟|大(?!型|户|额|病|桥|中))
  | [A-Za-z]+[-.]?\d[\d.]*[A-Za-z]*|\d+(?:\.\d+)?[A-Za-z]+\d*
  | \d+(?:\+\d+)+|\d+[×xX*]\d+|\d+[:：]\d+(?:\.\d+)?
"""
FIRST = rf"(?=[\d×XＸ*＊≥≤><＞＜第满每前排末倒连过近A-Za-z{HAN_NUMERALS}])"  # only for speed
SCANNER = re.compile(
    rf"{FIRST}(?<![\d.A-Za-z])(?:(?P<skipped>{SKIPPED})"
    rf"|(?P<symbol>[≥≤>＞<＜])?(?P<value>{VALUE})(?:{GAP}(?P<more>余|多))?"
    rf"(?:{GAP}(?P<unit>{UNIT}))?(?P<rate>{RATE})?{BLANK_ASIDE}*(?:{GAP}(?P<bound>{BOUND}))?)",
    re.VERBOSE,
)
TOTAL = re.compile("|".join((*TOTAL_WORDS, "所有(?!权|制|者|人)")))
# What may stand between the numbers of one list: "850元和每人每年8400元"
LIST_GAP = re.compile(rf"[、和与及](?:{PER_SPAN})*")
SAME_RATE = re.compile("[、和与及]|以及|[提增上降下调缩][高加升降低调减小]?[到至]")
SUM = re.compile("[共总]|合计|累计")
GROUP = re.compile("[百千万]|\\d")  # a rate by the size of a group

AT_LEAST = "不少于|不低于|不小于|不得少于|不得低于|至少|最少"
AT_MOST = "不超过|不高于|不多于|不大于|不得超过|不得高于|最多|最高|至多|控制在"
NEAR_BOUNDS = (
    (re.compile(rf"(?:{AT_LEAST})\Z"), ">="),
    (re.compile(rf"(?:{AT_MOST})\Z"), "<="),
    (re.compile(r"(?:高于|超过|超|大于|多于|突破)\Z"), ">"),
    (re.compile(r"(?:低于|少于|小于)\Z"), "<"),
    # 增幅达到6.5% states a growth, 覆盖率达到80% a floor
    (re.compile(r"(?:增幅|增速|涨幅|降幅|增长率)(?:分别)?(?:达到|达)\Z"), "="),
    (re.compile(r"(?:达到|达)\Z"), ">="),
    # 至少建设1个: the verb may stand between a bound and its number
    (re.compile(rf"(?:{AT_LEAST})[^、]{{0,12}}\Z"), ">="),
    (re.compile(rf"(?:{AT_MOST})[^、]{{0,12}}\Z"), "<="),
)
BEHIND = {"上": ">=", "下": "<=", "内": "<=", "右": "="}  # by the last character of the bound
SYMBOLS = {"≥": ">=", "≤": "<=", ">": ">", "＞": ">", "<": "<", "＜": "<"}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, or a total such as 全覆盖; sentence[start:end] prints it.

    `clause` is the index of its clause; `bound` what is printed behind the unit.
    """

    start: int
    end: int
    clause: int
    value: str
    op: str
    unit: str | None
    bound: str = ""

    @property
    def is_total(self) -> bool:
        """Say whether it is a word such as 全部, not a number."""
        return self.op == "all"

    @property
    def measures_time(self) -> bool:
        """Say whether it is a rate (每周1次) or a limit (30日内), which no deadline ends."""
        counted, _, per = (self.unit or "").partition("/")
        recurs = counted in EVENTS and any(span in per for span in SPANS)
        return counted in DURATIONS or recurs

    @property
    def redacted(self) -> bool:
        """Say whether the figure was taken out of the text."""
        return re.search(HIDDEN, self.value) is not None


def scan_quantities(sentence: Sentence) -> list[Quantity]:
    """Return every number of the sentence that could count something, in printed order."""
    return _share_rates(sentence, _share_bounds(sentence, list(_scan(sentence))))


def scan_totals(sentence: Sentence) -> list[Quantity]:
    """Return the words of the sentence that say all."""
    return [
        Quantity(m.start(), m.end(), sentence.clause_at(m.start()), m[0], "all", None)
        for m in TOTAL.finditer(sentence.plain)
    ]


def _scan(sentence: Sentence) -> Iterator[Quantity]:
    previous = 0
    for match in SCANNER.finditer(sentence.plain):
        if match["skipped"]:
            continue
        index = sentence.clause_at(match.start())
        start = max(sentence.clauses[index].start, previous)
        before = sentence.plain[start : match.start()].rstrip()
        unit, value = _unit(match, before), match["value"]
        if re.match(HIDDEN, value):
            if not unit or unit in PLACES:
                continue  # "×区" is a name
            if match["unit"]:  # ×万名: nothing but the measure word tells it from ×万户
                value = sentence.text[match.start("value") : match.end("unit")]
        op, bound = _op(match, before), match["bound"] or ""
        yield Quantity(match.start(), match.end(), index, value, op, unit, bound)
        previous = match.end()


def _unit(match: re.Match[str], before: str) -> str | None:
    value, unit = match["value"], match["unit"]
    if value.endswith("‰"):
        return "‰"
    if value.endswith(("%", "％")) or value.startswith("百分之"):
        return "%"
    if value.endswith("/10万"):
        return "/10万"
    if re.fullmatch(TENTHS.partition("(?=")[0], value):
        return "成"
    if not unit:
        return None
    return unit + match["rate"].replace("／", "/") if match["rate"] else with_rate(unit, before)


def _op(match: re.Match[str], before: str) -> str:
    value, bound = match["value"], match["bound"] or ""
    if RANGE.search(value):
        return "range"
    if bound:
        return BEHIND[bound[-1]] if bound != "上下" else "="
    if match["symbol"]:
        return SYMBOLS[match["symbol"]]
    if value in ("100%", "100％"):
        return "="
    op = _bound(before)
    return ">" if op == "=" and (match["more"] or re.search("[余多]", value)) else op


def _bound(before: str) -> str:
    """Return how the words before a number bind it."""
    before = re.sub(rf"(?:{PER_SPAN})+\Z", "", before)
    return next((op for pattern, op in NEAR_BOUNDS if pattern.search(before)), "=")


def _share_rates(sentence: Sentence, quantities: Sequence[Quantity]) -> list[Quantity]:
    """Give a list one rate: "每千人口医师3.4人、护士4人", "每年讲课2次、调研30天"."""
    shared = list(quantities)
    for i in range(len(shared) - 1):
        first, second = shared[i], shared[i + 1]
        counted, slash, rate = (first.unit or "").partition("/")
        between = sentence.plain[first.end : second.start]
        in_list = first.clause == second.clause and SAME_RATE.match(between)
        if not counted or not slash or not in_list or not second.unit or "/" in second.unit:
            continue
        recurs = second.unit in (*EVENTS, *DURATIONS) and rate in SPANS
        if (second.unit == counted and not SUM.search(between)) or recurs or GROUP.match(rate):
            shared[i + 1] = replace(second, unit=f"{second.unit}/{rate}")
    return shared


def _share_bounds(sentence: Sentence, quantities: Sequence[Quantity]) -> list[Quantity]:
    """Give a list one unit and one bound: "提高3个和5个百分点", "达到60%、70%和80%以上"."""
    shared = list(quantities)
    for i in range(len(shared) - 1):
        first, second = shared[i], shared[i + 1]
        if not LIST_GAP.fullmatch(sentence.plain, first.end, second.start):
            continue
        if second.unit and second.unit.startswith(first.unit or ""):
            shared[i] = first = replace(first, unit=second.unit)
        if second.bound and not first.bound and not first.value.startswith("100"):
            shared[i] = replace(first, op=second.op, bound=second.bound)
        elif second.op == "=" and not second.bound:
            clause = sentence.clauses[first.clause]
            op = first.op if first.op != "=" else _bound(sentence.plain[clause.start : first.start])
            shared[i + 1] = replace(second, op=op)
    return shared
