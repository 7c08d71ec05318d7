"""A request for a summary -> the targets of a topic, each section of a chapter in a few sentences,
or the plan at a glance.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from bot.answering.overview import brief
from bot.messages import Answer, Statement, Status
from bot.presentation.statements import say
from bot.targets.lists import NAMED_PLANS, list_targets
from bot.understanding.dates_named import read_period
from bot.understanding.plans_named import newest_of
from bot.understanding.request import Request
from bot.understanding.word_weights import Terms, terms_of
from bot.wording import answers as wording
from knowledge.library import Library
from knowledge.numbering import HAN, number_value
from knowledge.plan import Citation, PlanRecord, Section, Target
from knowledge.text import split_sentences

SENTENCES = 60  # of a summary
SECTION_CHARS = 260  # a shorter section is quoted whole
SECTION_POINTS = 8  # of a longer one that counts 一是, 二是
POINT = re.compile(f"{HAN}[是要](?!{HAN})")
SECTION_SENTENCES = 3  # of a longer one, those that say most
TOPIC_SHARE = 0.6  # of the best heading's fit that others on the topic reach
FIGURES = re.compile("指标|目标|数字|多少|数据")
EVERY = re.compile(
    "(?:所有|全部|每一?[个项])[^，。]{0,8}指标|指标[^，。]{0,4}(?:都|全)[^，。]{0,3}列"
)
GROUP = re.compile(rf"({HAN}|\d{{1,2}})[个项条点句大方][“\"]?(任务|方面|坚持|部分|内容|工作|要求)?")
TELLING = re.compile(r"\d|×|《|“|全覆盖|清零")

WHOLE_PLAN = re.compile(
    "带?百分[比数]|总结|概括|归纳|梳理|浓缩|汇总|全文|整[个份]|主要|工作|要点|文件|计划|内容|讲话|民政|重点|一句话|给我|说了些|讲了些|所有|全部|清单|[下份个全把将都]"
)


def summarise(request: Request, library: Library) -> Answer | None:
    """Answer with the targets of the topic, or with its sections; None when it is nowhere. Without
    a topic it is all targets, or the plan at a glance.
    """
    plans = newest_of(request.plans) if not request.years else request.plans
    has_topic = bool(WHOLE_PLAN.sub("", "".join(request.content)))
    if EVERY.search(request.question) or (not has_topic and FIGURES.search(request.question)):
        return list_targets(request, library)
    if read_period(request.question):
        due = list_targets(request, library)
        if due.status is Status.ANSWERED:
            return due
    if request.page > 1:
        return Answer(Status.NOT_FOUND, (say(wording.TARGETS_NO_PAGE, pages=1),))
    if not has_topic and len(plans) <= NAMED_PLANS:
        return brief(plans, request.today or date.today(), library)
    terms = Terms(request, library)
    statements: list[Statement] = []
    targets: list[tuple[PlanRecord, Target]] = []
    for record in plans:
        sections = library.plan(record).sections
        chosen = _group(request, sections) or _on_topic(terms, sections)
        if FIGURES.search(request.question):
            found = _targets(record, chosen, library)
            targets += [(record, target) for target, _ in found]
            statements += [statement for _, statement in found]
        else:
            statements += [s for section in chosen for s in gist(record, section)]
    if not statements:
        return None
    if (more := len(statements) - SENTENCES) > 0:
        statements[SENTENCES:] = [say(wording.SUMMARY_CUT, count=more)]
    return Answer(Status.ANSWERED, tuple(statements), targets=tuple(targets))


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


def _on_topic(terms: Terms, sections: Sequence[Section]) -> list[Section]:
    """Return the sections with text whose headings, or those above them, speak of the topic."""
    fit = {
        section.key: max(
            (terms.topic_share(terms_of(s.heading)) for s in (section, *_above(section, sections))),
            default=0,
        )
        for section in sections
    }
    best = max(fit.values(), default=0)
    if not best:
        fit = {s.key: terms.topic_share(terms_of(s.text)) for s in sections}
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


def gist(record: PlanRecord, section: Section) -> Iterable[Statement]:
    """Yield a short section whole, of a longer one its heading with the sentences that say most."""
    lead = f"{section.heading}：" if section.heading else ""
    sentences = [s.strip() for s in split_sentences(section.text) if len(s.strip()) > 3]
    points = [s for s in sentences if POINT.match(s)]
    if len(section.text) > SECTION_CHARS and len(points) > 1:
        sentences = points[:SECTION_POINTS]
    elif len(section.text) > SECTION_CHARS:
        telling = sorted(sentences, key=lambda s: -len(TELLING.findall(s)))[:SECTION_SENTENCES]
        sentences = [s for s in sentences if s in telling]
    for i, sentence in enumerate(sentences):
        yield Statement(sentence, (Citation(record, section, sentence),), lead if i == 0 else "")
