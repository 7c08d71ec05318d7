"""Thousands of titles and what people call them -> an index; a question -> the documents it names.

A word tells as much as it is rare among the titles, in newspapers, and in what the documents
themselves print: 智算谷 tells one plan, 发展 none. What stands in 《》, an alias said whole and
那份讲话 name a document too.

Not covered: synonyms (AI for 人工智能): the caller looks for them in the question's official words;
whose place and year it is: the caller filters by those.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from knowledge.names.offices import find_offices, own_name, same_office
from knowledge.names.places import PlaceName, find_places, forms_of
from knowledge.names.titles import LEAST, DocumentName, document_name, name_keys
from knowledge.text import normal
from knowledge.time import read_times
from knowledge.words import JOINING_KINDS, cut, edges

QUOTED = re.compile("《([^《》]{2,80})》?")
ALIAS_TELLS = 1.5  # times what the same words of a title tell: somebody says it of this plan alone
KIND_TELLS = 0.5  # of what a telling word that is as rare tells
OFFICE_TELLS = 0.5  # the same for who issued it
KEY_CHARS = 12
MOST = 40  # documents that are weighed exactly, the best told ones
NEAR = 4  # characters from a telling word to its kind: 传感器那个计划
LITTLE = 0.5  # what a word must tell for a kind behind it to be its document's
AWAY = 0.5  # of its weight that a document of another place than the one named keeps
POINTS = ("这", "那", "该", "本", "此")  # 那份讲话, not 哪份讲话
GOES_ON = ("r", "m", "c", "x")  # behind a document's kind: 讲话怎么说, 规划和方案
SAYS = ("里", "中", "上", "说", "讲", "提", "写", "要求", "点名", "第")

Place = tuple[str, ...]  # what a document's place is called; () where it is of none
Span = tuple[int, int]
Keys = Mapping[str, Mapping[int, float]]


@dataclass(frozen=True, slots=True)
class Titled:
    """A document by what it is called: its title, aliases, its place and who issued it."""

    title: str
    aliases: tuple[str, ...] = ()
    place: str | None = None
    issuer: str | None = None


@dataclass(frozen=True, slots=True)
class Naming:
    """A document that a text names: `at` counts in the index, `spans` are where its words stand.

    `weight` is how much those words tell, 1 and more where they hardly tell another one; `whole` is
    True for a title or an alias that stands there whole, `kind` the word for its kind, `here` False
    where the text names another place than the document's.
    """

    at: int
    spans: tuple[Span, ...]
    weight: float
    whole: bool = False
    kind: str = ""
    here: bool = True


@dataclass(frozen=True, slots=True)
class Owners:
    """The documents that a word tells of, in order, and how much it tells of each."""

    at: NDArray[np.int32]
    weight: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class DocumentIndex:
    """What is said of documents -> the documents."""

    size: int
    keys: Mapping[str, Owners]
    kinds: Mapping[str, Owners]
    offices: Mapping[str, Owners]
    names: Mapping[str, frozenset[int]]
    places: Mapping[str, list[int]]
    known: frozenset[str]


def build_index(
    documents: Sequence[Titled], printed_by: Callable[[str], int] | None = None
) -> DocumentIndex:
    """Read every title once; a question is then looked up in a millisecond.

    `printed_by` returns how many of the documents print a word anywhere: what most of them speak
    of (平台, 培育) is a subject, not a name. Over 169 plans it halves the wrong namings.
    """
    keys, kinds = dict[str, dict[int, float]](), dict[str, dict[int, float]]()
    offices = dict[str, dict[int, float]]()
    names, places = dict[str, set[int]](), dict[str, list[int]]()
    for at, document in enumerate(documents):
        name = document_name(document.title, document.place or "")
        place = forms_of(document.place or name.place or "")
        for form in place:
            places.setdefault(form, []).append(at)
        for kind in name.kinds:
            kinds.setdefault(kind, {})[at] = KIND_TELLS
        if issuer := document.issuer or name.issuer:
            offices.setdefault(own_name(issuer), {})[at] = OFFICE_TELLS
        for key, tells in _keys_of(document, name, place):
            own = keys.setdefault(key, {})
            own[at] = max(own.get(at, 0.0), tells)
        for said in _names_of(document, name, place):
            names.setdefault(said, set()).add(at)
    return DocumentIndex(
        len(documents),
        _weighed(keys, len(documents), printed_by),
        _weighed(kinds, len(documents), None),
        _weighed(offices, len(documents), None),
        {said: frozenset(owners) for said, owners in names.items()},
        places,
        frozenset(d.place or document_name(d.title).place or "" for d in documents) - {""},
    )


def find_documents(text: str, index: DocumentIndex) -> tuple[Naming, ...]:
    """Return the documents whose telling words stand in a text, the best told first.

    Where the text names places, documents of other ones weigh less in that order.

    >>> plans = [Titled("智能船舶发展行动计划"), Titled("智能工厂认定管理办法")]
    >>> [n.at for n in find_documents("船舶那个计划管几年", build_index(plans))]
    [0]
    """
    plain = _plain(text)
    places = tuple(p for p in find_places(plain, index.known) if p.sure or p.placed)
    here, whole = _here(index, places), _whole_names(plain, index)
    words = [*_words(plain, index), *_issuers(plain, index)]
    mentions = [*words, *_kinds(plain, index, words, places)]
    weights = np.zeros((len(mentions), index.size), np.float32)
    for row, mention in enumerate(mentions):
        weights[row, mention.owners.at] = mention.owners.weight
    near = np.where(here, 1.0, AWAY)
    bound = near * weights[[m.by_itself for m in mentions]].sum(axis=0)
    namings = (
        replace(
            _naming(at, mentions, weights[:, at]),
            whole=at in whole,
            here=bool(here[at]),
        )
        for at in _best(bound, whole)
    )
    return tuple(sorted(namings, key=lambda n: (not n.whole, -n.weight * near[n.at], n.at)))


@dataclass(frozen=True, slots=True)
class _Mention:
    """What a text says of documents at one place: a word, an issuer or a kind.

    A kind counts `behind` a word of the same document (轻工那个方案), and `by_itself` where it
    stands for a document: 那份讲话, 报告第三部分.
    """

    span: Span
    owners: Owners
    kind: str = ""
    behind: frozenset[Span] = frozenset()
    by_itself: bool = True


def _words(text: str, index: DocumentIndex) -> Iterator[_Mention]:
    return (_Mention(span, index.keys[key]) for span, key in _said(text, index.keys))


def _issuers(text: str, index: DocumentIndex) -> Iterator[_Mention]:
    """Yield the offices that issued documents: 科技部那个意见, not 教育局牵头."""
    for office in find_offices(text):
        for name in index.offices if not office.in_charge else ():
            if name[0] == office.name[0] and same_office(office.name, name):
                yield _Mention((office.start, office.end), index.offices[name])


def _kinds(
    text: str, index: DocumentIndex, words: Sequence[_Mention], places: Sequence[PlaceName]
) -> Iterator[_Mention]:
    spans = {m.span for m in words if m.owners.weight.max() > LITTLE}
    said = sorted(_said(text, index.kinds), key=lambda found: found[0][0] - found[0][1])
    for span, kind in said:
        behind = frozenset(
            s for s in spans if s[1] <= span[0] and _only_joins(text[s[1] : span[0]])
        )
        alone = not behind and _stands_alone(text, span, places)
        yield _Mention(span, index.kinds[kind], kind, behind, alone)


def _only_joins(between: str) -> bool:
    return len(between) <= NEAR and all(k.startswith(JOINING_KINDS) for _, k in cut(between))


def _best(weights: NDArray[np.float64], whole: frozenset[int]) -> set[int]:
    """Return the documents that may be told best, and those named whole."""
    found = np.flatnonzero(weights)
    return {*found[np.argsort(-weights[found], kind="stable")[:MOST]].tolist()} | whole


def _naming(at: int, mentions: Sequence[_Mention], weights: NDArray[np.float32]) -> Naming:
    """Weigh a document by the words that tell most and do not overlap, then by its kind's."""
    told = [(m, w) for m, w in zip(mentions, weights.tolist(), strict=True) if w]
    chosen, weight, kind = list[Span](), 0.0, ""
    words = ((m.span, w) for m, w in told if not m.kind)
    for span, tells in sorted(words, key=lambda s: (s[1], s[0][1] - s[0][0]), reverse=True):
        if _is_free(span, chosen):
            chosen.append(span)
            weight += tells
    for mention, tells in told:
        names = mention.by_itself or not mention.behind.isdisjoint(chosen)
        if mention.kind and not kind and names and _is_free(mention.span, chosen):
            chosen.append(mention.span)
            kind, weight = mention.kind, weight + tells
    return Naming(at, tuple(sorted(chosen)), weight, kind=kind)


