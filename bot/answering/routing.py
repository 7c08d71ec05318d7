"""A request -> an answer from the library: by number, by search, plan by plan, or about the plan
itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.answering.extraction import Extract, extract
from bot.answering.features import Reader
from bot.answering.imprint import answer_about
from bot.answering.lists import list_figures, list_points, names_a_list
from bot.answering.summaries import gist, summarise
from bot.answering.years_printed import of_own_year, of_part, part_of, that_print
from bot.messages import Answer, Statement, Status
from bot.presentation.statements import describe
from bot.targets.comparison import compare_targets
from bot.targets.lists import COUNTED, list_targets
from bot.understanding.dates_named import read_period
from bot.understanding.intents import SUMMARY
from bot.understanding.lexicon import has_cue
from bot.understanding.navigation import Move, Way, go
from bot.understanding.plans_named import newest_of
from bot.understanding.request import Intent, Request
from bot.understanding.section_named import match_sections
from bot.understanding.years_named import is_of_year
from bot.wording import answers as wording
from knowledge.library import Hit, Library
from knowledge.plan import Citation, Plan, PlanRecord, Section
from knowledge.text import split_sentences

SECTION_CHARS = 1500  # of a section that is sent whole
CHOICES = 6
OLDER_LEAD = 0.25  # of the topic: an older edition that says so much more of it answers
COMPARED = -1.0  # log-odds: a plan that is named is taken at less than one that is searched for
COMPARED_LINES = 2  # of each plan
OTHERS_NAMED = 3  # plans of earlier years


def answer(request: Request, library: Library) -> Answer:
    """Answer a request from the plans in its scope."""
    if not request.plans:
        return Answer(Status.NOT_FOUND, ())
    match request.intent:
        case Intent.SECTION:
            return answer_section(request, library)
        case Intent.ABOUT:
            return answer_about(request, library)
        case Intent.COMPARE:
            return compare(request, library)
        case Intent.SUMMARY:
            return summarise(request, library) or search(request, library)
        case Intent.TARGETS:
            return answer_targets(request, library)
        case Intent.OUTSIDE:
            return Answer(Status.NOT_FOUND, ())
        case _:
            if names_a_list(request, library) and (points := list_points(request, library)):
                return points
            return search(request, library)


def search(request: Request, library: Library) -> Answer:
    """Answer with the sentences that fit best."""
    return search_best(request, library).answer


def search_best(request: Request, library: Library) -> Extract:
    """Answer from the newest edition of each plan, and from older ones where only those speak of
    it.
    """
    newest = newest_of(request.pool) if not request.years else request.pool
    older = [r for r in request.pool if r not in set(newest)]
    found = search_in(request, newest, library)
    if not older:
        return found
    before = search_in(request, older, library)
    if before.decision.is_answered:
        lead = before.topic - found.topic
        if not found.decision.is_answered or lead > OLDER_LEAD:
            return before
    return Extract(_with_other_years(found.answer, older), found.decision)


def search_in(request: Request, plans: Sequence[PlanRecord], library: Library) -> Extract:
    """Answer from these plans; where several speak, each line begins with its plan's name."""
    found = extract(Reader(request, library), find(request, plans, library))
    cited = [s for s in found.answer.statements if s.citations]
    if len({s.citations[0].record for s in cited}) < 2:
        return found
    statements = tuple(
        replace(s, lead=f"{describe(s.citations[0].record)}：") if s.citations else s
        for s in found.answer.statements
    )
    return replace(found, answer=replace(found.answer, statements=statements))


def answer_targets(request: Request, library: Library) -> Answer:
    """Answer with the figures on a topic as they are printed; with the register where all of it,
    what is due, a count or the largest is asked for.
    """
    wants_register = (
        has_cue(request.question, "register")
        or COUNTED.search(request.question)
        or read_period(request.question)
    )
    is_open = request.page == 1 and not wants_register and request.section is None
    found = list_figures(request, library) if is_open else None
    return found or list_targets(request, library)


def speaks_of(request: Request, library: Library) -> bool:
    """True if plans that only print a year clearly speak of what is asked; lists always do."""
    if request.intent is not Intent.ANSWER:
        return True
    return search_best(request, library).decision.is_answered


def find(request: Request, plans: Sequence[PlanRecord], library: Library) -> list[Hit]:
    """Return the passages that fit. A follow-up is searched with the words of the question before
    and without: "福彩呢" leaves the subject, "农村的" stays with it.
    """
    hits = library.search(request.search_text, plans, request.readable)
    if request.printed_years:
        hits = that_print(hits, request.printed_years, library)
    hits = of_part(hits, request.years or request.printed_years, library)
    hits = of_own_year(hits, request.years, library)
    if not request.context or not request.content:
        return hits
    own = library.search(" ".join(request.content), plans, request.readable)
    alone = {h.id: h.score for h in own}
    both = [replace(h, score=(h.score + alone.get(h.id, 0.0)) / 2) for h in hits]
    return sorted(both, key=lambda h: -h.score)


def compare(request: Request, library: Library) -> Answer:
    """Answer with a table of the targets where figures are to be compared, else with one line for
    each plan that was named, or a word that it prints nothing of it.
    """
    if table := compare_targets(request, library):
        return table
    lines: list[Statement] = []
    for at, group in enumerate(request.groups):
        plans = newest_of(group) if not request.years else group
        own = tuple(y for y in request.years if any(is_of_year(r, y) for r in plans))
        if len(own) == len(request.groups) > 1:  # one plan that covers each of the years
            own = own[at : at + 1]
        found = search_in(replace(request, years=own, told={}), plans, library)
        lead = f"{describe(plans[0], own)}："
        cited = [s for s in found.answer.statements if s.citations][:COMPARED_LINES]
        if cited and found.strength >= COMPARED:
            lines += [replace(cited[0], lead=lead), *cited[1:]]
        else:
            lines.append(Statement(wording.NOT_MENTIONED, (), f"《{plans[0].title}》："))
    is_answered = any(s.citations for s in lines)
    return Answer(Status.ANSWERED if is_answered else Status.NOT_FOUND, tuple(lines))


