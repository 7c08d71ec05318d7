"""How often something may happen."""

from bot.delivery import rate_limit
from bot.delivery.rate_limit import RateLimit


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_taken_and_then_one_each_step() -> None:
    clock = Clock()
    limit = RateLimit(3, 60.0, clock)
    assert [limit.take("a") for _ in range(4)] == [0.0, 0.0, 0.0, 20.0]
    clock.now += 20.0
    assert [limit.take("a") for _ in range(2)] == [0.0, 20.0]


def test_one_key_does_not_spend_what_another_has() -> None:
    limit = RateLimit(1, 60.0, Clock())
    assert [limit.take("a"), limit.take("a"), limit.take("b")] == [0.0, 60.0, 0.0]


def test_looking_takes_nothing() -> None:
    limit = RateLimit(1, 60.0, Clock())
    assert [limit.wait("a"), limit.wait("a"), limit.take("a"), limit.wait("a")] == [0, 0, 0, 60]


def test_many_senders_do_not_fill_the_memory() -> None:
    limit = RateLimit(1, 60.0, Clock())
    for number in range(rate_limit.KEYS + 10):
        limit.take(f"10.0.{number}")
    assert len(limit._full_at) == rate_limit.KEYS
