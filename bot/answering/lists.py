"""A question for a list -> every item of it, in printed order: the headings below a section, the
points that its text enumerates, or every sentence with a figure.

The plan is the one that is named, else the one whose passages fit best; the section the one whose
heading and passages say most of the topic. What is shown is the plan's own sentences.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.answering.answer_fit import holds_figure
from bot.answering.features import Reader, clauses_of, reporting, years_of
from bot.answering.quotation import POINT, sentences_of
from bot.grounding.injection import is_order
from bot.messages import Answer, Statement, Status
from bot.presentation.statements import describe, say
from bot.targets.lists import pairs
from bot.targets.rows import TargetRow, read_rows
from bot.understanding.answer_type import AnswerType
from bot.understanding.lexicon import Kind, find_words, has_cue
from bot.understanding.plans_named import newest_of
from bot.understanding.request import Request
from bot.understanding.word_weights import terms_of
from bot.wording import answers as wording
from knowledge.library import Hit, Library
from knowledge.numbering import HAN, number_value
from knowledge.plan import Citation, Plan, PlanRecord, Section

ReadItems = Callable[[Section, Plan], Iterator["Item"]]
HEADING_WEIGHT, PASSAGE_WEIGHT, TEXT_WEIGHT, TIME_WEIGHT = 1.2, 0.7, 0.4, 0.5
NAMES_HEADING = 0.8  # of the topic's weight that a heading prints
ALIKE = 0.9  # of the best section's score that others on the topic reach
SECTIONS = 3
LINES = 30  # of one list; more are counted
LINE_CHARS = 90  # of a point or a figure's sentence
LEAD_CHARS = 60  # of a paragraph's first sentence
GOALS = re.compile("目标|指标")
GOALS_SAID = re.compile("目标(?:任务)?(?:是|为|包括|如下)?[：:]|目标(?:任务)?(?:是|为)")
GROUP = re.compile(rf"({HAN}|\d{{1,2}})[个项条点件类步大方][“\"]?")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list: a text that its section prints."""

    section: Section
    text: str


def list_points(request: Request, library: Library) -> Answer | None:
    """Answer with the points of the sections on a topic; None where no section is on it."""
    return _listed(request, library, points_of)


def names_a_list(request: Request, library: Library) -> bool:
    """True if a question for a list means a section's points: one whose heading says its topic."""
    if AnswerType.LIST not in request.asked.types and not has_cue(request.question, "list"):
        return False
    reader = Reader(request, library)
    plans = plans_meant(reader)
    if len(plans) != 1:
        return False
    plan = library.plan(plans[0])
    if parts_named(request.question, plan) or counted_items(request.question, plan):
        return True
    share = reader.terms.topic_share
    return any(share(terms_of(s.heading)) >= NAMES_HEADING for s in plan.sections if s.heading)


def list_figures(request: Request, library: Library) -> Answer | None:
    """Answer with every sentence with a figure of the sections on a topic, or of the section of
    goals where no topic is named; None where there are none.
    """
    return _listed(request, library, figures_of)


def _listed(request: Request, library: Library, read: ReadItems) -> Answer | None:
    reader = Reader(request, library)
    statements: list[Statement] = []
    rows: list[TargetRow] = []
    plans = plans_meant(reader)
    for record in plans:
        plan = library.plan(record)
        if counted := counted_items(request.question, plan):
            sections: list[Section] = []
            items = counted
        elif read is figures_of and (goals := goals_said(reader, record, plan)):
            sections, items = [], goals
        else:
            sections = sections_meant(reader, record, plan, read)
            items = list(dict.fromkeys(i for s in sections for i in read(s, plan)))
        if not items:
            continue
        if len(plans) > 1:
            statements.append(Statement(f"{describe(record)}："))
        statements += _lines(record, sections, items)
        rows += _rows_in(record, items, library) if read is figures_of else ()
    if not statements:
        return None
    return Answer(Status.ANSWERED, tuple(statements), targets=pairs(rows), register=pairs(rows))


