"""The rows of the register that a question asks for: topic, days, office, promised or done.

A topic is looked for in the headings above a target, its metric and its quotation, never in a fixed
list.

Not covered: two topics joined by 或; deadlines of a plan without a year, but those printed alike.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.targets.lines import ACHIEVED, size, unit_family
from bot.targets.rows import TargetRow
from bot.understanding.dates_named import OVERDUE, PERIOD, DaysNamed, read_period
from bot.understanding.intents import COMPARES
from bot.understanding.plans_named import simplify
from bot.understanding.request import Request
from bot.understanding.synonyms import official_words
from bot.understanding.word_weights import Terms, terms_of
from knowledge.library import Library

NEAR = 0.5  # of a topic's words that a passage found by search must hold to speak of it
NEAR_HITS = 10
LONG_CHARS = (
    5  # 养老护理员培训 is 培训养老护理人员 too: most of its pairs of characters stand there
)
PAIRS_SHARE = 0.6

DUE = re.compile("到期|截止|期限|完成时限")
REPORTED = re.compile("已经?(?:完成|做到|实现)|(?:去年|上年).{0,4}(?:完成|成绩|干成)|完成情况|回顾")
NOISE = re.compile(
    rf"(?:发|画|做|导出|导|生成|整|弄)?(?:出|成|个|张|份|一)*(?:图表?|表格|excel|xlsx|文档|word)(?:给我|看看|发我)?"
    rf"|带?百分[比数]的?|/?targets?|{PERIOD.pattern}|{DUE.pattern}|{REPORTED.pattern}|硬|量化|具体|数字|指标|目标|任务"
    "|第.{1,3}部分|[每各][一个]?(?:部分|章节?|条|块)|清单|一览|列表|全部|所有|完成|负责|承担|牵头|最[大多高]|多少|几[项个条]|方面|工作"
    f"|{COMPARES.pattern}"
)
EDGES = re.compile(
    "^(?:[有要得都全各还没把是和与的共]|需要|必须)+|[有要得都是和与的项个条办做干]+$"
)
OFFICE_STOPS = re.compile(r"[、，,；;/\s]+")
UNIT_ASKED = {
    "元": re.compile("钱|资金|金额|投入|元"),
    "%": re.compile("比例|占比|百分|率|%"),
    "户": re.compile("户"),
    "张": re.compile("床位|张"),
    "人": re.compile("人数|多少人"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What a question asks of the register: words of a topic, days, an office, promised or done."""

    topic: tuple[str, ...]
    official: tuple[str, ...] = ()
    period: DaysNamed | None = None
    due: bool = False
    offices: tuple[str, ...] = ()
    achieved: bool = False

    @property
    def is_overdue(self) -> bool:
        """Say whether days that are over are asked for; whether it was done, no plan prints."""
        return self.period is not None and re.fullmatch(OVERDUE, self.period.text) is not None

    @property
    def text(self) -> str:
        """The choice in the question's own words."""
        period = self.period.text if self.period else ""
        return "、".join(w for w in (*self.topic, period, *self.offices) if w)


def read_choice(request: Request, rows: Sequence[TargetRow]) -> Choice:
    """Return what a question asks of these rows."""
    asked = simplify(request.question)
    period = read_period(asked, request.today)
    offices = _offices(asked, rows)
    years = [f"{year}年" for year in request.printed_years]
    topic = _topic([word for word in request.content if word not in years], offices)
    if not topic and not period and not offices:
        topic = _topic(request.context, ())
    return Choice(
        topic,
        official_words(" ".join(topic)),
        period,
        bool(DUE.search(asked)),
        offices,
        bool(REPORTED.search(asked)),
    )


def on_topic(choice: Choice, rows: Sequence[TargetRow]) -> list[TargetRow]:
    """Return the rows that say every word of the topic, or what plans print for one of them."""
    if not choice.topic:
        return list(rows)
    return [row for row in rows if _speaks(row.text, choice)]


