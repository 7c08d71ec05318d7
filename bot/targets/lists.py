"""A request for targets -> the rows of the register: all of them page by page, counted, or the
largest; and what the list does not hold.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.messages import Answer, Statement, Status
from bot.presentation.statements import describe, mix, say
from bot.targets.filtering import (
    Choice,
    is_due,
    largest,
    near_topic,
    of_office,
    on_topic,
    read_choice,
    unit_asked,
)
from bot.targets.lines import ACHIEVED, counts_in, line_parts, size
from bot.targets.rows import TargetRow, read_register
from bot.understanding.plans_named import newest_of, simplify
from bot.understanding.request import Request
from bot.understanding.section_named import match_sections
from bot.wording import answers as wording
from knowledge.library import Library
from knowledge.plan import Citation, PlanRecord, Section, Target

PAGE_ROWS = 15  # a phone's screen and a half
LAST_PAGE_ROWS = 20  # a list that is hardly longer is not cut
COUNTED = re.compile(
    "(?<!哪)(?:多少|几)[项个条]?(?:具体|数字|硬)?指标|指标.{0,4}(?<!哪)(?:多少|几)[项个条]?|[一总]共(?:有)?(?:多少|几)[项个条]"
)
PERCENT = re.compile("百分[比数](?:的)?(?:指标|目标|数)|带%")
LARGEST = re.compile("最[大高多]")
NAMED_PLANS = 3  # that a list names in its first line
COUNTED_PLANS = 30  # one line each
CHAPTERS = 12  # offered where nothing matches


@dataclass(frozen=True, slots=True)
class Chosen:
    """The rows that a question asks for, on all pages, `what` they are in its words, and what else
    is to be said. `nothing` says why there are none.
    """

    what: str = ""
    rows: Sequence[TargetRow] = ()
    notes: Sequence[Statement] = ()
    nothing: Sequence[Statement] = ()


def list_targets(request: Request, library: Library) -> Answer:
    """Answer with the rows of the register that a question asks for: counted, the largest, or all
    of them, page by page.
    """
    chosen = choose_targets(request, library)
    if not chosen.rows:
        return Answer(Status.NOT_FOUND, tuple(chosen.nothing))
    if LARGEST.search(request.question):
        return _largest(request, chosen)
    if COUNTED.search(request.question):
        head = say(wording.TARGETS_HEAD, count=len(chosen.rows), what=chosen.what)
        statements = (head, *count_rows(chosen.rows), *chosen.notes)
        return Answer(Status.ANSWERED, statements, targets=pairs(chosen.rows))
    return _page(request, chosen)


def choose_targets(request: Request, library: Library) -> Chosen:
    """Return the rows that a question asks for, on all pages."""
    plans = newest_of(request.plans) if not request.years else request.plans
    every = _asked(request, plans, library)
    if not every:
        return Chosen(nothing=(say(wording.TARGETS_WITHOUT, plans=_names(plans)),))
    choice = read_choice(request, every)
    about, notes = of_office(choice, on_topic(choice, every)), list[Statement]()
    if not about and _asks_unit(request):
        about = list(every)  # 最大的资金指标: 资金 names the unit, no topic
    if not about:
        about = near_topic(choice, every, request, library)
        notes.append(say(wording.TARGETS_NEAR, what=choice.text))
    rows, kept_out = _kinds(choice, about)
    due = [row for row in rows if is_due(row, choice)]
    if not due:
        return Chosen(nothing=tuple(_nothing(choice, rows, every)))
    notes += [Statement(wording.TARGETS_OVERDUE)] * choice.is_overdue
    notes += kept_out + _left_out(choice, rows, due, request, plans)
    what = "；".join(filter(None, (choice.text, _names(plans))))
    return Chosen(what, due, notes)


def _asked(request: Request, plans: Sequence[PlanRecord], library: Library) -> list[TargetRow]:
    """Return the rows of the section that is named, or of the years that plans only print."""
    every = list(read_register(plans, library))
    if PERCENT.search(request.question):
        every = [row for row in every if row.target.unit == "%"]
    if request.section is not None:
        named = [
            (record.id, section)
            for record in plans
            for section in match_sections(request.section, library.plan(record).sections)
        ]
        every = [row for row in every if any(_stands_in(row, *place) for place in named)]
    if request.printed_years:
        every = [row for row in every if _is_of(row, request.printed_years)]
    return every


def _stands_in(row: TargetRow, plan: str, section: Section) -> bool:
    is_inside = row.section.key == section.key or row.section.is_below(section)
    return row.record.id == plan and is_inside


def _is_of(row: TargetRow, years: Sequence[int]) -> bool:
    target = row.target
    return any(
        f"{year}年" in target.quote or (target.deadline_date or "").startswith(str(year))
        for year in years
    )


def _asks_unit(request: Request) -> bool:
    question = simplify(request.question)
    return bool(LARGEST.search(question) and unit_asked(question))


def _page(request: Request, chosen: Chosen) -> Answer:
    """Answer with one page of the rows, saying how many there are in all."""
    rows, pages = chosen.rows, _pages(chosen.rows)
    if request.page > len(pages):
        return Answer(Status.NOT_FOUND, (say(wording.TARGETS_NO_PAGE, pages=len(pages)),))
    shown = pages[request.page - 1]
    head, counts = wording.TARGETS_HEAD, {"count": len(rows)}
    if len(pages) > 1:
        head += wording.TARGETS_PAGE
        counts |= {"page": request.page, "pages": len(pages)}
    rest = sum(map(len, pages[request.page :]))
    end = [say(wording.TARGETS_NEXT, count=rest)] if rest else []
    statements = (say(head, what=chosen.what, **counts), *_lines(shown, rows), *end)
    return Answer(
        Status.ANSWERED,
        (*statements, *chosen.notes),
        targets=pairs(shown),
        register=pairs(chosen.rows),
    )


def _pages(rows: Sequence[TargetRow]) -> list[Sequence[TargetRow]]:
    if len(rows) <= LAST_PAGE_ROWS:
        return [rows]
    return [rows[at : at + PAGE_ROWS] for at in range(0, len(rows), PAGE_ROWS)]


def _lines(shown: Sequence[TargetRow], rows: Sequence[TargetRow]) -> Iterator[Statement]:
    """Yield the rows below their plan, where there are several, and their chapter."""
    counts = Counter(row.record.id for row in rows)
    for record, of_plan in groupby(shown, key=lambda row: row.record):
        if len(counts) > 1:
            count = counts[record.id]
            yield say(wording.TARGETS_PLAN, title=record.title, count=count)
        for chapter, of_chapter in groupby(of_plan, key=lambda row: row.chapter):
            yield _chapter(record, chapter)
            for row in of_chapter:
                cited = Citation(record, row.section, row.target.quote)
                yield Statement.of(line_parts(row.target), (cited,), "· ")


def _chapter(record: PlanRecord, chapter: Section) -> Statement:
    """Return a chapter's heading, cited only where it prints a figure."""
    parts = mix(wording.TARGETS_CHAPTER, {"heading": chapter.heading}, label=chapter.label)
    return Statement.of(parts, _cited(record, chapter))


