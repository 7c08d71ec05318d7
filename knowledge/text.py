"""One normal form of text, and the pieces it is cut into: sentences and tokens."""

import re
import unicodedata
from collections.abc import Iterator

SENTENCE = re.compile(r"(?<=[。！？；;\n])(?![”’」』）)])|(?<=[。！？；;][”’」』）)])")


UNREADABLE = re.compile("[\x00\ud800-\udfff]")


WORD = re.compile(r"[a-z]+|\d+(?:\.\d+)?%?|[\u3400-\u9fff]")


def normal(text: str) -> str:
    """Return text as the models read it: NFKC, without NUL and lone surrogates, which break the
    embedder.
    """
    return unicodedata.normalize("NFKC", UNREADABLE.sub("", text))


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


def split_sentences(text: str) -> list[str]:
    """Cut text behind its full stops and semicolons; joined again, the pieces are the text."""
    return [piece for piece in SENTENCE.split(text) if piece]


def squeeze(text: str) -> str:
    """Return text without white space: what is counted when characters are counted."""
    return re.sub(r"\s+", "", text)
