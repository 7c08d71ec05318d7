"""A reply -> at most five messages to a member: texts, then files, then a card with its buttons.

Above 30 messages a minute WeCom drops what is too much, so that a long answer goes on in a file
rather than in further messages. Texts are plain: not every client shows markdown.
"""

import json
import logging
from collections.abc import Sequence

from bot.channels.cutting import cut, page_mark, split_text, utf8_bytes
from bot.channels.wecom.api import (
    FILE_LIMIT_BYTES,
    PICTURE_LIMIT_BYTES,
    SMALLEST_FILE_BYTES,
    TEXT_LIMIT_BYTES,
    WeComApi,
)
from bot.channels.wecom.cards import Button, choose, draw
from bot.channels.wecom_app.callbacks import AppOutgoing
from bot.delivery.buttons import Buttons
from bot.errors import ChannelRefused
from bot.messages import Action, Attachment, Reply
from bot.wording import wecom_app as wording_wecom

MESSAGES = 5  # to one answer, all kinds together
ATTACHMENTS = 2  # which leaves room for a text, the file with the whole of it, and a card

logger = logging.getLogger(__name__)


async def write_messages(
    reply: Reply, api: WeComApi, buttons: Buttons, owner: str
) -> tuple[AppOutgoing, ...]:
    """Return the messages of a reply, its files uploaded and its buttons kept for `owner`.

    Raises:
        ChannelUnavailable: a file could not be uploaded now.
    """
    files = [await _upload(file, api) for file in reply.attachments[:ATTACHMENTS]]
    cards = _card(reply.actions, buttons, owner)
    room = MESSAGES - len(files) - len(cards)
    texts, rest = fit(reply.text, room)
    if rest is not None:
        files.insert(0, await _upload(rest, api))
    return (*(AppOutgoing(kind="text", content=text) for text in texts), *files, *cards)


def fit(text: str, messages: int) -> tuple[tuple[str, ...], Attachment | None]:
    """Return `text` as at most `messages` texts, two or more. A longer text leaves the last place
    to a file with the whole of it.
    """
    parts = split_text(text, TEXT_LIMIT_BYTES, utf8_bytes)
    if len(parts) <= messages:
        return parts, None
    pages = messages - 1
    marks = [page_mark(page, pages) if pages > 1 else "" for page in range(1, pages + 1)]
    note = "\n" + wording_wecom.REST_IN_FILE
    room = TEXT_LIMIT_BYTES - utf8_bytes(note + marks[-1])
    *head, last = cut(text.strip(), room, utf8_bytes)[:pages]
    texts = (*map(str.__add__, head, marks), last + note + marks[-1])
    # Windows opens a text without a BOM in its own encoding.
    return texts, Attachment(wording_wecom.WHOLE_FILE, text.encode("utf-8-sig"))


async def _upload(file: Attachment, api: WeComApi) -> AppOutgoing:
    """Upload a file; return the text of the refusal if WeCom does not take it."""
    size = len(file.content)
    kind = "image" if file.is_picture and size <= PICTURE_LIMIT_BYTES else "file"
    if not SMALLEST_FILE_BYTES <= size <= FILE_LIMIT_BYTES:
        return AppOutgoing(kind="text", content=wording_wecom.FILE_NOT_SENT.format(name=file.name))
    try:
        media_id = await api.upload(file.name, file.content, "image" if kind == "image" else "file")
    except ChannelRefused as exc:
        logger.error("WeCom: a file was not taken: %s", exc)
        return AppOutgoing(kind="text", content=wording_wecom.FILE_NOT_SENT.format(name=file.name))
    return AppOutgoing(kind="image" if kind == "image" else "file", content=media_id)


def _card(actions: Sequence[Action], buttons: Buttons, owner: str) -> list[AppOutgoing]:
    """Return the card with the buttons, none without a button to press."""
    chosen = choose(actions)
    if not chosen:
        return []
    tokens = buttons.offer(chosen, owner)
    card = draw([Button(token, act) for token, act in zip(tokens, chosen, strict=True)])
    return [AppOutgoing(kind="template_card", content=json.dumps(card, ensure_ascii=False))]
