"""Telegram by polling: who is heard, in which order, and what goes wrong on the way."""

import asyncio
import logging

import pytest

from bot.channels.telegram import polling as telegram_polling
from bot.errors import ChannelRefused
from bot.messages import Message, Reply, Status
from bot.wording import answers as wording
from bot.wording import telegram as wording_telegram
from tests.support.telegram_chat import Chat, FakeAssistant
from tests.support.telegram_server import (
    BLOCKED,
    BOT,
    BROKEN,
    CONFLICT,
    CUT,
    GROUP,
    MOVED,
    TOKEN,
    TOO_MANY,
    UNAUTHORIZED,
    TelegramServer,
)

pytest_plugins = ("tests.support.telegram_chat",)


async def test_a_question_gets_the_final_reply_without_a_parse_mode(
    chat: Chat, server: TelegramServer
) -> None:
    assistant = FakeAssistant("共500户〔四（十五）〕。")
    async with chat.running(assistant):
        await server.push("新增多少户？", user=7)
        (sent,) = await server.wait_for(1)
    assert (sent["chat_id"], sent["text"]) == ("7", "共500户〔四（十五）〕。")
    assert sent["disable_web_page_preview"] == "true"
    assert not {"parse_mode", "reply_parameters"} & sent.keys()
    assert assistant.history == [Message("telegram:7", "telegram:7", "新增多少户？")]


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("/start abc", "/start abc"),
        ("/start@yaodian_bot", "/start"),
        ("@yaodian_bot", "/start"),
        ("/targets 养老", "/targets 养老"),
        ("/ask 目标是多少？", "目标是多少？"),
        ("/nothing", "/help"),
        ("/目标 是多少？", "/目标 是多少？"),
    ],
)
async def test_commands_keep_their_slash(
    chat: Chat, server: TelegramServer, said: str, heard: str
) -> None:
    assistant = FakeAssistant()
    async with chat.running(assistant):
        await server.push(said)
        await server.wait_for(1)
    assert [message.text for message in assistant.history] == [heard]


async def test_what_is_neither_text_nor_file_is_answered_with_what_we_read(
    chat: Chat, server: TelegramServer
) -> None:
    contact = {"phone_number": "1", "first_name": "李四"}
    stranger = Reply("您还没有提问的权限", Status.DENIED)
    async with chat.running(FakeAssistant(stranger)):
        await server.push(contact=contact, user=4)
        await server.wait_for(1)
        await server.push(contact=contact, user=5)
        await server.push(contact=contact, chat=GROUP)
        await server.push(delete_chat_photo=True)
        await server.push("末了", user=6)
        sent = await server.wait_for(3)
    assert {call["chat_id"]: call["text"] for call in sent} == {
        "4": stranger.text,
        "5": wording.TEXT_ONLY,
        "6": "答：末了",
    }


async def test_what_was_asked_is_not_noted_with_its_answer(
    chat: Chat, server: TelegramServer
) -> None:
    async with chat.running(FakeAssistant()):
        await server.push("/ask 目标是多少？", user=7, chat=GROUP)
        await server.wait_for(1)
    assert chat.notes.notes
    assert not any("目标" in value for value in chat.notes.notes.values())


async def test_in_a_group_a_call_is_answered_as_a_reply(chat: Chat, server: TelegramServer) -> None:
    assistant = FakeAssistant()
    async with chat.running(assistant):
        number = await server.push("/ask 目标是多少？", user=7, chat=GROUP)
        (sent,) = await server.wait_for(1)
    (heard,) = assistant.history
    assert heard == Message("telegram:7", "telegram:-100:0:7", "目标是多少？", private=False)
    assert sent["chat_id"] == "-100"
    assert f'"message_id": {number}' in sent["reply_parameters"]