def answer_section(request: Request, library: Library) -> Answer:
    """Answer with the section that was named, or ask which one, or say which numbers there are."""
    assert request.section is not None
    plans = newest_of(request.plans) if not request.years else request.plans
    matches = _matches(request, plans, library)
    if not matches:
        record = plans[0]
        tops = (s for s in library.plan(record).sections if len(s.path) == 1)
        labels = "".join(f"〔{s.label}〕" for s in tops)
        name = request.section.text or request.question
        text = wording.NO_SECTION.format(
            title=describe(record), name=name, labels=labels or "（无编号）"
        )
        return Answer(Status.NOT_FOUND, (Statement(text),))
    if len(matches) > 1 and not request.section.steps and len({r for r, _ in matches}) == 1:
        return _outline(matches)
    if len(matches) == 1:
        record, section = matches[0]
        below = _children(section, library.plan(record))
        if SUMMARY.search(request.question) and below and not section.text:
            return Answer(Status.ANSWERED, tuple(s for child in below for s in gist(record, child)))
        return Answer(Status.ANSWERED, tuple(_whole(record, section, library.plan(record))))
    return _which(request, matches)


def _matches(
    request: Request, plans: Sequence[PlanRecord], library: Library
) -> list[tuple[PlanRecord, Section]]:
    """Return the sections of this name, of no more plans than a person can be asked to choose
    from: to read thousands of them whole takes seconds.
    """
    assert request.section is not None
    matches = list[tuple[PlanRecord, Section]]()
    for record in plans:
        part = part_of(record, request.years[0], library) if len(request.years) == 1 else None
        sections = [s for s in library.plan(record).sections if part in (None, s.part)]
        matches += [(record, s) for s in match_sections(request.section, sections)]
        if len(matches) >= CHOICES and matches[0][0] != record:
            break
    return matches


def answer_move(move: Move, last: Citation, library: Library) -> Answer:
    """Answer with the section that the move leads to from the one cited last."""
    plan = library.plan(last.record)
    section = go(move, last.section, plan.sections)
    if section is None:
        return Answer(Status.NOT_FOUND, (Statement(wording.NO_FURTHER),))
    if move.way is Way.WHERE:
        cited = Citation(last.record, section, last.quote)
        return Answer(Status.ANSWERED, (Statement(last.quote, (cited,), wording.STANDS_IN),))
    return Answer(Status.ANSWERED, tuple(_whole(last.record, section, plan)))


def _with_other_years(found: Answer, older: Sequence[PlanRecord]) -> Answer:
    """Say that the same place has plans of other years, by their titles."""
    cited = next((c.record for s in found.statements for c in s.citations), None)
    if cited is None or not cited.metadata.year:
        return found
    others = [r for r in older if r.metadata.region == cited.metadata.region and r.metadata.year]
    if not others:
        return found
    newest = sorted(others, key=lambda r: -(r.metadata.year or 0))[:OTHERS_NAMED]
    titles = dict.fromkeys(f"《{record.title}》" for record in newest)
    note = wording.OTHER_YEARS.format(others="、".join(titles))
    return Answer(found.status, (*found.statements, Statement(note)), found.written_by)


def _whole(record: PlanRecord, section: Section, plan: Plan) -> Iterable[Statement]:
    """Yield a section as it is printed, and the headings of what stands below it."""
    text = section.whole_text
    sentences, quoted = split_sentences(text), ""
    while sentences and len(quoted) + len(sentences[0]) <= SECTION_CHARS:
        quoted += sentences.pop(0)
    quoted = (quoted or text[:SECTION_CHARS]).strip()
    yield Statement(
        quoted + (wording.CUT if sentences else ""), (Citation(record, section, quoted),)
    )
    children = _children(section, plan)
    if children:
        yield Statement(wording.CHILDREN)
    for child in children:
        first = child.heading or split_sentences(child.text)[0].strip()
        yield Statement(first, (Citation(record, child, first),))


def _children(section: Section, plan: Plan) -> list[Section]:
    depth = len(section.path) + 1
    return [s for s in plan.sections if s.is_below(section) and len(s.path) == depth]


def _outline(matches: Sequence[tuple[PlanRecord, Section]]) -> Answer:
    """Answer with the heading and the first sentence of each section of a part."""
    statements = []
    for record, section in matches:
        first = next((s.strip() for s in split_sentences(section.text)), "")
        text = section.heading + section.stop + first
        statements.append(Statement(text, (Citation(record, section, text),)))
    return Answer(Status.ANSWERED, tuple(statements))


def _which(request: Request, matches: Sequence[tuple[PlanRecord, Section]]) -> Answer:
    assert request.section is not None
    head = wording.WHICH_SECTION.format(name=request.section.text or request.question)
    choices = [
        Statement(
            wording.CHOICE.format(
                title=describe(record), label=section.label, heading=section.heading
            ),
            (Citation(record, section, section.heading),),
        )
        for record, section in matches[:CHOICES]
    ]
    return Answer(Status.CLARIFY, (Statement(head), *choices))
