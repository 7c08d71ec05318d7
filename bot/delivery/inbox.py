"""The unanswered messages of a channel, on disk before the platform is told.

A row is put once for each key of the platform, so repeated deliveries are one. Within a
conversation rows are taken in order of arrival and one at a time; a worker that dies loses its rows
to the next one after `LEASE_SECONDS`, at once where the library has one owner. An answer that was
sent but not yet recorded when the process is killed is sent again: the only way one message is
answered twice. A power loss may also forget the last answers, never what came in.
"""

import os
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from bot.schema import STEPS, inbox
from knowledge.storage.database import Database

LEASE_SECONDS = 30.0
KEEP_SECONDS = 7 * 86_400.0  # of keys, so that a late repetition is still known
TRIES = 3  # a row that ended three processes is left alone


@dataclass(frozen=True, slots=True)
class Entry:
    """One message or event as the channel put it; `payload` is the channel's own JSON."""

    id: int
    key: str
    conversation: str
    payload: str
    tries: int = 1


class Inbox:
    """The inbox of one channel. Every call is one short transaction; call from a thread."""

    def __init__(self, database: Database, channel: str) -> None:
        self._database = database
        self._channel = channel
        self._worker = f"{os.getpid()}-{secrets.token_hex(4)}"
        database.migrate("bot", STEPS)

    def put(self, key: str, conversation: str, payload: str) -> bool:
        """Keep a message; True if it is new. It is on disk when this returns."""
        return self.put_all([(key, conversation, payload)])[0]

    def put_all(self, messages: Sequence[tuple[str, str, str]]) -> tuple[bool, ...]:
        """Keep messages (key, conversation, payload) that came together: they wait for the disk
        once. Return True for each new one.
        """
        with self._database.begin(is_urgent=True) as db:
            return tuple(
                self._database.insert_new(
                    db,
                    inbox,
                    {"channel": self._channel, "key": key, "conversation": conversation}
                    | {"payload": payload, "received_at": time.time()},
                )
                for key, conversation, payload in messages
            )

    def take(self, limit: int) -> tuple[Entry, ...]:
        """Take the oldest waiting row of at most `limit` conversations, for LEASE_SECONDS."""
        now = time.time()
        mine = inbox.c.channel == self._channel, inbox.c.done_at.is_(None)
        heads = sa.select(sa.func.min(inbox.c.id)).where(*mine).group_by(inbox.c.conversation)
        # a lease further away than any we give was written before the clock was set back
        is_free = (
            inbox.c.taken_until.is_(None)
            | (inbox.c.taken_until < now)
            | (inbox.c.taken_until > now + 2 * LEASE_SECONDS)
        )
        query = sa.select(inbox).where(inbox.c.id.in_(heads), is_free).order_by(inbox.c.id)
        with self._database.begin(survives_power_loss=False) as db:
            rows = db.execute(query.limit(limit).with_for_update(skip_locked=True)).all()
            taken = [row.id for row in rows]
            until = {"taken_by": self._worker, "taken_until": now + LEASE_SECONDS}
            counted = {"tries": inbox.c.tries + 1}
            if taken:
                db.execute(sa.update(inbox).where(inbox.c.id.in_(taken)).values(until | counted))
        return tuple(
            Entry(row.id, row.key, row.conversation, row.payload, row.tries + 1) for row in rows
        )

    def renew(self) -> None:
        """Hold this worker's rows for another LEASE_SECONDS."""
        self._set({"taken_until": time.time() + LEASE_SECONDS}, inbox.c.taken_by == self._worker)

    def rewrite(self, entry: Entry, payload: str) -> None:
        """Keep with an entry the state of its answer, for the next one to take it."""
        self._set({"payload": payload}, inbox.c.id == entry.id)

    def done(self, entry: Entry) -> None:
        """Record that an entry was answered; its key stays known for a week."""
        self._set({"done_at": time.time(), "payload": ""}, inbox.c.id == entry.id)

    def give_back(self, entry: Entry) -> None:
        """Let an entry that was not answered wait again, as if it had not been taken."""
        back = {"taken_by": None, "taken_until": None, "tries": inbox.c.tries - 1}
        self._set(back, inbox.c.id == entry.id)

    def later(self, entry: Entry, seconds: float) -> None:
        """Let an entry that could not be answered wait for `seconds` before the next try."""
        then = {"taken_by": None, "taken_until": time.time() + seconds}
        self._set(then, inbox.c.id == entry.id)

    def recover(self) -> None:
        """Put a dead process's rows back, give up the rows that ended several processes, and forget
        old keys; called at the start.

        Processes that share PostgreSQL leave each other's alone: there leases run out.
        """
        if self._database.dialect == "sqlite":
            self._set({"taken_by": None, "taken_until": None}, inbox.c.taken_by.is_not(None))
        is_hopeless = (inbox.c.tries >= TRIES) & inbox.c.taken_by.is_(None)
        self._set({"done_at": time.time(), "payload": ""}, is_hopeless)
        with self._database.begin() as db:
            old = inbox.c.done_at < time.time() - KEEP_SECONDS
            db.execute(sa.delete(inbox).where(inbox.c.channel == self._channel, old))

    def waiting(self) -> int:
        """Return the number of unanswered rows."""
        mine = inbox.c.channel == self._channel, inbox.c.done_at.is_(None)
        with self._database.connect() as db:
            return db.scalar(sa.select(sa.func.count()).where(*mine)) or 0

    def _set(self, values: Mapping[str, object], where: sa.ColumnElement[bool]) -> None:
        mine = inbox.c.channel == self._channel, inbox.c.done_at.is_(None)
        with self._database.begin(survives_power_loss=False) as db:
            db.execute(sa.update(inbox).where(*mine, where).values(values))


def conversations_waiting(database: Database) -> int:
    """Return the number of conversations, in all channels, with an unanswered message."""
    waiting = sa.select(inbox.c.channel, inbox.c.conversation).where(inbox.c.done_at.is_(None))
    query = sa.select(sa.func.count()).select_from(waiting.distinct().subquery())
    with database.connect() as db:
        return db.scalar(query) or 0
