"""Saved pages of government sites (.html, .mht) -> the article, below its 索引号 and 文号.

What leads to and from the article (navigation, share buttons, related links, footers), hidden text
and scripts are dropped, each with why. `web_article` finds the article, `web_text` its lines.

Not covered: articles that a script loads, pages in frames, text in pictures.
"""

import codecs
import email
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from bs4 import BeautifulSoup
from bs4.element import Tag

from knowledge.errors import UnreadableFile
from knowledge.files.readers.plain import decode
from knowledge.files.readers.web_article import find_article, weight
from knowledge.files.readers.web_text import WebLine, read_lines
from knowledge.plan import Dropped, Reading
from knowledge.structure.cleaning.particulars import read_particulars
from knowledge.text import squeeze

HEAD_BYTES = 4096
MAX_MARKUP = 5_000_000  # bytes without pictures; a page of a government site has 100,000
MAX_TAGS = 100_000  # a long plan pasted from Word has 10,000; ten times that takes 4 s
XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*>")
MARKUP_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|title|link|script)\b",
    re.IGNORECASE | re.DOTALL,
)
WEB_ARCHIVE = re.compile(rb"^content-type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)
CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
CODECS = {  # what pages declare; GB2312 and GBK stand for all of GB18030
    **dict.fromkeys(("gb2312", "gb_2312-80", "gbk", "gb18030"), "gb18030"),
    **dict.fromkeys(("utf-8", "utf8"), "utf-8"),
    "big5": "big5hkscs",
}
BROKEN_SHARE = 0.001  # of characters that a page saved half-way may have lost

SCRIPTS = ("script", "style", "noscript", "template", "iframe", "object", "svg")
CONTROLS = ("button", "select", "input", "textarea")
HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
SITE_NAME = re.compile(  # not the dash of "2021—2025年"
    r"\s*[_|｜]+\s*|\s*(?<!\d)[—–]+\s*|\s+-+\s+|-(?=[^-]*(?:网|政府|局|委|厅)\s*$)"
)
TITLE_LINES = 8  # of the article, in which its title may be printed
NO_TEXT = "里没有正文（可能由脚本载入）。请在浏览器里全选复制，存为 .txt 后再试。"


def is_web_page(content: bytes) -> bool:
    """Say whether the bytes are a web page or a web archive (.mht)."""
    if _is_web_archive(content):
        return True
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    head = content[:HEAD_BYTES].decode("utf-16" if is_wide else "utf-8-sig", "ignore")
    return MARKUP_START.match(head) is not None


def read(content: bytes) -> Reading:
    """Return the article of a web page.

    Raises:
        UnreadableFile: the page is too large, nested too deep, or holds no text.
    """
    soup = _parse(decode_markup(_page(content)))
    dropped = list(_take_out_unseen(soup))
    lines = read_lines(soup.body) if soup.body else []
    if not lines:
        raise UnreadableFile(NO_TEXT)
    article = find_article(lines)
    reasons = [article.why_not(line) for line in lines]
    own = _title(soup)
    texts = [line.text for line in lines]
    particulars = read_particulars(texts, _before_prose(lines, reasons), own)
    judged = [
        (line.text, why)
        for i, (line, why) in enumerate(zip(lines, reasons, strict=True))
        if i not in particulars.places
    ]
    kept = [text for text, why in judged if why is None]
    if not kept:
        raise UnreadableFile(NO_TEXT)
    title = particulars.title or own
    heading = [] if _prints(kept[:TITLE_LINES], title) else [title]
    left_out = [(text, why) for text, why in judged if why and squeeze(text) != squeeze(title)]
    dropped += [
        Dropped("\n".join(text for text, _ in group), why)
        for why, group in groupby(left_out, key=itemgetter(1))
    ]
    text = "\n".join([*particulars.lines, *heading, *kept])
    called = filter(None, (particulars.title, title))
    return Reading(text, (*dropped, *particulars.dropped), large=tuple(called))


def _parse(markup: str) -> BeautifulSoup:
    if markup.count("<") > MAX_TAGS:
        raise UnreadableFile(f"的标签超过 {MAX_TAGS} 个，不像是一份计划。")
    return BeautifulSoup(XML_DECLARATION.sub("", markup, count=1), "lxml")


def _before_prose(lines: Sequence[WebLine], reasons: Sequence[str | None]) -> list[bool]:
    """Return which lines stand outside the article, or in it before its first sentence."""
    prose = (i for i, line in enumerate(lines) if reasons[i] is None and weight(line))
    first = next(prose, len(lines))
    return [why is not None or i < first for i, why in enumerate(reasons)]


def decode_markup(content: bytes) -> str:
    """Return the markup of a page.

    A declaration counts only where the bytes are no UTF-8: browsers save pages as UTF-8 and leave
    "gb2312" in them.
    """
    if len(content) > MAX_MARKUP:
        size = len(content) / 1e6
        raise UnreadableFile(f"有 {size:.0f} MB，超过上限 {MAX_MARKUP / 1e6:.0f} MB。")
    if (codec := _declared_codec(content)) and not _is_marked_or_utf8(content):
        text = content.decode(codec, "replace")
        if text.count("\ufffd") <= BROKEN_SHARE * len(text):
            return text
    return decode(content)


def _declared_codec(content: bytes) -> str | None:
    match = CHARSET.search(content[:HEAD_BYTES])
    return CODECS.get(match[1].decode("ascii").lower()) if match else None


def _is_marked_or_utf8(content: bytes) -> bool:
    if content.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_web_archive(content: bytes) -> bool:
    return bool(WEB_ARCHIVE.search(content[:HEAD_BYTES])) and b"<html" not in content[:200].lower()


def _page(content: bytes) -> bytes:
    """Return the page itself, out of its archive where it is one."""
    if not _is_web_archive(content):
        return content
    archive = email.message_from_bytes(content)
    page = next((part for part in archive.walk() if part.get_content_type() == "text/html"), None)
    payload = page.get_payload(decode=True) if page is not None else None
    if page is None or not isinstance(payload, bytes):
        raise UnreadableFile(NO_TEXT)
    charset = page.get_content_charset() or ""
    return f'<meta charset="{charset}">'.encode() + payload if charset.isascii() else payload


def _take_out_unseen(soup: BeautifulSoup) -> Iterator[Dropped]:
    """Take scripts, form controls and hidden elements out of the page, and tell what they said."""
    scripts = soup.find_all(SCRIPTS)
    for tag in scripts:
        tag.extract()
    if scripts:
        yield Dropped(f"{len(scripts)} 段脚本或样式", "网页的脚本和样式")
    for tag in soup.find_all(CONTROLS):
        tag.extract()
    for tag in soup.find_all(_is_hidden):
        if text := " ".join(tag.stripped_strings):
            yield Dropped(text, "网页里隐藏的文字")
        tag.extract()


def _is_hidden(tag: Tag) -> bool:
    """Whole pages are hidden until a script has run; they are still what is to be read."""
    if tag.name in ("html", "body"):
        return False
    return tag.has_attr("hidden") or bool(HIDDEN_STYLE.search(str(tag.get("style") or "")))


def _title(soup: BeautifulSoup) -> str:
    """Return the document's title: the site's own ArticleTitle, its heading, or the window's.

    The window's title carries the names of column and site behind it; a heading that is not part of
    it is the site's.
    """
    window = _one_line(soup.title)
    headings = [text for heading in soup.find_all("h1") if (text := _one_line(heading))]
    own = [text for text in headings if squeeze(text) in squeeze(window)]
    first, *_ = SITE_NAME.split(window)
    return _meta(soup, "ArticleTitle") or next(iter(own), "") or first or next(iter(headings), "")


def _one_line(tag: Tag | None) -> str:
    return re.sub(r"\s+", " ", tag.get_text()).strip() if tag else ""


def _meta(soup: BeautifulSoup, name: str) -> str:
    tag = soup.find("meta", attrs={"name": re.compile(rf"^{name}$", re.IGNORECASE)})
    return str(tag.get("content") or "").strip() if isinstance(tag, Tag) else ""


def _prints(lines: Sequence[str], title: str) -> bool:
    """Say whether the title stands in these lines; it may be broken over several."""
    return squeeze(title) in squeeze("".join(lines))
