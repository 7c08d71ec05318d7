"""The desk of one channel: takes entries from its inbox and has them answered, in order within a
conversation, other conversations meanwhile.

    desk = Desk(inbox, answer)
    await desk.put(key, conversation, payload)   # on disk when this returns: tell the platform now
    await desk.run(stop)                         # for as long as the process lives

What is not answered when the process ends stays in the inbox for the next one.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import ParamSpec, TypeVar

from bot.delivery.inbox import LEASE_SECONDS, TRIES, Entry, Inbox

WORKERS = 16  # conversations answered at once
DRAIN_SECONDS = 20.0
LOOK_SECONDS = 5.0  # between looks for what another process left behind
# Of its own, and one more for what comes in: a callback must not wait behind answers for a thread.
THREADS = 2

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")


class Desk:
    """The worker of one inbox. `answer` sends the reply and does not raise for an entry that can
    never be answered; any error of it is logged, and the entry tried again later.
    """

    def __init__(
        self, inbox: Inbox, answer: Callable[[Entry], Awaitable[None]], workers: int = WORKERS
    ) -> None:
        self._inbox = inbox
        self._answer = answer
        self._workers = workers
        self._running: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="inbox")
        self._keeping = ThreadPoolExecutor(1, thread_name_prefix="inbox-put")
        self._coming: list[tuple[tuple[str, str, str], asyncio.Future[bool]]] = []
        self._keeper: asyncio.Task[None] | None = None

    async def put(self, key: str, conversation: str, payload: str) -> bool:
        """Keep a message; True if it is new. It is on disk when this returns."""
        kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._coming.append(((key, conversation, payload), kept))
        if self._keeper is None:
            self._keeper = asyncio.create_task(self._keep_what_comes())
        is_new = await kept
        if is_new:
            self._wake.set()
        return is_new

    async def _keep_what_comes(self) -> None:
        """Keep all messages that came while the last lot was kept, at once: the disk is slow, not
        busy.
        """
        loop = asyncio.get_running_loop()
        while self._coming:
            lot, self._coming = self._coming, []
            messages = [message for message, _ in lot]
            try:
                news = await loop.run_in_executor(self._keeping, self._inbox.put_all, messages)
                ends: list[bool | Exception] = list(news)
            except Exception as exc:
                ends = [exc] * len(lot)
            for (_, kept), end in zip(lot, ends, strict=True):
                if kept.done():  # who put it waits no longer
                    continue
                if isinstance(end, Exception):
                    kept.set_exception(end)
                else:
                    kept.set_result(end)
        self._keeper = None

    async def rewrite(self, entry: Entry, payload: str) -> None:
        """Keep with an entry the state of its answer: a restart goes on from there."""
        await self._call(self._inbox.rewrite, entry, payload)

    async def run(self, stop: asyncio.Event) -> None:
        """Answer until `stop` is set; then take nothing new, finish the running answers within 20
        s, and leave the rest in the inbox.
        """
        await self._recover(stop)
        renewing = asyncio.create_task(self._renew())
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                self._wake.clear()
                await self._take()
                waking = asyncio.create_task(self._wake.wait())
                await asyncio.wait(
                    {waking, stopping}, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
                waking.cancel()
        finally:
            stopping.cancel()
            await self._drain()
            renewing.cancel()

    async def _recover(self, stop: asyncio.Event) -> None:
        """Take over a dead process's rows; a database that is away is waited for."""
        while not stop.is_set():
            try:
                await self._call(self._inbox.recover)
                return
            except Exception:
                log.exception("the inbox could not be read; trying again in %s s", LOOK_SECONDS)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_SECONDS)

    async def _record(self, what: Callable[..., None], entry: Entry, *args: float) -> None:
        """Record the result of an entry. A database that is away is waited for: an answered entry
        without a record would be answered again.
        """
        while True:
            try:
                await self._call(what, entry, *args)
                return
            except Exception:
                log.exception("an answer could not be recorded; again in %s s", LOOK_SECONDS)
                await asyncio.sleep(LOOK_SECONDS)

    async def _call(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do one thing with the inbox in its own threads."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: call(*args, **kwargs))

    async def _take(self) -> None:
        """Start answers while there is room."""
        if (room := self._workers - len(self._running)) <= 0:
            return
        try:
            entries = await self._call(self._inbox.take, room)
        except Exception:  # the database is away: what is on disk stays there
            log.exception("the inbox could not be read; trying again in %s s", LOOK_SECONDS)
            return
        for entry in entries:
            answering = asyncio.create_task(self._finish(entry))
            self._running.add(answering)
            answering.add_done_callback(self._running.discard)
            answering.add_done_callback(lambda _: self._wake.set())

    async def _finish(self, entry: Entry) -> None:
        """Have one entry answered and record it."""
        try:
            await self._answer(entry)
        except asyncio.CancelledError:
            await asyncio.shield(self._call(self._inbox.give_back, entry))
            raise
        except Exception:
            log.exception("an entry could not be answered (try %d of %d)", entry.tries, TRIES)
            if entry.tries < TRIES:
                await self._record(self._inbox.later, entry, LOOK_SECONDS)
                return
        await self._record(self._inbox.done, entry)

    async def _renew(self) -> None:
        """Hold the rows that are being answered."""
        while True:
            await asyncio.sleep(LEASE_SECONDS / 3)
            try:
                await self._call(self._inbox.renew)
            except Exception:
                log.exception("the inbox's leases could not be renewed")

    async def _drain(self) -> None:
        """Wait for the running answers, and give back those that take too long."""
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=DRAIN_SECONDS)
        for answering in late:
            answering.cancel()
        if late:
            log.warning("stopped with %d answers unfinished; they stay in the inbox", len(late))
            await asyncio.wait(late)
