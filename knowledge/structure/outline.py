"""Which of the numbers in a text are sections, and how they nest.

A number counts when it stands where a heading can stand and goes on the numbering that is open
there: at the start of a line it may skip or repeat (it is then printed so, and a warning says it);
inside a line, or misprinted, it must follow exactly.

Not covered: sections without numbers, but for the head of an annex and the text of a speech that
turns to its hearers again (`parts`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from knowledge.numbering import Mark, Style, find_marks, step
from knowledge.plan import SectionPath
from knowledge.structure.asides import Boxes, TextLine, excluded_spans
from knowledge.structure.decimals import find_decimals
from knowledge.structure.misprints import find_misprints
from knowledge.structure.nesting import behind_names, nesting_order
from knowledge.structure.parts import Opening, find_openings, title_before
from knowledge.structure.surroundings import (
    SENTENCE_ENDS,
    Surroundings,
    char_before,
    follows_note,
)
from knowledge.structure.title_lines import is_title

INLINE_HEADING_CHARS = 45  # of a heading that runs into its text
TITLE_CHARS = 120  # of a line before its first number, that may be a title
SHORT_SENTENCE = re.compile(rf"[^{SENTENCE_ENDS}；，\n（(]{{2,30}}[{SENTENCE_ENDS}\n]")
REFERS = frozenset(
    "第见照按据由和与及或至到、，：前述的在对件表图款项条"  # before a number that is referred to
)
NAMES = frozenset("第见照按据")  # before a number that is but named
SKIP_LIMIT = 3  # "5." after "2." at the start of a line is a section, "33." is not


@dataclass(slots=True)
class Outline:
    """The numbering as far as it has been read: what is open, and the last number of each style."""

    order: Sequence[Style] = tuple(Style)
    open: list[Mark] = field(default_factory=list)
    last: dict[Style, int] = field(default_factory=dict)

    def sibling(self, style: Style) -> Mark | None:
        """The open section of this style."""
        return next((m for m in self.open if m.style is style), None)

    def follows(self, mark: Mark) -> bool:
        """True if the mark goes on: next of its level, first of a new one, or running on."""
        if mark.style.is_decimal:
            return True
        if (sibling := self.sibling(mark.style)) is not None:
            return mark.value == sibling.value + 1
        return mark.value in (1, self.last.get(mark.style, 0) + 1)

    def may_stand(self, mark: Mark) -> bool:
        """True if a mark at the start of a line is a section although it does not follow."""
        last = self.last.get(mark.style, 0)
        if mark.style in (Style.ARABIC, Style.ITEM, Style.ARABIC_PAREN, Style.CIRCLED):
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
    """What opens a section: where its number stands, its part and its path."""

    start: int
    end: int
    part: int
    path: SectionPath
    style: Style | None = None


def find_sections(text: str, lines: Sequence[TextLine]) -> tuple[list[NumberPlace], list[str]]:
    """Return what opens sections, in order, and what is odd about the numbering.

    `lines` are those of the text. `part` counts how often the numbering began again at the top,
    from 1.
    """
    excluded = excluded_spans(lines)
    placed = list(behind_names(text, _without(_all_marks(text), excluded)))
    marks = [mark for mark, _ in placed]
    turned = {(mark.style, parent) for mark, parent in placed if parent and parent > mark.style}
    order = nesting_order(marks, turned)
    return _Reader(text, lines, marks, order, find_openings(lines, excluded)).read()


class _Reader:
    """One pass over the marks of a text, with the openings of its parts between them."""

    def __init__(
        self,
        text: str,
        lines: Sequence[TextLine],
        marks: Sequence[Mark],
        order: Sequence[Style],
        openings: Sequence[Opening],
    ) -> None:
        self._text, self._lines, self._openings = text, lines, openings
        self._around = Surroundings(text, marks)
        self._outline = Outline(order)
        self._boxes = Boxes(lines)
        self._later_decimal = _next_decimal(marks)
        self._places: list[NumberPlace] = []
        self._chosen: Mark | None = None
        self._part, self._is_first = 1, True  # is the next section the first of its part?
        self._oddities: list[str] = []
        self._waiting: Opening | None = None  # the head of an annex, until its first number

    def read(self) -> tuple[list[NumberPlace], list[str]]:
        """Return the places and the oddities."""
        at = 0
        for i, mark in enumerate(self._around.marks):
            while at < len(self._openings) and self._openings[at].start < mark.start:
                self._open(self._openings[at], i)
                at += 1
            mark = self._below_decimals(i, mark)
            if not self._boxes.takes(mark) and self._is_section(i, mark):
                self._boxes.close()
                self._add(mark)
        for opening in self._openings[at:]:
            self._open(opening, len(self._around.marks))
        self._place_waiting()
        return self._places, self._oddities

    def _open(self, opening: Opening, following: int) -> None:
        """Begin an annex, or leave the last numbered section for the speech around it."""
        if not self._places:
            return
        if opening.name:
            self._place_waiting()
            self._waiting = opening
            self._outline.restart()
        elif len(self._outline.open) > 1 and self._waiting is None:
            top, below = self._outline.open[:2]
            if self._around.goes_on_from(below, following):
                return
            path = (top.step, f"{below.step}后")
            self._outline.open = [top]
            self._places.append(NumberPlace(opening.start, opening.start, self._part, path))

    def _place_waiting(self) -> None:
        """Give an annex that numbers nothing to the part that it stands in."""
        if self._waiting is not None:
            self._places.append(self._head(self._waiting))
            self._waiting = None

    def _head(self, opening: Opening) -> NumberPlace:
        path = (opening.name,) if opening.name else ()
        return NumberPlace(opening.start, opening.end, self._part, path)

    def _add(self, mark: Mark) -> None:
        """Open the section of a mark."""
        before = self._outline.sibling(mark.style)
        self._oddities += _oddity(mark, self._outline)
        path = self._outline.push(mark)
        if self._waiting is not None:
            self._part += not self._is_first
            self._place_waiting()
        elif _is_top(mark, path) and (before is not None or self._begins_a_book(mark)):
            self._part += 1
            self._add_title(mark)
        self._places.append(NumberPlace(mark.start, mark.end, self._part, path, mark.style))
        self._chosen, self._is_first = mark, False

    def _add_title(self, mark: Mark) -> None:
        """Give the title of a part that begins, and what stands below it, to that part."""
        if opening := title_before(self._lines, self._places[-1].end, mark.start):
            self._places.append(self._head(opening))

    def _begins_a_book(self, mark: Mark) -> bool:
        """True if 第一章 follows a notice that numbered its own points 一、二、三."""
        return mark.style <= Style.ARTICLE and any(
            len(p.path) == 1 and p.style is Style.HAN for p in self._places
        )

    def _below_decimals(self, i: int, mark: Mark) -> Mark:
        """Return "1." below 1.3 as an item of that, unless it is the next chapter."""
        decimal = next((m for m in self._outline.open if m.style.is_decimal), None)
        if decimal is None or mark.style is not Style.ARABIC or mark.numbers:
            return mark
        later = self._later_decimal[i]
        if later is None:
            is_chapter = mark.value == decimal.numbers[0] + 1
        else:
            is_chapter = later.numbers[:2] == (mark.value, 1)
            is_chapter |= decimal.numbers[0] < mark.value <= later.numbers[0]
        return mark if is_chapter and mark.opens_line else replace(mark, style=Style.ITEM)

    # Is it a section?

    def _is_section(self, i: int, mark: Mark) -> bool:
        if mark.style.is_decimal or mark.numbers:
            return True
        if mark.is_misprint:
            return self._is_believed(i, mark)
        if mark.opens_line:
            is_listed = char_before(self._text, mark.start) in ("、", "，", "第", "和", "及", "至")
            return self._outline.follows(mark) or (self._outline.may_stand(mark) and not is_listed)
        if not mark.is_plain or self._is_point(i, mark):
            return False
        if not self._outline.follows(mark):
            return self._around.follows_sentence[i] and (
                self._skips_one(i, mark)
                or self._begins_again(i, mark)
                or (mark.style not in self._outline.last and self._begins_late(i, mark))
            )
        if self._lost_its_line(i, mark):
            return True
        return self._may_open_inside(i, mark) and (mark.value > 1 or self._goes_on(i))

    def _is_believed(self, i: int, mark: Mark) -> bool:
        """True if a misprinted number goes on the numbering, or begins one that goes on."""
        around = self._around
        elder = self._outline.sibling(mark.style)
        if elder is not None and elder.value == mark.value - 1:
            comes_yet = around.value(around.printed[i]) == mark.value
            return not comes_yet and (elder.is_bare or not mark.is_bare)
        second = around.on_line[i]
        if mark.value > 1 or second is None:
            return self._begins_late(i, mark)
        third = around.value(around.on_line[second])
        is_row = around.marks[second].is_bare and third in (None, 1, 3)
        return around.value(second) == 2 and (is_row or not mark.is_bare)

    def _is_point(self, i: int, mark: Mark) -> bool:
        """True if ① is a point of a sentence, "①修渠5公里；②清淤3处", without a text of its own."""
        if mark.style is not Style.CIRCLED:
            return False
        second = self._around.alike[i]
        is_sole = mark.value == 1 and (second is None or not self._stands_behind_text(second))
        return is_sole or not self._stands_behind_text(i)

    def _stands_behind_text(self, i: int) -> bool:
        return self._around.marks[i].opens_line or self._around.follows_sentence[i]

    def _lost_its_line(self, i: int, mark: Mark) -> bool:
        """True if a number was glued to the text before it: "…持续发展1.加强统筹。" """
        before = char_before(self._text, mark.start)
        if self._fills_a_gap(i, mark) and before not in NAMES and not before.isdigit():
            return True
        if before in REFERS or before.isdigit():
            return False
        is_headed = self._around.is_headed[i]
        if mark.value == 1:
            second = self._around.headed[i]
            goes_on = second is not None and second == self._around.alike[i]
            return is_headed and goes_on and self._around.value(second) == 2
        if self._outline.sibling(mark.style) is None:
            return False
        if mark.style is Style.HAN_PAREN and SHORT_SENTENCE.match(self._text, mark.end):
            return True
        ends_list = mark.style in (Style.ARTICLE, Style.HAN_PAREN) and self._is_missing(i, mark)
        is_behind_note = follows_note(self._text, mark.start)
        return ends_list or ((is_headed or is_behind_note) and not self._comes_again(i, mark))

    def _fills_a_gap(self, i: int, mark: Mark) -> bool:
        """True if the number before is open, and the one behind is the next that stands."""
        elder = self._outline.sibling(mark.style)
        follows = elder is not None and elder.value == mark.value - 1
        return follows and self._around.value(self._around.standing[i]) == mark.value + 1

    def _is_missing(self, i: int, mark: Mark) -> bool:
        """True if the next number that stands begins another row: this one would be missing."""
        return self._around.value(self._around.standing[i]) in (None, 1)

    def _comes_again(self, i: int, mark: Mark) -> bool:
        """True if the same number still stands where a number should."""
        return self._around.value(self._around.standing[i]) == mark.value

    def _begins_late(self, i: int, mark: Mark) -> bool:
        """True if 二、 is the first that is printed: 三、 and 四、 follow, 一、 was lost."""
        if mark.value != 2 or mark.style > Style.HAN:
            return False
        third = self._around.alike[i]
        fourth = None if third is None else self._around.alike[third]
        return (self._around.value(third), self._around.value(fourth)) == (3, 4)

    def _skips_one(self, i: int, mark: Mark) -> bool:
        """True if one number was left out inside a line: 二、 四、 五、."""
        elder = self._outline.sibling(mark.style)
        if elder is None or mark.style > Style.HAN_PAREN or mark.value - elder.value != 2:
            return False
        return self._around.value(self._around.alike[i]) in (None, 1, mark.value + 1)

    def _begins_again(self, i: int, mark: Mark) -> bool:
        """True if the numbering starts again at the top inside a line, as in a speech."""
        tops = [m for m in self._outline.open[:1] if m.style is mark.style and m.value > 1]
        return bool(tops) and mark.value == 1 and self._goes_on(i)

    def _goes_on(self, i: int) -> bool:
        """True if the second number stands as a heading can: only then is a first one a section."""
        return self._around.value(self._around.standing[i]) == 2

    def _may_open_inside(self, i: int, mark: Mark) -> bool:
        """A heading inside a line stands after a sentence, right behind the heading above it,
        behind the "；" of its elder sibling, or behind the title of a text without line breaks.
        """
        if self._around.follows_sentence[i]:
            return True
        above = self._chosen
        if above is None:
            start = self._text.rfind("\n", max(mark.start - TITLE_CHARS, 0), mark.start) + 1
            is_top = mark.style in (Style.CHAPTER, Style.HAN)
            return is_top and is_title(self._text[start : mark.start])
        if above.style is mark.style:
            return char_before(self._text, mark.start) == "；"
        if above.style > mark.style or mark.start - above.end > INLINE_HEADING_CHARS:
            return False
        between = self._text[above.end : mark.start]
        is_heading = not any(c in between for c in SENTENCE_ENDS + "；\n")
        return is_heading and bool(between or above.opens_line)


def _is_top(mark: Mark, path: SectionPath) -> bool:
    """True if a mark is a first number with nothing above it."""
    return len(path) == 1 and mark.value == 1 and all(number == 1 for number in mark.numbers)


def _next_decimal(marks: Sequence[Mark]) -> list[Mark | None]:
    """Return for each mark the next one that is a decimal number."""
    found: list[Mark | None] = [None] * len(marks)
    for i in range(len(marks) - 2, -1, -1):
        found[i] = marks[i + 1] if marks[i + 1].style.is_decimal else found[i + 1]
    return found


def _all_marks(text: str) -> list[Mark]:
    """Return the numbers as they should be printed, and those misprinted where no such one is."""
    found = {mark.start: mark for mark in find_misprints(text)}
    found |= {mark.start: mark for mark in find_marks(text)}
    found |= {mark.start: mark for mark in find_decimals(text)}
    return [found[start] for start in sorted(found)]


def _without(marks: Sequence[Mark], spans: Sequence[tuple[int, int]]) -> list[Mark]:
    """Return the marks outside the spans; both are in order."""
    kept, at = list[Mark](), 0
    for mark in marks:
        while at < len(spans) and spans[at][1] <= mark.start:
            at += 1
        if at == len(spans) or mark.start < spans[at][0]:
            kept.append(mark)
    return kept


def _oddity(mark: Mark, outline: Outline) -> Iterator[str]:
    """Yield where the printed numbering skips or starts late."""
    last = outline.last.get(mark.style, 0)
    if not outline.follows(mark) and mark.value > last:
        after = f"，前一个是{step(mark.style, last)}" if last else "，前面没有更小的编号"
        yield f"编号不连续：{mark.step}{after}"
