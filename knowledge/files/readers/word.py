"""Word's .docx (ECMA-376): paragraphs, tables and text boxes in reading order, numbers as seen.

One paragraph is one line, and so is a row of a table: "| 指标 | 目标 |". A table of one column is
only a frame around paragraphs and gives them as they are. A soft line break ends a line too: a
person sees one. Tracked changes are read as accepted.

Not covered: text in charts, SmartArt and embedded files; pages; a text box is read behind the
paragraph it hangs on, wherever it floats.
"""

import posixpath
import zlib
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from xml.etree.ElementTree import Element
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from knowledge.errors import UnreadableFile
from knowledge.files.readers.word_numbering import Numbering, Styles, is_on, printed_sign, value_of
from knowledge.files.readers.word_sizes import large_lines
from knowledge.plan import Dropped, Reading

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # the stream of [MS-OFFCRYPTO] 2.3.4.4

MAX_MEMBERS = 5_000  # a plan has about 15, one with a picture on every page some hundreds
MAX_TOTAL_BYTES = 100_000_000  # of all members unpacked; pictures, most of a file, hardly pack
MAX_PART_BYTES = 20_000_000  # of XML; 500 pages have 10 MB, and its tree takes 25 times that
MAX_RATIO = 200  # of parts above a megabyte: real XML packs 10 to 40 times, bombs 1,000 times

ENCRYPTED_FILE = "是加密的文档，读不出文字。请去掉密码后另存为 .docx 再试。"
DAMAGED_FILE = "已损坏，读不出文字。请用 Word 打开后另存为 .docx 再试。"
INCOMPLETE_FILE = "缺少正文（document.xml），不是完整的 Word 文件。请重新保存后再试。"
BOMB_FILE = "解压后大得不正常，已拒绝读取。请检查文件来源。"
ENTITY_FILE = "含有 XML 实体或 DTD 声明，可能有害，已拒绝读取。请检查文件来源。"
EMBEDDED_FILE = "的正文是嵌入的网页或文档。请用 Word 打开后另存为 .docx 再试。"

# Taken off the names of text, so that w:t is "t"; Strict files (Part 1, annex A) have other ones.
NAMESPACES = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://purl.oclc.org/ooxml/wordprocessingml/main}",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}",
    "{http://schemas.openxmlformats.org/officeDocument/2006/math}",
    "{http://purl.oclc.org/ooxml/officeDocument/math}",
)
SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
UNSEEN = {"pPr", "rPr", "sdtPr", "instrText", "delInstrText", "rt"}  # rt: aids above characters
WRAPPERS = {"sdt", "sdtContent", "customXml", "tc", "footnote", "endnote", "comment"}
EDGES = {"header": "页眉", "footer": "页脚"}
NOTES = {"footnotes": "脚注", "endnotes": "尾注", "comments": "批注"}
# What zipfile, zlib and expat raise on bad bytes; and RuntimeError, also for endless nesting.
DAMAGE = (ParseError, BadZipFile, zlib.error, OSError, EOFError, ValueError, LookupError)
TOC_GALLERY = "Table of Contents"
CONTENTS, DELETED, HIDDEN = "目录", "修订中删去的文字", "隐藏文字"


def is_word(content: bytes) -> bool:
    """Say whether the bytes are a .docx, be it encrypted or damaged."""
    if content.startswith(OLE_MAGIC):
        return ENCRYPTED in content
    if not content.startswith(ZIP_MAGIC):
        return False
    try:
        names = ZipFile(BytesIO(content)).namelist()
    except (*DAMAGE, RuntimeError):
        return b"word/document" in content  # a member's name also stands before its bytes
    return any(name.startswith("word/") for name in names)


def read(content: bytes) -> Reading:
    """Read the text of a .docx.

    Raises:
        UnreadableFile: it is encrypted, damaged, incomplete, a zip bomb, or has XML entities.
    """
    if content.startswith(OLE_MAGIC):
        raise UnreadableFile(ENCRYPTED_FILE)
    try:
        package = _Package(content)
        styles = Styles(package.related("styles"))
        story = _Story(Numbering(package.related("numbering"), styles), styles)
        lines = [line for body in package.document for line in story.lines(body)]
        for kind, why in (EDGES | NOTES).items():
            for part in package.related(kind):
                story.drop_story(part, why)
    except DefusedXmlException as exc:
        raise UnreadableFile(ENTITY_FILE) from exc
    except (*DAMAGE, RuntimeError) as exc:
        raise UnreadableFile(DAMAGED_FILE) from exc
    large = large_lines(package.document, styles)
    return Reading("\n".join(lines), tuple(story.dropped), large=large)


