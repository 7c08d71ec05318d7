"""Commands reach the library through the process that owns it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.messages import Message, Reply, Status, final_reply
from bot.operations import remote as remote_module
from bot.operations.remote import RemoteService, owner, serving, socket_path
from bot.operations.service import LocalService
from bot.records.journal import Journal
from knowledge.errors import UnknownPlan, UnreadableFile
from knowledge.files.reading import MAX_BYTES, SourceFile
from knowledge.library import AddOutcome, Library
from knowledge.plan import Role
from tests.support.source_files import read_source

PLAN = "澜州市水务局2025年工作要点\n一、修好水渠。清淤干渠12公里，支渠30公里。\n二、管好水库。\n"


async def echo(message: Message) -> AsyncIterator[Reply]:
    yield Reply(f"{message.text}？", Status.ANSWERED)


@pytest.fixture
async def remote(library: Library, tmp_path: Path) -> AsyncIterator[RemoteService]:
    async with serving(LocalService(library, echo), tmp_path):
        with owner(tmp_path) as service:
            assert service is not None
            yield service


@pytest.fixture
def source(tmp_path: Path) -> SourceFile:
    path = tmp_path / "水务 ‘25’.txt"
    path.write_text(PLAN, encoding="utf-8")
    return read_source(path)


async def test_a_file_goes_in_through_the_owner_with_progress(
    remote: RemoteService, library: Library, source: SourceFile
) -> None:
    steps: list[tuple[int, int]] = []
    added = await asyncio.to_thread(
        remote.add, source, None, Path("a.txt"), None, lambda a, b: steps.append((a, b))
    )
    assert added.outcome is AddOutcome.NEW
    assert [s.label for s in added.plan.sections] == ["一", "二"]
    assert steps[-1][0] == steps[-1][1] > 0
    assert library.records(Role.STAFF) == (added.record,)


def test_the_largest_file_that_is_read_fits_into_one_call() -> None:
    assert MAX_BYTES * 4 / 3 < remote_module.LINE_BYTES


async def test_a_file_too_large_for_one_call_is_refused_before_it_is_sent(
    remote: RemoteService, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_module, "LINE_BYTES", 4_000_000)
    large = SourceFile("大.txt", PLAN.encode() * 50_000)
    with pytest.raises(UnreadableFile, match="文件超过 3 MB.*拆成几份"):
        await asyncio.to_thread(remote.add, large, None, None, None, lambda a, b: None)
    assert library.records(Role.ADMIN) == ()
    assert await asyncio.to_thread(remote.records) == ()  # the owner is still there


async def test_the_owner_s_errors_arrive_as_they_are(remote: RemoteService) -> None:
    with pytest.raises(UnknownPlan, match="没有叫 '没有' 的文件"):
        await asyncio.to_thread(remote.find, "没有")
    empty = SourceFile("a.txt", b"")
    with pytest.raises(UnreadableFile, match="a.txt 是空文件"):
        await asyncio.to_thread(remote.add, empty, None, None, None, lambda a, b: None)


async def test_what_can_be_asked_of_a_library_can_be_asked_of_its_owner(
    remote: RemoteService, source: SourceFile
) -> None:
    def work() -> None:
        record = remote.add(source, None, None, None, lambda a, b: None).record
        assert remote.records() == (record,)
        assert remote.find(source.name) == record
        assert remote.plan(record).sections[0].heading == "修好水渠"
        assert remote.held_plans()
        assert remote.sources() == {record.id: source.name}
        assert [v.is_published for v in remote.versions(record.id)] == [True]
        assert remote.remove(record.id) == record
        assert remote.records() == ()
        assert remote.restore(record.id, 1) == record
        assert remote.revise(record, remote.plan(record).targets[:1]).version == 2
        assert len(remote.plan(remote.find(record.id)).targets) == 1
        assert remote.gone(Path("/nowhere")) == ()
        assert remote.rebuild(lambda a, b: None) > 0

    await asyncio.to_thread(work)


async def test_questions_are_answered_by_the_owner(remote: RemoteService) -> None:
    message = Message("console:1", "console:1", "低保", role=Role.STAFF)
    reply = await final_reply(remote.handler, message)
    assert (reply.text, reply.status) == ("低保？", Status.ANSWERED)


async def test_only_its_user_may_use_the_socket_and_it_goes_with_its_owner(
    library: Library, tmp_path: Path
) -> None:
    async with serving(LocalService(library, echo), tmp_path):
        assert socket_path(tmp_path).stat().st_mode & 0o777 == 0o600
    assert not socket_path(tmp_path).exists()


def test_a_dead_owner_s_socket_is_nobody_s(tmp_path: Path) -> None:
    socket_path(tmp_path).touch()
    with owner(tmp_path) as service:
        assert service is None


def test_a_folder_with_a_long_path_has_its_socket_elsewhere(tmp_path: Path) -> None:
    assert len(str(socket_path(tmp_path / ("很长" * 30))).encode()) < 108


def test_what_commands_change_stands_in_the_journal(library: Library, source: SourceFile) -> None:
    service = LocalService(library, echo)
    for _ in range(2):
        record = service.add(source, None, None, None, lambda a, b: None).record
    service.remove(record.id)
    service.restore(record.id, 1)
    kept = Journal(library.database).exchanges()
    assert [(e.user, e.kind, e.asked) for e in kept] == [
        ("console", kind, source.name) for kind in ("add", "remove", "restore")
    ]
