"""A sentence -> the deadlines printed in it, and their dates.

Three kinds: an end (年底前, 7月底前, 上半年), a span (三年内), a period that ends (2022年, 今年,
全年). A day that comes back (每月20日前) and a year that is over are none.

Not covered: the lunar calendar, days counted from an event (印发之日起30日内).
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from knowledge.numbering import number_value
from knowledge.targets.clauses import BLANK_ASIDE, Sentence

NUMERAL = "(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九]|×+|[XＸ]+)"
YEAR = r"(?:(?:20\d{2}|×+|[XＸ]+)\s?年|今年|本年度?|明年)"
END = rf"""
    {YEAR}?\s?{NUMERAL}\s?月份?(?:底|末|[上中下]旬|\s?[0-3]?\d\s?日)之?以?前?(?![起至到])
  | {YEAR}?\s?{NUMERAL}\s?月份?之?以?前
  | (?:{YEAR}|20\d{{2}}|今|明)?(?:年[底末]|(?<=[\d今明年])[底末])之?以?前?
  | {YEAR}内|(?:20\d{{2}})?年内
  | {YEAR}?(?:[上下]半年|第?[一二三四]季度|前三季度)[底末]?之?前?(?!以来)
  | “?十[二三四五六七]五”?(?:规划)?时?(?:期?末|期间)
  | (?:春节|元旦|清明|五一|国庆|中秋|汛期)(?:节|假期)?前
"""
SPAN = r"""
    (?:[1-9]|[二两三四五])(?:[-—~～至到][2-9二三四五])?年
    (?:时间)?(?:内(?!不)|(?=[^，。]{0,4}(?:实现|完成|建成)))
"""
PERIOD = rf"{YEAR}|全年"
FIRST = r"(?=[\d×XＸ今本明全年上下前第一二两三四五六七八九十“春元清国中汛])"  # only for speed
DEADLINE = re.compile(
    rf"{FIRST}(?<![每去上\d一二两三四五六七八九十])"
    rf"(?:(?P<end>{END})|(?P<span>{SPAN})|(?P<period>{PERIOD}))",
    re.VERBOSE,
)
RECURS = re.compile(r"每[^，；、]{0,8}\Z")  # 每人全年不少于6次, 每月20日前
# A bare year governs only where a promise begins: "参加2022年全国考试" is a name.
OPENS = re.compile(r"(?:^|[，；;：、,]|确保|力争|争取|努力|计划|预计|到|在|于|至|是|要|从)\s*\Z")
# 签约率2025年达到75%, 卫生院2026年改造12所: a year right before what a number measures
PROMISES = re.compile(
    r"(?:要|将|计划|拟|力争|再)*(?:[新改扩]建|建成|改造|完成|达到|达|[提升增降缩][高升加到低小]?[到至]"
    r"|新增|增加|实现|培训|发放|整治|开工|竣工|投用|建设|打造|安排|控制在|不[低少高多]于|不超过|至少)*"
    r"[\d×一二三四五六七八九十]"
)
COMPARES = re.compile(r"(?:[比较同以对由从自截]|相比|截至|截止)\Z")
ALL_YEAR = "全年"  # when something is done, no day by which
ALWAYS_OPENS = (ALL_YEAR, "今年", "本年度")
NAMES_ON = re.compile(
    r"[度的]?(?:以来|起|版|修订|报告|工作要点|任务|考试|年会"
    r"|计划(?!安排|[新改扩建投完实培组开启推引发出举招再]))|是"
)

FIVE_YEAR_PLANS = {"二": 2015, "三": 2020, "四": 2025, "五": 2030, "六": 2035, "七": 2040}
QUARTER_ENDS = {"一": 3, "二": 6, "三": 9, "四": 12}
MID_MONTH = {"上旬": 10, "中旬": 20}
NO_KNOWN_DAY = re.compile(r"[×XＸ节假汛]|清明|五一|国庆|中秋|元旦")


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


def deadline_date(text: str, year: int | None) -> str | None:
    """Return the last day of a printed deadline in ISO form, None where it has no known day.

    `year` is the plan's own.

    >>> deadline_date("7月底前", 2022), deadline_date("年底前", 2022), deadline_date("三年内", 2022)
    ('2022-07-31', '2022-12-31', None)
    """
    text = re.sub(r"\s", "", text)
    if plan := re.search(r"十([二三四五六七])五", text):
        return _last_day(FIVE_YEAR_PLANS[plan[1]], 12)
    if printed := re.search(r"20\d{2}", text):
        year, text = int(printed[0]), text.replace(printed[0], "", 1)
    elif "明" in text and year:
        year += 1
    if year is None or NO_KNOWN_DAY.search(text):
        return None
    if quarter := re.search(r"([一二三四])季度", text):
        return _last_day(year, QUARTER_ENDS[quarter[1]])
    if "上半年" in text:
        return _last_day(year, 6)
    if month := re.search(rf"({NUMERAL})月", text):
        return _day_of_month(text, year, number_value(month[1]) or 12)
    is_span = re.search(r"[\d二两三四五]年", text)
    return None if is_span else _last_day(year, 12)


def _deadlines(sentence: Sentence, year: int | None) -> Iterator[Deadline]:
    for match in DEADLINE.finditer(sentence.plain):
        before = sentence.plain[: match.start()].rstrip(BLANK_ASIDE)
        if RECURS.search(before):
            continue
        if match["period"] and not _governs(match, before):
            continue
        last_day = deadline_date(match[0], year)
        if last_day and year and int(last_day[:4]) < year:
            continue
        yield Deadline(match.start(), match.end(), match[0], is_end=not match["period"])


def _governs(period: re.Match[str], before: str) -> bool:
    opens = period[0] in ALWAYS_OPENS or OPENS.search(before) is not None
    promises = PROMISES.match(period.string, period.end()) and not COMPARES.search(before)
    return bool(opens or promises) and not NAMES_ON.match(period.string, period.end())


def _day_of_month(text: str, year: int, month: int) -> str:
    last = calendar.monthrange(year, month)[1]
    if day := re.search(r"月份?(\d{1,2})日", text):
        return date(year, month, min(max(int(day[1]), 1), last)).isoformat()
    for third, day_of_third in MID_MONTH.items():
        if third in text:
            return date(year, month, day_of_third).isoformat()
    if re.search(r"月份?之?以?前", text):  # "9月前": August is the last month
        return _last_day(year, month - 1) if month > 1 else _last_day(year - 1, 12)
    return _last_day(year, month)


def _last_day(year: int, month: int) -> str:
    return date(year, month, calendar.monthrange(year, month)[1]).isoformat()
