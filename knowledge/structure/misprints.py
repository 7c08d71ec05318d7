"""A line of a bad copy -> the section number it starts with, misread or misprinted.

OCR reads 一 as a dash and 1 as l, loses a bracket or puts a blank into a numeral; people type a
blank, a colon or nothing at all behind a number; "4.65岁以上老年人" is item 4, "1.5G网络" item 1.
Such a number is believed only where it opens a line and goes on the numbering exactly (`outline`).

Not covered: misread numerals (入 for 八), numbers that are missing altogether.
"""

import re
from collections.abc import Iterator

from knowledge.numbering import HAN, NO_LIST, NO_REFERENCE, Mark, Style, number_value, step
from knowledge.quantity import read_quantities
from knowledge.structure.surroundings import char_before
from knowledge.text import squeeze

DIGIT = "一二三四五六七八九十百零〇"
SPACED = f"[{DIGIT}](?:[ \\u3000]?[{DIGIT}]){{0,4}}"
DASH = "[—–－ー―─-]{1,2}"  # what OCR makes of 一
WORD = r"(?=[\u4e00-\u9fff“《])"
NO_CLOSE = r"(?![^\n（(〔]{0,40}[）)〕])"
# "1.5万亩" is a figure, "1.5G网络" and "3.3岁以下" are items.
FIGURE = r"\d{1,4}\s?(?:[万亿千百%％‰倍]|[A-Za-z]{2})"
NO_ROW = r"(?!(?:[^\s]+[ \t\u3000]+){2})"  # several blanks: a row of a table
LINE = re.compile(
    rf"""(?m)^[ \t\u00a0\u3000\u200b\ufeff\ue000]*(?:
    (?P<dash>{DASH})\s?[、丶､]
  | [（(〔]\s?(?P<dash_paren>{DASH})\s?[）)〕]
  | (?P<han>{SPACED})\s?(?:[、丶､．.]{NO_LIST}|[。：:]|[ \u3000]{{1,3}}{WORD})
  | [（(〔]\s?(?P<spaced>{SPACED})\s?[）)〕]{NO_REFERENCE}
  | (?P<unopened>{HAN})\s?[）)〕]{NO_REFERENCE}
  | [（(〔]\s?(?P<unclosed>{HAN})\s?(?=[^\s{DIGIT}）)〕]){NO_CLOSE}
  | (?P<letter>[lIｌ|])[.．、](?![\dA-Za-z])
  | (?P<arabic>\d{{1,2}})[。]{WORD}
  | (?P<decimal>\d{{1,2}})[.．](?=\d)(?!{FIGURE})
  | (?P<bare>\d{{1,2}})[ \t\u3000]{{0,3}}{WORD}{NO_ROW}
    )""",
    re.VERBOSE,
)
STYLES = {
    "dash": Style.HAN,
    "dash_paren": Style.HAN_PAREN,
    "han": Style.HAN,
    "spaced": Style.HAN_PAREN,
    "unopened": Style.HAN_PAREN,
    "unclosed": Style.HAN_PAREN,
    "letter": Style.ARABIC,
    "arabic": Style.ARABIC,
    "decimal": Style.ARABIC,
    "bare": Style.ARABIC,
}
BROKEN_OFF = frozenset("，、,（(“《")  # before a line that goes on a figure
COUNTED_CHARS = 6  # behind a number, in which its unit stands
ALWAYS_ONE = ("dash", "dash_paren", "letter")


def find_misprints(text: str) -> Iterator[Mark]:
    """Yield the lines' beginnings that may be misprinted section numbers, in order.

    >>> [mark.step for mark in find_misprints("—、抓项目\\n二）桥梁\\n十 一、渡口\\n1突破技术")]
    ['一', '（二）', '十一', '1']
    """
    for match in LINE.finditer(text):
        group = str(match.lastgroup)
        value = 1 if group in ALWAYS_ONE else number_value(squeeze(match[group]))
        if not value or value > 99:
            continue
        if STYLES[group] is Style.ARABIC and char_before(text, match.start()) in BROKEN_OFF:
            continue
        if group == "bare" and _counts(text[match.start(group) : match.end() + COUNTED_CHARS]):
            continue
        yield Mark(
            start=match.end() - len(match[0].lstrip(" \t\u00a0\u3000\u200b\ufeff\ue000")),
            end=match.end(),
            style=STYLES[group],
            value=value,
            step=step(STYLES[group], value),
            opens_line=True,
            is_plain=False,
            is_misprint=True,
            is_bare=group == "bare",
        )


def _counts(text: str) -> bool:
    """True if a line begins with what it counts, or with a year: 3个, 12 户, 20年."""
    digits = len(text) - len(text.lstrip("0123456789"))
    is_date = text[digits : digits + 1] in tuple("年月日")
    return is_date or any(q.start == 0 and q.end > digits for q in read_quantities(text))
