"""The settings of an AI bot, and the program that is started with them."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest
from wecom_bot_server import BOT_ID, SECRET, bot_server

from bot.errors import BadSettings
from bot.settings import Settings, load_settings

REPO = Path(__file__).parent.parent
ID, PASSWORD = "YAODIAN_WECOM_BOT_ID", "YAODIAN_WECOM_BOT_SECRET"
TOKEN, KEY = "YAODIAN_WECOM_BOT_TOKEN", "YAODIAN_WECOM_BOT_AES_KEY"


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
    env = {ID: BOT_ID, PASSWORD: SECRET, "YAODIAN_WECOM_BOT_PLANS": "no-such-plan"}
    env |= {"YAODIAN_DATA": str(tmp_path / "data"), "YAODIAN_WEB_PORT": "0"}
    env |= {"YAODIAN_ADMINS": "wecom:zhangsan", "PYTHONPATH": str(REPO)}
    async with bot_server() as server:
        env["YAODIAN_WECOM_BOT_URL"] = server.url
        program = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            cwd=tmp_path,
            env={**os.environ, **env},
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            await server.until(lambda: server.current, seconds=60)
            await server.say("今年有哪些指标？")
            (text,) = await server.texts(1)
            program.send_signal(signal.SIGTERM)
            _, log = await asyncio.wait_for(program.communicate(), 30)
        finally:
            if program.returncode is None:
                program.kill()
    assert "库里还没有文件" in text
    assert program.returncode == 0
    assert "no-such-plan" in log.decode()
    assert SECRET not in log.decode()
