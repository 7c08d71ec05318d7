"""The journal: questions and deeds with their authors, the answers with the cited sections, and
people's opinions of them.

Kept for as many days as the settings say; it stands in the database, never in the log stream.
"""

import json
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from bot.messages import Message, Reply
from bot.schema import STEPS, exchanges, feedback
from knowledge.plan import PlanRecord, Target
from knowledge.storage.database import Database

KEEP_DAYS = 180
ASKED_CHARS = 1200  # a question has at most 1,000; one that was refused need not fill the disk
QUESTION = "question"
GOOD, BAD = "good", "bad"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One thing asked or done. `kind` is question, add, remove, restore or role; `citations` are
    (plan, version, label), `targets` the `mark_target`s of each plan.
    """

    id: int
    at: float
    user: str
    conversation: str
    kind: str
    asked: str
    status: str
    answer: str
    citations: tuple[tuple[str, int, str], ...]
    targets: dict[str, frozenset[int]]
    written_by: str
    withheld: int
    elapsed_ms: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """A person's opinion of an answer: good or bad, and the reason."""

    user: str
    at: float
    verdict: str
    reason: str
    exchange: Exchange


class Journal:
    """The journal of one database. Calls are one short transaction; call from a thread."""

    def __init__(self, database: Database, keep_days: int = KEEP_DAYS) -> None:
        self._database = database
        self._keep_seconds = keep_days * 86_400.0
        database.migrate("bot", STEPS)

    def record(
        self, message: Message, reply: Reply, kind: str = QUESTION, withheld: int = 0
    ) -> int:
        """Write down a question or a deed and return its number."""
        cited = [(c.record.id, c.record.version, c.section.label) for c in reply.citations]
        row = {
            "at": time.time(),
            "user": message.user,
            "conversation": message.conversation,
            "kind": kind,
            "asked": message.text[:ASKED_CHARS],
            "status": reply.status.value,
            "answer": reply.text,
            "citations": json.dumps(cited, ensure_ascii=False),
            "targets": json.dumps(_marks(reply.register or reply.targets)),
            "written_by": reply.written_by,
            "withheld": withheld,
            "elapsed_ms": reply.elapsed_ms,
        }
        # a question's record goes to the disk with the next message, what changed something now
        with self._database.begin(survives_power_loss=kind != QUESTION) as db:
            key = db.execute(sa.insert(exchanges).values(row)).inserted_primary_key
        assert key is not None
        return int(key[0])

    def find(self, exchange: int) -> Exchange | None:
        """Return one exchange, None when it is not or no longer there."""
        with self._database.connect() as db:
            row = db.execute(sa.select(exchanges).where(exchanges.c.id == exchange)).first()
        return _exchange(row) if row else None

    def last(self, conversation: str) -> Exchange | None:
        """Return the last question of a conversation."""
        mine = exchanges.c.conversation == conversation, exchanges.c.kind == QUESTION
        query = sa.select(exchanges).where(*mine).order_by(exchanges.c.id.desc()).limit(1)
        with self._database.connect() as db:
            row = db.execute(query).first()
        return _exchange(row) if row else None

    def rate(self, exchange: int, user: str, verdict: str | None, reason: str = "") -> None:
        """Keep a person's opinion of an answer in place of an earlier one; None takes it back."""
        row = {"exchange": exchange, "user": user, "at": time.time()}
        with self._database.begin() as db:
            if verdict is None:
                mine = (feedback.c.exchange == exchange) & (feedback.c.user == user)
                db.execute(sa.delete(feedback).where(mine))
            else:
                self._database.put(db, feedback, row | {"verdict": verdict, "reason": reason})

    def exchanges(
        self, since: float = 0.0, limit: int = 100, user: str | None = None
    ) -> tuple[Exchange, ...]:
        """Return the newest exchanges since a moment, of one person or of all, oldest first."""
        query = sa.select(exchanges).where(exchanges.c.at >= since)
        if user is not None:
            query = query.where(exchanges.c.user == user)
        with self._database.connect() as db:
            rows = db.execute(query.order_by(exchanges.c.id.desc()).limit(limit)).all()
        return tuple(_exchange(row) for row in reversed(rows))

    def verdicts(self, verdict: str | None = BAD, since: float = 0.0) -> Sequence[Verdict]:
        """Return people's opinions, newest first; only `verdict`, or all with None."""
        query = sa.select(feedback).where(feedback.c.at >= since).order_by(feedback.c.at.desc())
        if verdict is not None:
            query = query.where(feedback.c.verdict == verdict)
        with self._database.connect() as db:
            rows = db.execute(query).all()
        pairs = ((row, self.find(row.exchange)) for row in rows)
        return tuple(Verdict(r.user, r.at, r.verdict, r.reason, e) for r, e in pairs if e)

    def forget_old(self) -> None:
        """Forget exchanges beyond the journal's days."""
        self._forget(exchanges.c.at < time.time() - self._keep_seconds)

    def forget_person(self, user: str) -> int:
        """Forget a person's questions and opinions; return the number of exchanges."""
        with self._database.begin() as db:
            db.execute(sa.delete(feedback).where(feedback.c.user == user))
        return self._forget(exchanges.c.user == user)

    def _forget(self, where: sa.ColumnElement[bool]) -> int:
        gone = sa.select(exchanges.c.id).where(where)
        with self._database.begin() as db:
            db.execute(sa.delete(feedback).where(feedback.c.exchange.in_(gone)))
            return db.execute(sa.delete(exchanges).where(where)).rowcount


def mark_target(target: Target) -> int:
    """Return a number by which a target is known again: a list of thousands is kept small."""
    return zlib.crc32(repr(target).encode())


def _marks(targets: Sequence[tuple[PlanRecord, Target]]) -> dict[str, list[int]]:
    marks: dict[str, list[int]] = {}
    for record, target in targets:
        marks.setdefault(record.id, []).append(mark_target(target))
    return marks


def _exchange(row: "sa.Row[tuple[object, ...]]") -> Exchange:
    said = dict(row._mapping)
    said["citations"] = tuple(tuple(c) for c in json.loads(row.citations))
    said["targets"] = {plan: frozenset(marks) for plan, marks in json.loads(row.targets).items()}
    return Exchange(**said)
