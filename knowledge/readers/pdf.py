"""PDF -> text: by its characters where a page has them, by OCR where it is a picture.

pdfium tells every character's place; `layout` makes lines and paragraphs of them. A page counts as
a picture when it has almost no text, or only text that no table maps to characters, and is covered
by an image or drawn outlines.

Not covered: form fields, notes and comments, the text under a searchable scan is believed as it is,
a page that hangs inside pdfium is not interrupted.
"""

import ctypes
import re
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import hypot
from statistics import median
from threading import Lock
from typing import Any, NamedTuple

from knowledge.errors import UnreadableFile
from knowledge.plan import Dropped, Reading
from knowledge.readers import scan
from knowledge.readers.layout import PIECE_GAP, Line, close_up, compose, runs

MAX_PAGES = 500  # a 五年规划 with its annexes has 200; 500 pages of text take 10 s
MAX_SCANNED_PAGES = 200  # at 3 to 5 s a page a quarter of an hour
MAX_PAGE_CHARACTERS = 20_000  # a dense A4 page has 2,500
PAGE_SECONDS = 120  # a page that takes longer was made to hang the reader; OCR takes 3 to 14
SCAN_SCALE = 200 / 72  # 200 dpi: what rapidocr was found to read well
MAX_SCAN_PIXELS = 12_000_000  # A3 at 200 dpi is 7.7 million

FEW_CHARACTERS = 30  # a scanned page may carry a page number or a scanner's name as text
PICTURE_SHARE = 0.4  # of a page that an image covers
OUTLINES = 50  # drawn paths of a page whose letters were turned into curves
UNREADABLE = ("Co", "Cn", "Cc")  # categories of characters that a font without its table gives
UNREADABLE_SHARE = 0.3  # of such characters on a page
WRONG_PASSWORD, UNKNOWN_ENCRYPTION = 4, 5  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY

PDFIUM = Lock()  # pdfium is not thread-safe

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


@dataclass(frozen=True, slots=True)
class PageText:
    """What the characters of a page say; `turned` is text that runs askew."""

    lines: tuple[Line, ...]
    turned: str
    is_picture: bool


def is_pdf(content: bytes) -> bool:
    """Say whether the bytes are a PDF; some programs write a few bytes before its mark."""
    return b"%PDF-" in content[:1024]


def read(
    content: bytes, find_recogniser: Callable[[], scan.Recogniser | None] = scan.recogniser
) -> Reading:
    """Read the text of all pages, those that are pictures by OCR.

    Raises:
        UnreadableFile: it is damaged, locked, too long, without text, or all pictures where the
            extra `ocr` is missing.
    """
    with _opened(content) as (document, count):
        pages = [_read_page(document, number) for number in range(count)]
        lines = [line for page in pages for line in page.lines if not page.is_picture]
        pictures = [number for number, page in enumerate(pages) if page.is_picture]
        recognise = find_recogniser() if pictures else None
        if recognise is not None:
            lines += _recognise_pages(document, pictures, recognise)
    found = {line.page for line in lines}
    unread = [page for page in pictures if page not in found]
    lines += [line for page in unread for line in pages[page].lines]
    why = "是扫描图片，" + ("认不出文字" if recognise else f"需要先安装识别组件：{scan.INSTALL}")
    if not found:
        nothing = "里没有文字，也没有扫描图片。"
        raise UnreadableFile(f"的{_named(unread)}{why}。" if unread else nothing)
    reading = compose(lines, len(pages))
    dropped = [Dropped(page.turned, "斜排的文字，多为水印") for page in pages if page.turned]
    if unread:
        dropped.append(Dropped(_named(unread), why))
    return replace(reading, dropped=(*reading.dropped, *dropped))


def _named(pages: Sequence[int]) -> str:
    """Return pages, counted from 0, as they are called.

    >>> _named([2, 3, 6, 7, 8])
    '第3、4、7–9页'
    """
    parts = []
    for run in runs(pages):
        long = len(run) > 2
        parts += [f"{run[0] + 1}–{run[-1] + 1}"] if long else [str(page + 1) for page in run]
    return f"第{'、'.join(parts)}页"


