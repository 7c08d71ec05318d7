"""What is known of a sentence that may answer: named numbers that `weights.toml` weighs.

Each feature lies between 0 and 1 or between -1 and 1, so that the weights can be compared.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from weakref import WeakKeyDictionary

from bot.answering.answer_fit import fits, says_by_whom
from bot.answering.quotation import leaning_joined, sentences_of
from bot.answering.weights import WEIGHTS
from bot.grounding.injection import is_order
from bot.understanding.answer_type import AnswerType
from bot.understanding.lexicon import has_cue
from bot.understanding.plans_named import names_of, regions
from bot.understanding.request import Request
from bot.understanding.word_weights import Terms, terms_of
from knowledge.library import Hit, Library
from knowledge.names.places import find_places, lies_in, same_place
from knowledge.plan import PlanRecord
from knowledge.quantity import Kind, Quantity, read_quantities
from knowledge.structure.tense import reporting_sections
from knowledge.targets.responsible import Note, find_offices
from knowledge.tiers import in_tier, read_tiers
from knowledge.time import read_times

THIS_YEAR = "今年"
BY_NOTE = 0.8  # of a sentence whose offices a note behind it names
HOLDS = 0.5  # from this fit on a sentence holds what is asked for
OTHER_TIME = 0.4  # of its fit that a sentence of another time keeps
SHORT_CHARS = 15  # a heading or a stump
KEPT_TEXTS = 20_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a plan that may answer, with its features and the score made of them."""

    hit: Hit
    text: str
    features: Mapping[str, float] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """The weighted sum of the features."""
        return sum(WEIGHTS.rank.get(name, 0.0) * value for name, value in self.features.items())

    @property
    def fit(self) -> float:
        """How far the sentence holds the kind of thing that is asked for."""
        return self.features["fit"]

    @property
    def is_heading(self) -> bool:
        """True if the sentence is its section's heading."""
        section = self.hit.section
        return bool(section.heading) and self.text in (
            section.heading,
            section.heading + section.stop,
        )

    @property
    def only_names(self) -> bool:
        """True for a heading that holds nothing of what is asked for, and for a signature."""
        said = self.hit.record.metadata
        return self.is_heading and self.fit < HOLDS or self.text in (said.issuer, said.title)


@dataclass(frozen=True, slots=True)
class Around:
    """The text around a sentence and its terms."""

    text: str
    terms: frozenset[str]


