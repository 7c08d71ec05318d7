"""The deadlines of a sentence -> which of its numbers each one governs.

A deadline stands in front of a list (年底前…，…), in the clause of its number, or behind what it
ends: "新增床位300张，6月底前完成".

Not covered: a deadline in another sentence, except in a note (`offices`).
"""

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from knowledge.quantity import LIST_GAP
from knowledge.targets.amounts import Amount
from knowledge.targets.clauses import Sentence
from knowledge.targets.deadlines import Deadline
from knowledge.targets.phrases import describe
from knowledge.units import MONEY

LEADS = re.compile(
    r"[（(]?(?:确保|力争|争取|计划|预计|原则上|于|在|要|将|须|应|并|均|都|全部|以上(?:任务|项目|工作))*"
)
# Nothing but that what was said before is finished; 全部发放到位 has a subject of its own.
CLOSES = re.compile(
    r"(?:[前内]|之前|以前|要|全部|全面|均|都|基本|正式|按期|建设|改造|任务|工作|目标|验收|并|投入|上线)*"
    r"(?:完成|完工|竣工|建成|(?:主体)?封顶|投用|使用|运营|运行|启用|印发|出台|开工|上线|交付|交房|办结|落地|实施|实现"
    r"|销号|挂牌|整[改治]到位|改造到位|建设到位|开园|开业|开放|入住|验收|招生|招聘到岗|到岗)+"
    r"(?:建设|改造|任务|工作|目标|使用|运行|运营|验收|[）)])*"
)
# 到10月底，所有项目全部完工: also what stands before a semicolon
ENDS_ALL = re.compile(
    rf"[，,]\s*(?:所有|以上|上述|全部)(?:项目|任务|工程|工作|设施)(?:{CLOSES.pattern})\s*(?:[，,；。]|\Z)"
)
# Money and rates are not begun, built or opened.
BUILDS = re.compile("开工|动工|竣工|完工|建成|投用|启用|运营|运行|上线|销号|开园|开业|入住|招生")
AGENT = re.compile(
    r"(?:[在由各]|全[市县区省旗州]|我[市县区省])[^，]{0,12}"
    r"|[^，]{0,12}(?:系统|部门|单位|[市县区镇局])"
)
WITHIN = ("内", "以内", "之内")
LEAST_SUBJECT_CHARS = 4


def governing_deadlines(
    sentence: Sentence, quantities: Sequence[Amount], deadlines: Sequence[Deadline]
) -> list[Deadline | None]:
    """Return for each quantity the deadline that it stands under, None where it has none."""
    closings = closing_deadlines(sentence, quantities, deadlines)
    leading = [deadline for deadline in deadlines if deadline not in closings]
    found = [_leading(sentence, quantity, leading) for quantity in quantities]
    for deadline in closings:
        for i in _closed(sentence, quantities, deadlines, deadline):
            found[i] = deadline
    for at, dealt in _dealt_out(sentence, quantities, deadlines):
        found[at : at + len(dealt)] = dealt
    return found


def closing_deadlines(
    sentence: Sentence, quantities: Sequence[Amount], deadlines: Sequence[Deadline]
) -> list[Deadline]:
    """Return the deadlines that only end what the clauses before them count."""
    return [
        deadline
        for deadline in deadlines
        if only_ends(sentence, deadline) and _closed(sentence, quantities, deadlines, deadline)
    ]


def only_ends(sentence: Sentence, deadline: Deadline) -> bool:
    """Say whether a deadline's clause only says that what stands before it is finished by then."""
    clause = sentence.clauses[sentence.clause_at(deadline.start)]
    before = sentence.plain[clause.start : deadline.start].strip()
    after = sentence.plain[deadline.end : clause.end].strip()
    if not after and ENDS_ALL.match(sentence.plain, clause.end):
        return True
    return bool(LEADS.fullmatch(before) and CLOSES.fullmatch(after))


def closed_clauses(sentence: Sentence, deadline: Deadline) -> set[int]:
    """Return the clauses that a closing deadline fills: 到10月底，所有项目全部完工 is two."""
    index = sentence.clause_at(deadline.start)
    is_set_off = ENDS_ALL.match(sentence.plain, sentence.clauses[index].end)
    return {index, index + 1} if is_set_off else {index}


