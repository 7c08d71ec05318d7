"""A question in, a checked reply out: understand, answer in the plan's own words, let a model
word it, check, render.
"""

import asyncio
import logging
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import pairwise

from bot.answering.follow_ups import answer_turn, join_answers
from bot.answering.routing import answer, answer_move, find, speaks_of
from bot.answering.years_printed import as_asked, covers, missing_years, read_printed
from bot.generation.model import ChatModel
from bot.generation.summary_opening import open_summary, wants_opening
from bot.generation.writing import write
from bot.messages import Answer, Message, Reply, Statement, Status
from bot.people.quota import Budget, QuotaPeriod
from bot.presentation.replies import help_text, list_plans, make_reply, not_found, titles, unfit
from bot.targets.rows import read_page
from bot.understanding.conversation import Conversation
from bot.understanding.following import follow
from bot.understanding.intents import CLEAR, USE
from bot.understanding.navigation import Move, read_move
from bot.understanding.plans_named import find_scope, names_of, regions, simplify
from bot.understanding.quoting import recall
from bot.understanding.request import Intent, Request, understand
from bot.understanding.spelling import COMMON_COUNT, Spelling
from bot.understanding.splitting import split_questions
from bot.wording import answers as wording
from knowledge.errors import AmbiguousPlan, UnknownPlan
from knowledge.library import Hit, Library
from knowledge.names.places import another_place, find_places
from knowledge.plan import Citation, PlanRecord, Role

