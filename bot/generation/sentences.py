"""A model's text as it comes, cut into sentences as soon as each is whole."""

import re
from collections.abc import AsyncGenerator, AsyncIterator

STOPS = "。！？；!?;\n"
PAIRED = {"《": "》", "“": "”", "（": "）"}
LONGEST = 300  # characters: behind it a bracket counts as forgotten
CLOSERS = "”’」』）"
LIST_MARK = re.compile(r"^(?:\s*(?:[-*•·>#]+|\d{1,2}[.、)）](?!\d)))+\s*")
EMPHASIS = re.compile(r"\*\*|__|`")


async def cut_sentences(pieces: AsyncIterator[str]) -> AsyncGenerator[str, None]:
    """Yield sentence by sentence, cut behind stops that stand outside 《》, “”, （） and figures.

    What is left without a stop when the text ends is the last sentence; when the text breaks off,
    it is lost.
    """
    held = ""
    async for piece in pieces:
        held += piece
        while (end := _end(held)) is not None:
            sentence, held = held[:end], held[end:]
            if tidied := tidy_sentence(sentence):
                yield tidied
    if tidied := tidy_sentence(held):
        yield tidied


def tidy_sentence(sentence: str) -> str:
    """Return a sentence without list marks and emphasis.

    >>> tidy_sentence("1. **低保标准**为860元[1]。")
    '低保标准为860元[1]。'
    """
    return EMPHASIS.sub("", LIST_MARK.sub("", sentence)).strip()


def _end(text: str) -> int | None:
    """Return where the first sentence ends, None while that is not certain."""
    open_: list[str] = []
    for at, char in enumerate(text):
        if open_ and char == open_[-1]:
            open_.pop()
        elif char in PAIRED:
            open_.append(PAIRED[char])
        if char not in STOPS or open_ and at < LONGEST:
            continue
        after = text[at + 1 : at + 2]
        if not after and char != "\n":
            return None  # a closing quotation mark or a digit may follow
        if char in ";!?\n" and after.isdigit() and text[at - 1 : at].isdigit():
            continue
        return at + 1 + (after in CLOSERS and bool(after))
    return None
