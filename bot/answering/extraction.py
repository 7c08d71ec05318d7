"""Evidence -> an answer made of the plan's own sentences: the fewest that answer, each with its
section.

Not covered: putting several sentences into one; what a plan means but does not say.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.answering.quotation import sentences_of, whole_list, whole_sentence
from bot.answering.ranking import Candidate, candidates, fits
from bot.grounding.injection import is_order
from bot.messages import Answer, Statement, Status
from bot.targets.rows import TargetRow
from bot.understanding.answer_type import Wants
from bot.understanding.premises import Premise, read_premise
from bot.understanding.request import Request
from bot.understanding.word_weights import Weights
from bot.wording import answers as wording
from knowledge.library import Hit
from knowledge.plan import Citation

REDACTED = re.compile("×")
LISTS = re.compile(
    "哪些|哪几|几[件项大个]{1,2}(?:方面)?(?:是|有|都|包括)|包括(?:什么|啥)|(?:都|分别)(?:是|有)(?:什么|啥)"
)
HOW = re.compile("怎|咋|如何|多少|谁|几")

ANSWER_SCORE = 0.42  # below it nothing in the plans answers
NEAR_COVERAGE = 0.15  # of the question's words: a sentence on the subject
# a figure of another subject covers less than this share of what the subject's sentence covers
FIGURE_COVERAGE = 0.5
NO_WORDS, FEW_WORDS = 0.02, 0.3  # of the question's words: below them the plans do not speak of it
FAR_FIGURE_COSINE = 0.875  # of a figure whose section prints no word of the question
FAR_COSINE = 0.865  # answerable questions rarely come below; unrelated texts still reach 0.85
COMPANION = 0.8  # of the best sentence's rank that the next ones must have
SENTENCES = {Wants.TEXT: 3, Wants.NUMBER: 2, Wants.DATE: 2, Wants.WHO: 2}
SHORT_CHARS = 80  # of a text: the sentence behind it is quoted as well
QUOTE_CHARS = 150  # a longer sentence is quoted around what answers


@dataclass(frozen=True, slots=True)
class Extract:
    """An answer and the share of the question that its best sentence covers, 0 without one; `near`
    is the share that the sentence quoted instead covers.
    """

    answer: Answer
    strength: float
    near: float = 0.0


def extract(
    request: Request, hits: Sequence[Hit], weights: Weights, register: Sequence[TargetRow] = ()
) -> Extract:
    """Return the sentences that answer, or what is nearest when none does."""
    found = candidates(request, hits, weights, register)
    if not found or found[0].score < ANSWER_SCORE or _is_foreign(request, found):
        return Extract(Answer(Status.NOT_FOUND, ()), 0.0)
    if request.wants is not Wants.TEXT and (near := _figure_is_missing(request, found, weights)):
        lead = Statement(wording.NO_FIGURE.format(what=missing(request)))
        nearest = Answer(Status.NOT_FOUND, (lead, quote(near, near.text)))
        return Extract(nearest, 0.0, near.coverage)
    chosen = _choose(request, found)
    if all(c.is_heading for c in chosen) and HOW.search(request.question):
        return _only_named(request, found, chosen[0])
    statements = tuple(quote(c, _shown(request, c, weights)) for c in chosen)
    statements += tuple(_going_on(request, chosen))
    statements = tuple(dict.fromkeys(statements))
    if _is_redacted(request, chosen[0]):
        statements = (Statement(wording.REDACTED), *statements)
    elif said := _judged(read_premise(request.question), chosen):
        statements = (Statement(said), *statements)
    return Extract(Answer(Status.ANSWERED, statements), chosen[0].coverage)


def _is_foreign(request: Request, found: Sequence[Candidate]) -> bool:
    """Say whether nothing the question speaks of stands in the plans, in these words or others."""
    if request.context:
        return False
    covered = max(c.coverage for c in found)
    near = max(c.hit.cosine for c in found)
    return covered < NO_WORDS or (covered < FEW_WORDS and near < FAR_COSINE)


def missing(request: Request) -> str:
    """Return what is asked for, as it is said to be missing."""
    if request.wants is Wants.DATE:
        return wording.A_DATE
    if request.wants is Wants.WHO:
        return wording.IN_CHARGE
    if request.wants is Wants.TEXT:
        return wording.A_POINT
    return wording.FIGURE_OF.get(request.unit or "", wording.FIGURE)


def _judged(premise: Premise | None, chosen: Sequence[Candidate]) -> str:
    """Say whether the sentences print what the question wants confirmed, "" where it is open."""
    verdict = premise and premise.judge("".join(c.text for c in chosen))
    if premise is None or verdict is None:
        return ""
    said = wording.RIGHT_PREMISE if verdict else wording.WRONG_PREMISE
    return said.format(premise=premise.said)


def _only_named(request: Request, found: Sequence[Candidate], heading: Candidate) -> Extract:
    """Say that a subject has a heading, and nothing on what is asked of it: 怎么罚款."""
    lead = Statement(wording.NO_FIGURE.format(what=missing(request)))
    nearest = Answer(Status.NOT_FOUND, (lead, quote(heading, heading.text)))
    return Extract(nearest, 0.0, heading.coverage)


def _shown(request: Request, candidate: Candidate, weights: Weights) -> str:
    """Return what is quoted for a sentence: the whole list where a list is asked for."""
    whole = candidate.hit.section.whole_text
    if request.wants is Wants.TEXT and LISTS.search(request.question):
        listed = whole_list(candidate.text, whole)
        if listed != candidate.text:
            return listed
    return shorten(request, whole_sentence(candidate.text, whole), weights)


def _going_on(request: Request, chosen: Sequence[Candidate]) -> Iterator[Statement]:
    """Yield the sentence behind a short text that answers: how it is done often stands there."""
    if request.wants is not Wants.TEXT or sum(len(c.text) for c in chosen) > SHORT_CHARS:
        return
    last = chosen[-1]
    sentences = sentences_of(last.hit.section.text)
    at = next((i for i, s in enumerate(sentences) if last.text in s), None)
    after = sentences[at + 1].strip() if at is not None and at + 1 < len(sentences) else ""
    if after and len(after) <= QUOTE_CHARS and not is_order(after):
        yield quote(last, after)


def _is_redacted(request: Request, best: Candidate) -> bool:
    """Say whether the figure that is asked for was taken out of the plan."""
    return (
        request.wants is Wants.NUMBER
        and bool(REDACTED.search(best.text))
        and not re.search(r"\d", best.text)
    )


def quote(candidate: Candidate, text: str) -> Statement:
    """Return a sentence of a plan as a statement that cites its section."""
    pieces = [piece for piece in text.split(wording.CUT) if piece]
    cited = (Citation(candidate.hit.record, candidate.hit.section, piece) for piece in pieces)
    return Statement(text, tuple(cited))


def shorten(request: Request, sentence: str, weights: Weights) -> str:
    """Return a sentence, or of a long one the clauses around the best, never cut inside a
    figure.
    """
    if len(sentence) <= QUOTE_CHARS:
        return sentence
    clauses = [c for c in re.split(r"(?<=[，,、；;])(?!\d)", sentence) if c]
    if len(clauses) < 3:
        return sentence
    worth = [weights.coverage(c) + 0.2 * fits(request, c) for c in clauses]
    first = last = max(range(len(clauses)), key=worth.__getitem__)
    while sum(map(len, clauses[first : last + 1])) < QUOTE_CHARS * 0.6:
        grow_left = first > 0 and (last + 1 == len(clauses) or worth[first - 1] >= worth[last + 1])
        first, last = (first - 1, last) if grow_left else (first, min(last + 1, len(clauses) - 1))
        if first == 0 and last == len(clauses) - 1:
            return sentence
    text = "".join(clauses[first : last + 1]).strip("，,、；;")
    return wording.CUT * (first > 0) + text + wording.CUT * (last < len(clauses) - 1)


def _figure_is_missing(
    request: Request, found: Sequence[Candidate], weights: Weights
) -> Candidate | None:
    """Return the sentence on the subject when what is asked for stands only in sentences on other
    subjects.
    """
    nearest = max(found, key=lambda c: (c.coverage, c.score))
    fitting = [c for c in found if c.fit]
    if request.wants is Wants.WHO and any(_same_section(c, nearest) for c in fitting):
        return None  # a note says it of the whole section
    if fitting and not request.context and _is_off(request, fitting[0], weights):
        return nearest
    texts = [c.text + c.hit.section.heading for c in found]
    if not fitting or (not request.context and weights.lacks_concept(texts)):
        return nearest
    best = max(c.coverage + 0.2 * c.hit.score for c in fitting)
    on_subject = nearest.coverage + 0.2 * nearest.hit.score
    if nearest.fit or nearest.coverage < NEAR_COVERAGE or best >= FIGURE_COVERAGE * on_subject:
        return None
    return nearest


def _same_section(one: Candidate, other: Candidate) -> bool:
    return (one.hit.record, one.hit.section.key) == (other.hit.record, other.hit.section.key)


def _is_off(request: Request, best: Candidate, weights: Weights) -> bool:
    """Say whether the best figure is of another subject: its section prints no word of it."""
    section = best.hit.section
    text = f"{section.heading}\n{section.whole_text}"
    if weights.lacks_subject(request.question, text, best.coverage):
        return True
    is_far = best.hit.cosine < FAR_FIGURE_COSINE
    return is_far and best.coverage < NO_WORDS and not weights.coverage(text)


def _choose(request: Request, found: Sequence[Candidate]) -> list[Candidate]:
    """Return the best sentence and those of its section that are nearly as good, as they are
    printed.
    """
    pool = [c for c in found if c.fit] if request.wants is not Wants.TEXT else list(found)
    best = pool[0]
    same = [
        c
        for c in pool
        if c.hit.section.key == best.hit.section.key and c.hit.record == best.hit.record
    ]
    chosen = [
        c
        for c in same
        if c.score >= COMPANION * best.score and not (c.is_heading and c is not best)
    ]
    chosen = chosen[: SENTENCES[request.wants]]
    if request.wants is Wants.NUMBER:
        return chosen
    whole = best.hit.section.whole_text
    return sorted(chosen, key=lambda c: whole.find(c.text))
