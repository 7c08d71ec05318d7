"""A text -> the times printed in it: years, months, days, 国庆节前, “十四五”期末, 到2030年.

`first` and `last` are the days that a time covers. They are None where print does not tell: a month
without any year, 汛期前, and the open side of 年底前 or 自7月1日起. How long something takes
(三年, 30日) is a quantity; 三年内 is both.

Not covered: weeks, the lunar calendar (春节前 has no day), days counted from an event (印发之日起).
"""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from knowledge.numbering import number_value
from knowledge.text import KEPT_TEXTS, read_text, squeeze
from knowledge.units import find_unit

FIVE_YEAR_PLANS = {"一": 2010, "二": 2015, "三": 2020, "四": 2025, "五": 2030, "六": 2035}
FIVE_YEAR_PLANS |= {"七": 2040}
# The day of a feast that has one in our calendar; 前 is the day before.
FEASTS = {"国庆": (10, 1), "五一": (5, 1), "七一": (7, 1), "八一": (8, 1)}
THIS_YEAR = ("今年", "本年", "本年度", "全年")  # of a plan: any of its promises is for it
ALL_YEAR = "全年"  # when something is done, no day by which
MOVING_FEASTS = (
    "春节|清明|端午|中秋|元旦|元宵"  # 元旦前 of a plan is the year's end or its beginning
)
SEASONS = (
    "主汛期|汛期|入汛|雨季|采暖[季期]|供暖[季期]?|取暖季|入冬|防火期"
    "|秋季开学|春季开学|开学|春耕|三夏|秋收"
)
RELATIVE_YEARS = {"前年": -2, "去年": -1, "上年": -1, "上一年": -1, "前一年": -1, "头年": -1}
RELATIVE_YEARS |= {"今年": 0, "本年": 0, "明年": 1, "次年": 1, "下一年": 1, "后年": 2}
RELATIVE_MONTHS = {"本": 0, "这": 0, "这个": 0, "当": 0, "下": 1, "下个": 1, "上": -1, "上个": -1}
THIRDS = {
    "上旬": (1, 10),
    "中旬": (11, 20),
    "下旬": (21, 31),
    "上中旬": (1, 20),
    "中下旬": (11, 31),
}
SOME_YEAR = 2000  # in which months and days are read where no year is known

