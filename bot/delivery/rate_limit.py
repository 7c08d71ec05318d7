"""A rate for each key, kept in memory.

For what must be decided before anything is read or written, such as callbacks from the network;
what people may ask a minute and a day stands in `bot.people.quota`, which outlives a restart.
"""

import time
from collections.abc import Callable

KEYS = 10_000  # senders remembered; the one heard of longest ago is forgotten first


class RateLimit:
    """At most `count` in any `seconds` for each key, evenly refilled after a burst.

    >>> limit = RateLimit(2, 60.0, clock=lambda: 0.0)
    >>> [limit.take("10.0.0.8") for _ in range(3)]
    [0.0, 0.0, 30.0]
    """

    def __init__(
        self, count: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._step = seconds / count  # one is given back each so many seconds
        self._room = seconds - self._step
        self._clock = clock
        self._full_at: dict[str, float] = {}  # when a key will have all its `count` again

    def wait(self, key: str) -> float:
        """Return the seconds this key has to wait, 0.0 for none; takes nothing."""
        now = self._clock()
        return max(0.0, self._full_at.get(key, now) - now - self._room)

    def take(self, key: str) -> float:
        """Take one and return 0.0; of a key that has none left return the seconds to wait."""
        if (seconds := self.wait(key)) > 0:
            return seconds
        now = self._clock()
        full_at = max(self._full_at.pop(key, now), now) + self._step
        while len(self._full_at) >= KEYS:
            del self._full_at[next(iter(self._full_at))]
        self._full_at[key] = full_at
        return 0.0
