"""A question in its conversation -> its answer: a follow-up stays with the section cited last.

After 2024三（四）, 谁去回访 is asked of that section, and 谁牵头 is answered with what it says or
with the word that it does not say it; 农村要占几只 is asked of the section that spoke of all.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.answering.extraction import extract
from bot.answering.features import Reader
from bot.answering.routing import answer
from bot.grounding.injection import is_order
from bot.messages import Answer, Statement, Status
from bot.understanding.request import Intent, Request, content_words
from bot.wording import answers as wording
from knowledge.library import Library
from knowledge.plan import Citation


def answer_turn(request: Request, last: Citation | None, library: Library) -> Answer:
    """Answer a request of a conversation in which `last` was cited last: its section and its plan
    are preferred, as far as `weights.toml` says.
    """
    may_stay = request.intent is Intent.ANSWER and not request.is_scoped
    if last is None or not may_stay or last.record not in request.plans or not request.context:
        return answer(request, library)
    staying = replace(request, stays=(last.record.id, last.section.key))
    if request.after is Intent.SECTION and (found := _of_section(staying, last, library)):
        return found
    return answer(staying, library)


def _of_section(request: Request, last: Citation, library: Library) -> Answer | None:
    """Answer from the section that was looked up, its heading being what is asked about; None where
    it says nothing of what the question names itself.
    """
    section = last.section
    own_words = "".join(request.content)
    if 2 * sum(char in section.whole_text for char in own_words) < len(own_words):
        return None
    about = content_words(section.heading)
    asked = replace(request, context=about, plain=(*about, *request.plain))
    hits = library.search(asked.search_text, [last.record], request.readable)
    own = [h for h in hits if h.section.key == section.key or h.section.is_below(section)]
    found = extract(Reader(asked, library), own)
    return found.answer if found.decision.is_answered or not request.content else None


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
