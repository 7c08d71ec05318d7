"""Calls of the Bot API that outlast 429, 5xx and lost connections.

A call that timed out may have reached Telegram all the same; it is made again, because an answer
that comes twice is better than none.
"""

import asyncio
import json
import logging
import os
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from datetime import timedelta
from itertools import chain, repeat
from typing import Any, TypeVar

from telegram import Update, error
from telegram.request import HTTPXRequest

# PTB 22 warns whenever it builds a RetryAfter, unless told that we expect a timedelta.
os.environ["PTB_TIMEDELTA"] = "true"

READ_SECONDS = 20  # PTB's 5 are short for a proxy; a time-out may send an answer twice
POOL_SECONDS = 30.0  # 16 answers, their typing and their previews share the connections
CONNECTIONS = 64
SHORT_WAITS = (0.5, 2, 8)  # seconds between tries
LAST_SECONDS = 5.0
LONG_WAITS = (*SHORT_WAITS, *([30.0] * 120))  # an answer is kept for an hour of Telegram's absence
POLL_WAITS = (0.5, 1, 2, 4, 8, 16)  # then 30, for as long as it takes

FINAL_ERRORS = (
    error.BadRequest,
    error.ChatMigrated,
    error.Conflict,
    error.Forbidden,
    error.InvalidToken,
)
LOGGERS_THAT_PRINT_THE_TOKEN = ("httpx", "httpx2", "telegram")  # httpx at INFO, the others at DEBUG

log = logging.getLogger(__name__)
Result = TypeVar("Result")


async def persist(call: Callable[[], Awaitable[Result]], waits: Iterable[float]) -> Result:
    """Return the result of `call`, tried again after each of `waits` or as Telegram asks (429).

    Raises:
        TelegramError: the last try failed, or another one could not help.
    """
    for wait in waits:
        try:
            return await call()
        except FINAL_ERRORS:
            raise
        except error.TelegramError as exc:
            seconds = seconds_asked(exc) or wait
            log.warning("telegram: trying again in %s s: %s", seconds, exc)
            await asyncio.sleep(seconds)
    return await call()


def seconds_asked(refusal: error.TelegramError) -> float | None:
    """Return the wait that Telegram asks for, or None."""
    if not isinstance(refusal, error.RetryAfter):
        return None
    asked = refusal.retry_after
    return asked.total_seconds() if isinstance(asked, timedelta) else asked


def poll_waits() -> Iterable[float]:
    """Return the waits between tries to reach Telegram, which never end."""
    return chain(POLL_WAITS, repeat(30))


async def run_until(stop: asyncio.Event, job: Coroutine[Any, Any, None]) -> None:
    """Run `job` until it ends or `stop` is set, and raise its error."""
    working, stopping = asyncio.create_task(job), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        working.cancel()
        stopping.cancel()
        await asyncio.wait({working, stopping})
    if not working.cancelled():
        working.result()


async def finish_once_begun(job: Coroutine[Any, Any, None]) -> None:
    """Run `job` to its end even when we are cancelled meanwhile, for at most LAST_SECONDS more:
    half an answer that was sent would be sent again by the next process.
    """
    working = asyncio.create_task(job)
    try:
        await asyncio.shield(working)
    except asyncio.CancelledError:
        done, _ = await asyncio.wait({working}, timeout=LAST_SECONDS)
        if not done:
            working.cancel()
            raise
        working.result()


def open_requests(proxy: str | None) -> tuple[HTTPXRequest, HTTPXRequest]:
    """Return the connections for getUpdates and for everything else."""
    for name in LOGGERS_THAT_PRINT_THE_TOKEN:
        logging.getLogger(name).setLevel(logging.WARNING)
    return (
        UpdatesRequest(2, READ_SECONDS, proxy=proxy),
        HTTPXRequest(CONNECTIONS, READ_SECONDS, pool_timeout=POOL_SECONDS, proxy=proxy),
    )


class UpdatesRequest(HTTPXRequest):
    """A request without the updates that PTB cannot read. A newer Bot API may send one, and it
    must not hold up all later ones.
    """

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Return status and body; of an unreadable update only its number is left."""
        status, body = await super().do_request(*args, **kwargs)
        return status, readable_updates(body) if status == 200 else body


def readable_updates(body: bytes) -> bytes:
    """Return the answer to getUpdates with unreadable updates emptied; anything else as it is."""
    try:
        said = json.loads(body)
        updates = said["result"]
        emptied = [u if is_readable(u) else {"update_id": u["update_id"]} for u in updates]
    except (ValueError, KeyError, TypeError):
        return body
    return body if emptied == updates else json.dumps(said | {"result": emptied}).encode()


def is_readable(update: dict[str, Any]) -> bool:
    """True if PTB can read an update; an unreadable one is logged without its content."""
    try:
        Update.de_json(update, None)
    except Exception as exc:  # whatever PTB meets in fields that it does not know
        number = update.get("update_id")
        log.warning("telegram: update %s cannot be read (%s)", number, type(exc).__name__)
        return False
    return True
