"""Invitations: what a code gives, for how long it is worth anything, and who sees that it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.messages import Message, Reply
from bot.people.admission import Door
from bot.people.rights import Access
from bot.people.roles import People
from bot.people.users_command import answer_users
from bot.wording import office
from knowledge.plan import Role
from knowledge.storage.database import Database

ADMIN, OTHER, STRANGER = "telegram:1", "telegram:5", "telegram:55"
LI, DEPARTMENT = "wecom:li", "wecom-dept:2"
ACCESS = Access(admins=(ADMIN,), leaders=(DEPARTMENT,))


@pytest.fixture(params=["sqlite", "postgresql"])
def people(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[People]:
    is_file = request.param == "sqlite"
    server = None if is_file else request.getfixturevalue("postgres")
    database = Database(server.new_database() if server else tmp_path / "bot.sqlite3")
    yield People(database)
    database.close()


def redeem(people: People, code: str, user: str = STRANGER, *groups: str) -> str:
    """Send a code to the door and return what it says."""
    access = Access(ACCESS.admins, ACCESS.leaders, people=people)
    message = Message(user, user, f"/start {code}", groups=groups)
    admitted = Door(access, people).admit(message)
    assert isinstance(admitted, Reply)
    return admitted.text


def say(people: People, words: str, user: str = ADMIN) -> str:
    access = Access(ACCESS.admins, ACCESS.leaders, people=people)
    return answer_users(words, Message(user, user, f"/users {words}"), access, people).text


def test_a_code_makes_no_borrowed_role_a_lasting_one(people: People) -> None:
    for has in (Role.LEADER, Role.ADMIN):  # of a department, or of the settings
        assert people.redeem(people.invite(Role.STAFF, ADMIN), LI, has) is has
        assert people.roles((LI,)) == {}


def test_a_code_gives_for_good_what_it_says_to_who_only_borrowed_it(people: People) -> None:
    said = redeem(people, people.invite(Role.LEADER, ADMIN), LI, DEPARTMENT)
    assert "领导" in said
    assert people.roles((LI,)) == {LI: Role.LEADER}


def test_a_code_lowers_nobody(people: People) -> None:
    people.give(OTHER, Role.ADMIN, ADMIN)
    assert people.redeem(people.invite(Role.STAFF, ADMIN), OTHER, None) is Role.ADMIN
    assert people.roles((OTHER,)) == {OTHER: Role.ADMIN}


@pytest.mark.parametrize("what", ["none", "staff", "leader", "remove"])
def test_invitations_of_who_administers_no_more_are_void(people: People, what: str) -> None:
    people.give(OTHER, Role.ADMIN, ADMIN)
    code = people.invite(Role.LEADER, OTHER)
    say(people, f"{OTHER} {what}")
    assert redeem(people, code) == office.CODE_REFUSED
    say(people, f"{OTHER} admin")
    assert redeem(people, code) == office.CODE_REFUSED


def test_invitations_of_a_group_s_administrators_go_with_its_role(people: People) -> None:
    people.give(DEPARTMENT, Role.ADMIN, ADMIN)
    people.give("wecom:zhao", Role.ADMIN, ADMIN)
    gone, stays = people.invite(Role.STAFF, LI), people.invite(Role.STAFF, "wecom:zhao")
    say(people, f"{DEPARTMENT} leader")
    assert redeem(people, gone) == office.CODE_REFUSED
    assert "已开通" in redeem(people, stays)


def test_invitations_of_who_was_struck_from_the_settings_are_void(people: People) -> None:
    code = people.invite(Role.STAFF, "telegram:8")
    assert "telegram:8" not in say(people, "")
    assert redeem(people, code) == office.CODE_REFUSED


@pytest.mark.parametrize("giver", [ADMIN, "console", LI])
def test_invitations_of_who_still_administers_are_good(people: People, giver: str) -> None:
    people.give("wecom-tag:5", Role.ADMIN, ADMIN)
    people.give("telegram:9", Role.STAFF, ADMIN)
    people.give("telegram:9", None, ADMIN)
    assert "已开通" in redeem(people, people.invite(Role.STAFF, giver))


def test_open_invitations_are_listed_without_their_codes(people: People) -> None:
    codes = [people.invite(role, ADMIN) for role in (Role.LEADER, Role.STAFF)]
    redeem(people, codes[1])
    listed = say(people, "")
    assert office.INVITATIONS.format(count=1) in listed
    assert f"· 领导，{ADMIN} 发出" in listed
    assert not any(code in listed for code in codes)


@pytest.mark.parametrize("words", ["invite revoke", "invites revoke", "邀请码 作废"])
def test_all_open_invitations_are_revoked_at_once(people: People, words: str) -> None:
    codes = [people.invite(Role.LEADER, ADMIN) for _ in range(2)]
    assert say(people, words) == office.INVITATIONS_REVOKED.format(count=2)
    assert {redeem(people, code) for code in codes} == {office.CODE_REFUSED}
    assert people.invitations() == ()
