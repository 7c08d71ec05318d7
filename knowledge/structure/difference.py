"""Two versions of a plan -> what changed: sections added, removed and changed, targets with another
value.

Sections are matched by their printed number, and by their text where only the number changed.
"""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.plan import Plan, Section, Target
from knowledge.text import squeeze

SAME_TEXT = 0.8  # of two sections' characters, above which one is the other under a new number
SAME_SECTION = 0.5  # the same where both have the same number
SAME_METRIC = 0.7
ADDED, REMOVED = ("【＋", "】"), ("【－", "】")


@dataclass(frozen=True, slots=True)
class SectionChange:
    """One section that differs; `marked` is its text with 【＋new】 and 【－old】 words."""

    kind: str  # added | removed | changed | renumbered
    label: str
    heading: str
    marked: str


@dataclass(frozen=True, slots=True)
class TargetChange:
    """One target that differs; a value is None on the side where there is no such target."""

    label: str
    metric: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed from one version to another, in printed order."""

    sections: tuple[SectionChange, ...]
    targets: tuple[TargetChange, ...]


def compare_plans(before: Plan, after: Plan) -> Difference:
    """Return what changed from one version to the next."""
    old, new = before.all_sections(), after.all_sections()
    pairs = _pairs(old, new)
    changes = list(_section_changes(old, new, pairs))
    return Difference(tuple(changes), tuple(_target_changes(before.targets, after.targets)))


def mark_words(before: str, after: str) -> str:
    """Return `after` with what came and what went marked.

    >>> mark_words("新建4个站点", "新建6个站点")
    '新建【－4】【＋6】个站点'
    """
    marked = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            marked.append(after[c:d])
            continue
        marked += [REMOVED[0] + before[a:b] + REMOVED[1]] * (b > a)
        marked += [ADDED[0] + after[c:d] + ADDED[1]] * (d > c)
    return "".join(marked)


def _pairs(old: Sequence[Section], new: Sequence[Section]) -> dict[int, int]:
    """Return which new section each old one became: the same text, the same number, much the
    same text, in this order.
    """
    pairs: dict[int, int] = {}
    for fits in (_same_text, _same_number, _much_alike):
        for i, section in enumerate(old):
            free = (j for j in range(len(new)) if j not in pairs.values())
            found = next((j for j in free if fits(section, new[j])), None)
            if i not in pairs and found is not None:
                pairs[i] = found
    return pairs


def successor(section: Section, sections: Sequence[Section]) -> Section | None:
    """Return which of a later version's sections an earlier one became, None where it is gone: the
    same text, the same number, much the same text, in this order.
    """
    own = squeeze(section.whole_text)  # a newer program may join what a margin broke
    same = (s for s in sections if own and squeeze(s.whole_text) == own)
    alike = (s for fits in (_same_number, _much_alike) for s in sections if fits(section, s))
    return next(same, None) or next(alike, None)


def _same_text(one: Section, other: Section) -> bool:
    return one.whole_text == other.whole_text


def _same_number(one: Section, other: Section) -> bool:
    return one.key == other.key and _alike(one, other) >= SAME_SECTION


def _much_alike(one: Section, other: Section) -> bool:
    return _alike(one, other) >= SAME_TEXT


def _alike(one: Section, other: Section) -> float:
    matcher = difflib.SequenceMatcher(None, one.whole_text, other.whole_text, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= SAME_SECTION else 0.0


def _section_changes(
    old: Sequence[Section], new: Sequence[Section], pairs: dict[int, int]
) -> Iterator[SectionChange]:
    became = {j: i for i, j in pairs.items()}
    for j, section in enumerate(new):
        if j not in became:
            yield SectionChange("added", section.label, section.heading, section.whole_text)
            continue
        before = old[became[j]]
        if before.whole_text != section.whole_text:
            marked = mark_words(before.whole_text, section.whole_text)
            yield SectionChange("changed", section.label, section.heading, marked)
        elif before.key != section.key:
            number = f"{before.label} → {section.label}"
            yield SectionChange("renumbered", number, section.heading, "")
    for i, section in enumerate(old):
        if i not in pairs:
            yield SectionChange("removed", section.label, section.heading, section.whole_text)


def _target_changes(old: Sequence[Target], new: Sequence[Target]) -> Iterator[TargetChange]:
    """Yield targets whose value changed, came or went; the same metric is the same target."""
    left = list(old)
    for target in new:
        best = max(left, key=lambda t: _same_metric(t, target), default=None)
        if best is None or _same_metric(best, target) < SAME_METRIC:
            yield TargetChange(target.label, target.metric, None, _value(target))
            continue
        left.remove(best)
        if _value(best) != _value(target):
            yield TargetChange(target.label, target.metric, _value(best), _value(target))
    for target in left:
        yield TargetChange(target.label, target.metric, _value(target), None)


def _same_metric(one: Target, other: Target) -> float:
    if (one.unit, one.kind) != (other.unit, other.kind):
        return 0.0
    near = difflib.SequenceMatcher(None, one.metric, other.metric, autojunk=False).ratio()
    return near + 0.1 * (one.path == other.path)


def _value(target: Target) -> str:
    unit = target.unit or ""
    return target.value if target.value.endswith(unit) else target.value + unit
