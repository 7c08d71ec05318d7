"""A plan's sections -> its register of quantified targets.

Rules of the language, no model: the same text gives the same rows. A sentence is read in steps,
each its own file: clauses, quantities, which of them are commitments, deadlines, metrics, offices,
and whether it reports or promises (reports).

Not covered: targets in headings on a line of their own, annexes in other files.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from knowledge.plan import Plan, Section, Target
from knowledge.quantity import SPANS, find_each
from knowledge.structure.tense import (
    is_done,
    names_problems,
    reporting_sections,
    still_reports,
    turns_to_problems,
)
from knowledge.targets.amounts import Amount, recurs, scaled
from knowledge.targets.clauses import Sentence, blank_names, read_sentences
from knowledge.targets.commitments import find_quantities
from knowledge.targets.deadline_scope import (
    closed_clauses,
    closing_deadlines,
    governing_deadlines,
    only_ends,
)
from knowledge.targets.deadlines import (
    Deadline,
    deadline_date,
    find_beginnings,
    find_deadlines,
)
from knowledge.targets.indicator_tables import (
    first_year,
    indicator_targets,
    office_notes,
    read_table_rows,
)
from knowledge.targets.measures import Metric, name_metrics
from knowledge.targets.phrases import describe
from knowledge.targets.responsible import Note, find_offices, find_time_limits
from knowledge.text import Span
from knowledge.tiers import read_tiers
from knowledge.time import ALL_YEAR, TimeKind, read_times
from knowledge.units import TIMES, unit_named

AREA = "县区|镇街|街道|社区|苏木镇|苏木|嘎查|园区|乡镇|区县|[县市区旗盟州镇乡村]"
ASIDE = r"[（(][^（()）]{1,10}[）)]"
EACH_PLACE = re.compile(rf"(?:每一?个?|各)(?:{AREA})(?:{ASIDE}|{AREA}|、)*(?:{AREA}|{ASIDE})?")
# 每名党员 of 每名党员联系2户; in 每名补助 the noun is missing
THING = re.compile(
    r"(?!新增|补|奖|资|免)[\u4e00-\u9fff]{1,8}?"
    r"(?=至少|不|带动|联系|服务|培训|每|要|都|均|配备|建|设|有)"
)
PLACE = re.compile(r"全[市县区省旗州镇乡](?![一统])|城区|市辖区|县市|农村社区|城市社区")

# A deadline without a number is a target where something is finished by then.
FINISHES = re.compile(
    "完成|建成|实现|组建|出台|投入|投用|启用|成立|编制|印发|上线|竣工|开工|达标|完工|封顶|贯通|通车|投产|验收"
    "|交付|运营|动工|挂牌|整改到位|办结"
)
REPORTS_BACK = re.compile(r"报(?:送|至|局|市|县|区|我)|上报|书面")  # 3月底前报局办公室
HAN_TEXT = re.compile(r"[\u4e00-\u9fff]")
LEAST_COMMITMENT_CHARS = 4


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a row comes from: its section, the year 年底前 means there, whether it reports."""

    section: Section
    year: int | None
    reports: bool
    first_year: int | None = None
    counted: str = ""  # by the sentence before


@dataclass(frozen=True, slots=True)
class _Row:
    """A target and the stretch of its sentence that it quotes; it stands at `at`."""

    at: int
    start: int
    end: int
    target: Target
    subject: str = ""


def read_targets(plan: Plan) -> tuple[Target, ...]:
    """Return the plan's register of targets, in printed order."""
    sections, years = plan.all_sections(), _section_years(plan)
    targets: list[Target] = []
    for section, reports, year in zip(sections, reporting_sections(plan), years, strict=True):
        if not names_problems(section.heading):
            since = first_year(plan.metadata.title, year)
            targets += _read_section(_Source(section, year, reports, since))
    return tuple(targets)


def _section_years(plan: Plan) -> Iterator[int | None]:
    """Yield the year of each section: its chapter's (二、2024年工作安排), else the plan's."""
    chapter = plan.metadata.year
    for section in plan.all_sections():
        if len(section.path) <= 1:
            printed = [t for t in read_times(section.heading) if t.kind is TimeKind.YEAR]
            is_one = len(printed) == 1 and printed[0].years
            chapter = printed[0].years[0] if is_one else plan.metadata.year
        yield chapter