GAP = "[ ]?"
HAN = "零〇○一二三四五六七八九十"
HAN_MONTH = "十[一二]?|[一二三四五六七八九]"
HIDDEN = "[×X*]+"
HAN_YEAR = rf"(?<![{HAN}])[一二][{HAN[:-1]}]{{3}}"
YEAR = rf"(?:(?<![\d.〔])[1-9]\d{{3}}|{HAN_YEAR}|{HIDDEN}){GAP}学?年(?!级|龄|代)"
# 今年轻, 上年纪, 文明年度, 以前年度 are other words
GUARDED = {"前年": "(?<!以)前年(?!度)", "今年": "今年(?![轻龄])", "上年": "上年(?!纪)"}
GUARDED |= {"明年": "(?<!文)明年"}
RELATIVE_YEAR = "|".join(GUARDED.get(word, word) for word in RELATIVE_YEARS)
MONTH = (
    rf"(?<![\d.])(?:1[0-2]|0?[1-9]|{HIDDEN}){GAP}月(?!龄|均|票|薪|租|供|度)份?"
    rf"|(?<![{HAN}每个])(?:{HAN_MONTH})月(?:份|(?=[底末初中前起至]|[上中下]{{1,2}}旬|[\d{HAN}]{{1,3}}[日号]))"
)
DAY = rf"(?:[0-3]?\d|[{HAN}]{{1,3}}|{HIDDEN}){GAP}[日号]"
POINT = re.compile(
    rf"""(?:(?P<year>{YEAR})|(?P<relative>{RELATIVE_YEAR}))?度?{GAP}
    (?:(?P<month>{MONTH}){GAP}(?:(?P<day>{DAY})|(?P<third>上中旬|中下旬|[上中下]旬))?
      |(?P<half>[上下]半年)
      |(?P<first_quarters>前三季度)|第?(?P<quarter>[一二三四1-4])季度)?
    (?:年(?=[底末初]))?(?P<part>[底末初中](?![心央国小学期段等医高次]))?""",
    re.VERBOSE,
)
# A point that goes on from the one before it: 6月1日至30日; and one that only the next explains.
DASH = re.compile(f"{GAP}(?:-{{1,2}}|~|至|到){GAP}")
BARE = re.compile(rf"(?<![\d.])(?:(?:19|20)\d\d|\d{{1,2}})(?={GAP}(?:-|~|至|到){GAP}\d)")
POINT_GROUPS = "year relative month half first_quarters quarter".split()
ONE_DAY = re.compile(DAY)
DAY_ALONE = re.compile(
    rf"(?<!\d)(?<![\d{HAN}]月)(?P<day>[0-3]?\d{GAP}[日号])(?=之?以?前|起|止|至|-|~)"
)
NAMED = re.compile(
    rf"""“?十(?P<plan>[一二三四五六七])五”?(?:规划)?(?P<plan_part>时?期?末|期间|时期|以来)?
    |(?P<feast>{"|".join(FEASTS)})节?(?:假期|假日)?(?=之?以?前|期间)
    |(?P<event>(?:{MOVING_FEASTS})节?(?:假期)?|{SEASONS})(?=之?以?前|期间)
    |(?P<whole>全年|本年度|年度内)
    |(?<![\d{HAN}每几数多半近往青少老中壮幼童成])年(?P<part>[底末初内](?!化|涝|设)|中(?=前|$|[，。、之以]))
    |(?P<span>(?<![\d.第前{HAN}])(?:[1-9]|[二两三四五])(?:(?:-|~|至|到)[2-9二三四五])?年
      (?:(?:时间)?(?:之|以)?内(?!不)|(?:时间)?(?=[^，。]{{0,4}}(?:实现|完成|建成))))""",
    re.VERBOSE,
)
NEAR = "|".join(sorted(RELATIVE_MONTHS, key=len, reverse=True))
SPOKEN = re.compile(
    rf"""(?P<near>{NEAR})(?P<unit>月|季度?)(?P<near_part>[底末初])?
    |(?P<month_end>月[底末])
    |(?P<short>(?<![\d第])[12]\d)年(?![以之来内间代后前度])
    |(?P<short_han>[一二]?[一二][{HAN[:-1]}])年(?!级|[以之来内间])
    |(?P<listed>(?<![\d第.])[12]\d)(?=[、，和跟与到至~-](?:20)?[12]\d年)
    |(?P<bare>(?<![\d.])20[1-4]\d)(?![\d年.%]|[多余]?[万亿千百])""",
    re.VERBOSE,
)
RECURS = re.compile(rf"每(?:个)?(?:[年月周]|季度?)(?:的|{GAP})?\Z")
BEHIND = re.compile(
    r"(?P<before>之?以?前)|(?P<within>之?以?内(?![容部外涵]))|(?P<since>起|以来|开始)|(?P<after>之?以?后)|(?P<stop>止)"
)
TO, SINCE = re.compile("(?:到|至|截至|截止)“?\\Z"), re.compile("(?:自|从)“?\\Z")
FIRST = re.compile(
    rf"[\d×X*{HAN}年去今明上前后头次本下这当全第“国春清端中七八汛入雨采供取防秋开主月]"
)


class TimeKind(StrEnum):
    """What a time is printed as."""

    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"
    THIRD = "third"  # 上旬
    DAY = "day"
    PERIOD = "period"  # 2025-2027年, 6月至9月
    FIVE_YEARS = "five years"  # “十四五”期间
    EVENT = "event"  # 国庆节前, 汛期前
    SPAN = "span"  # 三年内
    RECURRING = "recurring"  # 每月20日前


class Edge(StrEnum):
    """Which side of a time is meant."""

    WHOLE = ""
    START = "初"
    MIDDLE = "中"
    END = "底"
    BEFORE = "前"
    WITHIN = "内"
    UNTIL = "到"
    SINCE = "起"
    AFTER = "后"


