"""A question in, a checked reply out: understand, answer in the plan's own words, let a model
word it, check, render.
"""

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from bot import wording
from bot.answering import answer, answer_move, find
from bot.budget import Budget, Period
from bot.citations import unsupported, without_orders
from bot.conversation import Conversation
from bot.messages import Answer, Message, Reply, Statement, Status
from bot.model import ChatModel
from bot.navigation import read_move
from bot.openings import open_summary, wants_opening
from bot.questions import split_questions
from bot.quoting import recall
from bot.registers import Counted, describe, read_page
from bot.rendering import render, render_sources
from bot.scope import find_scope, simplify
from bot.spelling import Spelling
from bot.turns import answer_turn, join_answers
from bot.understanding import CLEAR, USE, Intent, Request, understand
from bot.writing import write
from knowledge.errors import AmbiguousPlan, UnknownPlan
from knowledge.library import Hit, Library
from knowledge.plan import PlanRecord, Role

QUESTION_CHARS = 1000
KEPT_SPELLINGS = 4  # one for each role, and a plan asked for alone
MODEL_ANSWERS_A_DAY = 200  # for one person
ALL_PLANS = re.compile("^(?:全部|所有|不限|都看|all|)(?:文件|要点)?$", re.I)
LISTED = (Intent.TARGETS, Intent.COMPARE, Intent.SUMMARY)
WRITTEN_BY_MODEL = (Intent.ANSWER, Intent.SUMMARY, Intent.COMPARE)
HITS_OF_EACH = 4  # that a model reads for each of several questions
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply in the plan's own words, with what a model needs to put it into its own."""

    reply: Reply
    question: str = ""
    request: Request | None = None
    answer: Answer | None = None
    hits: tuple[Hit, ...] = ()


