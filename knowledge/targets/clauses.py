"""A text -> its sentences and their clauses, with names put out of sight.

A number inside “…”, 《…》 or （…） belongs to a name or an aside. `Sentence.plain` has the same
length as `Sentence.text`, but names and asides are blanked in it: rules look at the plain text and
quote from the printed one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from knowledge.time import read_times

BLANK = "\ue000"  # stands for a name; a private character, so that no rule matches it by accident
BLANK_ASIDE = "\ue001"  # stands for an aside in brackets
TOTAL_WORDS = "全覆盖 全面覆盖 清零 全部".split()
# 800: rules compare the numbers of a sentence with each other; one without end (a text made to
# last, a table run together) is cut at its next comma
SENTENCE = re.compile(r"[^。！？!?\n]{1,800}[^。！？!?\n，；]{0,200}[。！？!?，；]*")
NAME = re.compile(
    r"""“(?P<quoted>[^“”]*)” | 《[^《》]*》 | 【[^【】]*】 | "[^"]*"
    | [（(](?P<aside>[^（()）]*)[）)]""",
    re.VERBOSE,
)
# “十四五”末 is a date; （其中护理型200张） goes on with the count in front of it.
SEEN_NAME = re.compile(rf"十[二三四五六七]五|{'|'.join(TOTAL_WORDS)}")
SEEN_ASIDE = re.compile(r"其中|含|不少于|不低于|至少")
FINISHED = re.compile(r"(?:全部)?(?:完成|建成|投用|完工)\Z")
# (?<!\d),(?=\d{3}): "1,200户" is one number
COMMA = re.compile(r"[，；;：]|,(?!\d{3}(?!\d))|(?<!\d),|:(?!\d)")
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
    for match in SENTENCE.finditer(text):
        plain = blank_names(match.group())
        yield Sentence(match.start(), match.group(), plain, tuple(_clauses(plain)))


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
    end = len(plain.rstrip("。！？!? \u3000"))
    stops = [m.start() for m in COMMA.finditer(plain, 0, end)]
    segment = 0
    for before, after in pairwise([-1, *stops, end]):
        if before >= 0 and plain[before] in SEMICOLONS:
            segment += 1
        sign = LIST_SIGN.match(plain, before + 1, after)
        yield Clause(sign.end() if sign else before + 1, after, segment)
