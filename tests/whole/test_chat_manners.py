"""What people read around the answers: thanks, files, plans named by their title, fewer buttons."""

from datetime import datetime

import pytest

from bot.answering.example_questions import example_questions
from bot.assistant import Assistant
from bot.channels.wecom.cards import choose
from bot.messages import Action, ActionKind, Reply
from bot.records.journal import Journal
from bot.slash_commands import Name, read_command
from bot.wording import answers as wording
from knowledge.library import Library
from knowledge.plan import Role
from tests.support.bot_fixtures import ACCESS
from tests.support.chat_office import ADMIN, STAFF, asked, button, pressed, say, sent
from tests.support.places import PLANS

pytest_plugins = "tests.support.chat_office"
SAMPLE = (PLANS / "yunxi-2025.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "said", ["谢谢", "好的，谢谢！", "收到", "嗯嗯好的", "多谢啦", "OK", "知道了。"]
)
async def test_thanks_are_no_question(assistant: Assistant, said: str) -> None:
    before = await asked(assistant, "云溪市2025年农村低保标准是多少？")
    reply = await asked(assistant, said)
    assert reply.text == wording.YOU_ARE_WELCOME
    assert not reply.citations
    assert before.citations


@pytest.mark.parametrize(
    "said", ["好的标准是多少", "收到多少件", "谢谢，那农村低保呢", "明白纸发多少份"]
)
def test_a_question_that_begins_like_thanks_is_one(said: str) -> None:
    command = read_command(said)
    assert command is None or command.name is not Name.THANKS


async def test_administrators_are_told_how_files_come_in_and_staff_are_not(
    assistant: Assistant,
) -> None:
    assert wording.WELCOME_ADMIN in (await asked(assistant, "/start", ADMIN)).text
    assert wording.WELCOME_ADMIN not in (await asked(assistant, "/start", STAFF)).text


async def test_a_file_that_changes_nothing_says_so_once(assistant: Assistant) -> None:
    preview = await asked_with(assistant, SAMPLE)
    known = "与库里的《2025年云溪市民政工作要点》（yunxi-2025）条款和指标完全一样"
    assert known in preview.text
    assert "第 2 版" not in preview.text
    assert "云溪市民政局，云民发〔2025〕3号，2025年3月6日" in preview.text


async def test_a_file_without_an_imprint_leaves_no_empty_line(assistant: Assistant) -> None:
    preview = await asked_with(assistant, "今天开会，说了说近况。", "prose.txt")
    assert "\n\n" not in preview.text


async def test_a_plan_is_found_by_words_of_its_title(assistant: Assistant) -> None:
    question = await asked(assistant, "/remove 《2025年云溪市民政工作要点》", ADMIN)
    assert question.actions[0] == Action(ActionKind.REMOVE, "移除", "yunxi-2025", is_personal=True)
    listed = await asked(assistant, "/versions 2024年工作要点", ADMIN)
    assert listed.text.startswith("《云溪市民政局2024年工作要点》（yunxi-2024）的各版：")


async def test_words_of_several_titles_name_none_and_all_are_listed(assistant: Assistant) -> None:
    said = (await asked(assistant, "/remove 云溪市", ADMIN)).text
    assert said.startswith("没有找到“云溪市”这份文件。")
    assert "· yunxi-2025《2025年云溪市民政工作要点》" in said


async def test_what_was_removed_comes_back_by_the_button_below(
    assistant: Assistant, cabinet: Library
) -> None:
    question = await asked(assistant, "/remove yunxi-2024", ADMIN)
    removed = await pressed(assistant, question.actions[0], ADMIN)
    assert "yunxi-2024" not in {r.id for r in cabinet.records(Role.ADMIN)}
    restored = await pressed(assistant, removed.actions[0], ADMIN)
    assert restored.text == wording.RESTORED.format(title="云溪市民政局2024年工作要点", version=1)
    assert "yunxi-2024" in {r.id for r in cabinet.records(Role.ADMIN)}


async def test_versions_are_dated_by_the_clock_on_the_wall(
    assistant: Assistant, cabinet: Library
) -> None:
    (version,) = cabinet.versions("yunxi-2025")
    local = datetime.fromisoformat(version.added_at).astimezone()
    said = (await asked(assistant, "/versions yunxi-2025", ADMIN)).text
    assert f"第 1 版  {local:%Y-%m-%d %H:%M}  yunxi-2025.txt（正在使用）" in said


async def test_an_empty_library_says_so_without_asking_for_an_opinion(
    library: Library,
) -> None:
    empty = Assistant(library, ACCESS, journal=Journal(library.database))
    reply = await asked(empty, "农村低保标准是多少？")
    assert reply.text == wording.NO_PLANS
    assert reply.actions == ()
    assert "python" not in reply.text


async def test_targets_are_sent_as_a_word_document(assistant: Assistant) -> None:
    reply = await asked(assistant, "云溪市2025年有哪些指标？")
    sheet = await pressed(assistant, button(reply, ActionKind.PAGE))
    assert [a.name for a in sheet.attachments] == ["指标.docx"]
    assert sheet.attachments[0].content.startswith(b"PK")


def test_a_card_gives_up_the_page_before_the_picture_the_sheet_and_the_section() -> None:
    kinds = "section section ask picture sheet page good bad".split()
    actions = [Action(ActionKind(kind), f"{kind} {n}") for n, kind in enumerate(kinds)]
    shown = [action.kind for action in choose(actions)]
    assert shown == ["section", "ask", "picture", "sheet", "good", "bad"]
    unrated = [action.kind for action in choose(actions[:-2])]
    assert unrated == ["section", "section", "ask", "picture", "sheet", "page"]


def test_examples_ask_for_money_or_shares_and_not_for_meetings(cabinet: Library) -> None:
    examples = example_questions(cabinet, cabinet.records(Role.STAFF))
    assert not any("学习" in asked for asked in examples)
    assert len(examples) == 3
    asked = [said.partition("年")[2] for said in examples[:2]]
    assert len(set(asked)) == 2  # 2025年… and 2024年… ask for two things


async def asked_with(assistant: Assistant, text: str, name: str = "yunxi-2025.txt") -> Reply:
    """Send a file as an administrator."""
    return (await say(assistant, sent(text, name)))[-1]
