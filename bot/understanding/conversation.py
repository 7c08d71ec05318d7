"""The recent questions of each conversation, and one running answer at a time in each.

What a follow-up needs is kept in the catalogue for 30 days, so that a restart forgets nothing; the
conversations of one command (`ask`, a batch) are kept nowhere.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Protocol

from pydantic import TypeAdapter, ValidationError

from knowledge.errors import KnowledgeError
from knowledge.plan import Citation

TURNS = 6
KEEP_SECONDS = 30 * 86_400.0
KIND = "conversation"
PASSING = 1000  # conversations that are kept nowhere else


@dataclass(slots=True)
class Conversation:
    """What was asked in one conversation, oldest first and as it was typed: what corrects it may
    stand in a plan that the person may not see tomorrow.

    `last` is the section that 下一条 goes on from, `scope` the plans that /use chose, () for all,
    `listed` the questions up to the last list, and the page of it that 下一页 goes on from.
    """

    questions: list[str] = field(default_factory=list)
    last: Citation | None = None
    scope: tuple[str, ...] = ()
    listed: tuple[tuple[str, ...], int] = ((), 1)

    def remember(self, question: str, cited: Sequence[Citation]) -> None:
        """Keep a question and the first section its answer cites for the follow-ups to it."""
        self.questions = [*self.questions, question][-TURNS:]
        self.last = next(iter(cited), self.last)

    def spelled(self, spell: Callable[[str], str]) -> "Conversation":
        """Return a copy in which the questions are spelled as `spell` does."""
        questions, page = self.listed
        listed = tuple(spell(q) for q in questions), page
        return replace(self, questions=[spell(q) for q in self.questions], listed=listed)

    def list_as_typed(self, heard: "Conversation", typed: str, spell: Callable[[str], str]) -> None:
        """Take the list over from a spelled copy that heard one more question, as it was typed."""
        as_typed = {spell(q): q for q in (*self.listed[0], *self.questions, typed)}
        questions, page = heard.listed
        self.listed = tuple(as_typed[q] for q in questions), page

    def clear(self) -> None:
        """Forget everything."""
        self.questions, self.last, self.scope, self.listed = [], None, (), ((), 1)


class ConversationStore(Protocol):
    """Where conversations are kept; the library's notes, or a test's dictionary."""

    def note(self, kind: str, key: str, keep_seconds: float) -> str | None:
        """Return what was noted in the last `keep_seconds`."""

    def put_note(self, kind: str, key: str, value: str, keep_seconds: float) -> None:
        """Note a value."""


STATE = TypeAdapter(Conversation)
log = logging.getLogger(__name__)


class Conversations:
    """Every conversation; those that nobody waits for are in `notes` alone."""

    def __init__(self, notes: ConversationStore) -> None:
        self._notes = notes
        self._locks: dict[str, asyncio.Lock] = {}
        self._waiting: Counter[str] = Counter()
        self._passing: dict[str, Conversation] = {}

    @asynccontextmanager
    async def turn(self, name: str, is_kept: bool = True) -> AsyncIterator[Conversation]:
        """Wait until the conversation's earlier answers are out, then hold it.

        One that is not kept lives as long as this object.
        """
        self._waiting[name] += 1
        try:
            async with self._locks.setdefault(name, asyncio.Lock()):
                if not is_kept:
                    while len(self._passing) > PASSING:
                        del self._passing[next(iter(self._passing))]
                    yield self._passing.setdefault(name, Conversation())
                    return
                conversation = await asyncio.to_thread(self._load, name)
                before = STATE.dump_json(conversation)
                yield conversation
                if (now := STATE.dump_json(conversation)) != before:
                    await asyncio.to_thread(self._keep, name, now.decode())
        finally:
            self._waiting[name] -= 1
            if not self._waiting[name]:
                del self._waiting[name], self._locks[name]

    def _keep(self, name: str, state: str) -> None:
        try:
            self._notes.put_note(KIND, name, state, KEEP_SECONDS)
        except KnowledgeError as exc:  # the answer is out: it is worth more than what follows it
            log.warning("a conversation was not kept: %s", exc)

    def _load(self, name: str) -> Conversation:
        noted = self._notes.note(KIND, name, KEEP_SECONDS)
        try:
            return STATE.validate_json(noted) if noted else Conversation()
        except ValidationError:  # written by an older program
            return Conversation()