def _is_free(span: Span, taken: Sequence[Span]) -> bool:
    return all(span[1] <= start or end <= span[0] for start, end in taken)


def _keys_of(document: Titled, name: DocumentName, place: Place) -> Iterator[tuple[str, float]]:
    """Yield what may be said for a document; kind and place are looked for by themselves."""
    for said in (name.core, *document.aliases):
        own = next((said.removeprefix(p) for p in place if said.startswith(p)), said)
        for key, tells in name_keys(_plain(own)).items():
            if key not in name.kinds and key not in place and not any(map(str.isdigit, key)):
                yield key, tells
    for alias in map(_plain, document.aliases):
        if alias not in name.kinds and alias not in place:
            yield alias, ALIAS_TELLS


def _names_of(document: Titled, name: DocumentName, place: Place) -> Iterator[str]:
    """Yield the names that tell a document when they stand in a text whole."""
    for said in map(_plain, (document.title, name.core, *document.aliases)):
        if said not in name.kinds and said not in place:
            yield said


def _weighed(keys: Keys, size: int, printed_by: Callable[[str], int] | None) -> dict[str, Owners]:
    """Return what each key tells of each document: the less, the more of them share or print it."""
    weighed = dict[str, Owners]()
    for key, owners in keys.items():
        rare = _rareness(len(owners) - 1, size)
        if printed_by:
            rare *= _rareness(printed_by(key), size) / _rareness(0, size)
        weight = np.fromiter(owners.values(), np.float32, len(owners)) * np.float32(rare)
        weighed[key] = Owners(np.fromiter(owners, np.int32, len(owners)), weight)
    return weighed


