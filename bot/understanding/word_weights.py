"""How much each word of a question tells, and how much of the question a sentence covers.

Rare words tell much, common ones little. A word that no plan prints counts as missing, but only so
far as it is a word: of 订单班是跟云溪, 班是 and 跟云 are seams between words that stand there.

Not covered: words that mean the same and stand neither in the plans nor in vocabulary.txt.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from bot.understanding.request import Request
from bot.understanding.subjects import lacks_subject
from bot.understanding.synonyms import MODIFIERS
from knowledge.library import Library
from knowledge.text import tokenize
from knowledge.words import JOINING_KINDS, VERB, pairs_of_words

OFFICIAL_SHARE = 0.8  # of its weight that an everyday word counts where its official one stands
CONTEXT_SHARE = 0.3  # the same for the words of the question that a follow-up follows
NUMBER_SHARE = 0.5  # the same for a number: a wrong premise names one that no plan prints
VERB_SHARE = 0.5  # the same for a verb that no plan prints: people act in other words
APART_SHARE = 0.6  # the same for 重残 where 重度残疾 stands: short forms take first characters
APART_CHARS = 4  # between the two characters of a short form, at most
LONGEST_WORD = 3  # pairs that an everyday word counts for at most
KEPT_QUESTIONS = 8
RARE = 0.002  # keeps the weight of a word that no plan prints finite
# Pairs that stand in any question of amounts and tell nothing of its subject.
EMPTY_PAIRS = frozenset(
    "以上 以下 以内 一个 个月 每月 每年 一年 一月 每人 一共 左右 不少 至少 达到 需要 一次 "
    "多大 得多 能不 是不 不是 有没 哪些 什么 多少 几个 怎么 人员 对象".split()
)
# Characters that join words; a pair with one of them is hardly ever a word of its own.
JOINING = frozenset(
    "是跟在被把给让要得都也还就和与及对从到往向有没不吗呢吧啊呀的了着过这那哪谁啥咋怎几每所以为于由请将会能可"
)


@dataclass(frozen=True, slots=True)
class Concept:
    """An everyday word of the question: its weight, and the pairs that say it, each at a share."""

    weight: float
    ways: tuple[tuple[frozenset[str], float], ...]

    def share(self, own: frozenset[str]) -> float:
        """Return how far a text with these terms says the word, 0 to 1."""
        return max(share * len(pairs & own) / len(pairs) for pairs, share in self.ways)


class Weights:
    """The weight of each word of one question."""

    def __init__(self, library: Library, request: Request) -> None:
        plain = [*_pairs(request.plain), *_pairs(request.context)]
        spoken = [(word, *official) for word, official in request.spoken]
        every = {t for words in (request.plain, request.context, *spoken) for t in _terms(words)}
        self._shares: Mapping[str, float] = library.term_shares(every, request.readable)
        covered = self._covered(plain)
        self._kinds = _kinds(request.plain)
        self._weight: dict[str, float] = {}
        self._apart: dict[str, re.Pattern[str]] = {}
        tells = [t for t in _terms(request.plain) if self._tells(t)]
        own = {t for t in tells if t not in MODIFIERS and self._is_own(t, covered)}
        is_on_subject = not own and not spoken
        for term in _terms(request.context):
            self._weigh(term, 1.0 if is_on_subject else CONTEXT_SHARE, covered)
        for term in tells:
            on_subject = is_on_subject and bool(request.context)
            self._weigh(term, CONTEXT_SHARE if on_subject else 1.0, covered)
        self._concepts = tuple(self._concept(*words) for words in spoken)
        numbers = sum(w for t, w in self._weight.items() if t[0].isdigit())
        total = sum(self._weight.values()) + sum(c.weight for c in self._concepts)
        self.is_empty = not total
        self._own = {t: w for t, w in self._weight.items() if t in own}
        self._total = (total - numbers) or numbers or 1.0
        self._known = _coverages(tuple(self._weight.items()), self._concepts)

    def coverage(self, text: str) -> float:
        """Return the weighted share of the question's words that stand in `text`, 0 to 1."""
        if (known := self._known.get(text)) is None:
            known = self._known[text] = self._cover(text)
        return known

    def _cover(self, text: str) -> float:
        own = _terms_of(text)
        found = sum(w for t, w in self._weight.items() if t in own)
        found += sum(c.weight * c.share(own) for c in self._concepts)
        for term, pattern in self._apart.items():
            if term not in own and pattern.search(text):
                found += APART_SHARE * self._weight[term]
        return min(1.0, found / self._total)

    def lacks_concept(self, texts: Sequence[str]) -> bool:
        """Say whether an everyday word stands in none of the texts, nor what plans print for it."""
        known = frozenset().union(*map(_terms_of, texts))
        return any(c.weight and not c.share(known) for c in self._concepts)

    def lacks_subject(self, question: str, text: str, coverage: float) -> bool:
        """Say whether a text prints nothing of what the question counts."""
        return lacks_subject(question, text, self._shares, coverage)

    def own_coverage(self, text: str) -> float:
        """Return the same for what a follow-up says itself, modifiers left out; 1 if nothing."""
        total = sum(self._own.values()) + sum(c.weight for c in self._concepts)
        if not total:
            return 1.0
        own = _terms_of(text)
        found = sum(w for t, w in self._own.items() if t in own)
        found += sum(c.weight * c.share(own) for c in self._concepts)
        return found / total

    def _tells(self, term: str) -> bool:
        """Say whether a term is more than a seam between two words, or a word that only joins."""
        kind = self._kinds.get(term)
        if kind is None:
            return True
        return bool(self._shares[term]) or kind[:1] not in ("", *JOINING_KINDS)

    def _is_own(self, term: str, covered: frozenset[str]) -> bool:
        """Say whether a term is a word and no seam between two."""
        seam = all(c in covered or c in JOINING for c in term)
        return bool(self._shares[term]) or not seam

    def _weigh(self, term: str, part: float, covered: frozenset[str]) -> None:
        """Give a term its weight; of one that no plan prints only what no other word explains."""
        if term[0].isdigit():
            part *= NUMBER_SHARE
        elif not self._shares[term] and len(term) == 2 and not term.isascii():
            part *= sum(c not in covered and c not in JOINING for c in term) / 2
            part *= VERB_SHARE if self._kinds.get(term) == VERB else 1
            if part and not JOINING & set(term):
                self._apart[term] = re.compile(f"{term[0]}.{{1,{APART_CHARS}}}{term[1]}")
        if part:
            self._weight[term] = part * self._rarity(term)

    def _covered(self, pairs: Sequence[str]) -> frozenset[str]:
        """Return the characters of the question that stand in a pair which some plan prints."""
        return frozenset(c for pair in pairs if self._shares.get(pair) for c in pair)

    def _concept(self, word: str, *official: str) -> Concept:
        ways = [(frozenset(_terms((word,))), 1.0)]
        ways += [(frozenset(_terms((o,))), OFFICIAL_SHARE) for o in official]
        ways = [(pairs, share) for pairs, share in ways if pairs]
        if not ways:
            return Concept(0.0, ((frozenset({word}), 1.0),))
        rarities = [
            sum(map(self._rarity, pairs)) / len(pairs)
            for pairs, _ in ways
            if any(self._shares[p] for p in pairs)
        ]
        pairs_said = min(max(len(word) - 1, 1), LONGEST_WORD)
        return Concept(pairs_said * min(rarities, default=self._rarity("")), tuple(ways))

    def _rarity(self, term: str) -> float:
        return math.log(1 + 1 / (self._shares.get(term, 0.0) + RARE))


def _terms(words: Sequence[str]) -> dict[str, None]:
    """Return the pairs of characters, numbers and Latin words that tell something, in order."""
    terms = tokenize(" ".join(words))
    return {t: None for t in terms if len(t) > 1 and t not in EMPTY_PAIRS}


def _kinds(words: Sequence[str]) -> dict[str, str]:
    """Return for each pair of characters the kind of the word that it stands in, where in any."""
    found: dict[str, str] = {}
    for word in words:
        for pair, kind in pairs_of_words(word):
            found[pair] = found.get(pair) or kind
    return found


def _pairs(words: Sequence[str]) -> list[str]:
    return [a + b for word in words for a, b in pairwise(word)]


@lru_cache(maxsize=KEPT_QUESTIONS)
def _coverages(
    _weights: tuple[tuple[str, float], ...], _concepts: tuple[Concept, ...]
) -> dict[str, float]:
    """Return what is known of a question's coverages: it is weighed for each search it makes."""
    return {}


@lru_cache(maxsize=20_000)
def _terms_of(text: str) -> frozenset[str]:
    """Return the terms of a sentence; the same ones are read for question after question."""
    both = ("城市", "农村") if "城乡" in text else ()
    return frozenset([*tokenize(text), *both])