def _cited(record: PlanRecord, chapter: Section) -> tuple[Citation, ...]:
    has_figure = any(character.isdigit() or character == "×" for character in chapter.heading)
    return (Citation(record, chapter, chapter.heading),) if has_figure else ()


def count_rows(rows: Sequence[TargetRow]) -> Iterator[Statement]:
    """Yield how many rows each chapter has; of many plans, how many each plan has."""
    by_plan = [(record, list(g)) for record, g in groupby(rows, key=lambda row: row.record)]
    for record, of_plan in by_plan[:COUNTED_PLANS]:
        if len(by_plan) > 1:
            yield say(wording.TARGETS_PLAN, title=record.title, count=len(of_plan))
        if len(by_plan) <= NAMED_PLANS:
            yield from _count_chapters(record, of_plan)
    if rest := [row for _, of_plan in by_plan[COUNTED_PLANS:] for row in of_plan]:
        others = len(by_plan) - COUNTED_PLANS
        yield say(wording.TARGETS_OTHERS, plans=others, count=len(rest))


def _count_chapters(record: PlanRecord, rows: Sequence[TargetRow]) -> Iterator[Statement]:
    for chapter, of_chapter in groupby(rows, key=lambda row: row.chapter):
        count, heading = len(list(of_chapter)), {"heading": chapter.heading}
        parts = mix(wording.TARGETS_OF_CHAPTER, heading, label=chapter.label, count=count)
        yield Statement.of(parts, _cited(record, chapter))


