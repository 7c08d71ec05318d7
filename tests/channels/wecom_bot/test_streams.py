"""Answers that grow: whole in every frame, at an even pace, always ended, never lost."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from bot.channels.cutting import utf8_bytes
from bot.channels.wecom_bot.send_quota import FrameQuota
from bot.channels.wecom_bot.streams import StreamTiming
from bot.wording import answers as wording
from bot.wording import wecom_bot as bot_wording
from knowledge.storage.database import Database
from tests.support.wecom_bot_office import (
    FAST_STREAM,
    FakeAssistant,
    answer,
    build_bot,
    running,
    so_far,
)
from tests.support.wecom_bot_server import BotServer

pytest_plugins = "tests.support.wecom_bot_office"


LONG = "".join(f"第{n}项，新增500户〔四（十五）〕。\n" for n in range(600))  # above 25,000 bytes


async def test_a_stream_opens_at_once_grows_whole_and_ends(
    server: BotServer, database: Database
) -> None:
    handler = FakeAssistant({"问": [so_far("一"), so_far("一二"), answer("一二三")]})
    gate = handler.gates["问"] = asyncio.Event()
    async with running(build_bot(handler, server, database), server):
        await server.say("问")
        await server.until(lambda: server.seen and len(server.seen[0].contents) >= 2)
        gate.set()
        await server.texts(1)
    (seen,) = server.seen
    assert seen.contents == [bot_wording.WORKING, "一二", "一二三"]
    assert min(b - a for a, b in zip(seen.times[1:], seen.times[2:], strict=False)) >= 0.09
    assert StreamTiming().frame_seconds >= 2
    assert len(seen.body["stream"]["feedback"]["id"].encode()) <= 256


async def test_an_unacknowledged_frame_holds_the_next_one_back(
    server: BotServer, database: Database
) -> None:
    waiting: list[str] = []

    async def slow(frame: dict[str, Any]) -> None:
        if frame["cmd"] == "aibot_respond_msg":
            waiting.append(frame["headers"]["req_id"])
            if len(waiting) != len(set(waiting)):
                server.broken.append("two frames without an acknowledgement")
            await asyncio.sleep(0.2)
            waiting.pop()

    server.before_ack = slow
    handler = FakeAssistant({"问": [so_far("一"), answer("一二三")]})
    async with running(build_bot(handler, server, database), server):
        await server.say("问")
        assert await server.texts(1) == ["一二三"]
    assert server.connections == 1


async def test_25000_bytes_are_two_messages_and_nothing_is_lost(
    server: BotServer, database: Database
) -> None:
    assert utf8_bytes(LONG) > 25_000
    handler = FakeAssistant({"长": [so_far(LONG), answer(LONG)]})
    async with running(build_bot(handler, server, database), server):
        await server.say("长")
        first, second = await server.texts(2)
    assert [first[-5:], second[-5:]] == ["(1/2)", "(2/2)"]
    assert first[:-6].strip() + "\n" + second[:-6].strip() == LONG.strip()
    assert [s.kind for s in server.seen] == ["stream", "markdown"]


async def test_an_answer_that_fails_ends_with_an_apology(
    server: BotServer, database: Database
) -> None:
    handler = FakeAssistant({"坏": RuntimeError("not today")})
    async with running(build_bot(handler, server, database), server):
        await server.say("坏")
        assert await server.texts(1) == [wording.SORRY]


async def test_before_the_wall_the_stream_ends_and_the_answer_is_pushed(
    server: BotServer, database: Database
) -> None:
    handler = FakeAssistant({"慢": [so_far("一"), answer("一二三")]})
    gate = handler.gates["慢"] = asyncio.Event()
    timing = replace(FAST_STREAM, wall_seconds=0.4)
    async with running(build_bot(handler, server, database, timing), server):
        await server.say("慢")
        assert await server.texts(1) == [f"一\n{bot_wording.LATER}"]
        gate.set()
        assert (await server.texts(2))[1] == "一二三"
    assert [s.kind for s in server.seen] == ["stream", "markdown"]
    assert StreamTiming().wall_seconds == 330


@pytest.mark.parametrize("code", [846608, 846605])
async def test_a_refused_stream_is_followed_by_a_push(
    server: BotServer, database: Database, code: int
) -> None:
    def refuse(frame: dict[str, Any]) -> int:
        return code if frame.get("body", {}).get("stream", {}).get("finish") else 0

    server.refuse = refuse
    async with running(build_bot(FakeAssistant(), server, database), server):
        await server.say("问")
        assert await server.texts(1) == ["答：问"]
    assert [s.kind for s in server.seen] == ["stream", "markdown"]


async def test_a_stream_refused_from_the_start_is_one_push(
    server: BotServer, database: Database
) -> None:
    server.refuse = lambda frame: 846608 if frame["cmd"] == "aibot_respond_msg" else 0
    async with running(build_bot(FakeAssistant(), server, database), server):
        await server.say("问")
        assert await server.texts(1) == ["答：问"]
    assert [s.kind for s in server.seen] == ["markdown"]


@pytest.mark.parametrize("step", ["open", "end", "push"])
async def test_a_connection_cut_at_any_step_loses_nothing(
    server: BotServer, database: Database, step: str
) -> None:
    cuts = [True]

    def cut_at(frame: dict[str, Any]) -> bool:
        said = frame.get("body", {}).get("stream", {})
        at = "push" if frame["cmd"] == "aibot_send_msg" else "end" if said.get("finish") else "open"
        if frame["cmd"] in ("aibot_send_msg", "aibot_respond_msg") and at == step and cuts:
            cuts.pop()
            assert server.current is not None
            server.current.transport.abort()
            return True
        return False

    server.is_silent = cut_at
    handler = FakeAssistant({"长": [answer(LONG)]})
    async with running(build_bot(handler, server, database), server):
        await server.say("长")
        first, second = await server.texts(2)
    assert (first[-5:], second[-5:], cuts) == ("(1/2)", "(2/2)", [])
    assert server.connections == 2
    assert len(server.seen) == 2


async def test_an_end_that_is_not_acknowledged_is_sent_again(
    server: BotServer, database: Database
) -> None:
    lost = [True]

    def lose(frame: dict[str, Any]) -> bool:
        return bool(frame.get("body", {}).get("stream", {}).get("finish") and lost and lost.pop())

    server.is_silent = lose
    async with running(build_bot(FakeAssistant(), server, database), server):
        await server.say("问")
        assert await server.texts(1) == ["答：问"]
    assert server.connections == 2


async def test_an_answer_that_wecom_will_not_take_ends_its_stream_all_the_same(
    server: BotServer, database: Database
) -> None:
    def refuse(frame: dict[str, Any]) -> int:
        return 40058 if "要不得" in str(frame.get("body")) else 0

    server.refuse = refuse
    handler = FakeAssistant({"问": [answer("要不得的回答")]})
    async with running(build_bot(handler, server, database), server):
        await server.say("问")
        assert await server.texts(1) == [bot_wording.BELOW]
        await server.say("再问")
        assert (await server.texts(2))[1] == "答：再问"


async def test_a_person_has_at_most_three_open_streams(
    server: BotServer, database: Database
) -> None:
    handler = FakeAssistant()
    gate = handler.gates["一"] = asyncio.Event()
    async with running(build_bot(handler, server, database), server):
        for text in "一二三四五":
            await server.say(text)
        await server.until(lambda: len(server.seen) == 3)
        await asyncio.sleep(0.2)
        assert len(server.seen) == 3
        gate.set()
        assert sorted(await server.texts(5)) == sorted(f"答：{t}" for t in "一二三四五")
    assert [m.text for m in handler.heard] == list("一二三四五")


async def test_a_conversation_gets_fewer_than_30_frames_a_minute() -> None:
    now, times = [0.0], list[float]()

    async def sleep(seconds: float) -> None:
        now[0] += seconds

    pace = FrameQuota(lambda: now[0], sleep)
    for _ in range(1200):
        await pace.take("zhangsan")
        times.append(now[0])
        now[0] += 0.5
    for start in times:
        assert sum(start <= at < start + 60 for at in times) < 30
        assert sum(start <= at < start + 3600 for at in times) < 1000
    assert not pace.has_room("zhangsan", reserve=8)
    assert pace.has_room("lisi", reserve=8)


async def test_450_deliveries_of_150_messages_are_150_answers_in_order(
    server: BotServer, database: Database
) -> None:
    handler = FakeAssistant()
    people = [f"u{n}" for n in range(30)]
    async with running(build_bot(handler, server, database), server):
        for number in range(5):
            for who in people:
                await server.say(f"{who}问{number}", user=who)
                await server.deliver_again(server.last_sent)
        for frame in list(server.sent):
            await server.deliver_again(frame)
        for who in people:
            assert await server.texts(5, who) == [f"答：{who}问{n}" for n in range(5)]
    assert len(server.seen) == len(handler.heard) == 150


async def test_cuts_while_answers_run_lose_nothing(server: BotServer, database: Database) -> None:
    handler = FakeAssistant()
    people = [f"u{n}" for n in range(20)]
    asked = {who: [f"{who}问{n}" for n in range(4)] for who in people}
    async with running(build_bot(handler, server, database), server):
        for number in range(4):
            for who in people:
                await server.say(asked[who][number], user=who)
            await server.until(partial(lambda n: len(handler.heard) >= n, 20 * (number + 1)))
            assert server.current is not None
            if number % 2:
                server.current.transport.abort()
            else:
                await server.current.close(1000)
            await server.subscriptions(number + 2)
        for who in people:
            wanted = [f"答：{text}" for text in asked[who]]
            await server.until(
                partial(lambda w, all_: set(all_) <= set(server.whole(w)), who, wanted)
            )
            assert list(dict.fromkeys(server.whole(who))) == wanted
    assert len(handler.heard) == 80  # nothing was answered anew
    assert server.connections == 5
