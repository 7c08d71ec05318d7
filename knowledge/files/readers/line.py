"""A printed line and its place on the page, and what its characters tell."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

BIGGER = 1.15  # a title's size over the text's: 二号 over 三号 is 1.38, a misread size 1.05
LATIN = re.compile(r"[!-~]")
HAN = "[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3001-\u303f“”‘’…—]"
HAN_SPACE = re.compile(rf"(?<={HAN})[ \u3000]+(?={HAN})")


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A printed line, or a piece of one, and its box on the page.

    Units are points or pixels from the page's top left corner, `size` is the height of its
    characters, `page` counts from 0. `column` is 0 for the whole width, 1 and 2 in two columns;
    `cells` counts the pieces of a row.
    """

    text: str
    page: int
    left: float
    top: float
    right: float
    bottom: float
    size: float
    is_red: bool = False
    column: int = 0
    cells: int = 1

    def scaled(self, factor: float) -> "PrintedLine":
        """Return the line in other units."""
        sides = ("left", "top", "right", "bottom", "size")
        return replace(self, **{side: factor * getattr(self, side) for side in sides})


def close_up(text: str) -> str:
    """Take out the spaces between Chinese characters.

    >>> close_up("加 快 发展 5G 应用")
    '加快发展 5G 应用'
    """
    return HAN_SPACE.sub("", text)


def width(text: str) -> float:
    """Return how many Chinese characters wide a text is set; a Latin letter is half a one."""
    return sum(0.55 if c < "\u2000" else 1 for c in text)


def runs(numbers: Iterable[int], reach: int = 1) -> list[list[int]]:
    """Cut ascending numbers where one is more than `reach` from the next.

    >>> runs([3, 4, 5, 9])
    [[3, 4, 5], [9]]
    """
    found: list[list[int]] = []
    for number in numbers:
        if found and number - found[-1][-1] <= reach:
            found[-1].append(number)
        else:
            found.append([number])
    return found


def usual_size(lines: Sequence[PrintedLine]) -> float:
    """Return the size in which most characters are set."""
    return median([line.size for line in lines for _ in line.text] or [0.0])


def glue(above: str, below: str) -> str:
    """Join two pieces of a text: Latin words with a space, Chinese and broken numbers without.

    >>> glue("推进 digi-", "tal trans"), glue("达到20", "25个"), glue("smart", "city")
    ('推进 digital trans', '达到2025个', 'smart city')
    """
    if not above or not (LATIN.match(above[-1]) and LATIN.match(below)):
        return above + below
    if above[-1] == "-" and below[0].islower():
        return above[:-1] + below
    if below[0].isdigit() and above[-1] in "0123456789.,-~/":
        return above + below
    return f"{above} {below}"
