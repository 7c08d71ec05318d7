"""OFD (GB/T 33190), the fixed layout of official documents -> paragraphs, by way of `layout`.

ofdkit reads the package: text objects with their transforms, templates, composite objects, and many
files that break the standard. Text printed twice to look bold is read once.

Not covered: text set vertically, seals and annotations, pages that are pictures, hidden text.
"""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Protocol
from zipfile import BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError

from ofdkit import OFDDocument, OFDError, OFDLimitError

from knowledge.errors import UnreadableFile
from knowledge.files.readers.layout import compose
from knowledge.files.readers.line import PrintedLine
from knowledge.plan import Reading

ZIP_MAGIC = b"PK\x03\x04"
MAX_MEMBERS = 20_000  # a page has two to ten: its text, its pictures, its seals
MAX_PAGES = 500
MAX_TOTAL_BYTES = 500_000_000  # unpacked, pictures and fonts too
MAX_XML_BYTES = 40_000_000  # of all parts of text; 500 pages have 20 MB
MAX_RATIO = 200  # of parts above a megabyte: real XML packs 10 to 40 times, bombs 1,000 times
MAX_TEMPLATES = 2 * MAX_PAGES
# Composite objects in composite objects double the text at every level; nothing real nests them.
MAX_NESTED = 20
MAX_REPEATED = 1_000_000  # composite objects times the texts that they may repeat

POINTS = 72 / 25.4  # in a millimetre, OFD's unit
ASCENT, DESCENT = 0.86, 0.14  # of a character's size, above and below its base line
TWICE = 0.25  # millimetres; the copies of a text printed twice to look bold stand closer

# What zipfile and zlib raise on damaged bytes; RuntimeError is also an unknown compression.
DAMAGES = (BadZipFile, ZlibError, OSError, EOFError, ValueError, RuntimeError)
DAMAGED_FILE = "是损坏或不完整的 OFD 文件，读不出文字。请重新导出后再试。"
HARMFUL_FILE = "解压后大得不正常或含有 XML 实体，已拒绝读取。请检查文件来源。"
ENCRYPTED_FILE = "是加密的 OFD 文件，读不出文字。请去掉密码后再试。"
NO_TEXT = "的页面里没有文字（可能是扫描图片）。请导出为 PDF 后再试。"


class Run(Protocol):
    """A text as ofdkit found it: millimetres from the page's top left, `y` is the base line."""

    text: str
    x: float
    y: float
    size: float
    width: float


def is_ofd(content: bytes) -> bool:
    """Say whether the bytes are an OFD package, be it damaged."""
    return content.startswith(ZIP_MAGIC) and b"OFD.xml" in content


def read(content: bytes) -> Reading:
    """Return the text of an OFD file, hard-wrapped lines joined.

    Raises:
        UnreadableFile: it is encrypted, damaged, harmful, or holds no text.
    """
    try:
        _refuse_bombs(ZipFile(BytesIO(content)))
        with OFDDocument(content) as opened:
            if len(opened.pages) > MAX_PAGES:
                count = len(opened.pages)
                raise UnreadableFile(f"有 {count} 页，超过上限 {MAX_PAGES} 页。请拆分后再试。")
            lines = [line for page in opened.pages for line in _lines(page.runs, page.index)]
            page_count = len(opened.pages)
    except OFDLimitError as exc:
        raise UnreadableFile(HARMFUL_FILE) from exc
    except (OFDError, *DAMAGES) as exc:
        raise UnreadableFile(DAMAGED_FILE) from exc
    if not lines:
        raise UnreadableFile(NO_TEXT)
    return compose(lines, page_count)


def _refuse_bombs(package: ZipFile) -> None:
    """Refuse packages that unpack, or whose templates and composites multiply, beyond measure."""
    members = package.infolist()
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableFile(ENCRYPTED_FILE)
    if len(members) > MAX_MEMBERS or sum(m.file_size for m in members) > MAX_TOTAL_BYTES:
        raise UnreadableFile(HARMFUL_FILE)
    size = templates = composites = nested = repeatable = 0
    for markup in _markup(package, members):
        size += len(markup)
        templates += markup.count(b"TemplateID")
        composites += markup.count(b"CompositeObject")
        if b"CompositeGraphicUnit" in markup:
            nested += markup.count(b"CompositeObject")
            repeatable += markup.count(b"TextCode")
        if (
            size > MAX_XML_BYTES
            or templates > MAX_TEMPLATES
            or nested > MAX_NESTED
            or composites * repeatable > MAX_REPEATED
        ):
            raise UnreadableFile(HARMFUL_FILE)


def _markup(package: ZipFile, members: list[ZipInfo]) -> Iterator[bytes]:
    """Yield the parts that are XML, whatever they are called, without UTF-16's zero bytes."""
    for member in members:
        with package.open(member) as part:
            start = part.read(8)
            if b"<" not in start:
                continue
            if member.file_size > max(1_000_000, member.compress_size * MAX_RATIO):
                raise UnreadableFile(HARMFUL_FILE)
            yield (start + part.read(MAX_XML_BYTES)).replace(b"\0", b"")


def _lines(runs: Sequence[Run], page: int) -> Iterator[PrintedLine]:
    """Yield the texts of a page with their boxes; the blanks around a text are no part of it."""
    seen = set[tuple[str, int, int]]()
    for run in runs:
        place = run.text, round(run.x / TWICE), round(run.y / TWICE)
        if not (text := run.text.strip()) or place in seen:
            continue
        seen.add(place)
        size, left, base = run.size * POINTS, run.x * POINTS, run.y * POINTS
        before, _, after = run.text.partition(text)
        yield PrintedLine(
            text=text,
            page=page,
            left=left + _blank(before) * size,
            top=base - ASCENT * size,
            right=left + run.width * POINTS - _blank(after) * size,
            bottom=base + DESCENT * size,
            size=size,
        )


def _blank(spaces: str) -> float:
    """Return how many Chinese characters wide blanks are."""
    return sum(1 if space == "\u3000" else 0.5 for space in spaces)
