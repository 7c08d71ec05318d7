"""An answer -> a checked reply; without an answer, the bot's own words: help, lists, no."""

import logging
from collections.abc import Sequence

from bot.grounding.check import unsupported, without_orders
from bot.messages import Answer, Reply, Statement, Status
from bot.presentation.rendering import render, render_sources
from bot.presentation.statements import describe
from bot.understanding.request import Request
from bot.wording import answers as wording
from knowledge.library import Library
from knowledge.plan import PlanRecord

QUESTION_CHARS = 1000
log = logging.getLogger(__name__)


def make_reply(request: Request, found: Answer, records: Sequence[PlanRecord]) -> Reply:
    """Withhold unprinted statements, put the plan's own sentences in their place, and render."""
    if not found.statements:
        scope = request.plans if request.named else records
        return not_found(wording.NOTHING_FOUND.format(scope=titles(scope)), records, scope)
    checked = [check(statement) for statement in found.statements]
    withheld = sum(c != (s,) for c, s in zip(checked, found.statements, strict=True))
    statements = [statement for fit in checked for statement in fit]
    held = any(s.citations for s in statements) or found.status is not Status.ANSWERED
    return Reply(
        text=render(statements),
        status=found.status if held else Status.NOT_FOUND,
        citations=tuple(dict.fromkeys(c for s in statements for c in s.citations)),
        targets=found.targets,
        register=found.register,
        written_by=found.written_by,
        sources=render_sources(c for s in statements for c in s.citations),
        withheld=found.withheld + withheld,
        intent=request.intent,
    )


def check(statement: Statement) -> tuple[Statement, ...]:
    """Return the statement if it is supported, else the sentences it cites, else a word that it was
    withheld. Our own words are never checked, and so never withheld.
    """
    statement = without_orders(statement)
    missing = unsupported(statement)
    if not missing:
        return (statement,)
    log.warning("withheld a sentence: %d unsupported", len(missing))
    quotes = (Statement(c.quote, (c,)) for c in statement.citations)
    good = tuple(s for s in quotes if not unsupported(s))
    return good or (Statement(wording.WITHHELD),)


def unfit(question: str, records: Sequence[PlanRecord]) -> Reply | None:
    """Return the reply to what cannot be asked (no plans, no question, too long a one), or None."""
    if not records:
        return Reply(wording.NO_PLANS, Status.NOT_FOUND)
    if not question:
        return Reply(wording.EMPTY_QUESTION.format(example=example(records)), Status.CLARIFY)
    if len(question) > QUESTION_CHARS:
        return Reply(
            wording.TOO_LONG.format(chars=len(question), limit=QUESTION_CHARS), Status.CLARIFY
        )
    return None


def not_found(why: str, records: Sequence[PlanRecord], scope: Sequence[PlanRecord] = ()) -> Reply:
    """Return the reply that nothing was found, with the plans there are."""
    have = "" if scope == records else wording.HAVE_PLANS.format(plans=titles(records))
    return Reply(f"{why}{have}", Status.NOT_FOUND)


def titles(records: Sequence[PlanRecord]) -> str:
    """Return the titles of plans in one line."""
    return "、".join(f"《{record.title}》" for record in records)


def help_text(records: Sequence[PlanRecord]) -> str:
    """Return the possible questions, with examples from the plans."""
    section = f"{describe(records[0])}第二部分"
    plans = wording.HELP_PLANS.format(plans=titles(records))
    return wording.HELP.format(example=example(records), section=section, plans=plans)


def example(records: Sequence[PlanRecord]) -> str:
    """Return a question that may be asked."""
    return f"{describe(records[0])}的主要目标有哪些？"


def list_plans(records: Sequence[PlanRecord], library: Library) -> str:
    """Return the plans of the library, a line each."""
    lines = []
    for record in records:
        sections = library.plan(record).sections
        top = max((s.part or 0 for s in sections), default=0)
        top = top or sum(len(s.path) == 1 for s in sections)
        lines.append(wording.PLAN_LINE.format(title=f"《{record.title}》", sections=top))
    return "\n".join([wording.PLANS_HEAD, *lines])