def _rows_in(record: PlanRecord, items: Sequence[Item], library: Library) -> Iterator[TargetRow]:
    """The rows of the register that a list shows, for a picture and a sheet of them."""
    for row in read_rows(record, library):
        quote = row.target.quote
        if any(i.section.key == row.section.key and quote in i.text for i in items):
            yield row


def _lines(
    record: PlanRecord, sections: Sequence[Section], items: Sequence[Item]
) -> Iterator[Statement]:
    """A heading for each section, its items below it, and how many more there are."""
    shown = items[:LINES]
    if not sections:
        for item in shown:
            yield Statement(item.text, (Citation(record, item.section, item.text),), "· ")
    for section in sections:
        own = [i for i in shown if i.section.key == section.key or i.section.is_below(section)]
        if section.heading and own and own[0].text != section.heading:
            head = wording.TARGETS_CHAPTER.format(label=section.label, heading=section.heading)
            yield Statement(head, (Citation(record, section, section.heading),))
        for item in own:
            yield Statement(item.text, (Citation(record, item.section, item.text),), "· ")
    if len(items) > len(shown):
        yield say(wording.SUMMARY_CUT, count=len(items) - len(shown))


def plans_meant(reader: Reader) -> tuple[PlanRecord, ...]:
    """The plans that a question for a list is about: one for each group that is named, else the
    one whose passages fit best.
    """
    request = reader.request
    groups = request.groups if request.named else (request.pool or request.plans,)
    return tuple(dict.fromkeys(_best_of(reader, newest_of(g)) for g in groups if g))


def _best_of(reader: Reader, plans: Sequence[PlanRecord]) -> PlanRecord:
    if len(plans) == 1:
        return plans[0]
    request = reader.request
    ranked = reader.candidates(reader.library.search(request.search_text, plans, request.readable))
    return ranked[0].hit.record if ranked else plans[0]


def sections_meant(
    reader: Reader, record: PlanRecord, plan: Plan, read: ReadItems
) -> list[Section]:
    """The sections of a plan that a list is asked of, in printed order."""
    hits = reader.library.search(reader.request.search_text, [record], reader.request.readable)
    if named := parts_named(reader.request.question, plan):
        fit = {s.key: _time_fit(reader, record, plan, s) for s in named}
        return [s for s in named if fit[s.key] == max(fit.values())]
    if not reader.terms.words:
        goals = _goals(reader, record, plan)
        if goals or read is figures_of and not _asks_a_horizon(reader, record):
            return goals
    best_hit = _best_hits(hits)
    scored = [
        (_score(reader, record, plan, section, best_hit), section)
        for section in plan.all_sections()
        if any(True for _ in read(section, plan))
    ]
    if not scored:
        return []
    scored = _with_chapters(reader, scored)
    best = max(score for score, _ in scored)
    chosen: list[Section] = []
    for score, section in sorted(scored, key=lambda pair: -pair[0]):
        if score < ALIKE * best or len(chosen) == SECTIONS:
            break
        if not any(section.is_below(c) or c.is_below(section) for c in chosen):
            chosen.append(section)
    chosen = [s for s in chosen if _is_on_topic(reader, plan, s)]
    order = [s.key for s in plan.all_sections()]
    return sorted(chosen, key=lambda s: order.index(s.key))


def _asks_a_horizon(reader: Reader, record: PlanRecord) -> bool:
    """True if a year is asked for that a plan is not of: what is to be reached by then."""
    request = reader.request
    years = (*request.years, *request.printed_years)
    return any(year != record.metadata.year for year in years)


def _is_on_topic(reader: Reader, plan: Plan, section: Section) -> bool:
    """True if a section, or what stands below it, says something of the topic."""
    if not reader.terms.words:
        return True
    inside = (s for s in plan.all_sections() if s.key == section.key or s.is_below(section))
    text = "\n".join(s.whole_text for s in inside)
    return reader.terms.covered(terms_of(text), text).topic > 0