def _read_section(source: _Source) -> Iterator[Target]:
    text = _running_text(source.section)
    table = read_table_rows(text)
    offices, limits = find_offices(text) + office_notes(table), find_time_limits(text)
    indicators = {line.start: line for line in table if line.values}
    was_done, counted, problems_end = False, "", 0
    for sentence in read_sentences(text):
        if indicator := indicators.get(sentence.start):
            yield from indicator_targets(source.section, indicator, source.first_year)
            continue
        if any(line.start < sentence.start < line.end for line in indicators.values()):
            continue
        if source.reports and turns_to_problems(sentence.plain):
            problems_end = (text + "\n").index("\n", sentence.start)
        if sentence.start < problems_end:
            continue
        reports = still_reports(
            sentence.text, sentence.plain, source.reports, source.section.heading
        )
        source = replace(source, reports=reports)
        # "截至6月底，完成500户。其中东区完成200户。"
        goes_on = was_done and sentence.text.startswith("其中")
        own = replace(source, reports=source.reports or goes_on, counted=counted)
        for row in _read_sentence(own, sentence):
            counted = row.subject or counted
            was_done = row.target.kind == "achieved"
            place = sentence.start + row.at
            target = replace(row.target, office=_noted(offices, place))
            yield _limited(target, _noted(limits, place), source.year)


def _noted(notes: Sequence[Note], place: int) -> str | None:
    return next((note.text for note in notes if note.start <= place < note.end), None)


def _limited(target: Target, limit: str | None, year: int | None) -> Target:
    """Give a target the time limit that a note prints, where it has none of its own."""
    if limit is None or target.deadline or target.kind != "target" or recurs(target.unit):
        return target
    return replace(target, deadline=limit, deadline_date=deadline_date(limit, year))


def _running_text(section: Section) -> str:
    """Return the section's text, with a heading in front that is a sentence and holds a number."""
    is_sentence = section.stop and re.search(r"[\d×]", blank_names(section.heading))
    return section.whole_text if is_sentence else section.text


def _read_sentence(source: _Source, sentence: Sentence) -> list[_Row]:
    """Return the rows of a sentence in printed order."""
    quantities = find_quantities(sentence)
    deadlines = find_deadlines(sentence, source.year)
    closings = closing_deadlines(sentence, quantities, deadlines)
    closed = {i for deadline in closings for i in closed_clauses(sentence, deadline)}
    quantities = [q for q in quantities if not (q.is_total and q.clause in closed)]
    metrics = name_metrics(sentence, quantities, deadlines, source.counted)
    governing = governing_deadlines(sentence, quantities, deadlines)
    rows = [
        _quantity_row(source, sentence, *found)
        for found in zip(quantities, metrics, governing, strict=True)
    ]
    if not source.reports:
        alone = [deadline for deadline in deadlines if deadline not in closings]
        rows += _deadline_rows(source, sentence, alone, rows)
    return sorted(rows, key=lambda row: row.at)


def _quantity_row(
    source: _Source,
    sentence: Sentence,
    quantity: Amount,
    metric: Metric,
    deadline: Deadline | None,
) -> _Row:
    clause = sentence.clauses[quantity.clause]
    achieved = source.reports or is_done(sentence.until(quantity.clause))
    governing = None if achieved or (deadline and deadline.text == ALL_YEAR) else deadline
    value, unit = scaled(quantity.value, quantity.unit, quantity.quantity.scale)
    target = Target(
        part=source.section.part,
        path=source.section.path,
        quote=sentence.text[metric.start : clause.end].strip(),
        metric=metric.name or source.section.heading,
        op=quantity.op,
        value=value,
        unit=unit,
        deadline=governing.text if governing else None,
        deadline_date=deadline_date(governing.text, source.year) if governing else None,
        scope=_scope(sentence.text[clause.start : clause.end], metric.name),
        office=None,
        kind="achieved" if achieved else "target",
        redacted=quantity.redacted,
        about=quantity.quantity.about,
        since=_since(sentence, quantity, source.year),
    )
    return _Row(quantity.start, metric.start, clause.end, target, metric.subject)