def _closed(
    sentence: Sentence,
    quantities: Sequence[Amount],
    deadlines: Collection[Deadline],
    closing: Deadline,
) -> list[int]:
    """Return the places of what a closing deadline ends: the numbers between it and the deadline
    before it. What recurs and what a person gets (元/人·月) is not finished on a day.
    """
    clause = sentence.clause_at(closing.start)
    closing_end = sentence.clauses[max(closed_clauses(sentence, closing))].end
    builds = BUILDS.search(sentence.plain, closing.end, closing_end)
    first = max(
        (sentence.clause_at(d.start) for d in deadlines if d.start < closing.start), default=-1
    )
    segment = sentence.clauses[clause].segment
    ends_all = ENDS_ALL.match(sentence.plain, sentence.clauses[clause].end)
    return [
        i
        for i, quantity in enumerate(quantities)
        if first < quantity.clause < clause
        and (ends_all or sentence.clauses[quantity.clause].segment == segment)
        and not quantity.is_total
        and not (builds and _is_paid(quantity))
        and "/" not in (quantity.unit or "")
    ]


def _is_paid(amount: Amount) -> bool:
    """True for money and rates, which are not begun, built or opened."""
    unit = amount.quantity.unit
    return amount.quantity.is_share or (unit is not None and unit.family == MONEY)


def _leading(
    sentence: Sentence, quantity: Amount, deadlines: Sequence[Deadline]
) -> Deadline | None:
    """Return the deadline that a quantity stands under: the last one before it in its list.

    A semicolon ends a list, unless a comma sets the deadline off: 到2025年，…；…. What recurs or
    limits a time (每周1次, 30日内) has no last day but one printed in its own clause.
    """
    clause = sentence.clauses[quantity.clause]
    for deadline in reversed(deadlines):
        if deadline.start > quantity.start:
            continue
        index = sentence.clause_at(deadline.start)
        if index == quantity.clause:
            return deadline
        if _is_said_of_another(sentence, quantity, deadline):
            continue
        set_off = sentence.plain[deadline.end : deadline.end + 1] in ("，", ",")
        in_list = set_off or sentence.clauses[index].segment == clause.segment
        is_limit = quantity.bound in WITHIN and quantity.quantity.is_duration  # 2个工作日内办结
        if in_list and not is_limit and not (deadline.is_end and quantity.measures_time):
            return deadline
    # 确保3个项目年内开工
    return next((d for d in deadlines if clause.start <= d.start < clause.end), None)


def _is_said_of_another(sentence: Sentence, quantity: Amount, deadline: Deadline) -> bool:
    """Say whether a deadline ends its own subject, which no number measures, and the quantity has
    another one: 中心6月底前挂牌运行，配备率达到100%.
    """
    clause = sentence.clauses[sentence.clause_at(deadline.start)]
    subject = sentence.plain[clause.start : deadline.start].strip()
    says_more = sentence.plain[deadline.end : clause.end].strip()
    if not says_more or re.search(r"[\d×]", says_more) or len(subject) < LEAST_SUBJECT_CHARS:
        return False
    if LEADS.fullmatch(subject) or AGENT.fullmatch(subject):
        return False
    own = sentence.plain[sentence.clauses[quantity.clause].start : quantity.start]
    return len(describe(own)) >= LEAST_SUBJECT_CHARS


def _dealt_out(
    sentence: Sentence, quantities: Sequence[Amount], deadlines: Sequence[Deadline]
) -> list[tuple[int, list[Deadline]]]:
    """Return lists that go together: 2025年、2026年分别培训1000人次、1200人次; each with the place
    of its first quantity.
    """
    found = []
    for run in _runs(sentence, deadlines):
        clause = sentence.clause_at(run[-1].start)
        own = [i for i, q in enumerate(quantities) if q.clause == clause and q.start > run[-1].end]
        if len(run) > 1 and len(own) == len(run):
            found.append((own[0], run))
    return found


def _runs(sentence: Sentence, deadlines: Sequence[Deadline]) -> list[list[Deadline]]:
    """Return the deadlines in runs that nothing but 、 or 和 stands between."""
    runs = [[deadline] for deadline in deadlines[:1]]
    for before, after in pairwise(deadlines):
        if LIST_GAP.fullmatch(sentence.plain, before.end, after.start):
            runs[-1].append(after)
        else:
            runs.append([after])
    return runs
