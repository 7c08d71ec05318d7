"""A text -> the offices it names: 教育局, 卫健委 for 卫生健康委员会, 市政府办.

A short form keeps the first character of the office's name, then others of it in their order, and
may end in another word for an office: 卫健局 and 卫健委. Offices that plans are of are found in
every short form, others by the word that they end with.

Not covered: short forms of other characters; offices that are only called 部门 or 单位.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from knowledge.names.places import find_places
from knowledge.words import NAME_KINDS, cut

KEPT_TEXTS = 4096
# What an office's name ends with -> what its short form may end with.
ENDINGS = {
    "委员会": ("委员会", "委", "局"),
    "办公室": ("办公室", "办"),
    "办公厅": ("办公厅", "办"),
    "人民政府": ("人民政府", "政府"),
    "联合会": ("联合会", "联"),
    "政府": ("政府",),
    "中心": ("中心",),
    "局": ("局", "委"),
    "厅": ("厅",),
    "部": ("部",),
    "委": ("委", "局"),
    "办": ("办",),
    "院": ("院",),
    "处": ("处",),
    "科": ("科",),
    "股": ("股",),
}
LEVEL_WORDS = ("国家", "省", "市", "州", "盟", "县", "旗", "区", "镇", "乡", "街道")
LEAST = 1  # characters of a name before its ending
NOUNS = ("n", "v", "j", "b", "a", *NAME_KINDS)
IN_CHARGE = re.compile("的?(?:牵头|负责|承担|主办|主管|配合|责任|管|落实)|是吧|对吧|吗|吧|还是")
ASKED_FOR = re.compile("(?:由|归|是|让|找|[:：])$")


@dataclass(frozen=True, slots=True)
class OfficeName:
    """An office as a text names it; `name` is without its place, full where the office is known.

    `in_charge` is True where the text says or asks that it does something: 教育局牵头.
    """

    start: int
    end: int
    said: str
    name: str
    in_charge: bool = False


def find_offices(text: str, known: Iterable[str] = ()) -> tuple[OfficeName, ...]:
    """Return the offices that a text names, in order; `known` are those that plans are of.

    >>> [o.name for o in find_offices("卫健委管哪些", ["云溪市卫生健康委员会"])]
    ['卫生健康委员会']
    """
    found = [*_known(text, known), *_by_ending(text)]
    kept = list[OfficeName]()
    for office in sorted(found, key=lambda o: (o.start - o.end, o.start)):
        if not any(office.start < o.end and o.start < office.end for o in kept):
            kept.append(office)
    return tuple(sorted(kept, key=lambda o: o.start))


def same_office(a: str, b: str) -> bool:
    """True if two names can mean one office, leaving the places aside.

    >>> same_office("卫健委", "云溪市卫生健康委员会"), same_office("教育局", "体育局")
    (True, False)
    """
    a, b = own_name(a), own_name(b)
    return a == b or any(_pattern(y).fullmatch(x) is not None for x, y in ((a, b), (b, a)))


@lru_cache(maxsize=KEPT_TEXTS)
def own_name(office: str) -> str:
    """Return what an office is called in its own place.

    >>> own_name("云溪市民政局"), own_name("国家能源局"), own_name("市教育局")
    ('民政局', '能源局', '教育局')
    """
    place = next((p for p in find_places(office) if p.start == 0 and p.end < len(office)), None)
    bare = office[place.end :] if place else office
    level = next((w for w in LEVEL_WORDS if bare.startswith(w)), "")
    rest = bare.removeprefix(level)
    return rest if len(rest) > len(_ending(rest)) and _ending(rest) else bare


def _known(text: str, known: Iterable[str]) -> Iterator[OfficeName]:
    for name in {own_name(office) for office in known}:
        if _ending(name) and len(name) - len(_ending(name)) >= 2:
            for match in _pattern(name).finditer(text):
                yield _office(text, match.start(), match.end(), name)


def _by_ending(text: str) -> Iterator[OfficeName]:
    """Yield what ends as an office does, with the nouns in front of a bare ending: 医保 局."""
    at, before = 0, list[tuple[int, str, str]]()
    for word, kind in cut(text):
        ending = _ending(word)
        if ending and len(word) > len(ending) + LEAST - 1 and kind.startswith(NOUNS):
            yield _office(text, at, at + len(word), own_name(word))
        elif word in ENDINGS and before and before[-1][2].startswith(NOUNS):
            start = before[-1][0]
            yield _office(text, start, at + len(word), text[start : at + len(word)])
        before.append((at, word, kind))
        at += len(word)


def _office(text: str, start: int, end: int, name: str) -> OfficeName:
    acts = IN_CHARGE.match(text, end) or ASKED_FOR.search(text[:start])
    return OfficeName(start, end, text[start:end], name, acts is not None)


@lru_cache(maxsize=KEPT_TEXTS)
def _ending(name: str) -> str:
    return next((e for e in ENDINGS if name.endswith(e)), "")


@lru_cache(maxsize=KEPT_TEXTS)
def _pattern(name: str) -> re.Pattern[str]:
    """Return what finds an office's name or a short form of it."""
    ending = _ending(name)
    body = name.removesuffix(ending)
    if not body or not ending:
        return re.compile(re.escape(name))
    rest = "".join(f"{re.escape(c)}?" for c in body[1:])
    ends = "|".join(ENDINGS[ending])
    return re.compile(f"{re.escape(body[0])}{rest}(?:{ends})")
