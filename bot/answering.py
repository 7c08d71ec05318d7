"""A request -> an answer from the library: by number, by search, plan by plan, or about the plan
itself.
"""

import re
from collections.abc import Iterable, Sequence

from bot import wording
from bot.extraction import Weights, extract, shorten
from bot.lookup import match_sections
from bot.messages import Answer, Statement, Status
from bot.understanding import Intent, Request
from knowledge.library import Hit, Library
from knowledge.metadata import iso_date
from knowledge.passages import split_sentences
from knowledge.plan import Citation, Plan, PlanRecord, Section

SECTION_CHARS = 1500  # of a section that is sent whole
CHOICES = 6
SUMMARY_SENTENCES = 20
TOPIC_SCORE = 0.55  # of the best passage that others on the topic reach


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
            return summarise(request, library)
        case _:
            return search(request, library)


def search(request: Request, library: Library) -> Answer:
    """Answer from the newest plan of each issuer, and from older ones only when those say
    nothing.
    """
    weights = Weights(library, request)
    newest = newest_of(request.plans) if not request.years else request.plans
    found = extract(request, library.search(request.search_text, newest), weights)
    older = [r for r in request.plans if r not in newest]
    if not older:
        return found
    if found.status is not Status.ANSWERED:
        second = extract(request, library.search(request.search_text, older), weights)
        return second if second.status is Status.ANSWERED else found
    return _with_other_years(found, older)


def newest_of(plans: Sequence[PlanRecord]) -> tuple[PlanRecord, ...]:
    """Return the plans without those of an issuer that has a newer one of the same kind."""

    def series(record: PlanRecord) -> tuple[str | None, str | None]:
        said = record.metadata
        return (said.issuer or said.region or record.id, said.kind)

    years: dict[tuple[str | None, str | None], int] = {}
    for record in plans:
        years[series(record)] = max(years.get(series(record), 0), record.metadata.year or 0)
    return tuple(r for r in plans if (r.metadata.year or 0) == years[series(r)])


def compare(request: Request, library: Library) -> Answer:
    """Answer with one line for each plan that was named, or a word that it prints nothing of it."""
    weights = Weights(library, request)
    lines: list[Statement] = []
    answered = 0
    for group in request.groups:
        plans = newest_of(group) if not request.years else group
        found = extract(request, library.search(request.search_text, plans), weights)
        lead = f"{describe(plans[0])}："
        if found.status is Status.ANSWERED:
            answered += 1
            first, *rest = [s for s in found.statements if s.citations]
            lines += [Statement(first.text, first.citations, lead), *rest]
        else:
            lines.append(Statement(wording.NOT_MENTIONED, (), lead))
    return Answer(Status.ANSWERED if answered else Status.NOT_FOUND, tuple(lines))


def summarise(request: Request, library: Library) -> Answer:
    """Answer with every sentence on the topic that holds a figure, as they are printed."""
    plans = newest_of(request.plans) if not request.years else request.plans
    weights = Weights(library, request)
    hits = library.search(request.search_text, plans)
    on_topic = [
        h for h in hits if h.score >= TOPIC_SCORE and weights.coverage(_around(h, library)) > 0
    ]
    statements: list[Statement] = []
    for record, section in _in_order((h.record, h.section) for h in on_topic):
        sentences = [
            s.strip() for s in split_sentences(section.text) if re.search(r"\d|×|全覆盖|清零", s)
        ]
        statements += [
            Statement(shorten(request, s, weights), (Citation(record, section, s),))
            for s in sentences
        ]
    if not statements:
        return extract(request, hits, weights)
    return Answer(Status.ANSWERED, tuple(_quoted(s) for s in statements[:SUMMARY_SENTENCES]))


