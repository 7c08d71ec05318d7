"""The terms of a question and how much each tells: rare ones much, common ones little.

Terms are those of the full text: single characters, neighbouring pairs, numbers, Latin words. Every
term of the question counts in `raw`; in `topic` only those of its subject, without question words,
politeness and the words that frame any question. The formula and what it reaches: docs/measured.md.
"""

import math
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from functools import lru_cache

from bot.understanding.request import Request
from knowledge.library import Library
from knowledge.plan import PlanRecord
from knowledge.text import normal, tokenize
from knowledge.words import JOINING_KINDS, cut

RAREST = 0.0008  # share of passages: keeps the weight of a rare term finite
UNPRINTED = 2.2  # weight of a term that no plan prints: it may be said in other words
CONTEXT_SHARE = 0.5  # of their weight that the words of the question before keep
OFFICIAL_SHARE = 0.8  # of an everyday word's weight that counts where a plan prints its like
KEPT_TEXTS = 20_000


@dataclass(frozen=True, slots=True)
class Covered:
    """How much of the question's terms a text holds, each 0 to 1."""

    raw: float
    topic: float


class Terms:
    """The weighed terms of one question."""

    def __init__(self, request: Request, library: Library) -> None:
        topic, context = " ".join(request.content), " ".join(request.context)
        spoken = dict(request.spoken)
        every = {*terms_of(topic), *terms_of(context), *terms_of(request.question)}
        shares = library.term_shares(every, request.readable)
        self._shares = shares
        self._raw = {t: weight(t, shares) for t in terms_of(request.question)}
        pairs = [t for t in terms_of(topic) if is_telling(t)] or list(terms_of(topic))
        self._topic = {t: weight(t, shares) for t in pairs}
        for term in terms_of(context):
            if is_telling(term) and term not in self._topic:
                self._topic[term] = CONTEXT_SHARE * weight(term, shares)
                self._raw.setdefault(term, CONTEXT_SHARE * weight(term, shares))
        self._raw_total = sum(self._raw.values()) or 1.0
        self._topic_total = sum(self._topic.values()) or 1.0
        self._spoken = tuple(
            (
                frozenset(filter(is_telling, terms_of(word))),
                official,
                max(weight(word[:2], shares), UNPRINTED),
            )
            for word, official in spoken.items()
        )
        self.words = topic_words(topic)

    def without(self, said: str) -> "Terms":
        """The same terms without those of a piece of the question."""
        dropped = terms_of(said)
        other = copy(self)
        other._topic = {t: w for t, w in self._topic.items() if t not in dropped}
        other._topic_total = sum(other._topic.values()) or 1.0
        return other

    def covered(self, own: frozenset[str], text: str) -> Covered:
        """How much of the question a text with these terms holds."""
        raw = sum(w for t, w in self._raw.items() if t in own)
        topic = sum(w for t, w in self._topic.items() if t in own)
        for terms, official, worth in self._spoken:
            if not terms & own and any(word in text for word in official):
                raw, topic = raw + OFFICIAL_SHARE * worth, topic + OFFICIAL_SHARE * worth
        return Covered(min(raw / self._raw_total, 1.0), min(topic / self._topic_total, 1.0))

    def topic_share(self, own: frozenset[str]) -> float:
        """The share of the topic's weight that these terms hold, 0 to 1."""
        return sum(w for t, w in self._topic.items() if t in own) / self._topic_total

    def says(self, text: str, word: str) -> bool:
        """True if a text holds a word of the topic, or what plans print for it."""
        if word in text:
            return True
        return any(
            frozenset(terms_of(word)) & terms and any(o in text for o in official)
            for terms, official, _ in self._spoken
        )


def weight(term: str, shares: Mapping[str, float]) -> float:
    """The weight of a term by the share of passages that hold it."""
    share = shares.get(term, 0.0)
    return -math.log(max(share, RAREST)) if share else UNPRINTED


def is_telling(term: str) -> bool:
    """True for pairs, numbers and Latin words; a single Chinese character tells little."""
    return len(term) > 1 or not "\u3400" <= term <= "\u9fff"


@lru_cache(maxsize=KEPT_TEXTS)
def terms_of(text: str) -> frozenset[str]:
    """The terms of a text; the same sentences are read question after question."""
    return frozenset(tokenize(text))


def topic_words(topic: str) -> tuple[str, ...]:
    """The words of a topic that name something: two characters at least, no joining words."""
    return tuple(
        word
        for word, kind in cut(topic)
        if len(word.strip()) > 1 and kind[:1] not in JOINING_KINDS and not word.isdecimal()
    )


@lru_cache(maxsize=10_000)
def name_terms(record: PlanRecord) -> frozenset[str]:
    """The terms of what a plan is called: title, place, issuer, other names."""
    said = record.metadata
    names = (record.title, said.region, said.issuer, *said.aliases)
    return terms_of(normal(" ".join(filter(None, names))).lower())
