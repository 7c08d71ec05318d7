"""The rate of messages to one person: platforms drop what is beyond theirs without a word.

The sent messages and those with a turn stand in the database, so that a restart or a second process
keeps the same pace. Everybody waits for their own turn only, and in order.
"""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from bot.schema import STEPS, sends
from knowledge.storage.database import Database

MINUTE, HOUR = 60.0, 3600.0
# WeCom drops the 31st message a minute and the 1001st an hour to one member
# (https://developer.work.weixin.qq.com/document/path/90236); a repeated try may count as well.
A_MINUTE, AN_HOUR = 26, 950
TAKING_TURNS = 0x79616F21  # advisory lock: one process at a time counts


@dataclass(frozen=True, slots=True)
class SendTurn:
    """The turn of a message. `is_repetition` is True if the same content went to the same person
    within the hour for another reason: it is meant, and no second delivery of the first.
    """

    wait_seconds: float
    is_repetition: bool = False


class SendQuota:
    """The pace of one channel. Every call is one short transaction; call from a thread."""

    def __init__(
        self,
        database: Database,
        channel: str,
        a_minute: int = A_MINUTE,
        an_hour: int = AN_HOUR,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._channel = channel
        self._a_minute = a_minute
        self._an_hour = an_hour
        self._clock = clock
        database.migrate("bot", STEPS)
        with database.begin() as db:
            db.execute(sa.delete(sends).where(sends.c.at < clock() - HOUR))

    def turn(self, user: str, content: str, reason: str) -> SendTurn:
        """Count one message to `user` and return its turn. `reason` names the message it answers:
        the same content for the same reason is one more try.
        """
        now, digest = self._clock(), hashlib.sha256(content.encode()).hexdigest()[:32]
        mine = sends.c.channel == self._channel, sends.c.user == user
        recent = sa.select(sends).where(*mine, sends.c.at > now - HOUR).order_by(sends.c.at)
        with self._database.begin(survives_power_loss=False) as db:
            self._database.lock(db, TAKING_TURNS)
            # a turn further away than any we give was written before the clock was set back
            is_odd = (sends.c.at < now - HOUR) | (sends.c.at > now + 2 * HOUR)
            db.execute(sa.delete(sends).where(*mine, is_odd))
            rows = db.execute(recent).all()
            at = self._next([row.at for row in rows], now)
            row = {"channel": self._channel, "user": user, "at": at}
            db.execute(sa.insert(sends).values(row | {"content": digest, "reason": reason}))
        repeated = any(row.content == digest and row.reason != reason for row in rows)
        return SendTurn(at - now, repeated)

    def _next(self, sent: Sequence[float], now: float) -> float:
        """Return the first moment that is neither too soon nor before an earlier message's."""
        moments = [now, *sent[-1:]]
        if len(sent) >= self._a_minute:
            moments.append(sent[-self._a_minute] + MINUTE)
        if len(sent) >= self._an_hour:
            moments.append(sent[-self._an_hour] + HOUR)
        return max(moments)
