"""The register at the terminal: a sheet that links to the files, and proposals settled."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.support.commands import Run, is_one_line, runner
from tests.support.embedding import EmbeddingServer
from tests.support.model_server import Answering, says, serve_model
from tests.support.places import WritePlan
from tests.support.proposals import MISSED, NOTHING, TEXT


@pytest.fixture
def run(
    tmp_path: Path,
    embedding_server: EmbeddingServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    return runner(tmp_path, embedding_server, monkeypatch, capsys)


@contextmanager
def model(monkeypatch: pytest.MonkeyPatch, *script: Answering) -> Iterator[None]:
    """Serve a model from a thread of its own, and name it in the settings."""
    ready, stop = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with serve_model(*script) as server:
            monkeypatch.setenv("YAODIAN_MODEL", "m")
            monkeypatch.setenv("YAODIAN_MODEL_BASE_URL", server.base_url)
            monkeypatch.setenv("YAODIAN_MODEL_API_KEY", "key")
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    ready.wait(10)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


def values(run: Run) -> list[tuple[str, bool]]:
    return [(row["value"], row["proposed"]) for row in run("targets", "a", "--json").json]


@pytest.mark.parametrize(
    ("option", "left"),
    [
        ("--confirm", [("500", False), ("二十", False), ("2", False)]),
        ("--reject", [("500", False), ("2", False)]),
    ],
)
def test_what_a_model_proposes_waits_for_an_admin(
    run: Run,
    write_plan: WritePlan,
    monkeypatch: pytest.MonkeyPatch,
    option: str,
    left: list[tuple[str, bool]],
) -> None:
    said = says(json.dumps(MISSED, ensure_ascii=False))
    with model(monkeypatch, said, says(NOTHING)):
        (row,) = run("add", write_plan("a.txt", TEXT), "--check-targets", "--json").json
    assert any("模型提出 1 项指标" in note and "--confirm" in note for note in row["notes"])
    assert ("二十", True) in values(run)
    assert "1 项模型提出的指标已" in run("targets", "a", option, "--json").err
    assert values(run) == left


def test_without_a_model_nothing_is_added(run: Run, write_plan: WritePlan, tmp_path: Path) -> None:
    ran = run("add", write_plan("a.txt", TEXT), "--check-targets")
    assert (ran.status, is_one_line(ran.err)) == (9, True)
    assert "YAODIAN_MODEL" in ran.err
    assert not (tmp_path / "data").exists()


def test_confirm_and_reject_exclude_each_other(run: Run, write_plan: WritePlan) -> None:
    run("add", write_plan("a.txt", TEXT))
    ran = run("targets", "a", "--confirm", "--reject")
    assert (ran.status, "一次只能用一个" in ran.err) == (2, True)


def test_a_sheet_links_to_the_file_that_was_added(
    run: Run, write_plan: WritePlan, tmp_path: Path
) -> None:
    file = write_plan("a.txt", TEXT)
    run("add", file)
    run("targets", "a", "--xlsx", tmp_path / "out.xlsx", "--docx", tmp_path / "out.docx")
    sheet = load_workbook(tmp_path / "out.xlsx").active
    assert sheet is not None
    link = sheet.cell(2, sheet.max_column).hyperlink
    assert link is not None
    assert link.target == file.resolve().as_uri()
    assert (tmp_path / "out.docx").stat().st_size > 1000


def test_a_file_that_cannot_be_written_is_one_line(run: Run, write_plan: WritePlan) -> None:
    run("add", write_plan("a.txt", TEXT))
    ran = run("targets", "a", "--xlsx", "/nowhere/out.xlsx")
    assert (ran.status, is_one_line(ran.err)) == (14, True)
    assert "写不了 /nowhere/out.xlsx" in ran.err
