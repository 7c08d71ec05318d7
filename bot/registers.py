"""The register of plans' targets -> the rows that a question asks for, in printed order.

A topic is looked for in the headings above a target, its metric and its quotation, never in a fixed
list. Days count in the plan's own year: 年底前 asks a plan of 2022 for what is due in 2022.

Not covered: two topics joined by 或; deadlines of a plan without a year, but those printed alike.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from bot.extraction import Weights
from bot.figures import plain, read_figures
from bot.messages import Statement
from bot.scope import simplify
from bot.understanding import COMPARES, Request
from bot.vocabulary import official_words
from knowledge.deadlines import NUMERAL, deadline_date
from knowledge.library import Library
from knowledge.numbering import HAN, number_value
from knowledge.passages import normal
from knowledge.plan import Plan, PlanRecord, Section, SectionPath, Target

ACHIEVED = "achieved"
NEAR = 0.5  # of a topic's words that a passage found by search must hold to speak of it
NEAR_HITS = 10
LONG_CHARS = (
    5  # 养老护理员培训 is 培训养老护理人员 too: most of its pairs of characters stand there
)
PAIRS_SHARE = 0.6

PERIOD = re.compile(
    rf"(?<!\d)(?:年[底末内]|[上下]半年|第?[一二三四]季度|前三季度"
    rf"|{NUMERAL}月(?:份|底|末|[上中下]旬|\d{{1,2}}[日号])?)[之以]?前?"
)
DUE = re.compile("到期|截止|期限|完成时限")
REPORTED = re.compile("已经?(?:完成|做到|实现)|(?:去年|上年).{0,4}(?:完成|成绩|干成)|完成情况|回顾")
NOISE = re.compile(
    rf"/?targets?|{PERIOD.pattern}|{DUE.pattern}|{REPORTED.pattern}|硬|量化|具体|数字|指标|目标|任务"
    "|清单|一览|列表|全部|所有|完成|负责|承担|牵头|最[大多高]|多少|几[项个条]|方面|工作"
    f"|{COMPARES.pattern}"
)
EDGES = re.compile(
    "^(?:[有要得都全各还没把是和与的共]|需要|必须)+|[有要得都是和与的项个条办做干]+$"
)
PAGE = re.compile(
    rf"^(?:看|翻到?|再看)?(?:第(?P<number>{HAN}|\d{{1,3}})|(?P<way>[下上后前]一?))页[。！!]*$"
)
SYMBOLS = {">=": " ≥ ", ">": " > ", "<=": " ≤ ", "<": " < "}
OFFICE_STOPS = re.compile(r"[、，,；;/\s]+")
FAMILIES = {"名": "人", "位": "人", "所": "个", "家": "个", "处": "个"}
UNIT_ASKED = {
    "元": re.compile("钱|资金|金额|投入|元"),
    "%": re.compile("比例|占比|百分|率|%"),
    "户": re.compile("户"),
    "张": re.compile("床位|张"),
    "人": re.compile("人数|多少人"),
}


@dataclass(frozen=True, slots=True)
class Counted(Statement):
    """A statement whose `computed` figures were counted by code: no section need print them."""

    computed: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A target with its plan, its section, and the headings that stand above it."""

    record: PlanRecord
    section: Section
    target: Target
    chapter: Section
    above: str

    @property
    def text(self) -> str:
        """What a topic is looked for in."""
        return normal(f"{self.above} {self.target.metric} {self.target.quote}").lower()


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a question asks about, in its own words.

    >>> Period("6月底前").days(2022)
    ('2022-01-01', '2022-06-30')
    >>> Period("下半年").days(2022)
    ('2022-07-01', '2022-12-31')
    """

    text: str

    def days(self, year: int) -> tuple[str, str]:
        """Return the first and the last day of the period in a plan's year."""
        end = deadline_date(self.text, year) or f"{year}-12-31"
        month = int(end[5:7])
        if re.search("前|[底末]|上半年|年内", self.text):
            return f"{year}-01-01", end
        length = 6 if "半年" in self.text else 3 if "季度" in self.text else 1
        return f"{year}-{month - length + 1:02}-01", end