def _with_chapters(
    reader: Reader, scored: Sequence[tuple[float, Section]]
) -> list[tuple[float, Section]]:
    """The same with a chapter before its parts, where its heading says as much of the topic."""
    share = {s.key: reader.terms.topic_share(terms_of(s.heading)) for _, s in scored}
    best = max(scored, key=lambda pair: pair[0])

    def is_whole(section: Section) -> bool:
        says = share[section.key] >= max(NAMES_HEADING * share[best[1].key], 0.5)
        return best[1].is_below(section) and says

    return [(score + best[0] if is_whole(s) else score, s) for score, s in scored]


def parts_named(question: str, plan: Plan) -> list[Section]:
    """The sections that a question names by what plans call their parts: 保障措施, 主要任务."""
    named = [w.value for w in find_words(question) if w.kind is Kind.PART]
    found = [s for s in plan.sections if any(name in s.heading for name in named)]
    if "目标" in named:  # the nearest heading to the goals themselves
        return [s for s in found if not any(o.is_below(s) for o in found)][:SECTIONS]
    return [s for s in found if not any(s.is_below(o) for o in found)][:SECTIONS]


def goals_said(reader: Reader, record: PlanRecord, plan: Plan) -> list[Item]:
    """The sentences that tell a plan's goals (主要预期目标是：…), with the sentences with figures
    behind them in their paragraph, where no heading says the topic; those of the time asked for.
    """
    share = reader.terms.topic_share
    words = reader.terms.words
    if words and any(share(terms_of(s.heading)) >= 0.5 for s in plan.sections):
        return []
    found: list[Item] = []
    for section in plan.all_sections():
        if _time_fit(reader, record, plan, section) < 0:
            continue
        for paragraph in section.text.splitlines():
            said = GOALS_SAID.search(paragraph)
            if said is None or not holds_figure(paragraph[said.start() :]):
                continue
            if words and share(terms_of(paragraph[: said.end()])) < 0.5:
                continue
            start = paragraph.rfind("。", 0, said.start()) + 1
            for sentence in sentences_of(paragraph[start:]):
                text = sentence.strip()
                found += [Item(section, piece) for piece in _with_figures(text)]
    return [i for i in found if holds_figure(i.text)]


def _goals(reader: Reader, record: PlanRecord, plan: Plan) -> list[Section]:
    """The sections whose headings announce goals, those of the time asked for."""
    found = [s for s in plan.sections if GOALS.search(s.heading)]
    fit = {s.key: _time_fit(reader, record, plan, s) for s in found}
    return [s for s in found if fit[s.key] == max(fit.values()) >= 0][:SECTIONS]


def _best_hits(hits: Sequence[Hit]) -> dict[object, float]:
    best: dict[object, float] = {}
    for hit in hits:
        best[hit.section.key] = max(best.get(hit.section.key, 0.0), hit.score)
    return best


def _score(
    reader: Reader, record: PlanRecord, plan: Plan, section: Section, best_hit: dict[object, float]
) -> float:
    inside = [s for s in plan.all_sections() if s.key == section.key or s.is_below(section)]
    passage = max((best_hit.get(s.key, 0.0) for s in inside), default=0.0)
    passage /= 1 + 0.05 * (len(inside) - 1)  # a chapter holds more passages than an item
    share = reader.terms.topic_share
    score = HEADING_WEIGHT * share(terms_of(section.heading)) + PASSAGE_WEIGHT * passage
    score += TEXT_WEIGHT * share(terms_of(section.text))
    return score + TIME_WEIGHT * _time_fit(reader, record, plan, section)


def _time_fit(reader: Reader, record: PlanRecord, plan: Plan, section: Section) -> float:
    """1 where a heading prints the year asked for, -1 where it prints others or looks back."""
    request = reader.request
    year = record.metadata.year
    asked = {*request.years, *({year} if "今年" in request.question and year else ())}
    headings = [s.heading for s in plan.all_sections() if section.is_below(s)]
    printed = frozenset().union(*(years_of(h) for h in (*headings, section.heading)))
    fit = 0.0
    if asked and printed:
        fit += 1.0 if printed & asked else -1.0
    if request.tense:
        is_past = section.key in reporting(reader.library, record)
        fit += 0.5 if is_past == (request.tense < 0) else -1.0
    return fit


