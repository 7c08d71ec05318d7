"""How much one person may ask, counted where a restart does not forget it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.people.quota import Budget, QuotaPeriod, Spent
from bot.schema import usage
from knowledge.storage.database import Database

NOON = datetime(2026, 3, 2, 12, 0, 15).timestamp()


class Clock:
    now = NOON

    def __call__(self) -> float:
        return self.now


Make = Callable[..., Budget]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def budget(tmp_path: Path, clock: Clock) -> Make:
    def make(minute: int = 2, day: int = 3) -> Budget:
        limits = {QuotaPeriod.MINUTE: minute, QuotaPeriod.DAY: day}
        return Budget(Database(tmp_path / "bot.sqlite3"), "message", limits, clock)

    return make


def test_a_minute_s_limit_says_when_the_minute_ends(budget: Make, clock: Clock) -> None:
    one = budget()
    assert [one.spend("telegram:5") for _ in range(3)] == [
        None,
        None,
        Spent(QuotaPeriod.MINUTE, 2, 45),
    ]
    clock.now += 45
    assert one.spend("telegram:5") is None


def test_a_day_s_limit_lasts_until_midnight(budget: Make, clock: Clock) -> None:
    one = budget(minute=9)
    assert [one.spend("telegram:5") for _ in range(3)] == [None] * 3
    spent = one.spend("telegram:5")
    assert spent is not None
    assert (spent.period, spent.seconds) == (QuotaPeriod.DAY, 12 * 3600 - 15)
    clock.now += spent.seconds
    assert one.spend("telegram:5") is None


def test_a_restart_does_not_begin_anew_and_one_person_does_not_spend_another_s(
    budget: Make,
) -> None:
    assert [budget().spend("telegram:5") for _ in range(2)] == [None, None]
    assert budget().spend("telegram:5") is not None
    assert budget().spend("telegram:6") is None


def test_a_clock_set_back_locks_nobody_out_for_longer_than_a_period(
    budget: Make, clock: Clock
) -> None:
    one = budget(minute=1)
    assert one.spend("telegram:5") is None
    clock.now -= 3600
    assert one.spend("telegram:5") is None
    spent = one.spend("telegram:5")
    assert spent is not None
    assert spent.seconds <= 60


def test_periods_that_are_over_are_forgotten(budget: Make, clock: Clock) -> None:
    one = budget(minute=1, day=1)
    one.spend("telegram:5")
    clock.now += 2 * 86_400
    one.forget_old()
    clock.now -= 2 * 86_400
    assert one.spend("telegram:5") is None


def test_many_at_once_are_all_counted(tmp_path: Path, clock: Clock) -> None:
    database = Database(tmp_path / "bot.sqlite3")
    one = Budget(database, "message", {QuotaPeriod.MINUTE: 100, QuotaPeriod.DAY: 100}, clock)
    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(lambda _: one.spend("telegram:5"), range(40))) == {None}
    with database.connect() as db:
        assert [row.spent for row in db.execute(sa.select(usage))] == [40, 40]
    database.close()
