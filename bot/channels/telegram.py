"""Telegram: text in by long polling, the final reply out as plain text.

In a private chat every text is a question; in a group only one that mentions the bot, replies to
it or is a command. Of a command only what stands after it is asked. The answers of a conversation
come in the order of its questions, while other conversations go on.

Built on `telegram.Bot` rather than on `telegram.ext.Application`, which answers a chat either one
update at a time with all others or out of order, and goes silent when a token is revoked.

Not covered: files, edited messages, captions, buttons, previews of a running answer, webhooks.
Anonymous group administrators and channels are not answered: nobody could say who asks.
"""

import asyncio
import logging
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from itertools import chain, repeat
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import telegram
from telegram import Bot, error
from telegram.constants import ChatAction, ChatType, MessageLimit
from telegram.request import HTTPXRequest

from bot import wording
from bot.channels.text import split_text, utf16_units
from bot.errors import ChannelRefused
from bot.messages import Handler, Message

POLL_SECONDS = 25  # how long Telegram holds a request for updates when there are none
READ_SECONDS = 20  # PTB's 5 are short for a proxy; a time-out may send an answer twice
TYPING_SECONDS = 4.5  # Telegram shows 正在输入 for 5
DRAIN_SECONDS = 20
SEND_WAITS = (0.5, 2, 8)  # seconds between tries
POLL_WAITS = (0.5, 1, 2, 4, 8, 16)  # then 30, for as long as it takes

# The older name of link_preview_options, which emulators echo in a shape that PTB cannot read.
NO_LINK_PREVIEW = {"disable_web_page_preview": True}

FINAL_ERRORS = (
    error.BadRequest,
    error.ChatMigrated,
    error.Conflict,
    error.Forbidden,
    error.InvalidToken,
)
LOGGERS_THAT_PRINT_THE_TOKEN = ("httpx", "httpx2", "telegram")  # httpx at INFO, the others at DEBUG

# PTB 22 warns whenever it builds a RetryAfter, unless told that we expect a timedelta.
os.environ["PTB_TIMEDELTA"] = "true"

log = logging.getLogger(__name__)
Result = TypeVar("Result")


class Telegram:
    """The Telegram channel of one bot."""

    def __init__(
        self, token: str, handler: Handler, *, base_url: str = "https://api.telegram.org"
    ) -> None:
        """Keep what is needed; nothing is opened before `run`."""
        self._token = token
        self._handler = handler
        self._base_url = base_url.rstrip("/")
        self._next_update = 0
        self._answers: set[asyncio.Task[None]] = set()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        for name in LOGGERS_THAT_PRINT_THE_TOKEN:
            logging.getLogger(name).setLevel(logging.WARNING)

    async def run(self, stop: asyncio.Event) -> None:
        """Answer until `stop` is set; then take nothing new and finish what runs, at most 20 s.

        Raises:
            ChannelRefused: the token is wrong, or another program polls with it.
        """
        try:
            async with self._connect() as bot:
                await run_until(stop, self._poll(bot))
                with suppress(
                    error.TelegramError
                ):  # confirm what came, or the next start answers again
                    await bot.get_updates(offset=self._next_update)
        except error.InvalidToken:
            raise ChannelRefused(wording.TELEGRAM_TOKEN_REFUSED) from None  # PTB's prints the token
        except error.Conflict as exc:
            raise ChannelRefused(wording.TELEGRAM_TAKEN) from exc
        except error.TelegramError as exc:
            raise ChannelRefused(wording.TELEGRAM_REFUSED.format(reason=exc)) from exc

    @asynccontextmanager
    async def _connect(self) -> AsyncIterator[Bot]:
        """Lend a bot, and close it once the running answers are sent."""
        bot = Bot(
            self._token,
            base_url=f"{self._base_url}/bot",
            base_file_url=f"{self._base_url}/file/bot",
            request=HTTPXRequest(read_timeout=READ_SECONDS),
        )
        try:
            yield bot
        finally:
            await self._finish_answers()
            await bot.shutdown()

    async def _poll(self, bot: Bot) -> None:
        """Start an answer to every message, for ever."""
        await persist(bot.initialize, poll_waits())
        await persist(bot.delete_webhook, poll_waits())
        log.info("telegram: listening as @%s", bot.username)
        while True:
            get_updates = partial(
                bot.get_updates,
                offset=self._next_update,
                timeout=POLL_SECONDS,
                allowed_updates=[telegram.Update.MESSAGE],
            )
            for update in await persist(get_updates, poll_waits()):
                self._next_update = update.update_id + 1
                if update.message is not None:
                    self._take(update.message)

    def _take(self, received: telegram.Message) -> None:
        """Start an answer if the message is for us."""
        message = read_message(received)
        if message is not None:
            answer = asyncio.create_task(self._answer(received, message))
            self._answers.add(answer)
            answer.add_done_callback(self._answers.discard)

    async def _finish_answers(self) -> None:
        """Wait for the running answers, and give up those that take too long."""
        if not self._answers:
            return
        _, late = await asyncio.wait(self._answers, timeout=DRAIN_SECONDS)
        for answer in late:
            answer.cancel()
        if late:
            log.warning("telegram: stopped with %d answers unfinished", len(late))
            await asyncio.wait(late)

    async def _answer(self, received: telegram.Message, message: Message) -> None:
        """Answer one message after those before it: asyncio's locks serve in order of arrival."""
        lock = self._locks.setdefault(message.conversation, asyncio.Lock())
        async with lock:
            if received.text is None:
                text = wording.TEXT_ONLY
            elif not message.text:
                text = wording.WELCOME.format(example=wording.WELCOME_EXAMPLE)
            else:
                text = await self._ask(received, message)
            await send(received, text)

    async def _ask(self, received: telegram.Message, message: Message) -> str:
        """Return the final reply's text, or an apology; the chat shows 正在输入 meanwhile."""
        showing = asyncio.create_task(keep_typing(received))
        try:
            replies = [reply async for reply in self._handler(message) if reply.final]
            return replies[-1].text
        except Exception:
            log.exception("telegram: a question could not be answered")
            return wording.SORRY
        finally:
            showing.cancel()


