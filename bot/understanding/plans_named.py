"""The plans, years and places that a question names: filters set by code from the catalogue's
own names.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from bot.understanding.issuers_named import organs_named
from bot.understanding.years_named import (
    FULL_YEAR,
    RELATIVE,
    TITLE_PERIOD,
    read_years,
    title_years,
)
from knowledge.plan import PlanRecord
from knowledge.text import normal
from knowledge.words import PLACE, cut

if TYPE_CHECKING:
    from opencc import OpenCC

PLACE_SUFFIX = re.compile("(?:自治区|自治州|自治县|省|市|州|盟|县|旗|区|镇|乡)$")
PLACE_NAMED = re.compile(
    r"(?:^|[年《\s])(?![全某各本我])([\u4e00-\u9fff]{2,6}?(?:自治区|自治州|自治县|省|市|州|盟|县|旗))"
)
# A place by its ending, where a question names one: at its start, or in a list of places.
UNKNOWN_PLACE = re.compile(
    r"(?:^|[、，,和跟与及同])(?P<place>[^\W\d哪个各每全本在这那几该跟和与隔邻有第今去明前后年我们咱你他城农超]{2,3}[市县旗])"
    r"(?=\s|的|有|民政|今年|去年|明年|20|要|是|怎|咋|每|多少|几|最|[低养社适助护儿残殡婚慈探床敬救特孤公志流老]|$)"
)
# 江汀和苇川哪个高: what stands beside a known place in a comparison is a place
PLACE_CHARS = 4  # of a place's name
BESIDE = r"[和跟与同]([^\W\d的各哪谁其它他年]{2,3})(?=哪|谁|比|对比|相比|差|两地)"
# 讲话里, 规划和方案: a document, where the word stands for one and not for what it speaks of
KIND_NAMED = re.compile(
    "(?:^|[\\s，,、在跟和与]|领导|局长|书记|县长|市长|[这那][份个])(?P<kind>讲话|规划|方案|总结|报告|意见)"
    "(?=[里中上]|说|讲|提|要求|点名|咋|怎|跟|和|与|、|\\s|第|[（(一二三四五六七八九十]|$)"
)
SPEECH_NAMED = re.compile("(?P<kind>讲话)(?=跟|和|与|里|中|说|咋|各)")
EVERYWHERE = ("中国", "中华", "全国", "国内", "亚洲")
PROVINCES = (
    "北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 "
    "广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门"
).split()
UNTITLED = re.compile(r"[^0-9a-z\u4e00-\u9fff]")
TIMES_OF_TITLE = re.compile(
    rf"{TITLE_PERIOD.pattern}|(?:20\d\d|[二2][〇○零0][〇○零一二三四五六七八九]{{2}})年?度?|×+年?"
)
KEPT_TEXTS = 1024  # questions that were simplified last; one is simplified several times
KEPT_RECORDS = 10_000  # whose names are read once
KEPT_READINGS = 8  # sets of plans: one for each role, those of a year or place
OWN_PLACE = "里|本级|内|上|这边|的"  # 旗里, 县本级: the only place of that kind is meant


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question names.

    `groups` are the plans in scope, one group per thing named, or one of everything; `family` the
    same before the year chose among them. `unknown` are
    years and places that no plan has. `rest` is the question without the names.
    """

    groups: tuple[tuple[PlanRecord, ...], ...]
    named: bool
    years: tuple[int, ...]
    unknown: tuple[str, ...]
    rest: str
    family: tuple[tuple[PlanRecord, ...], ...] = ()


def find_scope(text: str, records: Sequence[PlanRecord], today: date | None) -> Scope:
    """Find the plans, places and years that a question names, and what is left of it."""
    rest, groups = text, list[tuple[PlanRecord, ...]]()
    years, rest = read_years(rest, records, today)
    relative = RELATIVE.search(text) is not None and not FULL_YEAR.search(text)
    places = [p for p in _places(rest) if not _known_place(p, records)]
    own_places = [(n, o) for n, o in _own_places(records) if _stands_alone(n, rest)]
    for name, owners in [*_names(tuple(records)), *own_places]:
        if name in rest:
            rest = rest.replace(name, " ")
            if owners not in groups:
                groups.append(owners)
    if called := _called_by_kind(rest, groups, records):
        word, owner = called
        rest = rest.replace(word, " ", 1)
        groups.append((owner,))
    rest, groups = _of_organs(rest, groups, records)
    groups = [
        g for g in groups if not any(set(g) < set(other) and g is not other for other in groups)
    ] or groups
    named = bool(groups)
    if not groups:
        groups = [tuple(records)]
    if named and relative:  # this year, or the last two, of the plans named
        years, _ = read_years(text, [r for g in groups for r in g], today)
    of_year = _of_own_years(text, groups, years)
    covered = {y for g in of_year for r in g for y in (r.metadata.year, *title_years(r))}
    unknown = [f"{y}年" for y in years if y not in covered]
    if named and years and not of_year and any(r.metadata.year is None for g in groups for r in g):
        of_year = tuple(g for group in groups if (g := _without_year(group)))
        unknown = []
    unknown += places if not named else _beside(text, records)
    return Scope(tuple(of_year), named, years, tuple(unknown), rest, tuple(groups))


