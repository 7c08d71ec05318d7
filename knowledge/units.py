"""The one table of units (`units.txt`): what a number of a plan counts in, and which units convert.

A unit that the table does not know is still a unit: it is kept as it is printed, and is only equal
to itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("units.txt")
ALONE = "*"  # heads the units that are a family each
SHARES = ("比例", "个百分点", "倍")  # families of what is a part of something, or a growth
TIMES = ("时长", "年月", "工作日", "自然日")  # of how long something takes
AGES = "年龄"
PLACES = "地方"  # 村, 镇: 每镇 is a scope, no rate
MONEY = "人民币"
# What is told of something, not counted: 60岁, 第5届, 500千伏, 3类.
TOLD = (AGES, "次序", "电压", "部分")
AMBIGUOUS_IN_HAN = ("分", "度", "条", "部", "节", "日")  # other words end in them: 十分, 两部
POINTS = "个百分点"  # what lies between two shares


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit by its canonical name: 名 and 位 are 人. One of its family holds `factor` of the
    smallest; an unknown one is printed and in no table.
    """

    name: str
    family: str
    factor: Decimal = Decimal(1)
    is_known: bool = True

    def converts(self, other: "Unit") -> bool:
        """True if values of both can be compared: 公里 and 米, or the very same unit."""
        return self.name == other.name or (
            self.family == other.family and self.factor != other.factor
        )


@dataclass(frozen=True, slots=True)
class UnitFound:
    """A unit as it is printed at the end of text[…:end]."""

    unit: Unit
    end: int


@dataclass(frozen=True, slots=True)
class _Word:
    """A way to print a unit, and what must not stand behind it."""

    printed: str
    unit: Unit
    not_before: tuple[str, ...]

    @property
    def pattern(self) -> str:
        """The word as a regular expression."""
        guard = f"(?!{'|'.join(map(re.escape, self.not_before))})" if self.not_before else ""
        is_latin = self.printed[-1].isascii() and self.printed[-1].isalnum()
        return re.escape(self.printed) + guard + "(?![A-Za-z0-9Ω])" * is_latin


def find_unit(text: str, at: int) -> UnitFound | None:
    """Return the longest known unit that begins at a place of a plain text.

    >>> find_unit("5千瓦时", 1).unit.name, find_unit("5家庭", 1)
    ('千瓦时', None)
    """
    match = _matcher().match(text, at)
    return UnitFound(_words()[match[0]].unit, match.end()) if match else None


def unit_named(printed: str) -> Unit:
    """Return the unit that a printed word names; an unknown one names itself.

    >>> unit_named("平米").name, unit_named("泓").is_known
    ('平方米', False)
    """
    word = _words().get(printed)
    return word.unit if word else Unit(printed, printed, is_known=False)


def unit_words() -> tuple[str, ...]:
    """Return every way to print a known unit, longest first."""
    return tuple(_words())


@cache
def _matcher() -> re.Pattern[str]:
    return re.compile("|".join(word.pattern for word in _words().values()))


@cache
def _words() -> dict[str, _Word]:
    """Return the words of the table by how they are printed, longest first."""
    found = list(_read_table(TABLE.read_text(encoding="utf-8")))
    return {word.printed: word for word in sorted(found, key=lambda word: -len(word.printed))}


def _read_table(table: str) -> Iterator[_Word]:
    family = ALONE
    for line in table.splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            family = line.strip("[]")
            continue
        first, *others = line.split()
        name, _, factor = first.partition("!")[0].partition("=")
        unit = Unit(name, name if family == ALONE else family, Decimal(factor or 1))
        for word in (first, *others):
            printed, _, guard = word.partition("!")
            characters, *words = guard.split(",")
            yield _Word(printed.partition("=")[0], unit, (*characters, *words))
