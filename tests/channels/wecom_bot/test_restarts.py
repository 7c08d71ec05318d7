"""A stop, a kill or another machine: what was asked is answered, and nobody waits for a stream."""

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.channels.wecom_bot.streams import Streams
from bot.delivery.leases import Lease
from bot.wording import wecom_bot as bot_wording
from knowledge.storage.database import Database
from tests.support.places import REPO
from tests.support.postgres_server import PostgresServer
from tests.support.wecom_bot_office import (
    FakeAssistant,
    build_bot,
    running,
)
from tests.support.wecom_bot_server import BOT_ID, BotServer

pytest_plugins = "tests.support.wecom_bot_office"


async def test_what_was_being_answered_at_a_stop_is_closed_and_answered_by_the_next_process(
    server: BotServer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.worker.DRAIN_SECONDS", 0.2)
    stuck, next_one = FakeAssistant(), FakeAssistant()
    stuck.gates["问"] = asyncio.Event()
    async with running(build_bot(stuck, server, database), server):
        await server.say("问")
        await server.until(lambda: stuck.heard)
    assert server.whole() == [bot_wording.RESTARTS]
    async with running(build_bot(next_one, server, database), server):
        assert (await server.texts(2))[-1] == "答：问"
    assert [s.kind for s in server.seen] == ["stream", "markdown"]


async def test_after_a_kill_the_answer_is_pushed_by_the_next_process(
    server: BotServer, tmp_path: Path
) -> None:
    database = str(tmp_path / "killed.sqlite3")
    async with process(server, database, "hangs"):
        await server.subscriptions(1)
        await server.say("问")
        await server.until(lambda: server.seen)
    server.asked.clear()  # the req_ids of another connection are worth nothing
    async with process(server, database, "answers"):
        await server.until(lambda: "答：问" in server.whole(), seconds=20)
        await server.say("再问")
        await server.until(lambda: "答：再问" in server.whole())
    assert [s.kind for s in server.seen] == ["stream", "markdown", "stream"]


async def test_a_second_machine_takes_over_when_the_first_dies(
    server: BotServer, postgres: PostgresServer
) -> None:
    database = postgres.new_database()
    async with AsyncExitStack() as machines:
        first = await machines.enter_async_context(process(server, database, "hangs"))
        await server.subscriptions(1)
        await machines.enter_async_context(process(server, database, "answers"))
        await server.say("问")
        await server.until(lambda: server.seen)
        await asyncio.sleep(2)
        assert server.connections == 1  # the second waits for its turn
        first.kill()
        await server.until(lambda: "答：问" in server.whole(), seconds=30)
    assert server.connections == 2
    assert server.whole() == [bot_wording.BELOW, "答：问"]


@asynccontextmanager
async def process(
    server: BotServer, database: str, how: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a bot in a process of its own, and kill it (SIGKILL) at the end of the block."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.wecom_bot_process", server.url, database, how),
        cwd=REPO,
    )
    try:
        yield running
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


async def test_a_lease_that_was_lost_and_won_again_leaves_no_stream_open(
    server: BotServer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.worker.DRAIN_SECONDS", 0.2)
    monkeypatch.setattr("bot.delivery.leases.RENEW_SECONDS", 0.1)
    handler = FakeAssistant()
    gate = handler.gates["问"] = asyncio.Event()
    async with running(build_bot(handler, server, database), server):
        await server.say("问")
        await server.until(lambda: handler.heard)
        thief = Lease(database, f"wecom-bot:{BOT_ID}")
        monkeypatch.setattr("bot.delivery.leases.LEASE_SECONDS", -1.0)  # ours runs out at once
        await server.until(thief.take)
        monkeypatch.setattr("bot.delivery.leases.LEASE_SECONDS", 20.0)
        await server.until(lambda: thief.take() and server.current is None)
        gate.set()
        thief.give_back()
        await server.subscriptions(2)
        await server.until(lambda: "答：问" in server.whole())
    assert [s.is_final for s in server.seen if s.kind == "markdown"] == [True]


async def test_what_comes_while_the_process_ends_is_answered_by_the_next(
    server: BotServer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.worker.DRAIN_SECONDS", 0.5)
    stuck, next_one = FakeAssistant(), FakeAssistant()
    stuck.gates["一"] = asyncio.Event()
    async with running(build_bot(stuck, server, database), server):
        await server.say("一")
        await server.until(lambda: stuck.heard)
        late = asyncio.create_task(say_later(server))
    await late
    assert server.whole() == [bot_wording.RESTARTS] * 2
    async with running(build_bot(next_one, server, database), server):
        assert (await server.texts(4))[2:] == ["答：一", "答：二"]


async def say_later(server: BotServer) -> None:
    await asyncio.sleep(0.2)
    await server.say("二")


@contextmanager
def full_disk(database: Database) -> Iterator[None]:
    """Let no connection write a further page; SQLite's limit holds for one connection alone."""
    with database.connect() as db:
        pages = db.exec_driver_sql("PRAGMA page_count").scalar()

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")

    sa.event.listen(database._engine, "connect", limit)
    database.close()  # those that are open go back to be closed
    yield
    sa.event.remove(database._engine, "connect", limit)
    database.close()


async def test_what_a_full_disk_cannot_keep_is_said_so_and_works_again_later(
    server: BotServer, database: Database
) -> None:
    """WeCom does not repeat what the long connection brought: after a minute the person is told."""
    handler = FakeAssistant()
    async with running(build_bot(handler, server, database), server):
        with full_disk(database):
            await server.say("问" * 20_000)
            await server.say("再" * 20_000)
            assert await server.texts(2) == [bot_wording.NOT_KEPT] * 2
        await server.say("现在呢")
        assert (await server.texts(3))[2] == "答：现在呢"
    assert [m.text for m in handler.heard] == ["现在呢"]


async def test_who_cannot_even_be_told_does_not_stop_those_behind(
    server: BotServer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish, failures = Streams.finish, [TimeoutError()]

    async def fails_once(streams: Streams, *arguments: Any, **more: Any) -> None:
        if failures:
            raise failures.pop()
        await finish(streams, *arguments, **more)

    monkeypatch.setattr(Streams, "finish", fails_once)
    async with running(build_bot(FakeAssistant(), server, database), server):
        with full_disk(database):
            await server.say("问" * 20_000)
            await server.until(lambda: not failures)
        await server.say("现在呢")
        assert await server.texts(1) == ["答：现在呢"]
