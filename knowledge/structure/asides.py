"""Places of a text whose numbers are no sections: tables, lists of annexes, boxes, notes; and where
annexes begin, whose numbering starts afresh.
"""

import re

from knowledge.numbering import Mark, Style

BLANK = r"[ \t\u3000\u00a0]*"  # within a line: across lines it would be searched again and again
ORDINAL = r"[\d一二三四五六七八九十]*"
TABLE_ROW = re.compile(r"(?m)^.*\S \| .*$")
# A box, or notes behind a text: their items 1. 2. 3. are no sections.
NOTES = rf"(?:名词解释|名词注释|[附备]{BLANK}注|注{BLANK}释|注)"
BOX = re.compile(
    rf"(?m)^{BLANK}(?:[【\[]?专栏{BLANK}{ORDINAL}(?=[\s\u3000：:】\]]|$)"
    rf"|[（(【]?{NOTES}[）)】]?{BLANK}[:：]?[ \u3000]*$)"
)
ATTACHED = re.compile(rf"(?m)^{BLANK}附{BLANK}件{BLANK}[:：](?={BLANK}\S)")
# A line that begins an annex, alone or with its title: its numbering starts afresh.
ANNEX = re.compile(
    rf"(?m)^{BLANK}附{BLANK}[件表录]{BLANK}{ORDINAL}{BLANK}[:：]?[ \u3000]*$"
    rf"|^{BLANK}附{BLANK}[件表录]{BLANK}[\d一二三四五六七八九十]+{BLANK}(?:[:：\s]|(?=《))[^\n。；]{{2,40}}$"
)


def excluded_spans(text: str) -> list[tuple[int, int]]:
    """Return where numbers are no sections: rows of tables and the list of annexes."""
    spans = [m.span() for m in TABLE_ROW.finditer(text)]
    for match in ATTACHED.finditer(text):
        end = match.start()
        for line in text[match.start() :].splitlines(keepends=True):
            if end > match.start() and not re.match(r"[\s\u3000]*\d", line):
                break
            end += len(line)
        spans.append((match.start(), end))
    return spans


def annex_starts(text: str) -> list[int]:
    """Return where the lines stand that begin an annex."""
    return [match.start() for match in ANNEX.finditer(text)]


class Box:
    """The 专栏 boxes of a plan: their items 1. 2. 3. belong to the section the box stands in."""

    def __init__(self, text: str) -> None:
        """Find the boxes of a text."""
        self._starts = [m.start() for m in BOX.finditer(text)]
        self._items: int | None = None  # the last item of the open box

    def holds(self, mark: Mark) -> bool:
        """Say whether the mark is an item of a box; any other number closes the box."""
        while self._starts and self._starts[0] < mark.start:
            self._starts.pop(0)
            self._items = 0
        if self._items is None:
            return False
        if mark.style >= Style.ARABIC and mark.value in (self._items + 1, 1):
            self._items = mark.value if mark.style is Style.ARABIC else self._items
            return True
        self._items = None
        return False
