"""Word's automatic numbers: numbering.xml and styles.xml -> the number a person sees.

ECMA-376 Part 1, 17.9 says how paragraphs are counted, 17.18.59 how a count is written. Where the
standard is silent or Word differs from it ([MS-OI29500] 2.1.283 and 2.1.540), this follows Word.
Elements come with their namespaces taken off: `w:numPr` is "numPr".

Not covered: numbers from a table style; other scripts, ordinals and words (written as 1, 2, 3).
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

Writer = Callable[[int], str]
ON = ("1", "true", "on")  # ST_OnOff, 17.17.4
MAX_COUNT = 32_767  # where Word ends; without it "AAAA…" of a damaged file has no end
PLACEHOLDER = re.compile("%([1-9])")
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
FULL_WIDTH = "０１２３４５６７８９"
HAN = "一二三四五六七八九"
ROMAN_SIGNS = "M CM D CD C XC L XL X IX V IV I".split()
ROMAN_SIZES = (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1)

# Characters of Wingdings and Symbol as they look on paper. Other private ones print nothing.
PICTOGRAPHS = str.maketrans(
    "\uf0b7\uf06c\uf06e\uf075\uf0a7\uf0d8\uf0fc\uf0fe\uf0a8\uf0a1\uf09f\uf071\uf076",
    "•●■◆▪➢✓☑□○•❑❖",
)
PRIVATE_USE = re.compile("[\ud800-\uf8ff]")  # and halves of characters


def counting(digits: str, units: str = "十百千万", bare: str = "^一(?=十)") -> Writer:
    """Return a writer with units: 101 -> 一百〇一. `bare` is the one that is left out: 十一."""

    def write(value: int) -> str:
        figures = str(value)
        places = zip(figures, reversed(["", *units][: len(figures)]), strict=True)
        text = "".join("0" if d == "0" else digits[int(d)] + unit for d, unit in places)
        return re.sub(bare, "", re.sub("0+", digits[0].strip(), text.rstrip("0")))

    return write


def digits_of(digits: str) -> Writer:
    """Return a writer that puts one character for each decimal digit: 10 -> 一〇."""
    return lambda value: "".join(digits[int(d)] for d in str(value))


def counting_below_100(digits: str) -> Writer:
    """Return a writer that counts to 九十九 and then puts digits: 100 -> 一○○ (as Word does)."""
    small, large = counting(digits), digits_of(digits)
    return lambda value: small(value) if value < 100 else large(value)


def one_of(characters: str) -> Writer:
    """Return a writer for a set of characters; what lies beyond it is written as 21, 22."""
    return lambda value: characters[value - 1] if value <= len(characters) else str(value)


def letters(value: int) -> str:
    """Write A to Z, then AA, BB (not AB)."""
    times, letter = divmod(value - 1, 26)
    return chr(ord("A") + letter) * (times + 1)


def roman(value: int) -> str:
    """Write a Roman numeral."""
    text = ""
    for sign, size in zip(ROMAN_SIGNS, ROMAN_SIZES, strict=True):
        count, value = divmod(value, size)
        text += sign * count
    return text


FORMATS: dict[str, Writer] = {
    "decimalZero": lambda value: f"{value:02}",
    "decimalFullWidth": digits_of(FULL_WIDTH),
    "decimalFullWidth2": digits_of(FULL_WIDTH),
    "decimalEnclosedCircle": one_of(CIRCLED),
    "decimalEnclosedCircleChinese": one_of(CIRCLED),
    "decimalEnclosedParen": one_of("⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"),
    "ideographTraditional": one_of("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": one_of("子丑寅卯辰巳午未申酉戌亥"),
    "ideographDigital": digits_of("〇" + HAN),
    # [MS-DOCX] 2.4 prints 一○○ for 100 in chineseCounting and 一百 in chineseCountingThousand.
    "chineseCounting": counting_below_100("○" + HAN),
    "taiwaneseCounting": counting_below_100("○" + HAN),
    "chineseCountingThousand": counting("〇" + HAN),
    "taiwaneseCountingThousand": counting("零" + HAN, "十百千萬"),
    "japaneseCounting": counting(" " + HAN, bare="一(?=[十百千])"),
    "chineseLegalSimplified": counting("零壹贰叁肆伍陆柒捌玖", "拾佰仟万"),
    "upperLetter": letters,
    "lowerLetter": lambda value: letters(value).lower(),
    "upperRoman": roman,
    "lowerRoman": lambda value: roman(value).lower(),
}


def write_count(value: int, number_format: str) -> str:
    """Write a count in a format of 17.18.59; in figures where the format is not known or ends.

    >>> write_count(12, "chineseCounting"), write_count(12, "ideographDigital")
    ('十二', '一二')
    """
    if number_format == "none":
        return ""
    return FORMATS.get(number_format, str)(value) if 0 < value <= MAX_COUNT else str(value)


def printed_sign(sign: str) -> str:
    """Return what a character of a picture font looks like."""
    return PRIVATE_USE.sub("", sign.translate(PICTOGRAPHS))


def value_of(parent: Element | None, path: str) -> str | None:
    """Return the attribute w:val of what stands at `path` below `parent`."""
    found = parent.find(path) if parent is not None else None
    return found.get("val") if found is not None else None


def number_of(parent: Element | None, path: str) -> int | None:
    """Return w:val as a whole number."""
    value = value_of(parent, path)
    return int(value) if value is not None else None


def is_on(parent: Element | None, path: str) -> bool | None:
    """Return a switch of 17.17.4, None where it is not set."""
    found = parent.find(path) if parent is not None else None
    return found.get("val", "1") in ON if found is not None else None


class Styles:
    """The styles of a document (17.7) and what they inherit."""

    def __init__(self, parts: Sequence[Element]) -> None:
        self._by_id = {s.get("styleId", ""): s for part in parts for s in part.iter("style")}
        defaults = (value_of(part, "docDefaults/rPrDefault/rPr/sz") for part in parts)
        self.default_size = int(next((d for d in defaults if d and d.isdecimal()), 0))
        paragraphs = {i: s for i, s in self._by_id.items() if s.get("type") == "paragraph"}
        self._default = next((i for i, s in paragraphs.items() if s.get("default") in ON), "")

    def chain(self, style_id: str | None) -> Iterator[tuple[str, Element]]:
        """Yield a style and those it is based on; without an id the default paragraph style."""
        style_id, seen = style_id or self._default, set[str]()
        while style_id in self._by_id and style_id not in seen:
            seen.add(style_id)
            yield style_id, self._by_id[style_id]
            style_id = value_of(self._by_id[style_id], "basedOn") or ""

    def name(self, style_id: str | None) -> str:
        """Return the name Word shows ("toc 1", "heading 1"), in small letters."""
        return next((value_of(s, "name") or "" for _, s in self.chain(style_id)), "").lower()

    def hides(self, run_style: str | None, paragraph_style: str | None) -> bool:
        """Say whether the style of a run, or else that of its paragraph, hides text."""
        chains = [self.chain(run_style)] if run_style else []
        styles = (style for chain in [*chains, self.chain(paragraph_style)] for _, style in chain)
        switches = (is_on(style, "rPr/vanish") for style in styles)
        return next((switch for switch in switches if switch is not None), False)


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list, 17.9.6; `restart` is the level, from 1, that begins it again."""

    start: int
    number_format: str
    text: str
    suffix: str
    restart: int | None
    is_legal: bool
    style: str | None