@contextmanager
def _opened(content: bytes) -> Iterator[tuple[Any, int]]:
    """Open the document and count its pages, translating what pdfium says of it."""
    import pypdfium2

    try:
        with PDFIUM:
            document = pypdfium2.PdfDocument(content)
            count = len(document)
    except pypdfium2.PdfiumError as exc:
        if exc.err_code == WRONG_PASSWORD:
            raise UnreadableFile("有打开密码。请先去掉密码，另存后再试。") from exc
        if exc.err_code == UNKNOWN_ENCRYPTION:
            raise UnreadableFile("的加密方式不受支持。请先去掉加密，另存后再试。") from exc
        raise UnreadableFile("是损坏的 PDF，打不开。请重新导出后再试。") from exc
    try:
        if count > MAX_PAGES:
            raise UnreadableFile(f"有 {count} 页，超过上限 {MAX_PAGES} 页。请拆分后再试。")
        yield document, count
    finally:
        with PDFIUM:
            document.close()


@contextmanager
def _page_of(document: Any, number: int) -> Iterator[Any]:
    """Open one page, alone in pdfium, and stop where it takes too long."""
    import pypdfium2

    start = time.monotonic()
    with PDFIUM:
        try:
            page = document[number]
        except pypdfium2.PdfiumError as exc:
            raise UnreadableFile(f"的第{number + 1}页已损坏。请重新导出后再试。") from exc
        try:
            yield page
        finally:
            page.close()
    _check_time(start, number)


def _check_time(start: float, number: int) -> None:
    if time.monotonic() - start > PAGE_SECONDS:
        raise UnreadableFile(
            f"的第{number + 1}页过于复杂，{PAGE_SECONDS} 秒还没读完。请拆分后再试。"
        )


def _recognise_pages(
    document: Any, pictures: Sequence[int], recognise: scan.Recogniser
) -> Iterator[Line]:
    """Yield the lines of the pages that are pictures, in points."""
    if len(pictures) > MAX_SCANNED_PAGES:
        limit = f"{len(pictures)} 页扫描图片，超过上限 {MAX_SCANNED_PAGES} 页"
        raise UnreadableFile(f"有 {limit}。请拆分后再试。")
    for number in pictures:
        with _page_of(document, number) as page:
            area = page.get_width() * page.get_height()
            scale = min(SCAN_SCALE, (MAX_SCAN_PIXELS / area) ** 0.5)
            pixels = page.render(scale=scale).to_numpy().copy()
        start = time.monotonic()
        yield from (line.scaled(1 / scale) for line in recognise(pixels, number))
        _check_time(start, number)


def _read_page(document: Any, number: int) -> PageText:
    with _page_of(document, number) as page:
        glyphs = _glyphs(page, number)
        kinds = [unicodedata.category(glyph.char[0]) for glyph in glyphs]
        is_garbled = sum(kind in UNREADABLE for kind in kinds) > UNREADABLE_SHARE * len(kinds)
        is_picture = is_garbled or (len(glyphs) < FEW_CHARACTERS and _is_covered(page))
    if is_garbled:
        return PageText((), "", True)
    turned = "".join(glyph.char for glyph in glyphs if not glyph.is_level)
    rows = _rows([glyph for glyph in glyphs if glyph.is_level and glyph.is_printed])
    lines = (_line(piece, number) for row in rows for piece in _pieces(row))
    return PageText(tuple(lines), turned.strip(), is_picture)


def _is_covered(page: Any) -> bool:
    """Say whether images cover the page, or drawn outlines may be its letters."""
    from pypdfium2 import raw

    covered = outlines = 0.0
    for thing in page.get_objects([raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH]):
        left, bottom, right, top = thing.get_bounds()
        is_image = thing.type == raw.FPDF_PAGEOBJ_IMAGE
        covered += (right - left) * (top - bottom) if is_image else 0
        outlines += not is_image
    return covered > PICTURE_SHARE * page.get_width() * page.get_height() or outlines > OUTLINES


def _glyphs(page: Any, number: int) -> list[Glyph]:
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


def _line(piece: Sequence[Glyph], number: int) -> Line:
    inked = [glyph for glyph in piece if not glyph.char.isspace()]
    base, size = median(g.base for g in inked), median(g.size for g in inked)
    return Line(
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
