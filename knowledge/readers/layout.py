"""Printed lines and their places on the pages -> the text of a plan, one paragraph a line.

The PDF reader and the OCR reader hand in what they see, in any order. This file finds the reading
order, takes out what belongs to the page and not to the text (page numbers, running heads, the
红头, tables of contents), and joins the lines that the margin broke.

Not covered: tables (a row stays a line, its cells divided by tabs, a cell of two lines becomes two
rows), footnotes, text set vertically, more than two columns.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import groupby, pairwise
from statistics import median

from knowledge.numbering import find_marks
from knowledge.plan import Dropped, Reading

EDGE_LINES = 2  # of a page, at the top and at the foot, that may be running heads or page numbers
HEAD_WINDOW = 4  # pages before and behind in which a running head must come back; even, odd
HEAD_LIKENESS = 0.85  # of two running heads, one of them misread
CELL_GAP = 2.5  # characters of white between two cells of a row; justified lines stay below 1.5
INDENT = 1.2  # characters from the margin; paragraphs begin 2 in, scans waver by half a one
BIGGER = 1.15  # a title's size over the text's: 二号 over 三号 is 1.38, a misread size 1.05
PARAGRAPH_GAP = 1.5  # of the usual distance of two lines

PAGE_NUMBER = re.compile(
    r"[-—–―－一·•.~|\s]*(?:第\s*)?(?:\d{1,4}|[ivxl]{1,6})\s*页?"
    r"(?:\s*[,，/|]?\s*(?:[共/]|of)\s*\d{1,4}\s*页?)?[-—–―－一·•.~|\s]*"
    r"|共\s*\d{1,4}\s*页\s*[,，/]?\s*第\s*\d{1,4}\s*页|page\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?",
    re.IGNORECASE,
)
ORGAN = re.compile(r".*(?:文件|局|厅|委|委员会|政府|办公室|办公厅|部|院|会|中心|集团|公司|大学)")
RULE = re.compile(r"[-—–_─━＿★☆\s]{6,}")
CONTENTS_HEADING = re.compile(r"目\s*[录次]")
CONTENTS_ENTRY = re.compile(r".*?[^.…·．\s][.…·．‥\s]{3,}\s*[（(\-—]?\d{1,4}[）)\-—]?")
PLAIN_ENTRY = re.compile(r".+[\t ]\d{1,4}")  # without leaders; counts only below 目录
CONTENTS_ENTRIES = 3  # the fewest that make a table of contents

SENTENCE_END = re.compile(r"[。！？；：!?;:…][”’」』）)》]*\Z")
OPENERS, CLOSERS = "（(《〈“‘「【", "，。、；：！？）)》〉”’」】…—%"
FIRST_WORD = re.compile(rf"[{OPENERS}]*(?:[0-9A-Za-z.,%/+~-]+|.)[{CLOSERS}]*")
LATIN = re.compile(r"[!-~]")
HAN = "[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3001-\u303f“”‘’…—]"
HAN_SPACE = re.compile(rf"(?<={HAN})[ \u3000]+(?={HAN})")


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line, or a piece of one, and its box on the page.

    Units are points or pixels from the page's top left corner, `size` is the height of its
    characters, `page` counts from 0. `column` is 0 for the whole width, 1 and 2 in two columns;
    `cells` counts the pieces of a row.
    """

    text: str
    page: int
    left: float
    top: float
    right: float
    bottom: float
    size: float
    is_red: bool = False
    column: int = 0
    cells: int = 1

    @property
    def middle(self) -> float:
        """Half way between left and right."""
        return (self.left + self.right) / 2


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the text of a page or a column begins and ends."""

    left: float
    right: float


def compose(pieces: Iterable[Line], page_count: int) -> Reading:
    """Return the text of the pages, what was left out of it, and where its pages begin."""
    pages = defaultdict[int, list[Line]](list)
    for piece in pieces:
        pages[piece.page].append(piece)
    lines = [line for page in sorted(pages) for line in in_reading_order(pages[page])]
    dropped = []
    for find, why in (
        (page_numbers, "页码"),
        (running_heads, "页眉或页脚"),
        (letterhead, "红头"),
        (table_of_contents, "目录"),
    ):
        found = find(lines)
        dropped += [Dropped(line.text, why) for line in lines if line in found]
        lines = [line for line in lines if line not in found]
    text, starts = join_lines(lines, page_count)
    return Reading(text, tuple(dropped), starts)


def close_up(text: str) -> str:
    """Take out the spaces between Chinese characters.

    >>> close_up("加 快 发展 5G 应用")
    '加快发展 5G 应用'
    """
    return HAN_SPACE.sub("", text)


def in_reading_order(pieces: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines of one page from top to bottom, the left column before the right one."""
    spanning = [piece.top for piece in pieces]
    if gutter := _gutter(pieces):
        pieces = [replace(piece, column=_column(piece, gutter)) for piece in pieces]
        spanning = [piece.top for piece in pieces if piece.column == 0]
    else:
        spanning = []

    def place(piece: Line) -> tuple[int, int]:
        return sum(top < piece.top for top in spanning), piece.column

    for _, column in groupby(sorted(pieces, key=place), key=place):
        for row in _rows(list(column)):
            yield _as_one_line(row)


