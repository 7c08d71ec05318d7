"""Who may do what: lists, roles given in chat, departments, invitations."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.delivery.inbox import Inbox, conversations_waiting
from bot.errors import BadIdentity, CodeRefused
from bot.messages import Message, Reply, Status
from bot.people import roles as people_module
from bot.people.quota import Budget, QuotaPeriod
from bot.people.rights import Access
from bot.people.roles import People
from bot.records.forgetting import forget_person
from bot.records.journal import Journal
from knowledge.plan import Role
from knowledge.storage.database import Database


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    is_file = request.param == "sqlite"
    server = None if is_file else request.getfixturevalue("postgres")
    opened = Database(server.new_database() if server else tmp_path / "bot.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def people(database: Database) -> People:
    return People(database)


def role_of(access: Access, user: str, *groups: str) -> Role | None:
    return access.role(Message(user, user, "低保标准", groups=groups))


def test_what_is_said_of_the_person_wins_over_lists_and_departments(people: People) -> None:
    access = Access(leaders=("telegram:2", "wecom-dept:2"), people=people)
    people.give("telegram:2", Role.STAFF, "telegram:1")
    people.give("wecom:zhang", None, "telegram:1")
    assert role_of(access, "telegram:2") is Role.STAFF
    assert role_of(access, "wecom:Zhang", "wecom-dept:2") is None
    assert role_of(access, "wecom:li", "wecom-dept:2") is Role.LEADER


def test_nobody_in_chat_takes_the_settings_administrator_down(people: People) -> None:
    people.give("telegram:1", None, "telegram:9")
    assert role_of(Access(admins=("telegram:1",), people=people), "telegram:1") is Role.ADMIN


def test_a_person_in_several_groups_has_the_highest_of_their_roles(people: People) -> None:
    people.give("wecom-dept:2", Role.STAFF, "telegram:1")
    people.give("wecom-tag:5", Role.LEADER, "telegram:1")
    access = Access(people=people)
    assert role_of(access, "wecom:li", "wecom-dept:2", "wecom-tag:5") is Role.LEADER
    assert role_of(access, "wecom:li", "wecom-dept:2") is Role.STAFF
    assert role_of(access, "wecom:li", "wecom-dept:3") is None


def test_wecom_members_are_staff_where_the_setting_says_so(people: People) -> None:
    access = Access(wecom_members=True, people=people)
    people.give("wecom-dept:9", None, "telegram:1")
    assert role_of(access, "wecom:anyone") is Role.STAFF
    assert role_of(access, "wecom:anyone", "wecom-dept:9") is None
    assert role_of(access, "telegram:77") is None
    assert role_of(Access(people=people), "wecom:anyone") is None


@pytest.mark.parametrize(
    "lists",
    [
        {"wecom_members": True},
        {"staff": ("wecom:*",)},
        {"wecom_members": True, "leaders": ("wecom-dept:1",)},
        {"staff": ("wecom-tag:5",)},
    ],
)
def test_a_group_that_is_kept_out_wins_over_wider_groups_and_everybody(
    people: People, lists: dict[str, Any]
) -> None:
    people.give("wecom-dept:7", None, "telegram:1")
    access = Access(people=people, **lists)
    groups = ("wecom-dept:1", "wecom-tag:5")
    assert role_of(access, "wecom:wang", "wecom-dept:7", *groups) is None
    assert role_of(access, "wecom:li", *groups) is not None


def test_what_is_said_of_the_person_wins_over_a_group_that_is_kept_out(people: People) -> None:
    people.give("wecom-dept:7", None, "telegram:1")
    people.give("wecom:wang", Role.STAFF, "telegram:1")
    access = Access(leaders=("wecom:li",), people=people)
    assert role_of(access, "wecom:wang", "wecom-dept:7") is Role.STAFF
    assert role_of(access, "wecom:li", "wecom-dept:7") is Role.LEADER


def test_where_everybody_is_kept_out_a_group_that_is_named_still_comes_in(people: People) -> None:
    people.give("wecom:*", None, "telegram:1")
    access = Access(staff=("wecom-dept:2",), wecom_members=True, people=people)
    assert role_of(access, "wecom:li", "wecom-dept:2") is Role.STAFF
    assert role_of(access, "wecom:wang") is None


@pytest.mark.parametrize("lists", [{"wecom_members": True}, {"staff": ("wecom:*",)}])
def test_whose_groups_cannot_be_read_stays_out_where_such_a_group_does(
    people: People, lists: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    access = Access(leaders=("wecom:li",), people=people, **lists)
    wang, li = (
        Message(user, user, "低保标准", unread=("wecom-dept",))
        for user in ("wecom:wang", "wecom:li")
    )
    people.give("wecom-tag:5", None, "telegram:1")  # tags were read
    assert access.role(wang) is Role.STAFF
    people.give("wecom-dept:7", None, "telegram:1")
    assert access.role(wang) is None
    assert access.role(li) is Role.LEADER
    assert "wecom-dept:7" in caplog.text
    assert "wang" not in caplog.text


def test_who_administers_by_a_group_of_the_settings_does_whatever_is_said(people: People) -> None:
    people.give("wecom:boss", None, "telegram:1")
    people.give("wecom-tag:5", Role.STAFF, "telegram:1")
    access = Access(admins=("wecom-tag:5",), people=people)
    assert role_of(access, "wecom:boss", "wecom-tag:5") is Role.ADMIN
    assert role_of(access, "wecom:boss") is None


def test_what_was_said_can_be_taken_back(people: People) -> None:
    access = Access(people=people)
    people.give("Telegram：5", Role.LEADER, "telegram:1")
    assert [(p.identity, p.role) for p in people.all()] == [("telegram:5", Role.LEADER)]
    assert people.forget("telegram:5")
    assert not people.forget("telegram:5")
    assert role_of(access, "telegram:5") is None


@pytest.mark.parametrize(
    "identity", "zhangsan telegram:zhang wecom: wecom-dept:总部 sms:1 *".split()
)
def test_what_names_nobody_is_refused_and_shown_how(people: People, identity: str) -> None:
    with pytest.raises(BadIdentity, match="telegram:数字"):
        people.give(identity, Role.STAFF, "telegram:1")


def test_an_invitation_lets_one_person_in_once(people: People) -> None:
    code = people.invite(Role.LEADER, "telegram:1")
    assert people.redeem(f" {code}\n", "telegram:5", None) is Role.LEADER
    assert role_of(Access(people=people), "telegram:5") is Role.LEADER
    with pytest.raises(CodeRefused, match="用过"):
        people.redeem(code, "telegram:6", None)


def test_an_invitation_never_takes_a_right_away(people: People) -> None:
    assert people.redeem(people.invite(Role.STAFF, "t"), "telegram:5", Role.ADMIN) is Role.ADMIN


def test_who_is_kept_out_comes_in_by_no_code_and_uses_none_up(people: People) -> None:
    people.give("telegram:5", None, "telegram:1")
    code = people.invite(Role.STAFF, "telegram:1")
    with pytest.raises(CodeRefused):
        people.redeem(code, "telegram:5", None)
    assert people.redeem(code, "telegram:6", None) is Role.STAFF


def test_an_old_or_invented_code_is_refused(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people_module, "INVITATION_SECONDS", -1.0)
    for code in (people.invite(Role.STAFF, "telegram:1"), "AAAAAAAAAAAAAAAA", ""):
        with pytest.raises(CodeRefused):
            people.redeem(code, "telegram:5", None)


def test_a_code_stands_nowhere_in_the_database(people: People, database: Database) -> None:
    code = people.invite(Role.STAFF, "telegram:1")
    with database.connect() as db:
        (row,) = db.exec_driver_sql("SELECT * FROM invitations").all()
    assert code not in str(row)


def test_everything_of_a_person_is_forgotten_and_what_waits_is_counted(database: Database) -> None:
    inbox, questions = (
        Inbox(database, "telegram"),
        Budget(database, "message", {QuotaPeriod.DAY: 1}),
    )
    inbox.put("1", "telegram:5", "x")
    inbox.put("2", "telegram:5", "y")
    inbox.put("3", "telegram:6", "z")
    assert conversations_waiting(database) == 2
    assert questions.spend("telegram:5") is None
    assert questions.spend("telegram:5") is not None
    said = Message("telegram:5", "telegram:5", "低保标准")
    Journal(database).record(said, Reply("690元", Status.ANSWERED))
    assert forget_person(database, "telegram:5") == 4
    assert conversations_waiting(database) == 1
    assert questions.spend("telegram:5") is None
    assert Journal(database).exchanges() == ()
