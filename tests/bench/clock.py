"""Where the seconds go: methods of living objects, watched from outside, so that the code that is
measured is the code that runs.
"""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Seconds and calls by part, counted only inside `counting`."""

    def __init__(self) -> None:
        self.seconds = Counter[str]()
        self.calls = Counter[str]()
        self.total = 0.0
        self._is_on = False

    def reset(self) -> None:
        """Begin again at nothing."""
        self.seconds.clear()
        self.calls.clear()
        self.total = 0.0

    def watch(self, owner: object, method: str, part: str) -> None:
        """Count the time of a method of this object as `part`."""
        inner = getattr(owner, method)

        def watched(*args: object, **named: object) -> object:
            start = time.perf_counter()
            try:
                return inner(*args, **named)
            finally:
                if self._is_on:
                    self.calls[part] += 1
                    self.seconds[part] += time.perf_counter() - start

        setattr(owner, method, watched)

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Count what is watched in this block, and the block as a whole."""
        start, self._is_on = time.perf_counter(), True
        try:
            yield
        finally:
            self._is_on = False
            self.total += time.perf_counter() - start

    def shares(self) -> dict[str, float]:
        """Return part -> share of the whole, with what no part explains as "the rest"."""
        shares = {part: spent / self.total for part, spent in self.seconds.most_common()}
        return shares | {"the rest": 1 - sum(shares.values())}
