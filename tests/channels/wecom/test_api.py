"""The client of qyapi: tokens, busy answers, advice, the menu, members."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.channels.wecom.client import PATIENT
from bot.channels.wecom.members import KEEP_SECONDS, Directory, Member
from bot.errors import BadSettings, ChannelRefused, ChannelUnavailable
from bot.wording import wecom_app as wording_wecom
from tests.support.places import REPO
from tests.support.wecom_server import (
    AES_KEY,
    AGENT_ID,
    CORP_ID,
    CUT,
    SECRET,
    TOKEN,
    FakeClock,
    FakeWeCom,
    Host,
    api_client,
    web_host,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
TEXT = {"msgtype": "text", "text": {"content": "好"}}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def host() -> AsyncIterator[Host]:
    async with web_host() as host:
        yield host


async def test_an_expired_token_is_renewed_once(host: Host) -> None:
    wecom = FakeWeCom().script("message/send", 0, 42001)
    async with api_client(host.mount(wecom.routes())) as api:
        for user in ("a", "b"):
            await api.send(user, TEXT)
    assert (len(wecom.sent), wecom.tokens_given, wecom.calls["message/send"]) == (2, 2, 3)


async def test_a_token_that_is_refused_again_is_not_renewed_for_ever(host: Host) -> None:
    wecom = FakeWeCom().script("message/send", 40014, 40014, 40014)
    async with api_client(host.mount(wecom.routes())) as api:
        with pytest.raises(ChannelRefused, match="40014"):
            await api.send("a", TEXT)
    assert (wecom.tokens_given, wecom.calls["message/send"]) == (2, 2)


async def test_a_token_is_renewed_before_it_runs_out(host: Host) -> None:
    clock, wecom = FakeClock(), FakeWeCom()
    async with api_client(host.mount(wecom.routes()), clock) as api:
        for _ in range(2):
            await api.send("a", TEXT)
            clock.now += 7000
    assert wecom.tokens_given == 2


async def test_calls_at_the_same_time_share_one_token_also_when_it_runs_out(host: Host) -> None:
    wecom = FakeWeCom()
    async with api_client(host.mount(wecom.routes())) as api:
        await asyncio.gather(*(api.send(f"user{number}", TEXT) for number in range(10)))
        assert wecom.tokens_given == 1
        wecom.tokens_given += 1  # the platform forgets the token of all
        await asyncio.gather(*(api.send(f"user{number}", TEXT, True) for number in range(10)))
    assert (wecom.tokens_given, len(wecom.sent)) == (3, 20)


@pytest.mark.parametrize("fault", [-1, 45009, 45033, CUT])
async def test_a_busy_platform_is_asked_again_later(host: Host, fault: int | str) -> None:
    clock, wecom = FakeClock(), FakeWeCom().script("message/send", fault, fault)
    async with api_client(host.mount(wecom.routes()), clock) as api:
        await api.send("a", TEXT)
    assert (clock.pauses, len(wecom.sent)) == ([1, 2], 1)


async def test_a_platform_out_of_reach_is_given_up_after_all_pauses() -> None:
    clock = FakeClock()
    async with api_client("http://127.0.0.1:1", clock) as api:
        with pytest.raises(ChannelUnavailable, match="YAODIAN_WECOM_BASE_URL"):
            await api.send("a", TEXT)
        assert not api.is_reachable()
    assert clock.pauses == list(PATIENT)


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (40001, "YAODIAN_WECOM_SECRET"),
        (60020, "企业可信IP"),
        (81013, "可见范围"),
        (60011, "可见范围"),
        (301002, "YAODIAN_WECOM_AGENT_ID"),
        (48002, "自建应用"),
    ],
)
async def test_a_refusal_says_what_to_set_where(host: Host, code: int, advice: str) -> None:
    clock, wecom = FakeClock(), FakeWeCom().script("message/send", code, code, code)
    async with api_client(host.mount(wecom.routes()), clock) as api:
        with pytest.raises(ChannelRefused, match=advice) as refusal:
            await api.send("a", TEXT)
    assert "\n" not in str(refusal.value)
    assert (clock.pauses, wecom.sent) == ([], [])


async def test_the_menu_has_three_buttons_of_which_two_open(host: Host, tmp_path: Path) -> None:
    wecom = FakeWeCom()
    said = await set_menu(tmp_path, host.mount(wecom.routes()))
    assert said == (0, wording_wecom.MENU_DONE)
    (menu,) = wecom.menus
    names = [(b["name"], [below["name"] for below in b.get("sub_button", ())]) for b in menu]
    assert names == [("提问", ["例题"]), ("指标", []), ("更多", ["文件", "清除", "帮助"])]


async def test_the_menu_of_a_wrong_secret_says_what_to_set(host: Host, tmp_path: Path) -> None:
    status, said = await set_menu(tmp_path, host.mount(FakeWeCom().routes()), secret="wrong")
    assert status == ChannelRefused.exit_status
    assert "YAODIAN_WECOM_SECRET" in said


async def test_without_an_app_the_menu_says_what_is_missing(tmp_path: Path) -> None:
    assert await set_menu(tmp_path, None) == (BadSettings.exit_status, wording_wecom.MENU_NO_APP)


async def set_menu(
    folder: Path, base_url: str | None, secret: str = SECRET
) -> tuple[int | None, str]:
    """Run the command and return its exit status and what it prints."""
    said = {"CORP_ID": CORP_ID, "AGENT_ID": str(AGENT_ID), "SECRET": secret}
    said |= {"TOKEN": TOKEN, "AES_KEY": AES_KEY, "BASE_URL": base_url or ""}
    app = {f"YAODIAN_WECOM_{name}": value for name, value in said.items()} if base_url else {}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "wecom-menu"),
        cwd=folder,
        env={"PYTHONPATH": str(REPO), "PATH": os.environ["PATH"]} | app,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode, output.decode().strip()


def office_of(lisi: dict[str, object]) -> FakeWeCom:
    """Department 5 is in 2 is in 1; tag 7 is lisi's, 8 everybody's in department 2."""
    wecom = FakeWeCom()
    wecom.members["lisi"] = lisi
    wecom.departments = [{"id": 5, "parentid": 2}, {"id": 2, "parentid": 1}, {"id": 1}]
    wecom.tags = {
        7: {"userlist": [{"userid": "LiSi", "name": "李四"}]},
        8: {"partylist": [2]},
        9: {"userlist": [{"userid": "zhangsan"}]},
    }
    return wecom


LISI = {"name": "李四", "department": [5], "status": 1, "mobile": "1"}


async def test_a_member_is_in_departments_and_all_above_with_tags_of_either(host: Host) -> None:
    wecom = office_of(LISI)
    async with api_client(host.mount(wecom.routes())) as api:
        member = await api.member("LiSi")
    assert member == Member("lisi", "李四", (5, 2, 1), (7, 8), 1)


async def test_a_member_is_read_once_in_ten_minutes_by_all_who_ask(host: Host) -> None:
    clock, wecom = FakeClock(), office_of(LISI)
    async with api_client(host.mount(wecom.routes()), clock) as api:
        directory = Directory(api._client, clock)
        await asyncio.gather(*(directory.member("lisi") for _ in range(5)))
        assert wecom.calls["user/get"] == 1
        clock.now += KEEP_SECONDS + 1
        wecom.members["lisi"] = LISI | {"status": 2}
        member = await directory.member("lisi")
    assert member is not None
    assert not member.is_active
    assert wecom.calls["tag/get"] == 6


async def test_where_the_app_may_not_look_nothing_is_known_and_not_asked_again(
    host: Host,
) -> None:
    wecom = office_of(LISI).script("user/get", 60011)
    async with api_client(host.mount(wecom.routes())) as api:
        assert [await api.member("lisi") for _ in range(3)] == [None] * 3
    assert wecom.calls["user/get"] == 1


async def test_every_tag_is_read_however_many_there_are(host: Host) -> None:
    wecom = office_of(LISI)
    wecom.tags |= {number: {"userlist": [{"userid": "lisi"}]} for number in range(100, 180)}
    async with api_client(host.mount(wecom.routes())) as api:
        member = await api.member("lisi")
    assert member is not None
    assert member.tags == (7, 8, *range(100, 180))


@pytest.mark.parametrize(
    ("refused", "unread"),
    [
        ("tag/list", ("wecom-tag",)),
        ("tag/get", ("wecom-tag",)),
        ("department/simplelist", ("wecom-dept", "wecom-tag")),  # a tag may be a department's
    ],
)
async def test_what_the_app_may_not_read_of_a_member_is_told(
    host: Host, refused: str, unread: tuple[str, ...]
) -> None:
    wecom = office_of(LISI).script(refused, 48002)
    async with api_client(host.mount(wecom.routes())) as api:
        member = await api.member("lisi")
    assert member is not None
    assert member.unread == unread


async def test_without_the_right_to_tags_the_departments_are_known(host: Host) -> None:
    wecom = office_of(LISI).script("tag/list", 48002)
    async with api_client(host.mount(wecom.routes())) as api:
        member = await api.member("lisi")
    assert member is not None
    assert member.groups == ("wecom-dept:5", "wecom-dept:2", "wecom-dept:1")


async def test_while_wecom_is_away_the_last_that_was_known_goes_on(host: Host) -> None:
    clock, wecom = FakeClock(), office_of(LISI)
    async with api_client(host.mount(wecom.routes()), clock) as api:
        directory = Directory(api._client, clock)
        wecom.script("user/get", CUT)
        assert await directory.member("lisi") is None
        known = await directory.member("lisi")  # an outage is not kept
        clock.now += KEEP_SECONDS + 1
        wecom.script("user/get", CUT)
        assert known is not None
        assert await directory.member("lisi") == known


async def test_departments_that_hang_in_a_circle_end(host: Host) -> None:
    wecom = office_of(LISI)
    wecom.departments = [{"id": 5, "parentid": 2}, {"id": 2, "parentid": 5}]
    began = time.perf_counter()
    async with api_client(host.mount(wecom.routes())) as api:
        member = await api.member("lisi")
    assert member is not None
    assert member.departments == (5, 2)
    assert time.perf_counter() - began < 2