async def test_in_a_group_a_call_is_taken_out_of_the_question(
    chat: Chat, server: TelegramServer
) -> None:
    assistant = FakeAssistant()
    earlier = {"message_id": 1, "date": 1, "chat": GROUP, "from": BOT}
    calls = (
        "@yaodian_bot 目标是多少？",
        "@YAODIAN_BOT，目标是多少？",
        "目标是多少？@yaodian_bot",
        "请问@yaodian_bot目标是多少？",
        "/ask@yaodian_bot 目标是多少？",
    )
    async with chat.running(assistant):
        for user, text in enumerate(calls, 1):
            await server.push(text, user=user, chat=GROUP)
        await server.push("目标是多少？", user=9, chat=GROUP, reply_to_message=earlier)
        await server.push(caption="@yaodian_bot 目标是多少？", chat=GROUP, user=10)
        await server.wait_for(7)
    assert {message.text for message in assistant.history} == {"目标是多少？", "请问目标是多少？"}


async def test_in_a_group_other_talk_is_left_alone_and_never_kept(
    chat: Chat, server: TelegramServer
) -> None:
    other_bot = {"id": 8, "is_bot": True, "first_name": "另一个机器人"}
    opened = {"message_id": 1, "date": 1, "chat": GROUP, "from": BOT}
    opened |= {"forum_topic_created": {"name": "养老", "icon_color": 1}}
    async with chat.running(FakeAssistant()):
        await server.push("今年目标是多少？", chat=GROUP)
        await server.push("@yaodian_bot2 今年目标是多少？", chat=GROUP)
        await server.push("邮箱 a@yaodian_bot", chat=GROUP)
        await server.push("/ask@other_bot 今年目标是多少？", chat=GROUP)
        await server.push("/weather", chat=GROUP)
        await server.push("看 /ask 的说明", chat=GROUP)
        await server.push("@yaodian_bot", chat=GROUP, **{"from": other_bot})
        await server.push("话题里的闲谈", chat=GROUP, reply_to_message=opened)
        await server.push("末了", user=6)
        (sent,) = await server.wait_for(1)
    assert sent["text"] == "答：末了"
    with chat.database.connect() as db:
        kept = db.exec_driver_sql("SELECT conversation FROM inbox").scalars().all()
    assert kept == ["telegram:6"]


async def test_an_anonymous_administrator_is_asked_to_speak_in_person(
    chat: Chat, server: TelegramServer
) -> None:
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    async with chat.running(FakeAssistant()):
        more = {"sender_chat": GROUP, "from": anonymous}
        await server.push("@yaodian_bot 目标？", chat=GROUP, **more)
        (sent,) = await server.wait_for(1)
    assert sent["text"] == wording_telegram.ANONYMOUS


async def test_a_bare_mention_under_a_question_asks_that_question(
    chat: Chat, server: TelegramServer
) -> None:
    assistant = FakeAssistant()
    theirs = {"message_id": 1, "date": 1, "chat": GROUP, "text": "新增多少户？"}
    theirs["from"] = {"id": 5, "is_bot": False, "first_name": "李四"}
    async with chat.running(assistant):
        await server.push("@yaodian_bot", user=7, chat=GROUP, reply_to_message=theirs)
        await server.wait_for(1)
    assert (assistant.history[0].text, assistant.history[0].quoted) == ("新增多少户？",) * 2


async def test_each_topic_and_each_member_is_a_conversation(
    chat: Chat, server: TelegramServer
) -> None:
    assistant = FakeAssistant()
    async with chat.running(assistant):
        await server.push("/ask 甲", chat=GROUP, message_thread_id=9, is_topic_message=True)
        await server.push("/ask 乙", chat=GROUP, message_thread_id=9)
        await server.push("/ask 丙", chat=GROUP, user=2)
        sent = await server.wait_for(3)
    conversations = {message.text: message.conversation for message in assistant.history}
    assert conversations == {
        "甲": "telegram:-100:9:1",
        "乙": "telegram:-100:0:1",
        "丙": "telegram:-100:0:2",
    }
    threads = {call["text"]: call.get("message_thread_id") for call in sent}
    assert threads == {"答：甲": "9", "答：乙": None, "答：丙": None}


