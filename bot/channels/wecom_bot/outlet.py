"""The two ways an AI bot answers, the long connection and the webhook, as one interface."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.channels.wecom_bot.frames import Body, Turn
from bot.messages import Attachment

Receive = Callable[[Turn], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An answer cut to size: texts of at most STREAM_LIMIT_BYTES, files, and a card below."""

    parts: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    card: Body | None = None


class Outlet(Protocol):
    """Where answers go. `Streams` and `Webhook` are the two."""

    sends_files: bool

    async def run(self, receive: Receive, closing: asyncio.Event) -> None:
        """Bring what comes to `receive`, which says whether it is new, until `closing` is set."""

    def open(self, turn: Turn) -> None:
        """Show at once that a message is being answered; returns immediately."""

    def show(self, turn: Turn, text: str) -> None:
        """Show the text so far, when there is room for it; returns immediately."""

    async def finish(self, turn: Turn, answer: Outgoing) -> None:
        """End the answer to a message.

        Raises:
            ChannelError: it was not delivered.
        """

    async def interrupt(self, turn: Turn) -> None:
        """Close what `open` opened, because this process ends before the answer."""

    async def close(self) -> None:
        """Close everything that is open still: this process ends."""

    async def respond(self, turn: Turn, body: Body) -> bool:
        """Answer an event (a welcome, a new card) within 5 s and say whether it was taken."""

    def can_push(self, turn: Turn) -> bool:
        """Say whether messages of their own can follow an event."""

    async def push(self, turn: Turn, answer: Outgoing) -> None:
        """Send messages of their own.

        Raises:
            ChannelError: they were not delivered.
        """