PARTS = {"底": Edge.END, "末": Edge.END, "初": Edge.START, "中": Edge.MIDDLE}


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A time as it is printed at text[start:end]; `said` is that print in normal form.

    `in_year` are its first and last day without the year ("06-01~06-30"), by which 6月 of a
    question without a year is compared; "" where print tells no days.
    """

    start: int
    end: int
    first: date | None
    last: date | None
    said: str
    kind: TimeKind
    edge: Edge = Edge.WHOLE
    in_year: str = ""

    @property
    def years(self) -> tuple[int, ...]:
        """The years that the time covers; where a side is open, the one it begins or ends in."""
        days = [day for day in (self.first, self.last) if day]
        return tuple(range(days[0].year, days[-1].year + 1)) if days else ()

    @property
    def is_until(self) -> bool:
        """True if it reaches up to its last day from any day before: 年底前, 到年底, 到2030年."""
        is_open = self.first is None and self.last is not None
        return self.edge in UP_TO or is_open or self.in_year.startswith("~")

    @property
    def is_due(self) -> bool:
        """True if it names a day by which something ends: 年底前, 年底, 上半年, 三年内."""
        return self.edge in DUE_EDGES or self.kind in DUE_KINDS


UP_TO = (Edge.BEFORE, Edge.UNTIL)
DUE_EDGES = (Edge.BEFORE, Edge.END, Edge.WITHIN)
DUE_KINDS = (TimeKind.HALF, TimeKind.QUARTER, TimeKind.THIRD, TimeKind.SPAN)


@dataclass(frozen=True, slots=True)
class _Time:
    """A time while it is read: its days in SOME_YEAR where no year `is_known`."""

    start: int
    end: int
    said: str
    kind: TimeKind
    first: date | None = None
    last: date | None = None
    edge: Edge = Edge.WHOLE
    is_known: bool = True

    def finished(self) -> TimeSpan:
        """Return what is read, with days only where the year is known."""
        days = [f"{day:%m-%d}" if day else "" for day in (self.first, self.last)]
        is_in_year = any(days) and self.kind is not TimeKind.FIVE_YEARS
        if self.kind is TimeKind.YEAR:
            is_in_year = any(part in self.said for part in (*PARTS, Edge.WITHIN))
        in_year = "~".join(days) if is_in_year else ""
        first, last = (self.first, self.last) if self.is_known else (None, None)
        said = squeeze(self.said)
        return TimeSpan(self.start, self.end, first, last, said, self.kind, self.edge, in_year)


@dataclass(frozen=True, slots=True)
class _Days:
    """From when on a text counts: the plan's year for 年底前, a day for 下个月."""

    year: int | None
    today: date | None

    @property
    def this_year(self) -> int | None:
        """The year that 今年 means."""
        return self.year if self.year is not None else self.today.year if self.today else None


def read_times(
    text: str, year: int | None = None, today: date | None = None
) -> tuple[TimeSpan, ...]:
    """Return the times of a text in printed order. 年底前 and 今年 count in a plan's `year`; with
    `today` the text is what a person says, and 下个月 and 24年 are read too.

    >>> [(t.said, t.last.isoformat()) for t in read_times("6月底前完成，到2030年建成", 2024)]
    [('6月底前', '2024-06-30'), ('2030年', '2030-12-31')]
    """
    return _read(text, year, today)


def same_time(one: TimeSpan, other: TimeSpan) -> bool:
    """True if two times end and begin on the same days, as far as both say; where one has no year,
    in any year; where no day is known, if they are printed alike.
    """
    if (one.last or one.first) and (other.last or other.first):
        return _same_days((one.first, one.last), (other.first, other.last))
    if one.in_year and other.in_year:
        return _same_days(one.in_year.split("~"), other.in_year.split("~"))
    return one.said.removesuffix("前") == other.said.removesuffix("前")


