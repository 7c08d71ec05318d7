"""One archive of everything: written while the bot works, brought back, refused when damaged."""

import shutil
import subprocess
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import BackupRefused
from bot.operations.backup import FORMAT, MANIFEST, read_backup, write_backup
from bot.people.roles import People
from bot.wording import office as wording
from knowledge.errors import LibraryBusy
from knowledge.library import Library
from knowledge.plan import Role
from knowledge.storage.ownership import CATALOGUE
from tests.support.embedding import FakeEmbedder
from tests.support.postgres_server import find_postgres
from tests.support.shelves import Shelf
from tests.support.source_files import read_source, source_from_bytes

QUESTION = "适老化改造"
OLD = "云溪市2026年工作要点\n一、修桥。修桥3座。\n"


@pytest.fixture
def data(tmp_path: Path, samples: Path) -> Path:
    with Library(tmp_path / "data", FakeEmbedder()) as library:
        library.add(read_source(samples / "yunxi-2025.txt"))
        People(library.database).give("telegram:5", Role.LEADER, "console")
    return tmp_path / "data"


def found(data: Path) -> tuple[list[str], list[str], FakeEmbedder]:
    """Return the plans of a library, what a question finds in it, and who embedded."""
    embedder = FakeEmbedder()
    with Library(data, embedder) as library:
        records = library.records(Role.ADMIN)
        hits = library.search(QUESTION, records)
        return [r.id for r in records], [h.id for h in hits], embedder


def test_what_was_backed_up_answers_the_same_elsewhere_and_nothing_is_embedded_anew(
    data: Path, tmp_path: Path
) -> None:
    kept = write_backup(data, tmp_path / "a.tar.gz")
    assert (tmp_path / "a.tar.gz").stat().st_mode & 0o777 == 0o600
    assert read_backup(tmp_path / "a.tar.gz", tmp_path / "new", replace=False).plans == kept.plans
    before, after = found(data), found(tmp_path / "new")
    assert after[:2] == before[:2] != ([], [])
    assert after[2].history == []
    with Library(tmp_path / "new", FakeEmbedder()) as library:
        assert People(library.database).roles(("telegram:5",)) == {"telegram:5": Role.LEADER}


def test_a_backup_while_plans_go_in_is_one_moment_of_the_library(
    data: Path, tmp_path: Path
) -> None:
    """Whatever the archive holds is whole: each plan with all its passages."""
    with Library(data, FakeEmbedder()) as library:

        def add() -> None:
            for number in range(12):
                text = f"江汀市2026年第{number}号工作要点\n一、修路。修路{number + 3}公里。\n" * 3
                library.add(source_from_bytes(f"plan-{number}.txt", text.encode()))

        adding = threading.Thread(target=add)
        adding.start()
        kept = [write_backup(data, tmp_path / f"{number}.tar.gz") for number in range(5)]
        adding.join()
        assert len(library.records(Role.ADMIN)) == 13
    for number, said in enumerate(kept):
        new = tmp_path / f"new-{number}"
        read_backup(tmp_path / f"{number}.tar.gz", new, replace=False)
        plans, hits, embedder = found(new)
        assert len(plans) == said.plans
        assert hits
        assert embedder.history == []


def test_plans_are_replaced_only_when_told_so(data: Path, tmp_path: Path) -> None:
    archive, later = tmp_path / "a.tar.gz", "云溪市2026年工作要点\n一、修桥。修桥3座。\n"
    write_backup(data, archive)
    with Library(data, FakeEmbedder()) as library:
        library.add(source_from_bytes("later.txt", later.encode()))
    with pytest.raises(BackupRefused, match="已有 2 份文件.*--replace"):
        read_backup(archive, data, replace=False)
    assert len(found(data)[0]) == 2
    read_backup(archive, data, replace=True)
    assert found(data)[0] == ["yunxi-2025"]


def test_a_running_bot_s_data_is_not_replaced(data: Path, tmp_path: Path) -> None:
    write_backup(data, tmp_path / "a.tar.gz")
    with Library(data, FakeEmbedder()) as library:
        with pytest.raises(LibraryBusy, match="正被另一个进程"):
            read_backup(tmp_path / "a.tar.gz", data, replace=True)
        assert library.search(QUESTION, library.records(Role.ADMIN))