def _gutter(pieces: Sequence[Line]) -> float | None:
    """Return the x between two columns of running text, None where there is one column."""
    if not pieces:
        return None
    left, right = min(p.left for p in pieces), max(p.right for p in pieces)
    middle = (left + right) / 2
    columns = [_column(piece, middle) for piece in pieces]
    widths = [[p.right - p.left for p, c in zip(pieces, columns, strict=True) if c == side]
              for side in (1, 2)]
    is_text = all(len(w) >= 8 and median(w) > 0.35 * (right - left) for w in widths)
    return middle if is_text and columns.count(0) <= len(pieces) / 5 else None


def _column(piece: Line, gutter: float) -> int:
    if piece.right <= gutter:
        return 1
    return 2 if piece.left >= gutter else 0


def _rows(pieces: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield the pieces that stand at the same height, from left to right."""
    row: list[Line] = []
    for piece in sorted(pieces, key=lambda p: p.top + p.bottom):
        if row and piece.top + piece.bottom > 2 * row[0].bottom - 0.4 * row[0].size:
            yield sorted(row, key=lambda p: p.left)
            row = []
        row.append(piece)
    if row:
        yield sorted(row, key=lambda p: p.left)


def _as_one_line(row: Sequence[Line]) -> Line:
    text, cells = row[0].text, 1
    for before, piece in pairwise(row):
        is_cell = piece.left - before.right > CELL_GAP * piece.size
        cells += is_cell
        text = text + "\t" + piece.text if is_cell else glue(text, piece.text)
    widest = max(row, key=lambda p: p.right - p.left)
    bottom, right = max(p.bottom for p in row), max(p.right for p in row)
    return replace(widest, text=text, left=row[0].left, right=right, bottom=bottom, cells=cells)


def _edges(lines: Sequence[Line]) -> dict[int, list[Line]]:
    """Return the first and last lines of each page."""
    edges = {}
    for page, group in groupby(lines, key=lambda line: line.page):
        by_height = sorted(group, key=lambda line: line.top)
        edges[page] = by_height[:EDGE_LINES] + by_height[EDGE_LINES:][-EDGE_LINES:]
    return edges


def page_numbers(lines: Sequence[Line]) -> set[Line]:
    """Return the lines at the edges of pages that print nothing but a page number."""
    edges = _edges(lines).values()
    return {line for edge in edges for line in edge if PAGE_NUMBER.fullmatch(line.text.strip())}


def running_heads(lines: Sequence[Line]) -> set[Line]:
    """Return the lines that come back at the same height on three pages or half of them."""
    edges = _edges(lines)
    heads = set()
    for page, edge in edges.items():
        near = [p for p in range(page - HEAD_WINDOW, page + HEAD_WINDOW + 1) if p != page]
        for line in edge:
            again = sum(any(_is_same_head(line, other) for other in edges.get(p, ())) for p in near)
            if again >= 2 or (again and 2 * (again + 1) >= len(edges)):
                heads.add(line)
    return heads


def _is_same_head(line: Line, other: Line) -> bool:
    if abs(line.top - other.top) > 1.5 * line.size:
        return False
    here, there = (re.sub(r"\d+", "#", re.sub(r"\s", "", x.text)) for x in (line, other))
    return here == there or SequenceMatcher(None, here, there).ratio() >= HEAD_LIKENESS


def letterhead(lines: Sequence[Line]) -> set[Line]:
    """Return the 红头: the issuing organ's name, large and red or ending in 文件, and its rule."""
    text_size = _text_size(lines)
    found = set()
    for _, group in groupby(lines, key=lambda line: line.page):
        for line in list(group)[:8]:
            text = re.sub(r"\s", "", line.text)
            needed = 1.25 if line.is_red else 1.6 if text.endswith("文件") else 99
            if (line.size >= needed * text_size and ORGAN.fullmatch(text)) or RULE.fullmatch(text):
                found.add(line)
    return found


def table_of_contents(lines: Sequence[Line]) -> set[Line]:
    """Return the lines of tables of contents: entries that end in page numbers, and 目录."""
    found, run, entries, has_heading = set[Line](), list[Line](), 0, False
    for line in [*lines, None]:
        text = line.text.strip() if line else ""
        if line and CONTENTS_HEADING.fullmatch(text):
            run, entries, has_heading = [line], 0, True
        elif line and (
            CONTENTS_ENTRY.fullmatch(text) or (has_heading and PLAIN_ENTRY.fullmatch(text))
        ):
            run, entries = [*run, line], entries + 1
        elif line and run and _wraps_entry(run, line):
            run.append(line)
        else:
            if entries >= CONTENTS_ENTRIES:
                found.update(run)
            run, entries, has_heading = [], 0, False
    return found