def _same_days(one: Sequence[date | str | None], other: Sequence[date | str | None]) -> bool:
    """Compare first and last days; an open side agrees with any, but not both sides."""
    if not (one[1] and other[1]):
        return one == other or bool(one[0] and one[0] == other[0] and not (one[1] or other[1]))
    return one[1] == other[1] and (not one[0] or not other[0] or one[0] == other[0])


@lru_cache(maxsize=KEPT_TEXTS)
def _read(text: str, year: int | None, today: date | None) -> tuple[TimeSpan, ...]:
    plain, days, at = read_text(text).plain, _Days(year, today), 0
    found: list[TimeSpan] = []
    while match := FIRST.search(plain, at):
        at = match.start()
        time = _named(plain, at, days) or _calendar(plain, at, days)
        if time is None and today:
            time = _spoken(plain, at, days)
        if time is None:
            at += 1
            continue
        found.append(_recurring(plain, time) or time.finished())
        at = time.end
    return tuple(found)


def _recurring(text: str, time: _Time) -> TimeSpan | None:
    """Return a day that comes back, which is none of the calendar: 每月20日前."""
    match = RECURS.search(text, max(time.start - 5, 0), time.start)
    if match is None:
        return None
    said = squeeze(text[match.start() : time.end])
    return TimeSpan(match.start(), time.end, None, None, said, TimeKind.RECURRING, time.edge)


def _calendar(text: str, at: int, days: _Days) -> _Time | None:
    """Read a point of the calendar or a period between two: 6月底前, 2025-2027年, 6月1日至30日."""
    if period := _from_bare(text, at, at, days):
        return _behind(text, period)
    first = _point(text, at, days)
    if first is None:
        return _day_alone(text, at, days)
    own = _Days(first.first.year, None) if first.first and first.is_known else days
    if first.kind is TimeKind.YEAR and (period := _from_bare(text, at, first.end, own)):
        return _behind(text, period)
    if dash := DASH.match(text, first.end):
        last = _point(text, dash.end(), own) or _day_of(text, dash.end(), first)
        if last and (last.kind is first.kind or first.kind is not TimeKind.YEAR):
            return _behind(text, _period(text, first, last))
    return _behind(text, first)


def _from_bare(text: str, start: int, at: int, days: _Days) -> _Time | None:
    """Return the period that a bare number begins and a point ends: 2025-2027年, 6-9月."""
    bare = BARE.match(text, at)
    dash = DASH.match(text, bare.end()) if bare else None
    last = _point(text, dash.end(), days) if dash else None
    if bare is None or last is None or last.last is None:
        return None
    number = int(bare[0])
    if last.kind is TimeKind.YEAR and 1900 < number < last.last.year:
        first = date(number, 1, 1)
    elif last.kind is TimeKind.MONTH and 0 < number < last.last.month:
        first = date(last.last.year, number, 1)
    else:
        return None
    return replace(
        last, start=start, first=first, kind=TimeKind.PERIOD, said=text[start : last.end]
    )


def _period(text: str, first: _Time, last: _Time) -> _Time:
    """Return the period between two points; one that ends before it begins ends the year after."""
    end = last.last
    if first.first and end and end < first.first:
        end = _moved(end, first.first.year + 1)
    return replace(
        last,
        start=first.start,
        first=first.first,
        last=end,
        kind=TimeKind.PERIOD,
        said=text[first.start : last.end],
        is_known=first.is_known and last.is_known,
    )


def _moved(day: date, year: int) -> date:
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))


def _day_of(text: str, at: int, first: _Time) -> _Time | None:
    """Return a day that stands in the month of the one before: 6月1日至30日."""
    match = ONE_DAY.match(text, at)
    if match is None or first.kind is not TimeKind.DAY:
        return None
    number = number_value(match[0].rstrip("日号 "))
    month = first.first and calendar.monthrange(first.first.year, first.first.month)[1]
    is_day = number is not None and month and 0 < number <= month
    day = first.first.replace(day=number) if first.first and number and is_day else None
    return replace(first, start=at, end=match.end(), first=day, last=day)


