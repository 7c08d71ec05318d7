"""A place in a text -> what is printed around it, without a look at the whole text; the marks of a
text -> what stands around each.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence

from knowledge.numbering import Mark, Style
from knowledge.text import CLOSERS, FULL_STOPS

SENTENCE_ENDS = FULL_STOPS.strip()
# What a number that lost its line is followed by: a heading with its stop, or the whole line.
HEADED = re.compile(rf"[^{SENTENCE_ENDS}；，\n（(]{{2,30}}(?:[{SENTENCE_ENDS}：:\n]|\Z)")
NOTE_CHARS = 120  # who is in charge, where a figure is from: a note in brackets behind a sentence


def printed_before(text: str, at: int) -> int:
    """Return where the text before `at` ends, without the white space between."""
    while at and text[at - 1].isspace():
        at -= 1
    return at


def char_before(text: str, at: int) -> str:
    """Return the last printed character before a place, "" at the start of the text."""
    end = printed_before(text, at)
    return text[end - 1 : end]


def follows_sentence(text: str, at: int) -> bool:
    """True right behind a sentence, or behind a note in brackets that stands there.

    >>> follows_sentence("建好两所。（责任单位：教育局）四、修路", 15)
    True
    """
    end = printed_before(text, at)
    end = printed_before(text, _note_start(text, end))
    while end and text[end - 1] in CLOSERS + "》":
        end -= 1
    return bool(end) and text[end - 1] in SENTENCE_ENDS


def follows_note(text: str, at: int) -> bool:
    """True right behind a note in brackets, whatever stands before it: （教育厅负责）四、修路."""
    end = printed_before(text, at)
    return _note_start(text, end) < end


def _note_start(text: str, end: int) -> int:
    """Return where the note in brackets begins that ends here, `end` where there is none."""
    if not end or text[end - 1] not in "）)":
        return end
    start = end - 2
    while start >= 0 and end - start <= NOTE_CHARS + 2 and text[start] not in "（(）)\n":
        start -= 1
    is_note = start >= 0 and text[start] in "（(" and end - start > 3
    return start if is_note else end


class Surroundings:
    """The marks of a text with what stands around each, all found in one pass from the end."""

    def __init__(self, text: str, marks: Sequence[Mark]) -> None:
        """Look at every mark once."""
        self.text, self.marks = text, marks
        self.follows_sentence = [follows_sentence(text, mark.start) for mark in marks]
        self.can_stand = [
            mark.opens_line or told or char_before(text, mark.start) == "；"
            for mark, told in zip(marks, self.follows_sentence, strict=True)
        ]
        self.alike = self._next([True] * len(marks))
        self.on_line = self._next([mark.opens_line for mark in marks])
        self.printed = self._next([m.opens_line and not m.is_misprint for m in marks])
        self.standing = self._next(
            [ok and not m.is_misprint for ok, m in zip(self.can_stand, marks, strict=True)]
        )
        self._lines: dict[Style, list[int]] = defaultdict(list)
        for i, mark in enumerate(marks):
            if self.can_stand[i]:
                self._lines[mark.style].append(i)
        self.is_headed = [HEADED.match(text, mark.end) is not None for mark in marks]
        self.headed = self._next(self.is_headed)

    def _next(self, counts: Sequence[bool]) -> list[int | None]:
        """Return for each mark the place of the next one of its style that counts."""
        found: list[int | None] = [None] * len(self.marks)
        seen: dict[Style, int] = {}
        for i in range(len(self.marks) - 1, -1, -1):
            style = self.marks[i].style
            found[i] = seen.get(style)
            if counts[i]:
                seen[style] = i
        return found

    def goes_on_from(self, elder: Mark, following: int) -> bool:
        """True if the next number of the style, from a place on, is the one after `elder`."""
        places = self._lines[elder.style]
        at = bisect_left(places, following)
        return at < len(places) and self.marks[places[at]].value == elder.value + 1

    def value(self, i: int | None) -> int | None:
        """The value of the mark at a place, None where there is none."""
        return None if i is None else self.marks[i].value