class Dialogue:
    """Answers questions from one library; with a model in its words, else in the plan's own."""

    def __init__(
        self,
        library: Library,
        model: ChatModel | None = None,
        model_answers_a_day: int = MODEL_ANSWERS_A_DAY,
    ) -> None:
        self._library = library
        self._model = model
        self._budget = Budget(library.database, "model", {Period.DAY: model_answers_a_day})
        self._spellings: dict[tuple[tuple[str, int], ...], Spelling] = {}

    async def answer(
        self, message: Message, reader: Role, conversation: Conversation
    ) -> AsyncIterator[Reply]:
        """Yield the reply as it is written, the last one whole, and remember the question."""
        start = time.perf_counter()
        draft = await asyncio.to_thread(self._draft, message, reader, conversation)
        drafted = time.perf_counter()
        reply = draft.reply
        async for reply in self._written(message, draft):
            written = (("plan", drafted - start), ("model", time.perf_counter() - drafted))
            yield replace(reply, stages=written if draft.hits else written[:1])
        if draft.question:
            conversation.remember(draft.question, reply.citations)

    async def _written(self, message: Message, draft: Draft) -> AsyncIterator[Reply]:
        """Yield the reply in the model's words as they come, or at once in the plan's own."""
        reply, request = draft.reply, draft.request
        if self._model and request and draft.answer and draft.hits:
            if await asyncio.to_thread(self._may_write, message):
                async for found in self._in_words(request, draft.answer, draft.hits, self._model):
                    reply = self._check(request, found, request.plans)
                    yield replace(reply, final=False)
            else:
                reply = replace(reply, text=f"{reply.text}\n{wording.BUDGET_SPENT}")
        yield reply

    def _in_words(
        self, request: Request, found: Answer, hits: Sequence[Hit], model: ChatModel
    ) -> AsyncIterator[Answer]:
        """Let the model write: sentences above a summary, which stays whole, or the answer."""
        if wants_opening(request, found):
            return open_summary(request, found, self._library, model)
        return write(request, hits, found, model)

    def _may_write(self, message: Message) -> bool:
        """Take an answer from the person's budget; commands of who runs the machine have none."""
        return not message.is_kept or self._budget.spend(message.user) is None

    def _draft(self, message: Message, role: Role, conversation: Conversation) -> Draft:
        """Understand and answer in the plan's own words; runs in a thread of its own."""
        question, today = message.text.strip(), message.today or date.today()
        records = tuple(filter(message.allows, self._library.records(role)))
        if (problem := _unfit(question, records)) is not None:
            return Draft(problem)
        if message.plan:
            try:
                records = (self._library.find(message.plan, role),)
            except UnknownPlan:
                unknown = wording.UNKNOWN_PLAN.format(plan=message.plan)
                return Draft(_not_found(unknown, records))
            except AmbiguousPlan as exc:
                return Draft(Reply(str(exc), Status.CLARIFY))
        if message.quoted:
            recall(message.quoted.strip(), conversation, records, self._library)
        if CLEAR.match(question.lower()):
            conversation.clear()
            return Draft(Reply(wording.CLEARED, Status.INFO))
        if use := USE.match(question):
            return Draft(_use(use["command"] or use["words"] or "", records, conversation))
        corrected = self._spelling(records).correct(simplify(question))
        questions = split_questions(corrected)
        if len(questions) > 1:
            draft = self._draft_of_each(questions, records, conversation, today)
        else:
            draft = self._draft_of(corrected, records, conversation, today)
        return replace(draft, question=corrected)

    def _draft_of_each(
        self,
        questions: Sequence[str],
        records: Sequence[PlanRecord],
        conversation: Conversation,
        today: date,
    ) -> Draft:
        """Answer every question of one message, in order; each goes on from those before."""
        turns, drafts = replace(conversation), list[Draft]()
        for question in questions:
            before = drafts[-1].request if drafts else None
            scope = find_scope(simplify(question), records, today)
            if before and before.plans and not scope.named and not scope.years:
                turns.scope = tuple(record.id for record in before.plans)
            draft = self._draft_of(question, records, turns, today)
            turns.remember(question, draft.reply.citations)
            drafts.append(draft)
        request = understand("".join(questions), conversation.questions, records, today)
        found = join_answers([(q, _answer_of(d)) for q, d in zip(questions, drafts, strict=True)])
        hits = tuple(dict.fromkeys(hit for draft in drafts for hit in draft.hits[:HITS_OF_EACH]))
        return Draft(self._check(request, found, records), "", request, found, hits)

    def _draft_of(
        self,
        question: str,
        records: Sequence[PlanRecord],
        conversation: Conversation,
        today: date,
    ) -> Draft:
        last, move = conversation.last, read_move(question)
        request = understand(question, conversation.questions, records, today)
        if conversation.scope and not request.named:
            records = [r for r in records if r.id in conversation.scope] or records
            request = understand(question, conversation.questions, records, today)
        questions, page = conversation.listed
        if questions and (to := read_page(question, page)):
            request = replace(understand(questions[-1], questions[:-1], records, today), page=to)
        else:
            questions = (*conversation.questions, question)
        if move and last and last.record in records:
            return Draft(self._check(request, answer_move(move, last, self._library), records))
        match request.intent:
            case Intent.HELP:
                return Draft(Reply(_help(records), Status.INFO, intent=Intent.HELP))
            case Intent.PLANS:
                return Draft(Reply(self._list(records), Status.INFO, intent=Intent.PLANS))
        if request.unknown and not (request.plans and request.named):
            unknown = wording.UNKNOWN_SCOPE.format(unknown="、".join(request.unknown))
            return Draft(_not_found(unknown, records))
        found = answer_turn(
            request, last if last and last.record in records else None, self._library
        )
        nothing = found.status is Status.NOT_FOUND and not found.statements
        if request.inherited and nothing and not request.context:
            request = understand(question, (), records, today)  # a new topic after all
            found = answer(request, self._library)
        if request.intent in LISTED and found.targets:
            conversation.listed = (questions, request.page)
        is_written = self._model is not None and request.intent in WRITTEN_BY_MODEL
        hits = find(request, request.plans, self._library) if is_written else []
        return Draft(self._check(request, found, records), "", request, found, tuple(hits))

    def _spelling(self, records: Sequence[PlanRecord]) -> Spelling:
        """Return the words of these plans by their sound; made once for each set of plans."""
        key = tuple((r.id, r.version) for r in records)
        if key not in self._spellings:
            texts = partial(self._library.passages, records)
            made = Spelling(self._library.vocabulary(records), texts)
            self._spellings = {key: made, **self._spellings}
            self._spellings = dict(list(self._spellings.items())[:KEPT_SPELLINGS])
        return self._spellings[key]

    def _check(self, request: Request, found: Answer, records: Sequence[PlanRecord]) -> Reply:
        """Withhold what its sections do not print, put the plan's own sentence there, and
        render.
        """
        if not found.statements:
            scope = request.plans if request.named else records
            return _not_found(wording.NOT_FOUND.format(scope=_titles(scope)), records, scope)
        allowed = request.question + "".join(
            f"{r.title}《{r.title}》{r.metadata.year}年" for r in records
        )
        checked = [check(statement, allowed) for statement in found.statements]
        withheld = sum(c != (s,) for c, s in zip(checked, found.statements, strict=True))
        statements = [statement for fit in checked for statement in fit]
        held = any(s.citations for s in statements) or found.status is not Status.ANSWERED
        return Reply(
            text=render(statements),
            status=found.status if held else Status.NOT_FOUND,
            citations=tuple(dict.fromkeys(c for s in statements for c in s.citations)),
            targets=found.targets,
            register=found.register,
            written_by=found.written_by,
            sources=render_sources(c for s in statements for c in s.citations),
            withheld=found.withheld + withheld,
            intent=request.intent,
        )

    def _list(self, records: Sequence[PlanRecord]) -> str:
        lines = []
        for record in records:
            sections = self._library.plan(record).sections
            top = max((s.part or 0 for s in sections), default=0)
            top = top or sum(len(s.path) == 1 for s in sections)
            lines.append(wording.PLAN_LINE.format(title=f"《{record.title}》", sections=top))
        return "\n".join([wording.PLANS_HEAD, *lines])


