"""The Telegram channel against a server that others wrote: npm telegram-test-api behind a proxy."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.channels.telegram.channel import Servers, Telegram
from bot.messages import Handler, Message, Reply, Status
from bot.people.rights import Access
from bot.records.journal import Journal
from bot.wording import answers as wording
from knowledge.library import Library
from tests.support.places import REPO
from tests.support.source_files import read_source
from tests.support.telegram_emulator import MISSING, TOKEN, Emulator, emulator

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"missing: {', '.join(MISSING)}")


@asynccontextmanager
async def at_work(library: Library, handler: Handler, folder: Path) -> AsyncIterator[Emulator]:
    stop = asyncio.Event()
    async with emulator(folder) as client:
        servers = Servers(base_url=str(client.base_url))
        channel = Telegram(TOKEN, handler, library.database, library.notes, servers)
        running = asyncio.create_task(channel.run(stop))
        try:
            yield Emulator(client)
        finally:
            stop.set()
            await running


@pytest.fixture
def assistant(library: Library, monkeypatch: pytest.MonkeyPatch) -> Assistant:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for path in sorted((REPO / "plans").glob("*.txt")):
        library.add(read_source(path))
    access = Access(admins=("telegram:1",))
    return Assistant(library, access, journal=Journal(library.database))


async def test_a_welcome_and_an_answer_with_buttons_reach_the_emulator(
    library: Library, assistant: Assistant, tmp_path: Path
) -> None:
    async with at_work(library, assistant.reply, tmp_path) as telegram:
        await telegram.say("command", text="/start")
        (welcome,) = await telegram.sent(1)
        await telegram.say("message", text="云溪市2025年有哪些指标？")
        _, answer = await telegram.sent(2)
        await telegram.press(answer, "👍")
        (pressed,) = await telegram.sent(1, "answerCallbackQuery")
    assert "要点通" in welcome["text"]
    assert len(json.loads(welcome["reply_markup"])["inline_keyboard"]) == 3
    assert "expandable_blockquote" in answer["entities"]
    assert pressed["text"] == wording.THANKS


async def test_a_file_goes_in_and_answers_through_the_emulator(
    library: Library, assistant: Assistant, tmp_path: Path
) -> None:
    (tmp_path / "file1").write_text("江汀市2027年工作要点\n\n一、养老\n新建助餐点36个。\n")
    named = {"file_id": "file1", "file_unique_id": "u1", "file_name": "要点2027.txt"}
    async with at_work(library, assistant.reply, tmp_path) as telegram:
        await telegram.say("message", text="", extra={"document": named})
        (preview,) = await telegram.sent(1)
        await telegram.press(preview, wording.BUTTON_ADD)
        _, added = await telegram.sent(2)
        await telegram.say("message", text="2027年新建助餐点多少个？")
        *_, answer = await telegram.sent(3)
    assert "1 项指标" in preview["text"]
    assert added["text"].startswith("已入库")
    assert "36个" in answer["text"]


async def test_a_long_answer_is_split_and_outlasts_a_busy_emulator(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    busy = {"ok": False, "error_code": 429, "description": "Too Many Requests"}
    busy |= {"parameters": {"retry_after": 1}}

    async def long_answer(message: Message) -> AsyncIterator[Reply]:
        yield Reply(f"答：{message.text}\n" + "新增500户〔四（十五）〕。" * 300, Status.ANSWERED)

    async with at_work(library, long_answer, tmp_path) as telegram:
        await telegram.say("fail", method="sendMessage", responses=[busy])
        await telegram.say("message", text="今年新增多少户？")
        refused, first, second = await telegram.sent(3)
    assert refused == first
    assert first["text"].startswith("答：今年新增多少户？")
    assert first["text"].endswith("\n(1/2)")
    assert second["text"].endswith("。\n(2/2)")
