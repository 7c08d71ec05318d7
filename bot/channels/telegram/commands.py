"""The commands that Telegram offers while somebody types a slash, by kind of chat and by role.

Sources: https://core.telegram.org/bots/api#setmycommands, #determining-list-of-commands.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    error,
)

from bot.channels.telegram.retries import SHORT_WAITS, persist
from bot.wording import telegram as wording
from knowledge.errors import KnowledgeError

IN_PRIVATE = ("start", "help", "plans", "targets", "section", "use", "clear", "feedback")
IN_GROUPS = ("help", "plans", "targets", "section", "use", "clear", "feedback")
FOR_ADMINS = ("add", "remove", "versions", "users")
NAMES = frozenset({*IN_PRIVATE, *FOR_ADMINS})  # what the assistant reads with its slash
ASK = "ask"  # only calls the bot: in a group where a mention is cumbersome

log = logging.getLogger(__name__)
Admins = Callable[[], Sequence[str]]  # who administers now: telegram:123; reads the database


def nobody() -> Sequence[str]:
    """Return no administrators."""
    return ()


async def register_commands(bot: Bot, admins: Admins) -> None:
    """Tell Telegram the commands to offer in private chats, in groups and to administrators.

    A refusal is logged: commands work without being offered.
    """
    await offer(bot, IN_PRIVATE, None)
    await offer(bot, IN_PRIVATE, BotCommandScopeAllPrivateChats())
    await offer(bot, IN_GROUPS, BotCommandScopeAllGroupChats())
    try:
        listed = await asyncio.to_thread(admins)
    except KnowledgeError:
        log.exception("telegram: nobody knows who administers")
        return
    for user in listed:
        await offer_to_admin(bot, user)


async def offer_to_admin(bot: Bot, user: str) -> None:
    """Offer all commands to one administrator, telegram:123; Telegram knows the chat once the
    person has written to the bot.
    """
    number = user.removeprefix("telegram:")
    if number.isdecimal():
        await offer(bot, IN_PRIVATE + FOR_ADMINS, BotCommandScopeChat(int(number)))


async def offer(bot: Bot, names: Sequence[str], scope: BotCommandScope | None) -> None:
    """Register these commands for one scope."""
    commands = [BotCommand(name, wording.COMMANDS[name]) for name in names]
    try:
        await persist(partial(bot.set_my_commands, commands, scope), SHORT_WAITS)
    except error.BadRequest as exc:  # an administrator who has not written yet
        log.info("telegram: commands not offered: %s", exc)
    except error.TelegramError as exc:
        log.warning("telegram: commands not offered: %s", exc)
