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

# Characters that every Chinese text has, simplified and traditional.
COMMON = set("，。、（）的一是在和不有年月人大中上工作民市全要务務实實进進建设設管理服为為点點")


def read(content: bytes) -> Reading:
    """Decode the bytes.

    Raises:
        UnreadableFile: they are no text.
    """
    return Reading(decode(content))


def decode(content: bytes) -> str:
    """Return bytes as text: a mark at the start decides, then UTF-8, then what reads as Chinese."""
    encoding = next((encoding for bom, encoding in BOMS if content.startswith(bom)), None)
    for candidate in (encoding,) if encoding else ("utf-8",):
        if (text := _try(content, candidate)) is not None:
            return text
    # GB18030 and Big5 decode each other's bytes into rare characters: the common ones tell.
    texts = [t for e in ("gb18030", "big5") if (t := _try(content, e)) is not None]
    guess = from_bytes(content).best()
    texts += [str(guess)] if guess is not None and is_text(str(guess)) else []
    best = max(texts, key=_common, default="")
    if not _common(best):
        raise UnreadableFile("不是文本文件，读不出文字。请另存为 .txt 后再试。")
    return best


def _try(content: bytes, encoding: str) -> str | None:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return text if is_text(text) else None


def _common(text: str) -> int:
    return sum(c in COMMON for c in text)


def is_text(text: str) -> bool:
    """Say whether hardly any control characters stand in the text."""
    return sum(c in CONTROLS for c in text) <= CONTROL_SHARE * len(text)
