"""A file -> its text: the content tells the format, one reader in `readers/` does the rest."""

import os
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from knowledge.errors import EmptyFile, MissingFile, UnreadableFile
from knowledge.files.readers import ofd, old_word, pdf, plain, scan, web, word
from knowledge.plan import Reading

# What a folder is searched for; what a file is, its content tells.
SUFFIXES = tuple(
    ".txt .md .docx .doc .wps .rtf .pdf .ofd .html .htm .mht .mhtml .png .jpg .jpeg".split()
)
MAX_BYTES = 100_000_000  # scans of a long plan reach 50 MB; chat platforms stop at 100 MB
MAX_CHARS = 500_000  # a five-year plan has 80,000; a text made to last keeps a core for minutes


@dataclass(frozen=True)
class SourceFile:
    """A file as it came: its base name and its bytes. What they say is read when it is first asked
    for: a file that is in already need not be read again.
    """

    name: str
    content: bytes

    @cached_property
    def reading(self) -> Reading:
        """What the file says.

        Raises:
            UnreadableFile: the bytes are empty or cannot be read; the message names the file.
        """
        return read_bytes(self.name, self.content)

    @property
    def text(self) -> str:
        """The text of the file."""
        return self.reading.text


def read_file(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        UnreadableFile: it is missing, too large, or being written; the message names the file.
    """
    try:
        if path.is_dir():
            raise UnreadableFile(f"{path.name} 是文件夹，不是文件。请写明里面的一个文件。")
        return _read_whole(path)
    except FileNotFoundError as exc:
        raise MissingFile(f"找不到文件 {path}。请检查路径后再试。") from exc
    except OSError as exc:
        why = "没有权限" if isinstance(exc, PermissionError) else exc.strerror
        raise UnreadableFile(f"打不开文件 {path}（{why}）。请检查后再试。") from exc


def _read_whole(path: Path) -> bytes:
    """Return the bytes of a file that is not too large and that nobody writes meanwhile."""
    with path.open("rb") as file:
        before = os.fstat(file.fileno())
        if before.st_size > MAX_BYTES:
            limit = f"{before.st_size / 1e6:.0f} MB，超过上限 {MAX_BYTES / 1e6:.0f} MB"
            raise UnreadableFile(f"{path.name} 有 {limit}。请拆分，或去掉里面的图片后再试。")
        content = file.read(MAX_BYTES + 1)
        after = os.fstat(file.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise UnreadableFile(f"{path.name} 读的时候还在被改动。请等它保存好再试。")
    return content


def read_bytes(name: str, content: bytes) -> Reading:
    """Return what a file's bytes say.

    Raises:
        UnreadableFile: the bytes are empty or cannot be read; the message names the file.
    """
    if not content.strip():
        raise EmptyFile(f"{name} 是空文件，没有可以入库的内容。")
    try:
        reading = _read(content)
    except UnreadableFile as exc:
        raise UnreadableFile(f"{name} {exc}") from exc
    text = reading.text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    if not text.strip():
        raise EmptyFile(f"{name} 里只有空白，没有可以入库的内容。")
    if len(text) > MAX_CHARS:
        raise UnreadableFile(
            f"{name} 有 {len(text) / 10_000:.0f} 万字，超过上限 {MAX_CHARS / 10_000:.0f} 万字。"
            "请拆成几份再试。"
        )
    return replace(reading, text=text)


def _read(content: bytes) -> Reading:
    """Choose the reader by what the bytes are."""
    if pdf.is_pdf(content):
        return pdf.read(content)
    if scan.is_image(content):
        return scan.read(content)
    if word.is_word(content):
        return word.read(content)
    if old_word.is_old_word(content):
        return old_word.read(content)
    if ofd.is_ofd(content):
        return ofd.read(content)
    if web.is_web_page(content):
        return web.read(content)
    return plain.read(content)
