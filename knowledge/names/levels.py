"""Places that a text names by their level or from where it stands: 省里, 全国, 本市, 隔壁市, 外地.

Whose place that is, only the plan's own place tells: 市里 is a city's own, and another place to a
county of it.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from knowledge.names.gazetteer import LEVELS, NATION_WORDS, Level, level_of
from knowledge.names.places import another_place, find_places
from knowledge.words import cut, edges

KEPT_TEXTS = 4096
NOUNS = ("n", "v", "b", "a", "j", "eng")
NATION = "|".join(NATION_WORDS)
TYPES = "|".join(sorted(LEVELS, key=len, reverse=True))
OWN = "全|本|我们?|咱们?"
OTHER = "隔壁|邻近?|周边|相邻|兄弟|外|别的|其[他它]|另一个"
INSIDE = "里头?|本级|这边"
SAID = re.compile(
    rf"(?P<other>(?:{OTHER})(?:{TYPES}|城市|地方?))|(?P<own>(?:{OWN})(?:{TYPES})(?:{INSIDE})?)"
    rf"|(?P<level>(?:{TYPES})(?:{INSIDE}))|(?P<nation>{NATION})"
)


@dataclass(frozen=True, slots=True)
class LevelWord:
    """A place by its level. `type` is 省, 市, 县 as said; `own` is said of where one speaks from,
    `other` of any place but that. `level` is None for 外地.
    """

    start: int
    end: int
    said: str
    level: Level | None
    type: str
    own: bool = False
    other: bool = False


@lru_cache(maxsize=KEPT_TEXTS)
def find_levels(text: str) -> tuple[LevelWord, ...]:
    """Return the places that a text names by level, in order.

    >>> [(w.said, w.other) for w in find_levels("省里和隔壁市的床位")]
    [('省里', False), ('隔壁市', True)]
    """
    ends = edges(text)
    found = []
    for match in SAID.finditer(text):
        if {match.start(), match.end()} <= ends and not _only_describes(text, match):
            found.append(_read(match))
    return tuple(found)


def is_elsewhere(word: LevelWord, own: Iterable[str]) -> bool:
    """True if a level is not that of any of the places: 市里 to a county's plan, 外地 to all.

    >>> is_elsewhere(find_levels("省里的标准")[0], ["云溪市"])
    True
    """
    if word.other:
        return True
    places = tuple(own)
    if any(place.endswith(word.type) for place in places if word.type):
        return False
    levels = [level for place in places if (level := level_of(place)) is not None]
    return word.level is not None and bool(levels) and all(word.level < own for own in levels)


def places_elsewhere(
    text: str, own: Iterable[str], prints: Callable[[str], bool]
) -> tuple[str, ...]:
    """Return what a question names that is no place of the plans in reach, and that none prints.

    `own` are the places of those plans; `prints` tells whether one of them prints a word.

    >>> places_elsewhere("隔壁市和海安市床位多少", ["云溪市"], lambda word: False)
    ('海安市', '隔壁市')
    """
    ours = tuple(own)
    named = another_place(find_places(text, ours), ours, prints)
    levels = (w.said for w in find_levels(text) if is_elsewhere(w, ours) and not prints(w.said))
    return tuple(dict.fromkeys((*(place.said for place in named), *levels)))


def _read(match: re.Match[str]) -> LevelWord:
    said = match[0]
    if match["nation"]:
        return LevelWord(match.start(), match.end(), said, Level.NATION, "")
    type_ = next((t for t in TYPES.split("|") if t in said), "")
    return LevelWord(
        match.start(),
        match.end(),
        said,
        LEVELS.get(type_),
        type_,
        own=bool(match["own"]),
        other=bool(match["other"]),
    )


def _only_describes(text: str, match: re.Match[str]) -> bool:
    """True for 国家 in front of a noun: 国家重点研发计划 is a name, 国家的标准 a place's."""
    if not match["nation"]:
        return False
    behind = next(iter(cut(text[match.end() :])), ("", "x"))
    return behind[1].startswith(NOUNS) and match[0] != "全国"
