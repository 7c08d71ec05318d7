"""A printed title -> what it is called for: its telling words, kind, place and years.

关于印发云溪市智算产业发展行动计划（2024—2026年）的通知 is told from others by 智算, 产业 and
发展, of which a catalogue's index knows how much each tells. No list of words does: a title's last
word is its kind, particles and numerals tell nothing, and what newspapers print every day tells
little.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from knowledge.names.gazetteer import ending_of
from knowledge.names.offices import leading_office
from knowledge.names.places import find_places
from knowledge.text import normal
from knowledge.time import TimeKind, read_times
from knowledge.words import JOINING_KINDS, PLACE, VERB, cut, familiarity, words_inside

KEPT_TITLES = 20_000
LEAST = 2  # characters of a telling word
RUN_WORDS = 3  # of neighbouring words that are one name: 现代 优势 产业
RUN_CHARS = 10
KIND_CHARS = 6  # 政府工作报告
# 关于印发…的通知 and 发布《…》的公告 carry the title of another document
CARRIED = re.compile(
    "^.{0,40}?(?:印发|下发|发布|转发|公布|批转)《?(.{4,80}?)》?的?(?:通知|公告|通报|函)$"
)
ASIDE = re.compile(r"[(（【\[〔][^()（）【】\[\]〔〕]*[)）】\]〕]|\s+")
# A year without 年, as only titles print it: 2021行动方案, 2023版, 2024-2026
BARE_YEARS = re.compile(r"(?<!\d)(20\d\d)(?:\s*[-—–~～至到]+\s*(20\d\d))?(?!\d)")
YEARS = (TimeKind.YEAR, TimeKind.PERIOD, TimeKind.FIVE_YEARS)
NO_KIND = ("uj", "c", "p", PLACE)  # 的, 和, 关于 and places are no part of a kind
VERB_TELLS = 0.3  # of what a noun tells: any plan 培育, 认定, 提升
INITIALS = 0.5  # of what a whole word tells that the first characters of two do
EVERYDAY_SHARE = 0.3  # 实施 of 实施方案, 工作 of 工作报告 tell no more than this
EVERYDAY = 2000  # how often newspapers print a word that tells half of what a rare one does


@dataclass(frozen=True, slots=True)
class DocumentName:
    """What a title says of its document.

    `core` is the title without the notice around it, place, years and asides; `words` tell it from
    others; `kind` is what it is (条例), `kinds` whatever such a document is called, longest first.
    """

    core: str
    words: tuple[str, ...]
    kind: str
    kinds: tuple[str, ...]
    place: str | None
    issuer: str | None
    years: tuple[int, ...]


@lru_cache(maxsize=KEPT_TITLES)
def document_name(title: str, place: str = "") -> DocumentName:
    """Return what a printed title says of its document, which is of a `place` that may be known.

    >>> name = document_name("云溪市人民政府关于印发云溪市智算产业行动计划（2024—2026年）的通知")
    >>> name.core, name.kind, name.place, name.years
    ('智算产业行动计划', '行动计划', '云溪市', (2024, 2025, 2026))
    >>> name.words
    ('智算', '产业')
    """
    whole = normal(title)
    bare = ASIDE.sub("", whole)
    issuer = leading_office(bare)
    carried = CARRIED.match(bare)
    inner = carried[1] if carried else bare.removeprefix(issuer)
    known = (place,) if place else ()
    places = find_places(inner, known)
    first = next(iter(places or find_places(whole, known)), None)
    # 山东 stays in 数字山东, which is a name
    core = _without(inner, [(p.start, p.end) for p in places if not p.start or ending_of(p.said)])
    core = _without(core, [(t.start, t.end) for t in read_times(core) if t.kind in YEARS])
    core = BARE_YEARS.sub("", core).strip("“”\"' ")
    words = [(word, kind) for word, kind in cut(core) if kind != "x" or word.isalnum()]
    return DocumentName(
        core,
        tuple(word for word, kind in words[:-1] if len(word) >= LEAST and not _joins(kind)),
        words[-1][0] if words else "",
        _kinds(words),
        first.name if first else None,
        issuer or None,
        years_of(whole),
    )


def years_of(title: str) -> tuple[int, ...]:
    """Return the years that a title names, all of a period and of a five-year plan.

    >>> years_of("“十四五”规划"), years_of("行动方案（2023—2025年）")
    ((2021, 2022, 2023, 2024, 2025), (2023, 2024, 2025))
    """
    years = {year for t in read_times(title) if t.kind in YEARS for year in t.years}
    for first, last in BARE_YEARS.findall(title):
        years |= {int(first), *range(int(first), int(last or first) + 1)}
    return tuple(sorted(years))


def rarity(word: str) -> float:
    """Return how much a word tells by itself, 0 to 1: 发展 next to nothing, 轻工业 most.

    >>> rarity("发展") < 0.05 < 0.7 < rarity("轻工业") < rarity("智算谷") == 1.0
    True
    """
    return 1.0 if familiarity(word) == 1 else EVERYDAY / (EVERYDAY + familiarity(word))


def name_keys(name: str) -> dict[str, float]:
    """Return what of a name may be said for it, each with how much it tells by itself.

    These are its words, the words inside them (轻工 of 轻工业), runs of neighbours (智能船舶) and
    the first characters of two (林草 of 林业和草原).
    """
    keys = dict[str, float]()
    for word in words_inside(name):
        keys[word] = rarity(word) * (VERB_TELLS if cut(word)[0][1] == VERB else 1.0)
    for stretch in _stretches(name):
        for run in _runs(stretch):
            keys.setdefault("".join(run), _together(run))
        for (a, _), (b, _) in pairwise([(w, k) for w, k in stretch if not _joins(k)]):
            keys.setdefault(a[0] + b[0], INITIALS * rarity(a[0] + b[0]))
    return {key: tells for key, tells in keys.items() if len(key) >= LEAST}


def _stretches(name: str) -> Iterator[list[tuple[str, str]]]:
    """Yield the words of a name from mark to mark."""
    stretch = list[tuple[str, str]]()
    for word, kind in cut(name):
        if kind == "x" and not word.isalnum():
            yield stretch
            stretch = []
        else:
            stretch.append((word, kind))
    yield stretch


def _together(words: Sequence[str]) -> float:
    """Return how much neighbours tell together: any of them may tell it."""
    return 1.0 - math.prod(1.0 - rarity(word) for word in words)


def _runs(words: Sequence[tuple[str, str]]) -> Iterator[list[str]]:
    """Yield each run of neighbouring words that neither begins nor ends with a particle."""
    for start, (_, first) in enumerate(words):
        for end in range(start + 1, min(start + RUN_WORDS, len(words)) + 1):
            run = [word for word, _ in words[start:end]]
            is_whole = not _joins(first) and not _joins(words[end - 1][1])
            if is_whole and len("".join(run)) <= RUN_CHARS:
                yield run


def _kinds(words: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return what documents of this kind are called: 行动计划 and 计划, longest first."""
    if not words:
        return ()
    run = words[-1][0]
    found = {w for w in words_inside(run) if run.endswith(w) and len(w) >= LEAST} | {run}
    for word, kind in reversed(words[:-1]):
        run = word + run
        if len(run) > KIND_CHARS or rarity(word) > EVERYDAY_SHARE or kind in NO_KIND:
            break
        found.add(run)
    return tuple(sorted(found, key=len, reverse=True))


def _joins(kind: str) -> bool:
    return kind.startswith(JOINING_KINDS)


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + text[end:]
    return text
