"""Plans of many genres, invented: each row that a careful reader lists is found, and no other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from knowledge.parsing import parse_plan
from knowledge.plan import Target

HERE = Path(__file__).parent
METRIC_SHARE = 0.5  # of the pairs of characters of a metric that its row must hold


@dataclass(frozen=True)
class Wanted:
    op: str
    value: str
    unit: str | None
    deadline: str | None
    metric: str
    kind: str


def passages() -> Iterator[tuple[str, str, list[Wanted]]]:
    blocks = re.split("^== ", (HERE / "passages.txt").read_text("utf-8"), flags=re.M)[1:]
    for block in blocks:
        name, _, rest = block.partition("\n")
        lines = rest.splitlines()
        text = "\n".join(line for line in lines if not line.startswith("> "))
        yield name, text, [wanted(line) for line in lines if line.startswith("> ")]


def wanted(line: str) -> Wanted:
    op, value, unit, deadline, metric, *kind = line[2:].split(" ")
    blank = {"-": None}
    return Wanted(
        op,
        value.replace("_", " "),
        blank.get(unit, unit),
        blank.get(deadline, deadline),
        metric,
        *(kind or ["target"]),
    )


def facts(row: Wanted | Target) -> tuple[str, str, str, str, str]:
    return row.op, row.value, row.unit or "", row.deadline or "", row.kind


def share(wanted: str, metric: str) -> float:
    pairs = {wanted[at : at + 2] for at in range(len(wanted) - 1)}
    return sum(pair in metric for pair in pairs) / len(pairs) if pairs else 1.0


@pytest.mark.parametrize(
    ("text", "rows"), [p[1:] for p in passages()], ids=[p[0] for p in passages()]
)
def test_a_passage_has_the_rows_that_a_careful_reader_lists(text: str, rows: list[Wanted]) -> None:
    found = parse_plan(text, "plan.txt").targets
    assert sorted(map(facts, found)) == sorted(map(facts, rows))
    for row in rows:
        named = (share(row.metric, t.metric) for t in found if facts(t) == facts(row))
        assert max(named) >= METRIC_SHARE, row


def test_every_row_is_printed_in_its_section() -> None:
    for _, text, _ in passages():
        plan = parse_plan(text, "plan.txt")
        for target in plan.targets:
            printed = [s.whole_text for s in plan.all_sections() if s.path == target.path]
            assert any(target.quote in text for text in printed), target
            assert target.value in target.quote


def sentences() -> list[str]:
    lines = (HERE / "sentences.txt").read_text("utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


@pytest.mark.parametrize("line", sentences())
def test_a_sentence_has_these_rows_and_no_others(line: str) -> None:
    sentence, _, rows = line.partition(" => ")
    text = f"2025年云溪市工作要点\n一、任务\n（一）内容\n{sentence}\n二、其他\n做好工作。\n"
    found = parse_plan(text, "plan.txt").targets
    told = [(t.op, t.value, t.unit or "-", t.deadline or "-") for t in found]
    assert "; ".join(" ".join(x.replace(" ", "_") for x in row) for row in told) == rows