def near_topic(
    choice: Choice, rows: Sequence[TargetRow], request: Request, library: Library
) -> list[TargetRow]:
    """Return the rows of the sections that the fused search finds for a topic in other words."""
    if not choice.topic or not rows:
        return []
    terms = Terms(request, library)
    plans = tuple(dict.fromkeys(row.record for row in rows))
    hits = library.search(" ".join(choice.topic), plans, request.readable)[:NEAR_HITS]
    found = {
        (hit.record.id, hit.section.key)
        for hit in hits
        if terms.topic_share(terms_of(hit.section.heading + hit.text)) >= NEAR
    }
    return [row for row in rows if (row.record.id, row.section.key) in found]


def of_office(choice: Choice, rows: Sequence[TargetRow]) -> list[TargetRow]:
    """Return the rows that one of the offices answers for; all where none is named."""
    return [
        row
        for row in rows
        if not choice.offices or any(o in (row.target.office or "") for o in choice.offices)
    ]


def is_due(row: TargetRow, choice: Choice) -> bool:
    """Say whether a target falls into the days asked about; always where none are."""
    target, period = row.target, choice.period
    if period is None:
        return not choice.due or target.deadline is not None
    if target.deadline_date is None or row.record.metadata.year is None:
        return bool(target.deadline) and period.text.rstrip("前") in (target.deadline or "")
    first, last = period.days(row.record.metadata.year)
    return first <= target.deadline_date <= last


def is_open(row: TargetRow, today: date) -> bool:
    """Say whether a target is promised for a day that is not over."""
    target = row.target
    is_promised = target.kind != ACHIEVED and target.deadline_date is not None
    return is_promised and (target.deadline_date or "") >= today.isoformat()


def largest(rows: Sequence[TargetRow]) -> list[TargetRow]:
    """Return the row of the largest number of each unit."""
    best: dict[str, TargetRow] = {}
    for row in rows:
        number, family = size(row.target), unit_family(row.target)
        if number is None or family is None:
            continue
        before = size(best[family].target) if family in best else None
        if before is None or number > before:
            best[family] = row
    return list(best.values())


def unit_asked(question: str) -> str | None:
    """Return the unit whose largest number a question asks for."""
    return next((unit for unit, words in UNIT_ASKED.items() if words.search(question)), None)


def says(text: str, word: str) -> bool:
    """Say whether a text holds a word, or the words that it is made of.

    >>> says("新增养老机构床位", "养老床位"), says("新增床位", "养老床位")
    (True, False)
    """
    if word in text:
        return True
    if any(word[:cut] in text and says(text, word[cut:]) for cut in range(2, len(word) - 1)):
        return True
    pairs = [word[at : at + 2] for at in range(len(word) - 1)]
    return len(word) >= LONG_CHARS and sum(p in text for p in pairs) >= PAIRS_SHARE * len(pairs)


def _speaks(text: str, choice: Choice) -> bool:
    """Say whether a text says every word of the topic, or what plans print for one of them."""
    return all(says(text, word) for word in choice.topic) or any(
        word in text for word in choice.official
    )


def _topic(words: Sequence[str], offices: Sequence[str]) -> tuple[str, ...]:
    text = NOISE.sub(" ", " ".join(words))
    for office in offices:
        text = text.replace(office, " ")
    pieces = (EDGES.sub("", piece) for piece in text.split())
    return tuple(dict.fromkeys(piece for piece in pieces if len(piece) > 1))


def _offices(asked: str, rows: Sequence[TargetRow]) -> tuple[str, ...]:
    """Return the offices of these rows that a question names, with or without their place."""
    printed = {name for row in rows for name in OFFICE_STOPS.split(row.target.office or "") if name}
    names = printed | {re.sub("^[市县区旗]", "", name) for name in printed}
    return tuple(sorted((n for n in names if len(n) > 1 and n in asked), key=len, reverse=True)[:1])