def _since(sentence: Sentence, quantity: Amount, year: int | None) -> str:
    """Return the day from which on a sentence says that a value holds, "" where it says none."""
    days = [day for day in find_beginnings(sentence, year) if day.start < quantity.start]
    return days[-1].text if days else ""


def _deadline_rows(
    source: _Source, sentence: Sentence, deadlines: Sequence[Deadline], rows: Sequence[_Row]
) -> Iterator[_Row]:
    """Yield the deadlines by which something is finished that no number measures."""
    for deadline in deadlines:
        index = sentence.clause_at(deadline.start)
        start, end = _dated_stretch(sentence, deadline, deadlines)
        before, said = sentence.text[start : deadline.start], sentence.text[deadline.end : end]
        for other in deadlines:  # "…，6月底前封顶，年底前投用"
            if start < other.start < deadline.start:
                before = sentence.text[start : sentence.clauses[sentence.clause_at(start)].end]
        own = sentence.clauses[index].start
        measured = any(row.start < end and own < row.end for row in rows)
        is_promised = not is_done(sentence.until(index))
        if measured or not is_promised or not _is_dated_commitment(deadline, before + said):
            continue
        target = Target(
            part=source.section.part,
            path=source.section.path,
            quote=sentence.text[start:end].strip(),
            metric=describe(before) + describe(said),
            op="deadline",
            value=deadline.text,
            unit=None,
            deadline=deadline.text,
            deadline_date=deadline_date(deadline.text, source.year),
            scope=_scope(said, said),
            office=None,
            kind="target",
            redacted=False,
        )
        yield _Row(deadline.start, start, end, target)


def _dated_stretch(
    sentence: Sentence, deadline: Deadline, deadlines: Sequence[Deadline]
) -> tuple[int, int]:
    """Return where the words begin and end that say what is finished by a deadline."""
    index = sentence.clause_at(deadline.start)
    start, end = sentence.clauses[index].start, sentence.clauses[index].end
    if deadline.end >= end and index + 1 < len(sentence.clauses):
        end = sentence.clauses[index + 1].end  # "年底前，编制完成…"
    elif index and only_ends(sentence, deadline):
        # "开展安全排查，6月底前完成"; "推进站房建设，6月底前封顶，年底前投用"
        dated = {sentence.clause_at(d.start) for d in deadlines if only_ends(sentence, d)}
        subject = next((i for i in range(index - 1, -1, -1) if i not in dated), index - 1)
        start = sentence.clauses[subject].start
    return start, end


def _is_dated_commitment(deadline: Deadline, said: str) -> bool:
    if len(HAN_TEXT.findall(said)) < LEAST_COMMITMENT_CHARS or REPORTS_BACK.search(said):
        return False
    return deadline.is_end and (deadline.text.endswith("前") or bool(FINISHES.search(said)))


def _scope(clause: str, metric: str) -> str | None:
    """Return whom or what a row is for: 每个镇街, 全市, or the tier that its metric names."""
    if each := _dealt_out_to(clause):
        return each
    if place := PLACE.search(metric) or PLACE.search(clause):
        return place[0]
    tiers = (t for t in read_tiers(metric) if metric.startswith("的", t.end) or t.is_closed)
    tier = next(tiers, None)
    return metric[tier.start : tier.end] if tier else None


def _dealt_out_to(clause: str) -> str | None:
    """Return to what a clause deals something out: 每个镇街, 每名党员, 每户."""
    place = EACH_PLACE.search(clause)
    thing = next(filter(None, (_each_thing(clause, span) for span in find_each(clause))), None)
    if place and (thing is None or place.start() <= thing.start):
        return place[0]
    return thing.of(clause) if thing else None


def _each_thing(clause: str, span: Span) -> Span | None:
    """Return a 每户 or 每名党员, None for what is a rate: 每月, 每千人, 每人每月."""
    word = span.of(clause)[1:]
    unit = unit_named(word)
    if unit.factor != 1 or not unit.is_known or unit.family in TIMES:
        return None
    if word in SPANS or clause.startswith("每", span.end):
        return None
    noun = THING.match(clause, span.end)
    return Span(span.start, noun.end() if noun else span.end)
