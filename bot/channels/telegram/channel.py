"""Telegram: messages, presses and files are put on disk before Telegram is told that we have them,
and answered in order within each conversation.

    channel.py      the channel: polling or webhook in front, a worker behind
    polling.py      getUpdates, one process at a time
    webhook.py      Telegram calls us
    reading.py      an update -> a message for the bot, its speaker and place
    repeats.py      the same words twice within seconds
    answering.py    a message -> its answer
    pressing.py     a button -> its work
    preview.py      正在输入, drafts, a message that grows
    rendering.py    a reply -> parts with entities
    keyboard.py     buttons -> rows
    sending.py      parts, buttons and files out
    outbox.py       the messages sent as an answer to each message
    files.py        files in
    commands.py     the commands offered behind a slash
    retries.py      429, 5xx, lost connections

Built on `telegram.Bot` rather than on `telegram.ext.Application`, which confirms updates that are
still in memory.

Not covered: inline mode, payments, business accounts.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.routing import Route
from telegram import Bot, Update, error

from bot.channels.telegram.answering import Answering
from bot.channels.telegram.commands import Admins, nobody, register_commands
from bot.channels.telegram.outbox import Outbox, SentStore
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.pressing import Pressing
from bot.channels.telegram.reading import conversation_of
from bot.channels.telegram.repeats import Repeats
from bot.channels.telegram.retries import open_requests, persist, poll_waits, run_until
from bot.channels.telegram.webhook import TelegramWebhook, WebhookAddress
from bot.delivery.buttons import Buttons
from bot.delivery.inbox import Entry, Inbox
from bot.delivery.leases import Lease
from bot.delivery.worker import Desk
from bot.errors import ChannelRefused
from bot.messages import Handler
from bot.wording import telegram as wording
from knowledge.storage.database import Database

CHANNEL = "telegram"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Servers:
    """The addresses of Telegram: the Bot API, another server for files, a proxy between.

    With a `webhook` Telegram brings updates there, else we ask for them.
    """

    base_url: str = "https://api.telegram.org"
    base_file_url: str | None = None
    proxy: str | None = None
    webhook: WebhookAddress | None = None


class Telegram:
    """The Telegram channel of one bot."""

    def __init__(
        self,
        token: str,
        handler: Handler,
        database: Database,
        notes: SentStore,
        servers: Servers | None = None,
        admins: Admins = nobody,
    ) -> None:
        """Keep the parts; nothing is opened before `run`."""
        self._token = token
        self._servers = servers or Servers()
        self._handler = handler
        self._database = database
        self._outbox = Outbox(notes)
        self._admins = admins
        lease = Lease(database, f"telegram:{token.partition(':')[0]}")
        address = self._servers.webhook
        self._receiver = TelegramWebhook(address) if address else Polling(lease)

    def routes(self) -> list[Route]:
        """Return the routes for the web server: one with a webhook, else none."""
        return [self._receiver.route()] if isinstance(self._receiver, TelegramWebhook) else []

    def is_connected(self) -> bool:
        """True if updates reach us."""
        return self._receiver.is_connected

    async def run(self, stop: asyncio.Event) -> None:
        """Answer until `stop` is set; then take nothing new and finish the running answers, at most
        20 s.

        Raises:
            ChannelRefused: the token is wrong, another program polls with it, or Telegram does not
                take the address of the webhook.
        """
        try:
            async with open_bot(self._token, self._servers) as bot:
                await self._work(bot, stop)
        except error.InvalidToken:
            raise ChannelRefused(wording.TOKEN_REFUSED) from None  # PTB's prints the token
        except error.Conflict as exc:
            raise ChannelRefused(wording.TAKEN) from exc
        except error.TelegramError as exc:
            raise ChannelRefused(wording.REFUSED.format(reason=exc)) from exc

    async def _work(self, bot: Bot, stop: asyncio.Event) -> None:
        """Receive and answer side by side; when one of them ends, so does the other."""
        await run_until(stop, ready(bot))
        if stop.is_set():
            return
        over = asyncio.Event()
        session = Session(bot, self._handler, self._database, self._outbox, self._admins)
        jobs = (
            asyncio.create_task(register_commands(bot, self._admins)),
            asyncio.create_task(self._receiver.run(bot, session.take, over)),
            asyncio.create_task(session.desk.run(over)),
        )
        log.info("telegram: listening as @%s", bot.username)
        ends = *jobs[1:], asyncio.create_task(stop.wait()), asyncio.create_task(session.ended())
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        over.set()
        jobs[0].cancel()
        await asyncio.wait(jobs)
        for task in ends:
            if not task.done():
                task.cancel()
            else:
                task.result()


class Session:
    """A bot at work: updates in, entries of the inbox answered."""

    def __init__(
        self,
        bot: Bot,
        handler: Handler,
        database: Database,
        outbox: Outbox,
        admins: Admins,
    ) -> None:
        buttons = Buttons(database)
        self._bot = bot
        self._answering = Answering(bot, handler, buttons, outbox, admins)
        self._pressing = Pressing(bot, self._answering, buttons)
        self._repeats = Repeats()
        self._refused: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.desk = Desk(Inbox(database, CHANNEL), self._answer)

    async def take(self, update: Update) -> None:
        """Put an update on disk if it is for us; a group's other talk is never kept."""
        named = conversation_of(update)
        if named is None or self._is_repeat(named, update):
            return
        await self.desk.put(str(update.update_id), named, update.to_json())

    async def ended(self) -> None:
        """Wait until the token is refused while we answer; that is raised."""
        await self._refused

    def _is_repeat(self, named: str, update: Update) -> bool:
        said = update.message
        words = (said.text or said.caption or "") if said else ""
        if said is None or not words:
            return False
        return self._repeats.is_repeat(named, words, said.date.timestamp(), update.update_id)

    async def _answer(self, entry: Entry) -> None:
        """Answer one entry; it raises only if a later try can help."""
        update = Update.de_json(json.loads(entry.payload), self._bot)
        received = update.message or update.edited_message
        try:
            if update.callback_query is not None:
                await self._pressing.answer(update.callback_query, entry.id)
            elif received is not None:
                is_edited = update.edited_message is not None
                await self._answering.answer(received, entry.id, is_edited)
        except error.InvalidToken as exc:
            if not self._refused.done():
                self._refused.set_exception(exc)
            raise


@asynccontextmanager
async def open_bot(token: str, servers: Servers) -> AsyncIterator[Bot]:
    """Lend a bot that has called nobody yet, and close its connections.

    Raises:
        InvalidToken: there is no token at all.
    """
    updates, others = open_requests(servers.proxy)
    base = servers.base_url.rstrip("/")
    files = (servers.base_file_url or base).rstrip("/")
    bot = Bot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{files}/file/bot",
        request=others,
        get_updates_request=updates,
    )
    try:
        yield bot
    finally:
        await bot.shutdown()


async def ready(bot: Bot) -> None:
    """Ask Telegram for our own name, for as long as it is away."""
    await persist(bot.initialize, poll_waits())
