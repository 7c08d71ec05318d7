"""The view of a pressed card: the result of the press, or soon the word that it is being done.

WeCom takes one change of a card for each press and shows it at once only within five seconds, while
what was pressed may wait behind a running answer of the same person.
"""

import asyncio
import logging
from collections.abc import Callable

from bot.channels.wecom.api import WeComApi
from bot.channels.wecom.cards import draw_again, read_key
from bot.channels.wecom_app.callbacks import AppCallback
from bot.delivery.buttons import Buttons
from bot.errors import ButtonRefused, ChannelError
from bot.messages import Action
from bot.wording import wecom_app as wording_wecom
from knowledge.errors import KnowledgeError

WAIT_SECONDS = 2.5  # of the five: the call and its connection take some
TOLD = 1000  # remembered at most

logger = logging.getLogger(__name__)


class Presses:
    """The pressed cards of one app. `person` gives the identity of a userid."""

    def __init__(self, api: WeComApi, buttons: Buttons, person: Callable[[str], str]) -> None:
        """Wait for no card yet."""
        self._api = api
        self._buttons = buttons
        self._person = person
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self._told: dict[str, None] = {}

    def expect(self, callback: AppCallback) -> None:
        """Have the card say that the press is being dealt with unless `tell` comes first."""
        if callback.key not in self._waiting:
            self._waiting[callback.key] = asyncio.create_task(self._ask_for_patience(callback))

    async def tell(self, callback: AppCallback, note: str) -> bool:
        """Show on the card what the press did; True if that was possible."""
        if callback.key in self._told:
            del self._told[callback.key]
            return False
        if waiting := self._waiting.pop(callback.key, None):
            waiting.cancel()
        return await self._update(callback, note)

    async def close(self) -> None:
        """End the waiting."""
        for waiting in self._waiting.values():
            waiting.cancel()
        await asyncio.gather(*self._waiting.values(), return_exceptions=True)

    async def _ask_for_patience(self, callback: AppCallback) -> None:
        await asyncio.sleep(WAIT_SECONDS)
        if len(self._told) >= TOLD:
            self._told.pop(next(iter(self._told)))
        self._told[callback.key] = None  # from here on the one change is used up
        try:
            action = await asyncio.to_thread(self._action, callback)
            title = action.title if action else ""
            await self._update(callback, wording_wecom.CARD_WAIT.format(title=title))
        except KnowledgeError as exc:
            logger.warning("WeCom: a card was not changed: %s", exc)
        finally:
            self._waiting.pop(callback.key, None)

    def _action(self, callback: AppCallback) -> Action | None:
        pressed = read_key(callback.event_key)
        try:
            person = self._person(callback.user)
            return self._buttons.press(pressed.token, person) if pressed else None
        except ButtonRefused:
            return None

    async def _update(self, callback: AppCallback, note: str) -> bool:
        pressed = read_key(callback.event_key)
        if pressed is None or not callback.response_code:
            return False
        person = self._person(callback.user)
        card = await asyncio.to_thread(
            draw_again,
            pressed,
            lambda token: self._buttons.press(token, person),
            callback.task_id,
            note,
        )
        if card is None:
            return False
        try:
            await self._api.update_card(callback.user, callback.response_code, card)
        except ChannelError as exc:
            logger.warning("WeCom: a card was not changed: %s", exc)
            return False
        return True
