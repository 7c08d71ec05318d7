"""How an answer looks in Telegram: entities, parts, previews, edits."""

import asyncio
import json
import re

import pytest

from bot.channels.cutting import utf16_units
from bot.channels.telegram import preview as telegram_preview
from bot.channels.telegram.rendering import render_parts
from bot.messages import Action, ActionKind, Attachment, Reply, Status
from tests.support.telegram_chat import Chat, FakeAssistant
from tests.support.telegram_server import GONE, GROUP, PASS, TOO_MANY, Answer, TelegramServer

pytest_plugins = ("tests.support.telegram_chat",)

SOURCES = "出处：\n〔二（一）〕《云溪市工作要点》调整标准\n〔三〕《云溪市工作要点》"


def answer(body: str) -> Reply:
    return Reply(f"{body}\n\n{SOURCES}", Status.ANSWERED, sources=SOURCES)


def marked(part_text: str, entity: dict[str, object]) -> str:
    """Return the words under an entity, counted as Telegram counts."""
    units = part_text.encode("utf-16-le")
    start = 2 * int(str(entity["offset"]))
    return units[start : start + 2 * int(str(entity["length"]))].decode("utf-16-le")


def test_sources_are_a_quotation_that_opens_and_labels_are_bold() -> None:
    (part,) = render_parts(answer("👍新增500户〔二（一）〕。"))
    found = {e.type: marked(part.text, e.to_dict()) for e in part.entities}
    assert found == {"expandable_blockquote": SOURCES, "bold": "〔二（一）〕"}


def test_entities_are_cut_with_their_parts() -> None:
    lines = "".join(f"第{n}项👍完成{n}户〔二（{n}）〕。\n" for n in range(400))
    parts = render_parts(answer(lines))
    assert len(parts) > 1
    assert max(utf16_units(part.text) for part in parts) <= 4096
    for part in parts:
        for entity in part.entities:
            words = marked(part.text, entity.to_dict())
            assert (
                words == SOURCES if entity.type != "bold" else re.fullmatch("〔[^〔〕]+〕", words)
            )
    assert parts[-1].entities[0].type == "expandable_blockquote"
    assert parts[-1].text.endswith(f"{SOURCES}\n({len(parts)}/{len(parts)})")


def test_a_quotation_over_two_parts_is_one_in_each() -> None:
    sources = "出处：\n" + "\n".join(f"〔一（{n}）〕《云溪市工作要点》标题{n}" for n in range(300))
    parts = render_parts(Reply(f"见下。\n\n{sources}", Status.ANSWERED, sources=sources))
    quoted = [marked(p.text, e.to_dict()) for p in parts for e in p.entities]
    assert len(parts) == len(quoted) == 2
    assert "\n".join(quoted) == sources


async def test_an_answer_of_9000_characters_arrives_whole_and_in_order(
    chat: Chat, server: TelegramServer
) -> None:
    body = "".join(f"第{n}项，新增{n}00户〔二（{n}）〕。" for n in range(1, 480))
    assert len(body) > 9_000
    more = Action(ActionKind.ASK, "下一页", "下一页")
    async with chat.running(FakeAssistant(Reply(body, Status.ANSWERED, actions=(more,)))):
        await server.push("都有什么？")
        sent = await server.wait_for(3)
    texts = [call["text"] for call in sent]
    assert [text[-5:] for text in texts] == ["(1/3)", "(2/3)", "(3/3)"]
    assert ["reply_markup" in call for call in sent] == [False, False, True]
    bodies = [text.rpartition("\n")[0] for text in texts]
    assert "".join(bodies) == body
    for part in bodies:  # never between a sentence and its label, nor inside a figure
        assert part.endswith("〕。")
        assert part.startswith("第")


