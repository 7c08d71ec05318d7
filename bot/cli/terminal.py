"""The output of the administrator's command: tables and lines for a person, JSON for a program."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from bot.wording.office import COVERED
from knowledge.plan import Audience, Plan, PlanRecord
from knowledge.structure.coverage import LEAST_COVERAGE

if TYPE_CHECKING:
    from knowledge.library import Progress
    from knowledge.structure.difference import Difference


@dataclass(frozen=True, slots=True)
class AddedRow:
    """One line of the table at the end of an add."""

    file: str
    outcome: str
    plan: str = ""
    sections: int = 0
    targets: int = 0
    coverage: float = 0.0
    notes: tuple[str, ...] = ()


ALWAYS_SHOWN = 6  # columns of the list of plans
OUTCOMES = {
    "new": "新增",
    "replaced": "新版本",
    "unchanged": "未变",
    "failed": "失败",
    "parsed": "可入库",
    "removed": "移除",
}


def plan_json(plan: Plan) -> dict[str, Any]:
    """Return a plan as other programs read it."""
    said = plan.metadata
    return {
        **{
            name: getattr(said, name)
            for name in ("title", "year", "issuer", "doc_number", "date", "kind")
        },
        "preamble": plan.preamble,
        "coverage": {
            "chars": plan.chars,
            "kept": plan.kept,
            "dropped": [asdict(d) for d in plan.dropped],
        },
        "warnings": list(plan.warnings),
        "sections": [
            {
                "part": s.part,
                "path": list(s.path),
                "heading": s.heading + s.stop,
                "text": s.text,
                "label": s.label,
                "looks_back": s.looks_back,
            }
            for s in plan.sections
        ],
        "targets": [asdict(target) for target in plan.targets],
    }


def record_json(record: PlanRecord) -> dict[str, Any]:
    """Return the data of a published plan as other programs read them."""
    said = asdict(record.metadata) | {"audience": record.audience}
    return {"plan": record.id, "version": record.version, "file": record.file} | said


def print_plans(records: Sequence[PlanRecord], coverage: Mapping[str, float]) -> None:
    """Print which plans there are; columns about who may see them and what was left out stand only
    where there is something to say.
    """
    heads = ("编号", "标题", "年份", "单位", "版本", "文件", "谁能看", "注意")
    rows = [
        (
            r.id,
            r.title,
            str(r.metadata.year or ""),
            r.metadata.issuer or "",
            str(r.version),
            r.file,
            "" if r.audience is Audience.ALL else r.audience.people,
            _lost(coverage.get(r.id, 1.0)),
        )
        for r in records
    ]
    shown = [i for i in range(len(heads)) if i < ALWAYS_SHOWN or any(row[i] for row in rows)]
    print_table(tuple(heads[i] for i in shown), [tuple(row[i] for i in shown) for row in rows])


def _lost(coverage: float) -> str:
    """Return a warning where much of a file's text was left out."""
    return COVERED.format(coverage=coverage) if coverage < LEAST_COVERAGE else ""


def report(rows: list[AddedRow], as_json: bool) -> None:
    """Print the result of each file."""
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    print_table(
        ("文件", "结果", "编号", "条款", "指标", "保留字符", "说明"),
        [
            (
                row.file,
                OUTCOMES[row.outcome],
                row.plan,
                str(row.sections or ""),
                str(row.targets or ""),
                f"{row.coverage:.1%}" if row.coverage else "",
                "\n".join(row.notes),
            )
            for row in rows
        ],
    )


def print_difference(older: int, newer: int, difference: "Difference") -> None:
    """Print the changes between two versions."""
    kinds = {"added": "新增", "removed": "删去", "changed": "改动", "renumbered": "改号"}
    print_line(f"第 {older} 版 → 第 {newer} 版")
    for change in difference.sections:
        print_line(f"{kinds[change.kind]} 〔{change.label}〕{change.heading}")
        if change.marked:
            print_line(f"    {change.marked}")
    for target in difference.targets:
        values = f"{target.before or '—'} → {target.after or '—'}"
        print_line(f"指标 〔{target.label}〕{target.metric}：{values}")
    if not difference.sections and not difference.targets:
        print_line("没有变化。")


def print_plan(plan: Plan) -> None:
    """Print a plan's data, its numbers and headings, and the text left out."""
    said = plan.metadata
    facts = (said.title, said.issuer, said.doc_number, str(said.year or ""), said.date)
    print_line("  ".join(fact for fact in facts if fact))
    for section in plan.sections:
        heading = section.heading or section.text[:20] + "……"
        print_line(f"{'  ' * len(section.path)}{section.label} {heading}")
    for item in plan.dropped:
        print_line(f"未收：{item.text[:40]}（{item.why}）")
    for warning in plan.warnings:
        print_line(f"注意：{warning}")


def print_table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Print a table; file names are text, never markup."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(*heads)
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    Console(width=None if sys.stdout.isatty() else 160).print(table)


@contextmanager
def progress_bars(quiet: bool) -> Iterator[Any]:
    """Yield a maker of progress callbacks, one bar per file; silent for programs and pipes."""
    if quiet or not sys.stderr.isatty():
        yield lambda name: lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bars

    with Bars(console=Console(stderr=True), transient=True) as bars:

        def bar(name: str) -> "Progress":
            task = bars.add_task(name, total=None)
            return lambda done, total: bars.update(task, completed=done, total=max(total, 1))

        yield bar


def print_line(line: str) -> None:
    """Print one line."""
    sys.stdout.write(line + "\n")


def print_json(value: object) -> None:
    """Print a value as JSON for other programs."""
    print_line(json.dumps(value, ensure_ascii=False, indent=1))
