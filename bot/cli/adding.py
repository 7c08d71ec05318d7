"""Files -> the library, one by one; each result is a row of the table at the end.

A bad file is a row that says why, and the rest goes on.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.terminal import AddedRow
from bot.wording import answers as wording
from knowledge.errors import UnreadableFile
from knowledge.files.reading import SourceFile, read_file
from knowledge.files.sandbox import ReadingLimits, StrangersFile
from knowledge.parsing import parse_plan
from knowledge.plan import Audience, Metadata, Plan
from knowledge.structure.metadata import PLANS_TOML, load_plans_toml

if TYPE_CHECKING:
    from bot.generation.model import ChatModel
    from bot.operations.service import Service
    from knowledge.library import Added, Progress

READING_SECONDS = 3600.0  # 1,000 scanned pages take about 40 minutes
TOLD_SECONDS = 1.0  # an add that took longer says what took the time


def preview_plan(file: Path) -> Plan:
    """Return the plan that a file would become; nothing is stored.

    Raises:
        UnreadableFile: it cannot be read.
        BadPlansToml: the plans.toml beside it is broken.
    """
    return parse_plan(_source(file).reading, file.name, _given(file))


def preview_files(files: Sequence[Path], rows: list[AddedRow]) -> None:
    """Look at each file and put its row into `rows`; nothing is stored."""
    _each(files, lambda file: _row(file, preview_plan(file)), rows)


def add_files(
    service: "Service",
    files: Sequence[Path],
    replaces: str | None,
    progress: "Callable[[str], Progress]",
    rows: list[AddedRow],
) -> None:
    """Put each file into the library and its row into `rows`; `progress` makes a bar of a name."""

    def add(file: Path) -> AddedRow:
        added = service.add(_source(file), _given(file), file, replaces, progress(file.name))
        row = _row(file, added.plan)
        notes = (*row.notes, *_audience(added), *_proposals(added), *_times(added))
        return replace(row, outcome=str(added.outcome), plan=added.record.id, notes=notes)

    with service.together():
        _each(files, add, rows)


def check_added(
    service: "Service",
    model: "ChatModel",
    progress: "Callable[[str], Progress]",
    rows: list[AddedRow],
) -> None:
    """Let a model look in the plans just added for targets that the rules missed; each row says
    the result.
    """
    from bot.cli.target_proposals import check_targets

    for at, row in enumerate(rows):
        if row.outcome not in ("new", "replaced"):
            continue
        found = check_targets(service, service.find(row.plan), model, progress(row.file))
        said = wording.CHECKED.format(added=found.added, rejected=found.rejected)
        if found.added:
            said += wording.CHECKED_NEXT.format(plan=row.plan)
        notes = (said, *((found.problem,) if found.problem else ()))
        rows[at] = replace(row, targets=len(found.targets), notes=(*row.notes, *notes))


def _each(files: Sequence[Path], work: Callable[[Path], AddedRow], rows: list[AddedRow]) -> None:
    """Do the work on each file; a bad one becomes a row with its fault, and the rest goes on.

    Rows come one by one, so that somebody who stops the work still has them.

    Raises:
        UnreadableFile: the only file is a bad one.
    """
    for file in files:
        try:
            rows.append(work(file))
        except UnreadableFile as exc:
            if len(files) == 1:
                raise
            rows.append(AddedRow(file.name, "failed", notes=(str(exc),)))


def prune(service: "Service", paths: Iterable[Path], dry_run: bool) -> list[AddedRow]:
    """Take out the plans of these folders without a file any more; each is a row."""
    rows = []
    for folder in (path for path in paths if path.is_dir()):
        for record in service.gone(folder.resolve()):
            if not dry_run:
                service.remove(record.id)
            rows.append(AddedRow(record.file, "removed", record.id, notes=(record.title,)))
    return rows


def _source(file: Path) -> SourceFile:
    """Return a file to be read apart: a file that breaks its reader is a row, and the rest goes on.

    The person at the terminal can stop one that takes too long.
    """
    return StrangersFile(file.name, read_file(file), ReadingLimits(seconds=READING_SECONDS))


def _given(file: Path) -> Metadata | None:
    toml = file.parent / PLANS_TOML
    written = toml.stat().st_mtime_ns if toml.is_file() else 0
    return _tables(file.parent, written).get(file.name)


@lru_cache(maxsize=8)
def _tables(folder: Path, _written: int) -> dict[str, Metadata]:
    """Read a folder's plans.toml once for all its files."""
    return load_plans_toml(folder)


def _row(file: Path, plan: Plan) -> AddedRow:
    coverage = plan.kept / plan.chars if plan.chars else 0.0
    return AddedRow(
        file.name,
        "parsed",
        sections=len(plan.sections),
        targets=len(plan.targets),
        coverage=round(coverage, 4),
        notes=plan.warnings,
    )


def _audience(added: "Added") -> list[str]:
    """Return the line about a limited audience, none for a plan open to all."""
    audience = added.record.audience
    return [] if audience is Audience.ALL else [wording.FILE_AUDIENCE.format(who=audience.people)]


def _proposals(added: "Added") -> list[str]:
    return [
        f"与 {other.id} 同题同单位；若是它的新版本，请用 --replaces {other.id}"
        for other in added.alike
    ]


def _times(added: "Added") -> list[str]:
    spent = asdict(added.seconds)
    told = "、".join(f"{part} {value:.2f}s" for part, value in spent.items())
    return [told] if sum(spent.values()) > TOLD_SECONDS else []
