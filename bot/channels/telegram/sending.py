"""A reply on its way out: its parts in order, buttons under the last, files behind.

Messages that are there already (a preview in a group, the answer to a question that was edited, an
answer cut off by a crash) are edited into the first parts; the rest is sent, what is left over is
deleted.

Sources: https://core.telegram.org/bots/api#sendmessage, #editmessagetext, #senddocument.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from telegram import Bot, InlineKeyboardMarkup, error
from telegram.constants import FileSizeLimit

from bot.channels.telegram.reading import Destination
from bot.channels.telegram.rendering import Part
from bot.channels.telegram.retries import LONG_WAITS, SHORT_WAITS, persist
from bot.messages import Attachment

# The older name of link_preview_options, which emulators echo in a shape that PTB cannot read.
NO_LINK_PREVIEW = {"disable_web_page_preview": True}
NOT_MODIFIED = "not modified"
PHOTO_BYTES = int(FileSizeLimit.PHOTOSIZE_UPLOAD)

log = logging.getLogger(__name__)
Keep = Callable[[tuple[int, ...], bool], Awaitable[None]]


class Courier:
    """Sends into one place, which a group's move to another chat changes."""

    def __init__(self, bot: Bot, place: Destination) -> None:
        self._bot = bot
        self.place = place

    async def deliver(
        self,
        parts: Sequence[Part],
        keyboard: InlineKeyboardMarkup | None,
        attachments: Sequence[Attachment],
        earlier: Sequence[int],
        keep: Keep,
    ) -> None:
        """Bring a whole reply; `keep` is told the messages so far, with True once they are all.

        Raises:
            InvalidToken: the token was revoked; anything else that Telegram refuses is logged.
            TelegramError: Telegram was away for an hour.
        """
        try:
            numbers = await self._bring(parts, keyboard, earlier, keep)
            for attachment in attachments:
                await self.send_file(attachment, None if parts else keyboard)
            if parts or attachments:
                await keep(numbers, True)
        except error.Forbidden as exc:  # blocked, or put out of the group: nobody to tell
            log.debug("telegram: this chat takes no messages from the bot: %s", exc)
        except (error.BadRequest, error.ChatMigrated) as exc:
            log.warning("telegram: an answer could not be sent: %s", exc)

    async def _bring(
        self,
        parts: Sequence[Part],
        keyboard: InlineKeyboardMarkup | None,
        earlier: Sequence[int],
        keep: Keep,
    ) -> tuple[int, ...]:
        numbers: list[int] = []
        for index, part in enumerate(parts):
            if numbers:
                await keep((*numbers, *earlier[index:]), False)
            under = keyboard if index == len(parts) - 1 else None
            there = earlier[index] if index < len(earlier) else None
            numbers.append(await self._place_part(part, under, there))
        for number in earlier[len(parts) :]:
            await self.delete(number)
        return tuple(numbers)

    async def _place_part(
        self, part: Part, keyboard: InlineKeyboardMarkup | None, there: int | None
    ) -> int:
        """Edit the message that is there, or send a new one; return its number."""
        if there is not None and await self.edit(there, part, keyboard):
            return there
        return await self.send(part, keyboard)

    async def send(
        self,
        part: Part,
        keyboard: InlineKeyboardMarkup | None = None,
        waits: Sequence[float] = LONG_WAITS,
    ) -> int:
        """Send one message and return its number; in a group the first replies to the question."""
        send = partial(
            self._call,
            self._bot.send_message,
            waits,
            text=part.text,
            reply_markup=keyboard,
            api_kwargs=NO_LINK_PREVIEW,
        )
        try:
            sent = await send(entities=part.entities)
        except error.BadRequest as exc:
            if "entit" not in str(exc).lower():
                raise
            sent = await send()  # the words matter more than how they look
        self.place = replace(self.place, reply_to=None)
        return int(sent.message_id)

    async def edit(
        self,
        number: int,
        part: Part,
        keyboard: InlineKeyboardMarkup | None = None,
        waits: Sequence[float] = LONG_WAITS,
    ) -> bool:
        """Change one of our messages; True if it is there."""
        call = partial(
            self._bot.edit_message_text,
            text=part.text,
            chat_id=self.place.chat,
            message_id=number,
            entities=part.entities,
            reply_markup=keyboard,
            api_kwargs=NO_LINK_PREVIEW,
        )
        try:
            await persist(call, waits)
        except error.BadRequest as exc:
            return NOT_MODIFIED in str(exc).lower()
        except error.ChatMigrated as moved:
            self._move(moved)
            return False
        return True

    async def delete(self, number: int) -> None:
        """Delete one of our messages; a missing one is no error."""
        try:
            await persist(partial(self._bot.delete_message, self.place.chat, number), SHORT_WAITS)
        except error.TelegramError as exc:
            log.debug("telegram: a message could not be deleted: %s", exc)

    async def send_file(
        self, attachment: Attachment, keyboard: InlineKeyboardMarkup | None = None
    ) -> None:
        """Send a picture to be seen, anything else as a file; so too a picture that is refused."""
        name, content = attachment.name, attachment.content
        common: dict[str, Any] = {"filename": name, "reply_markup": keyboard}
        if attachment.is_picture and len(content) <= PHOTO_BYTES:
            try:
                await self._call(self._bot.send_photo, LONG_WAITS, photo=content, **common)
                return
            except error.BadRequest as exc:  # too long or too wide for a picture
                log.info("telegram: a picture goes as a file: %s", exc)
        await self._call(self._bot.send_document, LONG_WAITS, document=content, **common)

    async def _call(
        self, method: Callable[..., Awaitable[Any]], waits: Sequence[float], **said: Any
    ) -> Any:
        """Call a sending method; a group that moved is followed to its new chat."""
        try:
            return await persist(partial(method, **self._where(), **said), waits)
        except error.ChatMigrated as moved:
            self._move(moved)
            return await persist(partial(method, **self._where(), **said), waits)

    def _move(self, moved: error.ChatMigrated) -> None:
        self.place = replace(self.place, chat=moved.new_chat_id, reply_to=None)

    def _where(self) -> dict[str, Any]:
        place = self.place
        return {
            "chat_id": place.chat,
            "message_thread_id": place.topic,
            "reply_to_message_id": place.reply_to,
            "allow_sending_without_reply": True if place.reply_to else None,
        }