async def test_a_group_that_moved_is_answered_where_it_is_now(
    chat: Chat, server: TelegramServer
) -> None:
    server.fail("sendMessage", MOVED)
    async with chat.running(FakeAssistant()):
        await server.push("/ask 在吗", chat=GROUP | {"type": "group"})
        sent = await server.wait_for(2)
    assert [call["chat_id"] for call in sent] == ["-100", "-200"]


async def test_a_slow_conversation_keeps_its_order_and_blocks_no_other(
    chat: Chat, server: TelegramServer
) -> None:
    assistant = FakeAssistant()
    gate = assistant.hold("慢")
    async with chat.running(assistant):
        for text, user in (("慢", 1), ("随后", 1), ("别人", 2)):
            await server.push(text, user=user)
        await server.wait_for(1)
        gate.set()
        sent = await server.wait_for(3)
    assert [call["text"] for call in sent] == ["答：别人", "答：慢", "答：随后"]


async def test_two_hundred_chats_at_once_are_each_answered_in_order(
    chat: Chat, server: TelegramServer
) -> None:
    async with chat.running(FakeAssistant()):
        for number in range(3):
            for user in range(1, 201):
                await server.push(f"第{number}问", user=user)
        sent = await server.wait_for(600, seconds=60)
    answers: dict[str, list[str]] = {}
    for call in sent:
        answers.setdefault(call["chat_id"], []).append(call["text"])
    assert len(answers) == 200
    assert set(map(tuple, answers.values())) == {("答：第0问", "答：第1问", "答：第2问")}


async def test_the_same_question_within_seconds_is_answered_once(
    chat: Chat, server: TelegramServer
) -> None:
    assistant = FakeAssistant()
    async with chat.running(assistant):
        for text in ("新增多少户？", "新增多少户？", "下一条", "下一条"):
            await server.push(text)
        await server.push("新增多少户？", user=2)
        await server.wait_for(4)
        await server.push("末了")
        sent = await server.wait_for(5)
    texts = sorted(call["text"] for call in sent if call["chat_id"] == "1")
    assert texts == ["答：下一条", "答：下一条", "答：新增多少户？", "答：末了"]


async def test_the_chat_shows_typing_while_we_work(chat: Chat, server: TelegramServer) -> None:
    assistant = FakeAssistant()
    gate = assistant.hold("慢")
    async with chat.running(assistant):
        await server.push("慢", user=3)
        (action,) = await server.wait_for(1, "sendChatAction")
        gate.set()
        await server.wait_for(1)
    assert action == {"chat_id": "3", "action": "typing"}


async def test_a_busy_telegram_is_given_the_time_it_asks_for(
    chat: Chat, server: TelegramServer
) -> None:
    server.fail("sendMessage", TOO_MANY)
    async with chat.running(FakeAssistant()):
        await server.push("在吗")
        await server.wait_for(2)
    first, second = (call.at for call in server.calls if call.method == "sendMessage")
    assert second - first >= 1


@pytest.mark.parametrize("failure", [BROKEN, CUT], ids=["500", "disconnect"])
@pytest.mark.parametrize("method", ["getMe", "getUpdates", "sendMessage"])
async def test_a_broken_telegram_is_tried_again(
    chat: Chat, server: TelegramServer, method: str, failure: tuple[int, dict[str, object]]
) -> None:
    server.fail(method, failure)
    async with chat.running(FakeAssistant()):
        await server.push("在吗")
        await server.wait_until(lambda: server.texts() == ["答：在吗"])


async def test_a_telegram_that_is_away_shows_in_what_ready_says(
    chat: Chat, server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram_polling, "POLL_SECONDS", 0)
    channel, stop = chat.channel(FakeAssistant()), asyncio.Event()
    running = asyncio.create_task(channel.run(stop))
    await server.wait_for(2, "getUpdates")
    assert channel.is_connected()
    server.fail("getUpdates", BROKEN, BROKEN)
    await server.wait_until(lambda: not server.failures["getUpdates"])
    await asyncio.sleep(0.2)
    assert not channel.is_connected()
    stop.set()
    await running


