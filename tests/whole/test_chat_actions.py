"""Buttons, files and commands in chat: what a press does, and who may."""

import io
from pathlib import Path

import openpyxl
import pytest

from bot.assistant import Assistant
from bot.delivery.buttons import Buttons
from bot.errors import ButtonRefused
from bot.messages import Action, ActionKind, Message, Status
from bot.records.journal import Journal
from bot.wording import answers as wording
from knowledge.library import Library
from knowledge.plan import Role
from knowledge.storage.database import Database
from tests.support.chat_office import ADMIN, NOTICE, STAFF, asked, button, pressed, say, sent

pytest_plugins = "tests.support.chat_office"


async def test_an_answer_has_buttons_for_its_sections_and_for_an_opinion(
    assistant: Assistant,
) -> None:
    reply = await asked(assistant, "云溪市2025年有哪些指标？")
    kinds = [action.kind for action in reply.actions]
    assert ActionKind.SECTION in kinds
    assert kinds[-5:] == ["picture", "sheet", "page", "good", "bad"]


async def test_a_section_button_shows_it_whole_with_its_neighbours(assistant: Assistant) -> None:
    reply = await asked(assistant, "云溪市2025年有哪些指标？")
    shown = await pressed(assistant, button(reply, ActionKind.SECTION))
    cited = shown.citations[0]
    assert cited.section.whole_text in shown.text
    assert f"〔{cited.section.label}〕" in shown.text
    after = await pressed(assistant, shown.actions[-1])
    assert after.citations[0].section != cited.section


async def test_a_section_of_a_plan_that_is_gone_is_said_so(
    assistant: Assistant, cabinet: Library
) -> None:
    reply = await asked(assistant, "云溪市2025年有哪些指标？")
    cabinet.remove(reply.citations[0].record)
    shown = await pressed(assistant, button(reply, ActionKind.SECTION))
    assert shown.text == wording.SECTION_GONE


async def test_a_bad_answer_is_kept_with_its_reason_and_its_citations(
    assistant: Assistant, cabinet: Library
) -> None:
    reply = await asked(assistant, "云溪市2025年有哪些指标？")
    why = await pressed(assistant, button(reply, ActionKind.BAD))
    assert why.text == wording.WHY_BAD
    thanks = await pressed(assistant, why.actions[0])
    assert thanks.notice == wording.THANKS
    (verdict,) = Journal(cabinet.database).verdicts()
    assert verdict.reason == wording.BAD_REASONS[0]
    assert verdict.exchange.asked == "云溪市2025年有哪些指标？"
    assert verdict.exchange.citations[0][2] == reply.citations[0].section.label


async def test_targets_come_as_a_picture_and_as_a_sheet(assistant: Assistant) -> None:
    reply = await asked(assistant, "云溪市2025年有哪些指标？")
    picture = await pressed(assistant, button(reply, ActionKind.PICTURE))
    sheet = await pressed(assistant, button(reply, ActionKind.SHEET))
    assert picture.attachments[0].content.startswith(b"\x89PNG")
    assert sheet.attachments[0].name.endswith(".xlsx")


@pytest.mark.parametrize("kind", [ActionKind.PICTURE, ActionKind.SHEET, ActionKind.PAGE])
async def test_a_bot_limited_to_plans_sends_no_file_of_others_from_an_old_button(
    assistant: Assistant, kind: ActionKind
) -> None:
    reply = await asked(assistant, "云溪市2025年有哪些指标？")
    message = Message(STAFF, STAFF, "", action=button(reply, kind), plans=("yunxi-2024",))
    (limited,) = await say(assistant, message)
    assert (limited.attachments, limited.text) == ((), wording.TARGETS_GONE)


async def test_a_welcome_offers_questions_that_are_answered(assistant: Assistant) -> None:
    welcome = await asked(assistant, "/start")
    assert len(welcome.actions) == 3
    for number, action in enumerate(welcome.actions):
        reply = await pressed(assistant, action, f"wecom:{number}")
        assert reply.status is Status.ANSWERED


async def test_a_file_is_previewed_put_in_and_answers(assistant: Assistant) -> None:
    preview = (await say(assistant, sent(NOTICE)))[-1]
    assert "2 项指标" in preview.text
    assert [a.title for a in preview.actions] == ["入库", "入库，仅领导可看", "取消"]
    added = await pressed(assistant, preview.actions[0], ADMIN)
    assert added.text.startswith("已入库：《江汀市民政局2027年工作要点》")
    assert added.text.endswith("谁能看：所有能提问的人。")
    assert "320户" in (await asked(assistant, "2027年适老化改造多少户？")).text
    again = await pressed(assistant, preview.actions[0], ADMIN)
    assert again.text == wording.UPLOAD_GONE


