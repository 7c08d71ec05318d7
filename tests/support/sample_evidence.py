"""Hits, evidence and answers over plans/, made without a library."""

from functools import cache

from bot.grounding.evidence import Evidence
from bot.messages import Answer, Statement, Status
from bot.understanding.request import Request, understand
from knowledge.library import Hit
from knowledge.parsing import parse_plan
from knowledge.plan import Citation, Metadata, Plan, PlanRecord, Section
from knowledge.text import split_sentences
from tests.support.places import PLANS

NEWEST = "yunxi-2024.txt"


@cache
def plan(file: str = NEWEST) -> Plan:
    given = Metadata(region="云溪市", aliases=("云溪",))
    return parse_plan((PLANS / file).read_text(encoding="utf-8"), file, given)


@cache
def record(file: str = NEWEST) -> PlanRecord:
    return PlanRecord(file.removesuffix(".txt"), 1, file, plan(file).metadata)


def section(label: str, file: str = NEWEST) -> Section:
    return next(s for s in plan(file).all_sections() if s.label == label)


def hit(label: str, file: str = NEWEST) -> Hit:
    found = section(label, file)
    return Hit(label, record(file), found, found.whole_text, 1.0, 1.0, 1.0)


def evidence(*labels: str, file: str = NEWEST) -> tuple[Evidence, ...]:
    found = (section(label, file) for label in labels)
    return tuple(Evidence(i, record(file), s, s.whole_text) for i, s in enumerate(found, 1))


def request(question: str) -> Request:
    return understand(question, (), (record(),))


def quoting(label: str, *numbers: int, file: str = NEWEST) -> Answer:
    """Answer with these sentences of a section, counted from 0."""
    found = section(label, file)
    sentences = split_sentences(found.text)
    quotes = [sentences[n].strip() for n in numbers or (0,)]
    cited = (Statement(q, (Citation(record(file), found, q),)) for q in quotes)
    return Answer(Status.ANSWERED, tuple(cited))
