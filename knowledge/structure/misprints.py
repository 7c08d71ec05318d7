"""A line of a bad copy -> the section number it starts with, misread or misprinted.

OCR reads 一 as a dash and 1 as l, loses a bracket or puts a blank into a numeral; people type a
blank or a colon behind a number; "4.65岁以上老年人" is item 4. Such a number is believed only where
it opens a line and goes on the numbering exactly (`outline`).

Not covered: misread numerals (入 for 八), numbers that are missing altogether.
"""

import re
from collections.abc import Iterator

from knowledge.numbering import HAN, NO_LIST, NO_REFERENCE, Mark, Style, number_value, step

DIGIT = "一二三四五六七八九十百零〇"
SPACED = f"[{DIGIT}](?:[ \\u3000]?[{DIGIT}]){{0,4}}"
DASH = "[—–－ー―─-]{1,2}"  # what OCR makes of 一
WORD = r"(?=[\u4e00-\u9fff“《])"
NO_CLOSE = r"(?![^\n（(〔]{0,40}[）)〕])"
LINE = re.compile(
    rf"""(?m)^[ \t\u00a0\u3000\u200b\ufeff]*(?:
    (?P<dash>{DASH})\s?[、丶､]
  | [（(〔]\s?(?P<dash_paren>{DASH})\s?[）)〕]
  | (?P<han>{SPACED})\s?(?:[、丶､．.]{NO_LIST}|[。：:]|[ \u3000]{{1,3}}{WORD})
  | [（(〔]\s?(?P<spaced>{SPACED})\s?[）)〕]{NO_REFERENCE}
  | (?P<unopened>{HAN})\s?[）)〕]{NO_REFERENCE}
  | [（(〔]\s?(?P<unclosed>{HAN})\s?(?=[^\s{DIGIT}）)〕]){NO_CLOSE}
  | (?P<letter>[lIｌ|])[.．、](?![\dA-Za-z])
  | (?P<arabic>\d{{1,2}})[。]{WORD}
  | (?P<decimal>\d{{1,2}})[.．](?=\d)
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
}
SENTENCE_ENDS = "。！？；"
ALWAYS_ONE = ("dash", "dash_paren", "letter")


def find_misprints(text: str) -> Iterator[Mark]:
    """Yield the lines' beginnings that may be misprinted section numbers, in order.

    >>> [mark.step for mark in find_misprints("—、抓项目\\n二）桥梁\\n十 一、渡口")]
    ['一', '（二）', '十一']
    """
    for match in LINE.finditer(text):
        group = str(match.lastgroup)
        numeral = re.sub(r"\s", "", match[group])
        value = 1 if group in ALWAYS_ONE else number_value(numeral)
        if value and value <= 99:
            before = text[: match.start()].rstrip()[-1:]
            if group == "decimal" and (not before or before not in SENTENCE_ENDS):
                continue
            style = STYLES[group]
            start = match.end() - len(match[0].lstrip())
            name = step(style, value)
            yield Mark(start, match.end(), style, value, name, True, False, is_misprint=True)