def points_of(section: Section, plan: Plan) -> Iterator[Item]:
    """The points of a section: the headings below it, else what its text enumerates, else the
    first sentence of each of its paragraphs.
    """
    children = [
        s for s in plan.sections if s.is_below(section) and len(s.path) == len(section.path) + 1
    ]
    named = [c for c in children if c.whole_text.strip()]
    if len(named) > 1:
        for child in named:
            yield Item(child, child.heading or _first(child.text))
        return
    pieces = [p.strip() for p in sentences_of(section.text) if p.strip() and not is_order(p)]
    points = [p for p in pieces if POINT.search(p)]
    if len(points) > 1:
        yield from (Item(section, _clipped(p)) for p in points)
        return
    paragraphs = [p.strip() for p in section.text.splitlines() if len(p.strip()) > 3]
    leads = paragraphs if len(paragraphs) > 1 else pieces
    for paragraph in leads:
        if not is_order(paragraph):
            yield Item(section, _first(paragraph))


def figures_of(section: Section, plan: Plan) -> Iterator[Item]:
    """Every sentence with a figure in a section and below it, clipped to what counts."""
    for own in plan.all_sections():
        if own.key != section.key and not own.is_below(section):
            continue
        if holds_figure(own.heading):
            yield Item(own, own.heading)
        for sentence in sentences_of(own.text):
            text = sentence.strip()
            if holds_figure(text) and not is_order(text):
                yield from (Item(own, piece) for piece in _with_figures(text))


def _with_figures(sentence: str) -> Iterable[str]:
    """A sentence, or of a long one the runs of clauses with figures."""
    if len(sentence) <= LINE_CHARS:
        yield sentence
        return
    clauses, run = clauses_of(sentence), ""
    for i, clause in enumerate(clauses):
        near = any(holds_figure(c) for c in clauses[max(0, i - 1) : i + 2])
        if near and holds_figure(run + clause) | holds_figure("".join(clauses[i : i + 2])):
            run += clause
        elif run:
            yield run.strip("，,；; ")
            run = ""
    if run:
        yield run.strip("，,；; ")


def _first(text: str) -> str:
    """The first sentence of a text, or of a long one its first clauses."""
    sentence = next((s.strip() for s in sentences_of(text) if s.strip()), text.strip())
    return _clipped(sentence)


def _clipped(sentence: str) -> str:
    if len(sentence) <= LINE_CHARS:
        return sentence
    kept = ""
    for clause in clauses_of(sentence):
        if kept and len(kept) + len(clause) > LEAD_CHARS:
            break
        kept += clause
    return kept.strip("，,；; ")


def counted_items(question: str, plan: Plan) -> list[Item]:
    """The items that are meant by their number: 六项任务 are six neighbours, 15件实事 are points
    behind the sentence that counts them; () where there are none such.
    """
    match = GROUP.search(question)
    count = number_value(match[1]) if match else None
    if not match or not count or count < 3:
        return []
    families: dict[object, list[Section]] = {}
    for section in plan.sections:
        families.setdefault((section.part, section.path[:-1]), []).append(section)
    groups = [g for g in families.values() if len(g) == count]
    said = re.compile(rf"(?:{match[1]}|{count})\s*[个项条点件]")
    for section in plan.all_sections():
        if points := _points_behind(said, section, count):
            return points
    counted = [
        g
        for g in groups
        if any(said.search(s.whole_text) and g[0].is_below(s) for s in plan.all_sections())
    ]
    chosen = counted or groups
    return [Item(s, s.heading or _first(s.text)) for s in chosen[0]] if len(chosen) == 1 else []


def _points_behind(said: re.Pattern[str], section: Section, count: int) -> list[Item]:
    """The points behind the sentence that counts them, () where they are not so many."""
    pieces = [p.strip() for p in sentences_of(section.text)]
    for at, piece in enumerate(pieces):
        if not said.search(piece):
            continue
        points: list[str] = []
        for after in pieces[at + 1 :]:
            if POINT.search(after):
                if len(points) == count:
                    break
                points.append(after)
            elif not points:
                break
        if len(points) == count:
            return [Item(section, _clipped(p)) for p in points]
    return []
