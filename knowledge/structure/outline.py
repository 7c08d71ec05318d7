"""Which of the numbers in a text are sections, and how they nest.

A number counts when it stands where a heading can stand and goes on the numbering that is open
there: at the start of a line it may skip or repeat (it is then printed so, and a warning says it);
inside a line, or misprinted, it must follow exactly.

Not covered: sections without numbers; decimal outlines (1.2.3).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from knowledge.numbering import Mark, Style, find_marks, step
from knowledge.plan import SectionPath
from knowledge.structure.asides import Box, annex_starts, excluded_spans
from knowledge.structure.misprints import find_misprints
from knowledge.structure.titles import is_title

SENTENCE_ENDS = "。！？!?"
CLOSERS = "”’」』）)》"
INLINE_HEADING_CHARS = 45  # of a heading that runs into its text
SHORT_SENTENCE = re.compile(rf"[^{SENTENCE_ENDS}；，\n（(]{{2,30}}[{SENTENCE_ENDS}\n]")
NOTE = re.compile(r"[（(][^（）()\n]{2,120}[）)]\Z")  # who is in charge, where a figure is from
REFERS = (
    "第见照按据由和与及或至到、，：前述的在对"  # what stands before a number that is referred to
)
SKIP_LIMIT = 3  # "5." after "2." at the start of a line is a section, "33." is not


@dataclass(slots=True)
class Outline:
    """The numbering as far as it has been read: what is open, and the last number of each style."""

    order: Sequence[Style] = tuple(Style)
    open: list[Mark] = field(default_factory=list)
    last: dict[Style, int] = field(default_factory=dict)

    def follows(self, mark: Mark) -> bool:
        """Say whether the mark goes on: next of its level, first of a new one, or running on."""
        sibling = next((m for m in self.open if m.style is mark.style), None)
        if sibling is not None:
            return mark.value == sibling.value + 1
        return mark.value in (1, self.last.get(mark.style, 0) + 1)

    def may_stand(self, mark: Mark) -> bool:
        """Say whether a mark at the start of a line is a section although it does not follow."""
        last = self.last.get(mark.style, 0)
        if mark.style in (Style.ARABIC, Style.ARABIC_PAREN, Style.CIRCLED):
            return mark.value == 1 or last <= mark.value <= last + SKIP_LIMIT
        return mark.is_plain

    def push(self, mark: Mark) -> SectionPath:
        """Open the mark's section, closing what is at or below its level, and return its path."""
        depth = self.order.index(mark.style)
        self.open = [m for m in self.open if self.order.index(m.style) < depth] + [mark]
        self.last[mark.style] = mark.value
        return tuple(m.step for m in self.open)

    def restart(self) -> None:
        """Forget everything: an annex numbers afresh."""
        self.open, self.last = [], {}


@dataclass(frozen=True, slots=True)
class NumberPlace:
    """A number that opens a section: where it stands, its part and its path."""

    mark: Mark
    part: int
    path: SectionPath


def find_sections(text: str) -> tuple[list[NumberPlace], list[str]]:
    """Return the numbers that open sections, in order, and what is odd about the numbering.

    `part` counts how often the numbering began again at the top, from 1.
    """
    spans = excluded_spans(text)
    marks = [m for m in _all_marks(text) if not any(a <= m.start < b for a, b in spans)]
    annexes = annex_starts(text)
    outline, chosen = Outline(nesting_order(marks)), list[Mark]()
    places, oddities, part, first_of_part = list[NumberPlace](), list[str](), 1, True
    box = Box(text)
    for i, mark in enumerate(marks):
        while annexes and annexes[0] < mark.start:
            annexes.pop(0)
            if places:
                outline.restart()
                part, first_of_part = part + (not first_of_part), True
        if not _is_section(text, mark, outline, chosen, marks[i + 1 :]) or box.holds(mark):
            continue
        before = next((m.value for m in outline.open if m.style is mark.style), 0)
        oddities += _oddity(mark, outline)
        path = outline.push(mark)
        if len(path) == 1 and mark.value == 1 and (before or _begins_a_book(mark, places)):
            part += 1
        places.append(NumberPlace(mark, part, path))
        chosen.append(mark)
        first_of_part = False
    return places, oddities


