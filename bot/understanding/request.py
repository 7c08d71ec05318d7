"""A message and its history -> a Request: which plans, which section, what kind of answer, and the
words to search by.

Plans, years and places are filters set here by the names that the catalogue knows, never left to
similarity.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.understanding.answer_type import Asked, read_asked
from bot.understanding.dates_named import read_period
from bot.understanding.intents import (
    ABOUT,
    EACH_PLACE,
    GREETING,
    HELP,
    LIST_PLANS,
    OUTSIDE,
)
from bot.understanding.lexicon import Kind, Word, find_words, without
from bot.understanding.navigation import read_move
from bot.understanding.plans_named import Scope, by_place, find_scope, of_years, simplify
from bot.understanding.section_named import SectionName, read_section_name
from bot.understanding.synonyms import MODIFIERS, official_words, read_everyday
from bot.understanding.years_named import (
    FULL_YEAR,
    NEIGHBOUR_YEARS,
    SHORT_YEAR,
    THAN_BEFORE,
    read_years,
)
from knowledge.plan import PlanRecord

FOLLOW_UP = re.compile(
    r"^(?:那|那么|还有|另外|它|其中|这个|那个|是给|是不是|具体|为什么|谁|哪些?|怎么|多久|几时)|呢[?？]?$|^.{1,6}的[?？]?$"
)

# A follow-up without a question word of its own ("农村的呢") asks for what was asked before.
OWN_QUESTION = re.compile("怎|咋|谁|哪|什么|啥|如何|为何|为什么|是不是|有没有|吗|对吧|能不能")

SPLIT = re.compile(r"[\s，。？！?!,、；;：:“”\"'（）()《》]+")

GOALS = "目标"
CARRIED = 8  # words of the questions before


class Intent(StrEnum):
    """What is to be done with a message."""

    ANSWER = "answer"
    SECTION = "section"
    SUMMARY = "summary"
    TARGETS = "targets"
    COMPARE = "compare"
    ABOUT = "about"
    OUTSIDE = "outside"
    PLANS = "plans"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Request:
    """A question as it is understood.

    `groups` are the plans in scope, one group per thing that was named (a place, an alias), newest
    plan first in each; one group of everything when nothing was named. `unknown` are years and
    places named that no plan has. `content` are the words that carry the question, `official` what
    plans print for its everyday words, `context` the words of the question before, in a follow-up.
    `spoken` are the everyday words with their official ones, `plain` the content without them.
    `after` is what the question before wanted, in a follow-up; `stays` the plan and the section
    that were cited last, where the question goes on from there; `is_scoped` whether it names plans
    or years itself. `printed_years` are years that no plan is of: only sections that print them
    answer. `readable` are all plans that the reader may see: words are weighed by them.
    """

    intent: Intent
    question: str
    groups: tuple[tuple[PlanRecord, ...], ...]
    named: bool
    years: tuple[int, ...]
    unknown: tuple[str, ...]
    asked: Asked
    content: tuple[str, ...]
    official: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    section: SectionName | None = None
    inherited: bool = False
    family: tuple[tuple[PlanRecord, ...], ...] = ()
    page: int = 1
    today: date | None = None
    plain: tuple[str, ...] = ()
    after: Intent | None = None
    is_scoped: bool = False
    stays: tuple[str, object] | None = None
    spoken: tuple[tuple[str, tuple[str, ...]], ...] = ()
    printed_years: tuple[int, ...] = ()
    readable: tuple[PlanRecord, ...] = ()
    tense: int = 0
    pool: tuple[PlanRecord, ...] = ()
    told: Mapping[str, float] = field(default_factory=dict)
    reach: tuple[PlanRecord, ...] = ()

    @property
    def alone(self) -> Intent:
        """What is to be done where only one group of plans is left."""
        return Intent.ANSWER if self.intent is Intent.COMPARE else self.intent

    @property
    def plans(self) -> tuple[PlanRecord, ...]:
        """Every plan in scope, once."""
        return tuple(dict.fromkeys(record for group in self.groups for record in group))

    @property
    def family_plans(self) -> tuple[PlanRecord, ...]:
        """The same before a year chose among them."""
        return tuple(dict.fromkeys(record for group in self.family for record in group))

    @property
    def search_text(self) -> str:
        """What is searched for: the question's own words and what plans print for them."""
        return " ".join([*self.context, self.question, *self.official])


