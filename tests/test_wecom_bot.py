"""Answers of an AI bot over its long connection: streams, pushes, cards, groups, and no loss."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from postgres_server import PostgresServer
from wecom_bot_server import (
    FAST_STREAM,
    BotServer,
    FakeAssistant,
    answer,
    bot_server,
    build_bot,
    picture,
    running,
    so_far,
)

from bot import wording
from bot import wording_wecom_bot as bot_wording
from bot.channels.text import utf8_bytes
from bot.channels.wecom_bot import strip_mention
from bot.channels.wecom_bot_pace import Pace
from bot.channels.wecom_bot_streams import StreamTiming
from bot.identities import Identities
from bot.messages import Action, ActionKind
from knowledge.database import Database

LONG = "".join(f"第{n}项，新增500户〔四（十五）〕。\n" for n in range(600))  # above 25,000 bytes


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "bot.sqlite3")
    yield opened
    opened.close()


@pytest_asyncio.fixture
async def server() -> AsyncIterator[BotServer]:
    async with bot_server() as started:
        yield started


def card_actions(*more: Action) -> tuple[Action, ...]:
    return (
        Action(ActionKind.SECTION, "原文 二（三）", "value"),
        Action(ActionKind.ASK, "下一页", "下一页", is_personal=True),
        *more,
        Action(ActionKind.GOOD, "👍", "17", is_personal=True),
        Action(ActionKind.BAD, "👎", "17", is_personal=True),
    )


# Streams


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

    pace = Pace(lambda: now[0], sleep)
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


# Restarts


async def test_what_was_being_answered_at_a_stop_is_closed_and_answered_by_the_next_process(
    server: BotServer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.desk.DRAIN_SECONDS", 0.2)
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
    script = Path(__file__).with_name("wecom_bot_process.py")
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, str(script), server.url, database, how),
        cwd=script.parents[1],
        env={**os.environ, "PYTHONPATH": str(script.parents[1])},
    )
    try:
        yield running
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


async def test_what_comes_while_the_process_ends_is_answered_by_the_next(
    server: BotServer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.desk.DRAIN_SECONDS", 0.5)
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


# Buttons


async def test_buttons_come_as_a_card_without_those_that_wecom_has(
    server: BotServer, database: Database
) -> None:
    more = [Action(ActionKind.SECTION, f"原文 三（{n}）", "v") for n in "一二三四五六"]
    handler = FakeAssistant({"问": [answer("答", actions=card_actions(*more))]})
    async with running(build_bot(handler, server, database), server):
        await server.say("问")
        (card,) = await server.until(lambda: server.cards())
    labels = [button["text"] for button in card["button_list"]]
    assert labels[:2] == ["原文 二（三）", "下一页"]
    assert len(labels) == 6
    assert not {"👍", "👎"} & set(labels)
    assert max(len(b["key"].encode()) for b in card["button_list"]) <= 1024
    assert len(card["task_id"]) <= 128


async def test_a_press_updates_the_card_and_brings_the_section(
    server: BotServer, database: Database
) -> None:
    handler = FakeAssistant(
        {"问": [answer("答", actions=card_actions())], "": [answer("原文全文")]}
    )
    async with running(build_bot(handler, server, database), server):
        await server.say("问")
        (card,) = await server.until(lambda: server.cards())
        await server.click("原文", card)
        assert (await server.texts(2))[-1] == "原文全文"
    (update,) = server.updates
    assert update["response_type"] == "update_template_card"
    assert update["template_card"]["task_id"] == card["task_id"]
    assert update["template_card"]["button_list"] == card["button_list"]
    assert update["template_card"]["main_title"]["title"] == "已发送：原文 二（三）"
    assert handler.heard[-1].action == Action(ActionKind.SECTION, "原文 二（三）", "value")


async def test_a_slow_press_says_so_on_the_card_and_then_answers(
    server: BotServer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.wecom_bot.CARD_SECONDS", 0.1)
    handler = FakeAssistant({"问": [answer("答", actions=card_actions())], "": [answer("原文")]})
    gate = handler.gates[""] = asyncio.Event()
    async with running(build_bot(handler, server, database), server):
        await server.say("问")
        (card,) = await server.until(lambda: server.cards())
        await server.click("下一页", card)
        await server.until(lambda: server.updates)
        gate.set()
        assert (await server.texts(2))[-1] == "原文"
    title = server.updates[0]["template_card"]["main_title"]["title"]
    assert title == "正在处理：下一页"


async def test_in_a_group_a_personal_button_refuses_others_and_only_their_card_changes(
    server: BotServer, database: Database
) -> None:
    handler = FakeAssistant({"问": [answer("答", actions=card_actions())]})
    async with running(build_bot(handler, server, database), server):
        await server.say("@要点通 问", chat="g1")
        (card,) = await server.until(lambda: server.cards("g1"))
        await server.click("下一页", card, user="lisi", chat="g1")
        (update,) = await server.until(lambda: server.updates)
    assert update["template_card"]["main_title"]["title"] == wording.BUTTON_OF_OTHER
    assert update["userids"] == ["lisi"]
    assert [b["text"] for b in update["template_card"]["button_list"]] == ["原文 二（三）"]
    assert len(handler.heard) == 1


async def test_a_button_that_works_once_is_gone_after_it(
    server: BotServer, database: Database
) -> None:
    choice = (Action(ActionKind.ADD, "入库", "tok"), Action(ActionKind.CANCEL, "取消", "tok"))
    handler = FakeAssistant(
        {"问": [answer("确认入库吗？", actions=choice)], "": [answer("已入库")]}
    )
    async with running(build_bot(handler, server, database), server):
        await server.say("问")
        (card,) = await server.until(lambda: server.cards())
        await server.click("入库", card)
        await server.texts(2)
        drawn = server.updates[0]["template_card"]
        assert [b["text"] for b in drawn["button_list"]] == [bot_wording.CARD_DONE]
        await server.click(bot_wording.CARD_DONE, drawn)
        await server.until(lambda: len(server.updates) == 2)
    assert server.updates[1]["template_card"]["main_title"]["title"] == wording.BUTTON_TOO_OLD
    assert len(handler.heard) == 2


async def test_a_key_that_is_not_ours_is_left_alone(server: BotServer, database: Database) -> None:
    handler = FakeAssistant()
    async with running(build_bot(handler, server, database), server):
        for key in ("", "approve", "9.abc", "x.y.z"):
            await server.event("template_card_event", event_key=key, task_id="t")
        await server.say("问")
        await server.texts(1)
    assert server.updates == []


async def test_feedback_comes_back_as_the_exchange_with_its_reasons(
    server: BotServer, database: Database
) -> None:
    handler = FakeAssistant({"问": [answer("答", actions=card_actions())]})
    async with running(build_bot(handler, server, database), server):
        await server.say("问")
        await server.texts(1)
        named = server.seen[0].body["stream"]["feedback"]["id"]
        said = {"id": named, "type": 2, "content": "少一项", "inaccurate_reason_list": [2, 3]}
        for more in ({}, {"type": 1}, {"type": 3}, {"id": "unknown"}):
            await server.event("feedback_event", feedback_event=said | more)
            await asyncio.sleep(0.1)
        await server.until(lambda: len(handler.heard) == 4)
    rated = [m.action for m in handler.heard[1:]]
    assert [a.kind for a in rated if a] == ["reason", "good", "unrate"]
    assert [a.value for a in rated if a] == ["17:内容不完整；内容有错误；少一项", "17", "17"]


async def test_pictures_are_uploaded_in_pieces_and_shown(
    server: BotServer, database: Database
) -> None:
    action = (Action(ActionKind.PICTURE, "图", "17"),)
    shown = answer("", attachments=(picture(),))
    handler = FakeAssistant({"问": [answer("答", actions=action)], "": [shown]})
    async with running(build_bot(handler, server, database), server):
        await server.say("问")
        (card,) = await server.until(lambda: server.cards())
        await server.click("图", card)
        await server.until(lambda: server.seen[-1].kind == "image")
    (upload,) = server.uploads.values()
    assert sorted(upload["chunks"]) == [0, 1]
    assert upload["content"] == picture().content
    assert (upload["type"], upload["filename"]) == ("image", "指标.png")


# Who, where


async def test_who_enters_gets_examples_to_press(server: BotServer, database: Database) -> None:
    questions = ("云溪市2025年新建助餐点是多少？", "云溪市2025年有哪些指标？")
    actions = tuple(Action(ActionKind.ASK, q, q) for q in questions)
    handler = FakeAssistant({"/start": [answer("您好。", actions=actions)]})
    async with running(build_bot(handler, server, database), server):
        start = time.monotonic()
        await server.event("enter_chat")
        (welcome,) = await server.until(lambda: server.welcomes)
        assert time.monotonic() - start < 5
        card = welcome["template_card"]
        await server.click("问题2", card)
        await server.texts(1)
    assert "您好。" in card["sub_title_text"]
    assert all(question in card["sub_title_text"] for question in questions)
    assert handler.heard[-1].action == actions[1]


async def test_a_refused_card_is_followed_by_a_welcome_in_words(
    server: BotServer, database: Database
) -> None:
    actions = (Action(ActionKind.ASK, "云溪市2025年有哪些指标？", "q"),)
    handler = FakeAssistant({"/start": [answer("您好。", actions=actions)]})
    server.refuse = lambda f: 40058 if f.get("body", {}).get("msgtype") == "template_card" else 0
    async with running(build_bot(handler, server, database), server):
        await server.event("enter_chat")
        (welcome,) = await server.until(lambda: server.welcomes)
    assert welcome == {"msgtype": "text", "text": {"content": "您好。\n· 云溪市2025年有哪些指标？"}}


async def test_members_groups_and_bots_have_conversations_of_their_own(
    server: BotServer, database: Database
) -> None:
    handler = FakeAssistant()
    async with running(build_bot(handler, server, database), server):
        await server.say("私聊", user="ZhangSan")
        await server.say("@要点通 群一", user="zhangsan", chat="g1")
        await server.say("@要点通 群二", user="zhangsan", chat="g2")
        await server.say("@要点通 别人", user="lisi", chat="g1")
        await server.say("别的机器人", user="zhangsan", aibotid="aib-other")
        await server.until(lambda: len(handler.heard) == 5)
    heard = {m.text: m for m in handler.heard}
    assert set(heard) == {"私聊", "群一", "群二", "别人", "别的机器人"}
    assert len({m.conversation for m in handler.heard}) == 5
    assert heard["私聊"].user == heard["群一"].user == "wecom:zhangsan"
    assert [heard[t].private for t in ("私聊", "群一")] == [True, False]


async def test_quotations_voices_and_mixed_messages_are_read(
    server: BotServer, database: Database
) -> None:
    handler = FakeAssistant()
    quote = {"msgtype": "text", "text": {"content": "新增500户〔四（十五）〕"}}
    pieces = [
        {"msgtype": "text", "text": {"content": "看图"}},
        {"msgtype": "image", "image": {"url": "http://127.0.0.1/x"}},
    ]
    async with running(build_bot(handler, server, database), server):
        await server.say("这条怎么说", quote=quote)
        await server.send({"msgtype": "voice", "voice": {"content": "语音问"}})
        await server.send({"msgtype": "mixed", "mixed": {"msg_item": pieces}})
        await server.send({"msgtype": "image", "image": {"url": "http://127.0.0.1/x"}})
        assert (await server.texts(4))[-1] == wording.TEXT_ONLY
    assert [m.text for m in handler.heard] == ["这条怎么说", "语音问", "看图"]
    assert handler.heard[0].quoted == "新增500户〔四（十五）〕"


async def test_an_id_of_the_bot_is_joined_with_the_person(
    server: BotServer, database: Database
) -> None:
    handler = FakeAssistant()
    joined = Identities([("wecom:wo7f", "wecom:zhangsan")])
    async with running(build_bot(handler, server, database, identities=joined), server):
        await server.say("问", user="wo7F")
        await server.texts(1, "wo7F")
    assert handler.heard[0].user == "wecom:zhangsan"


async def test_nulls_and_numbers_where_texts_are_expected_cost_no_message(
    server: BotServer, database: Database
) -> None:
    handler = FakeAssistant()
    odd = {"chatid": None, "quote": None, "create_time": "1700000000", "response_url": None}
    async with running(build_bot(handler, server, database), server):
        await server.say("问", **odd, **{"from": {"userid": 13800000000, "corpid": None}})
        await server.until(lambda: handler.heard)
    assert handler.heard[0].user == "wecom:13800000000"


async def test_two_bots_of_one_process_share_nothing(server: BotServer, database: Database) -> None:
    all_plans, one_plan = FakeAssistant(), FakeAssistant()
    async with (
        bot_server() as other,
        running(build_bot(all_plans, server, database), server),
        running(build_bot(one_plan, other, database, name="aib-b", plans=("p",)), other),
    ):
        await server.say("问")
        await other.say("问", aibotid="aib-b")
        assert await server.texts(1) == await other.texts(1) == ["答：问"]
    (first,), (second,) = all_plans.heard, one_plan.heard
    assert first.user == second.user
    assert first.conversation != second.conversation
    assert (first.plans, second.plans) == ((), ("p",))


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("@要点通 今年目标", "今年目标"),
        ("@要点通\u2005今年目标", "今年目标"),
        ("今年目标 @要点通", "今年目标"),
        ("写信到 office@example.com 吗", "写信到 office@example.com 吗"),
        ("@要点通", ""),
    ],
)
def test_a_mention_is_cut_off(said: str, asked: str) -> None:
    assert strip_mention(said) == asked


async def test_a_bare_mention_asks_what_the_bot_can_do(
    server: BotServer, database: Database
) -> None:
    handler = FakeAssistant()
    async with running(build_bot(handler, server, database), server):
        await server.say("@要点通", chat="g1")
        await server.texts(1, "g1")
    assert handler.heard[0].text == "/start"


async def test_a_limited_bot_says_with_each_message_which_plans_it_knows(
    server: BotServer, database: Database
) -> None:
    handler = FakeAssistant()
    async with running(build_bot(handler, server, database, plans=("yunxi-2025",)), server):
        await server.say("问")
        await server.texts(1)
    assert handler.heard[0].plans == ("yunxi-2025",)
