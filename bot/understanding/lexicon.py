"""The lexicon: what words of a question mean to us, each with its kind and value.

`lexicon.txt` holds a line for each kind and value; an office adds lines of its own in
`lexicon.txt` in the data folder. Words are looked for among the words of a cut question, the
longest first: 马上学习 holds no 上学. Each character is used once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

from knowledge.words import cut

FILE = Path(__file__).with_name("lexicon.txt")
LOOSE_CHARS = 3  # a word as long is no part of others by chance: its edges may lie inside words
ASKING = frozenset(
    ("多少", "几", "好多", "几多", "多大", "多高")
)  # 多少岁 is one word to a dictionary
KEPT_TEXTS = 1024


class Kind(StrEnum):
    """What a word of a question is to us."""

    TYPE = "TYPE"  # what kind of thing answers
    CUE = "CUE"  # what is to be done
    PART = "PART"  # what plans call their parts: 保障措施, 主要任务
    TENSE = "TENSE"  # whether what was done or what is planned is asked for
    FRAME = "FRAME"  # frames any question: no evidence of its subject
    FILL = "FILL"  # politeness, particles: dropped


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the lexicon at its place in a question."""

    kind: Kind
    value: str
    start: int
    end: int


def find_words(text: str) -> tuple[Word, ...]:
    """The words of the lexicon in a question, in its order; none overlaps another.

    >>> [(w.kind.value, w.value) for w in find_words("请问改造多少户")]
    [('FILL', ''), ('TYPE', 'number')]
    """
    return _find(text)


def has_cue(text: str, *cues: str) -> bool:
    """True if a question has a cue of one of these values."""
    return any(w.kind is Kind.CUE and w.value in cues for w in find_words(text))


def without(text: str, words: Sequence[Word]) -> str:
    """The text with blanks in place of these words; what is left keeps its place."""
    for word in words:
        text = text[: word.start] + " " * (word.end - word.start) + text[word.end :]
    return text


@lru_cache(maxsize=KEPT_TEXTS)
def _find(text: str) -> tuple[Word, ...]:
    return tuple(_match(text))


def _match(text: str) -> Iterator[Word]:
    lexicon, edges = _lexicon(), _edges(text)
    at = 0
    while at < len(text):
        found = next(
            (
                (size, lexicon[text[at : at + size]])
                for size in range(min(_longest(), len(text) - at), 0, -1)
                if text[at : at + size] in lexicon
                and (
                    size >= LOOSE_CHARS
                    or text[at : at + size] in ASKING
                    or {at, at + size} <= edges
                )
            ),
            None,
        )
        if found is None:
            at += 1
            continue
        size, (kind, value) = found
        yield Word(kind, value, at, at + size)
        at += size


def _edges(text: str) -> frozenset[int]:
    """The places where the words of a text begin or end."""
    edges, at = [0], 0
    for word, _ in cut(text):
        at += len(word)
        edges.append(at)
    return frozenset(edges)


@cache
def _lexicon() -> Mapping[str, tuple[Kind, str]]:
    return dict(read_lexicon(FILE.read_text(encoding="utf-8")))


@cache
def _longest() -> int:
    return max(map(len, _lexicon()))


def read_lexicon(text: str) -> Iterator[tuple[str, tuple[Kind, str]]]:
    """Yield each surface of a lexicon's text with its kind and value.

    >>> dict(read_lexicon("TYPE who = 谁 哪个部门"))["谁"]
    (<Kind.TYPE: 'TYPE'>, 'who')
    """
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        head, _, surfaces = line.partition("=")
        kind, _, value = head.strip().partition(" ")
        for surface in surfaces.split():
            yield surface, (Kind(kind), value.strip())
