import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot import wording
from bot.channels.telegram import Telegram
from bot.channels.text import utf16_units
from bot.errors import ChannelRefused
from bot.messages import Message, Reply, Status
from tests.telegram_server import (
    BLOCKED,
    BOT,
    BROKEN,
    GROUP,
    TOKEN,
    TOO_MANY,
    TelegramServer,
    serve_telegram,
)

WELCOME = wording.WELCOME.format(example=wording.WELCOME_EXAMPLE)


class FakeAssistant:
    """A handler with a queue of answers and a history; it waits where the question has a gate."""

    def __init__(self, *answers: str | Exception) -> None:
        self.answers = deque(answers)
        self.history: list[Message] = []
        self.gates: dict[str, asyncio.Event] = {}

    def hold(self, text: str) -> asyncio.Event:
        return self.gates.setdefault(text, asyncio.Event())

    async def __call__(self, message: Message) -> AsyncIterator[Reply]:
        self.history.append(message)
        yield Reply("正在查找……", Status.INFO, final=False)
        if message.text in self.gates:
            await self.gates[message.text].wait()
        answer = self.answers.popleft() if self.answers else f"答：{message.text}"
        if isinstance(answer, Exception):
            raise answer
        yield Reply(answer, Status.ANSWERED)


@asynccontextmanager
async def running(
    server: TelegramServer, assistant: FakeAssistant, token: str = TOKEN
) -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()
    run = Telegram(token, assistant, base_url=server.base_url).run(stop)
    channel = asyncio.create_task(run)
    try:
        yield stop
    finally:
        stop.set()
        await channel


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TelegramServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    async with serve_telegram() as server:
        yield server


async def test_a_question_gets_the_final_reply_as_plain_text(server: TelegramServer) -> None:
    assistant = FakeAssistant("共500户〔四（十五）〕。")
    async with running(server, assistant):
        await server.push("新增多少户？", user=7)
        (sent,) = await server.wait_for(1)
    assert (sent["chat_id"], sent["text"]) == ("7", "共500户〔四（十五）〕。")
    assert sent["disable_web_page_preview"] == "true"
    assert not {"parse_mode", "reply_parameters"} & sent.keys()
    assert assistant.history == [Message("telegram:7", "telegram:7", "新增多少户？")]


async def test_a_long_answer_arrives_in_order_and_complete(server: TelegramServer) -> None:
    answer = "".join(f"第{number}户，已帮扶👍。" for number in range(750))
    assert len(answer) > 8_000
    async with running(server, FakeAssistant(answer)):
        await server.push("都有谁？")
        sent = await server.wait_for(3)
    texts = [call["text"] for call in sent]
    assert max(map(utf16_units, texts)) <= 4096
    assert "".join(text.rpartition("\n")[0] for text in texts) == answer
    assert [text[-5:] for text in texts] == ["(1/3)", "(2/3)", "(3/3)"]


@pytest.mark.parametrize("text", ["/start abc", "/start@yaodian_bot", "@yaodian_bot"])
async def test_a_bare_call_is_answered_with_who_we_are(server: TelegramServer, text: str) -> None:
    assistant = FakeAssistant()
    async with running(server, assistant):
        await server.push(text)
        (sent,) = await server.wait_for(1)
    assert (sent["text"], assistant.history) == (WELCOME, [])


async def test_a_file_in_private_is_answered_with_what_we_read(server: TelegramServer) -> None:
    contact = {"phone_number": "1", "first_name": "李四"}
    async with running(server, FakeAssistant()):
        await server.push(contact=contact, user=5)
        await server.push(contact=contact, chat=GROUP)
        await server.push(delete_chat_photo=True)
        await server.push("末了", user=6)
        sent = await server.wait_for(2)
    assert {call["chat_id"]: call["text"] for call in sent} == {
        "5": wording.TEXT_ONLY,
        "6": "答：末了",
    }


