"""When a plan was issued, by whom and under which number -> the lines that print it."""

import re
from collections.abc import Iterable

from bot.messages import Answer, Statement, Status
from bot.presentation.statements import describe
from bot.understanding.plans_named import newest_of
from bot.understanding.request import Request
from bot.wording import answers as wording
from knowledge.library import Library
from knowledge.plan import Citation, Plan, PlanRecord
from knowledge.structure.metadata import iso_date


def answer_about(request: Request, library: Library) -> Answer:
    """Answer when a plan was issued, by whom and under which number, citing where that is
    printed.
    """
    statements = []
    for record in newest_of(request.plans) if not request.years else request.plans:
        printed = list(_imprint(request, record, library.plan(record)))
        missing = Statement(wording.ABOUT_MISSING.format(title=describe(record)))
        statements += printed or [missing]
    found = any(s.citations for s in statements)
    return Answer(Status.ANSWERED if found else Status.NOT_FOUND, tuple(statements))


def _imprint(request: Request, record: PlanRecord, plan: Plan) -> Iterable[Statement]:
    """Yield the lines that print what is asked for: the number, else issuer and date."""
    said = record.metadata
    for section in reversed(plan.all_sections()):
        for line in section.whole_text.splitlines():
            if "文号" in request.question:
                wanted = bool(said.doc_number) and re.sub(r"\s", "", line) == said.doc_number
            else:
                wanted = line == said.issuer or (len(line) < 40 and iso_date(line) == said.date)
            if wanted and (said.date or said.issuer or said.doc_number):
                yield Statement(line, (Citation(record, section, line),), f"{describe(record)}：")
