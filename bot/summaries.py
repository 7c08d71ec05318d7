"""A request for a summary -> every target of the topic, or each section of a chapter in a few
sentences; a request for targets -> the rows of the register, page by page.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby

from bot import registers, wording
from bot.citations import facts
from bot.extraction import Weights
from bot.messages import Answer, Statement, Status
from bot.registers import Choice, Counted, Row, describe
from bot.scope import newest_of, simplify
from bot.understanding import Request
from knowledge.library import Library
from knowledge.numbering import HAN, number_value
from knowledge.passages import split_sentences
from knowledge.plan import Citation, PlanRecord, Section, Target

SENTENCES = 60  # of a summary
SECTION_CHARS = 260  # a shorter section is quoted whole
SECTION_SENTENCES = 3  # of a longer one, those that say most
TOPIC_SHARE = 0.6  # of the best heading's fit that others on the topic reach
FIGURES = re.compile("指标|目标|数字|多少|数据")
GROUP = re.compile(rf"({HAN}|\d{{1,2}})[个项条点句大方][“\"]?(任务|方面|坚持|部分|内容|工作|要求)?")
TELLING = re.compile(r"\d|×|《|“|全覆盖|清零")

PAGE_ROWS = 15  # a phone's screen and a half
LAST_PAGE_ROWS = 20  # a list that is hardly longer is not cut
WHOLE_PLAN = re.compile(
    "总结|概括|归纳|梳理|浓缩|汇总|全文|整[个份]|主要|工作|要点|文件|计划|内容|讲话|民政|重点|一句话|给我|说了些|讲了些|[下份个全]"
)
DUE_NEXT = 5
COUNTED = re.compile("(?:多少|几)[项个条]?(?:具体|数字|硬)?指标|指标.{0,4}(?:多少|几)[项个条]?")
LARGEST = re.compile("最[大高多]")
NAMED_PLANS = 3  # that a list names in its first line
CHAPTERS = 12  # offered where nothing matches


def summarise(request: Request, library: Library) -> Answer | None:
    """Answer with the targets of the topic, or with its sections; None when it is nowhere. Without
    a topic it is all targets, or the plan at a glance.
    """
    plans = newest_of(request.plans) if not request.years else request.plans
    has_topic = bool(WHOLE_PLAN.sub("", "".join(request.content)))
    if not has_topic and FIGURES.search(request.question):
        return list_targets(request, library)
    if request.page > 1:
        return Answer(Status.NOT_FOUND, (_own(wording.TARGETS_NO_PAGE, pages=1),))
    if not has_topic and len(plans) <= NAMED_PLANS:
        return brief(plans, request.today or date.today(), library)
    weights = Weights(library, request)
    statements: list[Statement] = []
    targets: list[tuple[PlanRecord, Target]] = []
    for record in plans:
        sections = library.plan(record).sections
        chosen = _group(request, sections) or _on_topic(weights, sections)
        if FIGURES.search(request.question):
            found = _targets(record, chosen, library)
            targets += [(record, target) for target, _ in found]
            statements += [statement for _, statement in found]
        else:
            statements += [s for section in chosen for s in _gist(record, section)]
    if not statements:
        return None
    return Answer(Status.ANSWERED, tuple(statements[:SENTENCES]), targets=tuple(targets))


def brief(plans: Sequence[PlanRecord], today: date, library: Library) -> Answer:
    """Answer with each plan at a glance: what it is, its chapters, what is due next."""
    statements, targets = list[Statement](), list[Row]()
    for record in plans:
        rows = registers.read_rows(record, library)
        rows = [row for row in rows if row.target.kind != registers.ACHIEVED]
        due = sorted(
            (row for row in rows if registers.is_open(row, today)),
            key=lambda row: row.target.deadline_date or "",
        )[:DUE_NEXT]
        statements += [*_imprint(record), *_chapters(record, rows, library)]
        statements += _due_next(rows, due, today)
        if rest := len(rows) - len(due):
            statements.append(_own(wording.BRIEF_MORE, count=rest, name=describe(record)))
        targets += due
    return Answer(Status.ANSWERED, tuple(statements), targets=_pairs(targets))


def _imprint(record: PlanRecord) -> Iterator[Statement]:
    """Yield a plan's title, and by whom, when and under which number it was issued."""
    said = record.metadata
    yield Statement(f"《{record.title}》")
    issued = wording.BRIEF_ISSUED.format(date=said.date) if said.date else ""
    if text := "，".join(filter(None, (said.issuer, said.doc_number, issued))):
        yield Counted(f"{text}。", computed=text)


