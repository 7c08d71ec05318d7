import random
from pathlib import Path
from threading import Event, Thread

import pytest

from knowledge.errors import UnreadableFile
from knowledge.files.reading import MAX_BYTES
from tests.support.places import WritePlan
from tests.support.source_files import read_source, source_from_bytes

TEXT = (
    "澜州市2025年水务工作要点\n\u3000\u3000一、修好水渠。清淤干渠12公里，改造泵站4座。\n"
    "\u3000\u3000二、建好水厂。新建2座，供水33.02万吨，每吨不超过3.2元。\n"
)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_every_encoding_reads_the_same(encoding: str, write_plan: WritePlan) -> None:
    source = read_source(write_plan("要点.txt", TEXT, encoding))
    assert (source.name, source.text) == ("要点.txt", TEXT)


def test_characters_beyond_gbk_are_read() -> None:
    text = TEXT + "䶮河闸、𣲗河坝\n"
    assert source_from_bytes("a.txt", text.encode("gb18030")).text == text


def test_traditional_characters_in_big5_are_read() -> None:
    text = "瀾州市2025年水務工作要點\n一、修好水渠。清淤幹渠12公里，改造泵站4座。\n"
    assert source_from_bytes("a.txt", text.encode("big5")).text == text


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\n"])
def test_every_line_end_is_one(line_end: str) -> None:
    content = TEXT.replace("\n", line_end).encode()
    assert source_from_bytes("a.txt", content).text == TEXT


def test_a_nul_is_taken_out() -> None:
    text = TEXT * 3
    assert source_from_bytes("a.txt", text.replace("渠", "渠\x00", 1).encode()).text == text


def test_the_bytes_are_kept_as_they_came() -> None:
    content = TEXT.replace("\n", "\r\n").encode("gb18030")
    assert source_from_bytes("a.txt", content).content == content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \n\t\r\n",
        "\u3000\u3000\n".encode(),
        "\ufeff".encode(),
        "\ufeff\n".encode("utf-16-le"),
        b"\x00" * 64,
    ],
)
def test_an_empty_file_is_refused_by_name(content: bytes) -> None:
    with pytest.raises(UnreadableFile, match=r"空.txt"):
        source_from_bytes("空.txt", content)


@pytest.mark.parametrize(
    "magic", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"\x7fELF", b"SQLite"]
)
def test_bytes_that_are_no_text_are_refused_by_name(magic: bytes) -> None:
    content = magic + random.Random(7).randbytes(4000)
    with pytest.raises(UnreadableFile, match=r"图.txt") as raised:
        source_from_bytes("图.txt", content)
    assert "\n" not in str(raised.value)


def test_a_missing_file_and_a_folder_are_refused_by_name(tmp_path: Path) -> None:
    for path in (tmp_path / "没有.txt", tmp_path):
        with pytest.raises(UnreadableFile, match=path.name):
            read_source(path)


def test_a_folder_is_told_from_a_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="是文件夹，不是文件。请写明里面的一个文件。"):
        read_source(tmp_path)


def test_a_file_that_is_written_meanwhile_is_refused(tmp_path: Path) -> None:
    path, stop = tmp_path / "正在写.txt", Event()
    path.write_bytes(b" " * 50_000_000)

    def go_on() -> None:
        with path.open("r+b", buffering=0) as file:
            while not stop.is_set():
                file.write(b" ")

    writer = Thread(target=go_on)
    writer.start()
    try:
        with pytest.raises(UnreadableFile, match="正在写.txt 读的时候还在被改动。请等"):
            read_source(path)
    finally:
        stop.set()
        writer.join()


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(3 * MAX_BYTES)  # a hole: nothing is on the disk
    with pytest.raises(UnreadableFile, match="large.txt 有 300 MB，超过上限 100 MB。请拆分"):
        read_source(path)