def _rareness(others: int, size: int) -> float:
    """Return how rare among `size` documents is what one and some others share."""
    return math.log((size + 1) / (min(others, size) + 1))


def _said(text: str, keys: Mapping[str, object]) -> Iterator[tuple[Span, str]]:
    """Yield what of the keys stands in a text with no known word across its ends."""
    ends = sorted(edges(text))
    for start in ends:
        for end in (e for e in ends if LEAST <= e - start <= KEY_CHARS):
            if text[start:end] in keys:
                yield (start, end), text[start:end]


def _whole_names(text: str, index: DocumentIndex) -> frozenset[int]:
    """Return the documents whose title or alias stands whole in a text, or is quoted in 《》."""
    found = {at for _, name in _said(text, index.names) for at in index.names[name]}
    for quoted in QUOTED.findall(text):
        core = _plain(document_name(quoted).core)
        found |= index.names.get(quoted) or index.names.get(core) or frozenset()
    return frozenset(found)


def _stands_alone(text: str, span: Span, places: Sequence[PlaceName]) -> bool:
    """True where a kind stands for a document: 那份讲话, 2024年讲话里, 报告第三部分, not 打报告."""
    before, behind = cut(text[: span[0]]), cut(text[span[1] :])
    if any(said.startswith(POINTS) for said, kind in before[-2:] if kind.startswith("r")):
        return True
    opened = {0, *(p.end for p in places), *(t.end for t in read_times(text))}
    leads = span[0] in opened or before[-1][1].startswith("x")
    said, kind = behind[0] if behind else ("", "x")
    return leads and (kind.startswith(GOES_ON) or said.startswith(SAYS))


def _here(index: DocumentIndex, named: Sequence[PlaceName]) -> NDArray[np.bool_]:
    """Return for each document whether it is of a place named; all are where none is."""
    here = np.full(index.size, not named)
    for form in {form for place in named for form in (place.said, place.name)}:
        here[index.places.get(form, [])] = True
    return here


def _plain(text: str) -> str:
    return normal(text).lower()
