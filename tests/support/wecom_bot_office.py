"""A WeCom AI bot at work in a test: an assistant with scripts, a bot with short times, and the
fixtures of its tests. Modules load it with `pytest_plugins`: PYTEST_DONT_REWRITE.
"""

import asyncio
import base64
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pydantic import SecretStr

from bot.channels.wecom_bot.channel import WeComBot
from bot.channels.wecom_bot.connection import LongConnection, Timing
from bot.channels.wecom_bot.streams import Streams, StreamTiming
from bot.delivery.buttons import Buttons
from bot.delivery.inbox import Inbox
from bot.delivery.leases import Lease
from bot.messages import Attachment, Handler, Message, Reply, Status
from knowledge.storage.database import Database
from tests.support.wecom_bot_server import BOT_ID, SECRET, BotServer, bot_server

FAST = Timing(
    ping_seconds=0.15,
    ack_seconds=0.3,
    open_seconds=2.0,
    back_off_seconds=0.05,
    back_off_limit_seconds=0.2,
    refused_seconds=0.4,
    displaced_seconds=0.4,
    busy_seconds=(0.02, 0.02),
    close_seconds=0.3,
)
FAST_STREAM = StreamTiming(frame_seconds=0.1, connection_seconds=3.0)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "bot.sqlite3")
    yield opened
    opened.close()


@pytest_asyncio.fixture
async def server() -> AsyncIterator[BotServer]:
    async with bot_server() as started:
        yield started


class FakeAssistant:
    """A handler with scripts by question and a history; without a script it repeats the question.

    A script is a list of replies, or an exception; `gates` hold an answer back until they are set.
    """

    def __init__(self, scripts: dict[str, list[Reply] | Exception] | None = None) -> None:
        self.scripts = scripts or {}
        self.gates: dict[str, asyncio.Event] = {}
        self.heard: list[Message] = []

    async def __call__(self, message: Message) -> AsyncIterator[Reply]:
        self.heard.append(message)
        script = self.scripts.get(message.text, [answer(message.canned or f"答：{message.text}")])
        if isinstance(script, Exception):
            raise script
        for reply in script:
            if reply.final and (gate := self.gates.get(message.text)):
                await gate.wait()
            yield reply
            await asyncio.sleep(0)


def answer(text: str, **more: Any) -> Reply:
    return Reply(text, Status.ANSWERED, **more)


def so_far(text: str) -> Reply:
    return Reply(text, Status.ANSWERED, final=False)


def picture() -> Attachment:
    return Attachment("指标.png", base64.b64encode(b"\x89PNG" + b"0" * 700_000), is_picture=True)


def build_bot(
    handler: Handler,
    server: BotServer,
    database: Database,
    stream: StreamTiming = FAST_STREAM,
    timing: Timing = FAST,
    name: str = BOT_ID,
    **more: Any,
) -> WeComBot:
    connection = LongConnection(BOT_ID, SecretStr(SECRET), server.url, timing)
    inbox, lease = Inbox(database, f"wecom-bot:{name}"), Lease(database, f"wecom-bot:{name}")
    outlet = Streams(connection, timing=stream)
    return WeComBot(handler, inbox, Buttons(database), outlet, lease=lease, **more)


@asynccontextmanager
async def running(bot: WeComBot, server: BotServer | None = None) -> AsyncIterator[WeComBot]:
    """Run a bot for as long as the block; it is connected when the block begins."""
    stop = asyncio.Event()
    task = asyncio.create_task(bot.run(stop))
    try:
        if server is not None:
            await server.until(lambda: server.current or task.done())
        yield bot
    finally:
        stop.set()
        await task
