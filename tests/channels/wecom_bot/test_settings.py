"""The settings of an AI bot, and the program that is started with them."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.errors import BadSettings
from bot.people.roles import People
from bot.settings.settings import Settings, load_settings
from knowledge.storage.database import Database
from knowledge.storage.ownership import CATALOGUE
from tests.support.places import REPO
from tests.support.wecom_bot_server import BOT_ID, SECRET, BotServer, bot_server
from tests.support.wecom_server import AES_KEY, AGENT_ID, CORP_ID, FakeWeCom, web_host
from tests.support.wecom_server import SECRET as APP_SECRET
from tests.support.wecom_server import TOKEN as APP_TOKEN

ID, PASSWORD = "YAODIAN_WECOM_BOT_ID", "YAODIAN_WECOM_BOT_SECRET"
TOKEN, KEY = "YAODIAN_WECOM_BOT_TOKEN", "YAODIAN_WECOM_BOT_AES_KEY"

APP = {"CORP_ID": CORP_ID, "AGENT_ID": str(AGENT_ID), "SECRET": APP_SECRET, "TOKEN": APP_TOKEN}
APP = {f"YAODIAN_WECOM_{name}": said for name, said in (APP | {"AES_KEY": AES_KEY}).items()}


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start in an empty folder, with none of our settings."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("YAODIAN_")]:
        monkeypatch.delenv(name)


def load(monkeypatch: pytest.MonkeyPatch, said: dict[str, str]) -> Settings:
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    return load_settings()


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({ID: "aib1"}, PASSWORD),
        ({PASSWORD: "hidden"}, ID),
        ({TOKEN: "hidden"}, KEY),
        ({KEY: "k" * 43}, TOKEN),
        ({TOKEN: "hidden", KEY: "short"}, "43"),
        ({ID: "aib1", PASSWORD: "hidden", TOKEN: "t", KEY: "k" * 43}, "只能选一种"),
        ({"YAODIAN_WECOM_BOT_URL": "https://host"}, "wss://"),
        ({"YAODIAN_WECOM_BOT_PATH": "bot"}, "/"),
    ],
)
def test_a_wrong_setting_says_what_is_missing_without_its_value(
    monkeypatch: pytest.MonkeyPatch, said: dict[str, str], problem: str
) -> None:
    with pytest.raises(BadSettings) as refused:
        load(monkeypatch, said)
    assert problem in str(refused.value)
    assert "hidden" not in str(refused.value)


def test_plans_are_parted_by_commas_of_either_width(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"YAODIAN_WECOM_BOT_PLANS": "yunxi-2024， 要点2025.docx,"}
    assert load(monkeypatch, said).wecom_bot_plans == ("yunxi-2024", "要点2025.docx")


@pytest.mark.parametrize("way", [{ID: "a", PASSWORD: "s"}, {TOKEN: "t", KEY: "k" * 43}])
def test_either_way_is_a_channel(monkeypatch: pytest.MonkeyPatch, way: dict[str, str]) -> None:
    assert not load(monkeypatch, {}).has_channels
    assert load(monkeypatch, way).has_channels


async def test_the_program_connects_answers_warns_of_unknown_plans_and_ends_well(
    tmp_path: Path,
) -> None:
    env = {"YAODIAN_ADMINS": "wecom:zhangsan", "YAODIAN_WECOM_BOT_PLANS": "no-such-plan"}
    log = bytearray()
    async with bot_server() as server, program(tmp_path, server, env, log):
        await server.say("今年有哪些指标？")
        (text,) = await server.texts(1)
    assert "库里还没有文件" in text
    assert "no-such-plan" in log.decode()
    assert SECRET not in log.decode()


async def test_a_department_that_is_kept_out_of_the_app_is_kept_out_of_the_bot(
    tmp_path: Path,
) -> None:
    wecom = FakeWeCom()
    wecom.departments = [{"id": 7, "parentid": 1}, {"id": 1}]
    wecom.members = {"wang": {"status": 1, "department": [7]}, "li": {"department": [1]}}
    (tmp_path / "data").mkdir()
    database = Database(tmp_path / "data" / CATALOGUE)
    People(database).give("wecom-dept:7", None, "console")
    database.close()
    async with web_host() as host, bot_server() as server:
        env = APP | {"YAODIAN_WECOM_BASE_URL": host.mount(wecom.routes())}
        async with program(tmp_path, server, env, bytearray()):
            await server.say("今年有哪些指标？", user="wang")
            await server.say("今年有哪些指标？", user="li")
            assert "还没有提问的权限" in (await server.texts(1, "wang"))[0]
            assert "库里还没有文件" in (await server.texts(1, "li"))[0]


@asynccontextmanager
async def program(
    folder: Path, server: BotServer, env: dict[str, str], log: bytearray
) -> AsyncIterator[None]:
    """Run the bot while the block lasts; it ends well, and `log` is what it wrote."""
    env = {ID: BOT_ID, PASSWORD: SECRET, "YAODIAN_WECOM_BOT_URL": server.url} | env
    env |= {"YAODIAN_DATA": str(folder / "data"), "YAODIAN_WEB_PORT": "0", "PYTHONPATH": str(REPO)}
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        cwd=folder,
        env={**os.environ, **env},
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        await server.until(lambda: server.current, seconds=60)
        yield
        started.send_signal(signal.SIGTERM)
        log += (await asyncio.wait_for(started.communicate(), 30))[1]
    finally:
        if started.returncode is None:
            started.kill()
    assert started.returncode == 0
