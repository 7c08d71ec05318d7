"""A year that no plan is of -> the plans that print it: 2026年改造25个 in a plan for 2025—2027.

A year means a plan's own year first; only where that gives nothing is it looked for in print.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.understanding.request import Request
from bot.understanding.years_named import PRINTED_PERIOD, TITLE_YEAR, is_of_year, printed_years
from knowledge.library import Hit, Library
from knowledge.plan import Plan, PlanRecord
from knowledge.text import normal

READ_WHOLE = 60  # plans; of more, only those are read that speak of what is asked
MAY_HAVE_YEARS = re.compile("总结|汇报|报告|思路|打算|讲话|回顾")
HEADS = re.compile("总结|回顾|思路|打算|计划|安排|要点|任务|部署|情况$|工作$")
LINE_CHARS = 30


def read_printed(request: Request, library: Library) -> Request | None:
    """Return the request for the plans that print its years, None where none does.

    The years become words of the question, and only sections that print them answer it.
    """
    if not (years := _years_asked(request)):
        return None
    of_others = [r for r in request.family_plans if r.metadata.year not in years]
    if len(of_others) > READ_WHOLE:
        hits = library.search(request.search_text, of_others, request.readable)
        of_others = list(dict.fromkeys(hit.record for hit in hits))
    plans = tuple(r for r in of_others if years <= _years_of(library.plan(r)))
    if not plans:
        return None
    said = tuple(f"{year}年" for year in sorted(years))
    return replace(
        request,
        groups=(plans,),
        years=(),
        unknown=(),
        content=(*request.content, *said),
        plain=(*request.plain, *said),
        printed_years=tuple(sorted(years)),
        intent=request.alone,
    )


def missing_years(request: Request, library: Library) -> tuple[int, ...]:
    """The years asked for that no plan is of or made for, nor prints one in scope; of many plans
    nobody knows what they print.
    """
    plans = request.family_plans
    strange = [y for y in request.years if not any(is_of_year(r, y) for r in request.readable)]
    if not strange or len(plans) > READ_WHOLE:
        return ()
    printed = frozenset().union(*(_years_of(library.plan(r)) for r in plans))
    return tuple(year for year in strange if year not in printed)


def as_asked(years: Sequence[int], question: str) -> str:
    """Return years as they were typed: 16年 for 2016年.

    >>> as_asked((2016, 2017), "16年到2017年")
    '16年、2017年'
    """
    typed = (
        f"{year}年"
        if str(year) in question or f"{year % 100:02}年" not in question
        else f"{year % 100:02}年"
        for year in years
    )
    return "、".join(typed)


def covers(record: PlanRecord, library: Library, years: Sequence[int]) -> bool:
    """Say whether a plan is made for these years, as its period says."""
    return set(years) <= period_of(library.plan(record))


def that_print(hits: Sequence[Hit], years: Sequence[int], library: Library) -> list[Hit]:
    """Return the hits whose sections, or headings above, print one of the years; all hits of a plan
    that is made for them but prints them nowhere near.
    """
    parts = {record: part_years(library.plan(record)) for record in {h.record for h in hits}}
    printing = [h for h in hits if _is_of(h, years, parts[h.record], library)]
    return printing or [h for h in hits if covers(h.record, library, years)]


def _is_of(hit: Hit, years: Sequence[int], parts: Mapping[int, int], library: Library) -> bool:
    """Say whether a hit stands in the part about one of the years, or prints one."""
    if hit.section.part in parts.values():
        return any(parts.get(year) == hit.section.part for year in years)
    return bool(set(years) & printed_years(normal(_with_headings(hit, library))))


def _years_of(plan: Plan) -> frozenset[int]:
    """Return the years that a plan prints, and those inside its period."""
    texts = (normal(section.whole_text) for section in plan.all_sections())
    return frozenset().union(period_of(plan), *map(printed_years, texts))


def period_of(plan: Plan) -> frozenset[int]:
    """Return the years from the first to the last that a plan says it is made for."""
    found = PRINTED_PERIOD.search(normal(f"{plan.metadata.title}\n{plan.preamble}"))
    years = range(int(found[1]), int(found[2]) + 1) if found else ()
    return frozenset([*years, *part_years(plan)])


def of_own_year(hits: Sequence[Hit], years: Sequence[int], library: Library) -> list[Hit]:
    """Return the hits without those of plans for several years that speak of other years."""
    records = {h.record for h in hits if years and h.record.metadata.year not in years}
    of_several = {r for r in records if not any(part_of(r, year, library) for year in years)}
    others = [h for h in hits if h.record in of_several]
    if not others:
        return list(hits)
    kept = set(that_print(others, years, library) or others)
    return [h for h in hits if h in kept or h not in others]


def of_part(hits: Sequence[Hit], years: Sequence[int], library: Library) -> list[Hit]:
    """Return the hits in the parts of their plans that are about the year asked for."""
    if len(years) != 1:
        return list(hits)
    parts = {r: part_of(r, years[0], library) for r in {h.record for h in hits}}
    return [h for h in hits if parts[h.record] in (None, h.section.part)]


def part_of(record: PlanRecord, year: int, library: Library) -> int | None:
    """Return the part of a plan that is about a year: of a report on 2021 with the plan for 2022,
    the second. None where parts and years of the title do not go together.
    """
    if not MAY_HAVE_YEARS.search(record.metadata.title):
        return None
    return part_years(library.plan(record)).get(year)


def part_years(plan: Plan) -> Mapping[int, int]:
    """Return year -> the part that is about it, where each part is about one: by the title, else by
    the lines that stand before the parts.
    """
    parts = sorted({s.part for s in plan.sections if s.part is not None})
    if len(parts) < 2:
        return {}
    years = list(dict.fromkeys(map(int, TITLE_YEAR.findall(normal(plan.metadata.title)))))
    if len(years) != len(parts):
        years = [year for part in parts if (year := _announced(plan, part))]
    is_each = len(set(years)) == len(parts)
    return dict(zip(years, parts, strict=True)) if is_each else {}


def _announced(plan: Plan, part: int) -> int | None:
    """Return the year in the line before a part: 第二部分 2019年工作思路."""
    before = [s for s in plan.sections if s.part is not None and s.part < part]
    text = before[-1].text if before else f"{plan.metadata.title}\n{plan.preamble}"
    lines = [normal(line) for line in text.splitlines() if 4 < len(line.strip()) <= LINE_CHARS]
    found = (TITLE_YEAR.search(line) for line in reversed(lines) if HEADS.search(line))
    return next((int(match[1]) for match in found if match), None)


def _with_headings(hit: Hit, library: Library) -> str:
    sections = library.plan(hit.record).sections
    above = (s.heading for s in sections if hit.section.is_below(s))
    return "\n".join([*above, hit.section.whole_text])


def _years_asked(request: Request) -> frozenset[int]:
    if not request.unknown and (request.context or not request.content):
        return frozenset()  # a follow-up stays with the plans it follows
    unknown = [int(u[:4]) for u in request.unknown if re.fullmatch(r"20\d\d年", u)]
    if len(unknown) < len(request.unknown):  # a place is unknown too
        return frozenset()
    return frozenset(unknown or request.years)
