"""An AI bot in webhook mode: sealed JSON, answers that wait to be fetched, and the same behaviour
as over the long connection.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
import pytest_asyncio

from bot.channels.wecom_bot.channel import WeComBot
from bot.channels.wecom_bot.webhook import BotWebhook, WebhookTiming
from bot.delivery.buttons import Buttons
from bot.delivery.inbox import Inbox
from bot.messages import Action, ActionKind, Message, Reply, Status
from bot.wording import answers as wording
from bot.wording import wecom_bot as bot_wording
from knowledge.storage.database import Database
from tests.support.wecom_bot_office import FakeAssistant, answer, picture, running, so_far
from tests.support.wecom_bot_web import AES_KEY, PATH, SEAL, Cloud, Platform, cloud, web

pytest_plugins = "tests.support.wecom_bot_office"

FAST = WebhookTiming(fetch_seconds=0.4, event_seconds=2.0)
SECTION = Action(ActionKind.SECTION, "原文 二（三）", "value")


@pytest_asyncio.fixture
async def files() -> AsyncIterator[Cloud]:
    async with cloud() as kept:
        yield kept


@dataclass
class Office:
    """A running bot and the platform that posts to it."""

    platform: Platform
    webhook: BotWebhook
    client: httpx.AsyncClient


@asynccontextmanager
async def office(
    handler: Any, database: Database, files: Cloud, timing: WebhookTiming = FAST
) -> AsyncIterator[Office]:
    webhook = BotWebhook(SEAL, PATH, timing)
    inbox, buttons = Inbox(database, "wecom-bot:webhook"), Buttons(database)
    bot = WeComBot(handler, inbox, buttons, webhook, file_key=AES_KEY)
    async with (
        web(*webhook.routes()) as address,
        httpx.AsyncClient(base_url=address, trust_env=False) as client,
        running(bot),
    ):
        await asyncio.sleep(0.05)
        yield Office(Platform(client, files), webhook, client)


async def test_the_address_is_confirmed(database: Database, files: Cloud) -> None:
    async with office(FakeAssistant(), database, files) as at:
        echo = SEAL.encrypt("161614")
        query = at.platform.query(echo) | {"echostr": echo}
        confirmed = await at.client.get(PATH, params=query)
        forged = await at.client.get(PATH, params=query | {"msg_signature": "0" * 40})
    assert (confirmed.status_code, confirmed.text, forged.status_code) == (200, "161614", 403)


async def test_a_stream_opens_at_once_grows_and_ends_when_asked(
    database: Database, files: Cloud
) -> None:
    handler = FakeAssistant({"问": [so_far("一"), so_far("一二"), answer("一二三")]})
    gate = handler.gates["问"] = asyncio.Event()
    async with office(handler, database, files) as at:
        first = await at.platform.say("问")
        assert first["stream"]["content"] == bot_wording.WORKING
        assert first["stream"]["finish"] is False
        await asyncio.sleep(0.2)
        grown = await at.platform.refresh(first["stream"]["id"])
        assert (grown["stream"]["content"], grown["stream"]["finish"]) == ("一二", False)
        gate.set()
        assert (await at.platform.end_of(grown))["stream"]["content"] == "一二三"
    assert files.posted == []


async def test_repeated_deliveries_are_answered_once(database: Database, files: Cloud) -> None:
    handler = FakeAssistant()
    async with office(handler, database, files) as at:
        body = at.platform.message({"msgtype": "text", "text": {"content": "问"}})
        answered = [await at.platform.post(body) for _ in range(3)]
        streams = {a["stream"]["id"] for a in answered if a}
        await at.platform.end_of(answered[0] or {})
    assert len(streams) == len(handler.heard) == 1


async def test_an_end_that_nobody_fetches_goes_to_the_response_url(
    database: Database, files: Cloud
) -> None:
    async with office(FakeAssistant(), database, files) as at:
        await at.platform.say("问")
        async with asyncio.timeout(5):
            while not files.posted:
                await asyncio.sleep(0.02)
    assert files.posted == [{"msgtype": "markdown", "markdown": {"content": "答：问"}}]


async def test_25000_bytes_end_in_a_second_message(database: Database, files: Cloud) -> None:
    text = "".join(f"第{n}项，新增500户〔四（十五）〕。\n" for n in range(600))
    handler = FakeAssistant({"长": [answer(text)]})
    async with office(handler, database, files) as at:
        first = (await at.platform.end_of(await at.platform.say("长")))["stream"]["content"]
        async with asyncio.timeout(5):
            while not files.posted:
                await asyncio.sleep(0.02)
    second = files.posted[0]["markdown"]["content"]
    assert max(len(part.encode()) for part in (first, second)) <= 20_480
    assert first[:-6].strip() + "\n" + second[:-6].strip() == text.strip()


async def test_what_one_more_message_cannot_hold_is_said_to_be_left_out(
    database: Database, files: Cloud
) -> None:
    text = "".join(f"第{n}项，新增500户〔四（十五）〕。\n" for n in range(1500))
    handler = FakeAssistant({"长": [answer(text)]})
    async with office(handler, database, files) as at:
        await at.platform.end_of(await at.platform.say("长"))
        async with asyncio.timeout(5):
            while not files.posted:
                await asyncio.sleep(0.02)
    content = files.posted[0]["markdown"]["content"]
    assert len(content.encode()) <= 20_480
    assert content.endswith("请按条款编号分开问。）")


async def test_buttons_come_with_the_end_and_a_press_is_answered_in_the_card(
    database: Database, files: Cloud
) -> None:
    sheet = Action(ActionKind.SHEET, "表格", "17")
    scripts = {"问": [answer("答", actions=(SECTION, sheet))], "": [answer("原文全文")]}
    handler = FakeAssistant(scripts)  # type: ignore[arg-type]
    async with office(handler, database, files) as at:
        ended = await at.platform.end_of(await at.platform.say("问"))
        card = ended["template_card"]
        update = await at.platform.click("原文", card)
    assert ended["msgtype"] == "stream_with_template_card"
    assert [b["text"] for b in card["button_list"]] == ["原文 二（三）"]  # no files in this mode
    assert update is not None
    assert update["response_type"] == "update_template_card"
    assert update["template_card"]["sub_title_text"] == "原文全文"
    assert update["template_card"]["task_id"] == card["task_id"]


async def test_who_enters_is_welcomed_in_the_answer(database: Database, files: Cloud) -> None:
    question = Action(ActionKind.ASK, "云溪市2025年有哪些指标？", "q")
    handler = FakeAssistant({"/start": [answer("您好。", actions=(question,))]})
    async with office(handler, database, files) as at:
        welcome = await at.platform.event("enter_chat")
    assert welcome is not None
    assert "您好。" in welcome["template_card"]["sub_title_text"]


async def test_feedback_gets_an_empty_answer_and_is_kept(database: Database, files: Cloud) -> None:
    good = Action(ActionKind.GOOD, "👍", "17")
    handler = FakeAssistant({"问": [answer("答", actions=(good,))]})
    async with office(handler, database, files) as at:
        ended = await at.platform.end_of(await at.platform.say("问"))
        named = ended["stream"]["feedback"]["id"]
        empty = await at.platform.event("feedback_event", feedback_event={"id": named, "type": 1})
        async with asyncio.timeout(5):
            while len(handler.heard) < 2:
                await asyncio.sleep(0.02)
    assert empty is None
    assert handler.heard[1].action == Action(ActionKind.GOOD, "👍", "17")


async def test_pictures_stand_in_the_end_of_the_stream(database: Database, files: Cloud) -> None:
    handler = FakeAssistant({"图": [answer("如图", attachments=(picture(),))]})
    async with office(handler, database, files) as at:
        ended = await at.platform.end_of(await at.platform.say("图"))
    (item,) = ended["stream"]["msg_item"]
    assert item["msgtype"] == "image"
    assert set(item["image"]) == {"base64", "md5"}


async def test_a_file_is_opened_with_the_key_of_the_address(
    database: Database, files: Cloud
) -> None:
    read: list[tuple[str, bytes]] = []

    async def handler(message: Message) -> AsyncIterator[Reply]:
        assert message.file is not None
        read.append((message.file.name, await message.file.fetch()))
        yield Reply("收到", Status.INFO)

    async with office(handler, database, files) as at:
        said = files.put("要点.txt", "一、养老".encode(), AES_KEY)
        answered = await at.platform.post(at.platform.message({"msgtype": "file", "file": said}))
        await at.platform.end_of(answered or {})
    assert read == [("要点.txt", "一、养老".encode())]


async def test_after_a_restart_the_same_stream_goes_on(
    database: Database, files: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.worker.DRAIN_SECONDS", 0.1)
    stuck = FakeAssistant()
    stuck.gates["问"] = asyncio.Event()
    webhook = BotWebhook(SEAL, PATH, FAST)
    inbox = Inbox(database, "wecom-bot:webhook")
    killed = WeComBot(stuck, inbox, Buttons(database), webhook)
    task = asyncio.create_task(killed.run(asyncio.Event()))
    async with (
        web(*webhook.routes()) as address,
        httpx.AsyncClient(base_url=address, trust_env=False) as client,
    ):
        await asyncio.sleep(0.05)
        first = await Platform(client, files).say("问")
    task.cancel()
    await asyncio.wait({task})
    async with office(FakeAssistant(), database, files) as at:
        ended = await at.platform.end_of(await at.platform.refresh(first["stream"]["id"]))
    assert ended["stream"]["content"] == "答：问"


async def test_a_stream_that_nobody_knows_ends_with_a_word(
    database: Database, files: Cloud
) -> None:
    async with office(FakeAssistant(), database, files, replace(FAST, warm_up_seconds=60)) as at:
        early = await at.platform.refresh("unknown")
    async with office(FakeAssistant(), database, files, replace(FAST, warm_up_seconds=0)) as at:
        late = await at.platform.refresh("unknown")
    assert (early["stream"]["finish"], late["stream"]["finish"]) == (False, True)
    assert late["stream"]["content"] == bot_wording.GONE


async def test_what_is_not_the_platforms_is_refused(database: Database, files: Cloud) -> None:
    handler = FakeAssistant()
    async with office(handler, database, files) as at:
        sealed = SEAL.encrypt(json.dumps({"msgtype": "text"}))
        query = at.platform.query(sealed)
        bodies: list[tuple[dict[str, str], str]] = [
            (query | {"msg_signature": "0" * 40}, json.dumps({"encrypt": sealed})),
            (query, "no json"),
            (query, "{}"),
            (query, "x" * (2 * 1024 * 1024)),
            (at.platform.query("rubbish"), json.dumps({"encrypt": "rubbish"})),
            (at.platform.query(no := SEAL.encrypt("[]")), json.dumps({"encrypt": no})),
        ]
        codes = [
            (await at.client.post(PATH, params=query, content=body)).status_code
            for query, body in bodies
        ]
    assert codes == [403] * 6
    assert handler.heard == []


async def test_a_failing_answer_is_an_apology(database: Database, files: Cloud) -> None:
    handler = FakeAssistant({"坏": RuntimeError("not today")})
    async with office(handler, database, files) as at:
        ended = await at.platform.end_of(await at.platform.say("坏"))
    assert ended["stream"]["content"] == wording.SORRY
