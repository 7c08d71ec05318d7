"""A pressed button of the inbox -> its work. Telegram shows a pressed button as busy until the
press is answered: at once if a word is enough, else before the answer is ready.

Source: https://core.telegram.org/bots/api#answercallbackquery.
"""

import asyncio
import logging
import time
from dataclasses import replace
from functools import partial

from telegram import Bot, CallbackQuery, error
from telegram.constants import CallbackQueryLimit

from bot.channels.telegram.answering import Answering, Asked
from bot.channels.telegram.reading import Destination, conversation, press_place
from bot.channels.telegram.repeats import Repeats
from bot.channels.telegram.retries import SHORT_WAITS, persist
from bot.delivery.buttons import Buttons
from bot.errors import ButtonRefused
from bot.messages import Action, ActionKind, Message, Reply, Status
from bot.wording import answers as wording

NOTICE_CHARS = int(CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH)
BUSY_SECONDS = 2.5  # how long a pressed button may look busy before we answer the press
ONCE = (  # buttons that have done their work when they were pressed
    ActionKind.ADD,
    ActionKind.CANCEL,
    ActionKind.REMOVE,
    ActionKind.RESTORE,
    ActionKind.REASON,
)

log = logging.getLogger(__name__)


class Pressing:
    """The work of pressed buttons."""

    def __init__(self, bot: Bot, answering: Answering, buttons: Buttons) -> None:
        self._bot = bot
        self._answering = answering
        self._buttons = buttons
        self._repeats = Repeats()

    async def answer(self, query: CallbackQuery, number: int) -> None:
        """Answer a press; it raises only if a later try can help."""
        user, place = f"telegram:{query.from_user.id}", press_place(query)
        try:
            action = await asyncio.to_thread(self._buttons.press, query.data or "", user)
        except ButtonRefused as refused:
            await self._say(query, str(refused), is_alert=True)
            return
        if place is None:
            await self._say(query, wording.BUTTON_TOO_OLD, is_alert=True)
            return
        named = conversation(place, str(query.from_user.id))
        if self._repeats.is_repeat(named, query.data or "", time.time(), number):
            await self._say(query)  # a finger that slipped
            return
        message = Message(user, named, "", place.is_private, action=action)
        await self._do(query, action, Asked(message, place, f"press:{query.id}", "", number))

    async def _do(self, query: CallbackQuery, action: Action, asked: Asked) -> None:
        if (before := await self._answering.unanswered(asked)) is None:
            return
        asking = asyncio.create_task(self._answering.ask(asked, before))
        try:
            await asyncio.wait({asking}, timeout=BUSY_SECONDS)
            if is_late := not asking.done():
                await self._say(query)
            outcome = await asking
        finally:
            asking.cancel()
        reply = outcome.reply
        if is_refusal(reply) and not is_late:
            await self._say(query, reply.text, is_alert=True)
            return
        if not is_late:
            await self._say(query, reply.notice)
        elif not reply.text and reply.notice:
            outcome = replace(outcome, reply=replace(reply, text=reply.notice))
        await self._answering.bring(outcome, asked)
        if action.kind in ONCE and reply.status not in (Status.ERROR, Status.DENIED):
            await self._take_buttons_away(query, asked.place)

    async def _say(self, query: CallbackQuery, text: str = "", is_alert: bool = False) -> None:
        """Answer a press; one too old for an answer (after a restart) is no error."""
        call = partial(
            self._bot.answer_callback_query, query.id, text[:NOTICE_CHARS] or None, is_alert
        )
        try:
            await persist(call, SHORT_WAITS)
        except error.TelegramError as exc:
            log.debug("telegram: a press was not answered: %s", exc)

    async def _take_buttons_away(self, query: CallbackQuery, place: Destination) -> None:
        if query.message is None:
            return
        call = partial(self._bot.edit_message_reply_markup, place.chat, query.message.message_id)
        try:
            await persist(call, SHORT_WAITS)
        except error.TelegramError as exc:
            log.debug("telegram: buttons stay where they are: %s", exc)


def is_refusal(reply: Reply) -> bool:
    """True if a reply is for the presser alone: a short refusal."""
    return reply.status is Status.DENIED and len(reply.text) <= NOTICE_CHARS
