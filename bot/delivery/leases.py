"""The holder of a connection open to one process only: the poller of a Telegram token, the long
connection of a WeCom bot.

A lease passes on LEASE_SECONDS after its holder was last heard of, at once when it was given back.
A SQLite library has one owner: there a lease of another process is that of a dead one, and free.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import sqlalchemy as sa

from bot.schema import STEPS, leases
from knowledge.storage.database import Database

LEASE_SECONDS = 20.0
RENEW_SECONDS = 6.0
PROCESS = secrets.token_hex(4)  # not its number: in a container the next process has the same


class Lease:
    """One named lease, as this process sees it."""

    def __init__(self, database: Database, name: str) -> None:
        self._database = database
        self._name = name
        self._holder = f"{PROCESS}-{secrets.token_hex(4)}"
        database.migrate("bot", STEPS)

    def take(self) -> bool:
        """Take or renew the lease; True if it is ours."""
        now = time.time()
        row = {"name": self._name, "holder": self._holder, "until": now + LEASE_SECONDS}
        # a lease further away than any we give was written before the clock was set back
        is_over = (leases.c.until < now) | (leases.c.until > now + 2 * LEASE_SECONDS)
        if self._database.dialect == "sqlite":
            is_over |= ~leases.c.holder.startswith(PROCESS)
        mine = (leases.c.name == self._name) & ((leases.c.holder == self._holder) | is_over)
        with self._database.begin() as db:
            if self._database.insert_new(db, leases, row):
                return True
            return db.execute(sa.update(leases).where(mine).values(row)).rowcount == 1

    def give_back(self) -> None:
        """Let another process have it now."""
        mine = (leases.c.name == self._name) & (leases.c.holder == self._holder)
        with self._database.begin() as db:
            db.execute(sa.delete(leases).where(mine))

    @asynccontextmanager
    async def held(self, stop: asyncio.Event) -> AsyncIterator[asyncio.Event]:
        """Wait until the lease is ours, then hold it as long as the block runs.

        Yields an event that is set when the lease was lost (a process that slept too long), or when
        `stop` was set first: the block is then to end.
        """
        lost = asyncio.Event()
        while not stop.is_set() and not await asyncio.to_thread(self.take):
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), RENEW_SECONDS)
        if stop.is_set():
            lost.set()
        renewing = asyncio.create_task(self._renew(lost))
        try:
            yield lost
        finally:
            renewing.cancel()
            await asyncio.to_thread(self.give_back)

    async def _renew(self, lost: asyncio.Event) -> None:
        """Renew until it is refused; a database that is away for long loses the lease too."""
        last = time.monotonic()
        while not lost.is_set():
            await asyncio.sleep(RENEW_SECONDS)
            try:
                if not await asyncio.to_thread(self.take):
                    lost.set()
                last = time.monotonic()
            except Exception:
                if time.monotonic() - last > LEASE_SECONDS:
                    lost.set()
