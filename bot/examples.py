"""Example questions made of the plans that are in, for a first greeting and for menus."""

import re
from collections.abc import Sequence

from bot import wording
from bot.registers import describe
from knowledge.library import Library
from knowledge.plan import PlanRecord

EXAMPLES = 3
METRIC = re.compile("[一-鿿]{4,12}")  # shorter says nothing, longer fits on no button
AMOUNT = re.compile("[元%]")  # of which one asks 是多少; of meetings and times one does not


def example_questions(library: Library, records: Sequence[PlanRecord]) -> tuple[str, ...]:
    """Return up to three questions that these plans answer: a figure of each of the newest plans,
    and the list of targets; () without plans.
    """
    if not records:
        return ()
    asked = [q for record in records[: EXAMPLES - 1] if (q := _figure(library, record))]
    asked.append(wording.EXAMPLE_TARGETS.format(plan=describe(records[0])))
    return tuple(asked)


def _figure(library: Library, record: PlanRecord) -> str | None:
    """Return a question for the first plain figure of a plan: money or a share before others."""
    plain = [
        target
        for target in library.plan(record).targets
        if target.kind == "target" and not target.redacted and METRIC.fullmatch(target.metric)
    ]
    if not plain:
        return None
    asked = next((target for target in plain if AMOUNT.search(target.unit or "")), plain[0])
    return wording.EXAMPLE_FIGURE.format(plan=describe(record), metric=asked.metric)
