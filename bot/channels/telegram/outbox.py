"""Which of our messages answer which message: so that an edited question edits its answer, and an
answer that a crash cut off is finished and not begun again.
"""

import asyncio
import logging
from dataclasses import dataclass
from typing import Protocol

from pydantic import TypeAdapter, ValidationError

from knowledge.errors import KnowledgeError

KIND = "telegram"
KEEP_SECONDS = 2 * 86_400.0  # Telegram lets people edit for 48 hours


@dataclass(frozen=True, slots=True)
class Sent:
    """Our messages, in order; `asked` is what they answer, `is_whole` whether they are all."""

    asked: str = ""
    numbers: tuple[int, ...] = ()
    is_whole: bool = False


class SentStore(Protocol):
    """Where this is kept; the library."""

    def note(self, kind: str, key: str, keep_seconds: float) -> str | None:
        """Return what was noted in the last `keep_seconds`."""

    def put_note(self, kind: str, key: str, value: str, keep_seconds: float) -> None:
        """Note a value."""


SENT = TypeAdapter(Sent)
log = logging.getLogger(__name__)


class Outbox:
    """What was sent, by the key of what it answers."""

    def __init__(self, notes: SentStore) -> None:
        self._notes = notes

    async def find(self, key: str) -> Sent:
        """Return what was sent so far."""
        noted = await asyncio.to_thread(self._notes.note, KIND, key, KEEP_SECONDS)
        try:
            return SENT.validate_json(noted) if noted else Sent()
        except ValidationError:  # written by an older program
            return Sent()

    async def keep(self, key: str, sent: Sent) -> None:
        """Note what was sent so far; where that fails, it is sent all the same, and not again."""
        value = SENT.dump_json(sent).decode()
        try:
            await asyncio.to_thread(self._notes.put_note, KIND, key, value, KEEP_SECONDS)
        except KnowledgeError:
            log.exception("telegram: what was sent could not be noted")