def _chapters(record: PlanRecord, rows: Sequence[Row], library: Library) -> Iterator[Statement]:
    """Yield a line for each chapter, with the number of its targets."""
    sections = library.plan(record).sections
    tops = [s for s in sections if len(s.path) == 1]
    chapters = tops if len(tops) > 1 else [s for s in sections if len(s.path) <= 2]
    yield _own(wording.BRIEF_CHAPTERS, chapters=len(chapters), count=len(rows))
    for chapter in chapters:
        count = sum(
            (r.section.part, r.section.path[: len(chapter.path)]) == (chapter.part, chapter.path)
            for r in rows
        )
        said = chapter.heading or split_sentences(chapter.text)[0].strip("。")
        text = wording.TARGETS_CHAPTER.format(label=chapter.label, heading=said)
        note = wording.BRIEF_COUNT.format(count=count) if count else ""
        yield Counted(text + note, (Citation(record, chapter, said),), computed=note)


def _due_next(rows: Sequence[Row], due: Sequence[Row], today: date) -> Iterator[Statement]:
    dated = sum(row.target.deadline_date is not None for row in rows)
    day = today.isoformat()
    if due:
        text = wording.BRIEF_DUE.format(today=day)
        yield Counted(text, computed=text)
    elif dated:
        text = wording.BRIEF_OVER.format(count=dated, today=day)
        yield Counted(text, computed=text)
    elif rows:
        yield Statement(wording.BRIEF_UNDATED)
    for row in due:
        yield Statement(
            registers.line(row.target), (Citation(row.record, row.section, row.target.quote),), "· "
        )


def list_targets(request: Request, library: Library) -> Answer:
    """Answer with the rows of the register that a question asks for: counted, the largest, or all
    of them, page by page.
    """
    plans = newest_of(request.plans) if not request.years else request.plans
    every = [row for record in plans for row in registers.read_rows(record, library)]
    if not every:
        return Answer(Status.NOT_FOUND, (_own(wording.TARGETS_WITHOUT, plans=_names(plans)),))
    choice = registers.read_choice(request, every)
    about, notes = registers.of_office(choice, registers.on_topic(choice, every)), []
    if not about:
        about = registers.near_topic(choice, every, request, library)
        notes.append(_own(wording.TARGETS_NEAR, what=choice.text))
    rows, kept_out = _kinds(choice, about)
    due = [row for row in rows if registers.is_due(row, choice)]
    if not due:
        return Answer(Status.NOT_FOUND, tuple(_nothing(choice, rows, every)))
    notes += kept_out + _left_out(choice, rows, due, request, plans)
    what = "；".join(filter(None, (choice.text, _names(plans))))
    if LARGEST.search(request.question):
        return _largest(request, what, due, notes)
    if COUNTED.search(request.question):
        head = _own(wording.TARGETS_HEAD, count=len(due), what=what)
        return Answer(Status.ANSWERED, (head, *_counts(due), *notes), targets=_pairs(due))
    return _page(request, what, due, notes)


def _page(request: Request, what: str, rows: Sequence[Row], notes: Sequence[Statement]) -> Answer:
    """Answer with one page of the rows, saying how many there are in all."""
    pages = _pages(rows)
    if request.page > len(pages):
        return Answer(Status.NOT_FOUND, (_own(wording.TARGETS_NO_PAGE, pages=len(pages)),))
    shown = pages[request.page - 1]
    head, counts = wording.TARGETS_HEAD, {"count": len(rows)}
    if len(pages) > 1:
        head += wording.TARGETS_PAGE
        counts |= {"page": request.page, "pages": len(pages)}
    rest = sum(map(len, pages[request.page :]))
    end = [_own(wording.TARGETS_NEXT, count=rest)] if rest else []
    statements = (_own(head, what=what, **counts), *_lines(shown, rows), *end)
    return Answer(Status.ANSWERED, (*statements, *notes), targets=_pairs(shown))


