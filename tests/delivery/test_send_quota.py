"""Nobody is sent more than the platform delivers, whichever process sends."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.delivery.send_quota import SendQuota
from knowledge.storage.database import Database


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "bot.sqlite3")
    yield opened
    opened.close()


def moments(pace: SendQuota, clock: Clock, number: int, user: str = "zhangsan") -> list[float]:
    """Send as fast as the pace lets, and return when each message went."""
    went = []
    for n in range(number):
        clock.now += pace.turn(user, str(n), str(n)).wait_seconds
        went.append(clock.now)
    return went


def most_within(went: list[float], seconds: float) -> int:
    return max(sum(at <= t < at + seconds for t in went) for at in went)


def test_a_burst_is_spread_below_both_limits_and_nothing_is_lost(database: Database) -> None:
    clock = Clock()
    went = moments(SendQuota(database, "wecom", a_minute=5, an_hour=40, clock=clock), clock, 100)
    assert len(went) == 100
    assert went == sorted(went)
    assert most_within(went, 60) == 5
    assert most_within(went, 3600) == 40


def test_another_person_and_another_channel_do_not_wait(database: Database) -> None:
    clock = Clock()
    pace = SendQuota(database, "wecom", a_minute=1, clock=clock)
    assert [pace.turn(user, "好", "1").wait_seconds for user in ("a", "b", "a")] == [0, 0, 60]
    assert (
        SendQuota(database, "bot", a_minute=1, clock=clock).turn("a", "好", "1").wait_seconds == 0
    )


def test_a_restarted_process_keeps_the_pace(database: Database) -> None:
    clock = Clock()
    moments(SendQuota(database, "wecom", a_minute=3, clock=clock), clock, 3)
    restarted = SendQuota(database, "wecom", a_minute=3, clock=clock)
    assert restarted.turn("zhangsan", "好", "9").wait_seconds == 60


def test_a_clock_set_back_makes_nobody_wait_for_ever(database: Database) -> None:
    clock = Clock()
    pace = SendQuota(database, "wecom", a_minute=1, clock=clock)
    pace.turn("zhangsan", "好", "1")
    clock.now -= 86_400
    assert pace.turn("zhangsan", "好", "2").wait_seconds == 0


def test_the_same_words_for_another_question_are_a_repetition_and_a_second_try_is_none(
    database: Database,
) -> None:
    clock = Clock()
    pace = SendQuota(database, "wecom", clock=clock)
    assert not pace.turn("zhangsan", "好", "1").is_repetition
    assert not pace.turn("zhangsan", "好", "1").is_repetition
    assert pace.turn("zhangsan", "好", "2").is_repetition
    assert not pace.turn("lisi", "好", "2").is_repetition
    clock.now += 3601
    assert not pace.turn("zhangsan", "好", "3").is_repetition
