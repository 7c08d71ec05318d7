"""Who is who: one person has several ids, and a setting joins them.

A WeCom AI bot need not see the UserID that the self-built app sees, and Telegram never does.
Rights, feedback and the journal go by the id on the right of `telegram:7=wecom:zhangsan`; messages
are sent to the id they came from.
"""

from collections.abc import Iterable


class Identities:
    """The joined ids; an id that nobody joined is itself."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._persons = {alias.lower(): person.lower() for alias, person in pairs}

    def person(self, user: str) -> str:
        """Return whom `user` is known as, in lower case as WeCom compares its ids.

        >>> Identities([("wecom:wo7f", "wecom:zhangsan")]).person("wecom:WO7F")
        'wecom:zhangsan'
        """
        return self._persons.get(user.lower(), user.lower())
