"""What a question wants confirmed (是860元对吧), judged against the value of the very thing asked.

A sentence prints several values: the one that counts is the one beside the question's own words.
Where two stand as near, or none of that unit stands there, there is no verdict: silence is better
than a false yes.

Not covered: premises that are neither a figure, a time nor an office (不用审批吧).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.answering.features import Candidate, Reader
from bot.grounding.facts import read_facts
from bot.understanding.lexicon import Kind, find_words
from bot.understanding.plans_named import names_of
from bot.understanding.word_weights import terms_of
from knowledge.names.offices import OfficeName, find_offices, same_office
from knowledge.names.places import PlaceName, find_places, same_place
from knowledge.pairs import read_pairs
from knowledge.quantity import Kind as QuantityKind
from knowledge.quantity import Quantity, equal, read_quantities
from knowledge.text import read_text
from knowledge.time import TimeSpan, read_times, same_time

SURE = 0.4  # of the topic's weight that stands beside or above a value before it is judged
DENIES = 0.5  # the same before a claim is denied
OWN = 0.15  # of it that stands beside it
LEAD = 1.15  # times what stands beside the next one
JUDGED = 3  # sentences that may hold the value asked about, the best first
LOOKED_AT = 10  # sentences in which a denied value must not stand as near
AS_NEAR = 0.6  # of the share beside the value that a denial is given for
SHORT_CHARS = 6  # beside a value: what it counts stands in the piece before
ANY_COUNT = "个"
SEPARATORS = "，、；。：,;"
EACH = re.compile(r"每[^，、；。每]{1,8}\Z")  # what recurs: 每季度会商1次


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a premise is right, what was claimed, what is printed, and in which sentence."""

    is_right: bool
    claimed: str
    printed: str
    candidate: Candidate


def wants_verdict(question: str) -> bool:
    """True if a question wants something confirmed: 对吧, 是不是, 没记错的话."""
    return any(w.kind is Kind.CUE and w.value == "confirm" for w in find_words(question))


def judge(reader: Reader, ranked: Sequence[Candidate]) -> Judgement | None:
    """The verdict on what a question wants confirmed, None where there is none to be sure of."""
    question = read_text(reader.request.question).plain
    if not wants_verdict(question):
        return None
    claim = _claim(question)
    if claim is None:
        return None
    said = question[_start(question, claim) : claim.end]
    topic, read = _Topic(reader, said), _reader_of(question, claim)
    found = [(c, v) for c in ranked[:JUDGED] if (v := _asked_about(topic, c, read)) is not None]
    values = [(c, v) for c, v in found if isinstance(v, _Value)]
    if not values or isinstance(found[0][1], _Tie):
        return None
    candidate, value = max(values, key=lambda pair: pair[1].whole)
    rivals = [v.whole for _, v in values if v.is_claimed != value.is_claimed]
    if value.whole < LEAD * max(rivals, default=0.0):
        return None
    if not value.is_claimed and _is_doubtful(topic, ranked, read, value):
        return None
    return Judgement(value.is_claimed, said, value.said, candidate)


Claim = Quantity | TimeSpan | OfficeName | PlaceName
ReadValues = Callable[[str], list[tuple[int, int, bool]]]


def _claim(question: str) -> Claim | None:
    """What is to be confirmed: the last figure of a question, else its last time or office."""
    quantities = [q for q in read_quantities(question) if q.kind is QuantityKind.NUMBER]
    found: Sequence[Claim] = (
        quantities or _dated(question) or find_offices(question) or find_places(question)
    )
    return found[-1] if found else None


def _reader_of(question: str, claim: Claim) -> ReadValues:
    """What reads the values of a sentence that could stand for the claim of a question."""
    said = question[claim.start : claim.end]
    if isinstance(claim, Quantity):
        role = _roles(question).get(claim.start, "")
        return lambda text: _quantities(text, claim, role)
    if isinstance(claim, TimeSpan):
        return lambda text: [(t.start, t.end, same_time(t, claim)) for t in _dated(text)]
    if isinstance(claim, PlaceName):
        return lambda text: [
            (p.start, p.end, same_place(p.name, claim.name)) for p in find_places(text)
        ]
    return lambda text: [
        (o.start, o.end, same_office(o.said, said))
        for o in find_offices(text)
        if o.assists is claim.assists
    ]


def _dated(text: str) -> list[TimeSpan]:
    """The times of a text that name days: 上一年 and 三年内 are compared with nothing."""
    return [t for t in read_times(text) if t.first or t.last or t.in_year]


class _Topic:
    """What a question asks about, without what it claims."""

    def __init__(self, reader: Reader, said: str) -> None:
        self._terms = reader.terms.without(said)

    def share(self, text: str) -> float:
        """How much of it a text says."""
        return self._terms.covered(terms_of(text), text).topic


