"""Register, question and check read the same quantities and times: in our plans, and in those of
../shared where they are.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.grounding.facts import Fact, plain, read_facts
from bot.targets.lines import amount, quantity_of
from knowledge.parsing import parse_plan
from knowledge.plan import Plan, Target
from knowledge.quantity import Kind, Quantity, equal, read_quantities
from knowledge.time import read_times, same_time
from tests.support.places import PLANS, REPO
from tests.support.source_files import read_source

SHARED = REPO.parent / "shared"
FILES = sorted(PLANS.glob("*.txt"))
if SHARED.is_dir():  # plans of other offices, which nothing here was written for
    FILES += sorted([*SHARED.glob("plans/*.txt"), *SHARED.glob("corpus/*/*.txt")])


def plan_of(file: Path) -> Plan:
    return parse_plan(read_source(file).text, file.name)


def counted(plan: Plan) -> Iterator[tuple[Target, Quantity]]:
    """Yield the targets that count something, each with what its line says."""
    for target in plan.targets:
        quantity = quantity_of(target)
        if quantity is not None and target.op not in ("all", "deadline"):
            yield target, quantity


def is_same(printed: Quantity, said: Quantity, target: Target) -> bool:
    """True if two quantities are equal; a row without a unit has but its value (3特色街区)."""
    return equal(printed, said) or (target.unit is None and printed.low == said.low)


def facts_of(target: Target, year: int | None) -> tuple[Fact, ...]:
    """Return what the check reads in the words that a target quotes."""
    return read_facts(plain(target.quote), year)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_row_a_question_and_the_check_count_the_same(file: Path) -> None:
    plan = plan_of(file)
    for target, said in counted(plan):
        printed = [q for q in read_quantities(target.quote) if q.kind is not Kind.TOTAL]
        assert any(is_same(q, said, target) for q in printed), (target.quote, amount(target))
        facts = [f.quantity for f in facts_of(target, plan.metadata.year) if f.quantity]
        assert any(is_same(q, said, target) for q in facts), (target.quote, amount(target))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_row_and_the_check_end_on_the_same_day(file: Path) -> None:
    plan = plan_of(file)
    year = plan.metadata.year
    for target in plan.targets:
        if target.deadline is None or target.deadline not in target.quote:
            continue
        (said, *_) = read_times(target.deadline, year) or (None,)
        if said is None:  # 2-3年 of 2-3年实现: how long it takes
            assert target.deadline_date is None
            continue
        times = [f.time for f in facts_of(target, year) if f.time]
        times += [t for t in read_times(target.quote, year) if t.said in ("全年", "今年", "本年度")]
        assert any(same_time(time, said) for time in times), (target.quote, target.deadline)
