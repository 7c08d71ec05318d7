"""The WeCom app with the real assistant behind it: from entering to a plan put in by an admin."""

import asyncio
import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from bot.assistant import Assistant
from bot.channels.cutting import utf8_bytes
from bot.people.rights import Access
from bot.records.journal import Journal
from bot.wording import answers as wording
from knowledge.library import Library
from knowledge.plan import Role
from knowledge.structure.metadata import load_plans_toml
from tests.support.embedding import FakeEmbedder
from tests.support.places import PLANS
from tests.support.source_files import read_source
from tests.support.wecom_server import Office, office, web_host

ACCESS = Access(admins=("wecom:wang",), staff=("wecom-dept:2",))
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


def captions(bot: Office) -> list[str]:
    return [button["text"] for button in bot.wecom.cards()[-1]["button_list"]]


async def press(bot: Office, text: str) -> None:
    """Press a button of the last card and wait until all is answered."""
    await bot.phone.press("wang", bot.wecom.cards()[-1], text)
    await settled(bot)


async def settled(bot: Office) -> None:
    async with asyncio.timeout(20):
        while await asyncio.to_thread(bot.inbox.waiting):
            await asyncio.sleep(0.02)


async def test_from_entering_to_the_original_text_and_an_opinion(library: Library) -> None:
    journal = Journal(library.database)
    assistant = Assistant(library, ACCESS, journal=journal)
    async with web_host() as host, office(host, assistant.reply, database=library.database) as bot:
        await bot.phone.enter("wang")
        await settled(bot)
        assert bot.wecom.texts()[0].startswith("您好")
        await press(bot, captions(bot)[0])
        answer = bot.wecom.texts()[-1]
        assert "〔" in answer
        assert wording.SOURCES in answer
        section = captions(bot)[0]
        await press(bot, section)
        assert section.removeprefix("原文 ") in bot.wecom.texts()[-1]
        await bot.phone.say("wang", "今年的主要目标有哪些？")
        await settled(bot)
        await press(bot, "👍")
        assert bot.wecom.updates[-1]["template_card"]["sub_title_text"] == wording.THANKS
    (verdict,) = journal.verdicts(None)
    assert (verdict.verdict, verdict.user) == ("good", "wecom:wang")


async def test_targets_come_in_pages_as_a_picture_and_as_a_sheet(library: Library) -> None:
    assistant = Assistant(library, ACCESS, journal=Journal(library.database))
    async with web_host() as host, office(host, assistant.reply, database=library.database) as bot:
        await bot.phone.click("wang", "/targets")
        await settled(bot)
        assert captions(bot)[-5:] == ["下一页", "图", "表格", "👍", "👎"]
        await press(bot, "下一页")
        await press(bot, "表格")
        kind, name, content = list(bot.wecom.uploads.values())[-1]
        assert (kind, name) == ("file", "指标.xlsx")
        assert openpyxl.load_workbook(io.BytesIO(content)).active.max_row > 2
        await press(bot, "图")
        kind, name, content = list(bot.wecom.uploads.values())[-1]
        assert (kind, name, content[:4]) == ("image", "指标.png", b"\x89PNG")
    assert all(utf8_bytes(text) <= 2048 for text in bot.wecom.texts())


async def test_an_admin_sends_a_file_looks_and_puts_it_in(library: Library) -> None:
    assistant = Assistant(library, ACCESS, journal=Journal(library.database))
    file = "<MediaId>m1</MediaId><FileName>jiangting-2027.txt</FileName>"
    async with web_host() as host, office(host, assistant.reply, database=library.database) as bot:
        bot.wecom.media["m1"] = ("jiangting-2027.txt", NOTICE.encode())
        await bot.phone.post("wang", "file", file)
        await settled(bot)
        assert "江汀市民政局2027年工作要点" in bot.wecom.texts()[-1]
        assert captions(bot) == ["入库", "入库，仅领导可看", "取消"]
        preview = bot.wecom.cards()[-1]
        await press(bot, "入库")
        assert bot.wecom.texts()[-1].startswith("已入库")
        assert captions(bot)[-1].startswith("问")  # what the plan answers now
        await bot.phone.press("wang", preview, "入库")
        await settled(bot)
        assert bot.wecom.texts()[-1] == wording.UPLOAD_GONE
    assert "jiangting-2027.txt" in {record.file for record in library.records(Role.ADMIN)}


async def test_who_is_in_no_listed_department_may_neither_ask_nor_send_files(
    library: Library,
) -> None:
    assistant = Assistant(library, ACCESS, journal=Journal(library.database))
    async with web_host() as host, office(host, assistant.reply, database=library.database) as bot:
        bot.wecom.members |= {
            "li": {"status": 1, "department": [5]},
            "zhao": {"status": 1, "department": [3]},
        }
        bot.wecom.departments += [{"id": 5, "parentid": 2}]
        bot.wecom.media["m1"] = ("x.txt", NOTICE.encode())
        await bot.phone.say("li", "/plans")
        await bot.phone.post("li", "file", "<MediaId>m1</MediaId>")
        await bot.phone.say("zhao", "/plans")
        await settled(bot)
    plans, refused = bot.wecom.texts("li")
    assert "云溪" in plans
    assert refused == wording.FILE_NOT_ADMIN
    (denied,) = bot.wecom.texts("zhao")
    assert "wecom:zhao" in denied  # to be passed on to an administrator
    assert "云溪" not in denied
    assert bot.wecom.calls["media/get"] == 0
