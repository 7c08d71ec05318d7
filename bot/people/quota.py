"""The limits of one person: questions a minute and a day, and answers worded by a model.

Counted in the database: a restart does not begin anew, and processes that share a library count
together. Days end at midnight of this machine's clock.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from bot.schema import STEPS, usage
from knowledge.storage.database import Database

MINUTE_SECONDS = 60.0


class QuotaPeriod(StrEnum):
    """The period of a count; the next one begins anew."""

    MINUTE = "minute"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Spent:
    """A limit that is reached, and the seconds until it begins anew."""

    period: QuotaPeriod
    limit: int
    seconds: float


class Budget:
    """One limited thing: `what` names it, `limits` are its numbers for each period."""

    def __init__(
        self,
        database: Database,
        what: str,
        limits: Mapping[QuotaPeriod, int],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._what = what
        self._limits = limits
        self._clock = clock
        database.migrate("bot", STEPS)

    def spend(self, user: str) -> Spent | None:
        """Take one from every period and return None; if a period has none left, take nothing and
        return that limit. One short transaction; call from a thread. A power loss may give the last
        ones back.
        """
        now = self._clock()
        periods = {period: _named(period, now) for period in self._limits}
        if spent := self._reached(user, periods, now):
            return spent
        rows = [
            {"user": user, "what": self._what, "period": name, "until": until, "spent": 1}
            for name, until in periods.values()
        ]
        with self._database.begin(survives_power_loss=False) as db:
            self._database.add_up(db, usage, rows, usage.c.spent)
        return None

    def forget_old(self) -> None:
        """Forget periods that are over."""
        with self._database.begin() as db:
            db.execute(sa.delete(usage).where(usage.c.until < self._clock()))

    def _reached(
        self, user: str, periods: Mapping[QuotaPeriod, tuple[str, float]], now: float
    ) -> Spent | None:
        """Return the limit that is reached, the longest period first: it says when to come back."""
        mine = (usage.c.user == user) & (usage.c.what == self._what)
        with self._database.connect() as db:
            rows = db.execute(sa.select(usage).where(mine)).all()
        spent = {row.period: row.spent for row in rows}
        for period in sorted(periods, key=lambda p: -periods[p][1]):
            name, until = periods[period]
            if spent.get(name, 0) >= self._limits[period]:
                return Spent(period, self._limits[period], until - now)
        return None


def _named(period: QuotaPeriod, now: float) -> tuple[str, float]:
    """Return the current period and its end."""
    if period is QuotaPeriod.MINUTE:
        minute = int(now // MINUTE_SECONDS)
        return f"minute {minute}", (minute + 1) * MINUTE_SECONDS
    day = datetime.fromtimestamp(now).date()
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time())
    return f"day {day}", midnight.timestamp()