def understand(
    question: str,
    earlier: Sequence[str],
    records: Sequence[PlanRecord],
    today: date | None = None,
    readable: Sequence[PlanRecord] | None = None,
) -> Request:
    """Understand a question about `records`; `earlier` are the person's last questions, oldest
    first, `readable` all plans that the reader may see, where there are more.
    """
    text = simplify(question)
    words = find_words(text)
    compares = any(w.kind is Kind.CUE and w.value == "compare" for w in words)
    own = find_scope(text, records, today, compares)
    last = understand(earlier[-1], earlier[:-1], records, today) if earlier else None
    before = last if last and _is_follow_up(text, own) else None
    if before and len(before.years) == 1 and THAN_BEFORE.search(text):
        own = find_scope(f"{before.years[0]}年{text}", before.family_plans, today, compares)
    elif before and not own.named and _leaves_year_open(text, before, own):
        own = _neighbour_year(text, before, own)
    groups, pool, years, unknown, told = own.groups, own.pool, own.years, own.unknown, own.told
    reach = own.reach
    if not own.named and EACH_PLACE.search(text):
        groups = by_place(own.groups) or groups
    elif before and not own.named:
        groups, pool, told, reach = before.groups, before.pool, before.told, before.reach
        if own.years:
            groups = of_years(before.family, own.years) or groups
            pool = tuple(r for g in of_years([before.reach], own.years) for r in g) or pool
        years = own.years or before.years
    elif last and last.named and not own.named:
        # A new question in a conversation about a place is about that place, in any of its years.
        groups = of_years(last.family, own.years)
        unknown = unknown or tuple(f"{year}年" for year in years if not groups)
    rest = own.rest
    asked = read_asked(text, words)
    if before and not asked.type.is_checked and not OWN_QUESTION.search(text):
        goes_on = all(word in MODIFIERS for word in content_words(rest))
        asked = Asked(before.asked.type, before.asked.unit if goes_on else None)
    section = read_section_name(rest)
    spoken, plain = read_everyday(rest)
    intent = _intent(text, words, section, groups)
    if before and before.intent is Intent.TARGETS and not OWN_QUESTION.search(text):
        intent = Intent.TARGETS if intent in (Intent.ANSWER, Intent.COMPARE) else intent
    tense = _tense(words)
    return Request(
        intent=intent,
        question=question,
        groups=groups,
        named=own.named or bool(last and last.named),
        inherited=bool(last and not own.named and last.named),
        family=own.family if own.named or not last else last.family,
        pool=pool,
        reach=reach,
        told=told,
        years=years,
        unknown=unknown,
        asked=asked,
        # 去年 that names an edition asks for that edition's own plans
        tense=0 if own.years and tense < 0 else tense or (before.tense if before else 0),
        content=content_words(rest),
        official=official_words(rest),
        context=_carried(before) if before else (),
        after=_kind(earlier[-1], last) if before and last else None,
        is_scoped=own.named,
        section=section,
        today=today,
        plain=content_words(plain),
        spoken=spoken,
        readable=tuple(records if readable is None else readable),
    )


def _leaves_year_open(text: str, before: Request, own: Scope) -> bool:
    """Say whether 去年 counts from the year of the question before: where that named one, or no
    plan is of the year before today's.
    """
    said = FULL_YEAR.search(text) or SHORT_YEAR.search(text)
    return not said and (len(before.years) == 1 or (not before.years and not own.years))


def _neighbour_year(text: str, before: Request, own: Scope) -> Scope:
    """Return what 那去年呢 names after a question about 2024: the year before that."""
    newest = max((r.metadata.year or 0 for r in before.plans), default=0)
    for word, offset in NEIGHBOUR_YEARS.items():
        if word in text and newest:
            year = (before.years or (newest,))[0] + offset
            return find_scope(f"{year}年{text.replace(word, '')}", before.family_plans, None)
    return own


def _carried(before: Request) -> tuple[str, ...]:
    """Return the words a follow-up goes on from: 23年呢 after 24年呢 is about the first subject."""
    return tuple(dict.fromkeys(before.content + before.official + before.context))[:CARRIED]


def _kind(question: str, request: Request) -> Intent:
    """Return what a question wanted; 下一条 and what follows a section still stay with sections."""
    if read_move(simplify(question)) or request.after is Intent.SECTION and request.context == ():
        return Intent.SECTION
    return request.intent


def content_words(text: str) -> tuple[str, ...]:
    """The words of a question that carry its subject, without those of the lexicon.

    >>> content_words("请问水渠今年到底修几公里啊")
    ('水渠', '修', '公里')
    """
    dropped = [w for w in find_words(text) if w.kind is not Kind.PART]
    return tuple(piece for piece in SPLIT.split(without(text, dropped)) if piece)


def _tense(words: Sequence[Word]) -> int:
    """-1 where what was done is asked for, 1 where what is planned, 0 where neither is said."""
    said = {w.value for w in words if w.kind is Kind.TENSE}
    goals = any(w.kind is Kind.PART and w.value == GOALS for w in words)
    return -1 if "past" in said else 1 if "ahead" in said or goals else 0


def _is_follow_up(text: str, own: Scope) -> bool:
    """A follow-up names no plan and says too little to stand alone."""
    carried = sum(len(word) for word in content_words(own.rest))
    if own.named:
        return carried <= 1
    return carried <= 4 or bool(FOLLOW_UP.search(text)) and carried <= 8


def _asks_what_is_due(text: str, words: Sequence[Word]) -> bool:
    """True for 6月底前要完成哪些: days and no subject beside what leaves it open."""
    period = read_period(text)
    asks = any(w.kind is Kind.TYPE and w.value in ("list", "text") for w in words)
    if period is None or not asks:
        return False
    topic = content_words(read_years(text.replace(period.text, " "), (), None)[1])
    return all(word in MODIFIERS for word in topic)


def _intent(
    text: str,
    words: Sequence[Word],
    section: SectionName | None,
    groups: Sequence[tuple[PlanRecord, ...]],
) -> Intent:
    cues = {w.value for w in words if w.kind is Kind.CUE}
    if GREETING.match(text) or HELP.match(text):
        return Intent.HELP
    if LIST_PLANS.match(text):
        return Intent.PLANS
    if section is not None:
        return Intent.TARGETS if "targets" in cues else Intent.SECTION
    if ABOUT.search(text):
        return Intent.ABOUT
    if OUTSIDE.search(text):
        return Intent.OUTSIDE
    wants_list = cues & {"summary", "list"} or any(w.value == "list" for w in words)
    if _asks_what_is_due(text, words):
        return Intent.TARGETS
    names_goals = any(w.kind is Kind.PART and w.value == GOALS for w in words)
    asks_goals = wants_list and (names_goals or "figures" in cues)
    if ("targets" in cues or asks_goals) and not (len(groups) > 1 and "compare" in cues):
        return Intent.TARGETS
    if len(groups) > 1:
        return Intent.COMPARE
    return Intent.SUMMARY if "summary" in cues else Intent.ANSWER
