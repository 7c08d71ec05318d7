"""The commands for whoever runs the office: users, log, feedback, forget."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot import __main__ as program
from bot.assistant import Assistant
from bot.channels.telegram.outbox import Outbox, Sent
from bot.delivery.buttons import Buttons
from bot.delivery.inbox import Inbox
from bot.messages import Action, ActionKind, Message, Reply, final_reply
from bot.people.rights import Access
from bot.people.roles import People
from bot.plans_in_chat.uploads import Uploads
from bot.records.forgetting import forget_person
from bot.records.journal import Journal
from bot.wording import office as wording
from knowledge.library import Library
from knowledge.plan import Role
from knowledge.storage.database import Database
from tests.support.embedding import FakeEmbedder
from tests.support.source_files import read_source

STAFF, OTHER = "telegram:5", "telegram:6"
ACCESS = Access(staff=(STAFF, OTHER))
QUESTION = "适老化改造多少户"
FORMULA = '=HYPERLINK("http://x.example","点我")'

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def run(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `python -m bot` and return its status, what it printed and its errors."""
    for name in [name for name in os.environ if name.startswith("YAODIAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(data.parent)
    monkeypatch.setenv("YAODIAN_DATA", str(data))

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["bot", *words])
        with pytest.raises(SystemExit) as ended:
            program.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


@pytest.fixture
def library(data: Path, samples: Path) -> Iterator[Library]:
    """A library that stays open: the commands work beside the process that owns it."""
    with Library(data, FakeEmbedder()) as opened:
        opened.add(read_source(samples / "yunxi-2025.txt"))
        yield opened


@pytest.fixture
def assistant(library: Library) -> Assistant:
    return Assistant(library, ACCESS, journal=Journal(library.database))


async def say(assistant: Assistant, text: str, user: str = STAFF) -> Reply:
    return await final_reply(assistant.reply, Message(user, user, text))


async def dislike(assistant: Assistant, reason: str) -> None:
    await say(assistant, QUESTION)
    await say(assistant, f"/feedback {reason}")


def test_the_first_administrator_comes_in_by_a_code_before_the_first_start(
    run: Run, data: Path
) -> None:
    status, said, _ = run("users", "invite", "admin")
    code = said.splitlines()[0].removeprefix("邀请码：")
    with Library(data, FakeEmbedder()) as library:
        assert People(library.database).redeem(code, STAFF, None) is Role.ADMIN
    assert status == 0


def test_people_are_given_a_role_listed_and_taken_back(run: Run) -> None:
    assert run("users", "add", "wecom-dept:2", "leader")[:2] == (
        0,
        wording.USER_GIVEN.format(identity="wecom-dept:2", role="领导") + "\n",
    )
    assert run("users", "add", STAFF, "none")[0] == 0
    rows = json.loads(run("users", "list", "--json")[1])
    assert [(r["identity"], r["role"]) for r in rows] == [
        (STAFF, "none"),
        ("wecom-dept:2", "leader"),
    ]
    assert "wecom-dept:2：领导" in run("users", "list")[1]
    assert run("users", "remove", STAFF)[0] == 0


def test_open_invitations_are_listed_and_revoked(run: Run) -> None:
    run("users", "invite", "leader")
    (row,) = json.loads(run("users", "list", "--json")[1])
    assert (row["identity"], row["role"], row["given_by"]) == (None, "leader", "console")
    assert row["until"] > 0
    assert wording.INVITATIONS.format(count=1) in run("users", "list")[1]
    assert run("users", "revoke") == (0, wording.INVITATIONS_REVOKED.format(count=1) + "\n", "")
    assert json.loads(run("users", "list", "--json")[1]) == []


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("add", "zhangsan", "staff"), 18, wording.BAD_IDENTITY.format(identity="zhangsan")),
        (("add", STAFF, "boss"), 1, wording.USERS_ROLE.format(role="boss")),
        (("remove", STAFF), 1, wording.USER_UNKNOWN.format(identity=STAFF)),
    ],
)
def test_a_wrong_word_about_people_is_one_line(
    run: Run, words: tuple[str, ...], status: int, said: str
) -> None:
    assert run("users", *words) == (status, "", said + "\n")


async def test_the_log_says_who_asked_what_and_what_was_cited(
    run: Run, assistant: Assistant
) -> None:
    await say(assistant, QUESTION)
    await say(assistant, "低保标准", OTHER)
    (line,) = run("log", "--json", "--user", STAFF)[1].splitlines()
    told = json.loads(line)
    assert (told["user"], told["asked"], told["status"]) == (STAFF, QUESTION, "answered")
    assert told["citations"][0]["plan"] == "yunxi-2025"
    assert QUESTION in run("log")[1]


def test_an_empty_journal_is_said_so(run: Run) -> None:
    assert run("log", "--days", "3")[1] == wording.LOG_EMPTY.format(days=3) + "\n"
    assert run("feedback")[1] == wording.FEEDBACK_EMPTY.format(days=30) + "\n"


