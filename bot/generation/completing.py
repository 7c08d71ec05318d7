"""A model's answer to several things at once -> the same with the plan's own lines for what it left
out: each of several questions, each plan of a comparison.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.messages import Answer, Statement
from bot.understanding.request import Intent, Request
from bot.wording import answers as wording

HEAD = wording.EACH.partition("{")[0]


def complete(request: Request, written: Answer, fallback: Answer) -> Answer:
    """Return what was written and, of the fallback, the lines on what it does not speak of."""
    is_table = request.intent is Intent.COMPARE
    if not is_table and not any(_is_head(s) for s in fallback.statements):
        return written
    told = {_places(s, is_table) for s in written.statements}
    spoken = frozenset().union(*told)
    left = [
        statement
        for block in _blocks(fallback.statements, is_table)
        if not spoken & frozenset().union(*(_places(s, is_table) for s in block))
        for statement in block
    ]
    if not left:
        return written
    return replace(written, statements=(*written.statements, *left), written_by="mixed")


def _is_head(statement: Statement) -> bool:
    return bool(HEAD) and not statement.citations and statement.text.startswith(HEAD)


def _blocks(statements: Sequence[Statement], is_table: bool) -> list[list[Statement]]:
    """Cut a fallback where another question or another plan begins."""
    blocks: list[list[Statement]] = []
    for statement in statements:
        begins = bool(statement.lead) if is_table else _is_head(statement)
        if begins or not blocks:
            blocks.append([])
        blocks[-1].append(statement)
    return blocks


def _places(statement: Statement, is_table: bool) -> frozenset[object]:
    """Return the plans, or the sections, that a statement stands on."""
    cited = statement.citations
    return frozenset(c.record.id if is_table else (c.record.id, c.section.key) for c in cited)