async def test_in_a_group_a_call_is_answered_as_a_reply(server: TelegramServer) -> None:
    assistant = FakeAssistant()
    async with running(server, assistant):
        await server.push("/ask 目标是多少？", user=7, chat=GROUP)
        (sent,) = await server.wait_for(1)
    (heard,) = assistant.history
    assert heard == Message("telegram:7", "telegram:-100:0:7", "目标是多少？", private=False)
    assert sent["chat_id"] == "-100"
    assert '"message_id": 1' in sent["reply_parameters"]


async def test_in_a_group_a_call_is_taken_out_of_the_question(server: TelegramServer) -> None:
    assistant = FakeAssistant()
    earlier = {"message_id": 1, "date": 1, "chat": GROUP, "from": BOT}
    calls = (
        "@yaodian_bot 目标是多少？",
        "@YAODIAN_BOT，目标是多少？",
        "目标是多少？@yaodian_bot",
        "请问@yaodian_bot目标是多少？",
        "/ask@yaodian_bot 目标是多少？",
    )
    async with running(server, assistant):
        for text in calls:
            await server.push(text, chat=GROUP)
        await server.push("目标是多少？", chat=GROUP, reply_to_message=earlier)
        await server.wait_for(6)
    assert {message.text for message in assistant.history} == {"目标是多少？", "请问目标是多少？"}


async def test_in_a_group_other_talk_is_left_alone(server: TelegramServer) -> None:
    other_bot = {"id": 8, "is_bot": True, "first_name": "另一个机器人"}
    async with running(server, FakeAssistant()):
        await server.push("今年目标是多少？", chat=GROUP)
        await server.push("@yaodian_bot2 今年目标是多少？", chat=GROUP)
        await server.push("邮箱 a@yaodian_bot", chat=GROUP)
        await server.push("/ask@other_bot 今年目标是多少？", chat=GROUP)
        await server.push("看 /ask 的说明", chat=GROUP)
        await server.push("@yaodian_bot 匿名管理员", chat=GROUP, sender_chat=GROUP)
        await server.push("@yaodian_bot", chat=GROUP, **{"from": other_bot})
        await server.push("末了", user=6)
        (sent,) = await server.wait_for(1)
    assert sent["text"] == "答：末了"


async def test_each_topic_of_a_forum_is_a_conversation(server: TelegramServer) -> None:
    assistant = FakeAssistant()
    async with running(server, assistant):
        await server.push("/ask 甲", chat=GROUP, message_thread_id=9, is_topic_message=True)
        await server.push("/ask 乙", chat=GROUP, message_thread_id=9)
        sent = await server.wait_for(2)
    conversations = {message.text: message.conversation for message in assistant.history}
    assert conversations == {"甲": "telegram:-100:9:1", "乙": "telegram:-100:0:1"}
    assert [call.get("message_thread_id") for call in sent] == ["9", None]


async def test_a_slow_conversation_keeps_its_order_and_blocks_no_other(
    server: TelegramServer,
) -> None:
    assistant = FakeAssistant()
    gate = assistant.hold("慢")
    async with running(server, assistant):
        for text, user in (("慢", 1), ("随后", 1), ("别人", 2)):
            await server.push(text, user=user)
        await server.wait_for(1)
        gate.set()
        sent = await server.wait_for(3)
    assert [call["text"] for call in sent] == ["答：别人", "答：慢", "答：随后"]


async def test_the_chat_shows_typing_while_we_work(server: TelegramServer) -> None:
    assistant = FakeAssistant()
    gate = assistant.hold("慢")
    async with running(server, assistant):
        await server.push("慢", user=3)
        (action,) = await server.wait_for(1, "sendChatAction")
        gate.set()
        await server.wait_for(1)
    assert action == {"chat_id": "3", "action": "typing"}


