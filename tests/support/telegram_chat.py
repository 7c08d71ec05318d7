"""What the tests of the Telegram channel share: a handler with a script, and the channel at work
between it and our Bot API server. Test modules load it with `pytest_plugins` and import its names
too: PYTEST_DONT_REWRITE.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.telegram.channel import Servers, Telegram
from bot.messages import Handler, Message, Reply, Status
from knowledge.storage.database import Database
from tests.support.telegram_server import TOKEN, TelegramServer, serve_telegram

Said = str | Reply | Exception


class FakeAssistant:
    """A handler with a queue of answers and a history; it waits where the question has a gate."""

    def __init__(self, *answers: Said, progress: Sequence[str] = ()) -> None:
        self.answers = deque(answers)
        self.progress = progress
        self.pause_seconds = 0.0
        self.history: list[Message] = []
        self.gates: dict[str, asyncio.Event] = {}

    def hold(self, text: str) -> asyncio.Event:
        return self.gates.setdefault(text, asyncio.Event())

    async def __call__(self, message: Message) -> AsyncIterator[Reply]:
        self.history.append(message)
        for text in self.progress:
            yield Reply(text, Status.INFO, final=False)
            await asyncio.sleep(self.pause_seconds)
        if message.text in self.gates:
            await self.gates[message.text].wait()
        said = message.canned or f"答：{message.text}"
        answer = self.answers.popleft() if self.answers else said
        if isinstance(answer, Exception):
            raise answer
        yield answer if isinstance(answer, Reply) else Reply(answer, Status.ANSWERED)


class Notebook:
    """Notes in a dictionary, for as long as a test lasts."""

    def __init__(self) -> None:
        self.notes: dict[tuple[str, str], str] = {}

    def note(self, kind: str, key: str, keep_seconds: float) -> str | None:
        return self.notes.get((kind, key))

    def put_note(self, kind: str, key: str, value: str, keep_seconds: float) -> None:
        self.notes[kind, key] = value


class Chat:
    """Our server, a database, and a channel between the server and a handler."""

    def __init__(self, server: TelegramServer, database: Database) -> None:
        self.server = server
        self.database = database
        self.notes = Notebook()
        self.admins: tuple[str, ...] = ()

    def channel(
        self, handler: Handler, token: str = TOKEN, servers: Servers | None = None
    ) -> Telegram:
        servers = replace(servers or Servers(), base_url=self.server.base_url)
        return Telegram(token, handler, self.database, self.notes, servers, lambda: self.admins)

    @asynccontextmanager
    async def running(self, handler: Handler) -> AsyncIterator[asyncio.Event]:
        stop = asyncio.Event()
        channel = asyncio.create_task(self.channel(handler).run(stop))
        try:
            yield stop
        finally:
            stop.set()
            await channel


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TelegramServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    async with serve_telegram() as running:
        yield running


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "bot.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def chat(server: TelegramServer, database: Database) -> Chat:
    return Chat(server, database)