class _Package:
    """The parts of a file by what they are to its main part (ECMA-376 Part 2, 6.5)."""

    def __init__(self, content: bytes) -> None:
        self._zip = ZipFile(BytesIO(content))
        members = self._zip.infolist()
        if any(member.flag_bits & 1 for member in members):
            raise UnreadableFile(ENCRYPTED_FILE)
        if len(members) > MAX_MEMBERS or sum(m.file_size for m in members) > MAX_TOTAL_BYTES:
            raise UnreadableFile(BOMB_FILE)
        self._members = {member.filename: member for member in members}
        self._main = next(iter(self._targets("", "officeDocument")), "word/document.xml")
        if self._main not in self._members:
            raise UnreadableFile(INCOMPLETE_FILE)
        self.document = self._part(self._main)

    def related(self, kind: str) -> list[Element]:
        """Return the parts of a kind: "numbering", "styles", "header"."""
        return [self._part(n) for n in self._targets(self._main, kind) if n in self._members]

    def _targets(self, source: str, kind: str) -> list[str]:
        folder, name = posixpath.split(source)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        return [
            posixpath.normpath(posixpath.join("/", folder, r.get("Target", ""))).lstrip("/")
            for r in (self._part(relations) if relations in self._members else ())
            if r.get("Type", "").endswith(f"/{kind}") and r.get("TargetMode") != "External"
        ]

    def _part(self, name: str) -> Element:
        """Parse a part; zipfile unpacks no more of it than the size it declares."""
        member = self._members[name]
        harmless = max(1_000_000, member.compress_size * MAX_RATIO)
        if member.file_size > min(harmless, MAX_PART_BYTES):
            raise UnreadableFile(BOMB_FILE)
        if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):  # Part 2, annex B
            raise UnreadableFile(DAMAGED_FILE)
        root = fromstring(self._zip.read(member), forbid_dtd=True)
        for element in root.iter():
            element.tag = _short(element.tag)
            if element.keys():  # .attrib would make a dictionary for each of a million elements
                element.attrib = {_short(key): value for key, value in element.items()}
        return root


@lru_cache(1_000)
def _short(name: str) -> str:
    return next((name.removeprefix(n) for n in NAMESPACES if name.startswith(n)), name)


class _Paragraph:
    """What one paragraph holds: its text, what is not seen of it, and the text boxes on it."""

    def __init__(self, style: str | None) -> None:
        self.style = style
        self.seen: list[str] = []
        self.hidden: list[str] = []
        self.deleted: list[str] = []
        self.boxes: list[Element] = []
        self.fields: list[bool] = []  # of each open field, whether its result has begun

    def turn_field(self, mark: str | None) -> None:
        """Follow the marks of a field, 17.16.18: its code is not seen, its result is."""
        if self.fields and mark != "begin":
            self.fields.pop()
        if mark != "end":
            self.fields.append(mark == "separate")


