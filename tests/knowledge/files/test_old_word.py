from pathlib import Path

import pytest

from knowledge.errors import UnreadableFile
from knowledge.files.readers.old_word import OLE_MAGIC, is_old_word, read
from knowledge.parsing import parse_plan
from knowledge.plan import Section
from tests.support.office_files import KEPT, NUMBERED, convert, needs_office

FIB_MAGIC = b"\xec\xa5"  # [MS-DOC] 2.5.2: where the Word stream begins
ENCRYPTED_BYTE = 0x0B


def sections(text: str) -> tuple[Section, ...]:
    return parse_plan(text, "x.doc").sections


def test_automatic_numbers_stand_in_the_text() -> None:
    text = read(KEPT.read_bytes()).text
    assert text.startswith(NUMBERED)
    assert [s.label for s in sections(text)][:4] == ["一", "一（一）", "一（一）1", "一（一）2"]


def test_tables_are_rows_and_fields_show_their_result() -> None:
    lines = read(KEPT.read_bytes()).text.splitlines()
    assert lines[-3:-1] == ["| 指标 | 数值 |", "| 学位 | 6400个 |"]
    assert lines[-1].startswith("看得见，")
    assert lines[-1].endswith("链接里的字。")


def test_hidden_and_deleted_text_is_dropped_and_told() -> None:
    dropped = read(KEPT.read_bytes()).dropped
    assert [line.text for line in dropped] == ["看不见", "删去的话。"]


def test_wps_file_without_its_last_padding_is_read() -> None:
    content = KEPT.read_bytes()
    assert is_old_word(content.rstrip(b"\0"))
    assert read(content.rstrip(b"\0")) == read(content)


def test_encrypted_file_says_so() -> None:
    content = bytearray(KEPT.read_bytes())
    content[content.index(FIB_MAGIC) + ENCRYPTED_BYTE] |= 1
    with pytest.raises(UnreadableFile, match="加了密码"):
        read(bytes(content))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (OLE_MAGIC + "Workbook".encode("utf-16-le"), "不是 Word"),
        (KEPT.read_bytes()[:5000], "已损坏"),
        (b"{\\rtf1 broken", "已损坏"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(
    content: bytes, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # no LibreOffice
    with pytest.raises(UnreadableFile, match=reason) as raised:
        read(content)
    assert "另存为 .docx" in str(raised.value)


def test_damage_of_any_byte_never_escapes_as_another_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for place in range(0, len(KEPT.read_bytes()), 500):
        content = bytearray(KEPT.read_bytes())
        content[place] ^= 0xFF
        try:
            read(bytes(content))
        except UnreadableFile as exc:
            assert "\n" not in str(exc)


@needs_office
def test_doc_has_the_sections_of_its_text(samples: Path, tmp_path: Path) -> None:
    plans = sorted(samples.glob("*.txt"))
    for plan, content in zip(plans, convert(plans, "doc:MS Word 97", tmp_path), strict=True):
        assert is_old_word(content)
        assert sections(read(content).text) == sections(plan.read_text(encoding="utf-8"))


@needs_office
def test_numbers_are_those_that_libreoffice_shows(tmp_path: Path) -> None:
    (shown,) = convert([KEPT], "txt:Text (encoded):UTF8", tmp_path)
    seen = shown.decode("utf-8-sig").replace(" ", "")
    assert "（二）补齐短板" in seen
    assert read(KEPT.read_bytes()).text.startswith(seen[: len(NUMBERED)])


@needs_office
def test_rtf_goes_through_libreoffice(samples: Path) -> None:
    text = (samples / "yunxi-2024.txt").read_text(encoding="utf-8")
    content = b"{\\rtf1\\ansi " + "".join(map(rtf_character, text)).encode() + b"}"
    assert is_old_word(content)
    assert sections(read(content).text) == sections(text)


def rtf_character(character: str) -> str:
    return "\\par " if character == "\n" else f"\\u{ord(character)}?"
