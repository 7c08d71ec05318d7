"""The lines of a text that print nothing but a page number: — 3 —, 第3页 共8页, or 3 alone, where
such lines count the pages of the text.
"""

import re
from collections.abc import Iterator, Sequence
from statistics import median

DASH = "[-—–―－·]{1,2}"
OF_PAGES = r"(?:\s*[,，/]?\s*共\s*\d{1,3}\s*页)?"
SAID = re.compile(  # also behind the title of the plan
    rf"\s*(?:{DASH}\s*\d{{1,3}}\s*{DASH}"
    rf"|(?:[^。；，]{{0,40}}\s)?第\s*\d{{1,3}}\s*页{OF_PAGES}"
    r"|共\s*\d{1,3}\s*页\s*[,，]?\s*第\s*\d{1,3}\s*页|\d{1,3}\s*/\s*\d{1,3})\s*"
)
SAID_CHARS = 60
FEWEST_PAGES = 3  # that numbers alone on their lines count
PAGE_CHARS = 200  # the fewest of the usual page: a table numbers its rows more closely
MOST_MISSING = 3  # pages in a row whose number is not printed


def page_number_lines(lines: Sequence[str]) -> set[int]:
    """Return the places of the lines that are page numbers."""
    printed = [line.strip() for line in lines]
    said = {i for i, x in enumerate(printed) if len(x) <= SAID_CHARS and SAID.fullmatch(x)}
    bare = [(i, int(x)) for i, x in enumerate(printed) if len(x) <= 3 and x.isdecimal()]
    starts = [0]
    for line in printed:
        starts.append(starts[-1] + len(line))
    return said.union(*(run for run in _runs(bare) if _are_pages(run, starts)))


def _runs(bare: Sequence[tuple[int, int]]) -> Iterator[list[int]]:
    """Yield the places of numbers that rise through the text, page by page."""
    run, last = list[int](), 0
    for place, value in bare:
        if run and not 0 < value - last <= 1 + MOST_MISSING:
            yield run
            run = []
        run.append(place)
        last = value
    yield run


def _are_pages(run: Sequence[int], starts: Sequence[int]) -> bool:
    if len(run) < FEWEST_PAGES:
        return False
    return median(starts[b] - starts[a] for a, b in zip(run, run[1:], strict=False)) >= PAGE_CHARS
