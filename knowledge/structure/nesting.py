"""How the styles of a text's numbers nest: 1. →（一） here, （一）→ 1. elsewhere."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from knowledge.numbering import Mark, Style

NAMED = re.compile(r"[^。；，：:\n]{1,12}[：:]\s?")  # "（1）目的：1、…"


def behind_names(text: str, marks: Sequence[Mark]) -> Iterator[tuple[Mark, Style | None]]:
    """Yield the marks; a first one right behind the name of its parent, "（1）目的：1、…", opens a
    line as well, and comes with the parent's style.
    """
    before: Mark | None = None
    for mark in marks:
        parent: Style | None = None
        may_follow = before is not None and before.opens_line and not mark.opens_line
        if before and may_follow and mark.value == 1:
            is_named = NAMED.fullmatch(text, before.end, mark.start) is not None
            mark = replace(mark, opens_line=is_named)
            parent = before.style if is_named else None
        yield mark, parent
        before = mark


def nesting_order(
    marks: Sequence[Mark], named: Collection[tuple[Style, Style]] = ()
) -> tuple[Style, ...]:
    """Return the styles outermost first, as this text nests them.

    The usual order holds unless a usually outer style starts at 1 again and again inside the items
    of a usually inner one: 1. →（一） instead of（一）→ 1. `named` are the pairs, usually outer and
    inner, that stand so on one line: （1）目的：1、.
    """
    order = list(Style)
    lines = [m for m in marks if m.opens_line and not m.is_misprint]
    used = sorted({m.style for m in lines})
    for inner in reversed(used):
        for outer in [s for s in used if s < inner]:
            is_turned = (outer, inner) in named or _is_turned(lines, outer, inner)
            if is_turned and not _is_turned(lines, inner, outer):
                order.remove(outer)
                order.insert(order.index(inner) + 1, outer)
    return tuple(order)


def _is_turned(marks: Sequence[Mark], inner: Style, outer: Style) -> bool:
    """True if `inner` starts at 1 between two neighbours n, n+1 of `outer`, and once more.

    A gap in which a section above both begins proves nothing: running numbers cross it.
    """
    places = [i for i, m in enumerate(marks) if m.style is outer]
    spans = [
        (marks[a:b], b < len(marks) and marks[b].value == marks[a].value + 1)
        for a, b in pairwise([*places, len(marks)])
    ]
    held = [
        goes_on
        for span, goes_on in spans
        if not any(m.style < min(inner, outer) for m in span)
        and any(m.style is inner and m.value == 1 for m in span)
    ]
    return len(held) >= 2 and any(held)
