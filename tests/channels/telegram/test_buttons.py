"""Buttons and files in Telegram with the real assistant behind: from a question to the whole
section, from a file to an answer out of it.
"""

from collections.abc import AsyncIterator

import pytest

from bot.assistant import Assistant
from bot.channels.telegram import pressing as telegram_pressing
from bot.channels.telegram import preview as telegram_preview
from bot.messages import Action, ActionKind, Reply, Status
from bot.people.rights import Access
from bot.records.journal import Journal
from bot.wording import answers as wording
from bot.wording import telegram as wording_telegram
from knowledge.library import Library
from knowledge.plan import Role
from tests.support.places import PLANS
from tests.support.source_files import read_source
from tests.support.telegram_chat import Chat, FakeAssistant
from tests.support.telegram_server import CUT, GROUP, TelegramServer

pytest_plugins = ("tests.support.telegram_chat", "tests.support.bot_fixtures")

ADMIN, STAFF = 1, 2
QUESTION = "云溪市2025年有哪些指标？"
NOTICE = """江汀市民政局2027年工作要点

一、办好养老服务
（一）建设站点。新建社区养老服务站6个。
（二）改造住房。10月底前完成适老化改造320户。
"""
LIKED = Action(ActionKind.GOOD, "👍", "1", is_personal=True)


@pytest.fixture
async def office(server: TelegramServer, library: Library) -> AsyncIterator[TelegramServer]:
    """A server whose bot answers from the sample plans; user 1 administers, 2 is staff."""
    for path in sorted(PLANS.glob("*.txt")):
        library.add(read_source(path))
    access = Access(admins=("telegram:1",), staff=("telegram:2",))
    assistant = Assistant(library, access, journal=Journal(library.database))
    chat = Chat(server, library.database)
    async with chat.running(assistant.reply):
        yield server


def document(content: str, server: TelegramServer, size: int | None = None) -> dict[str, object]:
    """Return a message's document, there to be downloaded."""
    server.files["file1"] = content.encode()
    named = {"file_id": "file1", "file_unique_id": "file1", "file_name": "要点2027.txt"}
    return {"document": named | {"file_size": size or len(content.encode())}}


async def press(server: TelegramServer, title: str, user: int = STAFF) -> str:
    """Press the newest button that begins so, and return what Telegram is told of the press."""
    newest = max(n for n in server.shown if any(t.startswith(title) for t in server.titles(n)))
    full = next(t for t in server.titles(newest) if t.startswith(title))
    before = len(server.sent("answerCallbackQuery"))
    await server.press(full, user=user)
    return (await server.wait_for(before + 1, "answerCallbackQuery"))[-1].get("text", "")


async def test_a_welcome_offers_questions_that_are_answered(office: TelegramServer) -> None:
    await office.push("/start", user=STAFF)
    await office.wait_for(1)
    (title, *others) = office.titles(max(office.shown))
    assert len(others) == 2
    await press(office, title)
    assert "出处" in (await office.wait_for(2))[-1]["text"]


async def test_a_section_button_sends_the_section_with_its_neighbours(
    office: TelegramServer,
) -> None:
    await office.push(QUESTION, user=STAFF)
    await office.wait_for(1)
    tokens = office.shown[max(office.shown)].buttons.values()
    assert all(0 < len(token.encode()) <= 64 for token in tokens)
    await press(office, "原文")
    first = (await office.wait_for(2))[-1]["text"]
    assert first.startswith("《")
    await press(office, "下一条")
    assert (await office.wait_for(3))[-1]["text"] not in (first, QUESTION)


async def test_a_bad_answer_asks_why_in_one_tap(office: TelegramServer) -> None:
    await office.push(QUESTION, user=STAFF)
    await office.wait_for(1)
    assert await press(office, "👎") == wording.THANKS
    await office.wait_for(2)
    asked_why = max(office.shown)
    assert office.titles(asked_why) == wording.BAD_REASONS
    assert await press(office, wording.BAD_REASONS[0]) == wording.THANKS
    await office.wait_until(lambda: office.titles(asked_why) == ())


async def test_targets_come_as_picture_as_sheet_and_as_page(office: TelegramServer) -> None:
    await office.push(QUESTION, user=STAFF)
    await office.wait_for(1)
    await press(office, wording.BUTTON_PICTURE)
    assert (await office.wait_for(1, "sendPhoto"))[0]["photo"].endswith(".png")
    await press(office, wording.BUTTON_SHEET)
    assert (await office.wait_for(1, "sendDocument"))[0]["document"].endswith(".xlsx")
    await press(office, wording.BUTTON_PAGE)
    assert (await office.wait_for(2, "sendDocument"))[1]["document"].endswith(".docx")


async def test_a_file_is_previewed_put_in_and_answers(office: TelegramServer) -> None:
    await office.push(user=ADMIN, **document(NOTICE, office))
    preview = (await office.wait_for(1))[0]
    assert "2 项指标" in preview["text"]
    previewed = max(office.shown)
    assert office.titles(previewed) == ("入库", "入库，仅领导可看", "取消")
    await press(office, wording.BUTTON_ADD, ADMIN)
    assert (await office.wait_for(2))[-1]["text"].startswith(
        "已入库：《江汀市民政局2027年工作要点》"
    )
    await office.wait_until(lambda: office.titles(previewed) == ())
    await office.push("2027年适老化改造多少户？", user=STAFF)
    assert "320户" in (await office.wait_for(3))[-1]["text"]