def answer_section(request: Request, library: Library) -> Answer:
    """Answer with the section that was named, or ask which one, or say which numbers there are."""
    assert request.section is not None
    plans = newest_of(request.plans) if not request.years else request.plans
    matches = [
        (record, section)
        for record in plans
        for section in match_sections(request.section, library.plan(record).sections)
    ]
    if not matches:
        record = plans[0]
        labels = "、".join(s.label for s in library.plan(record).sections if len(s.path) == 1)
        name = request.section.text or request.question
        text = wording.NO_SECTION.format(
            title=describe(record), name=name, labels=labels or "（无编号）"
        )
        return Answer(Status.NOT_FOUND, (Statement(text),))
    if len({record for record, _ in matches}) == 1 and not request.section.steps:
        return _outline(matches)
    if len(matches) == 1:
        record, section = matches[0]
        return Answer(Status.ANSWERED, tuple(_whole(record, section, library.plan(record))))
    return _which(request, matches)


def answer_about(request: Request, library: Library) -> Answer:
    """Answer when a plan was issued, by whom and under which number, citing where that is
    printed.
    """
    statements = []
    for record in newest_of(request.plans) if not request.years else request.plans:
        said = record.metadata
        for section in reversed(library.plan(record).all_sections()):
            lines = [
                x for x in section.whole_text.splitlines() if len(x) < 40 and _is_imprint(x, record)
            ]
            statements += [
                Statement(line, (Citation(record, section, line),), f"{describe(record)}：")
                for line in lines
            ]
            if lines:
                break
        else:
            statements.append(Statement(wording.ABOUT_MISSING.format(title=said.title)))
    found = any(s.citations for s in statements)
    return Answer(Status.ANSWERED if found else Status.NOT_FOUND, tuple(statements))


def describe(record: PlanRecord) -> str:
    """Return how the bot names a plan: its place and year where it has them, else its title."""
    said = record.metadata
    if said.region and said.year:
        return f"{said.region}{said.year}年"
    return f"《{record.title}》"


def _is_imprint(line: str, record: PlanRecord) -> bool:
    said = record.metadata
    date = iso_date(line)
    return (date is not None and date == said.date) or line in (said.issuer, said.doc_number)


def _with_other_years(found: Answer, older: Sequence[PlanRecord]) -> Answer:
    """Say which year answers, and that the same issuer has other years."""
    cited = next((c.record for s in found.statements for c in s.citations), None)
    years = sorted(
        {
            r.metadata.year
            for r in older
            if cited and r.metadata.region == cited.metadata.region and r.metadata.year
        }
    )
    if not years or cited is None or not cited.metadata.year:
        return found
    note = wording.OTHER_YEARS.format(year=cited.metadata.year, others="、".join(map(str, years)))
    return Answer(found.status, (*found.statements, Statement(note)), found.written_by)


def _around(hit: Hit, library: Library) -> str:
    above = [s.heading for s in library.plan(hit.record).sections if hit.section.is_below(s)]
    return "\n".join([*above, hit.section.heading, hit.text])


def _in_order(found: Iterable[tuple[PlanRecord, Section]]) -> list[tuple[PlanRecord, Section]]:
    """Return sections once, plan by plan, as they are printed; the best plan first."""
    unique = dict.fromkeys(found)
    plans = list(dict.fromkeys(record for record, _ in unique))
    return sorted(unique, key=lambda item: (plans.index(item[0]), _position(item[1])))


def _position(section: Section) -> tuple[int, tuple[str, ...]]:
    return (section.part or 0, section.path)


def _quoted(statement: Statement) -> Statement:
    citation = statement.citations[0]
    pieces = [p for p in statement.text.split(wording.CUT) if p]
    return Statement(
        statement.text, tuple(Citation(citation.record, citation.section, p) for p in pieces)
    )


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
    children = [
        s for s in plan.sections if s.is_below(section) and len(s.path) == len(section.path) + 1
    ]
    if children:
        yield Statement(wording.CHILDREN)
    for child in children:
        first = child.heading or split_sentences(child.text)[0].strip()
        yield Statement(first, (Citation(record, child, first),))


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
    head = wording.WHICH_SECTION.format(
        name=request.section.text or request.question, count=len(matches)
    )
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