class Reader:
    """Reads the features of sentences for one question."""

    def __init__(self, request: Request, library: Library) -> None:
        self.request, self.library = request, library
        self.terms = Terms(request, library)
        found = read_quantities(request.question)
        self.quantities = tuple(q for q in found if q.kind is Kind.NUMBER and _has_tiers(q))
        own = regions(request.readable)
        compares = len(request.groups) > 1 or has_cue(request.question, "confirm")
        self.places = tuple(  # that no plan is of
            p
            for p in find_places(request.question, own)
            if (p.sure or p.placed) and not compares and not any(same_place(p.name, o) for o in own)
        )

    def candidates(self, hits: Sequence[Hit]) -> list[Candidate]:
        """The sentences of the hits that say something, best first, each once."""
        found: dict[tuple[str, object, str], Candidate] = {}
        for hit in hits:
            for text in sentences(hit.text):
                key = (hit.record.id, hit.section.key, text)
                if key not in found:
                    found[key] = Candidate(hit, text, self.features(hit, text))
        saying = (c for c in found.values() if not c.only_names)
        return sorted(saying, key=lambda c: -c.score)

    def features(self, hit: Hit, text: str) -> dict[str, float]:
        """The features of one sentence of a hit."""
        section = hit.section
        own = terms_of(f"{text}\n{section.heading}")
        covered = self.terms.covered(own, f"{text}\n{section.heading}")
        year, tense = self._year(hit, text), self._tense(hit, text)
        is_heading = bool(section.heading) and text in (
            section.heading,
            section.heading + section.stop,
        )
        return {
            "fused": hit.score,
            "raw": covered.raw,
            "topic": covered.topic,
            "name": self.request.told.get(hit.record.id, 0.0),
            "fit": self._fit(hit, text, year, tense),
            "heading": float(is_heading),
            "short": float(len(text) < SHORT_CHARS),
            "preamble": float(not section.path),
            "year": year,
            "tense": tense,
            "tier": self._tier(text),
            "stays": float(self._stays(hit)),
            "same_plan": float(bool(self.request.stays and self.request.stays[0] == hit.record.id)),
        }

    def around(self, candidate: Candidate) -> "Around":
        """What stands around a sentence: its section, the headings above, its plan's names."""
        hit = candidate.hit
        above = [
            s.heading for s in self.library.plan(hit.record).sections if hit.section.is_below(s)
        ]
        text = "\n".join([*names_of(hit.record), *above, hit.section.whole_text])
        return Around(text, terms_of(text))

    def missing(self, text: str) -> float:
        """The share of the topic's words that a text does not say, 0 to 1."""
        words = self.terms.words
        return sum(not self.terms.says(text, w) for w in words) / len(words) if words else 0.0

    def clause_share(self, candidate: Candidate) -> float:
        """How much of the topic the clause says that holds what is asked for, at best."""
        clauses = clauses_of(candidate.text)
        holding = [c for c in clauses if fits(self.request.asked, c) >= HOLDS]
        heading = terms_of(candidate.hit.section.heading)
        return max((self.terms.topic_share(terms_of(c) | heading) for c in holding), default=0.0)

    def _fit(self, hit: Hit, text: str, year: float, tense: float) -> float:
        """How far the sentence holds what is asked for: what is reported for what is promised, or
        another year's figure, hardly does.
        """
        share = OTHER_TIME if tense < 0 or year < -OTHER_TIME else 1.0
        own = fits(self.request.asked, text)
        if not own and self.request.asked.type is AnswerType.WHO:
            is_said = note_of(hit, text) or says_by_whom(text, self.request.question)
            own = BY_NOTE if is_said else 0.0
        return share * own

    def _tier(self, text: str) -> float:
        """1 if a quantity of the question falls into a tier of the sentence, -1 into none of it."""
        tiers = read_tiers(text) if self.quantities else ()
        if not tiers:
            return 0.0
        return 1.0 if any(in_tier(q, t) for q in self.quantities for t in tiers) else -1.0

    def lacks_place(self, candidate: Candidate) -> bool:
        """True if the question names a place that neither the plan is of nor the section prints."""
        own = candidate.hit.record.metadata.region or ""
        around = self.around(candidate).text
        return any(
            p.said not in around and not (own and (same_place(own, p.name) or lies_in(own, p.name)))
            for p in self.places
        )

    def _stays(self, hit: Hit) -> bool:
        """True if a follow-up goes on in this section: 农村的呢 does, 公墓呢 leaves it."""
        return self.request.stays == (hit.record.id, hit.section.key)

    def _year(self, hit: Hit, text: str) -> float:
        """1 if the sentence or a heading prints a year asked for, -1 if it prints others alone."""
        year = hit.record.metadata.year
        asked = {*self.request.years, *self.request.printed_years}
        if year and THIS_YEAR in self.request.question:
            asked.add(year)
        if not asked:
            return 0.0
        own = years_of(text) or self._years_above(hit)
        if own:
            return 1.0 if own & asked else -1.0
        return 0.0 if year in asked else -0.5

    def _years_above(self, hit: Hit) -> frozenset[int]:
        """The years that the section's heading prints, else the nearest heading above it."""
        above = [s for s in self.library.plan(hit.record).sections if hit.section.is_below(s)]
        headings = [hit.section.heading, *(s.heading for s in reversed(above))]
        return next((years for h in headings if (years := years_of(h))), frozenset())

    def _tense(self, hit: Hit, text: str) -> float:
        """1 if what is asked for is reported and the sentence reports, or both look ahead."""
        asks = self.request.tense
        if not asks:
            return 0.0
        is_past = hit.section.key in self._reporting(hit.record)
        return 1.0 if is_past == (asks < 0) else -1.0

    def _reporting(self, record: PlanRecord) -> frozenset[object]:
        """The sections of a plan that tell what was done."""
        return reporting(self.library, record)


_reporting: WeakKeyDictionary[Library, dict[tuple[str, int], frozenset[object]]] = (
    WeakKeyDictionary()
)


def reporting(library: Library, record: PlanRecord) -> frozenset[object]:
    """The keys of a plan's sections that tell what was done; versions never change."""
    kept = _reporting.setdefault(library, {})
    key = (record.id, record.version)
    if key not in kept:
        plan = library.plan(record)
        marks = zip(plan.all_sections(), reporting_sections(plan), strict=True)
        kept[key] = frozenset(s.key for s, reports in marks if reports)
    return kept[key]


def _has_tiers(quantity: Quantity) -> bool:
    """True for what tiers are made of: money and sizes, not durations."""
    return bool(quantity.unit and quantity.unit.name not in ("年", "个月", "天", "小时"))


@lru_cache(maxsize=5_000)
def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a passage that may answer; the same ones are read again and again."""
    found = (s.strip() for s in leaning_joined(sentences_of(text)))
    return tuple(s for s in found if len(s) > 3 and not is_order(s))


def note_of(hit: Hit, sentence: str) -> str:
    """The note of a section that says which offices answer for a sentence, "" where none does."""
    whole = hit.section.whole_text
    at = whole.find(sentence)
    notes = offices_noted(whole)
    return next((n.text for n in notes if n.start <= at < n.end), "") if at >= 0 else ""


@lru_cache(maxsize=5_000)
def offices_noted(text: str) -> tuple[Note, ...]:
    """The notes of a section on who answers for what."""
    return tuple(find_offices(text))


@lru_cache(maxsize=5_000)
def clauses_of(sentence: str) -> tuple[str, ...]:
    """The clauses of a sentence, cut at commas and semicolons."""
    return tuple(c for c in re.split(r"(?<=[，,；;。])(?!\d)", sentence) if c)


@lru_cache(maxsize=KEPT_TEXTS)
def years_of(text: str) -> frozenset[int]:
    """The years that a text prints, all of a period."""
    return frozenset(year for time in read_times(text) for year in time.years)
