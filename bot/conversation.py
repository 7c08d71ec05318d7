"""The recent questions of each conversation, and one running answer at a time in each.

Kept in memory: forgotten after half an hour of silence and at a restart.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from knowledge.plan import Citation

TURNS = 6
SILENCE_SECONDS = 1800.0
CONVERSATIONS = 10_000


@dataclass(slots=True)
class Conversation:
    """What was asked in one conversation, oldest first."""

    questions: list[str] = field(default_factory=list)
    last: Citation | None = None  # what 下一条 goes on from
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    touched: float = 0.0

    def remember(self, question: str, cited: Sequence[Citation]) -> None:
        """Keep a question and the first section its answer cites for the follow-ups to it."""
        self.questions = [*self.questions, question][-TURNS:]
        self.last = next(iter(cited), self.last)


class Conversations:
    """Every conversation that is not yet forgotten."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._open: OrderedDict[str, Conversation] = OrderedDict()

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[Conversation]:
        """Wait until the conversation's earlier answers are out, then hold it."""
        self._forget()
        conversation = self._open.setdefault(name, Conversation())
        conversation.touched = self._clock()
        self._open.move_to_end(name)
        async with conversation.lock:
            yield conversation

    def _forget(self) -> None:
        """Drop what was silent too long; a conversation that is being answered stays."""
        for name, conversation in list(self._open.items()):
            silent = self._clock() - conversation.touched > SILENCE_SECONDS
            if not silent and len(self._open) <= CONVERSATIONS:
                return
            if not conversation.lock.locked():
                del self._open[name]
