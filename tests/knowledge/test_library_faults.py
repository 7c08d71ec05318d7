"""What can go wrong with the place a library is in, and what is lost: nothing."""

import multiprocessing
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from knowledge.errors import DamagedLibrary, LibraryBusy, StorageUnavailable
from knowledge.library import Library
from knowledge.plan import Role
from knowledge.storage import full_text
from knowledge.text import tokenize
from tests.support.embedding import FakeEmbedder
from tests.support.places import WritePlan
from tests.support.shelves import LONG, NEWER, PLAN, Shelf, add, found
from tests.support.source_files import source_from_bytes

# A kill at any moment

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["chromadb", "langchain_core.embeddings", "pytest", "sqlalchemy"])

Hook = tuple[Callable[[Library], Any], str, str]

STEPS: dict[str, tuple[Hook, int]] = {
    "before embedding": ((lambda lib: lib._embedded._embedder, "embed_documents", "before"), 1),
    "embeddings kept": ((lambda lib: lib._embedded, "keep", "after"), 1),
    "before vectors": ((lambda lib: lib._meaning, "write", "before"), 1),
    "vectors written": ((lambda lib: lib._meaning, "write", "after"), 1),
    "inside the transaction": ((lambda lib: full_text, "put", "after"), 1),
    "published": ((lambda lib: lib._meaning, "forget", "before"), 2),
    "published, with others": ((lambda lib: lib._meaning, "forget", "before"), 2),
}