def _answer_of(draft: Draft) -> Answer:
    """Return a draft's answer; help and the like are their own words."""
    if draft.answer is not None and draft.answer.statements:
        return draft.answer
    return Answer(draft.reply.status, (Statement(draft.reply.text),))


def _use(name: str, records: Sequence[PlanRecord], conversation: Conversation) -> Reply:
    """Limit the conversation to the plans of this name, or to none with 全部."""
    if ALL_PLANS.match(name.strip()):
        conversation.scope = ()
        return Reply(wording.USE_ALL.format(plans=_titles(records)), Status.INFO)
    by_id = [r for r in records if name.strip() in (r.id, r.file)]
    scope = find_scope(simplify(name), records, None)
    chosen = by_id or [r for group in scope.groups for r in group if scope.named or scope.years]
    if not chosen:
        return _not_found(wording.UNKNOWN_PLAN.format(plan=name.strip()), records)
    conversation.scope = tuple(r.id for r in chosen)
    return Reply(wording.USE.format(plans=_titles(chosen)), Status.INFO)


def check(statement: Statement, allowed: str) -> tuple[Statement, ...]:
    """Return the statement if it is supported, else the sentences it cites, else a word that it was
    withheld.
    """
    statement = without_orders(statement)
    computed = statement.computed if isinstance(statement, Counted) else ""
    extra = computed + ("" if statement.citations else allowed)
    missing = unsupported(statement, extra)
    if not missing:
        return (statement,)
    log.warning("withheld a sentence: %d unsupported", len(missing))
    quotes = (Statement(c.quote, (c,)) for c in statement.citations)
    good = tuple(s for s in quotes if not unsupported(s))
    return good or (Statement(wording.WITHHELD),)


def _unfit(question: str, records: Sequence[PlanRecord]) -> Reply | None:
    if not records:
        return Reply(wording.NO_PLANS, Status.NOT_FOUND)
    if not question:
        return Reply(wording.EMPTY_QUESTION.format(example=_example(records)), Status.CLARIFY)
    if len(question) > QUESTION_CHARS:
        return Reply(
            wording.TOO_LONG.format(chars=len(question), limit=QUESTION_CHARS), Status.CLARIFY
        )
    return None


def _not_found(why: str, records: Sequence[PlanRecord], scope: Sequence[PlanRecord] = ()) -> Reply:
    have = "" if scope == records else wording.HAVE_PLANS.format(plans=_titles(records))
    return Reply(f"{why}{have}", Status.NOT_FOUND)


def _titles(records: Sequence[PlanRecord]) -> str:
    return "、".join(f"《{record.title}》" for record in records)


def _help(records: Sequence[PlanRecord]) -> str:
    section = f"{describe(records[0])}第二部分"
    plans = wording.HELP_PLANS.format(plans=_titles(records))
    return wording.HELP.format(example=_example(records), section=section, plans=plans)


def _example(records: Sequence[PlanRecord]) -> str:
    return f"{describe(records[0])}的主要目标有哪些？"
