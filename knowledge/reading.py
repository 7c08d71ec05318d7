"""A file -> its text. One small reader per format; so far plain text in any Chinese encoding.

Not covered: Word, PDF, HTML, OFD.
"""

import codecs
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from knowledge.errors import UnreadableFile

SUFFIXES = (".txt", ".md")
MAX_BYTES = 20_000_000  # a plan of 10,000 characters is 30 kB; anything near this is no plan
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CONTROL_SHARE = 0.01  # of control characters, above which bytes are no text
CONTROLS = {chr(i) for i in range(32)} - set("\t\n\r\f\v")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it came: its base name, its bytes, and its text."""

    name: str
    content: bytes
    text: str


def read_source(path: Path) -> SourceFile:
    """Read one file.

    Raises:
        UnreadableFile: it is missing, empty, too large, or no text; the message names the file.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise UnreadableFile(
                f"{path.name} 有 {size / 1e6:.0f} MB，超过上限 {MAX_BYTES / 1e6:.0f} MB。"
            )
        content = path.read_bytes()
    except FileNotFoundError as exc:
        raise UnreadableFile(f"找不到文件 {path}。请检查路径后再试。") from exc
    except OSError as exc:
        raise UnreadableFile(f"打不开文件 {path}（{exc.strerror}）。请检查权限后再试。") from exc
    return source_from_bytes(path.name, content)


def source_from_bytes(name: str, content: bytes) -> SourceFile:
    """Return the text of a file's bytes; `name` is its base name.

    Raises:
        UnreadableFile: the bytes are empty or no text.
    """
    if not content.strip():
        raise UnreadableFile(f"{name} 是空文件，没有可以入库的内容。")
    text = _decode(name, content).replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    if not text.strip():
        raise UnreadableFile(f"{name} 里只有空白，没有可以入库的内容。")
    return SourceFile(name, content, text)


def _decode(name: str, content: bytes) -> str:
    """Decode bytes; a mark at the start decides, then UTF-8, GB18030, and what the statistics
    say.
    """
    encoding = next((encoding for bom, encoding in BOMS if content.startswith(bom)), None)
    for candidate in (encoding,) if encoding else ("utf-8", "gb18030"):
        try:
            text = content.decode(candidate)
        except UnicodeDecodeError:
            continue
        if _is_text(text):
            return text
    guess = from_bytes(content).best()
    if (
        guess is not None
        and _is_text(str(guess))
        and any("\u4e00" <= c <= "\u9fff" for c in str(guess))
    ):
        return str(guess)
    raise UnreadableFile(f"{name} 不是文本文件，读不出文字。请另存为 .txt 后再试。")


def _is_text(text: str) -> bool:
    return sum(c in CONTROLS for c in text) <= CONTROL_SHARE * len(text)