@dataclass(frozen=True, slots=True)
class Choice:
    """What a question asks of the register: words of a topic, days, an office, promised or done."""

    topic: tuple[str, ...]
    official: tuple[str, ...] = ()
    period: Period | None = None
    due: bool = False
    offices: tuple[str, ...] = ()
    achieved: bool = False

    @property
    def text(self) -> str:
        """The choice in the question's own words."""
        period = self.period.text if self.period else ""
        return "、".join(w for w in (*self.topic, period, *self.offices) if w)


def describe(record: PlanRecord) -> str:
    """Return how the bot names a plan: its place and year where it has them, else its title."""
    said = record.metadata
    if said.region and said.year:
        return f"{said.region}{said.year}年"
    return f"《{record.title}》"


def read_page(question: str, page: int) -> int | None:
    """Return the page of a list that a short message asks for, counted from the one shown.

    >>> read_page("下一页", 2), read_page("第2页", 1), read_page("下一条", 1)
    (3, 2, None)
    """
    match = PAGE.match(question)
    if match is None:
        return None
    if match["number"]:
        return number_value(match["number"]) or 1
    return page + 1 if match["way"][0] in "下后" else max(page - 1, 1)


def read_rows(record: PlanRecord, library: Library) -> list[Row]:
    """Return every target of a plan of the library in printed order."""
    return rows_of(record, library.plan(record))


def rows_of(record: PlanRecord, plan: Plan) -> list[Row]:
    """Return every target of a plan in printed order."""
    chapters = {target.path[:1] for target in plan.targets}
    depth = 1 if len(chapters) != 1 else 2  # all in one chapter: its own parts group them
    sections = plan.all_sections()
    above = {s.key: [o for o in sections if s.is_below(o)] for s in sections}
    return [_row(record, target, sections, above, depth) for target in plan.targets]


def read_choice(request: Request, rows: Sequence[Row]) -> Choice:
    """Return what a question asks of these rows."""
    asked = simplify(request.question)
    found = PERIOD.search(asked)
    offices = _offices(asked, rows)
    topic = _topic(request.content, offices)
    if not topic and not found and not offices:
        topic = _topic(request.context, ())
    return Choice(
        topic,
        official_words(" ".join(topic)),
        Period(found[0]) if found else None,
        bool(DUE.search(asked)),
        offices,
        bool(REPORTED.search(asked)),
    )


def on_topic(choice: Choice, rows: Sequence[Row]) -> list[Row]:
    """Return the rows that say every word of the topic, or what plans print for one of them."""
    if not choice.topic:
        return list(rows)
    return [row for row in rows if _speaks(row.text, choice)]


def near_topic(
    choice: Choice, rows: Sequence[Row], request: Request, library: Library
) -> list[Row]:
    """Return the rows of the sections that the fused search finds for a topic in other words."""
    if not choice.topic or not rows:
        return []
    weights = Weights(library, request)
    plans = tuple(dict.fromkeys(row.record for row in rows))
    hits = library.search(" ".join(choice.topic), plans)[:NEAR_HITS]
    found = {
        (hit.record.id, hit.section.key)
        for hit in hits
        if weights.coverage(hit.section.heading + hit.text) >= NEAR
    }
    return [row for row in rows if (row.record.id, row.section.key) in found]


def of_office(choice: Choice, rows: Sequence[Row]) -> list[Row]:
    """Return the rows that one of the offices answers for; all where none is named."""
    return [
        row
        for row in rows
        if not choice.offices or any(o in (row.target.office or "") for o in choice.offices)
    ]


def is_due(row: Row, choice: Choice) -> bool:
    """Say whether a target falls into the days asked about; always where none are."""
    target, period = row.target, choice.period
    if period is None:
        return not choice.due or target.deadline is not None
    if target.deadline_date is None or row.record.metadata.year is None:
        return bool(target.deadline) and period.text.rstrip("前") in (target.deadline or "")
    first, last = period.days(row.record.metadata.year)
    return first <= target.deadline_date <= last


