"""A text -> its sentences and their clauses, with names put out of sight.

A number inside “…”, 《…》 or （…） belongs to a name or an aside. `Sentence.plain` has the same
length as `Sentence.text`, but names and asides are blanked in it: rules look at the plain text and
quote from the printed one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from knowledge.text import Span, clauses, sentences
from knowledge.time import read_times

BLANK = "\ue000"  # stands for a name; a private character, so that no rule matches it by accident
BLANK_ASIDE = "\ue001"  # stands for an aside in brackets
TOTAL_WORDS = "全覆盖 全面覆盖 清零 全部".split()
# 800: rules compare the numbers of a sentence with each other; one without end (a text made to
# last, a table run together) is cut at its next comma
SENTENCE_CHARS = 800
LOOK_CHARS = 200  # for that comma
NAME = re.compile(
    r"""“(?P<quoted>[^“”]*)” | 《[^《》]*》 | 【[^【】]*】 | "[^"]*"
    | [（(](?P<aside>[^（()）]*)[）)]""",
    re.VERBOSE,
)
# “十四五”末 is a date; （其中护理型200张） goes on with the count in front of it.
SEEN_NAME = re.compile(rf"十[二三四五六七]五|{'|'.join(TOTAL_WORDS)}")
SEEN_ASIDE = re.compile(r"其中|含|不少于|不低于|至少")
FINISHED = re.compile(r"(?:全部)?(?:完成|建成|投用|完工)\Z")
SEMICOLONS = "；;"
LIST_SIGN = re.compile(r"\s*(?:[①-⒛●◆■▪•·]|\d\ufe0f?\u20e3)\s*")


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a sentence between two commas; `segment` counts the semicolons before it."""

    start: int
    end: int
    segment: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a section: `start` is its offset there; clauses count from the sentence."""

    start: int
    text: str
    plain: str
    clauses: tuple[Clause, ...]

    def until(self, clause: int) -> str:
        """The sentence down to the end of a clause, names blanked."""
        return self.plain[: self.clauses[clause].end]

    def clause_at(self, position: int) -> int:
        """Return the index of the clause that holds `position`."""
        return next(i for i, clause in enumerate(self.clauses) if position <= clause.end)


def read_sentences(text: str) -> Iterator[Sentence]:
    """Yield the sentences of a section; a line break ends a sentence as a full stop does."""
    for span in sentences(text):
        for start, end in pairwise(_bounds(text, span)):
            printed = text[start:end].rstrip("\n")
            if printed:
                plain = blank_names(printed)
                yield Sentence(start, printed, plain, tuple(_clauses(plain)))


def _bounds(text: str, span: Span) -> list[int]:
    """Return where a sentence begins and ends, and where one without end is cut."""
    bounds = [span.start]
    while span.end - bounds[-1] > SENTENCE_CHARS + LOOK_CHARS:
        least = bounds[-1] + SENTENCE_CHARS
        commas = (text.find(comma, least, least + LOOK_CHARS) + 1 for comma in "，；")
        bounds.append(min(filter(None, commas), default=least + LOOK_CHARS))
    return [*bounds, span.end]


def blank_names(text: str) -> str:
    """Return text of the same length without what stands in quotes, title marks and brackets."""
    return NAME.sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    quoted, aside = match["quoted"], match["aside"]
    seen = (quoted and SEEN_NAME.fullmatch(quoted)) or (aside and _is_seen(aside))
    blank = BLANK if aside is None else BLANK_ASIDE
    return match[0] if seen else blank * len(match[0])


def _is_seen(aside: str) -> bool:
    """True for an aside that goes on with the count in front of it, or ends it: 6月底前完成."""
    times = read_times(aside) if FINISHED.search(aside) else ()
    return bool(SEEN_ASIDE.match(aside) or (times and times[0].start == 0))


def _clauses(plain: str) -> Iterator[Clause]:
    """Cut at commas; the sign of a list (①, ●) stands before its clause."""
    segment = 0
    for span in clauses(plain, 0, len(plain.rstrip("。！？!? \u3000"))):
        if span.start and plain[span.start - 1] in SEMICOLONS:
            segment += 1
        sign = LIST_SIGN.match(plain, span.start, span.end)
        yield Clause(sign.end() if sign else span.start, span.end, segment)