def _day_alone(text: str, at: int, days: _Days) -> _Time | None:
    """Read a day whose month is not printed: 20日前."""
    match = DAY_ALONE.match(text, at)
    return _behind(text, _Time(at, match.end(), match[0], TimeKind.DAY)) if match else None


def _point(text: str, at: int, days: _Days) -> _Time | None:
    """Read one point of the calendar: a year, a month, a day, a quarter, alone or together."""
    match = POINT.match(text, at)
    if match is None or not any(match[name] for name in POINT_GROUPS):
        return None
    said = match[0].rstrip()
    year = _year_of(match, days)
    is_known = year is not None and 0 < year < 10_000
    time = _Time(at, at + len(said), said, TimeKind.YEAR, is_known=is_known)
    return _part(_with_days(match, time, year if year and is_known else SOME_YEAR), match["part"])


def _with_days(match: re.Match[str], time: _Time, year: int) -> _Time:
    if match["month"]:
        return _in_month(match, time, year)
    if match["half"]:
        first = 1 if match["half"][0] == "上" else 7
        return _months(time, TimeKind.HALF, first, first + 5, year)
    if match["first_quarters"]:
        return _months(time, TimeKind.QUARTER, 1, 9, year)
    if match["quarter"]:
        last = 3 * (number_value(match["quarter"]) or 1)
        return _months(time, TimeKind.QUARTER, last - 2, last, year)
    return _months(time, TimeKind.YEAR, 1, 12, year)


def _year_of(match: re.Match[str], days: _Days) -> int | None:
    """Return the year of a point: printed, relative, or that in which the text counts."""
    if match["year"]:
        return number_value(match["year"].rstrip("学年 "))
    this = days.this_year
    if match["relative"] and this is not None:
        return this + RELATIVE_YEARS[match["relative"]]
    return this


def _in_month(match: re.Match[str], time: _Time, year: int) -> _Time:
    """Give a time the days of its month; a hidden month or day (×月) has none."""
    kind = TimeKind.DAY if match["day"] else TimeKind.THIRD if match["third"] else TimeKind.MONTH
    month = number_value(match["month"].rstrip("份月 "))
    day = number_value(match["day"].rstrip("日号 ")) if match["day"] else 0
    if month is None or day is None:
        return replace(time, kind=kind, is_known=False)
    end = calendar.monthrange(year, month)[1]
    first, last = (day, day) if day else THIRDS.get(match["third"] or "", (1, end))
    start, stop = (date(year, month, min(max(d, 1), end)) for d in (first, last))
    return replace(time, kind=kind, first=start, last=stop)


def _months(time: _Time, kind: TimeKind, first: int, last: int, year: int | None) -> _Time:
    """Give a time the months of a year that it covers."""
    at = year if year is not None else SOME_YEAR
    end = date(at, last, calendar.monthrange(at, last)[1])
    known = time.is_known and year is not None
    return replace(time, kind=kind, first=date(at, first, 1), last=end, is_known=known)


def _part(time: _Time, part: str | None) -> _Time:
    """Narrow a time to its beginning or its end: 年初 is January, 年底 December."""
    if not part or time.first is None or time.last is None:
        return time
    edge, first, last = PARTS[part], time.first, time.last
    is_month = time.kind is TimeKind.MONTH
    if edge is Edge.END:
        first = last.replace(day=21 if is_month else 1)
    elif edge is Edge.START:
        end = calendar.monthrange(first.year, first.month)[1]
        last = first.replace(day=10 if is_month else end)
    return replace(time, edge=edge, first=first, last=last)


def _behind(text: str, time: _Time) -> _Time:
    """Read what binds a time in front of it and behind: 自…起, 到…, …之前."""
    match = BEHIND.match(text, time.end)
    is_since = SINCE.search(text, 0, time.start)
    if match is None:
        if TO.search(text, 0, time.start):
            return replace(time, first=None, edge=time.edge or Edge.UNTIL)
        return replace(time, last=None, edge=Edge.SINCE) if is_since else time
    time = replace(time, said=text[time.start : match.end()], end=match.end())
    if match["before"]:
        return _before(time)
    if match["since"] or is_since:
        return replace(time, last=None, edge=Edge.SINCE)
    if match["after"]:
        return replace(time, first=time.last, last=None, edge=Edge.AFTER)
    if match["stop"]:
        return replace(time, first=None, edge=Edge.UNTIL)
    return replace(time, edge=Edge.WITHIN)


