"""The same metric in several plans or years -> a table, as lines of text, with what changed.

Metrics are matched by the words they print and the unit they count in, and each is shown as it is
printed, so that a person can judge. A difference is computed only where unit, scope and time are
the same; else it says why not.

Not covered: ranges, growth against level (提高 and 提高到), and sums over several targets.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from bot.messages import Answer, Statement, Status
from bot.presentation.statements import describe, mix
from bot.targets.filtering import is_due, on_topic, read_choice
from bot.targets.lines import ACHIEVED, amount, line_parts, quantity_of, size, unit_family
from bot.targets.rows import TargetRow, read_register
from bot.understanding.intents import COMPARES
from bot.understanding.plans_named import newest_of
from bot.understanding.request import Request
from bot.wording import answers as wording
from knowledge.library import Library
from knowledge.plan import Citation, PlanRecord, Target
from knowledge.quantity import Incomparable, difference, read_quantities, show
from knowledge.time import TimeKind, read_times

SAME_UNIT_LIKENESS = 0.4  # of the pairs of characters that two metrics share
OTHER_UNIT_LIKENESS = 0.6
SHOWN = 12  # metrics of one table
VAGUE = re.compile("全[市县区旗省]|新[建增设]|[（(][^（()）]*[）)]|[“”、]")
YEARS = "年月"  # the family of spans of years
WHOLE = re.compile("全[市县区旗省]")  # the whole of each place is the same scope

Matched = Sequence[TargetRow]  # one metric, in the order of the plans


def compare_targets(request: Request, library: Library) -> Answer | None:
    """Answer with a table of the targets that are to be compared; None when there are none."""
    if not COMPARES.search(request.question) or len(request.groups) < 2:
        return None
    plans = _plans(request)
    rows = read_register(plans, library)
    choice = read_choice(request, rows)
    promised = [row for row in rows if row.target.kind != ACHIEVED]
    chosen = [r for r in on_topic(choice, promised) if is_due(r, choice)]
    metrics = match_metrics(chosen)
    shared = [m for m in metrics if len({row.record for row in m}) > 1]
    if not shared:
        return None
    ordered = (
        metrics if len(metrics) <= SHOWN else [*shared, *(m for m in metrics if m not in shared)]
    )
    start = SHOWN * (request.page - 1)
    shown, rest = ordered[start : start + SHOWN], len(ordered) - start - SHOWN
    if not shown:
        pages = -(-len(ordered) // SHOWN)
        text = wording.TARGETS_NO_PAGE.format(pages=pages)
        return Answer(Status.NOT_FOUND, (Statement(text),))
    what = "；".join(filter(None, (choice.text, "、".join(map(describe, plans)))))
    statements = [Statement(wording.COMPARE_HEAD.format(what=what))]
    for metric in shown:
        statements += _table_row(metric, plans)
    if rest > 0:
        statements.append(Statement(wording.COMPARE_NEXT.format(count=rest)))
    targets = tuple((row.record, row.target) for metric in shown for row in metric)
    return Answer(Status.ANSWERED, tuple(statements), targets=targets)


def match_metrics(rows: Sequence[TargetRow]) -> list[Matched]:
    """Put rows that measure the same together; a metric printed twice in one plan stays with both.

    The nearest pairs go first, so that 城市低保 is not taken by 低保 before 农村低保 is looked at.
    """
    of = {id(row): [row] for row in rows}
    near = ((likeness(rows[i], rows[j]), rows[i], rows[j]) for i, j in _candidates(rows))
    for _, one, other in sorted(filter(lambda pair: pair[0], near), key=lambda pair: -pair[0]):
        left, right = of[id(one)], of[id(other)]
        if left is not right and _may_join(left, right):
            left += right
            of |= {id(row): left for row in right}
    order = {id(row): at for at, row in enumerate(rows)}
    found = {id(m): sorted(m, key=lambda row: order[id(row)]) for m in of.values()}
    return sorted(found.values(), key=lambda m: order[id(m[0])])


def likeness(one: TargetRow, other: TargetRow) -> float:
    """Return how alike two metrics are, 0 where they do not measure the same; same units first."""
    a, b = _pairs(one.target.metric), _pairs(other.target.metric)
    shared = 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0
    units = unit_family(one.target), unit_family(other.target)
    if one.record == other.record:
        return 2.0 if one.target.metric == other.target.metric and units[0] == units[1] else 0.0
    if (one.target.op == "deadline") != (other.target.op == "deadline"):
        return 0.0
    if units[0] == units[1]:
        return 1 + shared if shared >= SAME_UNIT_LIKENESS else 0.0
    return shared if shared >= OTHER_UNIT_LIKENESS else 0.0


def _candidates(rows: Sequence[TargetRow]) -> list[tuple[int, int]]:
    """Return the places of rows that share at least a third of the smaller one's pairs of
    characters: of 3,000 rows few do.
    """
    holders: dict[str, list[int]] = {}
    shared: Counter[tuple[int, int]] = Counter()
    pairs = [_pairs(row.target.metric) for row in rows]
    for j, own in enumerate(pairs):
        for pair in own:
            shared.update((i, j) for i in holders.get(pair, ()))
            holders.setdefault(pair, []).append(j)
    return [(i, j) for (i, j), n in shared.items() if 3 * n >= min(len(pairs[i]), len(pairs[j]))]


def _may_join(left: Matched, right: Matched) -> bool:
    """One plan stands in a metric once, but for values that it prints under the same name."""
    return all(
        one.record != other.record or one.target.metric == other.target.metric
        for one in left
        for other in right
    )


def _pairs(metric: str) -> set[str]:
    bare = VAGUE.sub("", metric)
    return {bare[at : at + 2] for at in range(len(bare) - 1)}


def _plans(request: Request) -> list[PlanRecord]:
    """Return the plans that are compared, one issuer's in the order of their years."""
    groups = [newest_of(g) if not request.years else g for g in request.groups]
    plans = list(dict.fromkeys(record for group in groups for record in group))
    if len({r.metadata.region for r in plans}) == 1:
        plans.sort(key=lambda r: r.metadata.year or 0)
    return plans


