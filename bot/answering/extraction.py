"""Passages -> an answer made of the plan's own sentences, each with its section: at most three
lines, the best first, or the word that nothing answers with what is nearest.

Not covered: putting several sentences into one; what a plan means but does not say.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.answering.answer_fit import fits
from bot.answering.decide import Decision, Verdict, decide
from bot.answering.features import Candidate, Reader, clauses_of, note_of
from bot.answering.premises import judge
from bot.answering.quotation import whole_list, whole_sentence
from bot.messages import Answer, Statement, Status
from bot.understanding.answer_type import AnswerType, Asked
from bot.understanding.word_weights import terms_of
from bot.wording import answers as wording
from knowledge.library import Hit
from knowledge.plan import Citation

REDACTED = re.compile("×")
QUOTE_CHARS = 150  # a longer sentence is quoted around what answers
LIST_CHARS = 500  # a longer list is left to 原文
LISTED = (AnswerType.LIST, AnswerType.CONDITION)


@dataclass(frozen=True, slots=True)
class Extract:
    """An answer, and the decision that it was made of."""

    answer: Answer
    decision: Decision

    @property
    def topic(self) -> float:
        """The share of the topic that the best sentence says."""
        return (self.decision.because or {}).get("topic", 0.0)

    @property
    def strength(self) -> float:
        """The log-odds that the plans answer the question."""
        return self.decision.certainty


def extract(reader: Reader, hits: Sequence[Hit]) -> Extract:
    """The sentences that answer, or what is nearest when none does."""
    decision = decide(reader, reader.candidates(hits))
    match decision.verdict:
        case Verdict.NOT_FOUND:
            return Extract(Answer(Status.NOT_FOUND, ()), decision)
        case Verdict.NEAR:
            nearest = decision.lines[0]
            lead = Statement(wording.NO_FIGURE.format(what=missing(reader.request.asked)))
            near = quote(nearest, shorten(reader, nearest.text))
            return Extract(Answer(Status.NOT_FOUND, (lead, near)), decision)
    statements = tuple(dict.fromkeys(_statements(reader, decision)))
    return Extract(Answer(Status.ANSWERED, statements), decision)


def _statements(reader: Reader, decision: Decision) -> Iterator[Statement]:
    lines = decision.lines
    if _is_redacted(reader.request.asked, lines[0]):
        yield Statement(wording.REDACTED)
    elif judged := judge(reader, lines):
        template = wording.RIGHT_PREMISE if judged.is_right else wording.WRONG_PREMISE
        said = template.format(premise=judged.claimed, printed=judged.printed)
        yield Statement(said)
        lines = (judged.candidate, *(c for c in lines if c is not judged.candidate))
    for candidate in lines:
        yield quote(candidate, _shown(reader, candidate))
        note = note_of(candidate.hit, candidate.text)
        if reader.request.asked.type is AnswerType.WHO and note and note not in candidate.text:
            yield quote(candidate, note)


def missing(asked: Asked) -> str:
    """What is asked for, as it is said to be missing."""
    if asked.type is AnswerType.DATE:
        return wording.A_DATE
    if asked.type is AnswerType.WHO:
        return wording.IN_CHARGE
    if not asked.type.is_checked:
        return wording.A_POINT
    return wording.FIGURE_OF.get(asked.unit or "", wording.FIGURE)


def _shown(reader: Reader, candidate: Candidate) -> str:
    """What is quoted for a sentence: the whole list where a list is asked for."""
    whole = candidate.hit.section.whole_text
    if reader.request.asked.type in LISTED:
        listed = whole_list(candidate.text, whole)
        if listed != candidate.text and len(listed) <= LIST_CHARS:
            return listed
    return shorten(reader, whole_sentence(candidate.text, whole))


def _is_redacted(asked: Asked, best: Candidate) -> bool:
    """True if the figure that is asked for was taken out of the plan."""
    hidden = REDACTED.search(best.text) and not re.search(r"\d", best.text)
    return asked.type.is_number and bool(hidden)


def quote(candidate: Candidate, text: str) -> Statement:
    """A sentence of a plan as a statement that cites its section."""
    pieces = [piece for piece in text.split(wording.CUT) if piece]
    cited = (Citation(candidate.hit.record, candidate.hit.section, piece) for piece in pieces)
    return Statement(text, tuple(cited))


def shorten(reader: Reader, sentence: str) -> str:
    """A sentence, or of a long one the clauses around the best, never cut inside a figure."""
    if len(sentence) <= QUOTE_CHARS:
        return sentence
    clauses = clauses_of(sentence)
    if len(clauses) < 3:
        return sentence
    asked, terms = reader.request.asked, reader.terms
    worth = [terms.covered(terms_of(c), c).topic + 0.2 * fits(asked, c) for c in clauses]
    first = last = max(range(len(clauses)), key=worth.__getitem__)
    while sum(map(len, clauses[first : last + 1])) < QUOTE_CHARS * 0.6:
        grow_left = first > 0 and (last + 1 == len(clauses) or worth[first - 1] >= worth[last + 1])
        first, last = (first - 1, last) if grow_left else (first, min(last + 1, len(clauses) - 1))
        if first == 0 and last == len(clauses) - 1:
            return sentence
    text = "".join(clauses[first : last + 1]).strip("，,、；;")
    return wording.CUT * (first > 0) + text + wording.CUT * (last < len(clauses) - 1)
