"""The messages sent as an answer to each message.

An edited question edits its answer, and after a crash a half-sent answer is finished, not begun
again.
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
    """Our messages in answer to `asked`, in order; `is_whole` is True once they are all."""

    asked: str = ""
    numbers: tuple[int, ...] = ()
    is_whole: bool = False


class SentStore(Protocol):
    """The place of these notes: the library."""

    def note(self, kind: str, key: str, keep_seconds: float) -> str | None:
        """Return a note of the last `keep_seconds`."""

    def put_note(self, kind: str, key: str, value: str, keep_seconds: float) -> None:
        """Note a value."""


SENT = TypeAdapter(Sent)
log = logging.getLogger(__name__)


class Outbox:
    """The sent messages, by the key of the message they answer."""

    def __init__(self, notes: SentStore) -> None:
        self._notes = notes

    async def find(self, key: str) -> Sent:
        """Return the messages sent so far."""
        noted = await asyncio.to_thread(self._notes.note, KIND, key, KEEP_SECONDS)
        try:
            return SENT.validate_json(noted) if noted else Sent()
        except ValidationError:  # written by an older program
            return Sent()

    async def keep(self, key: str, sent: Sent) -> None:
        """Note the messages sent so far; if that fails, the rest is sent all the same."""
        value = SENT.dump_json(sent).decode()
        try:
            await asyncio.to_thread(self._notes.put_note, KIND, key, value, KEEP_SECONDS)
        except KnowledgeError:
            log.exception("telegram: what was sent could not be noted")
