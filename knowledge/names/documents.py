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
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.names.places import PlaceName, find_places, forms_of
from knowledge.names.titles import LEAST, DocumentName, document_name, name_keys
from knowledge.text import normal
from knowledge.words import cut, edges

QUOTED = re.compile("《([^《》]{2,80})》?")
ALIAS_TELLS = 1.5  # times what the same words of a title tell: somebody says it of this plan alone
KIND_TELLS = 0.5  # of what a telling word that is as rare tells
KEY_CHARS = 12
OF_THE_PLACE = 1000  # more than any words weigh
MOST = 40  # documents that are weighed exactly, the best told ones
NEAR = 6  # characters from a telling word to its kind: 传感器那个计划
POINTS = ("r", "m", "q")  # 那份, 这个, 两份
GOES_ON = ("r", "m", "c", "x")  # behind a document's kind: 讲话怎么说, 规划和方案
SAYS = ("里", "中", "上", "说", "讲", "提", "写", "要求", "点名", "第")

Place = tuple[str, ...]  # what a document's place is called; () where it is of none
Span = tuple[int, int]
Keys = Mapping[str, Mapping[int, float]]


@dataclass(frozen=True, slots=True)
class Titled:
    """A document by what it is called: its title, aliases, and the place it is of."""

    title: str
    aliases: tuple[str, ...] = ()
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Naming:
    """A document that a text names: `at` counts in the index, `spans` are where its words stand.

    `weight` is how much those words tell, `share` how much of its most telling word that is;
    `whole` is True for a title or an alias that stands there whole, `kind` the word for its kind,
    `here` False where the text names another place than the document's.
    """

    at: int
    spans: tuple[Span, ...]
    weight: float
    share: float
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
    """What is said of documents -> the documents; `full` is what the best word of each tells."""

    keys: Mapping[str, Owners]
    kinds: Mapping[str, Owners]
    names: Mapping[str, frozenset[int]]
    places: Mapping[str, list[int]]
    known: frozenset[str]
    full: NDArray[np.float32]


def build_index(
    documents: Sequence[Titled], printed_by: Callable[[str], int] | None = None
) -> DocumentIndex:
    """Read every title once; a question is then looked up in a millisecond.

    `printed_by` returns how many of the documents print a word anywhere: what most of them speak
    of (平台, 培育) is a subject, not a name. Over 169 plans it halves the wrong namings.
    """
    keys, kinds = dict[str, dict[int, float]](), dict[str, dict[int, float]]()
    names, places = dict[str, set[int]](), dict[str, list[int]]()
    for at, document in enumerate(documents):
        name = document_name(document.title)
        place = forms_of(document.place or name.place or "")
        for form in place:
            places.setdefault(form, []).append(at)
        for kind in name.kinds:
            kinds.setdefault(kind, {})[at] = KIND_TELLS
        for key, tells in _keys_of(document, name, place):
            own = keys.setdefault(key, {})
            own[at] = max(own.get(at, 0.0), tells)
        for said in _names_of(document, name, place):
            names.setdefault(said, set()).add(at)
    weighed = _weighed(keys, len(documents), printed_by)
    return DocumentIndex(
        weighed,
        _weighed(kinds, len(documents), None),
        {said: frozenset(owners) for said, owners in names.items()},
        places,
        frozenset(d.place or document_name(d.title).place or "" for d in documents) - {""},
        _full_weights(weighed, len(documents)),
    )


def find_documents(text: str, index: DocumentIndex) -> tuple[Naming, ...]:
    """Return the documents whose telling words stand in a text, the best told first.

    Where the text names places, documents of other ones come last.

    >>> plans = [Titled("智能船舶发展行动计划"), Titled("智能工厂认定管理办法")]
    >>> [n.at for n in find_documents("船舶那个计划管几年", build_index(plans))]
    [0]
    """
    plain = _plain(text)
    places = tuple(p for p in find_places(plain, index.known) if p.sure or p.placed)
    here = _here(index, places)
    whole = _whole_names(plain, index)
    words = _Told(list(_said(plain, index.keys)), index.keys, len(index.full))
    kinds = _Told(_longest_first(_said(plain, index.kinds)), index.kinds, len(index.full))
    alone = [_stands_alone(plain, span, places) for span, _ in kinds.said]
    best = words.weights.sum(axis=0) + kinds.weights[alone].sum(axis=0)
    namings = [
        naming
        for at in _best(best, here, whole)
        if (naming := _name(at, words, kinds, alone, index, bool(here[at]), at in whole)).spans
    ]
    return tuple(sorted(namings, key=lambda n: (not n.whole, not n.here, -n.weight, n.at)))


