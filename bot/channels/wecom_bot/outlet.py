"""The two ways an AI bot answers, the long connection and the webhook, as one interface."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.channels.wecom_bot.frames import CallbackTurn, FrameBody
from bot.messages import Attachment

ReceiveCallback = Callable[[CallbackTurn], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class BotOutgoing:
    """An answer cut to size: texts of at most STREAM_LIMIT_BYTES, files, and a card below."""

    parts: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    card: FrameBody | None = None


class Outlet(Protocol):
    """A way for answers: `Streams` or `Webhook`."""

    sends_files: bool

    async def run(self, receive: ReceiveCallback, closing: asyncio.Event) -> None:
        """Bring every message to `receive`, which is True for a new one, until `closing` is set."""

    def open(self, turn: CallbackTurn) -> None:
        """Show at once that a message is being answered; returns immediately."""

    def show(self, turn: CallbackTurn, text: str) -> None:
        """Show the text so far, when there is room for it; returns immediately."""

    async def finish(self, turn: CallbackTurn, answer: BotOutgoing) -> None:
        """End the answer to a message.

        Raises:
            ChannelError: it was not delivered.
        """

    async def interrupt(self, turn: CallbackTurn) -> None:
        """Close an opened answer, because this process ends before it is written."""

    async def close(self) -> None:
        """Close everything that is open still: this process ends."""

    async def respond(self, turn: CallbackTurn, body: FrameBody) -> bool:
        """Answer an event (a welcome, a new card) within 5 s; True if it was taken."""

    def can_push(self, turn: CallbackTurn) -> bool:
        """True if messages of their own can follow an event."""

    async def push(self, turn: CallbackTurn, answer: BotOutgoing) -> None:
        """Send messages of their own.

        Raises:
            ChannelError: they were not delivered.
        """
