"""The table of contents of a text: where it stands, and its entries as a check on the sections."""

import re
from collections.abc import Sequence

from knowledge.numbering import opens_with_number
from knowledge.plan import Dropped
from knowledge.text import squeeze

WHY = "目录"
ENTRY_WITH_PAGE = re.compile(r".{2,60}?(?:(?:[.．·]\s?){3,}|(?:…\s?)+)\s*\d{0,4}\s*")
FEWEST_ENTRIES = 3  # of a table of contents without its heading
HEADINGS = ("目录", "目次")
ENTRY_CHARS, MOST_ENTRIES = 60, 300
LEADERS = " \t\u3000.．…·-—_0123456789"  # behind an entry: dots, and its page


def contents(lines: Sequence[str]) -> Sequence[int]:
    """Return where the table of contents stands: lines that end in dots and a page number, or those
    below 目录 that come again as headings.
    """
    start = next((i for i, line in enumerate(lines) if squeeze(line) in HEADINGS), None)
    dotted = [i for i, line in enumerate(lines) if ENTRY_WITH_PAGE.fullmatch(line.strip())]
    if len(dotted) >= FEWEST_ENTRIES:
        is_headed = start is not None and 0 < dotted[0] - start <= FEWEST_ENTRIES
        return [start, *dotted] if is_headed and start is not None else dotted
    return (() if start is None else _below_heading(lines, start)) or _numbered_twice(lines)


def contents_entries(dropped: Sequence[Dropped]) -> list[str]:
    """Return the entries of the table of contents, without dots and page numbers."""
    printed = [line for d in dropped if d.why == WHY for line in d.text.splitlines()]
    entries = (_entry(line) for line in printed)
    return [entry for entry in entries if entry and entry not in HEADINGS]


def _below_heading(lines: Sequence[str], start: int) -> Sequence[int]:
    """Return the lines from 目录 down to the first that is no entry, or is the first heading."""
    entries, end = list[str](), start + 1
    while end < len(lines) and _is_entry(lines[end]):
        entry = _entry(lines[end])
        if entry and any(entry.startswith(known) for known in entries[:MOST_ENTRIES]):
            break
        entries += [entry] if entry else []
        end += 1
    headings = {squeeze(line)[:ENTRY_CHARS] for line in lines[end:]}
    again = sum(entry in headings for entry in entries)
    is_contents = len(entries) > 1 and (end < len(lines) and 2 * again >= len(entries))
    return range(start, end) if is_contents else ()


def _is_entry(line: str) -> bool:
    text = line.rstrip().rstrip(LEADERS)
    return len(text) <= ENTRY_CHARS and text[-1:] not in tuple("。；，")


def _numbered_twice(lines: Sequence[str]) -> Sequence[int]:
    """Return the lines that end in a page number and come again without it."""
    whole = {squeeze(line) for line in lines}
    again = [
        i
        for i, line in enumerate(lines)
        if _ends_in_page(line) and opens_with_number(line) and _entry(line) in whole
    ]
    if len(again) < FEWEST_ENTRIES:
        return ()
    first, last = again[0], again[-1]
    return [i for i in range(first, last + 1) if _ends_in_page(lines[i])]


def _ends_in_page(line: str) -> bool:
    words = line.split()
    return len(words) > 1 and words[-1].isdecimal() and len(words[-1]) <= 3


def _entry(line: str) -> str:
    return squeeze(line.rstrip().rstrip(LEADERS))
