"""A section -> the passages that are indexed, and the tokens of the full text.

A passage is at most 180 characters and never crosses a section, a point (一是…) or, where it can be
helped, a sentence. What is embedded is the passage's own text: a title in front of it draws every
passage of a plan together (dense hits 64 -> 45 %). The full text holds the plan's title and the
headings above as well.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from knowledge.plan import Plan, Section, SectionPath
from knowledge.text import normal, split_sentences, tokenize

PASSAGE_CHARS = 180  # 100..350 find the right section alike; short ones quote better
POINT = re.compile(
    r"(?:(?<=[。；！？\n])|(?<=[。；！？\n][ ]))"  # web pages put a blank before "二是"
    r"(?=[一二三四五六七八九十]{1,3}[是要](?![一二三四五六七八九十]))"
)
CLAUSE = re.compile(r"(?<=[，、,])")


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of one section: its place in the section, and the words above it that only the full
    text holds.
    """

    section: Section
    number: int
    text: str
    above: str

    @property
    def hash(self) -> str:
        """What the passage's embedding is known by."""
        return hashlib.sha256(normal(self.text).encode()).hexdigest()[:32]

    @property
    def tokens(self) -> str:
        """The text of the full-text index."""
        return " ".join(tokenize(f"{self.above}\n{self.text}"))


def split_passages(section: Section, above: str = "") -> list[Passage]:
    """Cut one section into its passages."""
    pieces: list[str] = []
    for point in POINT.split(section.whole_text):
        pieces += _pack(_small_enough(split_sentences(point)))
    texts = [text for piece in pieces if (text := piece.strip())]
    return [Passage(section, i, text, above) for i, text in enumerate(texts)]


def plan_passages(plan: Plan) -> list[Passage]:
    """Return all passages of a plan, each with the title and the headings above it."""
    last: dict[tuple[int | None, SectionPath], str] = {}  # of each path, the heading printed last
    passages = []
    for section in plan.all_sections():
        places = [(section.part, section.path[:depth]) for depth in range(1, len(section.path))]
        headings = [last[place] for place in places if place in last]
        above = "\n".join([plan.metadata.title, *headings, section.heading])
        passages += split_passages(section, above)
        last[section.part, section.path] = section.heading
    return passages


def _small_enough(sentences: Iterable[str]) -> Iterator[str]:
    """Cut a sentence that is longer than a passage at its commas, and what still is at its
    length.
    """
    for sentence in sentences:
        if len(sentence) <= PASSAGE_CHARS:
            yield sentence
            continue
        for clause in _pack(CLAUSE.split(sentence)):
            for start in range(0, len(clause), PASSAGE_CHARS):
                yield clause[start : start + PASSAGE_CHARS]


def _pack(pieces: Iterable[str]) -> list[str]:
    """Join neighbouring pieces as long as they fit one passage."""
    packed: list[str] = []
    for piece in pieces:
        if packed and len(packed[-1]) + len(piece) <= PASSAGE_CHARS:
            packed[-1] += piece
        else:
            packed.append(piece)
    return packed
