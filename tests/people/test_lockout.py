"""Administrators cannot lock the office out from chat, by themselves or two at once."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import ChangeRefused
from bot.messages import Message
from bot.people.rights import Access
from bot.people.roles import People
from bot.people.users_command import answer_users
from bot.wording import answers as wording
from bot.wording import office
from knowledge.plan import Role
from knowledge.storage.database import Database

ONE, OTHER, BOSS, TAG = "telegram:5", "telegram:6", "wecom:boss", "wecom-tag:5"


@pytest.fixture(params=["sqlite", "postgresql"])
def people(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[People]:
    is_file = request.param == "sqlite"
    server = None if is_file else request.getfixturevalue("postgres")
    database = Database(server.new_database() if server else tmp_path / "bot.sqlite3")
    yield People(database)
    database.close()


def say(words: str, people: People, user: str = BOSS, admins: tuple[str, ...] = ()) -> str:
    groups = (TAG,) if user.startswith("wecom:") else ()
    message = Message(user, user, f"/users {words}", groups=groups)
    access = Access(admins, wecom_members=True, people=people)
    return answer_users(words, message, access, people).text


def administers(people: People, user: str = BOSS, admins: tuple[str, ...] = ()) -> bool:
    message = Message(user, user, "", groups=(TAG,))
    return Access(admins, people=people).role(message) is Role.ADMIN


@pytest.mark.parametrize("what", ["none", "staff", "leader", "remove"])
def test_who_administers_by_a_tag_of_the_settings_cannot_lower_themselves(
    people: People, what: str
) -> None:
    said = say(f"{BOSS} {what}", people, admins=(TAG,))
    assert said == office.USER_IN_SETTINGS.format(identity=BOSS)
    assert administers(people, admins=(TAG,))


@pytest.mark.parametrize("words", [f"{BOSS} staff", f"{BOSS} none", f"{TAG} leader", f"{TAG} 撤销"])
def test_the_only_administrator_by_a_tag_stays_one(people: People, words: str) -> None:
    people.give(TAG, Role.ADMIN, "console")
    assert say(words, people) == office.USER_LAST_ADMIN.format(identity=words.split()[0])
    assert administers(people)


@pytest.mark.parametrize("words", [f"{BOSS} staff", f"{TAG} leader"])
def test_an_administrator_steps_down_where_another_remains(people: People, words: str) -> None:
    people.give(TAG, Role.ADMIN, "console")
    people.give(ONE, Role.ADMIN, "console")
    say(words, people)
    assert not administers(people)


def test_an_administrator_steps_down_where_the_settings_name_another(people: People) -> None:
    people.give(ONE, Role.ADMIN, "console")
    assert "已设置" in say(f"{ONE} staff", people, ONE, ("telegram:99",))


def test_of_two_administrators_who_lower_each_other_one_remains(people: People) -> None:
    people.give(ONE, Role.ADMIN, "console")
    people.give(OTHER, Role.ADMIN, "console")
    assert "已设置" in say(f"{OTHER} staff", people, ONE)  # the other's message is let in already
    assert say(f"{ONE} staff", people, OTHER) == wording.ADMIN_ONLY
    assert people.roles((ONE, OTHER)) == {ONE: Role.ADMIN, OTHER: Role.STAFF}


async def test_of_many_who_lower_each_other_at_once_one_remains(people: People) -> None:
    names = [f"telegram:{number}" for number in range(10, 16)]
    for name in names:
        people.give(name, Role.ADMIN, "console")
    pairs = zip(names, [*names[1:], names[0]], strict=True)
    jobs = (asyncio.to_thread(say, f"{other} none", people, name) for name, other in pairs)
    await asyncio.gather(*jobs)
    assert [p for p in people.all() if p.role is Role.ADMIN]


def test_who_administers_no_more_makes_no_invitation(people: People) -> None:
    people.give(ONE, Role.STAFF, "console")
    assert say("invite admin", people, ONE) == wording.ADMIN_ONLY
    assert people.invitations() == ()


def test_a_change_that_is_refused_leaves_nothing(people: People) -> None:
    def refuse(_before: object, _after: object) -> None:
        raise ChangeRefused("no")

    with pytest.raises(ChangeRefused):
        people.give(ONE, Role.ADMIN, "console", refuse)
    assert people.all() == ()
