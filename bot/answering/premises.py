"""What a question wants confirmed (是860元对吧), judged against the value of the very thing asked.

A sentence prints several values: the one that counts is the one beside the question's own words.
Where two stand as near, or none of that unit stands there, there is no verdict: silence is better
than a false yes.

Not covered: premises that are neither a figure, a time nor an office (不用审批吧).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.answering.features import Candidate, Reader
from bot.understanding.lexicon import Kind, find_words
from bot.understanding.word_weights import terms_of
from knowledge.names.offices import find_offices, same_office
from knowledge.quantity import Kind as QuantityKind
from knowledge.quantity import Quantity, equal, read_quantities
from knowledge.text import read_text
from knowledge.time import TimeSpan, read_times, same_time

WINDOW_CHARS = 24  # behind a value: what it counts
SURE = 0.34  # of the topic's weight that stands beside the value
LEAD = 1.15  # times what stands beside the next one
JUDGED = 2  # sentences, the best first


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a premise is right, what was claimed, what is printed, and in which sentence."""

    is_right: bool
    claimed: str
    printed: str
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class _Value:
    """A value at its place in a sentence, and whether it is what was claimed."""

    start: int
    end: int
    is_claimed: bool


def wants_verdict(question: str) -> bool:
    """True if a question wants something confirmed: 对吧, 是不是, 没记错的话."""
    return any(w.kind is Kind.CUE and w.value == "confirm" for w in find_words(question))


def judge(reader: Reader, ranked: Sequence[Candidate]) -> Judgement | None:
    """The verdict on what a question wants confirmed, None where there is none to be sure of."""
    question = read_text(reader.request.question).plain
    if not wants_verdict(question):
        return None
    quantities = [q for q in read_quantities(question) if q.kind is QuantityKind.NUMBER]
    times = read_times(question)
    if quantities:
        claim = quantities[-1]
        said = question[claim.start : claim.end]
        return _judged(reader, ranked, said, lambda text: _quantities(text, claim))
    if times:
        time = times[-1]
        said = question[time.start : time.end]
        return _judged(reader, ranked, said, lambda text: _times(text, time))
    offices = [o for o in find_offices(question) if o.said]
    if offices:
        office = offices[-1].said
        return _judged(reader, ranked, office, lambda text: _offices(text, office))
    return None


def _judged(
    reader: Reader,
    ranked: Sequence[Candidate],
    claimed: str,
    read: Callable[[str], list[_Value]],
) -> Judgement | None:
    for candidate in ranked[:JUDGED]:
        text = read_text(candidate.text).plain
        values = read(text)
        if not values:
            continue
        shares = [_beside(reader, candidate, text, v, values) for v in values]
        best = max(range(len(values)), key=lambda i: (shares[i], values[i].is_claimed))
        others = [s for s, v in zip(shares, values, strict=True) if _differs(v, values[best], text)]
        if shares[best] < SURE or shares[best] < LEAD * max(others, default=0.0):
            return None
        value = values[best]
        printed = text[value.start : value.end]
        return Judgement(value.is_claimed, claimed, printed, candidate)
    return None


def _differs(one: _Value, other: _Value, text: str) -> bool:
    return one is not other and text[one.start : one.end] != text[other.start : other.end]


def _beside(
    reader: Reader, candidate: Candidate, text: str, value: _Value, values: Sequence[_Value]
) -> float:
    """How much of the topic stands beside a value: from the value before to the one behind, no
    farther than its clause in front and a few characters behind.
    """
    before = max((v.end for v in values if v.end <= value.start), default=0)
    behind = min((v.start for v in values if v.start >= value.end), default=len(text))
    window = text[before : min(behind, value.end + WINDOW_CHARS)]
    own = reader.terms.topic_share(terms_of(window))
    whole = terms_of(f"{candidate.hit.section.heading} {text[: values[0].start]}")
    return own + 0.3 * reader.terms.topic_share(whole - terms_of(window))


def _quantities(text: str, claim: Quantity) -> list[_Value]:
    """The quantities that count in the claim's unit."""
    found = (q for q in read_quantities(text) if q.kind is QuantityKind.NUMBER)
    return [
        _Value(q.start, q.bound_end or q.end, equal(q, claim) or _same_number(q, claim))
        for q in found
        if _is_comparable(q, claim)
    ]


def _is_comparable(one: Quantity, other: Quantity) -> bool:
    if one.unit is None or other.unit is None:
        return True
    return one.unit.name == other.unit.name or one.unit.family == other.unit.family


def _same_number(one: Quantity, other: Quantity) -> bool:
    """True for 500万 and 500万元: people leave the unit out."""
    is_bare = other.unit is None or not other.unit.is_known
    return is_bare and (one.low, one.high) == (other.low, other.high)


def _times(text: str, claim: TimeSpan) -> list[_Value]:
    return [_Value(t.start, t.end, same_time(t, claim)) for t in read_times(text)]


def _offices(text: str, claim: str) -> list[_Value]:
    return [_Value(o.start, o.end, same_office(o.said, claim)) for o in find_offices(text)]
