"""An <ol> of a web page -> the numbers a browser shows before its entries."""

import re
from dataclasses import dataclass

from bs4.element import Tag

from knowledge.numbering import han_numeral

LARGEST = 399  # beyond it Chinese and Roman numerals are shown as digits, as no plan counts so far
LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([\w\s-]+)", re.IGNORECASE)
LIST_TYPES = {"1": "decimal", "a": "lower-alpha", "i": "lower-roman"}  # type="A" is upper-alpha
NO_NUMBER = frozenset("none disc circle square".split())
HAN_STYLES = frozenset("cjk-ideographic simp-chinese-informal trad-chinese-informal".split())
FORMAL = str.maketrans("一二三四五六七八九十百", "壹贰叁肆伍陆柒捌玖拾佰")
ROMAN = tuple(zip((100, 90, 50, 40, 10, 9, 5, 4, 1), "c xc l xl x ix v iv i".split(), strict=True))


@dataclass(slots=True)
class ListNumbers:
    """The counter of one list: `type`, `start`, `reversed`, and `value` of an entry."""

    style: str
    value: int
    step: int

    @classmethod
    def of(cls, numbered: Tag) -> "ListNumbers":
        """Return the counter before the first entry."""
        step = -1 if numbered.has_attr("reversed") else 1
        first = 1 if step > 0 else len(numbered.find_all("li", recursive=False))
        value = _whole(numbered.get("start"), first) - step
        return cls(_list_style(numbered) or "decimal", value, step)

    def next(self, entry: Tag) -> str:
        """Return what is shown before this entry, empty where nothing is."""
        self.value = _whole(entry.get("value"), self.value + self.step)
        style = _list_style(entry) or self.style
        return "" if style in NO_NUMBER else format_number(self.value, style)


def format_number(value: int, style: str) -> str:
    """Return a list number with the stop that browsers set behind it.

    >>> format_number(12, "cjk-ideographic"), format_number(3, "upper-roman")
    ('十二、', 'III. ')
    """
    kind = style.removeprefix("lower-").removeprefix("upper-")
    letters = str(value)
    if 0 < value <= LARGEST:
        if style in HAN_STYLES:
            return f"{han_numeral(value)}、"
        if style == "simp-chinese-formal":
            return f"{han_numeral(value).translate(FORMAL)}、"
        if kind == "roman":
            letters = _roman(value)
        elif kind in ("alpha", "latin") and value <= 26:
            letters = chr(ord("a") + value - 1)
    return f"{letters.upper() if style.startswith('upper-') else letters}. "


def _whole(attribute: object, default: int) -> int:
    text = str(attribute or "").strip()
    return int(text) if re.fullmatch(r"-?[0-9]{1,6}", text) else default


def _list_style(tag: Tag) -> str:
    """Return the style as CSS names it, from `style` or the older `type`; empty where unsaid."""
    if match := LIST_STYLE.search(str(tag.get("style") or "")):
        words = (word for word in match[1].lower().split() if word not in ("inside", "outside"))
        return next(words, "")
    letter = str(tag.get("type") or "")
    style = LIST_TYPES.get(letter.lower(), "")
    return style.replace("lower", "upper") if letter.isupper() else style


def _roman(value: int) -> str:
    letters = ""
    for worth, letter in ROMAN:
        count, value = divmod(value, worth)
        letters += letter * count
    return letters
