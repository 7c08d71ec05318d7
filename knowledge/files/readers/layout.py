"""Printed lines and their places on the pages -> the text of a plan, one paragraph a line.

The PDF reader and the OCR reader hand in what they see, in any order. This file finds the reading
order, takes out what belongs to the page and not to the text (`furniture`), and joins the lines
that the margin broke.

Not covered: tables (a row stays a line, its cells divided by tabs, a cell of two lines becomes two
rows), footnotes, text set vertically, more than two columns.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median

from knowledge.files.readers.furniture import (
    letterhead,
    page_numbers,
    running_heads,
    table_of_contents,
)
from knowledge.files.readers.line import BIGGER, PrintedLine, glue, usual_size, width
from knowledge.numbering import find_marks
from knowledge.plan import Dropped, Reading

PIECE_GAP = 0.5  # characters of white between two pieces of a row, as between columns
CELL_GAP = 2.5  # between two cells of a table
COLUMN_LINES, COLUMN_WIDTH = 4, 0.35  # the fewest of a column; of a page, below it they are cells
INDENT = 1.2  # characters from the margin; paragraphs begin 2 in, scans waver by half a one
SLACK = 0.8  # characters by which full lines may miss the margin
PARAGRAPH_GAP = 1.5  # of the usual distance of two lines
LARGE_PAGES = 2  # a cover, and the page behind it

SENTENCE_END = re.compile(r"[。！？；：!?;:…][”’」』）)》]*\Z")
OPENERS, CLOSERS = "（(《〈“‘「【", "，。、；：！？）)》〉”’」】…—%"
FIRST_WORD = re.compile(rf"[{OPENERS}]*(?:[0-9A-Za-z.,%/+~-]+|.)(?:·.)*[{CLOSERS}]*")


@dataclass(frozen=True, slots=True)
class TextArea:
    """Where the text of a page or a column begins and ends."""

    left: float
    right: float


def compose(pieces: Iterable[PrintedLine], page_count: int) -> Reading:
    """Return the text of the pages, what was left out of it, and where its pages begin."""
    pages = defaultdict[int, list[PrintedLine]](list)
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
    paragraphs = join_lines(lines)
    text, starts = written(paragraphs, page_count)
    return Reading(text, tuple(dropped), starts, large=tuple(large_paragraphs(paragraphs)))


def in_reading_order(pieces: Sequence[PrintedLine]) -> Iterator[PrintedLine]:
    """Yield the lines of one page from top to bottom, the left column before the right one."""
    gutter = _gutter(pieces)
    spanning: list[float] = []
    if gutter is not None:
        pieces = [replace(piece, column=_column(piece, gutter)) for piece in pieces]
        spanning = [piece.top for piece in pieces if piece.column == 0]

    def place(piece: PrintedLine) -> tuple[int, int]:
        return sum(top < piece.top for top in spanning), piece.column

    for _, column in groupby(sorted(pieces, key=place), key=place):
        for row in _rows(list(column)):
            yield _as_one_line(row)


def _gutter(pieces: Sequence[PrintedLine]) -> float | None:
    """Return the x between two columns of running text, None where there is one column."""
    if not pieces:
        return None
    left, right = min(p.left for p in pieces), max(p.right for p in pieces)
    middle = (left + right) / 2
    columns = [_column(piece, middle) for piece in pieces]
    if columns.count(0) > len(pieces) / 5 or min(columns.count(1), columns.count(2)) < COLUMN_LINES:
        return None
    widths = [p.right - p.left for p, c in zip(pieces, columns, strict=True) if c]
    return middle if median(widths) > COLUMN_WIDTH * (right - left) else None


def _column(piece: PrintedLine, gutter: float) -> int:
    if piece.right <= gutter:
        return 1
    return 2 if piece.left >= gutter else 0


def _rows(pieces: Sequence[PrintedLine]) -> Iterator[list[PrintedLine]]:
    """Yield the pieces that stand at the same height, from left to right."""
    row: list[PrintedLine] = []
    for piece in sorted(pieces, key=lambda p: p.top + p.bottom):
        if row and piece.top + piece.bottom > 2 * row[0].bottom - 0.4 * row[0].size:
            yield sorted(row, key=lambda p: p.left)
            row = []
        row.append(piece)
    if row:
        yield sorted(row, key=lambda p: p.left)


def _as_one_line(row: Sequence[PrintedLine]) -> PrintedLine:
    """Join the pieces of a row; a wide gap divides cells."""
    text, cells = row[0].text, 1
    for before, piece in pairwise(row):
        gap = (piece.left - before.right) / piece.size
        cells += gap > CELL_GAP
        between = "\t" if gap > CELL_GAP else " " if gap > PIECE_GAP else ""
        text = text + between + piece.text if between else glue(text, piece.text)
    widest = max(row, key=lambda p: p.right - p.left)
    bottom, right = max(p.bottom for p in row), max(p.right for p in row)
    return replace(widest, text=text, left=row[0].left, right=right, bottom=bottom, cells=cells)


@dataclass(frozen=True, slots=True)
class Measures:
    """What is usual in a file: the frames of its pages and columns, its size, its line distance.

    `numbers_indent` says that section numbers stand in from the margin, so that one at the margin
    is running text ("按照第" / "（三）项").
    """

    frames: dict[tuple[int, int], TextArea]
    size: float
    distance: float
    numbers_indent: bool

    def goes_on(self, paragraph: Sequence[PrintedLine], line: PrintedLine) -> bool:
        """Say whether the line belongs to the paragraph before it."""
        above = paragraph[-1]
        if max(above.cells, line.cells) > 1 or _differ_in_size(above, line):
            return False
        if self._stands_off(above, line):
            return False
        if opens_section(line):
            goes_on_inside = self.numbers_indent and not SENTENCE_END.search(above.text)
            return goes_on_inside and not self._ends_short(above, line) and not self.indents(line)
        if line.size > BIGGER * self.size and self._is_centred(above) and self._is_centred(line):
            return True
        if self._ends_short(above, line):
            return False
        return not self.indents(line) or _hangs(paragraph, line)

    def indents(self, line: PrintedLine) -> bool:
        """Say whether the line begins in from the margin."""
        return line.left - self.frames[line.page, line.column].left > INDENT * line.size

    def _is_centred(self, line: PrintedLine) -> bool:
        frame = self.frames[line.page, line.column]
        return abs(line.left - frame.left - (frame.right - line.right)) < 2 * line.size

    def _stands_off(self, above: PrintedLine, line: PrintedLine) -> bool:
        if (above.page, above.column) != (line.page, line.column):
            return False
        usual = max(self.distance, BIGGER * line.size)
        return line.bottom - above.bottom > PARAGRAPH_GAP * usual

    def _ends_short(self, above: PrintedLine, line: PrintedLine) -> bool:
        """Say whether the first word of `line` would have fitted behind `above`."""
        room = self.frames[above.page, above.column].right - above.right
        word = FIRST_WORD.match(line.text)
        return room > (width(word[0] if word else "") + SLACK) * above.size


def opens_section(line: PrintedLine) -> bool:
    """Say whether the line begins with a section number."""
    mark = next(find_marks(line.text), None)
    return mark is not None and mark.opens_line


def _differ_in_size(above: PrintedLine, line: PrintedLine) -> bool:
    """Short lines are left out: the size of a word of three characters is often misread."""
    small, large = sorted((above.size, line.size))
    return min(len(above.text), len(line.text)) > 3 and large > BIGGER * small


def _hangs(paragraph: Sequence[PrintedLine], line: PrintedLine) -> bool:
    """A numbered item may hang out: all its lines but the first stand in."""
    first, above = paragraph[0], paragraph[-1]
    stands_in = line.left - first.left > 0.8 * line.size
    return opens_section(first) and stands_in and not SENTENCE_END.search(above.text)


def measure(lines: Sequence[PrintedLine]) -> Measures:
    """Find out what is usual in the lines of a file."""
    frames, size = _frames(lines), usual_size(lines)
    distances = [
        line.bottom - above.bottom
        for above, line in pairwise(lines)
        if (above.page, above.column) == (line.page, line.column) and line.top > above.top
    ]
    measures = Measures(frames, size, median(distances or [2 * size]), False)
    numbered = [measures.indents(line) for line in lines if opens_section(line)]
    return replace(measures, numbers_indent=2 * sum(numbered) > len(numbered))


def _frames(lines: Sequence[PrintedLine]) -> dict[tuple[int, int], TextArea]:
    """Return the frame of each page and column; one that is not filled is as wide as the usual."""
    groups = defaultdict[tuple[int, int], list[PrintedLine]](list)
    for line in lines:
        groups[line.page, line.column].append(line)
    own, by_column = dict[tuple[int, int], TextArea](), defaultdict[int, list[TextArea]](list)
    for key, group in groups.items():
        rights = sorted(line.right for line in group)
        # the widest line may be a table or a mark in the margin
        own[key] = TextArea(min(line.left for line in group), rights[-2 if len(group) > 5 else -1])
        by_column[key[1]] += [own[key]] * len(group)
    usual = {
        column: TextArea(median(f.left for f in frames), median(f.right for f in frames))
        for column, frames in by_column.items()
    }
    return {key: _filled(frame, usual[key[1]], groups[key][0].size) for key, frame in own.items()}


def _filled(frame: TextArea, usual: TextArea, slack: float) -> TextArea:
    """Widen a frame that is narrower than usual on the side where it falls short."""
    missing = (usual.right - usual.left) - (frame.right - frame.left)
    if missing < slack:
        return frame
    if abs(frame.left - usual.left) <= abs(frame.right - usual.right):
        return TextArea(frame.left, frame.right + missing)
    return TextArea(frame.left - missing, frame.right)


def join_lines(lines: Sequence[PrintedLine]) -> list[list[PrintedLine]]:
    """Return the lines of each paragraph."""
    measures, paragraphs = measure(lines), list[list[PrintedLine]]()
    for line in lines:
        if paragraphs and measures.goes_on(paragraphs[-1], line):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return paragraphs


def written(
    paragraphs: Sequence[Sequence[PrintedLine]], page_count: int
) -> tuple[str, tuple[int, ...]]:
    """Return the text, one paragraph a line, and the offset at which each page begins in it."""
    pieces, chars, starts = list[str](), 0, dict[int, int]()
    for paragraph in paragraphs:
        words = ""
        for line in paragraph:
            words = glue(words, line.text)
            starts.setdefault(line.page, chars + len(words) - len(line.text))
        pieces.append(words)
        chars += len(words) + 1
    text = "\n".join(pieces)
    offsets = [len(text)]
    for page in reversed(range(page_count)):
        offsets.append(starts.get(page, offsets[-1]))
    return text, tuple(reversed(offsets[1:]))


def large_paragraphs(paragraphs: Sequence[Sequence[PrintedLine]]) -> Iterator[str]:
    """Yield what is set in large type on the first pages: a title, and the name above it."""
    size = usual_size([line for paragraph in paragraphs for line in paragraph])
    for paragraph in paragraphs:
        if paragraph[0].page < LARGE_PAGES and paragraph[0].size > BIGGER * size:
            yield "".join(line.text for line in paragraph)
