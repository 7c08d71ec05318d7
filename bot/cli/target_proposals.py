"""A chat model reads a plan's sections and proposes targets that the rules missed.

Only what is printed is kept: the quotation and the value stand in the section word for word, and
so do unit and deadline, else they are left out. What is kept is marked as proposed until somebody
confirms it.

Not covered: whether a proposed row is a commitment; that is what the confirmation is for.
"""

import asyncio
import json
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Literal

from pydantic import BaseModel, ValidationError

from bot.errors import ModelError
from bot.generation.model import ChatModel, ModelMessage
from bot.operations.service import Service
from bot.targets.lines import line
from knowledge.plan import Plan, PlanRecord, Section, Target
from knowledge.quantity import read_quantities
from knowledge.structure.tense import reporting_sections
from knowledge.targets.amounts import scaled
from knowledge.targets.deadlines import deadline_date
from knowledge.targets.phrases import describe
from prompts import quoted, render

PROMISES = re.compile(
    r"[\d×]|[一二两三四五六七八九十百][个家所处户名次场项张]|全部|全覆盖|清零|[前底末]"
)
OBJECT = re.compile(r"\{[^{}]*\}")
COUNTS = re.compile(r"[\d×一二两三四五六七八九十百千半]")
TOTALS = re.compile("全|所有|清零")
METRIC_CHARS = 60
NAMED_SHARE = 0.5  # of a metric's pairs of characters that its section must print
log = logging.getLogger(__name__)


class Proposal(BaseModel):
    """One row as a model writes it."""

    quote: str
    metric: str
    op: Literal["=", ">=", ">", "<=", "<", "range", "all", "deadline"]
    value: str
    unit: str | None = None
    deadline: str | None = None
    kind: Literal["target", "achieved"] = "target"


@dataclass(frozen=True, slots=True)
class Proposed:
    """The targets of a plan with a model's additions. `rejected` counts its unprinted proposals,
    `problem` says why it did not read every section.
    """

    targets: tuple[Target, ...]
    added: int
    rejected: int
    problem: str = ""


def _silent(_done: int, _total: int) -> None:
    """Tell nobody the progress."""


def check_targets(
    service: Service,
    record: PlanRecord,
    model: ChatModel,
    progress: Callable[[int, int], None] = _silent,
) -> Proposed:
    """Let the model read a plan of the library; its additions are published as the next version."""
    found = asyncio.run(propose_targets(service.plan(record), model, progress))
    if found.added:
        service.revise(record, found.targets)
    return found


def settle(service: Service, record: PlanRecord, are_right: bool) -> int:
    """Confirm the proposals about a plan, or take them out, and return their number."""
    targets = service.plan(record).targets
    count = sum(target.proposed for target in targets)
    if count:
        service.revise(record, confirm(targets) if are_right else reject(targets))
    return count


async def propose_targets(
    plan: Plan, model: ChatModel, progress: Callable[[int, int], None] = _silent
) -> Proposed:
    """Return the plan's targets in printed order, with the model's proposals. A model that fails
    ends the work; its earlier proposals are kept.
    """
    sections = [s for s in plan.all_sections() if PROMISES.search(s.text)]
    reports = {
        section.key: mark
        for section, mark in zip(plan.all_sections(), reporting_sections(plan), strict=True)
    }
    added, rejected, problem = list[Target](), 0, ""
    for done, section in enumerate(sections):
        progress(done, len(sections))
        known = [t for t in plan.targets if (t.part, t.path) == (section.part, section.path)]
        try:
            said = await _ask(model, section, known)
        except ModelError as exc:
            log.warning("model, asked for targets: %s", exc)
            problem = str(exc)
            break
        kept, count = _keep(said, section, known, plan.metadata.year)
        rejected += count
        added += [replace(t, kind="achieved") if reports[section.key] else t for t in kept]
    progress(len(sections), len(sections))
    return Proposed(_in_order(plan, (*plan.targets, *added)), len(added), rejected, problem)


def confirm(targets: Sequence[Target]) -> tuple[Target, ...]:
    """Return the targets with the proposals taken over."""
    return tuple(replace(target, proposed=False) for target in targets)


def reject(targets: Sequence[Target]) -> tuple[Target, ...]:
    """Return the targets without the proposals."""
    return tuple(target for target in targets if not target.proposed)


