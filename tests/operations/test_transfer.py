"""A library moves from a folder to PostgreSQL and a Chroma server, and back, by one archive."""

from pathlib import Path

import pytest

from bot.errors import BackupRefused
from bot.messages import Message, Reply, Status
from bot.operations import transfer
from bot.operations.backup import read_backup, write_backup
from bot.people.roles import People
from bot.records.journal import Journal
from knowledge.errors import StorageUnavailable
from knowledge.library import Library
from knowledge.plan import Role
from knowledge.search.chroma import ChromaServer
from tests.support.bot_process import last_line_of, run_bot
from tests.support.embedding import FakeEmbedder
from tests.support.shelves import Shelf
from tests.support.source_files import read_source, source_from_bytes

QUESTION = "适老化改造"
OTHER = "江汀市2026年工作要点\n一、修桥。修桥3座。\n".encode()


@pytest.fixture
def archive(tmp_path: Path, samples: Path) -> Path:
    """The archive of a folder with one plan, one question asked and one leader."""
    with Library(tmp_path / "folder", FakeEmbedder()) as library:
        library.add(read_source(samples / "yunxi-2025.txt"))
        ask(library, "修桥几座")
        People(library.database).give("telegram:5", Role.LEADER, "console")
    write_backup(tmp_path / "folder", tmp_path / "a.tar.gz")
    return tmp_path / "a.tar.gz"


def ask(library: Library, question: str) -> None:
    message = Message("telegram:5", "telegram:5", question)
    Journal(library.database, 30).record(message, Reply("没有找到", Status.NOT_FOUND))


def bring(archive: Path, servers: Shelf, replace: bool = False) -> int:
    where = servers.database_url, servers.chroma
    return read_backup(archive, servers.data, replace, *where).plans


def seen(library: Library) -> tuple[object, ...]:
    """What a library holds, as those who use it see it."""
    records = library.records(Role.ADMIN)
    hits = [(hit.id, round(hit.score, 6)) for hit in library.search(QUESTION, records)]
    asked = [exchange.asked for exchange in Journal(library.database, 30).exchanges()]
    return records, hits, asked, People(library.database).roles(("telegram:5",))


def test_a_library_moves_to_servers_and_back_with_everything_and_embeds_nothing(
    archive: Path, servers: Shelf, tmp_path: Path
) -> None:
    with Library(tmp_path / "folder", FakeEmbedder()) as library:
        before = seen(library)
        original = library.plan(library.records(Role.ADMIN)[0])
    assert bring(archive, servers) == 1
    embedder = FakeEmbedder()
    with servers.open(embedder) as library:
        assert seen(library) == before
        assert library.plan(library.records(Role.ADMIN)[0]) == original
        ask(library, "再问一句")  # rows are counted on from those that came
        library.add(source_from_bytes("later.txt", OTHER))
        after = seen(library)
        write_backup(servers.data, tmp_path / "b.tar.gz", servers.database_url)  # while it is open
    assert embedder.history == ["修桥。修桥3座。"]
    read_backup(tmp_path / "b.tar.gz", tmp_path / "back", replace=False)
    embedder = FakeEmbedder()
    with Library(tmp_path / "back", embedder) as library:
        assert seen(library) == after
    assert embedder.history == []


def test_plans_of_a_database_are_replaced_only_when_told_so_and_with_their_vectors(
    archive: Path, servers: Shelf
) -> None:
    with servers.open(FakeEmbedder()) as library:
        library.add(source_from_bytes("yunxi-2025.txt", OTHER))  # ids as those of the archive
    with pytest.raises(BackupRefused, match="已有 1 份文件.*--replace"):
        bring(archive, servers)
    with servers.open(FakeEmbedder()) as library:
        assert library.records(Role.ADMIN)[0].metadata.year == 2026
    bring(archive, servers, replace=True)
    with servers.open(FakeEmbedder()) as library:
        assert library.records(Role.ADMIN)[0].metadata.year == 2025
        assert seen(library)[1]
    passages, vectors = servers.stored_ids()
    assert passages == vectors


def test_a_database_that_a_bot_uses_is_not_replaced(archive: Path, servers: Shelf) -> None:
    with (
        servers.open(FakeEmbedder()) as library,
        pytest.raises(BackupRefused, match="个要点通的连接在用.*停掉.*数据没有变化"),
    ):
        assert library.records(Role.ADMIN) == ()
        bring(archive, servers, replace=True)


def test_a_restore_that_breaks_off_leaves_the_database_as_it_was(
    archive: Path, servers: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    with servers.open(FakeEmbedder()) as library:
        library.add(source_from_bytes("mine.txt", OTHER))
        before = seen(library)

    def killed(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(transfer, "_count_on", killed)
    with pytest.raises(KeyboardInterrupt):
        bring(archive, servers, replace=True)
    embedder = FakeEmbedder()
    with servers.open(embedder) as library:
        assert seen(library) == before
    assert embedder.history == []


def test_servers_that_are_gone_are_said_so_and_nothing_is_changed(
    archive: Path, servers: Shelf
) -> None:
    with servers.open(FakeEmbedder()) as library:
        library.add(source_from_bytes("mine.txt", OTHER))
    nobody = ChromaServer("http://127.0.0.1:9")
    with pytest.raises(StorageUnavailable, match="YAODIAN_CHROMA_URL"):
        read_backup(archive, servers.data, True, servers.database_url, nobody)
    with servers.open(FakeEmbedder()) as library:
        assert [r.file for r in library.records(Role.ADMIN)] == ["mine.txt"]
    with pytest.raises(StorageUnavailable, match="YAODIAN_DATABASE_URL"):
        write_backup(servers.data, servers.data / "c.tar.gz", "postgresql://u:p@127.0.0.1:9/none")
    assert not list(servers.data.glob("*.tar.gz"))


def test_the_commands_say_what_moved(archive: Path, servers: Shelf, tmp_path: Path) -> None:
    """As docs/scale.md has it: the same two commands, with the settings of the servers."""
    assert servers.database_url and servers.chroma
    settings = {
        "YAODIAN_DATABASE_URL": servers.database_url,
        "YAODIAN_CHROMA_URL": servers.chroma.url,
    }
    empty = run_bot(servers.data, "backup", str(tmp_path / "none.tar.gz"), **settings)
    assert empty.returncode == 19
    assert "还没有数据" in last_line_of(empty)
    restored = run_bot(servers.data, "restore", str(archive), **settings)
    assert restored.stdout.startswith(f"已从 {archive} 恢复到 YAODIAN_DATABASE_URL 的数据库：1 份")
    kept = run_bot(servers.data, "backup", str(tmp_path / "c.tar.gz"), **settings)
    assert "1 份文件" in kept.stdout, kept.stderr
