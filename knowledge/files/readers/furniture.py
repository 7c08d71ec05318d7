"""Printed lines -> those that belong to the page and not to the text: page numbers, running heads,
the 红头, tables of contents.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import groupby

from knowledge.files.readers.line import BIGGER, PrintedLine, runs, usual_size

EDGE_LINES = 2  # of a page, at the top and at the foot, that may be running heads or page numbers
HEAD_WINDOW = 4  # pages before and behind in which a running head must come back; even, odd
HEAD_LIKENESS = 0.85  # of two running heads, one of them misread
LETTERHEAD_LINES = (
    8  # of a page, among which the 红头 stands; 份号, 密级 and 紧急程度 may stand above
)
LETTERHEAD_SIZE = 1.6  # times the text's size, for a 红头 that was copied in black

PAGE_NUMBER = re.compile(
    r"[-—–―－一·•~|\s]*(?:第\s*)?(?:\d{1,3}|[ivxl]{1,6})\s*页?"
    r"(?:\s*[,，/|]?\s*(?:[共/]|of)\s*\d{1,4}\s*页?)?[-—–―－一·•~|\s]*"
    r"|共\s*\d{1,4}\s*页\s*[,，/]?\s*第\s*\d{1,4}\s*页|page\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?",
    re.IGNORECASE,
)
ORGAN = re.compile(r".*(?:文件|局|厅|委|委员会|政府|办公室|办公厅|部|院|会|中心|集团|公司|大学)")
RULE = re.compile(r"[-—–_─━＿★☆\s]{6,}")
CONTENTS_HEADING = re.compile(r"目\s*[录次]")
CONTENTS_ENTRY = re.compile(r".+?(?:(?:[.·．]\s*){3,}|(?:[…‥]\s*){2,})[（(—-]?\d{1,4}[）)—-]?")
PLAIN_ENTRY = re.compile(r".+[\t ]\d{1,4}")  # without leaders; counts only on the page of 目录
CONTENTS_ENTRIES = 3  # the fewest that make a table of contents


def _edges(lines: Sequence[PrintedLine]) -> dict[int, list[PrintedLine]]:
    """Return the first and last lines of each page."""
    edges = {}
    for page, group in groupby(lines, key=lambda line: line.page):
        by_height = sorted(group, key=lambda line: line.top)
        edges[page] = by_height[:EDGE_LINES] + by_height[EDGE_LINES:][-EDGE_LINES:]
    return edges


def page_numbers(lines: Sequence[PrintedLine]) -> set[PrintedLine]:
    """Return the lines at the edges of pages that print nothing but a page number."""
    edges = _edges(lines).values()
    return {line for edge in edges for line in edge if PAGE_NUMBER.fullmatch(line.text.strip())}


def running_heads(lines: Sequence[PrintedLine]) -> set[PrintedLine]:
    """Return the lines that come back at the same height on three pages or half of them."""
    edges = _edges(lines)
    heads = set()
    for page, edge in edges.items():
        near = [p for p in range(page - HEAD_WINDOW, page + HEAD_WINDOW + 1) if p != page]
        for line in edge:
            again = sum(any(_is_same_head(line, other) for other in edges.get(p, ())) for p in near)
            if again >= 2 or (again and 2 * (again + 1) >= len(edges)):
                heads.add(line)
    return heads


def _is_same_head(line: PrintedLine, other: PrintedLine) -> bool:
    if abs(line.top - other.top) > 1.5 * line.size:
        return False
    here, there = (re.sub(r"\d+", "#", re.sub(r"\s", "", x.text)) for x in (line, other))
    likeness = SequenceMatcher(None, here, there)
    return likeness.quick_ratio() >= HEAD_LIKENESS and likeness.ratio() >= HEAD_LIKENESS


def letterhead(lines: Sequence[PrintedLine]) -> set[PrintedLine]:
    """Return the 红头: the issuing organ's name, large and red or ending in 文件, and its rule."""
    text_size = usual_size(lines)
    pages = groupby(lines, key=lambda line: line.page)
    heads = (line for _, page in pages for line in list(page)[:LETTERHEAD_LINES])
    return {line for line in heads if _is_letterhead(line, text_size)}


def _is_letterhead(line: PrintedLine, text_size: float) -> bool:
    text = re.sub(r"\s", "", line.text)
    if not ORGAN.fullmatch(text):
        return RULE.fullmatch(text) is not None
    if line.is_red:
        return line.size > BIGGER * text_size
    return text.endswith("文件") and line.size > LETTERHEAD_SIZE * text_size


def table_of_contents(lines: Sequence[PrintedLine]) -> set[PrintedLine]:
    """Return the lines of tables of contents: 目录 and the entries, which end in page numbers."""
    headings = {i for i, line in enumerate(lines) if CONTENTS_HEADING.fullmatch(line.text)}
    headed = {lines[i].page for i in headings}
    entries = [
        i
        for i, line in enumerate(lines)
        if CONTENTS_ENTRY.fullmatch(line.text)
        or (line.page in headed and PLAIN_ENTRY.fullmatch(line.text))
    ]
    found = set[PrintedLine]()
    for run in runs(entries, reach=2):  # an entry of two lines has its number on the second
        if len(run) >= CONTENTS_ENTRIES:
            first = max(headings & set(range(run[0] - 3, run[0])), default=run[0])
            found.update(lines[first : run[-1] + 1])
    return found
