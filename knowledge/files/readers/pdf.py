"""PDF -> text: by its characters where a page has them, by OCR where it is a picture.

pdfium tells every character's place; `layout` makes lines and paragraphs of them. A page counts as
a picture when it has almost no text, or only text that no table maps to characters, and is covered
by an image or drawn outlines.

Not covered: form fields, notes and comments, the text under a searchable scan is believed as it is,
a page that hangs inside pdfium is not interrupted.
"""

import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

from knowledge.errors import UnreadableFile
from knowledge.files.readers import scan
from knowledge.files.readers.glyphs import read_glyphs, read_lines
from knowledge.files.readers.layout import compose
from knowledge.files.readers.line import PrintedLine, runs
from knowledge.plan import Dropped, Reading

MAX_PAGES = 500  # a 五年规划 with its annexes has 200; 500 pages of text take 10 s
MAX_SCANNED_PAGES = 200  # at 3 to 5 s a page a quarter of an hour
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


@dataclass(frozen=True, slots=True)
class PageText:
    """What the characters of a page say; `turned` is text that runs askew."""

    lines: tuple[PrintedLine, ...]
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
) -> Iterator[PrintedLine]:
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
        glyphs = read_glyphs(page, number)
        kinds = [unicodedata.category(glyph.char[0]) for glyph in glyphs]
        is_garbled = sum(kind in UNREADABLE for kind in kinds) > UNREADABLE_SHARE * len(kinds)
        is_picture = is_garbled or (len(glyphs) < FEW_CHARACTERS and _is_covered(page))
    if is_garbled:
        return PageText((), "", True)
    turned = "".join(glyph.char for glyph in glyphs if not glyph.is_level)
    return PageText(tuple(read_lines(glyphs, number)), turned.strip(), is_picture)


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