def _all_marks(text: str) -> list[Mark]:
    """Return the numbers as they should be printed, and those misprinted where no such one is."""
    printed = list(find_marks(text))
    starts = {mark.start for mark in printed}
    misprints = [mark for mark in find_misprints(text) if mark.start not in starts]
    return sorted(printed + misprints, key=lambda mark: mark.start)


def _begins_a_book(mark: Mark, places: Sequence[NumberPlace]) -> bool:
    """Say whether 第一章 follows a notice that numbered its own points 一、二、三."""
    return mark.style <= Style.ARTICLE and any(
        len(p.path) == 1 and p.mark.style is Style.HAN for p in places
    )


def nesting_order(marks: Sequence[Mark]) -> tuple[Style, ...]:
    """Return the styles outermost first, as this text nests them.

    The usual order holds unless a usually outer style starts at 1 again and again inside the items
    of a usually inner one: 1. →（一） instead of（一）→ 1.
    """
    order = list(Style)
    lines = [m for m in marks if m.opens_line and not m.is_misprint]
    for inner in reversed(Style):
        for outer in [s for s in Style if s < inner]:
            if _is_turned(lines, outer, inner) and not _is_turned(lines, inner, outer):
                order.remove(outer)
                order.insert(order.index(inner) + 1, outer)
    return tuple(order)


