"""A request for a summary -> the points of the sections on its topic, or the plan at a glance."""

import re
from collections.abc import Iterable
from datetime import date

from bot.answering.lists import list_points
from bot.answering.overview import brief
from bot.messages import Answer, Statement, Status
from bot.presentation.statements import say
from bot.targets.lists import NAMED_PLANS, list_targets
from bot.understanding.dates_named import read_period
from bot.understanding.plans_named import newest_of
from bot.understanding.request import Request
from bot.understanding.word_weights import topic_words
from bot.wording import answers as wording
from knowledge.library import Library
from knowledge.numbering import HAN
from knowledge.plan import Citation, PlanRecord, Section
from knowledge.text import split_sentences

SECTION_CHARS = 260  # a shorter section is quoted whole
SECTION_POINTS = 8  # of a longer one that counts 一是, 二是
POINT = re.compile(f"{HAN}[是要](?!{HAN})")
SECTION_SENTENCES = 3  # of a longer one, those that say most
TELLING = re.compile(r"\d|×|《|“|全覆盖|清零")


def summarise(request: Request, library: Library) -> Answer | None:
    """Answer with the points of the topic's sections; None when it is nowhere. Without a topic it
    is the plan at a glance.
    """
    plans = newest_of(request.plans) if not request.years else request.plans
    if read_period(request.question):
        due = list_targets(request, library)
        if due.status is Status.ANSWERED:
            return due
    if request.page > 1:
        return Answer(Status.NOT_FOUND, (say(wording.TARGETS_NO_PAGE, pages=1),))
    if not topic_words(" ".join(request.content)) and len(plans) <= NAMED_PLANS:
        return brief(plans, request.today or date.today(), library)
    return list_points(request, library)


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