def _pages(rows: Sequence[Row]) -> list[Sequence[Row]]:
    if len(rows) <= LAST_PAGE_ROWS:
        return [rows]
    return [rows[at : at + PAGE_ROWS] for at in range(0, len(rows), PAGE_ROWS)]


def _lines(shown: Sequence[Row], rows: Sequence[Row]) -> Iterator[Statement]:
    """Yield the rows below their plan, where there are several, and their chapter."""
    counts = Counter(row.record.id for row in rows)
    for record, of_plan in groupby(shown, key=lambda row: row.record):
        if len(counts) > 1:
            count = counts[record.id]
            yield _own(wording.TARGETS_PLAN, title=record.title, count=count)
        for chapter, of_chapter in groupby(of_plan, key=lambda row: row.chapter):
            yield _chapter(record, chapter)
            for row in of_chapter:
                cited = Citation(record, row.section, row.target.quote)
                yield Statement(registers.line(row.target), (cited,), "· ")


def _chapter(record: PlanRecord, chapter: Section) -> Statement:
    """Return a chapter's heading, cited only where it prints a figure that must be supported."""
    text = wording.TARGETS_CHAPTER.format(label=chapter.label, heading=chapter.heading)
    cited = (Citation(record, chapter, chapter.heading),) if facts(chapter.heading) else ()
    return Statement(text, cited)


def _counts(rows: Sequence[Row]) -> Iterator[Statement]:
    """Yield how many rows each chapter has."""
    several = len({row.record for row in rows}) > 1
    for record, of_plan in groupby(rows, key=lambda row: row.record):
        chapters = [(c, len(list(g))) for c, g in groupby(of_plan, key=lambda row: row.chapter)]
        if several:
            yield _own(wording.TARGETS_PLAN, title=record.title, count=sum(n for _, n in chapters))
        for chapter, count in chapters:
            cited = (Citation(record, chapter, chapter.heading),) if facts(chapter.heading) else ()
            line = wording.TARGETS_OF_CHAPTER
            text = line.format(label=chapter.label, heading=chapter.heading, count=count)
            yield Counted(text, cited, computed=line.format(label="", heading="", count=count))


def _largest(request: Request, what: str, rows: Sequence[Row], notes: list[Statement]) -> Answer:
    """Answer with the row of the largest number, of the unit asked for or of each unit."""
    unit = request.unit or registers.unit_asked(simplify(request.question))
    best = registers.largest(rows, unit) or registers.largest(rows, None)
    without = sum(registers.size(row.target) is None for row in rows)
    if without:
        notes = [*notes, _own(wording.TARGETS_UNCOMPARED, count=without)]
    head = _own(wording.TARGETS_LARGEST, what=what, count=len(rows))
    lines = (head, *_lines(best, best), *notes)
    return Answer(Status.ANSWERED, lines, targets=_pairs(best))


def _kinds(choice: Choice, rows: Sequence[Row]) -> tuple[list[Row], list[Statement]]:
    """Return what is promised, or what is reported where that is asked for or all there is, and a
    word about the others.
    """
    done = [row for row in rows if row.target.kind == registers.ACHIEVED]
    promised = [row for row in rows if row.target.kind != registers.ACHIEVED]
    if choice.achieved or not promised:
        return done, []
    words = "".join(choice.topic)
    return promised, [_own(wording.TARGETS_DONE, count=len(done), words=words)] if done else []


def _left_out(
    choice: Choice,
    rows: Sequence[Row],
    due: Sequence[Row],
    request: Request,
    plans: Sequence[PlanRecord],
) -> list[Statement]:
    """Say what the list does not hold: rows without a deadline, plans without rows, older years."""
    notes = []
    undated = sum(row.target.deadline is None for row in rows)
    if len(due) < len(rows) and undated:
        notes.append(_own(wording.TARGETS_UNDATED, count=undated))
    with_rows = {row.record.id for row in rows}
    without = [r for r in plans if r.id not in with_rows]
    if without and request.named and not choice.text:
        notes.append(_own(wording.TARGETS_WITHOUT, plans=_names(without)))
    if older := [r for r in request.plans if r not in plans]:
        notes.append(_own(wording.TARGETS_OLDER, older=_names(older)))
    return notes