class _Told:
    """What of the keys a text says, with the weights of all documents, a row for each."""

    def __init__(self, said: list[tuple[Span, str]], keys: Mapping[str, Owners], size: int) -> None:
        self.said = said
        self.weights = np.zeros((len(said), size), np.float32)
        for row, (_, key) in enumerate(said):
            self.weights[row, keys[key].at] = keys[key].weight


def _best(weights: NDArray[np.float32], here: NDArray[np.bool_], whole: frozenset[int]) -> set[int]:
    """Return the documents that may be told best: whole names, then those of the place named."""
    found = np.flatnonzero(weights)
    score = weights[found] + OF_THE_PLACE * here[found]
    return {*found[np.argsort(-score, kind="stable")[:MOST]].tolist()} | whole


def _name(
    at: int,
    words: _Told,
    kinds: _Told,
    alone: Sequence[bool],
    index: DocumentIndex,
    here: bool,
    whole: bool,
) -> Naming:
    """Weigh a document by the spans that tell most and do not overlap, and by its kind's."""
    told = {s: float(w) for (s, _), w in zip(words.said, words.weights[:, at], strict=True) if w}
    chosen = list[Span]()
    for span in sorted(told, key=lambda s: (told[s], s[1] - s[0]), reverse=True):
        if _is_free(span, chosen):
            chosen.append(span)
    weight = sum(told[span] for span in chosen)
    share = min(weight / float(index.full[at]), 1.0) if index.full[at] else 0.0
    kind = ""
    for (span, said), tells, is_alone in zip(kinds.said, kinds.weights[:, at], alone, strict=True):
        is_near = any(0 <= span[0] - end <= NEAR for _, end in chosen)
        if tells and not kind and _is_free(span, chosen) and (is_alone or is_near):
            kind, weight = said, weight + float(tells)
            chosen.append(span)
    return Naming(at, tuple(sorted(chosen)), weight, share, whole, kind, here)


def _is_free(span: Span, taken: Sequence[Span]) -> bool:
    return all(span[1] <= start or end <= span[0] for start, end in taken)


def _longest_first(said: Iterator[tuple[Span, str]]) -> list[tuple[Span, str]]:
    return sorted(said, key=lambda found: found[0][0] - found[0][1])


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


def _full_weights(keys: Mapping[str, Owners], size: int) -> NDArray[np.float32]:
    """Return for each document how much its most telling word tells."""
    full = np.zeros(size, np.float32)
    for owners in keys.values():
        full[owners.at] = np.maximum(full[owners.at], owners.weight)
    return full


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
    """True where a kind stands for a document: 那份讲话, 讲话里, 报告第三部分, not 打报告."""
    before, behind = cut(text[: span[0]]), cut(text[span[1] :])
    last = before[-1][1] if before else "x"
    if last.startswith(POINTS):
        return True
    leads = last.startswith("x") or any(p.end == span[0] for p in places)
    said, kind = behind[0] if behind else ("", "x")
    return leads and (kind.startswith(GOES_ON) or said.startswith(SAYS))


def _here(index: DocumentIndex, named: Sequence[PlaceName]) -> NDArray[np.bool_]:
    """Return for each document whether it is of a place named; all are where none is."""
    here = np.full(len(index.full), not named)
    for form in {form for place in named for form in (place.said, place.name)}:
        here[index.places.get(form, [])] = True
    return here


def _plain(text: str) -> str:
    return normal(text).lower()
