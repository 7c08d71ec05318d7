"""The elements of a web page -> the lines a person sees: paragraphs, rows of tables, list entries.

Block elements and <br> break lines; a row of a table is one line, "| 指标 | 目标 |". A table that
only arranges the page (nested tables, one column, a whole article in a cell) is read as blocks.

Not covered: numbers and hiding that stand in style sheets (only `style=""`), CSS counters, rowspan.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bs4.element import NavigableString, PageElement, Tag

from knowledge.errors import UnreadableFile
from knowledge.files.readers.web_lists import ListNumbers
from knowledge.numbering import find_marks

MAX_DEPTH = 400  # of nested elements; div soup reaches 40, unclosed <font> of old editors 200
MAX_LINES = 20_000  # 100 times a long plan
BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table "
    "tbody td tfoot th thead tr ul".split()
)
CELLS = ("td", "th")
LAYOUT_CELL_CHARS = 600  # in one cell: no entry of a table, but an article placed in one
LAYOUT_CELL_BLOCKS = 12
HAN_OR_MARK = r"[\u2e80-\u9fff\uff00-\uffef“”‘’—…]"
# Editors wrap the source anywhere; between Chinese characters such a wrap is no blank.
SOURCE_WRAP = re.compile(rf"(?<={HAN_OR_MARK})[ \t]*[\r\n]\s*(?={HAN_OR_MARK})")
BLANKS = re.compile(r"[ \t\r\n\f]+")


@dataclass(frozen=True, slots=True)
class WebLine:
    """One line as it is seen; `linked` of its characters are links, `at` is where it stands."""

    text: str
    linked: int
    at: Tag


def read_lines(root: Tag) -> list[WebLine]:
    """Return the lines of an element in reading order.

    Raises:
        UnreadableFile: the elements are nested too deep, or the lines are too many.
    """
    writer = _LineWriter()
    for opens, here in _walk(root):
        if len(writer.lines) > MAX_LINES:
            raise UnreadableFile(f"超过 {MAX_LINES} 行，不像是一份计划。")
        if isinstance(here, Tag):
            (writer.open if opens else writer.close)(here)
        elif opens and type(here) is NavigableString:  # its subclasses are comments and scripts
            writer.write(here)
    writer.end_line()
    return writer.lines


def _walk(root: Tag) -> Iterator[tuple[bool, PageElement]]:
    """Yield (True, element) where it opens and (False, element) where it closes."""
    waiting: list[tuple[bool, PageElement]] = [(True, root)]
    depth = 0
    while waiting:
        opens, here = waiting.pop()
        yield opens, here
        if not isinstance(here, Tag):
            continue
        depth += 1 if opens else -1
        if depth > MAX_DEPTH:
            raise UnreadableFile("的标签嵌套过深，读不出文字。请另存为 .txt 后再试。")
        if opens:
            waiting.append((False, here))
            waiting.extend((True, child) for child in reversed(here.contents))


@dataclass(slots=True)
class _LineWriter:
    """The line that is being written, and the row and the lists it stands in."""

    lines: list[WebLine] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    linked: int = 0
    at: Tag | None = None
    number: str = ""  # of a list, waiting for the first word behind it
    lists: list[ListNumbers | None] = field(default_factory=list)  # None for <ul>
    links: int = 0
    tables: list[bool] = field(default_factory=list)  # is it a grid?
    cells: list[str] = field(default_factory=list)

    @property
    def in_grid(self) -> bool:
        return bool(self.tables) and self.tables[-1]

    def open(self, tag: Tag) -> None:
        if tag.name in BLOCKS or tag.name in ("br", "table"):
            self._break()
        match tag.name:
            case "a" if _leads_away(tag):
                self.links += 1
            case "table":
                self.tables.append(is_grid(tag))
            case "ol" | "ul":
                self.lists.append(ListNumbers.of(tag) if tag.name == "ol" else None)
            case "li" if self.lists and (numbers := self.lists[-1]):
                self.number += numbers.next(tag)

    def close(self, tag: Tag) -> None:
        if self.in_grid and tag.name in CELLS:
            self.cells.append(_squeeze("".join(self.words)))
            self.words.clear()
        elif self.in_grid and tag.name == "tr":
            self._end_row(tag)
        elif tag.name == "caption":
            self.end_line()
        elif tag.name in BLOCKS:
            self._break()
        match tag.name:
            case "a" if _leads_away(tag):
                self.links -= 1
            case "table":
                self.end_line()
                self.tables.pop()
            case "ol" | "ul":
                self.lists.pop()

    def write(self, string: NavigableString) -> None:
        if self.at is None and string.strip():
            self.at = string.parent
        pieces = str(string).split("\n") if string.find_parent("pre") else [str(string)]
        for i, piece in enumerate(pieces):
            if i:
                self._break()
            self.words.append(piece)
            self.linked += len(piece.strip()) if self.links else 0

    def end_line(self) -> None:
        text = _squeeze("".join(self.words))
        if text and self.at is not None:
            self.lines.append(WebLine(self._numbered(text), self.linked, self.at))
            self.number = ""
        self.words.clear()
        self.linked, self.at = 0, None

    def _break(self) -> None:
        if self.in_grid:
            self.words.append(" ")
        else:
            self.end_line()

    def _end_row(self, row: Tag) -> None:
        if any(self.cells):
            self.lines.append(WebLine(f"| {' | '.join(self.cells)} |", self.linked, row))
        self.cells.clear()
        self.linked, self.at = 0, None

    def _numbered(self, text: str) -> str:
        """Put the list's number before the text, unless the page prints one there as well."""
        printed = next(find_marks(text), None)
        return text if printed and printed.start == 0 else self.number + text


def is_grid(table: Tag) -> bool:
    """Say whether a table holds rows and columns, and does not only arrange the page."""
    if table.find("table") is not None:
        return False
    if not any(len(row.find_all(CELLS)) > 1 for row in table.find_all("tr")):
        return False
    return not any(_is_layout_cell(cell) for cell in table.find_all(CELLS))


def _is_layout_cell(cell: Tag) -> bool:
    blocks = cell.find_all(("p", "div", "br", "li", "h1"), limit=LAYOUT_CELL_BLOCKS + 1)
    return len(blocks) > LAYOUT_CELL_BLOCKS or len(cell.get_text(strip=True)) > LAYOUT_CELL_CHARS


def _leads_away(link: Tag) -> bool:
    """A link to a place in the same page is an entry of its table of contents, not navigation."""
    href = str(link.get("href") or "")
    return bool(href) and not re.match(r"#.", href)


def _squeeze(text: str) -> str:
    return BLANKS.sub(" ", SOURCE_WRAP.sub("", text)).strip(" \xa0\u3000")
