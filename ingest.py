"""The administrator's command: plans in, plans shown, plans out.

    python ingest.py add PATH... [--replaces PLAN] [--prune] [--check-targets] [--dry-run] [--json]
    python ingest.py preview FILE [--json]
    python ingest.py targets PLAN... [--xlsx OUT] [--docx OUT] [--confirm | --reject] [--json]
    python ingest.py list | show PLAN [--version N] | diff PLAN [--from N] [--to N]
    python ingest.py remove PLAN | restore PLAN VERSION | rebuild    each with --json

Exit statuses are those of `knowledge.errors`: 0 when all went well, 2 when some files of an add
failed.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal import (
    AddedRow,
    plan_json,
    print_difference,
    print_json,
    print_line,
    print_plan,
    print_plans,
    progress_bars,
    record_json,
    report,
)
from bot.errors import BadSettings, BotError
from knowledge.errors import KnowledgeError, UnknownVersion, UnreadableFile
from knowledge.plan import PlanRecord

if TYPE_CHECKING:
    from bot.generation.model import ChatModel
    from bot.operations.service import Service

SOME_FAILED = 2
STOPPED = 130  # 128 + SIGINT, as shells count

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__, rich_markup_mode=None)
AsJson = Annotated[bool, typer.Option("--json", help="print JSON for other programs")]


@app.command()
def add(
    paths: Annotated[list[Path], typer.Argument(help="files or folders")],
    replaces: Annotated[
        str | None, typer.Option(help="the plan these files are a new version of")
    ] = None,
    prune: Annotated[
        bool, typer.Option(help="take out plans that came from these folders and are gone")
    ] = False,
    first: Annotated[
        bool, typer.Option("--first", help="only into a library that never held a plan")
    ] = False,
    check_targets: Annotated[bool, typer.Option(help="a model looks for missed targets")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="change nothing")] = False,
    as_json: AsJson = False,
) -> None:
    """Put files, or all plans of a folder, into the library."""
    from bot.cli import adding as intake
    from knowledge.files.folders import notices, plan_files

    files = [file for path in paths for file in plan_files(path)]
    if replaces and len(files) != 1:
        raise typer.BadParameter("--replaces 一次只能配一个文件")
    model = _model() if check_targets else None
    _warn(notices(paths))
    rows: list[AddedRow] = []
    with _told_when_stopped(rows, as_json):
        if dry_run:
            intake.preview_files(files, rows)
            if prune:
                with _service() as service:
                    rows += intake.prune(service, paths, dry_run=True)
        else:
            with _service() as service, progress_bars(quiet=as_json) as progress:
                if first and service.held_plans():
                    return
                intake.add_files(service, files, replaces, progress, rows)
                if model:
                    intake.check_added(service, model, progress, rows)
                rows += intake.prune(service, paths, dry_run=False) if prune else []
    report(rows, as_json)
    if any(row.outcome == "failed" for row in rows):
        raise typer.Exit(SOME_FAILED)


@app.command()
def preview(file: Path, as_json: AsJson = False) -> None:
    """Show the plan that a file would become; nothing is stored."""
    from bot.cli.adding import preview_plan
    from knowledge.files.folders import notices

    if file.is_dir():
        raise UnreadableFile(
            f"{file} 是文件夹，preview 一次只看一个文件。看整个文件夹请用 add {file} --dry-run。"
        )
    _warn(notices([file]))
    plan = preview_plan(file)
    if as_json:
        print_json(plan_json(plan))
        return
    print_plan(plan)


@app.command(name="list")
def list_plans(as_json: AsJson = False) -> None:
    """List the plans that are in."""
    with _service() as service:
        records, coverage = service.records(), service.coverage()
    if as_json:
        print_json([record_json(r) | {"coverage": round(coverage[r.id], 4)} for r in records])
    elif not records:
        print_line("库里还没有文件。用 python ingest.py add 文件或文件夹 放进来。")
    else:
        print_plans(records, coverage)


@app.command()
def show(
    plan: str,
    version: Annotated[int | None, typer.Option(help="an older version")] = None,
    as_json: AsJson = False,
) -> None:
    """Show one plan: its data, its sections, the text left out."""
    with _service() as service:
        record = _version(service, plan, version)
        content = service.plan(record)
    if as_json:
        print_json(record_json(record) | plan_json(content))
    else:
        print_plan(content)


@app.command()
def targets(
    plans: Annotated[list[str], typer.Argument(help="ids or file names of plans")],
    xlsx: Annotated[Path | None, typer.Option(help="write them as a sheet")] = None,
    docx: Annotated[Path | None, typer.Option(help="write them as a page")] = None,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="what a model proposed of them is right")
    ] = False,
    reject: Annotated[bool, typer.Option("--reject", help="take out what it proposed")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the targets of plans: on the screen, as a sheet or as a page."""
    from bot.cli import exports
    from bot.wording import answers as wording

    if confirm and reject:
        raise typer.BadParameter(wording.SETTLE_ONE)
    with _service() as service:
        if confirm or reject:
            exports.settle_plans(service, plans, are_right=confirm)
        exports.show_targets(service, plans, xlsx, docx, as_json)


