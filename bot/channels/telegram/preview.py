"""The view of a growing answer in a chat: 正在输入, and the text so far.

In a private chat as drafts, which Telegram shows for 30 seconds and forgets; in a group as one
message that is edited, at most every three seconds. A frame that fails or comes too early is left
out: the whole answer is sent afterwards in any case.

Source: https://core.telegram.org/bots/api#sendmessagedraft.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from telegram import Bot, error
from telegram.constants import ChatAction

from bot.channels.telegram.reading import Destination
from bot.channels.telegram.rendering import Part, preview
from bot.channels.telegram.retries import seconds_asked
from bot.channels.telegram.sending import Courier

TYPING_AFTER_SECONDS = 0.3  # most answers are there before anybody looks
TYPING_SECONDS = 4.5  # Telegram shows 正在输入 for 5
DRAFT_SECONDS = 1.0
EDIT_SECONDS = 3.0  # the least between two edits in a group, and before the first
LAST_FRAME_SECONDS = 3.0

log = logging.getLogger(__name__)


@asynccontextmanager
async def typing(bot: Bot, place: Destination) -> AsyncIterator[None]:
    """Show 正在输入 as long as the block runs."""
    showing = asyncio.create_task(keep_typing(bot, place))
    try:
        yield
    finally:
        showing.cancel()


async def keep_typing(bot: Bot, place: Destination) -> None:
    """Show 正在输入 until cancelled; it is only a courtesy, so errors are passed over."""
    await asyncio.sleep(TYPING_AFTER_SECONDS)
    while True:
        with suppress(error.TelegramError):
            await bot.send_chat_action(place.chat, ChatAction.TYPING, place.topic)
        await asyncio.sleep(TYPING_SECONDS)


class Preview:
    """Shows an answer that is being written, one frame at a time; never waits for Telegram."""

    def __init__(self, draw: Callable[[str], Awaitable[None]], seconds: float, wait: float) -> None:
        """Draw at most every `seconds`, first after `wait`."""
        self._draw = draw
        self._seconds = seconds
        self._next = time.monotonic() + wait
        self._shown = ""
        self._drawing: asyncio.Task[None] | None = None

    def show(self, text: str) -> None:
        """Show the text so far, unless a frame is on its way or it is too early for one."""
        is_busy = self._drawing is not None and not self._drawing.done()
        text = preview(text)
        if is_busy or time.monotonic() < self._next or not text or text == self._shown:
            return
        self._shown = text
        self._next = time.monotonic() + self._seconds
        self._drawing = asyncio.create_task(self._frame(text))

    async def _frame(self, text: str) -> None:
        try:
            await self._draw(text)
        except error.TelegramError as exc:
            log.debug("telegram: a frame was not shown: %s", exc)
            self._next = time.monotonic() + (seconds_asked(exc) or self._seconds)

    async def end(self) -> None:
        """Wait for the frame on its way, so that it does not come after the answer."""
        if self._drawing is not None:
            await asyncio.wait({self._drawing}, timeout=LAST_FRAME_SECONDS)
            self._drawing.cancel()


def preview_in(bot: Bot, place: Destination, number: int, frame: "GroupFrame") -> Preview:
    """Return the preview for a place; `number` tells the drafts of a chat apart."""
    if not place.is_private:
        return Preview(frame.draw, EDIT_SECONDS, EDIT_SECONDS)

    async def draw(text: str) -> None:
        await bot.send_message_draft(place.chat, number, text, place.topic)

    return Preview(draw, DRAFT_SECONDS, 0.0)


class GroupFrame:
    """The one message in a group that shows an answer while it is written."""

    def __init__(
        self, courier: Courier, there: int | None, keep: Callable[[int], Awaitable[None]]
    ) -> None:
        """Use the message that is `there`; `keep` is told the number of a new one."""
        self._courier = courier
        self._keep = keep
        self.number = there

    async def draw(self, text: str) -> None:
        """Show a text."""
        if self.number is None or not await self._courier.edit(self.number, Part(text), waits=()):
            self.number = await self._courier.send(Part(text), waits=())
            await self._keep(self.number)
