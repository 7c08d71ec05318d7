"""The characters of a PDF page and their places -> printed lines.

pdfium gives characters in the order of the file. They are turned so that most run from left to
right, put into rows by their base line, cut at wide gaps, and made plain: fonts give radicals and
compatibility characters for ordinary ones.
"""

import ctypes
import re
import unicodedata
from collections.abc import Iterator, Sequence
from math import hypot
from statistics import median
from typing import Any, NamedTuple

from knowledge.errors import UnreadableFile
from knowledge.files.readers.layout import PIECE_GAP
from knowledge.files.readers.line import PrintedLine, close_up

MAX_PAGE_CHARACTERS = 20_000  # a dense A4 page has 2,500
# CJK radicals that look like characters; NFKC knows the Kangxi ones, these it leaves.
RADICALS = str.maketrans(
    "⺁⺇⺈⺊⺒⺓⺛⺠⺡⺢⺣⺥⺩⺬⺭⺮⺯⺷⺸⺻⺼⻁⻂⻃⻄⻅⻆⻈⻉⻋⻌⻐⻑⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳⻏⻊⻍⻎",
    "厂几刀卜巳幺无民氵水灬爪王示礻竹糹羊羊聿肉虎衤覀西见角讠贝车辶钅長长门阝雨青韦页风飞食饣马骨鬼鱼鸟卤麦黄黾齐齿龙龟阝足辶辶",
)


COMPATIBILITY = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\ufb00-\ufb06\U0002f800-\U0002fa1f]")

SCREEN = 100  # pdfium's screen units, which are whole numbers, to a point
LEVEL = 0.1  # the slope above which text runs askew
OFF_BASE = 0.6  # of the smaller character, by which superscripts leave the base line
TWICE = 0.25  # of a character: letters that are printed twice to look bold are closer
WORD_GAP = 0.2  # of a character, between Latin words


class Affine(NamedTuple):
    """A map of coordinates, the six numbers as in a PDF."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point goes."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def direction(self, x: float, y: float) -> tuple[float, float]:
        """Return where an arrow points to."""
        return self.a * x + self.c * y, self.b * x + self.d * y


class Glyph(NamedTuple):
    """A character and its place in points from the page's top left corner."""

    char: str
    left: float
    right: float
    base: float
    size: float
    is_red: bool
    is_level: bool

    @property
    def is_printed(self) -> bool:
        """False for marks that leave no trace, such as U+200B; blanks count, they divide words."""
        return self.char.isspace() or unicodedata.category(self.char[0]) not in ("Cc", "Cf")


def read_glyphs(page: Any, number: int) -> list[Glyph]:
    """Return the page's characters, turned so that most of them run from left to right."""
    from pypdfium2 import raw

    text = page.get_textpage()
    try:
        count = text.count_chars()
        if count > MAX_PAGE_CHARACTERS:
            limit = f"{count} 字，超过上限 {MAX_PAGE_CHARACTERS} 字"
            raise UnreadableFile(f"的第{number + 1}页有 {limit}，不像公文。请检查后再试。")
        for turn in (0, 1, 3, 2):
            to_screen = _to_screen(page, turn)
            chars = (_glyph(raw, text, index, to_screen) for index in range(count))
            glyphs = [glyph for glyph in chars if glyph]
            if 2 * sum(glyph.is_level for glyph in glyphs) >= len(glyphs):
                break
        return glyphs
    finally:
        text.close()


def _to_screen(page: Any, turn: int) -> Affine:
    """Return the way from the page's coordinates to points from the top left corner as seen.

    `turn` counts quarters clockwise.
    """
    from pypdfium2 import raw

    x, y = ctypes.c_int(), ctypes.c_int()
    sides = [round(SCREEN * side) for side in page.get_size()]
    size = sides[::-1] if turn % 2 else sides

    def corner(across: float, down: float) -> tuple[float, float]:
        raw.FPDF_PageToDevice(page, 0, 0, *size, turn, across, down, x, y)
        return x.value / SCREEN, y.value / SCREEN

    (e, f), (a, b), (c, d) = corner(0, 0), corner(1000, 0), corner(0, 1000)
    return Affine((a - e) / 1000, (b - f) / 1000, (c - e) / 1000, (d - f) / 1000, e, f)