def _before(time: _Time) -> _Time:
    """Return the time up to another: 9月前 ends in August, 9月底前 and 2025年前 in themselves."""
    last = time.last
    if time.kind is TimeKind.MONTH and not time.edge and time.first:
        last = time.first - timedelta(days=1)
    return replace(time, first=None, last=last, edge=Edge.BEFORE)


def _named(text: str, at: int, days: _Days) -> _Time | None:
    """Read a time with a name: “十四五”期末, 国庆节前, 汛期前, 全年, 年底前, 三年内."""
    match = NAMED.match(text, at)
    if match is None:
        return None
    time = _Time(at, match.end(), match[0], TimeKind.EVENT)
    if match["plan"]:
        return _five_years(match, time)
    if match["feast"]:
        return _feast(text, time, FEASTS[match["feast"]], days.this_year)
    if match["event"]:
        return _behind(text, time)
    if match["span"]:
        return replace(time, kind=TimeKind.SPAN, edge=Edge.WITHIN)
    time = _months(time, TimeKind.YEAR, 1, 12, days.this_year)
    if match["whole"]:
        return time
    if match["part"] == "内":
        return replace(time, edge=Edge.WITHIN)
    return _behind(text, _part(time, match["part"]))


def _five_years(match: re.Match[str], time: _Time) -> _Time:
    """Give a time the years of a five-year plan: 十四五 is 2021 to 2025."""
    last = FIVE_YEAR_PLANS[match["plan"]]
    part = match["plan_part"] or ""
    time = replace(
        time, kind=TimeKind.FIVE_YEARS, first=date(last - 4, 1, 1), last=date(last, 12, 31)
    )
    if part.endswith("末"):
        return replace(time, first=date(last, 12, 1), edge=Edge.END)
    if part == "以来":
        return replace(time, last=None, edge=Edge.SINCE)
    return replace(time, edge=Edge.WITHIN if part == "期间" else Edge.WHOLE)


def _feast(text: str, time: _Time, day: tuple[int, int], year: int | None) -> _Time:
    """Give a time the day of a feast, the one before it where 前 stands behind."""
    feast = date(year or SOME_YEAR, *day)
    time = _behind(text, replace(time, first=feast, last=feast, is_known=year is not None))
    if time.edge is Edge.BEFORE:
        return replace(time, last=feast - timedelta(days=1))
    return time


def _spoken(text: str, at: int, days: _Days) -> _Time | None:
    """Read what only people say: 下个月, 月底, 24年, 2024."""
    match, today = SPOKEN.match(text, at), days.today
    if match is None or today is None:
        return None
    time = _Time(at, match.end(), match[0], TimeKind.YEAR)
    if match["month_end"]:
        this = _months(time, TimeKind.MONTH, today.month, today.month, today.year)
        return _behind(text, _part(this, "底"))
    if match["near"]:
        return _behind(text, _part(_near(match, time, today), match["near_part"]))
    if match["bare"] and find_unit(text, match.end()):
        return None
    said = match["short"] or match["short_han"] or match["listed"] or match["bare"]
    number = number_value(said) or 0
    return _behind(text, _months(time, TimeKind.YEAR, 1, 12, number + 2000 * (number < 100)))


def _near(match: re.Match[str], time: _Time, today: date) -> _Time:
    """Give 本月, 下个月, 上季度 their months, counted from a day."""
    kind, length = (TimeKind.MONTH, 1) if match["unit"] == "月" else (TimeKind.QUARTER, 3)
    month = (today.month - 1) // length * length + length * RELATIVE_MONTHS[match["near"]]
    first = month % 12 + 1
    return _months(time, kind, first, first + length - 1, today.year + month // 12)
