"""The plans that a question names, and how far: by place, by telling words, by year.

A place is a filter: what is of another place is no answer. A title binds when its telling words
stand in the question, weighed by how many plans share them; where none binds, plans compete by
what they print. A year chooses among the editions of one plan, whose titles are alike but for it;
else it is a horizon that sentences print.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from bot.understanding.years_named import TITLE_PERIOD, read_years, title_years
from knowledge.names.documents import (
    DocumentIndex,
    Naming,
    Titled,
    build_index,
    find_documents,
)
from knowledge.names.offices import find_offices, same_office
from knowledge.names.places import PlaceName, find_places, forms_of, lies_in, same_place
from knowledge.plan import PlanRecord
from knowledge.text import normal

if TYPE_CHECKING:
    from opencc import OpenCC

UNTITLED = re.compile(r"[^0-9a-z\u4e00-\u9fff]")
TIMES_OF_TITLE = re.compile(
    rf"{TITLE_PERIOD.pattern}|(?:20\d\d|[二2][〇○零0][〇○零一二三四五六七八九]{{2}})年?度?|×+年?"
)
BINDS = 0.8  # weight of a naming from which a question means that plan; 1 hardly tells another
SHARE_BINDS = 0.3  # of what a word can tell at most in a small library, where that is less
CERTAIN = 2.0  # the same from which a question of fact is answered from no other plan
LEAD = 1.3  # times the weight of the next: so much more and it is that plan alone
ALIKE = 0.65  # of their pairs of characters that the titles of two editions share
SECOND = 0.35  # of the best's weight that a further plan of a comparison has
KEPT_TEXTS = 1024  # questions that were simplified last; one is simplified several times
KEPT_RECORDS = 10_000  # whose titles are read once
KEPT_INDEXES = 64  # sets of plans: one for each role, those of a year or place
Read = TypeVar("Read")


def kept_by_plans(
    read: Callable[[tuple[PlanRecord, ...]], Read],
) -> Callable[[tuple[PlanRecord, ...]], Read]:
    """Keep what is read of the sets of plans asked for last; versions never change, so a plan is
    known by its id and version.
    """
    kept: dict[tuple[tuple[str, int], ...], Read] = {}

    def reads(records: tuple[PlanRecord, ...]) -> Read:
        key = tuple((r.id, r.version) for r in records)
        if key not in kept:
            while len(kept) >= KEPT_INDEXES:
                kept.pop(next(iter(kept)), None)
            kept[key] = read(records)
        return kept[key]

    return reads


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question names.

    `groups` are the plans in scope, one group per thing named, or one of everything; `family` the
    same before the year chose among them. `named` is True where a title or place binds. `years`
    are those asked for, `unknown` years and places that no plan has or prints. `rest` is the
    question without the names; `pool` the plans that may answer a question of fact, `reach`
    the same before the year chose, `told` how far the names tell of each plan, by id, 1 at most.
    """

    groups: tuple[tuple[PlanRecord, ...], ...]
    named: bool
    years: tuple[int, ...]
    unknown: tuple[str, ...]
    rest: str
    family: tuple[tuple[PlanRecord, ...], ...] = ()
    told: Mapping[str, float] = field(default_factory=dict)
    places: tuple[str, ...] = ()
    pool: tuple[PlanRecord, ...] = ()
    reach: tuple[PlanRecord, ...] = ()


def find_scope(
    text: str, records: Sequence[PlanRecord], today: date | None, compares: bool = False
) -> Scope:
    """Find the plans, places and years that a question names, and what is left of it; where it
    `compares`, each plan named is a group of its own.
    """
    records = tuple(records)
    years, rest = read_years(text, records, today)
    ours = regions(records)
    places = [p for p in find_places(text, ours) if p.sure or p.placed]
    own = [p for p in places if any(same_place(region, p.name) for region in ours)]
    reachable = _reachable(records, ours, [p.name for p in own]) if own else records
    namings = find_documents(text, index_of(records))
    within = {r.id for r in reachable}
    namings = tuple(n for n in namings if records[n.at].id in within)
    bound = _bound(namings, records, compares)
    groups = bound or _by_place(own, reachable)
    is_named = bool(groups)
    groups = groups or (reachable,)
    family = groups
    years = tuple(y for y in years if not _is_of_a_name(y, groups))
    groups, unknown = _of_years(groups, years)
    strange = tuple(p.said for p in places if p not in own and p.sure and not is_named)
    pool = [r for g in family for r in g] if _is_certain(namings) else reachable
    reach = tuple(pool)
    pool = tuple(r for g in of_years([reach], years) for r in g)
    told_most = max((n.weight for n in namings), default=0.0)
    return Scope(
        groups,
        is_named,
        years,
        (*unknown, *strange),
        _without(rest, text, own, namings if bound else (), [r for g in bound for r in g]),
        family,
        {records[n.at].id: n.weight / told_most for n in namings} if told_most else {},
        tuple(p.name for p in own),
        pool,
        reach,
    )