def _glyph(raw: Any, text: Any, index: int, to_screen: Affine) -> Glyph | None:
    """Return a character and its place; None for what pdfium only supposes."""
    char = chr(raw.FPDFText_GetUnicode(text, index))
    if char in "\r\n" or (char == " " and raw.FPDFText_IsGenerated(text, index)):
        return None
    box, matrix, x, y = raw.FS_RECTF(), raw.FS_MATRIX(), ctypes.c_double(), ctypes.c_double()
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    raw.FPDFText_GetLooseCharBox(text, index, box)
    raw.FPDFText_GetCharOrigin(text, index, x, y)
    raw.FPDFText_GetMatrix(text, index, matrix)
    raw.FPDFText_GetFillColor(text, index, red, green, blue, alpha)
    size = raw.FPDFText_GetFontSize(text, index) * hypot(matrix.c, matrix.d) or 1.0
    ends = (to_screen.point(box.left, box.bottom), to_screen.point(box.right, box.top))
    across, down = to_screen.direction(matrix.a, matrix.b)
    return Glyph(
        plain_character(char),
        min(end[0] for end in ends),
        max(end[0] for end in ends),
        to_screen.point(x.value, y.value)[1],
        size,
        red.value > 150 and max(green.value, blue.value) < 90,
        across > 0 and abs(down) < LEVEL * across,
    )


def read_lines(glyphs: Sequence[Glyph], number: int) -> Iterator[PrintedLine]:
    """Yield the lines, or pieces of lines, that level characters of page `number` make."""
    rows = _rows([glyph for glyph in glyphs if glyph.is_level and glyph.is_printed])
    return (_line(piece, number) for row in rows for piece in _pieces(row))


def plain_character(char: str) -> str:
    """Return the plain form of a radical, ligature or compatibility ideograph, else the same.

    >>> "".join(map(plain_character, "⼀、⽼⻓ﬁ①"))
    '一、老长fi①'
    """
    if char in "\x02\ufffe":  # pdfium's mark for a hyphen at the end of a line
        return "-"
    if COMPATIBILITY.match(char):
        char = unicodedata.normalize("NFKC", char)
    return char.translate(RADICALS)


def _rows(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Yield the characters on one base line, or a little off it, from left to right."""
    row: list[Glyph] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.base):
        if row and glyph.base - row[0].base > OFF_BASE * min(glyph.size, row[0].size):
            yield sorted(row, key=lambda glyph: glyph.left)
            row = []
        row.append(glyph)
    if row:
        yield sorted(row, key=lambda glyph: glyph.left)


def _pieces(row: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Cut a row at its wide gaps, without outer blanks and letters printed twice as bold."""
    piece: list[Glyph] = []
    inked: Glyph | None = None
    for glyph in row:
        if not glyph.char.isspace():
            if inked and glyph.left - inked.right > PIECE_GAP * glyph.size:
                yield piece
                piece = []
            elif inked and _is_twice(inked, glyph):
                continue
            inked = glyph
        if inked:
            piece.append(glyph)
    if piece:
        yield piece


def _is_twice(before: Glyph, glyph: Glyph) -> bool:
    return glyph.char == before.char and glyph.left - before.left < TWICE * glyph.size


def _line(piece: Sequence[Glyph], number: int) -> PrintedLine:
    inked = [glyph for glyph in piece if not glyph.char.isspace()]
    base, size = median(g.base for g in inked), median(g.size for g in inked)
    return PrintedLine(
        text=_words(piece),
        page=number,
        left=inked[0].left,
        top=base - 0.85 * size,  # where the upper edge of a Chinese character is
        right=inked[-1].right,
        bottom=base + 0.15 * size,
        size=size,
        is_red=2 * sum(g.is_red for g in inked) > len(inked),
    )


def _words(piece: Sequence[Glyph]) -> str:
    """Return what a piece of a line says, a space where one is typed or Latin words stand apart."""
    text, before, is_blank = "", piece[0], False
    for glyph in piece:
        if glyph.char.isspace():
            is_blank = True
            continue
        is_latin = glyph.char.isascii() and before.char.isascii()
        apart = glyph.left - before.right > WORD_GAP * glyph.size
        text += " " * (is_blank or (is_latin and apart)) + glyph.char
        before, is_blank = glyph, False
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    is_spaced_out = 2 * text.count(" ") >= len(text) - text.count(" ") - 1 > 1
    return close_up(text) if is_spaced_out else text