def _nothing(choice: Choice, about: Sequence[Row], every: Sequence[Row]) -> Iterator[Statement]:
    """Say that nothing matches, or nothing in the days asked about, and offer the chapters that
    have targets.
    """
    if about and choice.period:
        text, due = wording.TARGETS_NONE_DUE, choice.period.text
        what = "、".join(choice.topic) or _names(list(dict.fromkeys(r.record for r in about)))
        yield _own(text, period=due, what=what, count=len(about))
    else:
        yield _own(wording.TARGETS_NO_MATCH, what=choice.text)
    yield Statement(wording.TARGETS_CHAPTERS)
    offered = list(dict.fromkeys((row.record, row.chapter) for row in every))[:CHAPTERS]
    yield from _counts([row for row in every if (row.record, row.chapter) in offered])


def _names(plans: Sequence[PlanRecord]) -> str:
    names = "、".join(map(describe, plans[:NAMED_PLANS]))
    return names + "等" * (len(plans) > NAMED_PLANS)


def _pairs(rows: Sequence[Row]) -> tuple[tuple[PlanRecord, Target], ...]:
    return tuple((row.record, row.target) for row in rows)


def _own(template: str, **values: str | int) -> Statement:
    """Return the bot's own word; the counts in it are computed, its other figures are not."""
    counts = {name: v if isinstance(v, int) else "" for name, v in values.items()}
    return Counted(template.format(**values), computed=template.format(**counts))


def _group(request: Request, sections: Sequence[Section]) -> list[Section]:
    """Return the neighbours that are meant by their number: 六项任务, 四个“坚持”."""
    match = GROUP.search(request.question)
    count = number_value(match[1]) if match else None
    if match is None or not count or count < 3:
        return []
    families: dict[object, list[Section]] = {}
    for section in sections:
        families.setdefault((section.part, section.path[:-1]), []).append(section)
    groups = [g for g in families.values() if len(g) == count]
    named = [g for g in groups if match[2] and all(match[2] in s.heading for s in g)]
    return next(iter(named or groups), []) if len(named or groups) == 1 else []


def _on_topic(weights: Weights, sections: Sequence[Section]) -> list[Section]:
    """Return the sections with text whose headings, or those above them, speak of the topic."""
    fit = {
        section.key: max(
            (weights.coverage(s.heading) for s in (section, *_above(section, sections))), default=0
        )
        for section in sections
    }
    best = max(fit.values(), default=0)
    if not best:
        fit = {s.key: weights.coverage(s.text) for s in sections}
        best = max(fit.values(), default=0)
    return [s for s in sections if best and s.text and fit[s.key] >= TOPIC_SHARE * best]


def _above(section: Section, sections: Sequence[Section]) -> list[Section]:
    return [s for s in sections if section.is_below(s)]


def _targets(
    record: PlanRecord, sections: Sequence[Section], library: Library
) -> list[tuple[Target, Statement]]:
    """Return the targets that stand in these sections, each sentence once."""
    by_path = {(s.part, s.path): s for s in sections}
    found: dict[tuple[object, str], tuple[Target, Statement]] = {}
    for target in library.plan(record).targets:
        section = by_path.get((target.part, target.path))
        if section is None:
            continue
        sentences = split_sentences(section.whole_text)
        printed = next((s for s in sentences if target.quote in s), target.quote).strip()
        statement = Statement(printed, (Citation(record, section, printed),))
        found.setdefault((section.key, printed), (target, statement))
    return list(found.values())


def _gist(record: PlanRecord, section: Section) -> Iterable[Statement]:
    """Yield a short section whole, of a longer one its heading with the sentences that say most."""
    lead = f"{section.heading}：" if section.heading else ""
    sentences = [s.strip() for s in split_sentences(section.text) if len(s.strip()) > 3]
    if len(section.text) > SECTION_CHARS:
        telling = sorted(sentences, key=lambda s: -len(TELLING.findall(s)))[:SECTION_SENTENCES]
        sentences = [s for s in sentences if s in telling]
    for i, sentence in enumerate(sentences):
        yield Statement(sentence, (Citation(record, section, sentence),), lead if i == 0 else "")
