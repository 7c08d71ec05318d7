"""What an office sets for Telegram, and what it is told when that is wrong."""

import asyncio

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.telegram.channel import Servers, Telegram
from bot.errors import BadSettings
from bot.settings.settings import load_settings
from knowledge.storage.database import Database
from tests.support.telegram_chat import Chat, FakeAssistant, Notebook
from tests.support.telegram_server import TOKEN, TelegramServer, serve_app

pytest_plugins = ("tests.support.telegram_chat",)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PROXY", "10.0.0.1:7890", "http://、https://、socks5://"),
        ("WEBHOOK_SECRET", "有空格 的", "只能用字母、数字"),
        ("WEBHOOK_URL", "bot.example.com", "https://"),
        ("WEBHOOK_PATH", "telegram", "YAODIAN_TELEGRAM_WEBHOOK_PATH"),
        ("BASE_FILE_URL", "files", "http://"),
    ],
)
def test_a_wrong_setting_says_what_it_should_be(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"YAODIAN_TELEGRAM_{name}", value)
    with pytest.raises(BadSettings, match=said) as refusal:
        load_settings()
    assert f"YAODIAN_TELEGRAM_{name}" in str(refusal.value)
    assert value not in str(refusal.value)


async def test_everything_goes_through_the_proxy(
    server: TelegramServer, database: Database
) -> None:
    hosts: set[str] = set()

    async def proxied(request: Request) -> Response:
        hosts.add(request.headers["Host"])  # a proxy is told whom to ask
        return await server.answer(request)

    app = Starlette(routes=[Route("/bot{token}/{method}", proxied, methods=["POST"])])
    stop = asyncio.Event()
    async with serve_app(app) as address:
        servers = Servers("http://telegram.invalid", proxy=address)
        channel = Telegram(TOKEN, FakeAssistant(), database, Notebook(), servers)
        running = asyncio.create_task(channel.run(stop))
        await server.push("在吗")
        await server.wait_for(1)
        stop.set()
        await running
    assert hosts == {"telegram.invalid"}


async def test_files_come_from_their_own_server(chat: Chat, server: TelegramServer) -> None:
    fetched: list[bytes] = []

    class Fetching(FakeAssistant):
        async def __call__(self, message):  # type: ignore[no-untyped-def]
            fetched.append(await message.file.fetch())
            async for reply in super().__call__(message):
                yield reply

    server.files["f"] = "附件".encode()
    servers = Servers("http://telegram.invalid", server.base_url)
    stop = asyncio.Event()
    channel = chat.channel(Fetching(), servers=servers)
    running = asyncio.create_task(channel.run(stop))
    named = {"file_id": "f", "file_unique_id": "f", "file_name": "要点.txt"}
    await server.push(document=named)
    await server.wait_for(1)
    stop.set()
    await running
    assert fetched == ["附件".encode()]
