"""A file from a stranger is read in a process of its own."""

import io
import zipfile
from pathlib import Path
from time import perf_counter

import pytest
from docx import Document

from knowledge.errors import EmptyFile, UnreadableFile
from knowledge.files.reading import read_bytes
from knowledge.files.sandbox import ReadingLimits, read_safely

SMALL = ReadingLimits(seconds=20, memory_bytes=2_000_000_000)


def word(*lines: str) -> bytes:
    document, buffer = Document(), io.BytesIO()
    for line in lines:
        document.add_paragraph(line)
    document.save(buffer)
    return buffer.getvalue()


def zip_bomb(megabytes: int) -> bytes:
    """A Word file whose text is one long run of the same letter."""
    plain, buffer = zipfile.ZipFile(io.BytesIO(word("一、修路。"))), io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for item in plain.infolist():
            content = plain.read(item)
            if item.filename == "word/document.xml":
                content = content.replace("修路".encode(), b"a" * megabytes * 1_000_000)
            packed.writestr(item.filename, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content", ["一、修路。修路3公里。\n".encode(), word("一、修路。", "二、修桥。")]
)
def test_what_is_read_apart_is_what_is_read_here(content: bytes) -> None:
    assert read_safely("要点.docx", content, SMALL) == read_bytes("要点.docx", content)


def test_what_the_reader_says_of_a_bad_file_arrives(tmp_path: Path) -> None:
    with pytest.raises(EmptyFile, match="空.docx"):
        read_safely("空.docx", word(), SMALL)
    with pytest.raises(UnreadableFile, match="坏.docx"):
        read_safely("坏.docx", word("一、修路。")[:300], SMALL)


def test_a_file_that_asks_for_too_much_memory_is_refused_and_we_live_on() -> None:
    bomb = zip_bomb(80)
    assert len(bomb) < 1_000_000
    with pytest.raises(UnreadableFile, match="炸弹.docx"):
        read_safely("炸弹.docx", bomb, ReadingLimits(20, memory_bytes=400_000_000))


def test_a_file_that_takes_too_long_is_stopped() -> None:
    start = perf_counter()
    with pytest.raises(UnreadableFile, match="慢.docx 超过 0.05 秒，已停止"):
        read_safely("慢.docx", word("一、修路。"), ReadingLimits(seconds=0.05))
    assert perf_counter() - start < 5


def test_the_reader_s_process_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is started without our settings: a reader that was taken over would find none."""
    monkeypatch.setenv("YAODIAN_TELEGRAM_TOKEN", "7:secret")
    monkeypatch.setenv("LD_DEBUG", "help")  # would end a process that inherits it
    assert read_safely("要点.docx", word("一、修路。"), SMALL).text.strip() == "一、修路。"