def _is_turned(marks: Sequence[Mark], inner: Style, outer: Style) -> bool:
    """Say whether `inner` starts at 1 between two neighbours n, n+1 of `outer`, and once more.

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


def _is_section(
    text: str, mark: Mark, outline: Outline, chosen: Sequence[Mark], later: Sequence[Mark]
) -> bool:
    if mark.is_misprint:
        goes_on = any(m.style is mark.style and m.value == mark.value - 1 for m in outline.open)
        goes_on = goes_on and not _comes_yet(mark, later)
        begins = _is_first_of_two(mark, later) if mark.value == 1 else _begins_late(mark, later)
        return goes_on or begins
    if mark.opens_line:
        may_stand = outline.may_stand(mark) and not _is_listed(text, mark)
        return outline.follows(mark) or may_stand
    if not mark.is_plain or _is_item(text, mark, later):
        return False
    if not outline.follows(mark):
        return after_sentence(text, mark) and (
            _skips_one(mark, outline, later)
            or _begins_again(text, mark, outline, later)
            or (mark.style not in outline.last and _begins_late(mark, later))
        )
    if mark.value > 1 and _runs_in(text, mark, outline):
        return True
    return _may_open_inside(text, mark, chosen) and (mark.value > 1 or _goes_on(text, mark, later))


def _is_item(text: str, mark: Mark, later: Iterable[Mark]) -> bool:
    """Say whether ① is an item of a sentence, "①修渠5公里；②清淤3处", not a section with a text."""
    if mark.style is not Style.CIRCLED:
        return False
    second = next((m for m in later if m.style is Style.CIRCLED), None)
    is_sole = mark.value == 1 and (second is None or not _stands_behind_text(text, second))
    return is_sole or not _stands_behind_text(text, mark)


def _stands_behind_text(text: str, mark: Mark) -> bool:
    return mark.opens_line or after_sentence(text, mark)


def _runs_in(text: str, mark: Mark, outline: Outline) -> bool:
    """Say whether （二） of "…500件（二）公证。" goes on its elder sibling within a sentence."""
    if mark.style is not Style.HAN_PAREN or text[: mark.start].rstrip()[-1:] in REFERS:
        return False
    has_sibling = any(m.style is mark.style for m in outline.open)
    return has_sibling and SHORT_SENTENCE.match(text, mark.end) is not None


def _is_first_of_two(first: Mark, later: Iterable[Mark]) -> bool:
    """Say whether the next number of this style that opens a line is its second."""
    same = (m for m in later if m.style is first.style and m.opens_line)
    return next((m.value == 2 for m in same), False)


def _comes_yet(mark: Mark, later: Iterable[Mark]) -> bool:
    """Say whether the number that is missing stands further on as it should: "4.65岁" is no item
    where "4.体检" follows.
    """
    same = (m for m in later if m.style is mark.style and m.opens_line and not m.is_misprint)
    return next((m.value == mark.value for m in same), False)


def _begins_late(mark: Mark, later: Iterable[Mark]) -> bool:
    """Say whether 二、 is the first that is printed: 三、 and 四、 follow, 一、 was lost."""
    if mark.value != 2 or mark.style > Style.HAN:
        return False
    values = [m.value for m in later if m.style is mark.style]
    return values[:2] == [3, 4]


def _skips_one(mark: Mark, outline: Outline, later: Iterable[Mark]) -> bool:
    """Say whether one number was left out inside a line: 二、 四、 五、."""
    sibling = next((m for m in outline.open if m.style is mark.style), None)
    if sibling is None or mark.style > Style.HAN_PAREN or mark.value - sibling.value != 2:
        return False
    following = next((m for m in later if m.style is mark.style), None)
    return following is None or following.value in (1, mark.value + 1)


def _begins_again(text: str, mark: Mark, outline: Outline, later: Iterable[Mark]) -> bool:
    """Say whether the numbering starts again at the top inside a line, as in a speech."""
    tops = [m for m in outline.open[:1] if m.style is mark.style and m.value > 1]
    return bool(tops) and mark.value == 1 and _goes_on(text, mark, later)


def _is_listed(text: str, mark: Mark) -> bool:
    """Say whether a line was broken within "第一、" / "二、第三批"."""
    return text[: mark.start].rstrip()[-1:] in ("、", "，", "第", "和", "及", "至")


def _may_open_inside(text: str, mark: Mark, chosen: Sequence[Mark]) -> bool:
    """A heading inside a line stands after a sentence, right behind the heading above it, behind
    the "；" of its elder sibling, or behind the title of a text without line breaks.
    """
    if after_sentence(text, mark):
        return True
    if not chosen:
        before = text[text.rfind("\n", 0, mark.start) + 1 : mark.start]
        return mark.style in (Style.CHAPTER, Style.HAN) and is_title(before)
    if chosen[-1].style is mark.style:
        return text[: mark.start].rstrip().endswith("；")
    if chosen[-1].style > mark.style:
        return False
    between = text[chosen[-1].end : mark.start]
    is_heading = not any(c in between for c in SENTENCE_ENDS + "；\n")
    return (
        len(between) <= INLINE_HEADING_CHARS
        and is_heading
        and bool(between or chosen[-1].opens_line)
    )


def after_sentence(text: str, mark: Mark) -> bool:
    """Say whether the mark stands right behind a sentence, or behind a note in brackets that does:
    "……（责任单位：市教育局）第四条".
    """
    before = text[: mark.start].rstrip()
    if note := NOTE.search(before):
        before = before[: note.start()].rstrip()
    before = before.rstrip(CLOSERS)
    return bool(before) and before[-1] in SENTENCE_ENDS


def _goes_on(text: str, first: Mark, later: Iterable[Mark]) -> bool:
    """A first number inside a line is a section only when its second stands as a heading can."""
    for mark in later:
        if mark.style is first.style and not mark.is_misprint and _can_stand(text, mark):
            return mark.value == 2
    return False


def _can_stand(text: str, mark: Mark) -> bool:
    return (
        mark.opens_line or text[: mark.start].rstrip().endswith("；") or after_sentence(text, mark)
    )


def _oddity(mark: Mark, outline: Outline) -> Iterator[str]:
    """Yield where the printed numbering skips or starts late."""
    last = outline.last.get(mark.style, 0)
    if not outline.follows(mark) and mark.value > last:
        after = f"，前一个是{step(mark.style, last)}" if last else "，前面没有更小的编号"
        yield f"编号不连续：{mark.step}{after}"
