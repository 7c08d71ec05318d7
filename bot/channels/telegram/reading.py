"""An update of Telegram -> a message for the handler, or silence.

In a private chat everything is meant for the bot; in a group only what mentions it, replies to it
or is one of its commands, also where privacy mode is off. A group's conversation is its topic and
the member who speaks: questions of two members do not mix.

Not covered: channels and other bots (not answered); voice, stickers and places (told what we read).
"""

import hashlib
import re
from dataclasses import dataclass

import telegram
from telegram import MessageEntity, Update
from telegram.constants import ChatType

from bot.channels.telegram.commands import ASK, NAMES
from bot.channels.telegram.files import file_mark, sent_file
from bot.messages import Message
from bot.wording import answers as wording
from bot.wording import telegram as wording_telegram

SIGNS = " \n，,：:"  # left over around a mention
COMMAND = re.compile(r"^/(?P<name>[a-z]\w*)(?P<words>.*)$", re.ASCII | re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Destination:
    """The place of an answer: the chat, its topic (None outside forums), the message replied to."""

    chat: int
    topic: int | None = None
    reply_to: int | None = None
    is_private: bool = True


@dataclass(frozen=True, slots=True)
class Heard:
    """One message for the bot. `key` is the same for the message and its later edits, `content`
    tells these apart and holds no word of them; `canned` is said at once if the speaker is unknown.
    """

    message: Message
    place: Destination
    key: str
    content: str
    canned: str = ""


def conversation_of(update: Update) -> str | None:
    """Return the conversation of an update, or None if the update is not for this bot."""
    if (query := update.callback_query) is not None:
        place = press_place(query)
        return conversation(place, f"{query.from_user.id}") if place else None
    received = update.message or update.edited_message
    heard = hear(received, update.edited_message is not None) if received else None
    return heard.message.conversation if heard else None


def hear(received: telegram.Message, is_edited: bool = False) -> Heard | None:
    """Return the message to this bot in an update, or None."""
    sender, speaker = received.from_user, received.sender_chat
    if sender is None or not is_addressed(received) or received.is_automatic_forward:
        return None
    if sender.is_bot and not speaker:  # an anonymous administrator speaks through a bot
        return None
    place = place_of(received)
    who = speaker.id if speaker else sender.id
    private, file = place.is_private, sent_file(received)
    if not private and received.photo:
        file = None  # a picture with a question under it
    text = read_text(received)
    if is_edited and not file and not (received.text or received.caption):
        return None  # a place that moves, a poll that goes on
    is_readable = bool(file or received.text or received.caption)
    message = Message(
        user=f"telegram:{who}",
        conversation=conversation(place, str(who)),
        text=text if received.text or received.caption else "",
        private=private,
        quoted=quoted(received),
        file=file,
        canned="" if is_readable else wording.TEXT_ONLY,
    )
    anonymous = wording_telegram.ANONYMOUS if speaker else ""
    content = hashlib.sha256(f"{text}\n{file_mark(received)}".encode()).hexdigest()
    return Heard(message, place, f"{place.chat}:{received.message_id}", content, anonymous)


def place_of(received: telegram.Message) -> Destination:
    """Return the place of the answer to a message."""
    private = received.chat.type == ChatType.PRIVATE
    # Outside forums a thread is only a chain of replies: not a subject of its own.
    topic = received.message_thread_id if received.is_topic_message else None
    return Destination(received.chat.id, topic, None if private else received.message_id, private)


def press_place(query: telegram.CallbackQuery) -> Destination | None:
    """Return the place of the answer to a button; an old message is only half known."""
    below = query.message
    if below is None:
        return None
    if isinstance(below, telegram.Message):
        return place_of(below)
    private = below.chat.type == ChatType.PRIVATE
    return Destination(below.chat.id, None, None if private else below.message_id, private)


def conversation(place: Destination, who: str) -> str:
    """Return the name of a conversation."""
    if place.is_private:
        return f"telegram:{place.chat}" + (f":{place.topic}" if place.topic else "")
    return f"telegram:{place.chat}:{place.topic or 0}:{who}"


def is_addressed(received: telegram.Message) -> bool:
    """True if the message is meant for this bot."""
    text = received.text or received.caption
    if received.chat.type == ChatType.PRIVATE:
        return text is not None or received.effective_attachment is not None
    if received.chat.type == ChatType.CHANNEL:
        return False
    if text is None:
        return received.document is not None and is_reply_to_us(received)
    return is_reply_to_us(received) or is_mention(received) or is_command(received)


def is_reply_to_us(received: telegram.Message) -> bool:
    """True if it replies to the bot. Every message of a topic replies to the one that opened it."""
    earlier = received.reply_to_message
    is_ours = earlier is not None and earlier.from_user == received.get_bot().bot
    return is_ours and earlier is not None and earlier.forum_topic_created is None


def is_mention(received: telegram.Message) -> bool:
    """True if the text names the bot."""
    me = received.get_bot()
    named = received.entities or received.caption_entities
    if any(e.type == MessageEntity.TEXT_MENTION and e.user == me.bot for e in named):
        return True
    return mention(me.username).search(received.text or received.caption or "") is not None


def is_command(received: telegram.Message) -> bool:
    """True if it is one of our commands. A command with a name behind it is left to `is_mention`;
    an unknown one may be another bot's.
    """
    command = COMMAND.match(received.text or "")
    is_named = command is not None and command["words"].startswith("@")
    return command is not None and not is_named and command["name"].lower() in {*NAMES, ASK}


def mention(username: str) -> re.Pattern[str]:
    """Return the pattern of the bot's name; a command in front of it is its first group."""
    return re.compile(rf"(?:^(/\w+)|(?<!\w))@{username}(?!\w)", re.IGNORECASE | re.ASCII)


def read_text(received: telegram.Message) -> str:
    """Return the text without the call of the bot; a bare call asks the message it replies to, else
    for our name.
    """
    text = received.text or received.caption or ""
    name = mention(received.get_bot().username)
    text = name.sub(lambda found: found[1] or "", text).strip(SIGNS)
    if (command := COMMAND.match(text)) and command["name"].lower() not in NAMES:
        text = command["words"].strip(SIGNS)
        return text or ("/help" if command["name"].lower() != ASK else bare_call(received))
    return text or bare_call(received)


def bare_call(received: telegram.Message) -> str:
    """Return the question behind a bare call of the bot: the message replied to, if a person's."""
    return "/start" if is_reply_to_us(received) else quoted(received) or "/start"


def quoted(received: telegram.Message) -> str:
    """Return the text that a message quotes or replies to."""
    if received.quote is not None:
        return received.quote.text
    earlier = received.reply_to_message
    return (earlier.text or earlier.caption or "") if earlier is not None else ""