def _called_by_kind(
    text: str, groups: Sequence[tuple[PlanRecord, ...]], records: Sequence[PlanRecord]
) -> tuple[str, PlanRecord] | None:
    """Return what a question calls a document by its kind, and the one of that kind: 讲话里."""
    match = KIND_NAMED.search(text) or SPEECH_NAMED.search(text)
    if match is None:
        return None
    kind = match["kind"]
    alike = [r for r in records if (r.metadata.kind or "").endswith(kind)]
    if len(alike) != 1 or any(alike[0] in group for group in groups):
        return None
    return match["kind"], alike[0]


def _of_organs(
    rest: str, groups: list[tuple[PlanRecord, ...]], records: Sequence[PlanRecord]
) -> tuple[str, list[tuple[PlanRecord, ...]]]:
    """Leave the plans that an organ named issued, among those of the places named."""
    for name, owners in organs_named(rest, records):
        own = [tuple(r for r in group if r in owners) for group in groups]
        if groups and not any(own):
            continue  # of another place: 教育局 is a topic of this one's plan
        rest = rest.replace(name, " ")
        if groups:
            groups = [group for group in own if group]
        elif set(owners) != set(records):  # the issuer of all plans tells none apart
            groups = [owners]
    return rest, groups


def _of_own_years(
    text: str, groups: Sequence[tuple[PlanRecord, ...]], years: Sequence[int]
) -> tuple[tuple[PlanRecord, ...], ...]:
    """Return the groups' plans of these years; 临江23年和云溪 says of one alone which year."""
    if len(groups) < 2 or not years:
        return of_years(groups, years)
    has_own = [any(_is_dated(text, name) for r in g for name in names_of(r)) for g in groups]
    if all(has_own) or not any(has_own):
        return of_years(groups, years)
    own = (
        of_years([g], years) if dated else (g,) for g, dated in zip(groups, has_own, strict=True)
    )
    return tuple(group for found in own for group in found)


def _is_dated(text: str, name: str) -> bool:
    beside = rf"{re.escape(name)}的?(?:20)?[12]\d年?|(?:20)?[12]\d年?的?{re.escape(name)}"
    return len(name) > 1 and name in text and re.search(beside, text) is not None


def of_years(
    groups: Sequence[Sequence[PlanRecord]], years: Sequence[int]
) -> tuple[tuple[PlanRecord, ...], ...]:
    """Return the groups' plans of these years, of a group without any those whose title covers one;
    one thing in several years is a group for each.
    """
    if len(years) > 1 and len(groups) == 1:
        split = (
            tuple(r for r in groups[0] if r.metadata.year == year)
            or tuple(r for r in groups[0] if year in title_years(r))
            for year in years
        )
        if found := tuple(group for group in split if group):
            return found
    chosen = (
        tuple(r for r in g if not years or r.metadata.year in years)
        or tuple(r for r in g if title_years(r) & set(years))
        for g in groups
    )
    return tuple(group for group in chosen if group)


def by_place(
    groups: Sequence[Sequence[PlanRecord]],
) -> tuple[tuple[PlanRecord, ...], ...]:
    """Return a group for each place of these plans, () where they are of one place."""
    places: dict[str, list[PlanRecord]] = {}
    for record in (r for group in groups for r in group):
        if record.metadata.region:
            places.setdefault(record.metadata.region, []).append(record)
    return tuple(map(tuple, places.values())) if len(places) > 1 else ()


def _without_year(group: Sequence[PlanRecord]) -> tuple[PlanRecord, ...]:
    return tuple(r for r in group if r.metadata.year is None)


@lru_cache(maxsize=KEPT_READINGS)
def _names(
    records: tuple[PlanRecord, ...],
) -> tuple[tuple[str, tuple[PlanRecord, ...]], ...]:
    """Return every name by which plans are called with the plans it means, longest name first."""
    owners: dict[str, list[PlanRecord]] = {}
    for record in records:
        for name in names_of(record):
            owners.setdefault(name, []).append(record)
    return tuple((name, tuple(owners[name])) for name in sorted(owners, key=len, reverse=True))