def _largest(request: Request, chosen: Chosen) -> Answer:
    """Answer with the row of the largest number, of the unit asked for or of each unit."""
    unit = request.asked.unit or unit_asked(simplify(request.question))
    rows, notes = chosen.rows, chosen.notes
    if of_unit := [row for row in rows if unit and counts_in(row.target, unit)]:
        rows = of_unit
    best = largest(rows)
    without = sum(size(row.target) is None for row in rows)
    if without:
        notes = [*notes, say(wording.TARGETS_UNCOMPARED, count=without)]
    head = say(wording.TARGETS_LARGEST, what=chosen.what, count=len(rows))
    lines = (head, *_lines(best, best), *notes)
    return Answer(Status.ANSWERED, lines, targets=pairs(best))


def _kinds(choice: Choice, rows: Sequence[TargetRow]) -> tuple[list[TargetRow], list[Statement]]:
    """Return what is promised, or what is reported where that is asked for or all there is, and a
    word about the others.
    """
    done = [row for row in rows if row.target.kind == ACHIEVED]
    promised = [row for row in rows if row.target.kind != ACHIEVED]
    if choice.achieved or not promised:
        return done, []
    words = "".join(choice.topic)
    return promised, [say(wording.TARGETS_DONE, count=len(done), words=words)] if done else []


def _left_out(
    choice: Choice,
    rows: Sequence[TargetRow],
    due: Sequence[TargetRow],
    request: Request,
    plans: Sequence[PlanRecord],
) -> list[Statement]:
    """Say what the list does not hold: rows without a deadline, plans without rows, older years."""
    notes = list[Statement]()
    undated = sum(row.target.deadline is None for row in rows)
    if len(due) < len(rows) and undated:
        notes.append(say(wording.TARGETS_UNDATED, count=undated))
    with_rows = {row.record.id for row in rows}
    without = [r for r in plans if r.id not in with_rows]
    if without and request.named and not choice.text:
        notes.append(say(wording.TARGETS_WITHOUT, plans=_names(without)))
    if older := [r for r in request.plans if r not in plans]:
        notes.append(say(wording.TARGETS_OLDER, older=_names(older)))
    return notes


def _nothing(
    choice: Choice, about: Sequence[TargetRow], every: Sequence[TargetRow]
) -> Iterator[Statement]:
    """Say that nothing matches, or nothing in the days asked about, and offer the chapters that
    have targets.
    """
    if choice.achieved and not choice.text:
        yield Statement(wording.TARGETS_NONE_DONE)
    elif about and choice.period:
        text, due = wording.TARGETS_NONE_DUE, choice.period.text
        what = "、".join(choice.topic) or _names(list(dict.fromkeys(r.record for r in about)))
        yield say(text, period=due, what=what, count=len(about))
    else:
        yield say(wording.TARGETS_NO_MATCH, what=choice.text)
    yield Statement(wording.TARGETS_CHAPTERS)
    if len({row.record.id for row in every}) > NAMED_PLANS:
        common = Counter(row.chapter.heading for row in every if row.chapter.heading)
        for heading, count in common.most_common(CHAPTERS):
            text = wording.TARGETS_OF_CHAPTERS.format(heading=heading, count=count)
            yield Statement(text)
        return
    offered = list(dict.fromkeys((row.record, row.chapter) for row in every))[:CHAPTERS]
    yield from count_rows([row for row in every if (row.record, row.chapter) in offered])


def _names(plans: Sequence[PlanRecord]) -> str:
    names = "、".join(map(describe, plans[:NAMED_PLANS]))
    more = wording.TARGETS_MORE_PLANS.format(count=len(plans))
    return names + (more if len(plans) > NAMED_PLANS else "")


def pairs(rows: Sequence[TargetRow]) -> tuple[tuple[PlanRecord, Target], ...]:
    """Return rows as an answer holds them."""
    return tuple((row.record, row.target) for row in rows)