def _table_row(metric: Matched, plans: Sequence[PlanRecord]) -> Iterator[Statement]:
    """Yield a line for each plan, and what changed or why that cannot be said."""
    name = short_name(metric)
    yield Statement(f"【{name}】")
    for record in plans:
        own = [row for row in metric if row.record == record]
        for row in own:
            cited = Citation(record, row.section, row.target.quote)
            yield Statement.of(line_parts(row.target), (cited,), f"· {describe(record)}：")
        if not own:
            yield Statement("—", lead=f"· {describe(record)}：")
    if len({row.record for row in metric}) > 1:
        yield from changes(metric)


def short_name(metric: Matched) -> str:
    """Return the shortest of the names that plans print for a metric."""
    return min((row.target.metric for row in metric), key=len)


def are_alike(metric: Matched) -> bool:
    """True if a metric counts in one unit, for one scope and by one time, so that numbers
    compare.
    """
    return why_not(metric) is None


def changes(metric: Matched) -> Iterator[Statement]:
    """Yield the difference between the first and the last, or why there is none."""
    reason = why_not(metric)
    if reason is not None:
        yield Statement(reason)
    elif all(quantity_of(row.target) for row in metric):
        yield _difference(metric)


def why_not(metric: Matched) -> str | None:
    """Return why the numbers of a metric cannot be compared, None where they can: one unit with
    one unit, one scope with one scope, one year's target with one year's.
    """
    if len(scopes := _distinct(_scope(row) for row in metric)) > 1:
        return wording.COMPARE_SCOPES.format(scopes="、".join(scopes))
    if len({_reach(row) for row in metric}) > 1:
        times = _distinct(row.target.deadline or describe(row.record) for row in metric)
        return wording.COMPARE_TIMES.format(times="、".join(times))
    quantities = [q for row in metric if (q := quantity_of(row.target))]
    reasons = {d for q in quantities if isinstance(d := difference(quantities[0], q), Incomparable)}
    if {unit_family(row.target) for row in metric} != {unit_family(metric[0].target)}:
        reasons.add(Incomparable.UNIT)
    if reasons & {Incomparable.UNIT, Incomparable.RATE}:
        units = _distinct(row.target.unit or wording.COMPARE_NO_UNIT for row in metric)
        return wording.COMPARE_UNITS.format(units="、".join(units))
    if Incomparable.HIDDEN in reasons:
        return wording.COMPARE_REDACTED
    return wording.COMPARE_RANGES if Incomparable.RANGE in reasons else None


def _scope(row: TargetRow) -> str:
    return WHOLE.sub("", row.target.scope or "") or wording.COMPARE_WHOLE


def _reach(row: TargetRow) -> tuple[int, bool]:
    """Return how many years after its plan's own a target is due, and whether it is the sum of
    several years: 今年新增就业 is not 五年新增就业.
    """
    year, last = row.record.metadata.year, row.target.deadline_date
    later = int(last[:4]) - year if year and last else 0
    spans = (q for q in read_quantities(row.target.quote) if q.unit and q.unit.family == YEARS)
    is_sum = any(q.low > 1 and q.unit and q.unit.name == "年" for q in spans)
    return later, is_sum or any(
        time.kind is TimeKind.FIVE_YEARS for time in read_times(row.target.quote, year)
    )


def _distinct(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))


def _difference(metric: Matched) -> Statement:
    """Return what changed over the years in one place, or how far apart several places are."""
    is_same_place = len({row.record.metadata.region for row in metric}) == 1
    ordered = metric if is_same_place else sorted(metric, key=_number)
    first, last = ordered[0], ordered[-1]
    amounts = {"first": amount(first.target), "last": amount(last.target)}
    template = wording.COMPARE_CHANGE if is_same_place else wording.COMPARE_GAP
    parts = mix(
        template,
        amounts,
        first_plan=describe(first.record),
        last_plan=describe(last.record),
        change=signed(first.target, last.target),
    )
    cited = tuple(Citation(r.record, r.section, r.target.quote) for r in (first, last))
    return Statement.of(parts, cited)


def _number(row: TargetRow) -> Decimal:
    return size(row.target) or Decimal(0)


def signed(first: Target, last: Target) -> str:
    """Return the difference of two targets as people write it: ＋2万元, －14个百分点, 持平."""
    one, other = quantity_of(first), quantity_of(last)
    change = difference(one, other) if one and other else Incomparable.UNIT
    if isinstance(change, Incomparable):
        return wording.COMPARE_NO_NUMBER
    if not change.low:
        return wording.COMPARE_LEVEL
    size_of = replace(change, low=abs(change.low), high=abs(change.high))
    return f"{'＋' if change.low > 0 else '－'}{show(size_of)}"