class _Story:
    """Reads blocks in their order, counts their numbers and keeps what is left out."""

    def __init__(self, numbering: Numbering, styles: Styles) -> None:
        self._numbering = numbering
        self._styles = styles
        self.dropped: list[Dropped] = []

    def lines(self, parent: Element, in_cell: bool = False) -> Iterator[str]:
        """Yield the lines of the paragraphs and tables below `parent`."""
        carried = ""
        for block in _children(parent, "p", "tbl", "sdt"):
            if block.tag == "sdt":
                self.drop_story(block, CONTENTS)
            elif block.tag == "tbl":
                yield from [*_split(carried), *self._rows(block, in_cell)]
                carried = ""
            else:
                boxes, text, ends = self._paragraph(block, carried)
                carried = "" if ends else text
                yield from _split(text if ends else "")
                for box in boxes:
                    yield from self.lines(box, in_cell)
        yield from _split(carried)

    def drop_story(self, part: Element, why: str) -> None:
        """Keep a header, notes, a deleted row or a table of contents as left out."""
        story = _Story(Numbering([], self._styles), self._styles)
        for text in [*story.lines(part), *(dropped.text for dropped in story.dropped)]:
            self._drop(text, why)

    def _drop(self, text: str, why: str) -> None:
        """Keep text as left out, in one piece with what was left out before it for this reason."""
        text = text.strip()
        if text and self.dropped and self.dropped[-1].why == why:
            text = f"{self.dropped.pop().text}\n{text}"
        if text:
            self.dropped.append(Dropped(text, why))

    def _paragraph(self, paragraph: Element, carried: str) -> tuple[list[Element], str, bool]:
        """Return the text boxes of a paragraph, its text, and whether its line ends with it."""
        properties = paragraph.find("pPr")
        found = _Paragraph(value_of(properties, "pStyle"))
        self._collect(paragraph, found, found.seen)
        self._drop("".join(found.hidden), HIDDEN)
        self._drop("".join(found.deleted), DELETED)
        text = "".join(found.seen).strip()
        if self._styles.name(found.style).startswith("toc "):
            self._drop(text, CONTENTS)
            return [], carried, not carried
        text, ends = self._number(text, properties, carried)
        return found.boxes, text, ends

    def _number(self, text: str, properties: Element | None, carried: str) -> tuple[str, bool]:
        """Put the number before the text, and say whether the line ends with it.

        A paragraph whose mark is deleted or hidden runs into the next one; it has a number of its
        own only where text is seen before a hidden mark (Word's style separator).
        """
        is_hidden = bool(is_on(properties, "rPr/vanish"))
        is_deleted = is_on(properties, "rPr/del") or is_on(properties, "rPr/moveFrom")
        if is_deleted or (is_hidden and not text):
            return carried + text, False
        return self._numbering.number(properties) + carried + text, not is_hidden

    def _collect(self, parent: Element, found: _Paragraph, into: list[str]) -> None:
        """Gather the text of a paragraph, 17.3.3, each piece where it belongs."""
        for child in _taken(parent):
            if (text := _text(child)) is not None:
                into.extend([text] if all(found.fields) else [])
            elif child.tag == "fldChar":
                found.turn_field(child.get("fldCharType"))
            elif child.tag == "txbxContent":
                found.boxes.extend([child] if into is found.seen else [])
            elif child.tag not in UNSEEN:
                self._collect(child, found, self._place(child, found, into))

    def _place(self, child: Element, found: _Paragraph, into: list[str]) -> list[str]:
        """Say where text below `child` belongs; moved text is seen at its new place, 17.13.5."""
        if child.tag == "del":
            return found.deleted
        if child.tag == "moveFrom":
            return []
        if child.tag != "r" or into is not found.seen:
            return into
        hides = is_on(child, "rPr/vanish")  # else by a style, 17.3.2.41
        if hides is None:
            hides = self._styles.hides(value_of(child, "rPr/rStyle"), found.style)
        return found.hidden if hides else into

    def _rows(self, table: Element, in_cell: bool) -> Iterator[str]:
        """Yield a line for each row; a table within a cell gives words, without bars."""
        rows = list(_children(table, "tr"))
        is_frame = all(len(list(_children(row, "tc"))) < 2 for row in rows)
        for row in rows:
            if row.find("trPr/del") is not None:
                self.drop_story(row, DELETED)
            elif is_frame:
                yield from self.lines(row, in_cell)
            else:
                cells = [" ".join(self.lines(cell, True)) for cell in _children(row, "tc")]
                text = " ".join(cells) if in_cell else f"| {' | '.join(cells)} |"
                yield from [text] if any(cells) else []


def _text(element: Element) -> str | None:
    """Return the text that an element of a run stands for, None if it holds others."""
    if element.tag in ("t", "delText"):
        return (element.text or "").replace("\n", " ")
    if element.tag == "sym":
        return printed_sign(chr(int(element.get("char", "20"), 16)))
    return SIGNS.get(element.tag)


def _split(text: str) -> Iterator[str]:
    yield from filter(None, (line.strip() for line in text.split("\n")))


def _taken(parent: Element) -> Iterator[Element]:
    """Yield the children, of alternatives only the first one: both hold the same text box."""
    for child in parent:
        yield from next(iter(child), child) if child.tag == "AlternateContent" else [child]


def _children(parent: Element, *tags: str) -> Iterator[Element]:
    """Yield blocks, rows or cells, through what only wraps them; of controls, those of contents."""
    for child in _taken(parent):
        if child.tag == "altChunk":  # 17.17.2.1
            raise UnreadableFile(EMBEDDED_FILE)
        gallery = "sdtPr/docPartObj/docPartGallery"
        if child.tag in tags and (child.tag != "sdt" or value_of(child, gallery) == TOC_GALLERY):
            yield child
        elif child.tag in WRAPPERS:
            yield from _children(child, *tags)