async def test_a_busy_telegram_is_given_the_time_it_asks_for(server: TelegramServer) -> None:
    server.fail("sendMessage", TOO_MANY)
    async with running(server, FakeAssistant()):
        await server.push("在吗")
        await server.wait_for(2)
    first, second = (call.at for call in server.calls if call.method == "sendMessage")
    assert second - first >= 1


@pytest.mark.parametrize("method", ["getMe", "getUpdates", "sendMessage"])
async def test_a_broken_telegram_is_tried_again(server: TelegramServer, method: str) -> None:
    server.fail(method, BROKEN)
    async with running(server, FakeAssistant()):
        await server.push("在吗")
        sent = await server.wait_for(2 if method == "sendMessage" else 1)
    assert sent[-1]["text"] == "答：在吗"


async def test_an_answer_that_fails_is_an_apology_and_a_log(
    server: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(server, FakeAssistant(RuntimeError("坏了"))):
        await server.push("在吗")
        await server.push("还在吗")
        sent = await server.wait_for(2)
    assert [call["text"] for call in sent] == [wording.SORRY, "答：还在吗"]
    assert "RuntimeError: 坏了" in caplog.text


async def test_a_user_who_blocked_us_is_no_error(
    server: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.fail("sendMessage", BLOCKED)
    async with running(server, FakeAssistant()):
        await server.push("在吗")
        await server.push("还在吗")
        sent = await server.wait_for(2)
    assert [call["text"] for call in sent] == ["答：在吗", "答：还在吗"]
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_a_second_poller_is_told_to_stop_one_of_the_two(server: TelegramServer) -> None:
    first = Telegram(TOKEN, FakeAssistant(), base_url=server.base_url)
    polling = asyncio.create_task(first.run(asyncio.Event()))
    await server.wait_for(1, "getUpdates")
    async with running(server, FakeAssistant()):
        with pytest.raises(ChannelRefused, match="另有程序"):
            await polling


@pytest.mark.parametrize("token", ["", "123456:wrong"])
async def test_a_wrong_token_is_refused_without_being_printed(
    server: TelegramServer, token: str
) -> None:
    with pytest.raises(ChannelRefused, match="BotFather") as refusal:
        await Telegram(token, FakeAssistant(), base_url=server.base_url).run(asyncio.Event())
    assert refusal.value.__suppress_context__
    assert "wrong" not in str(refusal.value)


async def test_a_token_revoked_later_is_refused_too(server: TelegramServer) -> None:
    server.fail("getUpdates", (401, {"description": "Unauthorized"}))
    with pytest.raises(ChannelRefused, match="BotFather"):
        await Telegram(TOKEN, FakeAssistant(), base_url=server.base_url).run(asyncio.Event())


async def test_what_runs_when_we_stop_is_still_answered(server: TelegramServer) -> None:
    assistant = FakeAssistant()
    gate = assistant.hold("慢")
    async with running(server, assistant) as stop:
        await server.push("慢")
        await server.wait_for(1, "sendChatAction")
        stop.set()
        await server.wait_for(3, "getUpdates")
        await server.push("太晚了")
        gate.set()
    assert [call["text"] for call in server.sent()] == ["答：慢"]


async def test_nothing_is_answered_twice_after_a_restart(server: TelegramServer) -> None:
    async with running(server, FakeAssistant()):
        await server.push("第一问")
        await server.wait_for(1)
    async with running(server, FakeAssistant()):
        await server.push("第二问")
        sent = await server.wait_for(2)
    assert [call["text"] for call in sent] == ["答：第一问", "答：第二问"]


async def test_the_token_stands_in_no_log(
    server: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.fail("sendMessage", BROKEN)
    async with running(server, FakeAssistant(RuntimeError("坏了"))):
        await server.push("在吗")
        await server.wait_for(2)
    ours = "\n".join(  # the server's own log is not ours
        record.getMessage() for record in caplog.records if not record.name.startswith("uvicorn")
    )
    assert "listening as @Yaodian_bot" in ours
    assert TOKEN.partition(":")[2] not in ours
