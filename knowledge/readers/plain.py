"""Plain text and Markdown: UTF-8, GB18030, Big5, UTF-16, with or without a mark at the start."""

import codecs

from charset_normalizer import from_bytes

from knowledge.errors import UnreadableFile
from knowledge.plan import Reading

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CONTROL_SHARE = 0.01  # of control characters, above which bytes are no text
CONTROLS = {chr(i) for i in range(32)} - set("\t\n\r\f\v")


def read(content: bytes) -> Reading:
    """Decode the bytes.

    Raises:
        UnreadableFile: they are no text.
    """
    return Reading(decode(content))


def decode(content: bytes) -> str:
    """Return bytes as text: a mark at the start decides, then UTF-8, GB18030, then statistics."""
    encoding = next((encoding for bom, encoding in BOMS if content.startswith(bom)), None)
    for candidate in (encoding,) if encoding else ("utf-8", "gb18030"):
        try:
            text = content.decode(candidate)
        except UnicodeDecodeError:
            continue
        if is_text(text):
            return text
    guess = from_bytes(content).best()
    if (
        guess is not None
        and is_text(str(guess))
        and any("\u4e00" <= c <= "\u9fff" for c in str(guess))
    ):
        return str(guess)
    raise UnreadableFile("不是文本文件，读不出文字。请另存为 .txt 后再试。")


def is_text(text: str) -> bool:
    """Say whether hardly any control characters stand in the text."""
    return sum(c in CONTROLS for c in text) <= CONTROL_SHARE * len(text)
