"""Buttons on cards, pictures and opinions."""

import asyncio

import pytest

from bot.messages import Action, ActionKind
from bot.wording import answers as wording
from bot.wording import wecom_bot as bot_wording
from knowledge.storage.database import Database
from tests.support.wecom_bot_office import (
    FakeAssistant,
    answer,
    build_bot,
    picture,
    running,
)
from tests.support.wecom_bot_server import BotServer

pytest_plugins = "tests.support.wecom_bot_office"


def card_actions(*more: Action) -> tuple[Action, ...]:
    return (
        Action(ActionKind.SECTION, "原文 二（三）", "value"),
        Action(ActionKind.ASK, "下一页", "下一页", is_personal=True),
        *more,
        Action(ActionKind.GOOD, "👍", "17", is_personal=True),
        Action(ActionKind.BAD, "👎", "17", is_personal=True),
    )


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
    assert update["template_card"]["main_title"]["title"] == "已处理：原文 二（三）"
    assert handler.heard[-1].action == Action(ActionKind.SECTION, "原文 二（三）", "value")


async def test_a_slow_press_says_so_on_the_card_and_then_answers(
    server: BotServer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.wecom_bot.channel.CARD_SECONDS", 0.1)
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
