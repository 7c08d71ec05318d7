"""A sentence -> the deadlines printed in it, and their dates.

Three kinds: an end (年底前, 7月底前, 上半年), a span (三年内), a period that ends (2022年, 今年,
全年). A day that comes back (每月20日前), a time from which on (自7月1日起) and a year that is over
are none. What a time is, `knowledge.time` decides.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.targets.clauses import BLANK_ASIDE, Sentence
from knowledge.time import THIS_YEAR, Edge, TimeKind, TimeSpan, read_times

RECURS = re.compile(r"每[^，；、]{0,8}\Z")  # 每人全年不少于6次
# A bare year governs only where a promise begins: "参加2022年全国考试" is a name.
OPENS = re.compile(r"(?:^|[，；;：、,]|确保|力争|争取|努力|计划|预计|到|在|于|至|是|要|从)\s*\Z")
# 签约率2025年达到75%, 卫生院2026年改造12所: a year right before what a number measures
PROMISES = re.compile(
    r"(?:要|将|计划|拟|力争|再)*(?:[新改扩]建|建成|改造|完成|达到|达|[提升增降缩][高升加到低小]?[到至]"
    r"|新增|增加|实现|培训|发放|整治|开工|竣工|投用|建设|打造|安排|控制在|不[低少高多]于|不超过|至少)*"
    r"[\d×一二三四五六七八九十]"
)
COMPARES = re.compile(r"(?:[比较同以对由从自截]|相比|截至|截止)\Z")
NAMES_ON = re.compile(
    r"[度的]?(?:以来|起|版|修订|报告|工作要点|任务|考试|年会"
    r"|计划(?!安排|[新改扩建投完实培组开启推引发出举招再]))|是"
)
NO_END = (Edge.SINCE, Edge.AFTER, Edge.START, Edge.MIDDLE)
BEGINS = (TimeKind.DAY, TimeKind.MONTH, TimeKind.QUARTER, TimeKind.HALF)
WHOLE_YEARS = (TimeKind.YEAR, TimeKind.PERIOD)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A printed deadline: text[start:end] of its sentence. `is_end` where it names a last day."""

    start: int
    end: int
    text: str
    is_end: bool


def find_deadlines(sentence: Sentence, year: int | None) -> list[Deadline]:
    """Return the deadlines of a sentence in printed order; what ended before `year` is none."""
    return list(_deadlines(sentence, year))


def find_beginnings(sentence: Sentence, year: int | None) -> list[Deadline]:
    """Return the days of a sentence from which on something holds: 自7月1日起."""
    found = []
    for time in read_times(sentence.plain, year):
        has_lead = sentence.plain[time.start - 1 : time.start] in ("自", "从")
        may_begin = time.kind in BEGINS or (has_lead and time.kind is TimeKind.YEAR)
        if time.edge is Edge.SINCE and time.said.endswith("起") and may_begin:
            start = time.start - has_lead
            found.append(Deadline(start, time.end, sentence.text[start : time.end], is_end=False))
    return found


def deadline_date(text: str, year: int | None) -> str | None:
    """Return the last day of a printed deadline in ISO form, None where it has no known day.

    `year` is the plan's own.

    >>> deadline_date("7月底前", 2022), deadline_date("年底前", 2022), deadline_date("三年内", 2022)
    ('2022-07-31', '2022-12-31', None)
    """
    last = next((time.last for time in read_times(text, year) if time.last), None)
    return last.isoformat() if last else None


def _deadlines(sentence: Sentence, year: int | None) -> Iterator[Deadline]:
    for time in read_times(sentence.plain, year):
        before = sentence.plain[: time.start].rstrip(BLANK_ASIDE)
        if time.kind is TimeKind.RECURRING or time.edge in NO_END or RECURS.search(before):
            continue
        if time.kind is TimeKind.SPAN and before.endswith(("后", "起")):
            continue  # 销售后1年内: counted from an event
        is_end = _is_end(time)
        if not is_end and not _governs(sentence.plain, time, before):
            continue
        if time.last and year and time.last.year < year:
            continue
        yield Deadline(time.start, time.end, sentence.text[time.start : time.end], is_end)


def _is_end(time: TimeSpan) -> bool:
    """True if a time names the last day of something, and not a year in which it is done."""
    if time.kind is TimeKind.YEAR and time.edge is Edge.BEFORE and time.said[-2] == "年":
        return False  # 2030年前碳达峰 is a name as often as a promise
    return time.is_due or (time.kind is TimeKind.DAY and time.edge in (Edge.WHOLE, Edge.UNTIL))


def _governs(text: str, period: TimeSpan, before: str) -> bool:
    if period.kind not in WHOLE_YEARS:
        return False
    opens = period.said in THIS_YEAR or OPENS.search(before) is not None
    promises = PROMISES.match(text, period.end) and not COMPARES.search(before)
    return bool(opens or promises) and not NAMES_ON.match(text, period.end)
