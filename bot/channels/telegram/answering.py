"""A message of the inbox -> its answer in the chat; an edited message has its answer edited."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import Bot, InlineKeyboardMarkup, Message

from bot.channels.telegram.commands import Admins, offer_to_admin
from bot.channels.telegram.keyboard import build_keyboard
from bot.channels.telegram.outbox import Outbox, Sent
from bot.channels.telegram.preview import GroupFrame, preview_in, typing
from bot.channels.telegram.reading import Destination, hear
from bot.channels.telegram.rendering import render_parts
from bot.channels.telegram.retries import finish_once_begun
from bot.channels.telegram.sending import Courier
from bot.delivery.buttons import Buttons
from bot.messages import Action, Handler, Reply, Status
from bot.messages import Message as Question
from bot.wording import answers as wording

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """A message to be answered, and its place. Its answer is remembered by `key`; `content` tells
    an edit from a repetition; `number` is the inbox's.
    """

    question: Question
    place: Destination
    key: str
    content: str
    number: int


@dataclass(frozen=True, slots=True)
class DraftedReply:
    """A final reply, and our messages that are there for it already."""

    reply: Reply
    place: Destination
    there: tuple[int, ...] = ()


class Answering:
    """The way from a message to its answer in the chat. `admins` are offered their commands when
    they greet.
    """

    def __init__(
        self,
        bot: Bot,
        handler: Handler,
        buttons: Buttons,
        outbox: Outbox,
        admins: Admins,
    ) -> None:
        self._bot = bot
        self._handler = handler
        self._buttons = buttons
        self._outbox = outbox
        self._admins = admins

    async def answer(self, received: Message, number: int, is_edited: bool) -> None:
        """Answer a message; it raises only if a later try can help."""
        if (heard := hear(received, is_edited)) is None:
            return
        asked = Asked(heard.message, heard.place, heard.key, heard.content, number)
        if (before := await self.unanswered(asked)) is None:
            return
        if heard.canned:
            canned = Reply(heard.canned, Status.INFO)
            await self.bring(DraftedReply(canned, heard.place, before.numbers), asked)
            return
        await self.bring(await self.ask(asked, before), asked)
        await self._offer_commands(heard.message)

    async def unanswered(self, asked: Asked) -> Sent | None:
        """Return the messages sent so far; None for one answered before a crash, and for an edit
        that changed no word.
        """
        before = await self._outbox.find(asked.key)
        return None if before.is_whole and before.asked == asked.content else before

    async def ask(self, asked: Asked, before: Sent) -> DraftedReply:
        """Have a question answered; meanwhile the chat sees the text so far."""

        async def keep(number: int) -> None:
            await self._outbox.keep(asked.key, Sent(asked.content, (number,)))

        courier = Courier(self._bot, asked.place)
        frame = GroupFrame(courier, next(iter(before.numbers), None), keep)
        preview = preview_in(self._bot, asked.place, asked.number, frame)
        reply = Reply(wording.SORRY, Status.ERROR)
        try:
            async with typing(self._bot, asked.place):
                async for reply in self._handler(asked.question):
                    if not reply.final:
                        preview.show(reply.text)
        except Exception:
            log.exception("telegram: a question could not be answered")
            reply = Reply(wording.SORRY, Status.ERROR)
        finally:
            await preview.end()
        there = () if frame.number is None else (frame.number, *before.numbers[1:])
        return DraftedReply(reply, courier.place, there)

    async def bring(self, outcome: DraftedReply, asked: Asked) -> None:
        """Send a whole reply, and remember the messages that it became."""
        reply = outcome.reply
        parts = render_parts(reply)
        keyboard = await self._keyboard(reply.actions, asked.question.user)

        async def keep(numbers: tuple[int, ...], is_whole: bool) -> None:
            await self._outbox.keep(asked.key, Sent(asked.content, numbers, is_whole))

        courier = Courier(self._bot, outcome.place)
        bringing = courier.deliver(parts, keyboard, reply.attachments, outcome.there, keep)
        await finish_once_begun(bringing)

    async def _keyboard(self, actions: Sequence[Action], owner: str) -> InlineKeyboardMarkup | None:
        if not actions:
            return None
        tokens = await asyncio.to_thread(self._buttons.offer, actions, owner)
        return build_keyboard(actions, tokens)

    async def _offer_commands(self, message: Question) -> None:
        """Offer a greeting administrator their commands: before, Telegram knew no such chat."""
        if not message.private or not message.text.startswith("/start"):
            return
        if message.user in await asyncio.to_thread(self._admins):
            await offer_to_admin(self._bot, message.user)