KEPT_SPELLINGS = 4  # one for each role, and a plan asked for alone
MODEL_ANSWERS_A_DAY = 200  # for one person
ALL_PLANS = re.compile("^(?:全部|所有|不限|都看|all|)(?:文件|要点)?$", re.I)
LISTED = (Intent.TARGETS, Intent.COMPARE, Intent.SUMMARY)
WRITTEN_BY_MODEL = (Intent.ANSWER, Intent.SUMMARY, Intent.COMPARE)
OF_YEARS = (Intent.ANSWER, Intent.COMPARE, Intent.TARGETS)
SHORT_NAME = 5  # characters
HITS_OF_EACH = 4  # that a model reads for each of several questions
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply in the plan's own words, with all that a model needs to word it anew."""

    reply: Reply
    question: str = ""
    request: Request | None = None
    answer: Answer | None = None
    hits: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionContext:
    """The context of questions: today's date, and the plans open to the reader."""

    today: date
    readable: tuple[PlanRecord, ...]

    def understand(
        self, question: str, earlier: Sequence[str], records: Sequence[PlanRecord]
    ) -> Request:
        """Understand a question about some of these plans."""
        return understand(question, earlier, records, self.today, self.readable)


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
        self._budget = Budget(library.database, "model", {QuotaPeriod.DAY: model_answers_a_day})
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
                    reply = make_reply(request, found, request.plans)
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
        """Take an answer from the person's budget; commands of the office have none."""
        return not message.is_kept or self._budget.spend(message.user) is None

    def _draft(self, message: Message, role: Role, conversation: Conversation) -> Draft:
        """Understand and answer in the plan's own words; runs in a thread of its own."""
        question, today = message.text.strip(), message.today or date.today()
        readable = records = tuple(filter(message.allows, self._library.records(role)))
        if (problem := unfit(question, records)) is not None:
            return Draft(problem)
        if message.plan:
            try:
                records = (self._library.find(message.plan, role),)
            except UnknownPlan:
                unknown = wording.UNKNOWN_PLAN.format(plan=message.plan)
                return Draft(not_found(unknown, records))
            except AmbiguousPlan as exc:
                return Draft(Reply(str(exc), Status.CLARIFY))
        if message.quoted:
            recall(message.quoted.strip(), conversation, records, self._library)
        if CLEAR.match(question.lower()):
            conversation.clear()
            return Draft(Reply(wording.CLEARED, Status.INFO))
        if use := USE.match(question):
            return Draft(_use(use["command"] or use["words"] or "", records, conversation))
        reading = QuestionContext(today, readable)
        typed, spell = simplify(question), self._spelling(records).correct
        corrected, heard = spell(typed), conversation.spelled(spell)
        questions = split_questions(corrected)
        if len(questions) > 1:
            as_typed = split_questions(question)
            shown = as_typed if len(as_typed) == len(questions) else questions
            draft = self._draft_of_each(questions, shown, records, heard, reading)
        else:
            draft = self._draft_of(corrected, records, heard, reading)
            conversation.list_as_typed(heard, typed, spell)
        return replace(draft, question=typed)

    def _draft_of_each(
        self,
        questions: Sequence[str],
        shown: Sequence[str],
        records: Sequence[PlanRecord],
        conversation: Conversation,
        reading: QuestionContext,
    ) -> Draft:
        """Answer every question of one message, in order, each below its words as they were typed;
        each goes on from those before.
        """
        turns, drafts = replace(conversation), list[Draft]()
        for question in questions:
            before = drafts[-1].request if drafts else None
            scope = find_scope(simplify(question), records, reading.today)
            if before and before.plans and not scope.named and not scope.years:
                turns.scope = tuple(record.id for record in before.plans)
            draft = self._draft_of(question, records, turns, reading)
            turns.remember(question, draft.reply.citations)
            drafts.append(draft)
        request = reading.understand("".join(questions), conversation.questions, records)
        found = join_answers([(q, _answer_of(d)) for q, d in zip(shown, drafts, strict=True)])
        hits = tuple(dict.fromkeys(hit for draft in drafts for hit in draft.hits[:HITS_OF_EACH]))
        return Draft(make_reply(request, found, records), "", request, found, hits)

    def _moved(self, move: Move, before: Citation, last: Citation | None) -> Answer:
        """Answer a move from the section spoken of last; where its plan was renumbered since, or it
        is no longer in it, say so.
        """
        title, label = before.record.title, before.section.label
        if last is None:
            gone = Statement(wording.SECTION_LEFT.format(title=title, label=label))
            return Answer(Status.NOT_FOUND, (gone,))
        found = answer_move(move, last, self._library)
        if last.section.label == label:
            return found
        said = wording.RENUMBERED.format(title=title, before=label, after=last.section.label)
        return replace(found, statements=(Statement(said), *found.statements))

    def _draft_of(
        self,
        question: str,
        records: Sequence[PlanRecord],
        conversation: Conversation,
        reading: QuestionContext,
    ) -> Draft:
        before, move = conversation.last, read_move(question)
        last = follow(before, records, self._library)
        request = reading.understand(question, conversation.questions, records)
        if conversation.scope and not request.named:
            records = [r for r in records if r.id in conversation.scope] or records
            request = reading.understand(question, conversation.questions, records)
        if not request.named and not request.unknown:
            prints = self._spelling(records).prints
            strange = another_place(find_places(simplify(question)), regions(records), prints)
            request = replace(request, unknown=tuple(p.said for p in strange))
        questions, page = conversation.listed
        if questions and (to := read_page(question, page)):
            request = replace(reading.understand(questions[-1], questions[:-1], records), page=to)
        else:
            questions = (*conversation.questions, question)
        if move and before and (last or any(r.id == before.record.id for r in records)):
            return Draft(make_reply(request, self._moved(move, before, last), records))
        match request.intent:
            case Intent.HELP:
                return Draft(Reply(help_text(records), Status.INFO, intent=Intent.HELP))
            case Intent.PLANS:
                return Draft(
                    Reply(list_plans(records, self._library), Status.INFO, intent=Intent.PLANS)
                )
        if (printed := self._of_printed_years(request)) is not None:
            request, found = printed
            return Draft(make_reply(request, found, records), "", request, found)
        if request.unknown and not (request.plans and request.named):
            unknown = wording.UNKNOWN_SCOPE.format(unknown="、".join(request.unknown))
            return Draft(not_found(unknown, records))
        found = answer_turn(request, last, self._library)
        nothing = found.status is Status.NOT_FOUND and not found.statements
        if request.inherited and nothing and not request.context:
            request = reading.understand(question, (), records)  # a new topic after all
            found = answer(request, self._library)
        missing = (f"{year}年" for year in missing_years(request, self._library))
        if lacking := tuple(dict.fromkeys((*request.unknown, *missing))):
            said = wording.UNKNOWN_SCOPE.format(unknown="、".join(lacking))
            if not found.statements:
                return Draft(not_found(said, records))
            found = replace(found, statements=(Statement(said), *found.statements))
        if request.intent in LISTED and found.targets:
            conversation.listed = (questions, request.page)
        is_written = self._model is not None and request.intent in WRITTEN_BY_MODEL
        hits = find(request, request.plans, self._library) if is_written else []
        return Draft(make_reply(request, found, records), "", request, found, tuple(hits))

    def _of_printed_years(self, request: Request) -> tuple[Request, Answer] | None:
        """Answer from plans that only print a year, if no plan of that year answers."""
        is_known = bool(request.plans) and not request.unknown
        if not (request.unknown or request.years):
            return None
        if is_known and answer(request, self._library).status is Status.ANSWERED:
            return None
        within = read_printed(request, self._library)
        if within is None or not speaks_of(within, self._library):
            return None
        if within.intent not in OF_YEARS:  # a summary, a section: only of a plan made for the year
            made = tuple(r for r in within.plans if covers(r, self._library, within.printed_years))
            within = replace(within, groups=(made,))
        found = answer(within, self._library)
        if found.status is not Status.ANSWERED:
            return None
        years = within.printed_years
        if all(covers(record, self._library, years) for record in within.plans):
            return within, found
        said = wording.PRINTED_YEARS.format(years=as_asked(years, request.question))
        note = Statement(said)
        return within, replace(found, statements=(note, *found.statements))

    def _spelling(self, records: Sequence[PlanRecord]) -> Spelling:
        """Return the words of these plans by their sound; made once for each set of plans."""
        key = tuple((r.id, r.version) for r in records)
        if key not in self._spellings:
            texts = partial(self._library.passages, records)
            made = Spelling(self._library.vocabulary(records) + _names_said(records), texts)
            self._spellings = {key: made, **self._spellings}
            self._spellings = dict(list(self._spellings.items())[:KEPT_SPELLINGS])
        return self._spellings[key]


