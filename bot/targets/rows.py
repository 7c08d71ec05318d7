"""Plans -> the register of their targets, each row with its section, chapter and headings.

A version of a plan never changes, so its rows are read once and kept: a question over 250 plans
reads 20,000 of them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from knowledge.library import Library
from knowledge.numbering import HAN, number_value
from knowledge.plan import Plan, PlanRecord, Section, SectionPath, Target
from knowledge.text import normal

KEPT_PLANS = 1000  # of one library: about 80 MB
PAGE = re.compile(
    rf"^(?:看|翻到?|再看)?(?:第(?P<number>{HAN}|\d{{1,3}})|(?P<way>[下上后前]一?))页[。！!]*$"
)

TargetRows = tuple["TargetRow", ...]
_kept: WeakKeyDictionary[Library, dict[tuple[str, int], TargetRows]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target with its plan, its section and chapter; a topic is looked for in `text`: the
    headings above it, its metric and its quotation.
    """

    record: PlanRecord
    section: Section
    target: Target
    chapter: Section
    text: str


def read_page(question: str, page: int) -> int | None:
    """Return the page of a list that a short message asks for, counted from the one shown.

    >>> read_page("下一页", 2), read_page("第2页", 1), read_page("下一条", 1)
    (3, 2, None)
    """
    match = PAGE.match(question)
    if match is None:
        return None
    if match["number"]:
        return number_value(match["number"]) or 1
    return page + 1 if match["way"][0] in "下后" else max(page - 1, 1)


def read_rows(record: PlanRecord, library: Library) -> TargetRows:
    """Return every target of a plan of the library in printed order."""
    return read_register((record,), library)


def read_register(plans: Sequence[PlanRecord], library: Library) -> TargetRows:
    """Return every target of these plans, plan by plan in printed order."""
    kept = _kept.setdefault(library, {})
    missing = [record for record in plans if (record.id, record.version) not in kept]
    if len(kept) + len(missing) > KEPT_PLANS:
        kept.clear()
        missing = list(plans)
    for record in missing:
        kept[record.id, record.version] = rows_of(record, library.plan(record))
    return tuple(row for record in plans for row in kept[record.id, record.version])


def rows_of(record: PlanRecord, plan: Plan) -> TargetRows:
    """Return every target of a plan in printed order."""
    chapters = {target.path[:1] for target in plan.targets}
    depth = 1 if len(chapters) != 1 else 2  # all in one chapter: its own parts group them
    sections = plan.all_sections()
    above = {s.key: [o for o in sections if s.is_below(o)] for s in sections}
    return tuple(_row(record, target, sections, above, depth) for target in plan.targets)


def _row(
    record: PlanRecord,
    target: Target,
    sections: Sequence[Section],
    above_of: Mapping[tuple[int | None, SectionPath, int], Sequence[Section]],
    depth: int,
) -> TargetRow:
    """Find a target's section: of those that print the same number, the one that holds it."""
    same = [s for s in sections if (s.part, s.path) == (target.part, target.path)]
    section = next((s for s in same if target.quote in s.whole_text), same[0])
    above = above_of[section.key]
    chapter = next((s for s in above if len(s.path) == depth), section)
    headings = (s.heading for s in (*above, section) if s.heading)
    text = normal(" ".join((*headings, target.metric, target.quote))).lower()
    return TargetRow(record, section, target, chapter, text)
