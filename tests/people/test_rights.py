import pytest

from bot.messages import Message
from bot.people.rights import Access
from knowledge.plan import Role

ACCESS = Access(
    admins=("telegram:1",),
    leaders=("telegram:1", "telegram:2", "wecom:lingdao"),
    staff=("telegram:2", "telegram:3", "wecom:*"),
)


def role_of(user: str, role: Role | None = None) -> Role | None:
    return ACCESS.role(Message(user, user, "低保标准", role=role))


@pytest.mark.parametrize(
    ("user", "role"),
    [
        ("telegram:1", Role.ADMIN),
        ("telegram:2", Role.LEADER),
        ("telegram:3", Role.STAFF),
        ("wecom:anyone", Role.STAFF),
        ("wecom:lingdao", Role.LEADER),
        ("WeCom:LingDao", Role.LEADER),
        ("wecom:LingDao", Role.LEADER),
    ],
)
def test_who_is_listed_has_the_highest_of_their_roles(user: str, role: Role) -> None:
    assert role_of(user) is role


@pytest.mark.parametrize(
    "user", ["telegram:4", "telegram:11", "telegram:", "telegram:*1", "sms:1", "console:chat", ""]
)
def test_a_stranger_has_no_role(user: str) -> None:
    assert role_of(user) is None


def test_a_channel_that_knows_the_role_is_believed() -> None:
    assert role_of("console:chat", Role.LEADER) is Role.LEADER
    assert role_of("telegram:1", Role.STAFF) is Role.STAFF


def test_where_nobody_is_listed_everybody_is_a_stranger() -> None:
    assert Access().role(Message("wecom:zhang", "wecom:zhang", "低保标准")) is None
