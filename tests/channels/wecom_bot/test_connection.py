"""The long connection comes back after everything that ends it, and never fights for a bot."""

import asyncio
import logging
import time
from dataclasses import replace
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from bot.channels.wecom_bot.connection import Timing
from bot.wording import wecom_bot as wording
from knowledge.storage.database import Database
from tests.support.wecom_bot_office import FAST, FakeAssistant, build_bot, running
from tests.support.wecom_bot_server import BOT_ID, SECRET, BotServer

pytest_plugins = "tests.support.wecom_bot_office"


async def answers(server: BotServer, text: str = "还在吗") -> bool:
    """Say whether the bot answers a question now."""
    before = len(server.whole())
    await server.say(text)
    return (await server.texts(before + 1))[-1] == f"答：{text}"


@pytest.mark.parametrize("code", [1000, 1001, 1011])
async def test_a_close_by_the_server_leads_to_a_new_connection(
    server: BotServer, database: Database, code: int
) -> None:
    async with running(build_bot(FakeAssistant(), server, database), server):
        assert server.current is not None
        await server.current.close(code)
        await server.subscriptions(2)
        assert await answers(server)


async def test_an_aborted_connection_leads_to_a_new_one(
    server: BotServer, database: Database
) -> None:
    async with running(build_bot(FakeAssistant(), server, database), server):
        assert server.current is not None
        server.current.transport.abort()
        await server.subscriptions(2)
        assert await answers(server)


async def test_two_pings_without_an_answer_lead_to_a_new_connection(
    server: BotServer, database: Database
) -> None:
    async with running(build_bot(FakeAssistant(), server, database), server):
        server.is_silent = lambda frame: frame["cmd"] == "ping"
        await server.subscriptions(2)
        assert len(server.commands("ping")) >= FAST.missed_pings
        server.is_silent = lambda frame: False
        assert await answers(server)


async def test_one_lost_ping_does_not_cut_the_connection(
    server: BotServer, database: Database
) -> None:
    lost = [True]
    server.is_silent = lambda frame: frame["cmd"] == "ping" and bool(lost and lost.pop())
    async with running(build_bot(FakeAssistant(), server, database), server):
        await server.until(lambda: len(server.commands("ping")) >= 4)
    assert server.connections == 1


async def test_a_restarted_server_is_found_again(server: BotServer, database: Database) -> None:
    async with running(build_bot(FakeAssistant(), server, database), server):
        await server.stop()
        await asyncio.sleep(0.3)  # some tries in vain
        await server.start()
        await server.subscriptions(2)
        assert await answers(server)


async def test_a_displaced_bot_says_so_and_comes_back_slowly(
    server: BotServer, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(build_bot(FakeAssistant(), server, database), server):
        async with connect(server.url, proxy=None) as thief:
            said = f'{{"bot_id": "{BOT_ID}", "secret": "{SECRET}"}}'
            frame = f'{{"cmd": "aibot_subscribe", "headers": {{"req_id": "x"}}, "body": {said}}}'
            await thief.send(frame)
            await server.subscriptions(2)
            await server.subscriptions(3)
        assert server.subscribed_at[2] - server.subscribed_at[1] >= FAST.displaced_seconds
        assert await answers(server)
    assert wording.DISPLACED in caplog.messages
    assert Timing().displaced_seconds >= 60


async def test_a_wrong_secret_says_what_to_check_and_is_tried_slowly(
    server: BotServer, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    server.secret = "another"
    async with running(build_bot(FakeAssistant(), server, database)):
        await server.until(lambda: server.connections >= 2)
        start = time.monotonic()
        await server.until(lambda: server.connections >= 3)
        assert time.monotonic() - start >= FAST.refused_seconds / 2
        server.secret = SECRET
        await server.subscriptions(1)
        assert await answers(server)
    said = [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]
    assert any("853000" in line and "YAODIAN_WECOM_BOT_SECRET" in line for line in said)
    assert SECRET not in caplog.text


async def test_a_command_conflict_is_tried_again(server: BotServer, database: Database) -> None:
    server.subscribe_codes = [6000]
    conflicts = [6000, 6000]
    async with running(build_bot(FakeAssistant(), server, database), server):
        server.refuse = lambda frame: (
            conflicts.pop() if conflicts and frame["cmd"] == "aibot_respond_msg" else 0
        )
        assert await answers(server)
    assert server.connections == 1


async def test_of_two_processes_one_holds_the_bot_and_the_other_follows(
    server: BotServer, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.leases.RENEW_SECONDS", 0.1)
    other = Database(tmp_path / "bot.sqlite3")
    first, second = FakeAssistant(), FakeAssistant()
    try:
        async with running(build_bot(second, server, other)) as _:
            await server.subscriptions(1)
            async with running(build_bot(first, server, database)):
                assert await answers(server, "第一个")
                await asyncio.sleep(0.4)
                assert (server.connections, first.heard) == (1, [])
        async with running(build_bot(first, server, database), server):
            assert await answers(server, "第二个")
    finally:
        other.close()
    assert [m.text for m in first.heard] == ["第二个"]
    assert server.connections == 2


async def test_rubbish_from_the_server_is_left_out(server: BotServer, database: Database) -> None:
    async with running(build_bot(FakeAssistant(), server, database), server):
        assert server.current is not None
        for raw in ("no json", "[1]", '{"cmd": "aibot_msg_callback", "body": 7}', '{"cmd": "new"}'):
            await server.current.send(raw)
        assert await answers(server)
    assert server.connections == 1


async def test_a_repeated_message_is_answered_once(server: BotServer, database: Database) -> None:
    handler = FakeAssistant()
    async with running(build_bot(handler, server, database), server):
        await server.say("一次")
        for _ in range(2):
            await server.deliver_again(server.last_sent)
        await server.texts(1)
        assert await answers(server, "两次")
    assert [m.text for m in handler.heard] == ["一次", "两次"]
    assert len(server.seen) == 2


async def test_the_real_intervals_are_those_of_the_platform() -> None:
    assert replace(Timing()) == Timing()
    assert (Timing().ping_seconds, Timing().missed_pings) == (30.0, 2)
