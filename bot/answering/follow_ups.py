"""A question in its conversation -> its answer: a follow-up stays with the section cited last.

After 2024三（四）, 谁去回访 is asked of that section, and 谁牵头 is answered with what it says or
with the word that it does not say it; 农村要占几只 is asked of the section that spoke of all.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.answering.extraction import Extract, extract, missing, quote
from bot.answering.ranking import candidates
from bot.answering.routing import answer, search_best, search_in
from bot.grounding.injection import is_order
from bot.messages import Answer, Statement, Status
from bot.understanding.answer_type import Wants
from bot.understanding.request import Intent, Request
from bot.understanding.word_weights import Weights
from bot.wording import answers as wording
from knowledge.library import Hit, Library
from knowledge.plan import Citation

SECTION_COVERAGE = 0.3  # of a follow-up's own words that the section shown last must hold
STAY_LEAD = 0.1  # of the words: less than this more elsewhere is no reason to leave the plan


def answer_turn(request: Request, last: Citation | None, library: Library) -> Answer:
    """Answer a request of a conversation in which `last` was cited last."""
    may_stay = request.intent is Intent.ANSWER and not request.is_scoped
    if last is None or not may_stay or last.record not in request.plans:
        return answer(request, library)
    staying = replace(
        request,
        groups=((last.record,),),
        stays=(last.record.id, last.section.key) if request.context else None,
    )
    if request.after is Intent.SECTION and (found := _within(staying, last, library)):
        return found
    near = search_in(staying, (last.record,), library)
    best = search_best(request, library)
    return near.answer if _stays(request, near, best, last) else best.answer


def _stays(request: Request, near: Extract, best: Extract, last: Citation) -> bool:
    """Say whether the answer of the last plan is to be given rather than the best of all."""
    if near.answer.status is not Status.ANSWERED:
        return False
    if best.answer.status is not Status.ANSWERED or request.plans == (last.record,):
        return True
    if request.context:
        return near.strength >= best.strength - STAY_LEAD
    section = next((c.section for s in near.answer.statements for c in s.citations), None)
    return section == last.section and near.strength >= best.strength


def _within(request: Request, last: Citation, library: Library) -> Answer | None:
    """Answer from the section shown last; None where the question speaks of something else."""
    sections = library.plan(last.record).all_sections()
    below = [s for s in sections if s.key == last.section.key or s.is_below(last.section)]
    hits = [Hit("", last.record, s, s.whole_text, 1.0, 0.0, 1.0) for s in below]
    weights = Weights(library, request)
    if weights.is_empty:
        return _asked_of(request, hits, weights)
    found = extract(request, hits, weights)
    is_answer = found.answer.status is Status.ANSWERED and found.strength >= SECTION_COVERAGE
    return found.answer if is_answer else None


def _asked_of(request: Request, hits: Sequence[Hit], weights: Weights) -> Answer | None:
    """Answer 谁牵头 and 坏了怎么办, which hardly name anything, from these sections alone."""
    found = [c for c in candidates(request, hits, weights) if not c.is_heading]
    if request.wants is Wants.TEXT:
        said = [c for c in found if any(word in c.text for word in request.content)][:1]
        return Answer(Status.ANSWERED, tuple(quote(c, c.text) for c in said)) if said else None
    fitting = [c for c in found if c.fit][:2]
    if fitting:
        return Answer(Status.ANSWERED, tuple(quote(c, c.text) for c in fitting))
    lead = Statement(wording.NO_FIGURE.format(what=missing(request)))
    return Answer(Status.NOT_FOUND, (lead, *(quote(c, c.text) for c in found[:1])))


def join_answers(answers: Sequence[tuple[str, Answer]]) -> Answer:
    """Return one answer to several questions: each question above its own, or, where one section
    answers them all, its sentences once.
    """
    found = [answer for _, answer in answers]
    cited = {(c.record, c.section) for a in found for s in a.statements for c in s.citations}
    is_answered = [a.status is Status.ANSWERED for a in found]
    statements: list[Statement] = []
    for question, one in answers:
        if len(cited) > 1 or not all(is_answered):
            said = wording.CUT if is_order(question) else question
            statements.append(Statement(wording.EACH.format(question=said)))
        statements += [s for s in one.statements if s not in statements or not s.citations]
    status = Status.ANSWERED if any(is_answered) else found[0].status
    targets = tuple(dict.fromkeys(t for a in found for t in a.targets))
    return Answer(status, tuple(statements), targets=targets)
