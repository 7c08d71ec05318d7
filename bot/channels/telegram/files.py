"""Files sent by a person: each is downloaded on request, and gets a name if it has none.

Source: https://core.telegram.org/bots/api#getfile.
"""

from functools import partial

import telegram
from telegram import Bot, error

from bot.channels.telegram.retries import SHORT_WAITS, persist
from bot.errors import FileRefused
from bot.messages import SentFile
from bot.wording import telegram as wording

MEGABYTE = 1024 * 1024
LIMIT_BYTES = 20 * MEGABYTE  # of what the Bot API lets a bot download


def sent_file(received: telegram.Message) -> SentFile | None:
    """Return the document or picture of a message, not yet downloaded."""
    # Pictures have no name; a name of their own keeps two from being versions of one plan.
    named = f"{received.date:%Y%m%d-%H%M%S}-{received.message_id}"
    if (document := received.document) is not None:
        size = document.file_size or 0
        load = partial(fetch, received.get_bot(), document.file_id, size)
        return SentFile(document.file_name or named, size, load)
    if received.photo:
        largest = received.photo[-1]
        size = largest.file_size or 0
        load = partial(fetch, received.get_bot(), largest.file_id, size)
        return SentFile(f"{named}.jpg", size, load)
    return None


def file_mark(received: telegram.Message) -> str:
    """Return a mark that no other message's file has, "" without a file."""
    if received.document is not None:
        return received.document.file_unique_id
    return received.photo[-1].file_unique_id if received.photo else ""


async def fetch(bot: Bot, file_id: str, size_bytes: int) -> bytes:
    """Download a file.

    Raises:
        FileRefused: it is larger than Telegram lets through, or cannot be had any more.
    """
    if size_bytes > LIMIT_BYTES:
        raise FileRefused(too_large(size_bytes))
    try:
        file = await persist(partial(bot.get_file, file_id), SHORT_WAITS)
        return bytes(await persist(file.download_as_bytearray, SHORT_WAITS))
    except error.BadRequest as exc:
        is_large = "too big" in str(exc).lower()
        raise FileRefused(too_large(size_bytes) if is_large else wording.FILE_GONE) from exc
    except error.TelegramError as exc:
        raise FileRefused(wording.FILE_GONE) from exc


def too_large(size_bytes: int) -> str:
    """Return the advice about a file too large for a bot."""
    size = f"{size_bytes / MEGABYTE:.0f} MB" if size_bytes else wording.FILE_LARGE
    return wording.FILE_TOO_LARGE.format(size=size)