def _bound(
    namings: Sequence[Naming], records: Sequence[PlanRecord], compares: bool
) -> tuple[tuple[PlanRecord, ...], ...]:
    """The plans that telling words or quoted names bind, a group for each name."""
    binds = min(BINDS, SHARE_BINDS * math.log(len(records) + 1))
    strong = [n for n in namings if n.whole or (n.here and n.weight >= binds)]
    if not strong:
        return ()
    best = max(strong, key=lambda n: n.weight)
    chosen = [best]
    for naming in sorted(strong, key=lambda n: -n.weight):
        apart = not any(_overlap(naming, other) for other in chosen)
        if naming is not best and apart and (compares or naming.whole):
            chosen += [naming] if naming.weight >= SECOND * best.weight else []
    groups = []
    for naming in sorted(chosen, key=lambda n: min(n.spans, default=(0, 0))):
        rivals = [n for n in strong if LEAD * n.weight > naming.weight and _overlap(n, naming)]
        groups.append(tuple(dict.fromkeys(records[n.at] for n in (naming, *rivals))))
    return tuple(groups)


def _is_of_a_name(year: int, groups: Sequence[tuple[PlanRecord, ...]]) -> bool:
    """True if a year belongs to the name of one of several plans: 数字云溪2021 and another."""
    of_year = [any(is_year_of(r, year) for r in group) for group in groups]
    return len(groups) > 1 and sum(of_year) == 1 and not _are_editions(groups)


def _are_editions(groups: Sequence[tuple[PlanRecord, ...]]) -> bool:
    plans = tuple(dict.fromkeys(r for group in groups for r in group))
    family = editions(plans)
    return len({family[r.id] for r in plans}) == 1


def _is_certain(namings: Sequence[Naming]) -> bool:
    """True if a question of fact means the plans named and no others."""
    weights = sorted((n.weight for n in namings if n.here), reverse=True)
    if any(n.whole for n in namings):
        return True
    return bool(weights) and weights[0] >= max(CERTAIN, 1.5 * max(weights[1:], default=0.0))


def _overlap(one: Naming, other: Naming) -> bool:
    """True unless each of two names has a word of its own."""
    return not (_own_words(one, other) and _own_words(other, one))


def _own_words(one: Naming, other: Naming) -> bool:
    return any(not any(c <= a and b <= d for c, d in other.spans) for a, b in one.spans)


def _by_place(
    own: Sequence[PlaceName], records: Sequence[PlanRecord]
) -> tuple[tuple[PlanRecord, ...], ...]:
    """A group for each place that plans are of."""
    names = dict.fromkeys(p.name for p in own)
    ours = {name: {o for o in regions(records) if same_place(o, name)} for name in names}
    groups = (tuple(r for r in records if r.metadata.region in ours[name]) for name in names)
    return tuple(dict.fromkeys(group for group in groups if group))


def _of_years(
    groups: Sequence[tuple[PlanRecord, ...]], years: Sequence[int]
) -> tuple[tuple[tuple[PlanRecord, ...], ...], tuple[str, ...]]:
    """The groups without editions of other years than those asked for, and the years that no
    edition is of where there are several; one plan in several years is a group for each.
    """
    if not years:
        return tuple(groups), ()
    if len(groups) == 1 and len(years) > 1:
        split = (tuple(r for r in groups[0] if r.metadata.year == year) for year in years)
        if len(found := [group for group in split if group]) > 1:
            return tuple(found), ()
    chosen = tuple(of_years([group], years) for group in groups)
    kept = tuple(group for found in chosen for group in found)
    missing = [y for y in years if not any(is_year_of(r, y) for g in groups for r in g)]
    return kept, tuple(f"{year}年" for year in missing if not kept)


def of_years(
    groups: Sequence[Sequence[PlanRecord]], years: Sequence[int]
) -> tuple[tuple[PlanRecord, ...], ...]:
    """The groups, of plans with several editions only those of these years."""
    plans = tuple(dict.fromkeys(r for group in groups for r in group))
    family = editions(plans)
    by_family: dict[int, list[PlanRecord]] = {}
    for record in plans:
        by_family.setdefault(family[record.id], []).append(record)
    kept = set[PlanRecord]()
    for same in by_family.values():
        of_own = [r for r in same if r.metadata.year in years]
        covering = [r for r in same if title_years(r) & set(years)]
        kept.update(same if len(same) == 1 or not years else of_own or covering)
    found = (tuple(r for r in group if r in kept) for group in groups)
    return tuple(group for group in found if group)


def is_year_of(record: PlanRecord, year: int) -> bool:
    """True if a plan is of a year, or its title covers it."""
    return year == record.metadata.year or year in title_years(record)


