"""The same words twice within seconds: a finger that slipped, or a client that sent again.

Only the words decide, and only within one person's conversation. What goes on from the answer
before (下一条, 还有呢) is meant each time.
"""

import re
from collections import OrderedDict

SECONDS = 5.0
CONVERSATIONS = 10_000  # remembered; the one heard of longest ago is forgotten first
MOVE_CHARS = 8
MOVE = re.compile("^(?:那|再|请|然后|接着)?(?:往|上|下|前|后|还有|继续|接着|再|更多|展开|翻)")


class Repeats:
    """The last words of every conversation."""

    def __init__(self) -> None:
        self._last: OrderedDict[str, tuple[str, float, int]] = OrderedDict()

    def is_repeat(self, conversation: str, words: str, at: float, number: int) -> bool:
        """True if another update said the same less than SECONDS before `at`; it is remembered."""
        said, then, first = self._last.get(conversation, ("", 0.0, number))
        if words == said and first != number and abs(at - then) <= SECONDS and not is_move(words):
            return True
        self._last[conversation] = (words, at, number)
        self._last.move_to_end(conversation)
        if len(self._last) > CONVERSATIONS:
            self._last.popitem(last=False)
        return False


def is_move(words: str) -> bool:
    """True if the words go on from the last answer.

    >>> is_move("下一条"), is_move("今年新增多少户？")
    (True, False)
    """
    return len(words) <= MOVE_CHARS and MOVE.match(words) is not None