@dataclass(frozen=True, slots=True)
class NumberedList:
    """A w:num: its levels, where they start again, and the abstract list that does its counting."""

    abstract: str
    levels: dict[int, Level]
    restarts: dict[int, int]

    def start(self, level: int) -> int:
        """Return the first number of a level."""
        return self.restarts.get(level, self.levels[level].start)


class Numbering:
    """Counts the paragraphs of a document in their order and says what number each one shows."""

    def __init__(self, parts: Sequence[Element], styles: Styles) -> None:
        elements = [element for part in parts for element in part]
        self._styles = styles
        self._abstract = {a.get("abstractNumId"): a for a in elements if a.tag == "abstractNum"}
        self._nums = {n.get("numId", ""): n for n in elements if n.tag == "num"}
        self._lists = {num_id: self._read_list(num) for num_id, num in self._nums.items()}
        self._counts: dict[str, dict[int, int]] = {}
        self._entered: set[tuple[str, int]] = set()

    def number(self, properties: Element | None) -> str:
        """Count a paragraph by its pPr; return its number and the gap behind it: 一、 or "1. "."""
        num_id = self._num_id(properties)
        numbered = self._lists.get(num_id)
        level = self._level(properties, numbered) if numbered else 0
        if numbered is None or level not in numbered.levels:
            return ""
        self._count(num_id, numbered, level)
        label = self._label(numbered, level)
        return label + _gap(label, numbered.levels[level].suffix)

    def _num_id(self, properties: Element | None) -> str:
        """17.9.18: the paragraph's own list, else that of its style; 0 takes it out of any list."""
        styles = self._styles.chain(value_of(properties, "pStyle"))
        inherited = (value_of(style, "pPr/numPr/numId") for _, style in styles)
        return value_of(properties, "numPr/numId") or next(filter(None, inherited), "")

    def _level(self, properties: Element | None, numbered: NumberedList) -> int:
        """17.9.23: a list that names a style decides its level, whatever the style itself says."""
        own = number_of(properties, "numPr/ilvl")
        if own is not None:
            return own
        linked = {level.style: i for i, level in numbered.levels.items() if level.style}
        for style_id, style in self._styles.chain(value_of(properties, "pStyle")):
            said = number_of(style, "pPr/numPr/ilvl")
            if style_id in linked or said is not None:
                return linked.get(style_id, said or 0)
        return 0

    def _read_list(self, num: Element) -> NumberedList:
        abstract = self._abstract_of(num)
        own = self._abstract.get(abstract, Element("abstractNum")).findall("lvl")
        levels = {int(v.get("ilvl", "0")): _read_level(v) for v in own}
        overrides = {int(o.get("ilvl", "0")): o for o in num.findall("lvlOverride")}
        levels |= {i: _read_level(v) for i, o in overrides.items() for v in o.findall("lvl")}
        starts = {i: number_of(o, "startOverride") for i, o in overrides.items()}
        restarts = {i: start for i, start in starts.items() if start is not None}
        return NumberedList(abstract, levels, restarts)

    def _abstract_of(self, num: Element) -> str:
        """17.9.21: a list may only name a numbering style, which names the list that counts."""
        abstract = value_of(num, "abstractNumId") or ""
        link = value_of(self._abstract.get(abstract), "numStyleLink")
        style = next((s for _, s in self._styles.chain(link)), None) if link else None
        linked = self._nums.get(value_of(style, "pPr/numPr/numId") or "")
        return value_of(linked, "abstractNumId") or abstract

    def _count(self, num_id: str, numbered: NumberedList, level: int) -> None:
        """Lists of one abstract list count together; an override starts again once, 17.9.26.

        A skipped level counts as used: after a first （一） comes 二、 (Microsoft's KB Q110380).
        """
        counts = self._counts.setdefault(numbered.abstract, {})
        for skipped in numbered.levels:
            if skipped < level:
                counts.setdefault(skipped, numbered.start(skipped))
        begins = level in numbered.restarts and (num_id, level) not in self._entered
        self._entered.add((num_id, level))
        is_next = level in counts and not begins
        counts[level] = counts[level] + 1 if is_next else numbered.start(level)
        for deeper in [i for i in counts if i > level and i in numbered.levels]:
            said = numbered.levels[deeper].restart
            if said is None or said > deeper or level < said:  # 17.9.10
                del counts[deeper]

    def _label(self, numbered: NumberedList, level: int) -> str:
        """Write the level's text with its counts, 17.9.11; %3 on level 2 makes Word print none."""
        shown = numbered.levels[level]
        if shown.number_format == "bullet":
            return "○" if shown.text == "o" else printed_sign(shown.text)
        counts = self._counts[numbered.abstract]
        used = {int(digit) - 1 for digit in PLACEHOLDER.findall(shown.text)}
        if any(i > level or i not in numbered.levels for i in used):
            return ""
        formats = {i: "" if shown.is_legal else numbered.levels[i].number_format for i in used}
        texts = {f"%{i + 1}": write_count(counts[i], formats[i]) for i in used}
        return PLACEHOLDER.sub(lambda match: texts[match[0]], shown.text)


def _read_level(level: Element) -> Level:
    return Level(
        start=number_of(level, "start") or 0,  # 17.9.25: zero where it is not said
        number_format=value_of(level, "numFmt")
        or value_of(level, "AlternateContent/Fallback/numFmt")  # for older Words, [MS-DOCX] 2.4
        or "decimal",
        text=value_of(level, "lvlText") or "",
        suffix=value_of(level, "suff") or "tab",
        restart=number_of(level, "lvlRestart"),
        is_legal=bool(is_on(level, "isLgl")),
        style=value_of(level, "pStyle"),
    )


def _gap(label: str, suffix: str) -> str:
    """A tab or space behind the number, 17.9.28; none behind 、 or ）, which are wide enough."""
    if not label or suffix == "nothing":
        return ""
    is_wide = unicodedata.east_asian_width(label[-1]) in "WF"
    return "" if is_wide and unicodedata.category(label[-1]).startswith("P") else " "
