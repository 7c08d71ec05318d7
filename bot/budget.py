"""How many answers a model may write for one person on one day."""

from datetime import date


class Budget:
    """Counts answers per person and day; kept in memory, so a restart begins anew."""

    def __init__(self, answers_a_day: int) -> None:
        self._answers_a_day = answers_a_day
        self._day = date.min
        self._spent: dict[str, int] = {}

    def spend(self, user: str, today: date) -> bool:
        """Take one answer from the person's budget; say whether there was one left."""
        if today != self._day:
            self._day, self._spent = today, {}
        spent = self._spent.get(user, 0)
        if spent >= self._answers_a_day:
            return False
        self._spent[user] = spent + 1
        return True