async def test_a_private_answer_streams_as_drafts_and_is_sent_once(
    chat: Chat, server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram_preview, "DRAFT_SECONDS", 0.05)
    assistant = FakeAssistant("一。二。三。", progress=("一。", "一。二。"))
    assistant.pause_seconds = 0.3
    async with chat.running(assistant):
        await server.push("都有什么？", user=7)
        sent = await server.wait_for(1)
    drafts = server.sent("sendMessageDraft")
    assert [draft["text"] for draft in drafts] == ["一。", "一。二。"]
    assert len({draft["draft_id"] for draft in drafts}) == 1
    assert drafts[0]["draft_id"] != "0"
    assert [call["text"] for call in sent] == ["一。二。三。"]
    assert server.sent("editMessageText") == []


async def test_a_draft_that_fails_does_not_matter(chat: Chat, server: TelegramServer) -> None:
    server.fail("sendMessageDraft", TOO_MANY, (404, {"description": "Not Found"}))
    assistant = FakeAssistant("一。二。", progress=("一。",))
    async with chat.running(assistant):
        await server.push("都有什么？")
        await server.push("还有呢？")
        await server.wait_until(lambda: server.texts() == ["一。二。", "答：还有呢？"])


async def test_in_a_group_one_message_grows_and_becomes_the_answer(
    chat: Chat, server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram_preview, "EDIT_SECONDS", 0.3)
    growing = tuple("一。" * count for count in range(1, 11))
    assistant = FakeAssistant(answer("一。二。三。四。"), progress=growing)
    assistant.pause_seconds = 0.1
    async with chat.running(assistant):
        await server.push("/ask 都有什么？", chat=GROUP)
        await server.wait_until(lambda: any("四" in text for text in server.texts()))
    edits = [call for call in server.calls if call.method in ("sendMessage", "editMessageText")]
    assert len(server.shown) == 1
    assert 2 <= len(edits) <= 5
    assert all(b.at - a.at >= 0.25 for a, b in zip(edits[:-2], edits[1:-1], strict=True))
    assert "expandable_blockquote" in edits[-1].parameters["entities"]
    assert server.sent("sendMessageDraft") == []


async def test_in_a_group_the_first_part_alone_replies_to_the_question(
    chat: Chat, server: TelegramServer
) -> None:
    topic = {"message_thread_id": 9, "is_topic_message": True}
    async with chat.running(FakeAssistant(LONG)):
        await server.push("/ask 都有什么？", chat=GROUP, **topic)
        sent = await server.wait_for(2)
    assert ["reply_parameters" in call for call in sent] == [True, False]
    assert [call["message_thread_id"] for call in sent] == ["9", "9"]


async def test_a_growing_message_that_was_deleted_is_sent_anew(
    chat: Chat, server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram_preview, "EDIT_SECONDS", 0.05)
    server.fail("editMessageText", GONE)
    assistant = FakeAssistant("一。二。", progress=("", "一。", ""))
    assistant.pause_seconds = 0.1
    async with chat.running(assistant):
        await server.push("/ask 都有什么？", chat=GROUP)
        sent = await server.wait_for(2)
    assert [call["text"] for call in sent] == ["一。", "一。二。"]


async def test_an_edited_question_has_its_answer_edited(chat: Chat, server: TelegramServer) -> None:
    long = "新增500户〔二（一）〕。" * 400
    async with chat.running(FakeAssistant("旧", long, "短")):
        number = await server.push("新增多少户？")
        await server.wait_for(1)
        await server.edit(number, "2024年新增多少户？")
        await server.wait_until(lambda: len(server.shown) == 2)
        await server.edit(number, "2025年新增多少户？")
        await server.wait_until(lambda: server.texts() == ["短"])


async def test_an_edit_that_changes_no_word_is_not_answered(
    chat: Chat, server: TelegramServer
) -> None:
    assistant = FakeAssistant()
    async with chat.running(assistant):
        number = await server.push("新增多少户？")
        await server.edit(number, "新增多少户？")
        await server.push("末了")
        await server.wait_for(2)
    assert [message.text for message in assistant.history] == ["新增多少户？", "末了"]


