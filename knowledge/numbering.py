"""A place in a text -> the printed number that stands there.

Chinese official documents number their sections 一、 →（一）→ 1. →（1）→ ①, plans and regulations
also 第一章 → 第一节 → 第一条. This file finds every place that could be such a number; `parsing`
decides which of them are sections.

Not covered: letters (A. B.), Roman numerals, decimal outlines (1.2.3).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

HAN_DIGITS = "零〇一二三四五六七八九"
HAN_VALUES = {digit: max(0, i - 1) for i, digit in enumerate(HAN_DIGITS)} | {"两": 2}
HAN_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}


class Style(IntEnum):
    """The ways of numbering, outermost first."""

    CHAPTER = 0  # 第三章
    DIVISION = 1  # 第二节
    ARTICLE = 2  # 第十条
    HAN = 3  # 一、
    HAN_PAREN = 4  # （一）
    ARABIC = 5  # 1.
    ARABIC_PAREN = 6  # （1）
    CIRCLED = 7  # ①


@dataclass(frozen=True, slots=True)
class Mark:
    """A place where a section number may stand: text[start:end] prints it, `step` is its canonical
    form.

    `opens_line` tells numbers at the start of a line from those inside one; `is_plain` is False for
    separators that ordinary text has too ("一，"), `is_misprint` True for a number that only bad
    copies print so (`misprints`).
    """

    start: int
    end: int
    style: Style
    value: int
    step: str
    opens_line: bool
    is_plain: bool = True
    is_misprint: bool = False


HAN = "[一二三四五六七八九十百零〇○]{1,5}"
# "3.5万亩" is a number, "3.2025年底前" is item 3; "、" before a digit is told by where it stands.
NO_DECIMAL = r"(?:(?<=、)|(?!\d)|(?=(?:19|20)\d\d年))"
# "二、三产业" and "一、四季度" count, "二、三农工作" is a heading.
NO_LIST = rf"(?!{HAN}(?:季度|月|产业|级|类|线|批|期|次产业|年级|等奖))"
# "按照前述（三）项", "（二）、（三）": what is referred to stands elsewhere.
NO_REFERENCE = r"(?!项(?!目)|款(?!项|待)|[、和及至]\s?[（(〔])"
MARK = re.compile(
    rf"""
    第\s?(?P<ordinal>{HAN}|\d{{1,3}})\s?(?P<kind>[章节条])(?=[\s\u3000：:、]|[^\s\d之款项规])
  | (?P<han>{HAN})\s?(?P<han_stop>[、丶､．.，,]){NO_DECIMAL}{NO_LIST}
  | [（(〔【]{{1,2}}\s?(?P<han_paren>{HAN})\s?[）)〕】]{{1,2}}{NO_REFERENCE}(?:\s?[、．.])?
  | (?<![\d.．])(?P<arabic>\d{{1,3}})\s?(?P<arabic_stop>[、丶､.．﹒)）]){NO_DECIMAL}
  | [（(]{{1,2}}\s?(?P<arabic_paren>\d{{1,3}})\s?[）)]{{1,2}}{NO_REFERENCE}(?:\s?[、．.](?!\d))?
  | (?P<circled>[①-⑳]) | (?P<han_circled>[㈠-㈩]) | (?P<in_paren>[⑴-⒇]) | (?P<with_stop>[⒈-⒛])
  | (?P<keycap>\d)\ufe0f?\u20e3
    """,
    re.VERBOSE,
)
KINDS = {"章": Style.CHAPTER, "节": Style.DIVISION, "条": Style.ARTICLE}
GROUPS = {
    "han": Style.HAN,
    "han_paren": Style.HAN_PAREN,
    "arabic": Style.ARABIC,
    "arabic_paren": Style.ARABIC_PAREN,
    "circled": Style.CIRCLED,
    "han_circled": Style.HAN_PAREN,
    "in_paren": Style.ARABIC_PAREN,
    "with_stop": Style.ARABIC,
    "keycap": Style.ARABIC,
}
FIRST_SIGNS = {"circled": "①", "han_circled": "㈠", "in_paren": "⑴", "with_stop": "⒈"}
# Before a number they stress it and belong to it: ★, and the emoji of chats (U+FE0F: in colour).
SIGNS = "★☆▲△●○◆◇■□※▶►✦✅\u2600-\u27bf\u2b50-\u2b55\ufe0f\u200d\U0001f000-\U0001faff"
LINE_INDENT = re.compile(rf"[\s\u3000\u00a0]*(?P<signs>(?:[{SIGNS}][\s\u3000]*)*)\Z")
AMBIGUOUS_STOPS = "，,)）"  # "一，" and "1)" stand in running text as well


def number_value(numeral: str) -> int | None:
    """Return the value of a Chinese or Arabic whole numeral, None if it is none.

    >>> number_value("一百零二"), number_value("１５"), number_value("二〇二五")
    (102, 15, 2025)
    """
    numeral = unicodedata.normalize("NFKC", numeral).strip().replace("○", "〇")  # as Word prints it
    if numeral.isdecimal():
        return int(numeral)
    if not numeral or any(c not in HAN_VALUES and c not in HAN_UNITS for c in numeral):
        return None
    if not any(c in HAN_UNITS for c in numeral):
        return int("".join(str(HAN_VALUES[c]) for c in numeral))
    total = section = digit = 0
    for c in numeral:
        if c in HAN_VALUES:
            digit = HAN_VALUES[c]
        elif c == "万":
            total, section, digit = (section + digit) * HAN_UNITS[c], 0, 0
        else:
            section, digit = section + (digit or 1) * HAN_UNITS[c], 0
    return total + section + digit


def han_numeral(value: int) -> str:
    """Return 1..999 as a Chinese ordinal is printed.

    >>> han_numeral(21), han_numeral(10), han_numeral(102)
    ('二十一', '十', '一百零二')
    """
    if value < 10:
        return HAN_DIGITS[value + 1]
    if value < 100:
        tens, ones = divmod(value, 10)
        return (
            ("" if tens == 1 else HAN_DIGITS[tens + 1])
            + "十"
            + (HAN_DIGITS[ones + 1] if ones else "")
        )
    hundreds, rest = divmod(value, 100)
    head = HAN_DIGITS[hundreds + 1] + "百"
    if not rest:
        return head
    return head + ("零" if rest < 10 else "一" if rest < 20 else "") + han_numeral(rest)


def step(style: Style, value: int) -> str:
    """Return the canonical form of a number, as it stands in a section's path.

    >>> step(Style.HAN_PAREN, 15), step(Style.ARABIC, 8), step(Style.CHAPTER, 3)
    ('（十五）', '8', '第三章')
    """
    match style:
        case Style.CHAPTER | Style.DIVISION | Style.ARTICLE:
            return f"第{han_numeral(value)}{'章节条'[style]}"
        case Style.HAN:
            return han_numeral(value)
        case Style.HAN_PAREN:
            return f"（{han_numeral(value)}）"
        case Style.ARABIC:
            return str(value)
        case Style.ARABIC_PAREN:
            return f"（{value}）"
        case Style.CIRCLED:
            return chr(ord("①") + value - 1)


def read_step(printed: str) -> tuple[int, Style]:
    """Return the value and the style of a canonical step: the inverse of `step`.

    >>> read_step("（十五）"), read_step("第三条")
    ((15, <Style.HAN_PAREN: 4>), (3, <Style.ARTICLE: 2>))
    """
    if printed[0] == "第":
        return number_value(printed[1:-1]) or 0, KINDS[printed[-1]]
    if printed[0] == "（":
        inner = printed[1:-1]
        style = Style.ARABIC_PAREN if inner.isdecimal() else Style.HAN_PAREN
        return number_value(inner) or 0, style
    if "①" <= printed <= "⑳":
        return ord(printed) - ord("①") + 1, Style.CIRCLED
    return number_value(printed) or 0, Style.ARABIC if printed.isdecimal() else Style.HAN


def find_marks(text: str) -> Iterator[Mark]:
    """Yield every place of `text` where a section number may stand, in order."""
    for match in MARK.finditer(text):
        style, value = _style_and_value(match)
        if not value or value > 999:
            continue
        stop = match["han_stop"] or match["arabic_stop"] or ""
        indent = _indent(text, match.start())
        if stop == "、" and indent is None and text[match.end() : match.end() + 1].isdigit():
            continue  # 5、6月份
        yield Mark(
            start=match.start() if indent is None else indent.start("signs"),
            end=match.end(),
            style=style,
            value=value,
            step=step(style, value),
            opens_line=indent is not None,
            is_plain=stop not in AMBIGUOUS_STOPS or not stop,
        )


def _indent(text: str, at: int) -> re.Match[str] | None:
    return LINE_INDENT.match(text, text.rfind("\n", 0, at) + 1, at)


def _style_and_value(match: re.Match[str]) -> tuple[Style, int | None]:
    if match["kind"]:
        return KINDS[match["kind"]], number_value(match["ordinal"])
    group = next(name for name in GROUPS if match[name])
    if group in FIRST_SIGNS:
        return GROUPS[group], ord(match[group]) - ord(FIRST_SIGNS[group]) + 1
    return GROUPS[group], number_value(match[group])
