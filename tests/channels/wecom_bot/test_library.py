"""The AI bot with the real assistant: files that become plans, opinions that are kept, and a bot
that knows only some plans.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.assistant import Assistant
from bot.channels.wecom_bot import media as wecom_bot_media
from bot.people.rights import Access
from bot.records.journal import Journal
from bot.wording import answers as wording
from bot.wording import wecom_bot as bot_wording
from knowledge.library import Library
from knowledge.plan import Role
from knowledge.structure.metadata import load_plans_toml
from tests.support.embedding import FakeEmbedder
from tests.support.places import PLANS
from tests.support.source_files import read_source
from tests.support.wecom_bot_office import build_bot, running
from tests.support.wecom_bot_server import BotServer
from tests.support.wecom_bot_web import Cloud, cloud

pytest_plugins = "tests.support.wecom_bot_office"

ROLE = Role.ADMIN
ACCESS = Access(admins=("wecom:admin",), staff=("wecom:*",))
NOTICE = """江汀市民政局2027年工作要点

一、办好养老服务
（一）建设站点。新建社区养老服务站6个。
（二）改造住房。10月底前完成适老化改造320户。
"""


@pytest.fixture
def library(tmp_path: Path, embedder: FakeEmbedder) -> Iterator[Library]:
    given = load_plans_toml(PLANS)
    with Library(tmp_path / "data", embedder) as opened:
        for path in sorted(PLANS.glob("*.txt")):
            opened.add(read_source(path), given.get(path.name), path)
        yield opened


@pytest_asyncio.fixture
async def files() -> AsyncIterator[Cloud]:
    async with cloud() as kept:
        yield kept


def bot_of(library: Library, server: BotServer, **more: Any) -> Any:
    assistant = Assistant(library, ACCESS, journal=Journal(library.database))
    return build_bot(assistant.reply, server, library.database, **more)


async def send_file(server: BotServer, said: dict[str, str], user: str = "admin") -> None:
    await server.send({"msgtype": "file", "file": said}, user)


async def test_a_file_is_previewed_put_in_and_its_new_version_compared(
    library: Library, server: BotServer, files: Cloud
) -> None:
    async with running(bot_of(library, server), server):
        await send_file(server, files.put("要点2027.txt", NOTICE.encode()))
        preview = (await server.texts(1, "admin"))[0]
        assert "江汀市民政局2027年工作要点" in preview
        assert preview.endswith(wording.FILE_ASK)
        (card,) = await server.until(lambda: server.cards("admin"))
        await server.click("入库", card, "admin")
        assert "已入库" in (await server.texts(2, "admin"))[1]
        changed = NOTICE.replace("320户", "350户")
        await send_file(server, files.put("要点2027.txt", changed.encode()))
        assert "320户 → 350户" in (await server.texts(3, "admin"))[2]
        # 已入库 has a card of its own: questions that the plan now answers
        *_, card = await server.until(lambda: server.cards("admin")[2:])
        await server.click("入库为新版本", card, "admin")
        assert "320户 → 350户" in (await server.texts(4, "admin"))[3]
    assert [v.record.version for v in library.versions(library.records(ROLE)[0].id)]


async def test_a_file_of_a_colleague_is_refused_and_not_read(
    library: Library, server: BotServer, files: Cloud
) -> None:
    async with running(bot_of(library, server), server):
        await send_file(server, files.put("要点2027.txt", NOTICE.encode()), "lisi")
        assert await server.texts(1, "lisi") == [wording.FILE_NOT_ADMIN]


async def test_a_file_whose_link_ran_out_says_to_send_it_again(
    library: Library, server: BotServer, files: Cloud
) -> None:
    said = files.put("要点2027.txt", NOTICE.encode())
    files.files.clear()
    async with running(bot_of(library, server), server):
        await send_file(server, said)
        await send_file(server, {"url": "http://127.0.0.1:1/gone", "aeskey": "x"})
        assert await server.texts(2, "admin") == [bot_wording.FILE_GONE] * 2


async def test_a_file_that_its_key_does_not_open_says_so(
    library: Library, server: BotServer, files: Cloud
) -> None:
    wrong = files.put("a.txt", b"a") | {"aeskey": files.put("b.txt", b"b")["aeskey"]}
    async with running(bot_of(library, server), server):
        await send_file(server, wrong)
        await send_file(server, files.put("a.txt", b"a") | {"aeskey": "short"})
        assert await server.texts(2, "admin") == [bot_wording.FILE_BROKEN] * 2


async def test_a_file_above_the_limit_says_so(
    library: Library, server: BotServer, files: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wecom_bot_media, "FILE_LIMIT_BYTES", 50_000)
    async with running(bot_of(library, server), server):
        await send_file(server, files.put("大.txt", b"0" * 60_000))
        assert await server.texts(1, "admin") == [bot_wording.FILE_TOO_LARGE]


async def test_an_opinion_is_kept_with_question_answer_and_citations(
    library: Library, server: BotServer
) -> None:
    question = "云溪市2025年有哪些指标？"
    journal = Journal(library.database)
    async with running(bot_of(library, server), server):
        await server.say(question)
        await server.texts(1)
        named = server.seen[0].body["stream"]["feedback"]["id"]
        said = {"id": named, "type": 2, "content": "少一项", "inaccurate_reason_list": [2]}
        await server.event("feedback_event", feedback_event=said)
        (verdict,) = await server.until(journal.verdicts)
        await server.event("feedback_event", feedback_event={"id": named, "type": 3})
        await server.until(lambda: not journal.verdicts())
    assert (verdict.user, verdict.reason) == ("wecom:zhangsan", "内容不完整；少一项")
    assert verdict.exchange.asked == question
    assert verdict.exchange.answer == server.whole()[0]
    assert verdict.exchange.citations


async def test_the_buttons_under_a_list_show_sections_pages_and_sheets(
    library: Library, server: BotServer
) -> None:
    async with running(bot_of(library, server), server):
        await server.say("云溪市2025年有哪些指标？")
        (card,) = await server.until(lambda: server.cards())
        await server.click("原文", card)
        shown = (await server.texts(2))[1]
        assert shown.startswith("《")
        assert f"〔{card['button_list'][0]['text'].removeprefix('原文 ')}〕" in shown
        if any(b["text"] == wording.BUTTON_SHEET for b in card["button_list"]):
            await server.click(wording.BUTTON_SHEET, card)
            await server.until(lambda: server.seen[-1].kind in ("file", "template_card"))


async def test_a_limited_bot_knows_no_other_plan(library: Library, server: BotServer) -> None:
    async with running(bot_of(library, server, plans=("yunxi-2025",)), server):
        await server.say("文件")
        await server.say("云溪市2023年有哪些指标？")
        await server.say("/start")
        listed, other, _ = await server.texts(3)
        welcome = await server.until(lambda: server.cards()[-1:])
    titles = {r.id: r.title for r in library.records(ROLE)}
    assert titles["yunxi-2025"] in listed
    assert titles["yunxi-2023"] not in listed
    assert not any(titles["yunxi-2023"] in text for text in server.whole())
    assert "2023年" not in str(welcome)
    assert "2025年" in str(welcome)
    assert other != listed


async def test_a_limited_bot_shows_no_section_of_another_plan(
    library: Library, server: BotServer
) -> None:
    bot, limited = bot_of(library, server), bot_of(library, server, plans=("yunxi-2025",))
    async with running(bot, server):
        await server.say("云溪市2023年有哪些指标？")
        card = (await server.until(lambda: server.cards()))[-1]
    async with running(limited, server):
        await server.click("原文", card)
        assert (await server.texts(2))[1] == wording.SECTION_GONE


async def test_twenty_people_at_once_get_their_own_answers(
    library: Library, server: BotServer
) -> None:
    async with running(bot_of(library, server), server):
        async with asyncio.TaskGroup() as asking:
            for n in range(20):
                asking.create_task(server.say("云溪市2025年有哪些指标？", user=f"u{n}"))
        for n in range(20):
            (text,) = await server.texts(1, f"u{n}")
            assert "项指标" in text
