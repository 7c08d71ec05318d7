"""A place in a text -> the printed number that stands there.

Chinese official documents number their sections 一、 →（一）→ 1. →（1）→ ①, plans and regulations
also 第一章 → 第一节 → 第一条, standards and 应急预案 1 → 1.1 → 1.1.1 (`structure.decimals`). This
file finds every place that could be such a number; `structure.outline` decides which are sections.

Not covered: letters (A. B.), Roman numerals.
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
    DECIMAL_2 = 6  # 1.1
    DECIMAL_3 = 7  # 1.1.1
    DECIMAL_4 = 8  # 1.1.1.1
    ITEM = 9  # 1. below 1.1
    ARABIC_PAREN = 10  # （1）
    CIRCLED = 11  # ①

    @property
    def is_decimal(self) -> bool:
        """A number of several levels, each printed whole."""
        return Style.DECIMAL_2 <= self <= Style.DECIMAL_4


@dataclass(frozen=True, slots=True)
class Mark:
    """A place where a section number may stand: text[start:end] prints it, `step` is its canonical
    form.

    `opens_line` tells numbers at the start of a line from those inside one; `is_plain` is False for
    separators that ordinary text has too ("一，"), `is_misprint` True for a number that only bad
    copies print so (`misprints`), `is_bare` for one without any stop. `numbers` are those of all
    levels of a decimal outline; a chapter of one, "2 组织体系", has its own alone.
    """

    start: int
    end: int
    style: Style
    value: int
    step: str
    opens_line: bool
    is_plain: bool = True
    is_misprint: bool = False
    is_bare: bool = False
    numbers: tuple[int, ...] = ()


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
INDENT = re.compile(rf"[ \t\u3000\u00a0\u2002\u2003\ue000]*(?P<signs>(?:[{SIGNS}][ \t\u3000]*)*)")
OPENING_CHARS = 30  # of a line, among which the number stands that it opens with
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


def step(style: Style, *numbers: int) -> str:
    """Return the canonical form of a number, as it stands in a section's path.

    >>> step(Style.HAN_PAREN, 15), step(Style.ARABIC, 8), step(Style.CHAPTER, 3)
    ('（十五）', '8', '第三章')
    >>> step(Style.DECIMAL_2, 1, 3)
    '1.3'
    """
    value = numbers[-1]
    match style:
        case Style.CHAPTER | Style.DIVISION | Style.ARTICLE:
            return f"第{han_numeral(value)}{'章节条'[style]}"
        case Style.HAN:
            return han_numeral(value)
        case Style.HAN_PAREN:
            return f"（{han_numeral(value)}）"
        case Style.ARABIC_PAREN:
            return f"（{value}）"
        case Style.CIRCLED:
            return chr(ord("①") + value - 1)
        case _:
            return ".".join(map(str, numbers))


def read_step(printed: str) -> tuple[int, Style]:
    """Return the value and the style of a canonical step: the inverse of `step`.

    A step that is no number (附件1, 名词解释) has the value 0.

    >>> read_step("（十五）"), read_step("第三条"), read_step("1.3")
    ((15, <Style.HAN_PAREN: 4>), (3, <Style.ARTICLE: 2>), (3, <Style.DECIMAL_2: 6>))
    """
    if printed[0] == "第" and printed[-1] in KINDS:
        return number_value(printed[1:-1]) or 0, KINDS[printed[-1]]
    if printed[0] == "（":
        inner = printed[1:-1]
        style = Style.ARABIC_PAREN if inner.isdecimal() else Style.HAN_PAREN
        return number_value(inner) or 0, style
    if "①" <= printed <= "⑳":
        return ord(printed) - ord("①") + 1, Style.CIRCLED
    if printed[0].isdecimal() and "." in printed:
        return int(printed.rpartition(".")[2]), decimal_style(printed.count(".") + 1)
    return number_value(printed) or 0, Style.ARABIC if printed.isdecimal() else Style.HAN


def decimal_style(levels: int) -> Style:
    """Return the style of a number of so many levels: 1.1 has two."""
    return Style(Style.DECIMAL_2 + levels - 2)


def find_marks(text: str) -> Iterator[Mark]:
    """Yield every place of `text` where a section number may stand, in order."""
    line_end, indent = -1, INDENT.match(text)
    for match in MARK.finditer(text):
        if match.start() > line_end:
            line_start = text.rfind("\n", max(line_end, 0), match.start()) + 1
            indent = INDENT.match(text, line_start)
            line_end = next_break(text, match.start())
        assert indent
        style, value = _style_and_value(match)
        if not value or value > 999:
            continue
        opens_line = match.start() <= indent.end()
        stop = match["han_stop"] or match["arabic_stop"] or ""
        if stop == "、" and not opens_line and text[match.end() : match.end() + 1].isdigit():
            continue  # 5、6月份
        yield Mark(
            start=min(match.start(), indent.start("signs")) if opens_line else match.start(),
            end=match.end(),
            style=style,
            value=value,
            step=step(style, value),
            opens_line=opens_line,
            is_plain=stop not in AMBIGUOUS_STOPS or not stop,
        )


def opens_with_number(line: str) -> bool:
    """True if a section number stands at the start of a line, whatever follows it."""
    return next(find_marks(line[:OPENING_CHARS]), _NONE).opens_line


def next_break(text: str, at: int) -> int:
    """Return where the line ends in which `at` stands."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _style_and_value(match: re.Match[str]) -> tuple[Style, int | None]:
    if match["kind"]:
        return KINDS[match["kind"]], number_value(match["ordinal"])
    group = next(name for name in GROUPS if match[name])
    if group in FIRST_SIGNS:
        return GROUPS[group], ord(match[group]) - ord(FIRST_SIGNS[group]) + 1
    return GROUPS[group], number_value(match[group])


_NONE = Mark(0, 0, Style.HAN, 0, "", False)
