"""A plan at a glance: what it is, its chapters in a line each, what is due next."""

from collections.abc import Iterator, Sequence
from datetime import date

from bot.messages import Answer, Statement, Status
from bot.presentation.statements import describe, mix, own, say
from bot.targets.filtering import is_open
from bot.targets.lines import ACHIEVED, line_parts
from bot.targets.lists import pairs
from bot.targets.rows import TargetRow, read_rows
from bot.wording import answers as wording
from knowledge.library import Library
from knowledge.plan import Citation, PlanRecord
from knowledge.text import split_sentences

DUE_NEXT = 5


def brief(plans: Sequence[PlanRecord], today: date, library: Library) -> Answer:
    """Answer with each plan at a glance: what it is, its chapters, what is due next."""
    statements, targets = list[Statement](), list[TargetRow]()
    for record in plans:
        every = read_rows(record, library)
        rows = [row for row in every if row.target.kind != ACHIEVED]
        due = sorted(
            (row for row in rows if is_open(row, today)),
            key=lambda row: row.target.deadline_date or "",
        )[:DUE_NEXT]
        statements += [*_imprint(record), *_chapters(record, rows, library)]
        statements += _due_next(rows, due, today)
        if rest := len(rows) - len(due):
            statements.append(say(wording.BRIEF_MORE, count=rest, name=describe(record)))
        targets += due
    return Answer(Status.ANSWERED, tuple(statements), targets=pairs(targets))


def _imprint(record: PlanRecord) -> Iterator[Statement]:
    """Yield a plan's title, and by whom, when and under which number it was issued."""
    said = record.metadata
    yield Statement(f"《{record.title}》")
    issued = wording.BRIEF_ISSUED.format(date=said.date) if said.date else ""
    if text := "，".join(filter(None, (said.issuer, said.doc_number, issued))):
        yield Statement(f"{text}。")


def _chapters(
    record: PlanRecord, rows: Sequence[TargetRow], library: Library
) -> Iterator[Statement]:
    """Yield a line for each chapter, with the number of its targets."""
    sections = library.plan(record).sections
    tops = [s for s in sections if len(s.path) == 1]
    chapters = tops if len(tops) > 1 else [s for s in sections if len(s.path) <= 2]
    yield say(wording.BRIEF_CHAPTERS, chapters=len(chapters), count=len(rows))
    for chapter in chapters:
        count = sum(
            (r.section.part, r.section.path[: len(chapter.path)]) == (chapter.part, chapter.path)
            for r in rows
        )
        said = chapter.heading or split_sentences(chapter.text)[0].strip("。")
        parts = mix(wording.TARGETS_CHAPTER, {"heading": said}, label=chapter.label)
        note = wording.BRIEF_COUNT.format(count=count) if count else ""
        yield Statement.of((*parts, own(note)), (Citation(record, chapter, said),))


def _due_next(
    rows: Sequence[TargetRow], due: Sequence[TargetRow], today: date
) -> Iterator[Statement]:
    dated = sum(row.target.deadline_date is not None for row in rows)
    day = today.isoformat()
    if due:
        text = wording.BRIEF_DUE.format(today=day)
        yield Statement(text)
    elif dated:
        text = wording.BRIEF_OVER.format(count=dated, today=day)
        yield Statement(text)
    elif rows:
        yield Statement(wording.BRIEF_UNDATED)
    for row in due:
        cited = (Citation(row.record, row.section, row.target.quote),)
        yield Statement.of(line_parts(row.target), cited, "· ")