async def test_an_edit_that_leaves_the_answer_as_it_was_is_no_error(
    chat: Chat, server: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    async with chat.running(FakeAssistant("同", "同")):
        number = await server.push("新增多少户？")
        await server.edit(number, "新增多少户呢？")
        await server.wait_for(1, "editMessageText")
        await server.push("末了")
        await server.wait_for(2)
    assert server.texts() == ["同", "答：末了"]
    assert "could not be sent" not in caplog.text


LONG = "新增500户〔二（一）〕。" * 400
WAIT_9: Answer = (429, {"description": "Too Many Requests", "parameters": {"retry_after": 9}})


async def test_an_answer_begun_at_the_stop_is_sent_to_its_end(
    chat: Chat, server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.worker.DRAIN_SECONDS", 0.1)
    server.fail("sendMessage", PASS, TOO_MANY)
    async with chat.running(FakeAssistant(LONG)):
        await server.push("都有什么？")
        await server.wait_for(2)
    assert [text[-5:] for text in server.texts()] == ["(1/2)", "(2/2)"]
    async with chat.running(FakeAssistant()):
        await server.push("末了")
        await server.wait_until(lambda: server.texts()[-1] == "答：末了")
    assert len(server.shown) == 3


async def test_an_answer_cut_off_between_its_parts_is_finished_and_not_begun_again(
    chat: Chat, server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.worker.DRAIN_SECONDS", 0.1)
    monkeypatch.setattr("bot.channels.telegram.retries.LAST_SECONDS", 0.1)
    server.fail("sendMessage", PASS, WAIT_9)
    async with chat.running(FakeAssistant(LONG)):
        await server.push("都有什么？")
        await server.wait_for(2)
    assert len(server.shown) == 1
    async with chat.running(FakeAssistant(LONG)):
        await server.wait_until(lambda: len(server.shown) == 2)
    assert [text[-5:] for text in server.texts()] == ["(1/2)", "(2/2)"]


async def test_pictures_and_files_go_out_with_their_names(
    chat: Chat, server: TelegramServer
) -> None:
    card = Attachment("指标.png", b"iVBORw0KGgo=", is_picture=True)
    sheet = Attachment("指标.xlsx", b"UEsDBA==")
    reply = Reply("", Status.INFO, attachments=(card, sheet))
    server.fail("sendPhoto", (400, {"description": "Bad Request: PHOTO_INVALID_DIMENSIONS"}))
    async with chat.running(FakeAssistant(reply, reply)):
        await server.push("图")
        await server.push("表格")
        await server.wait_for(2, "sendPhoto")
        files = await server.wait_for(3, "sendDocument")
    assert [file["document"] for file in files] == ["指标.png", "指标.xlsx", "指标.xlsx"]
    assert server.sent() == []


async def test_entities_that_telegram_refuses_cost_only_the_looks(
    chat: Chat, server: TelegramServer
) -> None:
    server.fail("sendMessage", (400, {"description": "Bad Request: can't parse entities"}))
    async with chat.running(FakeAssistant(answer("一。"))):
        await server.push("都有什么？")
        first, second = await server.wait_for(2)
    assert json.loads(first["entities"])[0]["type"] == "expandable_blockquote"
    assert "entities" not in second
    assert first["text"] == second["text"]


async def test_what_a_person_quotes_comes_along(chat: Chat, server: TelegramServer) -> None:
    assistant = FakeAssistant()
    ours = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "共500户。"}
    async with chat.running(assistant):
        await server.push("为什么？", reply_to_message=ours)
        await server.push(
            "哪里写的？", reply_to_message=ours, quote={"text": "500户", "position": 1}
        )
        await server.wait_for(2)
    await asyncio.sleep(0)
    assert [message.quoted for message in assistant.history] == ["共500户。", "500户"]
