"""A text -> the places it names: by the gazetteer, by the plans' own names, by what stands where.

A name counts only where no word of the dictionary stands across its ends: 海安市 is not in
海安市场. A name with its type is sure (海安市, 石桥镇), so is one that a plan is of; a bare short
form (大方, 平安 and 和平 are counties too) is read only where a place stands, and never sure.

Not covered: places abroad; villages; names of one character (沪, 莞).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from knowledge.names.gazetteer import (
    ENDINGS,
    LEAST,
    NATION_WORDS,
    Level,
    divisions_called,
    ending_of,
    longest_name,
    short_form,
)
from knowledge.words import (
    JOINING_KINDS,
    NAME_KINDS,
    NUMERAL,
    TIME,
    cut,
    edges,
    familiarity,
    is_known,
    parts_at,
)

KEPT_TEXTS = 4096
NAME_CHARS = 4  # of an unknown name before its type: 牧野旗
RARE = 30  # how often newspapers print 牧野; 示范, 平安 and 大厂 they print more often
EVERYDAY = 500  # how often they print 新建, 中原 and 朝阳, which are counties' names too
NEVER = 5000  # and 合作, 和平, which are hardly ever meant as such
GOES_IN_FRONT = ("请问", "想问", "问下", "问", "查", "查下")
PRONOUN = "r"
DISTRICT = "区"
ONLY_LISTED = ("地区",)  # 东北地区 is no division
AT = ("在", "去", "来", "到")  # what only a place follows, where one of these does
BESIDE = ("和", "跟", "与", "同", "及", "、", "比", "或")
MARKS = "，,。；;：:？?！!（(）)《》“”\n"


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A place as a text names it; `name` is its full name, as far as one is known.

    `sure` is False for a bare short form and for a guess; `placed` is True where it stands where
    only a place stands: in front, beside another place, behind 在.
    """

    start: int
    end: int
    said: str
    name: str
    sure: bool
    placed: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    said: str
    kind: str


def find_places(text: str, known: Iterable[str] = ()) -> tuple[PlaceName, ...]:
    """Return the places that a text names, in order; `known` are those that plans are of.

    >>> [(p.name, p.sure) for p in find_places("海安今年建几个，越秀区呢")]
    [('海安市', False), ('越秀区', True)]
    """
    return _find(text, frozenset(known))


def same_place(a: str, b: str) -> bool:
    """True if two names can mean one place: 海安 and 江苏省海安市, not 朝阳市 and 朝阳区.

    >>> same_place("海安", "海安市"), same_place("朝阳市", "朝阳区")
    (True, False)
    """
    a, b = _leaf(a), _leaf(b)
    if a == b or a == short_form(b) or b == short_form(a):
        return True
    return bool({*divisions_called(a)} & {*divisions_called(b)})


@lru_cache(maxsize=KEPT_TEXTS)
def forms_of(name: str) -> tuple[str, ...]:
    """Return what a place is called: 江苏省海安市, 海安市, 海安; () for no name.

    >>> forms_of("江苏省海安市")
    ('江苏省海安市', '海安市', '海安')
    """
    if not name:
        return ()
    leaf = _leaf(name)
    full = (d.name for d in divisions_called(leaf))
    return tuple(dict.fromkeys((name, leaf, short_form(leaf), *full)))


def lies_in(a: str, b: str) -> bool:
    """True if the gazetteer has the first place inside the second, or its name says so.

    >>> lies_in("越秀区", "广州"), lies_in("云溪市青田区", "云溪市"), lies_in("广州", "越秀区")
    (True, True, False)
    """
    if b in NATION_WORDS:
        return a not in NATION_WORDS
    if a != b and a.startswith(b) and ending_of(b):
        return True
    outer = {d.name for d in divisions_called(_leaf(b))}
    return any(outer & {*d.above} for d in divisions_called(_leaf(a)))


def another_place(
    named: Sequence[PlaceName], own: Iterable[str], prints: Callable[[str], bool]
) -> tuple[PlaceName, ...]:
    """Return the places of a question that no plan in reach is of or prints.

    `own` are the places of those plans. A bare short form counts only where a place stands.
    """
    ours = tuple(own)
    return tuple(
        place
        for place in named
        if (place.sure or place.placed)
        and not any(same_place(place.name, o) or same_place(place.said, o) for o in ours)
        and not any(prints(form) for form in _forms(place))
    )