async def test_what_people_disliked_stands_in_a_sheet_and_no_cell_is_a_formula(
    run: Run, assistant: Assistant, tmp_path: Path
) -> None:
    await dislike(assistant, FORMULA)
    out = tmp_path / "意见.xlsx"
    assert (
        run("feedback", "--xlsx", str(out))[1] == wording.WRITTEN.format(path=out, count=1) + "\n"
    )
    sheet = load_workbook(BytesIO(out.read_bytes())).active
    assert sheet is not None
    cells = {str(cell.value): cell.data_type for row in sheet.iter_rows() for cell in row}
    assert cells[FORMULA] == "s"
    assert cells[QUESTION] == "s"
    assert any("yunxi-2025（1）〔二（一）1〕" in cell for cell in cells)


async def test_a_sheet_that_cannot_be_written_is_said_so(run: Run, assistant: Assistant) -> None:
    await dislike(assistant, "看不懂")
    status, _, said = run("feedback", "--xlsx", "/nowhere/a.xlsx")
    assert (status, said.startswith("写不了 /nowhere/a.xlsx")) == (1, True)


async def test_everything_of_a_person_is_deleted_and_of_nobody_else(
    run: Run, assistant: Assistant, library: Library
) -> None:
    database = library.database
    await dislike(assistant, "数字不对")
    await say(assistant, QUESTION, OTHER)
    Uploads(database).keep(STAFF, "要点.txt", "云溪".encode())
    Buttons(database).offer([Action(ActionKind.ASK, "", QUESTION)], STAFF)
    Inbox(database, "telegram").put("1", STAFF, QUESTION)
    assert run("forget", STAFF)[1].startswith(f"已删除 {STAFF} 的 ")
    assert [e.user for e in Journal(database).exchanges()] == [OTHER]
    with database.connect() as db:
        for table in ("feedback", "uploads", "buttons", "inbox", "exchanges", "usage", "notes"):
            rows = db.exec_driver_sql(f"SELECT * FROM {table}").all()
            assert not any(STAFF in str(row) for row in rows), table
    assert run("forget", STAFF)[1] == wording.NOTHING_TO_FORGET.format(user=STAFF) + "\n"


@pytest.mark.parametrize(
    ("user", "others", "conversations"),
    [
        (
            "wecom:zhang_1",
            ("wecom-bot:aib1:zhangx1", "wecom-bot:aib1:g1:li", "wecom:zhang_11"),
            ("wecom:zhang_1", "wecom-bot:aib1:zhang_1", "wecom-bot:aib1:g1:zhang_1"),
        ),
        (
            "telegram:44",
            ("telegram:-100:44:7", "telegram:441:7", "wecom-bot:aib1:44"),
            ("telegram:44:7", "telegram:-100:0:44"),
        ),
    ],
)
async def test_a_person_is_forgotten_in_every_conversation_and_what_waits_there(
    library: Library, user: str, others: tuple[str, ...], conversations: tuple[str, ...]
) -> None:
    inbox = Inbox(library.database, "channel")
    for number, name in enumerate((*others, *conversations)):
        library.notes.put_note("conversation", name, "低保", 9.0)
        inbox.put(f"{number}", name, "低保")
        inbox.put(f"{number}#", f"{name}#press", "低保")
    forget_person(library.database, user)
    with library.database.connect() as db:
        left = set(db.exec_driver_sql("SELECT key FROM notes").scalars())
        waiting = set(db.exec_driver_sql("SELECT conversation FROM inbox").scalars())
    assert left == set(others)
    assert waiting == {*others, *(f"{name}#press" for name in others)}


async def test_a_person_is_forgotten_where_the_bot_knows_them_by_another_id(
    library: Library, assistant: Assistant
) -> None:
    conversation = "wecom-bot:aib1:wo7f"  # joined with the person by a setting
    await final_reply(assistant.reply, Message(STAFF, conversation, QUESTION))
    forget_person(library.database, STAFF)
    with library.database.connect() as db:
        assert db.exec_driver_sql("SELECT key FROM notes").all() == []


async def test_what_telegram_was_answered_is_forgotten_and_holds_no_question(
    library: Library,
) -> None:
    outbox = Outbox(library.notes)
    await outbox.keep("44:100", Sent("旧程序记下的问题", (5,), True))
    await outbox.keep("441:100", Sent("别人的", (5,), True))
    forget_person(library.database, "telegram:44")
    assert await outbox.find("44:100") == Sent()
    assert (await outbox.find("441:100")).is_whole


async def test_the_journal_forgets_after_its_days(assistant: Assistant, library: Library) -> None:
    await say(assistant, QUESTION)
    Journal(library.database, keep_days=1).forget_old()
    assert len(Journal(library.database).exchanges()) == 1
    Journal(library.database, keep_days=0).forget_old()
    assert Journal(library.database).exchanges() == ()


def test_the_roles_of_the_settings_are_listed_too(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YAODIAN_ADMINS", "telegram:1")
    assert "telegram:1：管理员" in run("users", "list")[1]


def test_people_given_a_role_elsewhere_are_known_at_once(run: Run, library: Library) -> None:
    people = People(Database(Path(library.database.name)))
    run("users", "add", STAFF, "admin")
    assert people.roles((STAFF,)) == {STAFF: Role.ADMIN}