def _names_said(records: Sequence[PlanRecord]) -> Counter[str]:
    """Return the names of places and plans as often as makes a homophone of them a typo."""
    names = {n for r in records for n in names_of(r) if 1 < len(n) < SHORT_NAME and n.isalpha()}
    return Counter({a + b: COMMON_COUNT for name in names for a, b in pairwise(name)})


def _answer_of(draft: Draft) -> Answer:
    """Return a draft's answer; help and the like are their own words."""
    if draft.answer is not None and draft.answer.statements:
        return draft.answer
    return Answer(draft.reply.status, (Statement(draft.reply.text),))


def _use(name: str, records: Sequence[PlanRecord], conversation: Conversation) -> Reply:
    """Limit the conversation to the plans of this name, or to none with 全部."""
    if ALL_PLANS.match(name.strip()):
        conversation.scope = ()
        return Reply(wording.USE_ALL.format(plans=titles(records)), Status.INFO)
    by_id = [r for r in records if name.strip() in (r.id, r.file)]
    scope = find_scope(simplify(name), records, None)
    chosen = by_id or [r for group in scope.groups for r in group if scope.named or scope.years]
    if not chosen:
        return not_found(wording.UNKNOWN_PLAN.format(plan=name.strip()), records)
    conversation.scope = tuple(r.id for r in chosen)
    return Reply(wording.USE.format(plans=titles(chosen)), Status.INFO)
