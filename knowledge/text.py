"""One normal form of text with its places, and the pieces it is cut into: sentences, clauses,
tokens.

`Text.plain` is as long as `Text.printed`, so that what a reader finds in the one can be shown from
the other. Sentence and clause ends are decided here and nowhere else.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

FULL_STOPS = "。！？!?\n"
STOPS = "。！？；;\n"  # what ends a piece that can be quoted: a semicolon too
COMMAS = "，；：,;:"
CLOSERS = "”’」』）)"
KEPT_TEXTS = 4096  # the same sections are read question after question

UNREADABLE = re.compile("[\x00\ud800-\udfff]")
WORD = re.compile(r"[a-z]+|\d+(?:\.\d+)?%?|[\u3400-\u9fff]")
# (?!\d{3}(?!\d)): "1,200户" is one number, "12:30" one time
LATIN_COMMA = re.compile(r",(?!\d{3}(?!\d))|(?<!\d),|:(?!\d)|(?<!\d):")
SPACE = re.compile(r"\s+")
CHINESE_MARKS = str.maketrans(";()!?", "；（）！？")
CHINESE_COMMAS = {",": "，", ":": "："}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text, from `start` up to `end`."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return what stands there.

        >>> Span(2, 4).of("新增床位")
        '床位'
        """
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it is printed, and in the normal form that readers read, character by character."""

    printed: str
    plain: str


class _PlainCharacters(dict[int, str]):
    """The normal form of a character, looked up once: full width becomes half, every dash and
    blank one kind. What would become longer (㎡) or another number (①) stays.
    """

    KEPT = "，；：！？（）…"
    DASHES = "—–−﹣－‐‑─"
    WAVES = "～〜∼˜"
    DOTS = "•・‧⋅∙"
    COLONS = "∶﹕"

    def __missing__(self, code: int) -> str:
        char = chr(code)
        normal = unicodedata.normalize("NFKC", char)
        is_kept = char in self.KEPT or char == "\n" or unicodedata.category(char) in ("No", "Nl")
        if char in self.DASHES:
            found = "-"
        elif char in self.WAVES:
            found = "~"
        elif char in self.DOTS:
            found = "·"
        elif char in self.COLONS:
            found = ":"
        elif char.isspace() and char != "\n":
            found = " "
        else:
            found = char if is_kept or len(normal) != 1 else normal
        self[code] = found
        return found


PLAIN_CHARACTERS = _PlainCharacters()


@lru_cache(maxsize=KEPT_TEXTS)
def read_text(printed: str) -> Text:
    """Return a text with its normal form, as long as itself.

    >>> read_text("达到５０％,共1,200户；").plain
    '达到50%，共1,200户；'
    """
    plain = printed.translate(PLAIN_CHARACTERS).translate(CHINESE_MARKS)
    return Text(printed, LATIN_COMMA.sub(lambda m: CHINESE_COMMAS[m[0]], plain))


def sentences(text: str, stops: str = FULL_STOPS) -> tuple[Span, ...]:
    """Return the sentences of a text, each with its full stop and the mark that closes behind it;
    a line break ends one too. Together they are the whole text.

    >>> [span.of("共3处（含1处。）年底") for span in sentences("共3处（含1处。）年底")]
    ['共3处（含1处。）', '年底']
    """
    cuts = [match.end() for match in _sentence_end(stops).finditer(text) if match.end() < len(text)]
    return tuple(Span(a, b) for a, b in pairwise([0, *cuts, len(text)]) if a < b)


def clauses(text: str, start: int = 0, end: int | None = None) -> tuple[Span, ...]:
    """Return the stretches between the commas and stops of text[start:end], without them; the comma
    of 1,200 and the colon of 12:30 are none.

    >>> text = "新增1,200户，其中：东区300户"
    >>> [span.of(text) for span in clauses(text)]
    ['新增1,200户', '其中', '东区300户']
    """
    last = len(text) if end is None else end
    cuts = [at for at in range(start, last) if is_clause_end(text, at)]
    return tuple(Span(a + 1, b) for a, b in pairwise([start - 1, *cuts, last]))


def is_clause_end(text: str, at: int) -> bool:
    """True if a mark parts two clauses, and no number or time of day."""
    if text[at] in ",:":
        return LATIN_COMMA.match(text, at) is not None
    return text[at] in COMMAS or text[at] in FULL_STOPS


@lru_cache(maxsize=8)
def _sentence_end(stops: str) -> re.Pattern[str]:
    closable = stops.replace("\n", "")
    return re.compile(f"[{closable}][{CLOSERS}]|[{stops}](?![{CLOSERS}])")


def split_sentences(text: str) -> list[str]:
    """Cut text behind its full stops and semicolons; joined again, the pieces are the text."""
    return [span.of(text) for span in sentences(text, STOPS)]


def normal(text: str) -> str:
    """Return text as the models read it: NFKC, without NUL and lone surrogates, which break the
    embedder.
    """
    return unicodedata.normalize("NFKC", UNREADABLE.sub("", text))


def squeeze(text: str) -> str:
    """Return text without white space: what is counted when characters are counted."""
    return SPACE.sub("", text)


@lru_cache(maxsize=KEPT_TEXTS)
def bare(text: str) -> str:
    """Return text as two prints of it are compared: normal, without white space."""
    return squeeze(normal(text))


def tokenize(text: str) -> Iterator[str]:
    """Yield single characters and neighbouring pairs; numbers and Latin words stay whole.

    >>> list(tokenize("低保900元"))
    ['低', '低保', '保', '900', '元']
    """
    before = None
    for match in WORD.finditer(normal(text).lower()):
        word = match[0]
        is_han = "\u3400" <= word <= "\u9fff"
        if (
            is_han
            and before is not None
            and before.end() == match.start()
            and "\u3400" <= before[0] <= "\u9fff"
        ):
            yield before[0] + word
        yield word
        before = match