def cut(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:-2000])


def not_an_archive(archive: Path) -> None:
    archive.write_bytes(b"PK not a backup" * 100)


def empty(archive: Path) -> None:
    archive.write_bytes(b"")


def without_manifest(archive: Path) -> None:
    repack(archive, lambda folder: (folder / MANIFEST).unlink())


def other_content(archive: Path) -> None:
    def change(folder: Path) -> None:
        with (folder / CATALOGUE).open("r+b") as file:
            file.seek(5000)
            file.write(b"changed")

    repack(archive, change)


def repack(archive: Path, change: Callable[[Path], object]) -> None:
    folder = archive.with_suffix(".d")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    change(folder)
    with tarfile.open(archive, "w:gz") as tar:
        for path in sorted(folder.iterdir()):
            tar.add(path, path.name)
    shutil.rmtree(folder)


@pytest.mark.parametrize("damage", [cut, not_an_archive, empty, without_manifest, other_content])
def test_a_damaged_archive_is_refused_and_changes_nothing(
    data: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    archive = tmp_path / "a.tar.gz"
    write_backup(data, archive)
    damage(archive)
    before = found(data)[:2]
    with pytest.raises(BackupRefused, match="不是要点通的备份，或已损坏.*数据没有变化") as caught:
        read_backup(archive, data, replace=True)
    assert caught.value.exit_status == 19
    assert found(data)[:2] == before


def test_an_archive_of_a_newer_program_is_refused(data: Path, tmp_path: Path) -> None:
    archive = tmp_path / "a.tar.gz"
    write_backup(data, archive)

    def raise_format(folder: Path) -> None:
        said = (folder / MANIFEST).read_text(encoding="utf-8")
        newer = said.replace(f'"format": {FORMAT}', f'"format": {FORMAT + 1}')
        (folder / MANIFEST).write_text(newer, encoding="utf-8")

    repack(archive, raise_format)
    with pytest.raises(BackupRefused, match="先升级程序"):
        read_backup(archive, data, replace=True)


def test_what_cannot_be_written_or_found_is_said_so(data: Path, tmp_path: Path) -> None:
    there = tmp_path / "there.tar.gz"
    there.write_bytes(b"mine")
    for out, said in (
        (there, wording.BACKUP_EXISTS.format(path=there)),
        (tmp_path / "no" / "a.tar.gz", "备份没有写成"),
    ):
        with pytest.raises(BackupRefused, match=said):
            write_backup(data, out)
    assert there.read_bytes() == b"mine"
    with pytest.raises(BackupRefused, match="还没有数据"):
        write_backup(tmp_path / "none", tmp_path / "b.tar.gz")
    with pytest.raises(BackupRefused, match="找不到备份文件"):
        read_backup(tmp_path / "none.tar.gz", data, replace=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", "there.tar.gz"]


def test_a_dump_of_postgresql_comes_back_and_the_vectors_follow(servers: Shelf) -> None:
    """The commands of docs/backup.md."""
    embedder, url = FakeEmbedder(), str(servers.database_url)
    dump = servers.data.parent / "yaodian.dump"
    with servers.open(embedder) as library:
        library.add(source_from_bytes("old.txt", OLD.encode()))
        People(library.database).give("telegram:5", Role.LEADER, "console")
        run("pg_dump", "--format=custom", f"--file={dump}", url)
        library.add(source_from_bytes("new.txt", OLD.replace("2026", "2027").encode()))
    run("pg_restore", "--clean", "--if-exists", f"--dbname={url}", str(dump))
    with servers.open(embedder) as library:
        assert library.rebuild() == 1
        records = library.records(Role.ADMIN)
        assert [r.file for r in records] == ["old.txt"]
        assert {h.record.file for h in library.search("修桥几座", records)} == {"old.txt"}
        assert People(library.database).roles(("telegram:5",)) == {"telegram:5": Role.LEADER}


def run(program: str, *words: str) -> None:
    """Run one of PostgreSQL's own programs."""
    programs = find_postgres()
    assert programs is not None
    done = subprocess.run((programs / program, *words), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
