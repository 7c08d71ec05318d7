"""Word files that are damaged, locked or harmful -> one clear line."""

import pytest

from knowledge.errors import UnreadableFile
from knowledge.files.readers.word import is_word, read
from tests.support.word_files import HAN_LEVELS, NAMESPACES, docx, list_of, p, package, zipped

WHOLE = docx(p("种粮", 0), numbering=list_of(HAN_LEVELS))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
DOCTYPE = "<!DOCTYPE d [{}]>" + f"<w:document {NAMESPACES}><w:body/></w:document>"
ENTITIES = '<!ENTITY a "甲甲甲"><!ENTITY b "&a;&a;&a;">'


def document(text: str) -> bytes:
    return package({"document": text})


def in_directory(offset: int, value: bytes) -> bytes:
    """A whole file but for some bytes in the last entry of the zip's directory."""
    at = WHOLE.rindex(b"PK\1\2") + offset
    return WHOLE[:at] + value + WHOLE[at + len(value) :]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (OLE + "EncryptedPackage".encode("utf-16-le"), "加密"),
        (in_directory(8, b"\1"), "加密"),  # flags, 4.4.4 of APPNOTE
        (in_directory(24, b"\0\0\0\x7f"), "不正常"),  # size unpacked, 4.4.9
        (in_directory(10, b"\x0e"), "损坏"),  # packed by LZMA, 4.4.5
        (WHOLE[: len(WHOLE) // 2], "损坏"),
        (WHOLE[:300] + bytes(60) + WHOLE[360:], "损坏"),
        (zipped({"word/styles.xml": "<s/>"}), "缺少正文"),
        (document("<w:document"), "损坏"),
        (docx(p(inner="<w:ins>" * 5000 + "</w:ins>" * 5000)), "损坏"),
        (document(DOCTYPE.format(ENTITIES)), "实体"),
        (document(DOCTYPE.format('<!ENTITY x SYSTEM "file:///etc/passwd">')), "实体"),
        (document(DOCTYPE.format("")), "DTD"),
        (docx(p("甲"), " " * 5_000_000), "不正常"),
        (zipped({f"word/{i}": "" for i in range(5001)}), "不正常"),
        (docx('<w:altChunk r:id="x" xmlns:r="r"/>'), "嵌入"),
    ],
)
def test_a_bad_file_is_refused_in_one_line(content: bytes, said: str) -> None:
    assert is_word(content)
    with pytest.raises(UnreadableFile, match=said) as caught:
        read(content)
    assert "\n" not in str(caught.value) and str(caught.value).endswith("。")


@pytest.mark.parametrize(
    "content",
    [
        b"<html><body>\xe7\xa7\x8d\xe7\xb2\xae</body></html>",
        b"MZ\x90\x00\x03" + bytes(200),
        zipped({"content.xml": "<office/>", "mimetype": "application/vnd.oasis.opendocument.text"}),
        zipped({"xl/workbook.xml": "<workbook/>"}),
        WHOLE.replace(b"word/", b"ward/")[:200],
        OLE,
        b"",
    ],
)
def test_what_is_not_from_word_is_left_to_others(content: bytes) -> None:
    assert not is_word(content)
