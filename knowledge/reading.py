"""A file -> its text: the content tells the format, one reader in `readers/` does the rest."""

from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import EmptyFile, MissingFile, UnreadableFile
from knowledge.plan import Reading
from knowledge.readers import ofd, old_word, pdf, plain, scan, web, word

# What a folder is searched for; what a file is, its content tells.
SUFFIXES = tuple(
    ".txt .md .docx .doc .wps .rtf .pdf .ofd .html .htm .mht .mhtml .png .jpg .jpeg".split()
)
MAX_BYTES = 100_000_000  # scans of a long plan reach 50 MB; chat platforms stop at 100 MB


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it came: its base name, its bytes, and what was read from it."""

    name: str
    content: bytes
    reading: Reading

    @property
    def text(self) -> str:
        """The text of the file."""
        return self.reading.text


def read_source(path: Path) -> SourceFile:
    """Read one file.

    Raises:
        UnreadableFile: it is missing, empty, too large, or no text; the message names the file.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            limit = f"{MAX_BYTES / 1e6:.0f} MB"
            raise UnreadableFile(f"{path.name} 有 {size / 1e6:.0f} MB，超过上限 {limit}。")
        content = path.read_bytes()
    except FileNotFoundError as exc:
        raise MissingFile(f"找不到文件 {path}。请检查路径后再试。") from exc
    except OSError as exc:
        raise UnreadableFile(f"打不开文件 {path}（{exc.strerror}）。请检查后再试。") from exc
    return source_from_bytes(path.name, content)


def source_from_bytes(name: str, content: bytes) -> SourceFile:
    """Read a file's bytes; `name` is its base name.

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
    return SourceFile(name, content, Reading(text, reading.dropped, reading.page_starts))


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
