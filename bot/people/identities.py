"""The ids of one person, joined by a setting.

A WeCom AI bot need not see the UserID that the self-built app sees, and Telegram never does.
Rights, feedback and the journal go by the id on the right of `telegram:7=wecom:zhangsan`; messages
are sent to the id they came from.
"""

import re
from collections.abc import Iterable

from bot.errors import BadIdentity
from bot.wording import office as wording

CONSOLE = "console"  # who runs the machine; their terminal is console:chat
# A person, everybody of a channel, a department or a tag of WeCom.
IDENTITY = re.compile(
    r"telegram:-?\d+|(?:telegram|wecom):\*|wecom:[^\s:,=*]{1,64}|wecom-(?:dept|tag):\d+"
)


class Identities:
    """The joined ids; an id that nobody joined is itself."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._persons = {alias.lower(): person.lower() for alias, person in pairs}

    def person(self, user: str) -> str:
        """Return the person behind `user`, in lower case as WeCom compares its ids.

        >>> Identities([("wecom:wo7f", "wecom:zhangsan")]).person("wecom:WO7F")
        'wecom:zhangsan'
        """
        return self._persons.get(user.lower(), user.lower())


def is_group(identity: str) -> bool:
    """True if an identity names several people.

    >>> [is_group(name) for name in ("wecom:zhangsan", "wecom:*", "wecom-tag:5")]
    [False, True, True]
    """
    return identity.endswith(":*") or identity.startswith("wecom-")


def read_identity(text: str) -> str:
    """Return an identity as it is compared: in lower case, with half-width colon.

    Raises:
        BadIdentity: it names nobody; the message shows how one is written.
    """
    identity = text.strip().lower().replace("：", ":")
    if not IDENTITY.fullmatch(identity):
        raise BadIdentity(wording.BAD_IDENTITY.format(identity=text.strip()[:40]))
    return identity