@lru_cache(maxsize=KEPT_RECORDS)
def names_of(record: PlanRecord) -> frozenset[str]:
    """Return the names by which a plan is called, its place's among them."""
    said = record.metadata
    names = {said.title, said.issuer or "", said.region or "", said.doc_number or "", *said.aliases}
    names.add(re.split(r"[〔\[【(（]", said.doc_number or "")[0])  # 云民发, without year and number
    places = [said.region] if said.region else _named_in(said.issuer or "", said.title)
    for place in places:
        short = PLACE_SUFFIX.sub("", place)
        names |= {place, short if len(short) >= 2 else place}
    # Years are read on their own: a name that is only another plan's name with a year would hide
    # it.
    return frozenset(simplify(name) for name in names if name)


def _named_in(*texts: str) -> list[str]:
    """Return the place that an issuer or a title begins with, where the plan says no region."""
    return [match[1] for text in texts if (match := PLACE_NAMED.search(text))][:1]


def _places(text: str) -> list[str]:
    """Return the places that a question names by their ending, and provinces it starts with."""
    found = [match["place"] for match in UNKNOWN_PLACE.finditer(text)]
    return found + [p for p in PROVINCES if text.startswith(p)]


def strange_places(text: str, prints: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the place that a question begins with, or names behind another one, where no plan
    prints its name: 临江低保多少, where the dictionary of words knows 临江 for a place.
    """
    found, at = list[str](), 0
    for word, kind in cut(text):
        leads = not at or text[at - 1] in "和跟与、，, "
        if kind == PLACE and leads and word not in EVERYWHERE and not prints(word):
            found.append(word)
        at += len(word)
    return tuple(found)


def _beside(text: str, records: Sequence[PlanRecord]) -> list[str]:
    """Return the places named beside a known one that no plan is of: 江汀和苇川哪个高."""
    known = {name for r in records for name in names_of(r) if 2 <= len(name) <= PLACE_CHARS}
    found = []
    for name in (n for n in known if n in text):
        match = re.search(re.escape(name) + BESIDE, text)
        found += [match[1]] if match and not _known_place(match[1], records) else []
    return list(dict.fromkeys(found))


def _own_places(records: Sequence[PlanRecord]) -> list[tuple[str, tuple[PlanRecord, ...]]]:
    """Return 旗里, 旗本级 and the like for an ending that only one place of the library has."""
    regions = {r.metadata.region for r in records if r.metadata.region}
    endings = [region[-1] for region in regions]
    return [
        (ending + word, tuple(r for r in records if (r.metadata.region or "").endswith(ending)))
        for ending in set(endings)
        if endings.count(ending) == 1 and ending in "市县旗区镇乡"
        for word in OWN_PLACE.split("|")
    ]


def _stands_alone(name: str, text: str) -> bool:
    """Say whether 市里 is not the end of another place's name."""
    return bool(re.search(rf"(?:^|[\s，,、。；]|我们|咱们?|全){name}", text))


def _known_place(place: str, records: Iterable[PlanRecord]) -> bool:
    return any(
        place in name or name in place for r in records for name in names_of(r) if len(name) > 1
    )


@lru_cache(maxsize=KEPT_TEXTS)
def simplify(text: str) -> str:
    """Return a question in simplified characters, half width, lower case."""
    simplified: str = _converter().convert(normal(text))
    return simplified.lower().strip()


@cache
def _converter() -> "OpenCC":
    from opencc import OpenCC

    return OpenCC("t2s")


def newest_of(plans: Sequence[PlanRecord]) -> tuple[PlanRecord, ...]:
    """The plans without older editions: those that have a newer one whose title is alike but for
    the year.
    """
    years: dict[str, int] = {}
    for record in plans:
        key = edition_of(record)
        years[key] = max(years.get(key, 0), record.metadata.year or 0)
    return tuple(r for r in plans if (r.metadata.year or 0) == years[edition_of(r)])


@lru_cache(maxsize=KEPT_RECORDS)
def edition_of(record: PlanRecord) -> str:
    """What the editions of one plan share: title without its years, issuer or place.

    >>> from knowledge.plan import Metadata
    >>> edition_of(PlanRecord("a", 1, "a.txt", Metadata("云溪市2024年养老工作要点", region="云溪市")))
    '云溪市养老工作要点|云溪市'
    """
    said = record.metadata
    title = UNTITLED.sub("", TIMES_OF_TITLE.sub("", normal(said.title)).lower())
    return f"{title}|{said.region or said.issuer or ''}"
