"""A text with the marks of another medium left in it -> the text as a person would see it.

Texts copied from web sites keep tags and entities (<p>, &nbsp;), texts from chat programs and
editors the stars and hashes of Markdown. Comments of Word that were pasted in go the same way.

Not covered: pages of HTML (`readers/web`); links and pictures of Markdown stay as they are.
"""

import html
import re
from collections.abc import Iterator

from knowledge.plan import Dropped

BLOCKS = "p|div|br|hr|tr|li|ul|ol|table|tbody|section|article|h[1-6]|blockquote"
INLINE = "span|strong|b|em|i|u|s|font|a|img|td|th|o:p|st1:\\w+|sub|sup|center|small|big|label|input"
TAG = re.compile(rf"</?(?:(?P<block>{BLOCKS})|{INLINE})(?:\s[^<>]{{0,500}})?\s?/?>", re.IGNORECASE)
# Without the colon-less ones: "R&D" and "A&B" are words.
ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,6}|#x[0-9a-fA-F]{2,5});")
BOLD = re.compile(r"(?P<mark>\*\*|__)(?=\S)(?P<text>[^\n*]{1,200}?)(?P=mark)")
ORDINAL = r"[\d一二三四五六七八九十]{1,3}"
NUMBER = rf"(?:\*\*)?(?:[（(]?{ORDINAL}\\?[）)、.．]|第{ORDINAL}[章节条])"
LINE_START = re.compile(
    rf"(?m)^[ \t\u3000]*(?:#{{1,6}}[ \t]*(?=\S)|>[ \t]?|[-*+•●◆■▪][ \t]*(?={NUMBER}))+"
)
UNSEEN = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)  # leave no trace on paper
ESCAPED = re.compile(r"\\(?=[.()\[\]*_#+>-])")
SIGNS_OF_MARKDOWN = re.compile(rf"(?m)^#{{1,6}} |\*\*\S|^[ \t]*[-*+•●◆■▪][ \t]*{NUMBER}")


def without_markup(text: str) -> tuple[str, list[Dropped]]:
    """Return the text without marks, and the tags that were taken out.

    >>> without_markup("**一、抓项目**")[0], without_markup("<p>A&nbsp;B</p>")[0].split()
    ('一、抓项目', ['A', 'B'])
    """
    tags = list(_tags(text))
    text = TAG.sub(lambda m: "\n" if m["block"] else "", text)
    text = UNSEEN.sub("", ENTITY.sub(lambda m: html.unescape(m[0]), text))
    if SIGNS_OF_MARKDOWN.search(text):
        text = LINE_START.sub("", text)
        text = ESCAPED.sub("", BOLD.sub(lambda m: m["text"], text))
    return text, tags


def _tags(text: str) -> Iterator[Dropped]:
    yield from (Dropped(match[0], "网页的标记") for match in TAG.finditer(text))