async def test_an_answer_that_fails_is_an_apology_and_a_log(
    chat: Chat, server: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    async with chat.running(FakeAssistant(RuntimeError("坏了"))):
        await server.push("在吗")
        await server.push("还在吗")
        sent = await server.wait_for(2)
    assert [call["text"] for call in sent] == [wording.SORRY, "答：还在吗"]
    assert "RuntimeError: 坏了" in caplog.text


async def test_a_user_who_blocked_us_is_no_error(
    chat: Chat, server: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.fail("sendMessage", BLOCKED)
    async with chat.running(FakeAssistant()):
        await server.push("在吗")
        await server.push("还在吗")
        sent = await server.wait_for(2)
    assert [call["text"] for call in sent] == ["答：在吗", "答：还在吗"]
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_a_second_program_with_the_token_stops_with_what_to_do(
    chat: Chat, server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram_polling, "CONFLICT_WAITS", (0.05,))
    server.fail("getUpdates", CONFLICT, CONFLICT)
    with pytest.raises(ChannelRefused, match="另有程序"):
        await chat.channel(FakeAssistant()).run(asyncio.Event())


async def test_one_conflict_as_at_a_change_of_processes_is_outlived(
    chat: Chat, server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram_polling, "CONFLICT_WAITS", (0.05,))
    server.fail("getUpdates", CONFLICT)
    async with chat.running(FakeAssistant()):
        await server.push("在吗")
        await server.wait_for(1)


async def test_of_two_processes_on_one_database_one_polls_and_the_other_takes_over(
    chat: Chat, server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.leases.RENEW_SECONDS", 0.1)
    async with chat.running(FakeAssistant()) as first_stop:
        await server.wait_for(1, "getUpdates")
        async with chat.running(FakeAssistant()):
            await server.wait_for(2, "getMe")
            await asyncio.sleep(0.3)
            assert len(server.sent("getUpdates")) == 1
            first_stop.set()
            await server.wait_for(2, "getUpdates")
            await server.push("在吗")
            await server.wait_for(1)


@pytest.mark.parametrize("token", ["", "123456:wrong"])
async def test_a_wrong_token_is_refused_without_being_printed(chat: Chat, token: str) -> None:
    with pytest.raises(ChannelRefused, match="BotFather") as refusal:
        await chat.channel(FakeAssistant(), token).run(asyncio.Event())
    assert refusal.value.__suppress_context__
    assert "wrong" not in str(refusal.value)


@pytest.mark.parametrize("method", ["getUpdates", "sendMessage"])
async def test_a_token_revoked_later_is_refused_too(
    chat: Chat, server: TelegramServer, method: str
) -> None:
    server.fail(method, UNAUTHORIZED)
    await server.push("在吗")
    with pytest.raises(ChannelRefused, match="BotFather"):
        await chat.channel(FakeAssistant()).run(asyncio.Event())


async def test_an_update_we_cannot_read_does_not_stand_before_the_next(
    chat: Chat, server: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    async with chat.running(FakeAssistant()):
        await server.push("秘密", entities=[{"type": 7}], chat="nowhere")
        await server.push("在吗")
        (sent,) = await server.wait_for(1)
    assert sent["text"] == "答：在吗"
    assert "cannot be read" in caplog.text
    assert "秘密" not in caplog.text


async def test_an_update_is_confirmed_only_when_it_is_on_disk(
    chat: Chat, server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram_polling, "STORE_WAITS", (0.1,))
    async with chat.running(FakeAssistant()):
        await server.wait_for(1, "getUpdates")
        with chat.database.begin() as db:
            db.exec_driver_sql("ALTER TABLE inbox RENAME TO away")
        await server.push("在吗")
        await asyncio.sleep(0.5)
        assert [call.get("offset") for call in server.sent("getUpdates")] == ["0"]
        with chat.database.begin() as db:
            db.exec_driver_sql("ALTER TABLE away RENAME TO inbox")
        await server.wait_for(1)
    assert server.sent("getUpdates")[-1]["offset"] != "0"


async def test_a_stop_while_the_disk_is_away_leaves_the_update_to_the_next_process(
    chat: Chat, server: TelegramServer
) -> None:
    async with chat.running(FakeAssistant()):
        await server.wait_for(1, "getUpdates")
        with chat.database.begin() as db:
            db.exec_driver_sql("ALTER TABLE inbox RENAME TO away")
        await server.push("在吗")
        await asyncio.sleep(0.3)
    with chat.database.begin() as db:
        db.exec_driver_sql("ALTER TABLE away RENAME TO inbox")
    async with chat.running(FakeAssistant()):
        (sent,) = await server.wait_for(1)
    assert sent["text"] == "答：在吗"


async def test_what_runs_when_we_stop_is_still_answered(chat: Chat, server: TelegramServer) -> None:
    assistant = FakeAssistant()
    gate = assistant.hold("慢")
    async with chat.running(assistant) as stop:
        await server.push("慢")
        await server.wait_for(1, "sendChatAction")
        stop.set()
        await server.wait_for(3, "getUpdates")
        await server.push("太晚了")
        gate.set()
    assert [call["text"] for call in server.sent()] == ["答：慢"]


async def test_an_answer_beyond_the_last_seconds_is_given_by_the_next_process(
    chat: Chat, server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.worker.DRAIN_SECONDS", 0.1)
    slow = FakeAssistant()
    slow.hold("慢")
    async with chat.running(slow):
        await server.push("慢")
        await server.push("随后")
        await server.wait_for(1, "sendChatAction")
    assert server.sent() == []
    async with chat.running(FakeAssistant()):
        sent = await server.wait_for(2)
    assert [call["text"] for call in sent] == ["答：慢", "答：随后"]


async def test_nothing_is_answered_twice_after_a_restart(
    chat: Chat, server: TelegramServer
) -> None:
    async with chat.running(FakeAssistant()):
        await server.push("第一问")
        await server.wait_for(1)
    async with chat.running(FakeAssistant()):
        await server.push("第二问")
        sent = await server.wait_for(2)
    assert [call["text"] for call in sent] == ["答：第一问", "答：第二问"]


async def test_an_update_that_telegram_gives_out_again_is_answered_once(
    chat: Chat, server: TelegramServer
) -> None:
    async with chat.running(FakeAssistant()):
        await server.push("第一问")
        await server.push("/start")
        await server.wait_for(2)
    await server.forget_confirmations()
    async with chat.running(FakeAssistant()):
        await server.push("第二问")
        await server.wait_for(3)
    assert server.texts() == ["答：第一问", "答：/start", "答：第二问"]


async def test_commands_are_offered_by_chat_and_by_role(chat: Chat, server: TelegramServer) -> None:
    chat.admins = ("telegram:5", "wecom:zhangsan")
    async with chat.running(FakeAssistant()):
        offers = await server.wait_for(4, "setMyCommands")
        await server.push("/start", user=5)
        offers = await server.wait_for(5, "setMyCommands")
    by_scope = {offer.get("scope", ""): offer["commands"] for offer in offers}
    assert len(by_scope) == 4
    for scope, commands in by_scope.items():
        assert "targets" in commands
        assert ("remove" in commands) == ('"chat_id": 5' in scope)


async def test_commands_that_telegram_refuses_stop_nothing(
    chat: Chat, server: TelegramServer
) -> None:
    chat.admins = ("telegram:5",)
    server.fail("setMyCommands", *[(400, {"description": "Bad Request: chat not found"})] * 4)
    async with chat.running(FakeAssistant()):
        await server.wait_for(4, "setMyCommands")
        await server.push("在吗")
        await server.wait_for(1)


async def test_the_token_stands_in_no_log(
    chat: Chat, server: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.fail("sendMessage", BROKEN)
    async with chat.running(FakeAssistant(RuntimeError("坏了"))):
        await server.push("在吗")
        await server.wait_for(2)
    ours = "\n".join(  # the server's own log is not ours
        record.getMessage() for record in caplog.records if not record.name.startswith("uvicorn")
    )
    assert "listening as @Yaodian_bot" in ours
    assert TOKEN.partition(":")[2] not in ours