def read_message(received: telegram.Message) -> Message | None:
    """Return what a person says to this bot, or None where nobody does.

    In a group each member has a conversation of their own, and in a forum one in each topic.
    """
    sender, chat = received.from_user, received.chat
    if sender is None or sender.is_bot or received.sender_chat or not is_addressed(received):
        return None
    user, text = f"telegram:{sender.id}", read_question(received)
    if chat.type == ChatType.PRIVATE:
        return Message(user, f"telegram:{chat.id}", text)
    # Outside forums a thread is only a chain of replies: not a subject of its own.
    topic = received.message_thread_id if received.is_topic_message else 0
    return Message(user, f"telegram:{chat.id}:{topic}:{sender.id}", text, private=False)


def is_addressed(received: telegram.Message) -> bool:
    """Say whether the message is meant for this bot."""
    bot, earlier = received.get_bot(), received.reply_to_message
    if received.chat.type == ChatType.PRIVATE:
        return received.text is not None or received.effective_attachment is not None
    if received.text is None:
        return False
    is_reply = earlier is not None and earlier.from_user == bot.bot
    return is_reply or call_pattern(bot.username).search(received.text) is not None


def read_question(received: telegram.Message) -> str:
    """Return the text without what calls the bot; "" where nothing is asked, as with /start."""
    text = received.text or ""
    if text.startswith("/start"):
        return ""
    return call_pattern(received.get_bot().username).sub("", text).strip(" \n，,：:")


def call_pattern(username: str) -> re.Pattern[str]:
    """Return the pattern of what calls the bot: @its_name, or a command that names no other bot."""
    name = rf"@{username}(?!\w)"
    return re.compile(rf"^/[a-z]\w*(?:{name}|(?![\w@]))|(?<!\w){name}", re.ASCII | re.IGNORECASE)


async def keep_typing(received: telegram.Message) -> None:
    """Show 正在输入 until cancelled; it is only a courtesy, so errors are passed over."""
    while True:
        with suppress(error.TelegramError):
            await received.reply_chat_action(ChatAction.TYPING)
        await asyncio.sleep(TYPING_SECONDS)


async def send(received: telegram.Message, text: str) -> None:
    """Send `text` cut to size into the chat of `received`; in a group as replies to it."""
    reply = partial(
        received.reply_text,
        allow_sending_without_reply=True,
        api_kwargs=NO_LINK_PREVIEW,
    )
    try:
        for part in split_text(text, MessageLimit.MAX_TEXT_LENGTH, utf16_units):
            await persist(partial(reply, part), SEND_WAITS)
    except error.Forbidden as exc:
        log.debug("telegram: this chat takes no messages from the bot: %s", exc)
    except error.TelegramError as exc:
        log.warning("telegram: an answer could not be sent: %s", exc)


async def persist(call: Callable[[], Awaitable[Result]], waits: Iterable[float]) -> Result:
    """Return what `call` returns, trying again after each of `waits` or as Telegram asks (429).

    Raises:
        TelegramError: the last try failed, or another one could not help.
    """
    for wait in waits:
        try:
            return await call()
        except FINAL_ERRORS:
            raise
        except error.TelegramError as exc:
            seconds = seconds_asked(exc) or wait
            log.warning("telegram: trying again in %s s: %s", seconds, exc)
            await asyncio.sleep(seconds)
    return await call()


def seconds_asked(refusal: error.TelegramError) -> float | None:
    """Return how long Telegram asks us to wait, or None where it does not."""
    if not isinstance(refusal, error.RetryAfter):
        return None
    asked = refusal.retry_after
    return asked.total_seconds() if isinstance(asked, timedelta) else asked


def poll_waits() -> Iterable[float]:
    """Return the waits between tries to reach Telegram, which never end."""
    return chain(POLL_WAITS, repeat(30))


async def run_until(stop: asyncio.Event, job: Coroutine[Any, Any, None]) -> None:
    """Run `job` until it ends or `stop` is set, and raise what it raised."""
    working, stopping = asyncio.create_task(job), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        working.cancel()
        stopping.cancel()
        await asyncio.wait({working, stopping})
    if not working.cancelled():
        working.result()
