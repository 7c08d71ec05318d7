"""Updates by long polling: one process at a time, and Telegram is told that we have an update only
when it is on disk.

python-telegram-bot's own updater confirms updates that still wait in memory, so this is a loop of
our own.

Source: https://core.telegram.org/bots/api#getupdates.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from functools import partial

from telegram import Bot, Update, error

from bot.channels.telegram.retries import persist, poll_waits, run_until
from bot.delivery.leases import Lease

POLL_SECONDS = 25  # how long Telegram holds a request for updates when there are none
STORE_WAITS = (0.5, 2.0, 5.0)  # then 5, for as long as the disk or the database is away
CONFLICT_WAITS = (1.0, 3.0, 8.0)  # a process that takes over may meet the end of the other's poll
CALM_SECONDS = 60.0
KINDS = [Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY]

log = logging.getLogger(__name__)
Take = Callable[[Update], Awaitable[None]]


class Polling:
    """The poller of one bot."""

    def __init__(self, lease: Lease) -> None:
        """Poll only while the lease is ours."""
        self._lease = lease
        self.is_connected = False

    async def run(self, bot: Bot, take: Take, stop: asyncio.Event) -> None:
        """Hand every update to `take`, which puts it on disk, until `stop` is set.

        Raises:
            Conflict: another program polls with this token, again and again.
            InvalidToken: the token is wrong, or was revoked.
        """
        poller = Poller(bot, take, self._tell)
        while not stop.is_set():
            async with self._lease.held(stop) as lost:
                await run_until(stop, run_until(lost, poller.poll()))
            self.is_connected = False
        await poller.confirm()

    def _tell(self, is_connected: bool) -> None:
        self.is_connected = is_connected


class Poller:
    """The loop of one bot."""

    def __init__(self, bot: Bot, take: Take, tell: Callable[[bool], None]) -> None:
        self._bot = bot
        self._take = take
        self._tell = tell
        self._next_update = 0

    async def confirm(self) -> None:
        """Confirm the updates that we have, or the next start is given them again."""
        if self._next_update:
            with suppress(error.TelegramError):
                await self._bot.get_updates(offset=self._next_update, timeout=0)

    async def poll(self) -> None:
        """Take updates for ever."""
        await persist(self._bot.delete_webhook, poll_waits())
        waits, since = iter(CONFLICT_WAITS), time.monotonic()
        while True:
            try:
                await self._take_batch()
            except error.Conflict as conflict:
                if time.monotonic() - since > CALM_SECONDS:
                    waits = iter(CONFLICT_WAITS)
                since = time.monotonic()
                await wait_or_raise(waits, conflict)

    async def _take_batch(self) -> None:
        """Ask once; the number that confirms an update grows when it is on disk."""
        updates = await persist(self._get_updates, poll_waits())
        self._tell(True)
        for update in updates:
            await self._store(update)
            self._next_update = update.update_id + 1
        if not updates:
            self._next_update = 0  # all is confirmed; after a week's silence numbers begin anywhere

    async def _get_updates(self) -> tuple[Update, ...]:
        try:
            get = partial(self._bot.get_updates, timeout=POLL_SECONDS, allowed_updates=KINDS)
            return await get(offset=self._next_update)
        except error.TelegramError:
            self._tell(False)
            raise

    async def _store(self, update: Update) -> None:
        """Put an update on disk, however long the disk is away; meanwhile nothing is confirmed."""
        waits = iter(STORE_WAITS)
        while True:
            try:
                await self._take(update)
                return
            except Exception:
                log.exception("telegram: an update could not be kept; trying again")
                await asyncio.sleep(next(waits, STORE_WAITS[-1]))


async def wait_or_raise(waits: Iterator[float], conflict: error.Conflict) -> None:
    """Wait for the next of `waits`; when none is left, another program really polls as well."""
    seconds = next(waits, None)
    if seconds is None:
        raise conflict
    log.warning("telegram: another program polls with this token; trying again in %s s", seconds)
    await asyncio.sleep(seconds)
