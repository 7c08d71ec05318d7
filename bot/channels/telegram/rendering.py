"""A reply as Telegram shows it: parts of at most 4,096 UTF-16 units with their entities.

Entities and no parse mode: nothing has to be escaped, and a text that is half written stays valid.
The list of sources is a quotation that opens at a touch; the labels in the answer are bold.

Source: https://core.telegram.org/bots/api#messageentity. Not covered: Markdown in a model's words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from telegram import MessageEntity
from telegram.constants import MessageLimit

from bot.channels.cutting import page_mark, split_text, utf16_units
from bot.messages import Reply

ENTITIES = int(MessageLimit.MESSAGE_ENTITIES)  # Telegram drops what is beyond 100
TEXT_UNITS = int(MessageLimit.MAX_TEXT_LENGTH)
LABEL = re.compile(r"〔[^〔〕\n]*〕")


@dataclass(frozen=True, slots=True)
class Part:
    """One message: its text, and its entities in UTF-16 units of that text."""

    text: str
    entities: tuple[MessageEntity, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """An entity of the whole text, from `start` up to `end` in characters."""

    kind: str
    start: int
    end: int


def render_parts(reply: Reply) -> tuple[Part, ...]:
    """Return the messages of a reply; none for an empty text."""
    text = reply.text.strip()
    texts = split_text(text, TEXT_UNITS, utf16_units)
    spans = tuple(find_spans(text, reply.sources.strip()))
    parts, start = [], 0
    for page, shown in enumerate(texts, 1):
        mark = page_mark(page, len(texts)) if len(texts) > 1 else ""
        said = shown.removesuffix(mark).lstrip()  # Telegram takes leading blanks away itself
        start = text.index(said, start)
        parts.append(Part(said + mark, cut_entities(spans, said, start)))
        start += len(said)
    return tuple(parts)


def find_spans(text: str, sources: str) -> Iterator[Span]:
    """Yield the marked spans of a text: its sources first, then each label of the answer."""
    body = len(text) - len(sources) if sources and text.endswith(sources) else len(text)
    if body < len(text):
        yield Span(MessageEntity.EXPANDABLE_BLOCKQUOTE, body, len(text))
    for label in LABEL.finditer(text, 0, body):
        yield Span(MessageEntity.BOLD, *label.span())


def cut_entities(spans: Sequence[Span], part: str, start: int) -> tuple[MessageEntity, ...]:
    """Return the entities of the part that begins at `start` of the whole text."""
    end = start + len(part)
    inside = [
        (span.kind, max(span.start, start) - start, min(span.end, end) - start)
        for span in spans
        if span.start < end and span.end > start
    ]
    return tuple(
        MessageEntity(kind, utf16_units(part[:first]), utf16_units(part[first:last]))
        for kind, first, last in inside[:ENTITIES]
    )


def preview(text: str) -> str:
    """Return as much of a text that is being written as one message holds."""
    return next(iter(split_text(text, TEXT_UNITS, utf16_units)), "")
