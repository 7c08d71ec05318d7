"""A decimal outline, 1 → 1.1 → 1.1.1, of standards and 应急预案: its numbers in a text.

A line may begin with a figure as well ("3.5万亩"), so a number counts only in a chain: each is
what the one before leads to, 1.2 behind 1.1 or behind 1.1.4. A chapter prints its own number
("2 组织体系") and counts where 2.1 follows or its neighbours are chapters.

Not covered: an outline of a single number, letters (A.1).
"""

import re
from collections.abc import Iterator, Sequence

from knowledge.numbering import Mark, Style, decimal_style, step

Numbers = tuple[int, ...]

NUMBER = re.compile(
    r"(?m)^[ \t\u3000\u00a0\ue000]*(?P<number>\d{1,2}(?:[.．]\d{1,2}){0,3})(?P<stop>[.．、]?)"
    r"(?=[ \t\u3000]*(?:[\u4e00-\u9fff“《A-Za-z（(]|$))"
)
MOST_SKIPPED = 2  # numbers that a bad copy may have lost in a row
LOOK_AHEAD = 4  # numbers, among which the second of an outline stands


def find_decimals(text: str) -> list[Mark]:
    """Return the numbers of decimal outlines, with their chapters, in order.

    >>> [mark.step for mark in find_decimals("1 总则\\n1.1 目的\\n1.2 依据\\n3.5万亩")]
    ['1', '1.1', '1.2']
    """
    found = [(match, _numbers(match["number"])) for match in NUMBER.finditer(text)]
    levels = [i for i, (_, numbers) in enumerate(found) if len(numbers) > 1]
    chosen = {levels[i] for i in _chain([found[i][1] for i in levels])}
    bare = [i for i, (m, n) in enumerate(found) if len(n) == 1 and not m["stop"]]
    chosen |= set(_chapters([(i, found[i][1][0]) for i in bare], chosen, [n for _, n in found]))
    return [_mark(*found[i]) for i in sorted(chosen)]


def _numbers(printed: str) -> Numbers:
    return tuple(int(number) for number in printed.replace("．", ".").split("."))


def _chain(numbers: Sequence[Numbers]) -> Iterator[int]:
    """Yield the places of the numbers that make an outline."""
    last: Numbers | None = None
    for i, own in enumerate(numbers):
        ahead = numbers[i + 1 : i + 1 + LOOK_AHEAD]
        goes_on = last is not None and _leads_to(last, own) and not _strays(last, own, ahead)
        begins = set(own[1:]) == {1} and any(_leads_to(own, later) for later in ahead)
        if goes_on or begins:
            last = own
            yield i


def _strays(last: Numbers, own: Numbers, ahead: Sequence[Numbers]) -> bool:
    """True if the next number goes on from the one before `own` and not from it."""
    return bool(ahead) and _leads_to(last, ahead[0]) and not _leads_to(own, ahead[0])


def _leads_to(before: Numbers, after: Numbers) -> bool:
    """True if `after` may come next: one level in, or the next on its level or further out"""
    if after[: len(before)] == before:
        return len(after) == len(before) + 1 and after[-1] <= 1 + MOST_SKIPPED
    differ = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), None)
    if differ is None:
        return False
    is_next = 1 <= after[differ] - before[differ] <= 1 + MOST_SKIPPED
    return is_next and all(number == 1 for number in after[differ + 1 :])


def _chapters(
    bare: Sequence[tuple[int, int]], chosen: set[int], numbers: Sequence[Numbers]
) -> Iterator[int]:
    """Yield the places of the bare numbers that are chapters of an outline."""
    sure = {i for i, value in bare if i + 1 in chosen and numbers[i + 1][:1] == (value,)}
    values = dict(bare)
    for step_by, order in ((1, bare), (-1, bare[::-1])):
        last: int | None = None
        for i, value in order:
            if i in sure or (last is not None and value == last + step_by):
                sure.add(i)
                last = values[i]
    yield from sure


def _mark(match: re.Match[str], numbers: Numbers) -> Mark:
    style = Style.ARABIC if len(numbers) == 1 else decimal_style(len(numbers))
    return Mark(
        start=match.start("number"),
        end=match.end("stop"),
        style=style,
        value=numbers[-1],
        step=step(style, *numbers),
        opens_line=True,
        numbers=numbers,
    )
