"""The register at the terminal: a table, JSON, a sheet or a page; a model's proposals for it,
confirmed or taken out.
"""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from bot.cli.target_proposals import settle
from bot.cli.terminal import print_json, print_line, print_table
from bot.operations.service import Service
from bot.targets.lines import line
from bot.targets.rows import TargetRow, rows_of
from bot.targets.sheets import write_page, write_sheet
from bot.wording import answers as wording
from knowledge.errors import UnreadableFile

HEADS = ("文件", "条款", "指标", "原文")


def settle_plans(service: Service, plans: Sequence[str], are_right: bool) -> None:
    """Confirm a model's proposals about plans, or take them out, and print how many there were."""
    done = wording.SETTLED_RIGHT if are_right else wording.SETTLED_WRONG
    for plan in plans:
        count = settle(service, service.find(plan), are_right)
        _say(wording.SETTLED.format(plan=plan, count=count, done=done))


def show_targets(
    service: Service, plans: Sequence[str], xlsx: Path | None, docx: Path | None, as_json: bool
) -> None:
    """Write the targets of plans into the given files, else print them.

    Raises:
        UnreadableFile: a file cannot be written.
    """
    records = [service.find(plan) for plan in plans]
    rows = [row for record in records for row in rows_of(record, service.plan(record))]
    if xlsx:
        sources = {plan: Path(source) for plan, source in service.sources().items()}
        links = {plan: path.as_uri() for plan, path in sources.items() if path.is_absolute()}
        _write(xlsx, write_sheet(rows, links))
    if docx:
        title = wording.PAGE_TITLE + "：" + "、".join(record.title for record in records)
        _write(docx, write_page(rows, title))
    if as_json:
        print_json([{"plan": r.record.id, "file": r.record.file} | asdict(r.target) for r in rows])
    elif not xlsx and not docx:
        print_table(HEADS, [_printed(row) for row in rows])
        print_line(wording.REGISTER_COUNT.format(count=len(rows)))


def _printed(row: TargetRow) -> tuple[str, ...]:
    return row.record.id, row.section.label, line(row.target), row.target.quote


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as exc:
        raise UnreadableFile(wording.NOT_WRITTEN.format(file=file, why=exc.strerror)) from exc
    _say(wording.WRITTEN.format(file=file))


def _say(said: str) -> None:
    """Print a remark on stderr; stdout stays the answer."""
    sys.stderr.write(f"{said}\n")
