"""A section that was spoken of is found again in the version that answers now."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.messages import Message, Reply
from bot.people.rights import Access
from bot.presentation.offered_buttons import section_action
from bot.presses import show_section
from bot.understanding.conversation import Conversation
from bot.understanding.following import follow
from bot.understanding.quoting import recall
from bot.wording import answers as wording
from knowledge.library import Library
from knowledge.plan import Citation, PlanRecord, Role, Section
from tests.support.embedding import FakeEmbedder
from tests.support.source_files import source_from_bytes

TITLE = "澜州市水务局2025年工作要点"
OLD = (
    f"{TITLE}\n一、修好水渠。年底前清淤干渠12公里。\n二、管好水库。巡查水库40座。\n"
    "三、节约用水。开展宣传36场。\n"
)
NEW = (
    f"{TITLE}\n一、修好水渠。年底前清淤干渠12公里。\n二、防汛备汛。储备编织袋3万条。\n"
    "三、管好水库。巡查水库40座。\n四、建好水厂。新建2座。\n"
)
MESSAGE = Message("wecom:a", "wecom:a", "")


@pytest.fixture
def library(tmp_path: Path, embedder: FakeEmbedder) -> Iterator[Library]:
    with Library(tmp_path / "data", embedder) as opened:
        yield opened


def put(library: Library, text: str) -> PlanRecord:
    return library.add(source_from_bytes("a.txt", text.encode()), None, Path("a.txt")).record


def section(library: Library, record: PlanRecord, label: str) -> Section:
    (found,) = [s for s in library.plan(record).sections if s.label == label]
    return found


async def asked(assistant: Assistant, text: str) -> Reply:
    *_, reply = [reply async for reply in assistant.reply(Message("wecom:a", "wecom:a", text))]
    return reply


def test_a_citation_is_followed_to_the_new_number(library: Library) -> None:
    old = put(library, OLD)
    cited = Citation(old, section(library, old, "二"), "巡查水库40座。")
    new = put(library, NEW)
    found = follow(cited, library.records(Role.STAFF), library)
    assert found == Citation(new, section(library, new, "三"), "巡查水库40座。")


def test_a_section_that_is_gone_or_a_plan_that_is_closed_is_followed_nowhere(
    library: Library,
) -> None:
    old = put(library, OLD)
    cited = Citation(old, section(library, old, "三"), "开展宣传36场。")
    put(library, NEW)
    assert follow(cited, library.records(Role.STAFF), library) is None
    assert follow(cited, (), library) is None


async def test_the_next_section_is_that_of_the_new_version_and_says_so(library: Library) -> None:
    put(library, OLD)
    assistant = Assistant(library, Access(staff=("wecom:*",)))
    assert (await asked(assistant, "第二条")).citations[0].section.label == "二"
    put(library, NEW)
    after = await asked(assistant, "下一条")
    assert after.text.startswith(wording.RENUMBERED.format(title=TITLE, before="二", after="三"))
    assert after.citations[0].section.label == "四"


async def test_a_section_that_a_new_version_left_out_is_said_to_be_gone(library: Library) -> None:
    put(library, OLD)
    assistant = Assistant(library, Access(staff=("wecom:*",)))
    await asked(assistant, "第三条")
    put(library, NEW)
    after = await asked(assistant, "上一条")
    assert wording.SECTION_LEFT.format(title=TITLE, label="三") in after.text


def test_a_button_of_an_older_version_shows_the_section_under_its_new_number(
    library: Library,
) -> None:
    old = put(library, OLD)
    moved, left = (section_action(old, section(library, old, label)) for label in "二三")
    put(library, NEW)
    shown = show_section(moved, library, Role.STAFF, MESSAGE)
    assert shown.text.startswith(wording.RENUMBERED.format(title=TITLE, before="二", after="三"))
    assert "巡查水库40座" in shown.text
    gone = show_section(left, library, Role.STAFF, MESSAGE)
    assert gone.text == wording.SECTION_LEFT.format(title=TITLE, label="三")


def test_a_quotation_means_the_section_that_prints_it(library: Library) -> None:
    put(library, OLD)
    new = put(library, NEW)
    conversation = Conversation()
    quoted = f"巡查水库40座。〔二〕\n出处：\n〔二〕《{TITLE}》"
    recall(quoted, conversation, library.records(Role.STAFF), library)
    assert conversation.last is not None
    assert conversation.last.section == section(library, new, "三")
