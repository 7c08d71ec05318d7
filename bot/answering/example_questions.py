"""Example questions made of the plans that are in, for a first greeting and for menus."""

import re
from collections.abc import Container, Sequence

from bot.presentation.statements import describe
from bot.wording import answers as wording
from knowledge.library import Library
from knowledge.plan import PlanRecord

EXAMPLES = 3
METRIC = re.compile("[一-鿿]{4,10}")  # shorter says nothing, longer is a task more than a figure
AMOUNT = re.compile("[元%]")  # of which one asks 是多少; of meetings and times one does not


def example_questions(library: Library, records: Sequence[PlanRecord]) -> tuple[str, ...]:
    """Return up to three questions that these plans answer: a figure of each of the newest plans,
    and the list of targets; () without plans.
    """
    if not records:
        return ()
    metrics: dict[str, PlanRecord] = {}  # each asked once: years of one office promise the same
    for record in records[: EXAMPLES - 1]:
        if metric := _metric(library, record, metrics):
            metrics[metric] = record
    asked = (
        wording.EXAMPLE_FIGURE.format(plan=describe(record), metric=metric)
        for metric, record in metrics.items()
    )
    return (*asked, wording.EXAMPLE_TARGETS.format(plan=describe(records[0])))


def _metric(library: Library, record: PlanRecord, known: Container[str]) -> str | None:
    """Return what the first plain figure of a plan measures: money or a share before others."""
    plain = [
        target
        for target in library.plan(record).targets
        if target.kind == "target"
        and not target.redacted
        and METRIC.fullmatch(target.metric)
        and target.metric not in known
    ]
    if not plain:
        return None
    return next((target for target in plain if AMOUNT.search(target.unit or "")), plain[0]).metric
