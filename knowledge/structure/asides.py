"""The lines of a text whose numbers are no sections of the plan: tables, lists of annexes, boxes,
notes below a table.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.numbering import Mark, Style

ORDINAL = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
CELLS = " | "  # between the cells of a row
BOX_CHARS, ENTRY_CHARS = 60, 60  # of the title of a box, of an entry of a list of annexes
BOX = re.compile(
    rf".{{0,4}}专\s*栏\s*(?:{ORDINAL}|[：:】\]\s]|\Z)|[（(【]?[备附]?注(?:[：:）)】]|\Z)"
)
ATTACHED = re.compile(r"附\s*件\s*[:：]\s*(?P<entry>.*)")


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of a text and the offset where it begins, behind its indent."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """Where the line ends."""
        return self.start + len(self.text)


def read_lines(text: str, page: str) -> list[TextLine]:
    """Return the lines that print something, in order."""
    lines, start = [], 0
    for line in text.split("\n"):
        if printed := line.strip().strip(page).strip():
            lines.append(TextLine(start + line.index(printed), printed))
        start += len(line) + 1
    return lines


def excluded_spans(lines: Sequence[TextLine]) -> list[tuple[int, int]]:
    """Return where numbers are no sections: rows of tables and lists of annexes, in order."""
    spans = [(line.start, line.end) for line in lines if CELLS in line.text]
    at = 0
    while at < len(lines):
        end = _list_end(lines, at)
        if end > at:
            spans.append((lines[at].start, lines[end - 1].end))
        at = max(end, at + 1)
    return sorted(spans)


def _list_end(lines: Sequence[TextLine], at: int) -> int:
    """Return the place behind the list of annexes that begins here, `at` where none does."""
    attached = ATTACHED.fullmatch(lines[at].text)
    if attached is None or not (attached["entry"] or _is_entry(lines, at + 1)):
        return at
    end = at + 1
    while _is_entry(lines, end):
        end += 1
    return end


def _is_entry(lines: Sequence[TextLine], at: int) -> bool:
    line = lines[at].text if at < len(lines) else ""
    return line[:1].isdigit() and len(line) <= ENTRY_CHARS and "。" not in line


class Boxes:
    """The 专栏 boxes of a plan and the notes below its tables: their items 1. 2. 3. belong to the
    section that they stand in.
    """

    def __init__(self, lines: Sequence[TextLine]) -> None:
        """Find the boxes among the lines of a text."""
        boxed = (x for x in lines if len(x.text) <= BOX_CHARS and BOX.match(x.text))
        self._starts = [x.start for x in boxed if "。" not in x.text]
        self._next = 0
        self._items: int | None = None  # the last item of the open box

    def takes(self, mark: Mark) -> bool:
        """True if the mark is the next item of a box, or stands below one."""
        while self._next < len(self._starts) and self._starts[self._next] < mark.start:
            self._next += 1
            self._items = 0
        if self._items is None or not mark.opens_line or mark.style < Style.ARABIC:
            return False
        if mark.value not in (self._items + 1, 1):
            return False
        self._items = mark.value if mark.style is Style.ARABIC else self._items
        return True

    def close(self) -> None:
        """End the open box: a section begins."""
        self._items = None