def add_and_pause(data: Path, file: Path, step: str, said: Connection) -> None:
    """Run in a process of its own: add a new version, and wait at one step to be killed."""
    (owner, name, when), _ = STEPS[step]
    with Library(data, FakeEmbedder()) as library:
        add(library, file)
        file.write_text(NEWER, encoding="utf-8")
        original = getattr(owner(library), name)

        def paused(*arguments: Any) -> Any:
            result = original(*arguments) if when == "after" else None
            said.send(step)
            time.sleep(300)
            return result

        setattr(owner(library), name, paused)
        with library.together() if step.endswith("with others") else nullcontext():
            add(library, file)


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Folders, by step: each holds a library whose owner was killed there, and its plan."""
    folders = {step: tmp_path_factory.mktemp("killed") for step in STEPS}
    running = []
    for step, folder in folders.items():
        file = folder / "a.txt"
        file.write_text(PLAN, encoding="utf-8")
        hears, says = PROCESSES.Pipe(duplex=False)
        arguments = (folder / "data", file, step, says)
        process = PROCESSES.Process(target=add_and_pause, args=arguments, daemon=True)
        process.start()
        says.close()
        running.append((process, hears))
    for process, hears in running:
        assert hears.poll(60)
        assert hears.recv() in STEPS
        process.kill()
        process.join()
        process.close()
        hears.close()
    return folders


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_leaves_one_whole_version_and_the_next_opening_cleans_up(
    step: str, killed: dict[str, Path]
) -> None:
    data, file, version = killed[step] / "data", killed[step] / "a.txt", STEPS[step][1]
    with Library(data, FakeEmbedder()) as library:
        (record,) = library.records(Role.STAFF)
        assert record.version == version
        stated = f"建好水厂\n新建水厂{2 if version == 1 else 5}座，日供水33.02万吨。"
        assert found(library, "新建水厂")[0] == stated
        assert len(found(library, "新建水厂")) == 4
    passages, vectors = Shelf(data).stored_ids()
    assert passages == vectors == {f"a:{version}:{n}" for n in range(4)}
    with Library(data, FakeEmbedder()) as library:
        again = add(library, file)
        assert (again.record.version, len(found(library, "水厂5座"))) == (2, 4)


# One owner


def open_and_say(data: Path, said: Connection) -> None:
    try:
        with Library(data, FakeEmbedder()):
            said.send("opened")
    except LibraryBusy as exc:
        said.send(str(exc))


def said_by_another_process(data: Path) -> str:
    hears, says = PROCESSES.Pipe(duplex=False)
    with hears, says:
        process = PROCESSES.Process(target=open_and_say, args=(data, says))
        process.start()
        assert hears.poll(60)
        said = hears.recv()
        process.join()
        process.close()
    return said


def test_a_second_process_is_told_who_owns_the_library(tmp_path: Path) -> None:
    with Library(tmp_path / "data", FakeEmbedder()):
        said = said_by_another_process(tmp_path / "data")
    assert str(os.getpid()) in said
    assert str(tmp_path / "data") in said
    assert said_by_another_process(tmp_path / "data") == "opened"


def test_a_busy_library_is_left_as_it_is(library: Library, tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(LibraryBusy, match=str(os.getpid())):
            Library(tmp_path / "data", FakeEmbedder())
    assert library.records(Role.ADMIN) == ()


# Folders that are no library, or a damaged one


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


@pytest.fixture
def closed(tmp_path: Path, write_plan: WritePlan) -> Path:
    """The folder of a library with one plan that nobody owns."""
    with Library(tmp_path / "data", FakeEmbedder()) as library:
        add(library, write_plan("a.txt", PLAN))
    return tmp_path / "data"


def assert_refused(data: Path, advice: str) -> None:
    before = contents(data)
    with (
        pytest.raises(DamagedLibrary, match=advice) as raised,
        Library(data, FakeEmbedder()) as library,
    ):
        found(library, "水厂")
    assert "\n" not in str(raised.value)
    assert before.items() <= contents(data).items()


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"\xff\xd8\xff")
    assert_refused(tmp_path, "换成空文件夹")


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("mine")
    with pytest.raises(DamagedLibrary, match="换一个 YAODIAN_DATA"):
        Library(tmp_path / "data", FakeEmbedder())
    assert (tmp_path / "data").read_text() == "mine"


@pytest.mark.parametrize("at", [0, 4096, 40_000], ids=["head", "schema", "tables"])
def test_a_corrupt_catalogue_is_refused(at: int, closed: Path) -> None:
    file = closed / "catalogue.sqlite3"
    content = file.read_bytes()
    file.write_bytes(content[:at] + b"\xaa" * (len(content) - at))
    assert_refused(closed, "从备份恢复")


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "catalogue.sqlite3") as db:
        db.execute("CREATE TABLE songs (title)")
    db.close()
    with pytest.raises(DamagedLibrary, match="不是要点通的目录库"):
        Library(tmp_path, FakeEmbedder())


def test_a_library_of_a_newer_program_is_refused(closed: Path) -> None:
    with sqlite3.connect(closed / "catalogue.sqlite3") as db:
        db.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
    db.close()
    assert_refused(closed, "版本 99 .*请升级程序")


@pytest.mark.parametrize("kept", [0.0, 0.5])
def test_a_corrupt_chroma_folder_is_refused_and_can_be_rebuilt(kept: float, closed: Path) -> None:
    file = closed / "chroma" / "chroma.sqlite3"
    content = file.read_bytes()
    whole = int(len(content) * kept)
    file.write_bytes(content[:whole] + b"\xaa" * (0 if whole else len(content)))
    assert_refused(closed, "请运行 python ingest.py rebuild 重建")
    with Library(closed, FakeEmbedder()) as library:
        assert library.rebuild() == 4
        assert len(found(library, "水厂")) == 4


def test_a_deleted_chroma_folder_comes_back(tmp_path: Path, write_plan: WritePlan) -> None:
    with Library(tmp_path / "data", FakeEmbedder()) as library:
        library.add(source_from_bytes("a.txt", PLAN.encode()))
        (tmp_path / "data" / "chroma").rename(tmp_path / "away")
    with Library(tmp_path / "data", FakeEmbedder()) as library:
        assert library.rebuild() == 4
        assert len(found(library, "水厂")) == 4


# A database that is too new, too old, half-way, busy, full


def test_a_library_from_before_the_postings_comes_along(tmp_path: Path, closed: Path) -> None:
    with Library(closed, FakeEmbedder()) as library:
        before = library.search("新建水厂几座", library.records(Role.STAFF))
    make_first_version(closed / "catalogue.sqlite3")
    with Library(closed, FakeEmbedder()) as library:
        assert library.search("新建水厂几座", library.records(Role.STAFF)) == before
        assert [hit.section.label for hit in before].count("文首") == 1


def make_first_version(catalogue: Path) -> None:
    """Turn a catalogue into what version 1 of its tables held."""
    with sqlite3.connect(catalogue) as db:
        db.execute("CREATE VIRTUAL TABLE full_text USING fts5(tokens, tokenize='unicode61')")
        db.execute("CREATE VIRTUAL TABLE vocabulary USING fts5vocab(full_text, 'row')")
        (title,) = db.execute("SELECT metadata ->> 'title' FROM versions").fetchone()
        for rowid, text, heading in db.execute(
            "SELECT p.rowid, p.text, s.content ->> 'heading' FROM passages p JOIN sections s "
            "ON s.plan = p.plan AND s.position = p.section"
        ).fetchall():
            tokens = " ".join(tokenize(f"{title}\n{heading}\n{text}"))
            db.execute("INSERT INTO full_text (rowid, tokens) VALUES (?, ?)", (rowid, tokens))
        db.execute("DELETE FROM sections WHERE position = -1")
        db.execute("UPDATE passages SET section = section + 1")
        for table in ("indexed", "postings", "counters"):
            db.execute(f"DROP TABLE {table}")
        db.execute("UPDATE meta SET value = '1'")
    db.close()


def test_a_locked_catalogue_is_a_clear_message_and_loses_nothing(
    tmp_path: Path, write_plan: WritePlan
) -> None:
    file = write_plan("a.txt", PLAN)
    with Library(tmp_path / "data", FakeEmbedder()) as library:
        with closing(sqlite3.connect(tmp_path / "data" / "catalogue.sqlite3")) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StorageUnavailable, match="目录库 .* 正被别的程序锁住"):
                add(library, file)
            assert library.records(Role.STAFF) == ()
        assert len(found_after(library, file)) == 4


def found_after(library: Library, file: Path) -> list[str]:
    add(library, file)
    return found(library, "水厂")


def test_a_disk_that_fills_up_while_publishing_leaves_the_old_version(
    tmp_path: Path, write_plan: WritePlan
) -> None:
    with Library(tmp_path / "data", FakeEmbedder()) as library:
        old = add(library, write_plan("a.txt", PLAN)).record
        with library.database.connect() as db:
            pages = db.exec_driver_sql("PRAGMA page_count").scalar()
            db.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StorageUnavailable, match="磁盘已满.*请腾出空间再试"):
            add(library, write_plan("a.txt", LONG * 20))
        assert library.records(Role.STAFF) == (old,)
        assert len(found(library, "新建水厂2座")) == 4
