"""Telegram by webhook: the same answers, and 200 only for what is on disk."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from bot.channels.telegram.channel import Servers
from bot.channels.telegram.webhook import WebhookAddress, secret_from
from bot.errors import ChannelRefused
from bot.operations.web_server import build_app, serve
from tests.support.telegram_chat import Chat, FakeAssistant
from tests.support.telegram_server import BROKEN, TOKEN, TelegramServer, said, serve_app

pytest_plugins = ("tests.support.telegram_chat",)
SECRET = secret_from(TOKEN)


@asynccontextmanager
async def listening(chat: Chat, assistant: FakeAssistant) -> AsyncIterator[str]:
    """Run the channel behind our own web server, and yield its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url, stop = f"http://127.0.0.1:{port}/telegram", asyncio.Event()
    servers = Servers(webhook=WebhookAddress(url, "/telegram", SECRET))
    channel = chat.channel(assistant, servers=servers)
    web = asyncio.create_task(serve(build_app(channel.routes()), "127.0.0.1", port, stop))
    running = asyncio.create_task(channel.run(stop))
    try:
        await chat.server.wait_for(1, "setWebhook")
        yield url
    finally:
        stop.set()
        await asyncio.gather(running, web)


def update(number: int, text: str) -> dict[str, object]:
    return {"update_id": number, "message": said(number, 1, text)}


async def test_a_question_by_webhook_is_answered(chat: Chat, server: TelegramServer) -> None:
    async with listening(chat, FakeAssistant()):
        await server.push("在吗", user=7)
        (sent,) = await server.wait_for(1)
    assert (sent["chat_id"], sent["text"]) == ("7", "答：在吗")
    assert server.sent("getUpdates") == []
    (hook,) = server.sent("setWebhook")
    assert hook["secret_token"] == SECRET
    assert "callback_query" in hook["allowed_updates"]


async def test_a_caller_without_the_secret_is_not_heard(chat: Chat, server: TelegramServer) -> None:
    assistant = FakeAssistant()
    async with listening(chat, assistant):
        for secret in ("", "wrong", "密"):
            head = {"X-Telegram-Bot-Api-Secret-Token": secret.encode()}
            async with httpx.AsyncClient(trust_env=False, headers=head) as client:
                answer = await client.post(server.webhook[0], json=update(1, "在吗"))
            assert answer.status_code == 403
    assert assistant.history == []


async def test_a_repeated_delivery_is_answered_once(chat: Chat, server: TelegramServer) -> None:
    async with listening(chat, FakeAssistant()):
        for number in (7, 7, 7, 8):
            assert await server.call_webhook(update(number, f"第{number}问")) == [200]
        sent = await server.wait_for(2)
    assert [call["text"] for call in sent] == ["答：第7问", "答：第8问"]


async def test_200_is_said_only_when_the_update_is_on_disk(
    chat: Chat, server: TelegramServer
) -> None:
    async with listening(chat, FakeAssistant()):
        with chat.database.begin() as db:
            db.exec_driver_sql("ALTER TABLE inbox RENAME TO away")
        bringing = asyncio.create_task(server.call_webhook(update(1, "在吗")))
        await asyncio.sleep(0.3)
        with chat.database.begin() as db:
            db.exec_driver_sql("ALTER TABLE away RENAME TO inbox")
        said = await bringing
        await server.wait_for(1)
    assert said[0] == 503
    assert said[-1] == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 200), (b"{", 200), (b'{"message": 1}', 200), (b" " * 2_000_000, 413)],
)
async def test_a_body_that_is_no_update_is_not_asked_for_again(
    chat: Chat, server: TelegramServer, body: bytes, status: int
) -> None:
    async with listening(chat, FakeAssistant()) as url:
        head = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        async with httpx.AsyncClient(trust_env=False, headers=head) as client:
            answer = await client.post(url, content=body)
        await server.push("末了")
        await server.wait_for(1)
    assert answer.status_code == status


async def test_while_we_start_or_stop_telegram_is_asked_to_come_again(chat: Chat) -> None:
    servers = Servers(webhook=WebhookAddress("https://10.0.0.1/telegram", "/telegram", SECRET))
    channel = chat.channel(FakeAssistant(), servers=servers)
    head = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with (
        serve_app(build_app(channel.routes())) as url,
        httpx.AsyncClient(trust_env=False, headers=head) as client,
    ):
        answer = await client.post(f"{url}/telegram", json=update(1, "在吗"))
    assert answer.status_code == 503


async def test_a_telegram_that_is_away_is_told_the_address_later(
    chat: Chat, server: TelegramServer
) -> None:
    server.fail("setWebhook", BROKEN)
    async with listening(chat, FakeAssistant()):
        await server.wait_for(2, "setWebhook")
        await server.wait_until(lambda: bool(server.webhook[0]))
        await server.push("在吗")
        await server.wait_for(1)


async def test_an_address_that_telegram_refuses_says_what_to_set(
    chat: Chat, server: TelegramServer
) -> None:
    server.fail("setWebhook", (400, {"description": "Bad Request: bad webhook: HTTPS required"}))
    address = WebhookAddress("http://10.0.0.1/telegram", "/telegram", SECRET)
    channel = chat.channel(FakeAssistant(), servers=Servers(webhook=address))
    with pytest.raises(ChannelRefused, match="YAODIAN_TELEGRAM_WEBHOOK_URL"):
        await channel.run(asyncio.Event())
