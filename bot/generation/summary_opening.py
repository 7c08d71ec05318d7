"""Two or three sentences of a model above a summary, each checked as an answer's are (`writing`).

The summary stays below, whole and in the plan's own words; without a usable sentence it stands
alone.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace

from bot.generation.model import ChatModel
from bot.generation.writing import write
from bot.messages import Answer, Statement, Status
from bot.presentation.statements import describe
from bot.targets.rows import TargetRow, read_register
from bot.understanding.request import Intent, Request
from knowledge.library import Library
from knowledge.plan import Citation
from prompts import render

SENTENCES = 3
SECTIONS = 8  # that the model is shown: of each chapter that with most targets, then others
LEAST_LINES = 6  # of a summary; a shorter one needs nothing above it


def wants_opening(request: Request, summary: Answer) -> bool:
    """Say whether an answer is a summary that a few sentences would help to read."""
    is_long = len(summary.statements) >= LEAST_LINES
    is_summary = request.intent is Intent.SUMMARY and request.page == 1
    return is_summary and is_long and summary.status is Status.ANSWERED


async def open_summary(
    request: Request, summary: Answer, library: Library, model: ChatModel
) -> AsyncIterator[Answer]:
    """Yield the summary with the model's sentences above it as they come, the last one whole."""
    rows = _most_telling(summary, library)
    if not rows:
        yield summary
        return
    names = "、".join(dict.fromkeys(describe(row.record) for row in rows))
    question = render("opening.question", what=f"{names}“{request.question}”")
    asked = replace(request, question=question, context=())
    material = Answer(Status.ANSWERED, tuple(_quotations(rows)))
    async for draft in write(asked, (), material, model):
        yield _above(draft, summary)


def _above(draft: Answer, summary: Answer) -> Answer:
    """Put what a model wrote, and only that, above the summary."""
    said = [s for s in draft.statements if s.citations] if draft.written_by != "plan" else []
    if not said:
        return replace(summary, withheld=draft.withheld)
    return replace(
        summary,
        statements=(*said[:SENTENCES], *summary.statements),
        written_by="mixed",
        withheld=draft.withheld,
    )


def _most_telling(summary: Answer, library: Library) -> list[TargetRow]:
    """Return the targets of the sections below the summary's that hold most of them."""
    cited = [c for s in summary.statements for c in s.citations]
    records = list(dict.fromkeys([c.record for c in cited] + [r for r, _ in summary.targets]))
    below = {(c.record.id, c.section.part, c.section.path) for c in cited}
    rows = [
        row
        for row in read_register(records, library)
        if any(
            (row.record.id, row.section.part, row.section.path[:depth]) in below
            for depth in range(1, len(row.section.path) + 1)
        )
    ]
    counts = Counter((row.record.id, row.chapter.key, row.section.key) for row in rows)
    ranked = [key for key, _ in counts.most_common()]
    first = list({key[:2]: key for key in reversed(ranked)}.values())
    chosen = list(dict.fromkeys([*first, *ranked]))[:SECTIONS]
    return [row for row in rows if (row.record.id, row.chapter.key, row.section.key) in chosen]


def _quotations(rows: Sequence[TargetRow]) -> Iterator[Statement]:
    for row in rows:
        quote = row.target.quote
        yield Statement(quote, (Citation(row.record, row.section, quote),))