def _forms(place: PlaceName) -> Iterator[str]:
    """Yield what a plan may print of a place: its full name, and its short one where that is no
    everyday word.
    """
    yield from dict.fromkeys((place.said, place.name))
    short = short_form(place.name)
    if _is_a_name(short):
        yield short


@lru_cache(maxsize=KEPT_TEXTS)
def _find(text: str, known: frozenset[str]) -> tuple[PlaceName, ...]:
    words = tuple(_words(text))
    found = sorted(
        [*_listed(text, known), *_by_ending(words)],
        key=lambda p: (p.start - p.end, not p.sure, p.start),
    )
    kept = list[PlaceName]()
    for place in found:
        if not any(place.start < other.end and other.start < place.end for other in kept):
            kept.append(place)
    chained = _joined(sorted(kept, key=lambda p: p.start))
    placed = [replace(p, placed=_is_placed(p, chained, words)) for p in chained]
    placed += _beside(placed, words)
    return tuple(p for p in sorted(placed, key=lambda p: p.start) if p.sure or _stands(p, words))


def _words(text: str) -> Iterator[_Word]:
    """Yield the words of a text; 市政府, which is one of the dictionary, as two."""
    at = 0
    for said, kind in cut(text):
        first = next((e for e in ENDINGS if said.startswith(e)), "")
        if 0 < len(first) < len(said) - 1 and parts_at(said, len(first)):
            yield _Word(at, at + len(first), first, "n")
            at, said = at + len(first), said.removeprefix(first)
        yield _Word(at, at + len(said), said, kind)
        at += len(said)


def _listed(text: str, known: frozenset[str]) -> Iterator[PlaceName]:
    """Yield what the gazetteer or the plans know as a place, full or for short."""
    own, ends = _own_names(known), edges(text)
    longest = max([longest_name(), *map(len, own)])
    for start in sorted(ends):
        for end in range(start + LEAST, min(start + longest, len(text)) + 1):
            said = text[start:end]
            full = own.get(said) or next((d.name for d in divisions_called(said)), "")
            is_full = said == full != short_form(full)
            if full and (end in ends or (is_full and parts_at(text, end))):
                yield PlaceName(start, end, said, full, sure=is_full or said in own)


@lru_cache(maxsize=64)
def _own_names(known: frozenset[str]) -> dict[str, str]:
    """Return full and short names of the plans' own places, each with the full one; what two of
    them are called for short (a city and a county in it) means either.
    """
    names = [name for name in known if len(name) >= LEAST and name not in NATION_WORDS]
    counts = Counter(map(short_form, names))
    short = {
        form: name if counts[form] == 1 else form for name in names for form in [short_form(name)]
    }
    return short | {name: name for name in names}


def _by_ending(words: Sequence[_Word]) -> Iterator[PlaceName]:
    """Yield places that no list has, by the type they end with: 石桥镇, 牧野旗."""
    for before, word in pairwise((_Word(0, 0, "", "x"), *words)):
        said = before.said + word.said
        if word.said in ENDINGS and LEAST <= len(before.said) < NAME_CHARS:
            is_name = before.kind in NAME_KINDS
            if (is_name or _is_rare_noun(before)) and _may_be_a_name(said):
                sure = is_name and familiarity(before.said) < EVERYDAY
                yield PlaceName(before.start, word.end, said, said, sure)
        elif word.kind in NAME_KINDS and _may_be_a_name(word.said):
            yield PlaceName(word.start, word.end, word.said, word.said, sure=True)


@lru_cache(maxsize=KEPT_TEXTS)
def _may_be_a_name(said: str) -> bool:
    """True unless the type belongs to a word (文明城市, 武陵山区) or a pronoun leads (各市县)."""
    ending = ending_of(said)
    stem = said.removesuffix(ending)
    if not ending or len(stem) < LEAST or cut(stem[0])[0][1] == PRONOUN:
        return False
    tails = (said[at:] for at in range(1, len(stem)))
    return ending not in ONLY_LISTED and not any(is_known(t) and t not in ENDINGS for t in tails)


