"""Thousands of titles and what people call them -> an index; a question -> the documents it names.

A word tells as much as it is rare among the titles and in newspapers: 智算谷 tells one plan, 发展
none. What stands in 《》, an alias said whole and 那份讲话 name a document too.

Not covered: synonyms (AI for 人工智能): the caller looks for them in the question's official words.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge.names.places import PlaceName, same_place
from knowledge.names.titles import LEAST, document_name, name_keys
from knowledge.text import normal
from knowledge.words import edges

QUOTED = re.compile("《([^《》]{2,80})》?")
ALIAS_TELLS = 1.5  # times what the same words of a title tell: somebody says it of this plan alone
KEY_CHARS = 12
KIND_TELLS = 0.5  # of what a telling word that is as rare tells


@dataclass(frozen=True, slots=True)
class Titled:
    """A document by what it is called: its title, aliases, and the place it is of."""

    title: str
    aliases: tuple[str, ...] = ()
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Naming:
    """A document that a text names: `at` counts in the index, `spans` are where its words stand.

    `weight` is how much those words tell, `share` how much of all its words' telling that is;
    `quoted` is True for a 《》 and for an alias said whole.
    """

    at: int
    spans: tuple[tuple[int, int], ...]
    weight: float
    share: float
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class DocumentIndex:
    """What is said of documents -> the documents, each with how much it tells of it."""

    size: int
    keys: Mapping[str, Mapping[int, float]]
    kinds: Mapping[str, frozenset[int]]
    aliases: Mapping[str, frozenset[int]]
    places: tuple[str | None, ...]
    whole: tuple[float, ...]

    def weight(self, key: str, tells: float) -> float:
        """Return how much a key tells of a document: rare among the titles, rare by itself."""
        return tells * math.log((self.size + 1) / len(self.keys[key]))


def build_index(documents: Sequence[Titled]) -> DocumentIndex:
    """Read every title once; a question is then looked up in a millisecond."""
    keys, kinds = dict[str, dict[int, float]](), dict[str, set[int]]()
    aliases = dict[str, set[int]]()
    for at, document in enumerate(documents):
        name = document_name(document.title)
        for kind in name.kinds:
            kinds.setdefault(kind, set()).add(at)
        for said, tells in _keys_of(document, name.core, name.kinds):
            own = keys.setdefault(said, {})
            own[at] = max(own.get(at, 0.0), tells)
        for alias in (document.title, *document.aliases):
            aliases.setdefault(_plain(alias), set()).add(at)
    places = tuple(d.place or document_name(d.title).place for d in documents)
    index = DocumentIndex(
        len(documents), keys, _frozen(kinds), _frozen(aliases), places, (0.0,) * len(documents)
    )
    return DocumentIndex(
        index.size, keys, index.kinds, index.aliases, places, _whole_weights(index)
    )


def find_documents(
    text: str, index: DocumentIndex, places: Sequence[PlaceName] = ()
) -> tuple[Naming, ...]:
    """Return the documents whose telling words stand in a text, the best told first.

    Where the text names a place, documents of another place come after those of this one.

    >>> plans = [Titled("智能船舶发展行动计划"), Titled("智能工厂认定管理办法")]
    >>> [n.at for n in find_documents("船舶那个计划管几年", build_index(plans))]
    [0]
    """
    plain = _plain(text)
    spans = dict[int, dict[tuple[int, int], float]]()
    for (start, end), key in _said(plain, index.keys):
        for at, tells in index.keys[key].items():
            spans.setdefault(at, {})[start, end] = index.weight(key, tells)
    quoted = _whole_names(plain, index)
    found = [_naming(at, told, index, at in quoted) for at, told in spans.items()]
    found = [n for n in found if n.weight > 0 or n.quoted]
    found = _with_kind(plain, index, found)
    return tuple(sorted(found, key=lambda n: (not _is_of(n, index, places), -n.weight)))


def _keys_of(document: Titled, core: str, kinds: Sequence[str]) -> Iterator[tuple[str, float]]:
    for key, tells in name_keys(_plain(core)).items():
        if key not in kinds:
            yield key, tells
    for alias in document.aliases:
        yield _plain(alias), ALIAS_TELLS
        for key, tells in name_keys(_plain(alias)).items():
            if key not in kinds:
                yield key, tells


def _said(text: str, keys: Mapping[str, object]) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield what of the keys stands in a text with no known word across its ends."""
    ends = sorted(edges(text))
    for start in ends:
        for end in (e for e in ends if LEAST <= e - start <= KEY_CHARS):
            if text[start:end] in keys:
                yield (start, end), text[start:end]


def _whole_names(text: str, index: DocumentIndex) -> frozenset[int]:
    """Return the documents whose title or alias stands whole in a text, or is quoted in 《》."""
    found = {at for (_, _), key in _said(text, index.aliases) for at in index.aliases[key]}
    for quoted in QUOTED.findall(text):
        found |= index.aliases.get(quoted, frozenset())
    return frozenset(found)


def _naming(
    at: int, told: Mapping[tuple[int, int], float], index: DocumentIndex, quoted: bool
) -> Naming:
    """Weigh a document by the spans that tell most and do not overlap."""
    chosen = _apart(told)
    weight = sum(told[span] for span in chosen)
    share = weight / index.whole[at] if index.whole[at] else 0.0
    return Naming(at, tuple(sorted(chosen)), weight, min(share, 1.0), quoted)


def _apart(told: Mapping[tuple[int, int], float]) -> list[tuple[int, int]]:
    chosen = list[tuple[int, int]]()
    for start, end in sorted(told, key=lambda s: (told[s], s[1] - s[0]), reverse=True):
        if all(end <= other[0] or other[1] <= start for other in chosen):
            chosen.append((start, end))
    return chosen


def _with_kind(text: str, index: DocumentIndex, found: Iterable[Naming]) -> list[Naming]:
    """Add to each document what its kind tells, and those that only their kind names: 那份讲话."""
    kinds = [(span, kind) for span, kind in _said(text, index.kinds)]
    by_at = {n.at: n for n in found}
    for span, kind in sorted(kinds, key=lambda k: k[0][0] - k[0][1]):
        owners = index.kinds[kind]
        tells = KIND_TELLS * math.log((index.size + 1) / len(owners))
        for at in owners:
            old = by_at.get(at, Naming(at, (), 0.0, 0.0))
            if all(span[1] <= s or e <= span[0] for s, e in old.spans):
                by_at[at] = Naming(
                    at,
                    tuple(sorted((*old.spans, span))),
                    old.weight + tells,
                    old.share,
                    old.quoted,
                )
    return list(by_at.values())


def _is_of(naming: Naming, index: DocumentIndex, places: Sequence[PlaceName]) -> bool:
    """True unless the text names places and the document is of another one."""
    own = index.places[naming.at]
    return not places or (own is not None and any(same_place(p.name, own) for p in places))


def _whole_weights(index: DocumentIndex) -> tuple[float, ...]:
    """Return for each document how much all its words tell together."""
    whole = [0.0] * index.size
    for key, owners in index.keys.items():
        for at, tells in owners.items():
            whole[at] = max(whole[at], index.weight(key, tells))
    return tuple(whole)


def _frozen(found: Mapping[str, set[int]]) -> dict[str, frozenset[int]]:
    return {key: frozenset(owners) for key, owners in found.items()}


def _plain(text: str) -> str:
    return normal(text).lower()