@dataclass(frozen=True, slots=True)
class _Value:
    """A value as it is printed, whether it is what was claimed, and how much of the topic stands
    beside it; `whole` counts its heading and its plan's names too.
    """

    said: str
    is_claimed: bool
    share: float
    whole: float


class _Tie:
    """Two values stand as near."""


def _values(topic: _Topic, candidate: Candidate, read: ReadValues) -> list[_Value]:
    text = read_text(candidate.text).plain
    found = read(text)
    pairs = {p.quantity.start: p.subject for p in read_pairs(candidate.text)}
    hit = candidate.hit
    around = " ".join([hit.section.heading, *names_of(hit.record)])
    values = []
    for start, end, is_claimed in found:
        beside = pairs.get(start) or _segment(text, start, end, [f[:2] for f in found])
        beside = text if len(found) == 1 else beside
        share, whole = topic.share(beside), topic.share(f"{around} {beside}")
        values.append(_Value(text[start:end], is_claimed, share, whole))
    return values


def _asked_about(topic: _Topic, candidate: Candidate, read: ReadValues) -> _Value | _Tie | None:
    """The value of a sentence that the question asks about; None where none is near enough."""
    values = _values(topic, candidate, read)
    if not values:
        return None
    best = max(values, key=lambda v: (v.share, v.is_claimed))
    if best.whole < SURE or best.share < OWN:
        return None
    others = [v.share for v in values if v.said != best.said]
    return best if best.share >= LEAD * max(others, default=0.0) else _Tie()


def _is_doubtful(
    topic: _Topic, ranked: Sequence[Candidate], read: ReadValues, value: _Value
) -> bool:
    """True if a value is not near enough to deny the claim by, or the claim stands nearly as near
    to the topic in another sentence.
    """
    return value.whole < DENIES or any(
        v.is_claimed and v.share >= AS_NEAR * value.share
        for candidate in ranked[:LOOKED_AT]
        for v in _values(topic, candidate, read)
    )


def _segment(text: str, start: int, end: int, values: Sequence[tuple[int, int]]) -> str:
    """The piece of a sentence between separators that holds a value; where it says nothing else,
    with the pieces before that hold no value.
    """
    left = max((text.rfind(s, 0, start) for s in SEPARATORS), default=-1) + 1
    right = min((at for s in SEPARATORS if (at := text.find(s, end)) >= 0), default=len(text))
    held = any(left <= a < start for a, _ in values)
    if not held and len(text[left:start]) + len(text[end:right]) < SHORT_CHARS:
        before = max((b for _, b in values if b <= left), default=0)
        left = max(before, max((text.rfind(s, 0, left - 1) for s in SEPARATORS), default=-1) + 1)
    return text[left:right]


def _quantities(text: str, claim: Quantity, role: str) -> list[tuple[int, int, bool]]:
    """The quantities that count in the claim's unit and are said of the same: not what something
    came from, nor what it is more by than last year, unless the claim is such.
    """
    found = (q for q in read_quantities(text) if q.kind is QuantityKind.NUMBER)
    roles = _roles(text)
    return [
        (_start(text, q), q.bound_end or q.end, _is_claimed(q, claim))
        for q in found
        if _is_comparable(q, claim) and roles.get(q.start, "") in (role, "")
    ]


def _is_claimed(printed: Quantity, claim: Quantity) -> bool:
    if printed.time_rate and claim.time_rate and printed.time_rate != claim.time_rate:
        return False
    return equal(printed, claim) or _same_number(printed, claim)


def _start(text: str, claim: Claim) -> int:
    """Where a value begins, with the time that it recurs in: 每月一次."""
    recurs = isinstance(claim, Quantity) and bool(claim.time_rate)
    before = EACH.search(text, 0, claim.start) if recurs else None
    return before.start() if before else claim.start


def _roles(text: str) -> Mapping[int, str]:
    """The roles of quantities that are no plain values, by their starts: "from" and "by"."""
    facts = read_facts(text)
    compared = {b.start for a, b in pairwise(facts) if a.time and a.role == "from"}
    return {
        f.start: f.role for f in facts if f.role == "from" or f.role == "by" and f.start in compared
    }


def _is_comparable(one: Quantity, other: Quantity) -> bool:
    if _is_bare(other):
        return bool(one.scale) == bool(other.scale)
    if one.unit is None or other.unit is None:
        return False
    return one.unit.name == other.unit.name or one.unit.family == other.unit.family


def _same_number(one: Quantity, other: Quantity) -> bool:
    """True for 500万 and 500万元, and for 100个 and 100家: people leave the unit out, or say 个 for
    any.
    """
    loose = _is_bare(other) or ANY_COUNT in (one.measure, other.measure)
    return loose and (one.low, one.high) == (other.low, other.high)


def _is_bare(quantity: Quantity) -> bool:
    return quantity.unit is None or not quantity.unit.is_known
