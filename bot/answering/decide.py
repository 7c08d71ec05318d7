"""Ranked sentences -> what is done with them: answered, near, or not found, and why.

The only place that refuses a question of fact. What it weighs stands in `weights.toml`; `because`
keeps the reasons for `ask --why`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.answering.features import Candidate, Reader
from bot.answering.weights import WEIGHTS

LINES = 3
POOL = 10  # of the best sentences among which one on the subject may hold what is asked for


class Verdict(StrEnum):
    """How a question of fact ends."""

    ANSWERED = "answered"
    NEAR = "near"  # a sentence is on the subject and does not hold what is asked for
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict, the sentences that are shown, the best first, and the numbers it was made of.

    `certainty` is the log-odds that the plans answer the question.
    """

    verdict: Verdict
    lines: tuple[Candidate, ...] = ()
    certainty: float = -10.0
    because: Mapping[str, float] | None = None

    @property
    def is_answered(self) -> bool:
        """True if the plans answer."""
        return self.verdict is Verdict.ANSWERED


def decide(reader: Reader, ranked: Sequence[Candidate]) -> Decision:
    """Decide whether the best sentences answer the question that the reader reads for."""
    if not ranked:
        return Decision(Verdict.NOT_FOUND)
    evidence = weigh(reader, ranked)
    weights = WEIGHTS.verdict
    certainty = weights["bias"] + sum(weights.get(n, 0.0) * v for n, v in evidence.items())
    if _is_elsewhere(reader, ranked) or _is_strange(reader, ranked):
        return Decision(Verdict.NOT_FOUND, (), certainty, evidence)
    if certainty >= WEIGHTS.limits["refuse"]:
        return Decision(Verdict.ANSWERED, _lines(ranked), certainty, evidence)
    nearest = max(ranked[:POOL], key=lambda c: (c.features["topic"], c.score))
    verdict = Verdict.NEAR if nearest.features["topic"] > 0 else Verdict.NOT_FOUND
    return Decision(verdict, (nearest,), certainty, evidence)


def _is_elsewhere(reader: Reader, ranked: Sequence[Candidate]) -> bool:
    """True if the question names a place or a year that nothing found is of or prints."""
    if reader.lacks_place(ranked[0]):
        return True
    return bool(reader.request.years) and all(c.features["year"] < 0 for c in ranked)


def _is_strange(reader: Reader, ranked: Sequence[Candidate]) -> bool:
    """True if nothing found says anything of the topic, in its words or in those of plans."""
    return bool(reader.terms.words) and not any(c.features["topic"] for c in ranked)


def weigh(reader: Reader, ranked: Sequence[Candidate]) -> dict[str, float]:
    """What the best sentences say of whether the plans answer: named numbers, for the fit too."""
    best = ranked[0]
    asked = reader.request.asked
    pool = ranked[:POOL]
    whole = reader.around(best)
    fitting = [c.features["topic"] for c in pool if c.fit >= 0.5]
    topic = max(c.features["topic"] for c in pool)
    third = ranked[min(LINES, len(ranked) - 1)]
    checked = float(asked.type.is_checked)
    return {
        "score": best.score,
        "margin": best.score - third.score,
        "raw": best.features["raw"],
        "topic": best.features["topic"],
        "around": reader.terms.topic_share(whole.terms),
        "missing": reader.missing(whole.text),
        "absent": reader.missing("\n".join(c.text for c in ranked)),
        "cosine": 10 * (best.hit.cosine - 0.85),
        "nearest": 10 * (max(c.hit.cosine for c in ranked) - 0.85),
        "checked": checked,
        "fit": checked * best.fit,
        "fit_topic": checked * max(fitting, default=0.0),
        "gap": checked * (topic - max(fitting, default=0.0)),
        "clause": checked * reader.clause_share(best),
        "tense": best.features["tense"],
        "year": best.features["year"],
        "own_words": float(bool(reader.terms.words)),
    }


def _lines(ranked: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The best sentence, and up to two others while the first is not sure to be the right one."""
    shown = [ranked[0]]
    for candidate in ranked[1:]:
        if len(shown) == LINES or ranked[0].score - candidate.score > WEIGHTS.limits["margin"]:
            break
        if not candidate.is_heading and not any(_repeats(candidate, c) for c in shown):
            shown.append(candidate)
    return tuple(shown)


def _repeats(one: Candidate, other: Candidate) -> bool:
    return one.text in other.text or other.text in one.text
