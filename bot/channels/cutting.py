"""Cutting a reply to a platform's size: at a reader's pauses, and without a loss.

A text is read as pieces that stay whole: a figure with its unit (2,400 / 7.1% / 900元/人·月), a
Latin word, an emoji, each with the punctuation and the label 〔…〕 that follow. A part ends behind
a piece: after a paragraph rather than a line, a line rather than a sentence, then a clause, then
anything. A piece that is itself too long for a part is cut finer.

Not covered: figures in Chinese numerals, English sentence ends, Markdown fences.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import count

Measure = Callable[[str], int]

SMALLEST_LIMIT = 16  # a page mark such as "\n(12/34)" takes 8: less would be mostly marks

SPACE = r"[ \t\u3000]"
LABEL = r"〔[^〔〕\n]*〕"
NOUN = r"(?:[A-Za-z℃㎡]+|(?:平方|立方|个百分)?[公千毫]?[一-鿿])"
UNIT = rf" ?[十百千万亿]*{NOUN}(?:[/·]{NOUN})*"
FIGURE = rf"第?[¥￥$+≥≤<>~～-]?\d+(?:[%％]?[,.:/~～—–-]+\d+)*(?:[%％‰]|{UNIT})?"
WORD = r"[A-Za-z][!-~]*"  # also PM2.5 and web addresses
MARKS = r"[\u0300-\u036f\u20e3\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"
GRAPHEME = rf"(?:[\U0001f1e6-\U0001f1ff]{{2}}|.)(?:{MARKS}|\u200d.)*"
ATOM = rf"{LABEL}|{FIGURE}|{WORD}|{GRAPHEME}"
OPENING = r"[（《〈“‘「『【(\[]"
CLOSING = r"[。！？；，、：…）》〉”’」』】〕.,!?;:)\]]"
PIECE = (
    rf"{SPACE}*{OPENING}*(?:{ATOM})(?:{CLOSING}|{SPACE}*{LABEL})*"
    rf"(?:\s*\n|{SPACE}+)?"  # not the white space after \n: it indents the next line
)
FINER_AND_FINER = tuple(re.compile(what, re.DOTALL) for what in (PIECE, ATOM, GRAPHEME, "."))

AFTERWARDS = rf"(?:[”’）》」』]|{SPACE}*{LABEL})*\s*\Z"
SHORT_TO_LONG_PAUSES = tuple(
    re.compile(pause)
    for pause in (
        rf"[，、：]{AFTERWARDS}",
        rf"[。！？；!?]{AFTERWARDS}",
        r"\n\s*\Z",
        r"\n\s*\n\s*\Z",
    )
)


def utf8_bytes(text: str) -> int:
    """Return the length of `text` as WeCom counts it: a Chinese character is 3."""
    return len(text.encode())


def utf16_units(text: str) -> int:
    """Return the length of `text` as Telegram counts it: an emoji is 2 or more."""
    return len(text) + sum(character > "\uffff" for character in text)


def split_text(text: str, limit: int, measure: Measure) -> tuple[str, ...]:
    """Cut `text` into parts of at most `limit`; several carry "(1/3)" on a last line of their own.

    The limit includes that line. Only white space at the ends and at the cuts is lost. `measure`
    must add up: the measure of two texts together is the sum of theirs.

    Raises:
        ValueError: `limit` is below 16, or so small that the text needs more parts than fit.
    """
    if limit < SMALLEST_LIMIT:
        raise ValueError(f"limit must be at least {SMALLEST_LIMIT}, not {limit}")
    text = text.strip()
    if measure(text) <= limit:
        return (text,) if text else ()
    for digits in count(1):
        most = 10**digits - 1
        parts = cut(text, limit - measure(page_mark(most, most)), measure)
        if len(parts) <= most:
            break
    return tuple(part + page_mark(page, len(parts)) for page, part in enumerate(parts, 1))


def page_mark(page: int, pages: int) -> str:
    r"""Return the last line of a part.

    >>> page_mark(1, 3)
    '\n(1/3)'
    """
    return f"\n({page}/{pages})"


def cut(text: str, room: int, measure: Measure) -> tuple[str, ...]:
    """Return `text` as parts of at most `room`, unmarked, none of them blank."""
    pieces = tuple(split_pieces(text, room, measure))
    parts, start = [], 0
    while start < len(pieces):
        end = find_cut(pieces, start, room, measure)
        parts.append("".join(pieces[start:end]).rstrip())
        start = end
    return tuple(part for part in parts if part)


def split_pieces(
    text: str, room: int, measure: Measure, patterns: Sequence[re.Pattern[str]] = FINER_AND_FINER
) -> Iterator[str]:
    """Yield `text` as pieces that fit into `room`, each as whole as it can be."""
    if not patterns:
        raise ValueError(f"no room for {text!r}: raise the limit")
    for piece in patterns[0].findall(text):
        if measure(piece.rstrip()) <= room:
            yield piece
        else:
            yield from split_pieces(piece, room, measure, patterns[1:])


def find_cut(pieces: Sequence[str], start: int, room: int, measure: Measure) -> int:
    """Return the end of the part from `start`: the longest pause that leaves it half full."""
    filled, half_full = 0, start
    for end in range(start, len(pieces)):
        if filled + measure(pieces[end].rstrip()) > room:
            break
        filled += measure(pieces[end])
        if filled * 2 < room:
            half_full = end + 1
    else:
        return len(pieces)
    ends = range(min(half_full + 1, end), end + 1)
    return max(ends, key=lambda end: (pause(pieces[end - 1]), end))


def pause(piece: str) -> int:
    """Return the length of a reader's pause after `piece`: 0 within a clause, 4 at a paragraph's
    end.
    """
    lengths = range(len(SHORT_TO_LONG_PAUSES), 0, -1)
    return next((n for n in lengths if SHORT_TO_LONG_PAUSES[n - 1].search(piece)), 0)