def is_open(row: Row, today: date) -> bool:
    """Say whether a target is promised for a day that is not over."""
    target = row.target
    is_promised = target.kind != ACHIEVED and target.deadline_date is not None
    return is_promised and (target.deadline_date or "") >= today.isoformat()


def largest(rows: Sequence[Row], unit: str | None) -> list[Row]:
    """Return the row of the largest number of each unit, or of one unit."""
    best: dict[str, Row] = {}
    for row in rows:
        number, family = size(row.target), unit_family(row.target)
        if number is None or family is None or (unit and family != unit):
            continue
        before = size(best[family].target) if family in best else None
        if before is None or number > before:
            best[family] = row
    return list(best.values())


def unit_asked(question: str) -> str | None:
    """Return the unit whose largest number a question asks for."""
    return next((unit for unit, words in UNIT_ASKED.items() if words.search(question)), None)


def size(target: Target) -> Decimal | None:
    """Return a target's number, the upper one of a range; None where it is redacted or has none."""
    figures = [f for f in read_figures(plain(amount(target))) if f.kind == "amount"]
    try:
        return Decimal(figures[0].value.split("-")[-1]) if figures else None
    except InvalidOperation:
        return None


def unit_family(target: Target) -> str | None:
    """Return what two units must share to be compared: 家 and 个 do, 元/月 and 元/年 do not."""
    if target.unit is None:
        return None
    base, slash, rate = normal(target.unit).partition("/")
    return FAMILIES.get(base, base) + slash + rate


def amount(target: Target) -> str:
    """Return a value with its unit, printed once: 500户, 80%, 900元/人·月, 全覆盖."""
    if not target.unit:
        return target.value
    base, slash, rate = target.unit.partition("/")
    shown = "" if normal(target.value).endswith(normal(base)) else base
    return f"{target.value}{shown}{slash}{rate}"


def line(target: Target) -> str:
    """Return a target in one line: metric ≥ value unit，deadline（office）."""
    if target.op == "deadline":
        said = f"{target.metric}，{target.deadline}"
    else:
        said = f"{target.metric}{SYMBOLS.get(target.op, '：')}{amount(target)}"
        said += f"，{target.deadline}" if target.deadline else ""
    said += f"（{target.office}）" if target.office else ""
    return said + ("（已完成）" if target.kind == ACHIEVED else "")


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


def _row(
    record: PlanRecord,
    target: Target,
    sections: Sequence[Section],
    above_of: Mapping[tuple[int | None, SectionPath, int], Sequence[Section]],
    depth: int,
) -> Row:
    """Find a target's section: of those that print the same number, the one that holds it."""
    same = [s for s in sections if (s.part, s.path) == (target.part, target.path)]
    section = next((s for s in same if target.quote in s.whole_text), same[0])
    above = above_of[section.key]
    chapter = next((s for s in above if len(s.path) == depth), section)
    headings = " ".join(s.heading for s in (*above, section) if s.heading)
    return Row(record, section, target, chapter, headings)


def _topic(words: Sequence[str], offices: Sequence[str]) -> tuple[str, ...]:
    text = NOISE.sub(" ", " ".join(words))
    for office in offices:
        text = text.replace(office, " ")
    pieces = (EDGES.sub("", piece) for piece in text.split())
    return tuple(dict.fromkeys(piece for piece in pieces if len(piece) > 1))


def _offices(asked: str, rows: Sequence[Row]) -> tuple[str, ...]:
    """Return the offices of these rows that a question names, with or without their place."""
    printed = {name for row in rows for name in OFFICE_STOPS.split(row.target.office or "") if name}
    names = printed | {re.sub("^[市县区旗]", "", name) for name in printed}
    return tuple(sorted((n for n in names if len(n) > 1 and n in asked), key=len, reverse=True)[:1])