@app.command()
def remove(plan: str, as_json: AsJson = False) -> None:
    """Take a plan out; questions are no longer answered from it."""
    with _service() as service:
        record = service.remove(plan)
    if as_json:
        print_json({"removed": record.id})
    else:
        print_line(f"已移除 {record.id}（{record.title}），不再用它回答。")


@app.command()
def restore(plan: str, version: int, as_json: AsJson = False) -> None:
    """Let an older version of a plan, or a removed plan, answer again."""
    with _service() as service:
        record = service.restore(plan, version)
    if as_json:
        print_json(record_json(record))
    else:
        print_line(f"{record.id} 已恢复到第 {record.version} 版（{record.title}）。")


@app.command()
def diff(
    plan: str,
    from_: Annotated[int | None, typer.Option("--from", help="the older version")] = None,
    to: Annotated[int | None, typer.Option(help="the newer version")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the changes between two versions, by default the last two."""
    from knowledge.structure.difference import compare_plans

    with _service() as service:
        numbers = [v.record.version for v in service.versions(plan)]
        newer = to or numbers[-1]
        older = from_ or max((n for n in numbers if n < newer), default=newer)
        before = service.plan(_version(service, plan, older))
        after = service.plan(_version(service, plan, newer))
    difference = compare_plans(before, after)
    if as_json:
        print_json({"from": older, "to": newer} | asdict(difference))
    else:
        print_difference(older, newer, difference)


@app.command()
def rebuild(as_json: AsJson = False) -> None:
    """Write the vectors anew from the catalogue."""
    with _service() as service, progress_bars(quiet=as_json) as progress:
        count = service.rebuild(progress("rebuild"))
    if as_json:
        print_json({"passages": count})
    else:
        print_line(f"已重建 {count} 段的向量。")


def main() -> None:
    """Run the command; every error a person can cause is one line on stderr and an exit status."""
    try:
        app()
    except (KnowledgeError, BotError) as exc:
        sys.stderr.write(f"{exc}\n")
        raise SystemExit(exc.exit_status) from exc


@contextmanager
def _service() -> "Iterator[Service]":
    from bot.build import open_service
    from bot.settings.settings import load_settings

    with open_service(load_settings()) as service:
        yield service


def _model() -> "ChatModel":
    """Return the chat model of the settings.

    Raises:
        BadSettings: they name none.
    """
    from bot.build import open_model
    from bot.settings.settings import load_settings
    from bot.wording import answers as wording

    model = open_model(load_settings())
    if model is None:
        raise BadSettings(wording.CHECK_NO_MODEL)
    return model


def _version(service: "Service", plan: str, version: int | None) -> PlanRecord:
    """Return a version of a plan, the published one unless said otherwise.

    Raises:
        UnknownVersion: it has none of this number.
    """
    if version is None:
        return service.find(plan)
    versions = service.versions(plan)
    found = next((v.record for v in versions if v.record.version == version), None)
    if found is None:
        known = "、".join(str(v.record.version) for v in versions)
        raise UnknownVersion(f"{plan} 没有第 {version} 版，只有：{known}。")
    return found


def _warn(lines: Iterable[str]) -> None:
    """Print warnings on stderr; stdout stays the answer."""
    for line in lines:
        sys.stderr.write(f"注意：{line}\n")


@contextmanager
def _told_when_stopped(rows: list[AddedRow], as_json: bool) -> Iterator[None]:
    """On Ctrl-C, print the finished rows: each plan is in whole or not at all."""
    try:
        yield
    except KeyboardInterrupt:
        report(rows, as_json)
        _warn(["已按 Ctrl-C 停止。表中的已经做完，其余的没有变化，可以重新运行。"])
        raise typer.Exit(STOPPED) from None


if __name__ == "__main__":
    main()