async def test_a_corrected_file_says_what_would_change(assistant: Assistant) -> None:
    first = (await say(assistant, sent(NOTICE)))[-1]
    await pressed(assistant, first.actions[0], ADMIN)
    second = (await say(assistant, sent(NOTICE.replace("320户", "350户"))))[-1]
    assert "320户 → 350户" in second.text
    added = await pressed(assistant, second.actions[0], ADMIN)
    assert "第 2 版" in added.text
    assert "320户 → 350户" in added.text


async def test_a_file_for_leaders_stays_theirs_whatever_is_sent_after_it(
    assistant: Assistant, cabinet: Library
) -> None:
    """The first version is for leaders; its corrections are, unless somebody says otherwise."""
    preview = (await say(assistant, sent(NOTICE)))[-1]
    added = await pressed(assistant, preview.actions[1], ADMIN)
    assert added.text.endswith("谁能看：领导和管理员。")
    again = (await say(assistant, sent(NOTICE.replace("320户", "350户"))))[-1]
    assert "谁能看：领导和管理员。" in again.text
    changed = await pressed(assistant, again.actions[0], ADMIN)
    assert "谁能看：领导和管理员。" in changed.text
    same = (await say(assistant, sent(NOTICE.replace("320户", "350户"))))[-1]
    await pressed(assistant, same.actions[0], ADMIN)
    assert "江汀" not in "".join(r.title for r in cabinet.records(Role.STAFF))
    assert "350户" not in (await asked(assistant, "2027年适老化改造多少户？")).text
    plan = next(r.id for r in cabinet.records(Role.ADMIN) if "江汀" in r.title)
    versions = await asked(assistant, f"/versions {plan}", ADMIN)
    assert versions.text.count("（只给领导和管理员看）") == 2


async def test_a_cancelled_file_is_forgotten(assistant: Assistant) -> None:
    preview = (await say(assistant, sent(NOTICE)))[-1]
    left = await pressed(assistant, button(preview, ActionKind.CANCEL), ADMIN)
    assert left.text == wording.FILE_CANCELLED
    gone = await pressed(assistant, button(preview, ActionKind.ADD), ADMIN)
    assert gone.text == wording.UPLOAD_GONE


async def test_a_file_that_cannot_be_read_says_why(assistant: Assistant) -> None:
    reply = (await say(assistant, sent(" ")))[-1]
    assert "空" in reply.text
    assert reply.actions == ()


@pytest.mark.parametrize(
    ("user", "private", "said"),
    [(STAFF, True, wording.FILE_NOT_ADMIN), (ADMIN, False, wording.FILE_IN_GROUP)],
)
async def test_a_file_of_somebody_else_is_kindly_refused(
    assistant: Assistant, user: str, private: bool, said: str
) -> None:
    reply = (await say(assistant, sent(NOTICE, user=user, private=private)))[-1]
    assert (reply.text, reply.status) == (said, Status.DENIED)


async def test_removing_asks_first_and_can_be_undone(
    assistant: Assistant, cabinet: Library
) -> None:
    plan = cabinet.records(Role.ADMIN)[0].id
    question = await asked(assistant, f"/remove {plan}", ADMIN)
    removed = await pressed(assistant, button(question, ActionKind.REMOVE), ADMIN)
    assert removed.text.startswith("已移除")
    versions = await asked(assistant, f"/versions {plan}", ADMIN)
    restored = await pressed(assistant, button(versions, ActionKind.RESTORE), ADMIN)
    assert restored.text.startswith("已恢复")


@pytest.mark.parametrize("command", ["/remove x", "/versions x", "/add", "/users"])
async def test_staff_administer_nothing(assistant: Assistant, command: str) -> None:
    assert (await asked(assistant, command)).text == wording.ADMIN_ONLY


async def test_staff_cannot_press_what_was_offered_to_an_admin(assistant: Assistant) -> None:
    preview = (await say(assistant, sent(NOTICE)))[-1]
    assert (await pressed(assistant, preview.actions[0], STAFF)).text == wording.ADMIN_ONLY


def test_a_personal_button_works_for_its_owner_alone(tmp_path: Path) -> None:
    buttons = Buttons(Database(tmp_path / "bot.sqlite3"))
    mine = Action(ActionKind.GOOD, "👍", "1", is_personal=True)
    (token,) = buttons.offer([mine], "telegram:5")
    assert len(token) <= 64
    assert buttons.press(token, "telegram:5") == mine
    with pytest.raises(ButtonRefused, match="提问人"):
        buttons.press(token, "telegram:6")
    with pytest.raises(ButtonRefused, match="过期"):
        buttons.press("no-such-token", "telegram:5")


async def test_a_sheet_holds_every_page_of_a_list(assistant: Assistant) -> None:
    reply = await asked(assistant, "云溪市2025年所有指标都列出来")
    assert len(reply.targets) < len(reply.register)
    sheet = await pressed(assistant, button(reply, ActionKind.SHEET))
    rows = openpyxl.load_workbook(io.BytesIO(sheet.attachments[0].content)).active
    assert rows is not None
    assert rows.max_row == 1 + len(reply.register)