async def _ask(model: ChatModel, section: Section, known: Sequence[Target]) -> str:
    prompt = render(
        "targets.user",
        label=quoted(section.label),
        text=quoted(section.whole_text),
        known="\n".join(quoted(line(target)) for target in known),
    )
    messages = [ModelMessage("system", render("targets.system")), ModelMessage("user", prompt)]
    async with aclosing(model.stream(messages)) as pieces:
        return "".join([piece async for piece in pieces])


def _keep(
    said: str, section: Section, known: Sequence[Target], year: int | None
) -> tuple[list[Target], int]:
    """Return the printed and new rows, and the number of unprinted ones."""
    kept, rejected = list[Target](), 0
    for proposal in _read(said):
        target = _target(proposal, section, year) if proposal else None
        if target is None:
            rejected += 1
        elif not any(_is_same(target, other) for other in (*known, *kept)):
            kept.append(target)
    return kept, rejected


def _read(said: str) -> Iterator[Proposal | None]:
    """Yield the rows of a model's answer, None for a broken one; other text is passed over."""
    for match in OBJECT.finditer(said):
        try:
            yield Proposal.model_validate(json.loads(match[0]))
        except (ValidationError, ValueError):
            yield None


def _target(said: Proposal, section: Section, year: int | None) -> Target | None:
    """Return the row, without its unprinted parts, if its quotation and value are printed."""
    text = section.whole_text
    quote = _printed(said.quote, text)
    value = _printed(said.value, quote) if quote else None
    if not quote or not value or not _counts(value, said.op):
        return None
    deadline = _printed(said.deadline or "", text)
    if said.op == "deadline":
        deadline = value
    unit = said.unit if said.unit and said.unit.partition("/")[0] in quote else None
    value, unit = scaled(value, unit, _scale(value, quote))
    return Target(
        part=section.part,
        path=section.path,
        quote=quote,
        metric=_metric(said.metric, quote, text),
        op=said.op,
        value=value,
        unit=unit,
        deadline=deadline,
        deadline_date=deadline_date(deadline, year) if deadline else None,
        scope=None,
        office=None,
        kind=said.kind,
        redacted="×" in value,
        proposed=True,
    )


def _scale(value: str, quote: str) -> str:
    """Return what a printed value is multiplied by in its quotation: 万, 亿 or nothing."""
    at = quote.find(value)
    return next((q.scale for q in read_quantities(quote) if q.start <= at < q.end), "")


def _printed(words: str, text: str) -> str | None:
    """Return the words as the text prints them, or None. The model was shown the text as `quoted`
    changes it, character by character.
    """
    words = quoted(words.strip())
    at = quoted(text).find(words) if words else -1
    return text[at : at + len(words)] if at >= 0 else None


def _counts(value: str, op: str) -> bool:
    return bool((TOTALS if op == "all" else COUNTS).search(value)) or op == "deadline"


def _metric(said: str, quote: str, text: str) -> str:
    """Return the model's name of the metric if the section prints its words and its figures."""
    name = said.strip()[:METRIC_CHARS]
    pairs = {name[at : at + 2] for at in range(len(name) - 1)}
    printed = sum(pair in text for pair in pairs) >= NAMED_SHARE * len(pairs)
    figures = all(figure in text for figure in re.findall(r"\d+", name))
    return name if pairs and printed and figures else describe(quote)[:METRIC_CHARS]


def _is_same(one: Target, other: Target) -> bool:
    """True if two rows are of one number: the same value, and one quotation holds the other."""
    in_one = one.quote in other.quote or other.quote in one.quote
    values = one.value.rstrip("%％"), other.value.rstrip("%％")
    return in_one and values[0] == values[1]


def _in_order(plan: Plan, targets: Sequence[Target]) -> tuple[Target, ...]:
    """Return targets in printed order; those of the rules keep theirs."""
    places = {(s.part, s.path): at for at, s in reversed(list(enumerate(plan.all_sections())))}
    texts = {(s.part, s.path): s.whole_text for s in plan.all_sections()}

    def place(target: Target) -> tuple[int, int]:
        key = (target.part, target.path)
        return places[key], texts[key].find(target.quote)

    return tuple(sorted(targets, key=place))