def _is_rare_noun(word: _Word) -> bool:
    return word.kind.startswith("n") and familiarity(word.said) < RARE


def _joined(places: Sequence[PlaceName]) -> list[PlaceName]:
    """Join a place with the one it lies in, where they stand together: 江苏省海安市."""
    joined = list[PlaceName]()
    for place in places:
        if joined and joined[-1].end == place.start and _may_hold(joined[-1], place):
            outer = joined.pop()
            said = outer.said + place.said
            place = PlaceName(outer.start, place.end, said, place.name, outer.sure or place.sure)
        joined.append(place)
    return joined


def _may_hold(outer: PlaceName, inner: PlaceName) -> bool:
    if lies_in(inner.name, outer.name):
        return True
    return not divisions_called(inner.name) and bool(ending_of(inner.said)) and outer.sure


def _is_placed(place: PlaceName, places: Sequence[PlaceName], words: Sequence[_Word]) -> bool:
    """True where a place stands in front of a clause, behind 在, or beside another place."""
    before = [w for w in words if w.end <= place.start]
    clause = before[max((n + 1 for n, w in enumerate(before) if w.said in MARKS), default=0) :]
    if all(_goes_in_front(word) for word in clause):
        return True
    last = before[-1]
    if last.said in AT or last.said.isspace():
        return True
    return last.said in BESIDE and any(p.end == last.start for p in places)


def _goes_in_front(word: _Word) -> bool:
    is_light = word.kind.startswith((*JOINING_KINDS, TIME, NUMERAL)) or word.said in GOES_IN_FRONT
    return is_light or word.said == "年"


def _beside(places: Sequence[PlaceName], words: Sequence[_Word]) -> list[PlaceName]:
    """Return unknown names beside a sure place: 江汀 in 云溪和江汀哪个高."""
    ends = {p.end for p in places if p.sure}
    starts = {p.start for p in places}
    return [
        PlaceName(word.start, word.end, word.said, word.said, sure=False, placed=True)
        for joint, word in pairwise(words)
        if joint.said in BESIDE and joint.start in ends and word.start not in starts
        if LEAST <= len(word.said) <= NAME_CHARS
        if word.kind in NAME_KINDS and familiarity(word.said) < RARE
    ]


def _stands(place: PlaceName, words: Sequence[_Word]) -> bool:
    """True for a bare short form where a place stands; an everyday word needs a time behind it."""
    if not place.placed or not divisions_called(place.said):
        return place.placed
    if len(place.said) == LEAST and place.said.endswith(DISTRICT):
        return False  # 城区, 矿区: of some city, which is not said
    if place.said == place.name or _is_a_name(place.said):
        return True
    if familiarity(place.said) > NEVER:
        return False
    behind = [w for w in words if w.start >= place.end][:2]
    is_year = [w.kind for w in behind[:1]] == [NUMERAL] and behind[-1].said.startswith("年")
    return is_year or any(w.kind == TIME for w in behind[:1])


@lru_cache(maxsize=KEPT_TEXTS)
def _is_a_name(word: str) -> bool:
    """True if a bare word is hardly anything but a name: 海安, 苏州, not 平安."""
    if any(d.level <= Level.CITY for d in divisions_called(word)):
        return True
    kinds = [kind for _, kind in cut(word)]
    is_name = len(kinds) == 1 and kinds[0] in NAME_KINDS
    return familiarity(word) < (EVERYDAY if is_name else RARE)


@lru_cache(maxsize=KEPT_TEXTS)
def _leaf(name: str) -> str:
    """Return the innermost place of a name: 海安市 of 江苏省南通市海安市."""
    if divisions_called(name):
        return name
    for at in range(LEAST, len(name) - 1):
        outer, inner = name[:at], name[at:]
        if divisions_called(inner) and divisions_called(outer):
            return inner
        if ending_of(outer) and ending_of(inner) and len(short_form(inner)) < len(inner):
            return _leaf(inner)
    return name
