"""The order of writes: SQLite lets one write at a time, and an incoming message must not wait
behind a mere note.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Writers:
    """The writers of one process, one at a time; the urgent ones first."""

    def __init__(self) -> None:
        lock = threading.Lock()
        self._urgent, self._others = threading.Condition(lock), threading.Condition(lock)
        self._urgent_waiting = 0
        self._is_taken = False

    @contextmanager
    def turn(self, is_urgent: bool, seconds: float) -> Iterator[bool]:
        """Wait for the turn, at most so many seconds; yield True if it came."""
        is_mine = self._take(is_urgent, seconds)
        try:
            yield is_mine
        finally:
            if is_mine:
                self._give_back()

    def _take(self, is_urgent: bool, seconds: float) -> bool:
        def may() -> bool:
            return not self._is_taken and (is_urgent or not self._urgent_waiting)

        line = self._urgent if is_urgent else self._others
        with line:
            self._urgent_waiting += is_urgent
            is_mine = line.wait_for(may, seconds)
            self._urgent_waiting -= is_urgent
            self._is_taken = self._is_taken or is_mine
        return is_mine

    def _give_back(self) -> None:
        with self._urgent:  # both lines share one lock
            self._is_taken = False
            (self._urgent if self._urgent_waiting else self._others).notify()