async def test_a_file_that_is_corrected_by_an_edit_is_previewed_anew(
    office: TelegramServer,
) -> None:
    number = await office.push(user=ADMIN, **document(NOTICE, office))
    await office.wait_for(1)
    corrected = document(NOTICE.replace("320户", "350户") + "（三）办好助餐点30个。", office)
    named = corrected["document"] | {"file_unique_id": "file2"}  # type: ignore[operator]
    await office.edit(number, "", user=ADMIN, document=named)
    await office.wait_until(lambda: any("3 项指标" in text for text in office.texts()))
    assert len(office.shown) == 1


async def test_how_far_a_file_is_in_is_shown_while_it_goes_in(
    chat: Chat, server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram_preview, "DRAFT_SECONDS", 0.0)
    put_in = Action(ActionKind.ADD, wording.BUTTON_ADD, "1", is_personal=True)
    assistant = FakeAssistant(Reply("确认入库吗？", Status.CLARIFY, actions=(put_in,)), "已入库")
    async with chat.running(assistant):
        await server.push("/add")
        await server.wait_for(1)
        assistant.progress, assistant.pause_seconds = ("正在入库：1/2", "正在入库：2/2"), 0.2
        await server.press(wording.BUTTON_ADD)
        drafts = await server.wait_for(2, "sendMessageDraft")
        await server.wait_for(2)
    assert [draft["text"] for draft in drafts] == ["正在入库：1/2", "正在入库：2/2"]
    assert server.texts() == ["确认入库吗？", "已入库"]
    assert server.titles(min(server.shown)) == ()


async def test_a_file_sent_with_a_lost_connection_is_fetched_again(office: TelegramServer) -> None:
    office.fail("getFile", CUT)
    await office.push(user=ADMIN, caption="新的要点", **document(NOTICE, office))
    assert "2 项指标" in (await office.wait_for(1))[0]["text"]


async def test_a_file_of_somebody_else_is_kindly_refused(office: TelegramServer) -> None:
    await office.push(user=STAFF, **document(NOTICE, office))
    assert (await office.wait_for(1))[0]["text"] == wording.FILE_NOT_ADMIN
    assert office.sent("getFile") == []


@pytest.mark.parametrize("size", [None, 25 * 1024 * 1024])
async def test_a_file_over_20_mb_is_told_what_to_do(
    office: TelegramServer, size: int | None
) -> None:
    office.fail("getFile", (400, {"description": "Bad Request: file is too big"}))
    await office.push(user=ADMIN, **document(NOTICE, office, size))
    (told,) = await office.wait_for(1)
    assert "20 MB 以内" in told["text"]
    assert "ingest.py add" in told["text"]


async def test_a_file_that_is_gone_is_asked_for_again(office: TelegramServer) -> None:
    office.fail("getFile", (400, {"description": "Bad Request: invalid file_id"}))
    await office.push(user=ADMIN, **document(NOTICE, office))
    assert (await office.wait_for(1))[0]["text"] == wording_telegram.FILE_GONE


async def test_removing_asks_first(office: TelegramServer, library: Library) -> None:
    plan = library.records(Role.ADMIN)[0].id
    await office.push(f"/remove {plan}", user=ADMIN)
    await office.wait_for(1)
    await press(office, wording.BUTTON_REMOVE, ADMIN)
    assert (await office.wait_for(2))[-1]["text"].startswith("已移除")


async def test_in_a_group_the_opinion_is_for_who_asked(office: TelegramServer) -> None:
    await office.push(f"/ask {QUESTION}", user=STAFF, chat=GROUP)
    await office.wait_for(1)
    await office.press("👍", user=ADMIN, chat=GROUP)
    (told,) = await office.wait_for(1, "answerCallbackQuery")
    assert told["text"] == wording.BUTTON_OF_OTHER
    assert told["show_alert"] == "true"
    await office.press("👍", user=STAFF, chat=GROUP)
    assert (await office.wait_for(2, "answerCallbackQuery"))[-1]["text"] == wording.THANKS


async def test_a_button_that_is_too_old_says_so(office: TelegramServer) -> None:
    await office.press_token("a-token-of-long-ago", user=STAFF)
    (told,) = await office.wait_for(1, "answerCallbackQuery")
    assert told["text"] == wording.BUTTON_TOO_OLD


async def test_a_stranger_in_a_group_learns_it_alone(office: TelegramServer) -> None:
    await office.push(f"/ask {QUESTION}", user=STAFF, chat=GROUP)
    await office.wait_for(1)
    title = next(t for t in office.titles(max(office.shown)) if t.startswith("原文"))
    await office.press(title, user=77, chat=GROUP)
    (told,) = await office.wait_for(1, "answerCallbackQuery")
    assert "telegram:77" in told["text"]
    assert len(office.sent()) == 1


async def test_a_slow_press_is_answered_before_its_answer(
    chat: Chat, server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram_pressing, "BUSY_SECONDS", 0.1)
    offer = Reply("好了吗？", Status.ANSWERED, actions=(LIKED,))
    late = Reply("", Status.INFO, notice="谢谢")
    assistant = FakeAssistant(offer, late, late)
    gate = assistant.hold("")
    async with chat.running(assistant):
        await server.push("在吗")
        await server.wait_for(1)
        await server.press("👍")
        (told,) = await server.wait_for(1, "answerCallbackQuery")
        assert "text" not in told
        gate.set()
        assert (await server.wait_for(2))[-1]["text"] == "谢谢"


async def test_a_double_tap_does_its_work_once(chat: Chat, server: TelegramServer) -> None:
    offer = Reply("好了吗？", Status.ANSWERED, actions=(LIKED,))
    assistant = FakeAssistant(offer, "一次", "两次")
    async with chat.running(assistant):
        await server.push("在吗")
        await server.wait_for(1)
        await server.press("👍")
        await server.press("👍")
        await server.wait_for(2, "answerCallbackQuery")
        await server.wait_for(2)
    assert server.texts()[1:] == ["一次"]
