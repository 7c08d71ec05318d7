"""The years that a question names, as people say them, and those that a title covers."""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from knowledge.numbering import number_value
from knowledge.plan import PlanRecord
from knowledge.text import normal

# "2000个" and "2025户" count, and so does a bare 2000
FULL_YEAR = re.compile(
    r"(?<!\d)(20(?:0\d(?=年)|[1-4]\d))(?!\d|[多余]?[万亿]?[个户张人名家处所次场元件套只盏])"
)
SHORT_YEAR = re.compile(r"(?<![\d第])([12]\d)年(?![以之来内间代后前度]|以上)")
# 二零二三年, 二三年; 二十年 and 三年 count years.
HAN_YEAR = re.compile("(?:[二][零〇○])?[一二][零〇○一二三四五六七八九]年(?!级|[以之来内间])")
LISTED_YEAR = re.compile(r"(?<!\d)((?:20)?[12]\d)([、，,和跟与到至\-—~～](?:20)?[12]\d年)")
# 24和25 without a word for year, where plans of both years are there
BARE_YEARS = re.compile(
    r"(?<![\d.])(2\d)([、，,和跟与比到])(2\d)(?![\d年万亿%.]|[个户张人名元家处所次])"
)
PRINTED_YEAR = re.compile(r"(?<!\d)(20\d\d)(?=年)")
PRINTED_PERIOD = re.compile(r"(20\d\d)年?\s*[-—–~～至到]+\s*(20\d\d)年")
TITLE_YEAR = re.compile(r"(20\d\d)年")
TITLE_PERIOD = re.compile(r"(20\d\d)年?\s*[-—–~～至到]+\s*(20\d\d)年?")
FIVE_YEARS = re.compile("十([一二三四五六七八九])五")  # 十四五: 2021 to 2025
YEAR_RANGE = re.compile(r"[12]\d年?\s?[到至\-—~～]\s?(?:20)?[12]\d年?")
LAST_YEARS = re.compile(
    r"(?:[这近前]|最近)([两二三四五])年|(?<![\d第])([两三])年(?:来|间|里)?(?=分别|各|[和跟与]|是?怎|是?咋|的?变化|对比|比|都|差)"
    "|历年|逐年|[这近]几年|各年|每年都?(?=是?多少)"
)
NEIGHBOUR_YEARS = {
    "前一年": -1,
    "上一年": -1,
    "去年": -1,
    "上年": -1,
    "头年": -1,
    "下一年": 1,
    "明年": 1,
}
RELATIVE_YEARS = {"前年": -2, "去年": -1, "上年": -1, "今年": 0, "本年": 0, "明年": 1}
THAN_BEFORE = re.compile("比(?:去年|上年|上一年|头年|前一年)")
RELATIVE = re.compile(f"{LAST_YEARS.pattern}|{THAN_BEFORE.pattern}|{'|'.join(RELATIVE_YEARS)}")
KEPT_RECORDS = 10_000  # whose titles are read once


def read_years(
    text: str, records: Sequence[PlanRecord], today: date | None
) -> tuple[tuple[int, ...], str]:
    """Return the years a question names and the question without them.

    今年 and 去年 count from `today` only where a plan of that year is there: a plan calls its own
    year 今年 as well. 这三年 are the last three that there are.
    """
    existing = sorted({r.metadata.year for r in records if r.metadata.year})
    text = HAN_YEAR.sub(_arabic_year, text)
    text = LISTED_YEAR.sub(r"\1年\2", LISTED_YEAR.sub(r"\1年\2", text))
    bare = BARE_YEARS.search(text)
    if bare and {2000 + int(bare[1]), 2000 + int(bare[3])} <= set(existing):
        text = BARE_YEARS.sub(r"\1年\2\3年", text)
    years = [int(y) for y in FULL_YEAR.findall(text)]
    years += [2000 + int(y) for y in SHORT_YEAR.findall(text)]
    rest = SHORT_YEAR.sub(" ", re.sub(FULL_YEAR.pattern + "年?度?", " ", text))
    if len(years) == 2 and YEAR_RANGE.search(text):
        years = [y for y in existing if min(years) <= y <= max(years)]
    if not years and (match := LAST_YEARS.search(text)):
        said = match[1] or match[2]
        count = number_value(said) if said else len(existing)
        years, rest = existing[-(count or 0) :], LAST_YEARS.sub(" ", rest)
    if len(years) < 2 and THAN_BEFORE.search(text):
        this = years[0] if years else _this_year(existing, today)
        years = [y for y in (this - 1, this) if y in existing]
        rest = THAN_BEFORE.sub(" ", rest)
    if today and not years:
        relative = [today.year + offset for word, offset in RELATIVE_YEARS.items() if word in text]
        years += [y for y in relative if y in existing]
    return tuple(dict.fromkeys(years)), rest


def _this_year(existing: Sequence[int], today: date | None) -> int:
    """Return the year that 去年 is the year before of: today's where it has a plan."""
    year = today.year if today else 0
    return year if year in existing else max(existing, default=0)


def _arabic_year(match: re.Match[str]) -> str:
    digits = "".join(str(number_value(c) or 0) for c in match[0].rstrip("年"))
    return f"{digits if len(digits) == 4 else '20' + digits}年"


def printed_years(text: str) -> frozenset[int]:
    """Return the years that normal text prints, and all between two.

    >>> sorted(printed_years("2020年起,2023-2025年改造"))
    [2020, 2023, 2024, 2025]
    """
    spans = (range(int(m[1]), int(m[2]) + 1) for m in PRINTED_PERIOD.finditer(text))
    return frozenset(map(int, PRINTED_YEAR.findall(text))).union(*spans)


@lru_cache(maxsize=KEPT_RECORDS)
def title_years(record: PlanRecord) -> frozenset[int]:
    """Return the years that a plan's title names, all of a period and of a five-year plan.

    >>> from knowledge.plan import Metadata
    >>> sorted(title_years(PlanRecord("a", 1, "a.txt", Metadata("行动方案（2023—2025年）"))))
    [2023, 2024, 2025]
    """
    title, year = normal(record.metadata.title), record.metadata.year
    years = {int(year) for year in TITLE_YEAR.findall(title)}
    if year and (record.metadata.kind or "").endswith("报告"):
        years |= {year - 1, year}  # a report looks back first
    for first, last in TITLE_PERIOD.findall(title):
        years |= set(range(int(first), int(last) + 1))
    for numeral in FIVE_YEARS.findall(title):
        first = 2001 + 5 * (number_value(numeral) or 0)
        years |= set(range(first, first + 5))
    return frozenset(years)


def is_of_year(record: PlanRecord, year: int) -> bool:
    """Say whether a plan is of a year, or its title covers it."""
    return year == record.metadata.year or year in title_years(record)