def _without(
    rest: str,
    text: str,
    places: Sequence[PlaceName],
    namings: Sequence[Naming],
    plans: Sequence[PlanRecord],
) -> str:
    """The question without the places, the names that bind, and who issued these plans."""
    words = [p.said for p in places]
    issuers = {r.metadata.issuer for r in plans if r.metadata.issuer}
    for office in () if not issuers else find_offices(text):
        if not office.in_charge and any(same_office(office.name, issuer) for issuer in issuers):
            words.append(office.said)
    words += [text[a:b] for n in namings[:2] if n.whole for a, b in n.spans]
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, " ", 1)
    return rest


def by_place(
    groups: Sequence[Sequence[PlanRecord]],
) -> tuple[tuple[PlanRecord, ...], ...]:
    """A group for each place of these plans, () where they are of one place."""
    places: dict[str, list[PlanRecord]] = {}
    for record in (r for group in groups for r in group):
        if record.metadata.region:
            places.setdefault(record.metadata.region, []).append(record)
    return tuple(map(tuple, places.values())) if len(places) > 1 else ()


def regions(records: Sequence[PlanRecord]) -> frozenset[str]:
    """The places that plans are of."""
    return frozenset(r.metadata.region for r in records if r.metadata.region)


def _reachable(
    records: tuple[PlanRecord, ...], ours: frozenset[str], places: Sequence[str]
) -> tuple[PlanRecord, ...]:
    """The plans of these places, of what holds them and of what lies in them."""
    near = {
        own
        for own in ours
        if any(same_place(own, p) or lies_in(own, p) or lies_in(p, own) for p in places)
    }
    return tuple(r for r in records if r.metadata.region in near)


def newest_of(plans: Sequence[PlanRecord]) -> tuple[PlanRecord, ...]:
    """The plans without older editions: those that have a newer one whose title is alike but for
    the year.
    """
    family = editions(tuple(plans))
    years: dict[int, int] = {}
    for record in plans:
        key = family[record.id]
        years[key] = max(years.get(key, 0), record.metadata.year or 0)
    return tuple(r for r in plans if (r.metadata.year or 0) == years[family[r.id]])


@kept_by_plans
def editions(records: tuple[PlanRecord, ...]) -> Mapping[str, int]:
    """The family of each plan, by its id: plans of one place or issuer are editions of one another
    where their titles are alike but for the year.
    """
    families: list[list[PlanRecord]] = []
    of: dict[str, int] = {}
    by_home: dict[str, list[int]] = {}
    for record in records:
        home = record.metadata.region or record.metadata.issuer or ""
        alike = (
            at for at in by_home.get(home, ()) if any(_are_alike(record, o) for o in families[at])
        )
        at = next(alike, len(families))
        if at == len(families):
            families.append([])
            by_home.setdefault(home, []).append(at)
        families[at].append(record)
        of[record.id] = at
    return of


def _are_alike(one: PlanRecord, other: PlanRecord) -> bool:
    """True if two titles share most of their pairs of characters, years and place left out."""
    if one.metadata.year is None or one.metadata.year == other.metadata.year:
        return False
    a, b = _pairs_of_title(one), _pairs_of_title(other)
    return bool(a and b) and 2 * len(a & b) >= ALIKE * (len(a) + len(b))


@lru_cache(maxsize=KEPT_RECORDS)
def _pairs_of_title(record: PlanRecord) -> frozenset[str]:
    title = TIMES_OF_TITLE.sub("", normal(record.title)).lower()
    for form in forms_of(record.metadata.region or ""):
        title = title.replace(form.lower(), "")
    title = UNTITLED.sub("", title)
    return frozenset(map("".join, pairwise(title)))


@kept_by_plans
def index_of(records: tuple[PlanRecord, ...]) -> DocumentIndex:
    """The index of what plans are called."""
    return build_index(
        [Titled(r.title, _called(r), r.metadata.region, r.metadata.issuer) for r in records]
    )


def _called(record: PlanRecord) -> tuple[str, ...]:
    said = record.metadata
    return tuple(filter(None, (*said.aliases, said.doc_number, record.file.rpartition(".")[0])))


@lru_cache(maxsize=KEPT_RECORDS)
def names_of(record: PlanRecord) -> frozenset[str]:
    """The names by which a plan is called, its place's among them."""
    said = record.metadata
    names = (said.title, said.issuer, said.region, said.doc_number, *said.aliases)
    return frozenset(simplify(name) for name in names if name)


@lru_cache(maxsize=KEPT_TEXTS)
def simplify(text: str) -> str:
    """Return a question in simplified characters, half width, lower case."""
    simplified: str = _converter().convert(normal(text))
    return simplified.lower().strip()


@cache
def _converter() -> "OpenCC":
    from opencc import OpenCC

    return OpenCC("t2s")
