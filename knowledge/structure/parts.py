"""The lines at which a text begins anew: an annex, a glossary, the title of the plan that a notice
carries, 第二部分; and where a speech turns to its hearers again, between its numbered sections.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.structure.asides import ORDINAL, TextLine
from knowledge.structure.title_lines import is_title
from knowledge.structure.titles import title_start
from knowledge.text import squeeze

ANNEX = re.compile(
    rf"(?P<name>附\s*[件表录]\s*(?P<ordinal>{ORDINAL}(?:[-—－]\d{{1,2}})?)?)"
    r"\s*(?P<stop>[:：\s]|(?=《)|\Z)\s*(?P<title>[^。；]{0,60})"
)
GLOSSARY = re.compile(
    r"[（(【]?(?P<name>(?:名词|术语)(?:解释|注释|释义)|相关术语|注\s*释|附\s*注)[）)】]?[：:]?"
)
DIVISION = re.compile(rf"第\s?{ORDINAL}\s?部分(?:[\s：:].{{0,40}})?")
ADDRESS = re.compile(r"(?P<hearers>各位[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{2,3}们)[：:]")
ADDRESS_LINES = 60  # from the top, among which the hearers are greeted
TITLE_LINES = 60  # between the title of a part and its first number


@dataclass(frozen=True, slots=True)
class Opening:
    """Where a text begins anew: text[start:end] prints the name of an annex; "" where none is."""

    start: int
    end: int
    name: str


def find_openings(lines: Sequence[TextLine], excluded: Sequence[tuple[int, int]]) -> list[Opening]:
    """Return where annexes and glossaries begin, and where a speech addresses its hearers."""
    found = list(_heads(lines, excluded))
    greeted = {m["hearers"] for x in lines[:ADDRESS_LINES] if (m := ADDRESS.fullmatch(x.text))}
    if greeted:
        renewed = [x for x in lines if any(_addresses(x.text, who) for who in greeted)]
        found += [Opening(x.start, x.start, "") for x in renewed]
    return sorted(found, key=lambda opening: opening.start)


def _heads(lines: Sequence[TextLine], excluded: Sequence[tuple[int, int]]) -> Iterator[Opening]:
    """Yield the lines that begin an annex or a glossary."""
    lists = {start for start, _ in excluded}
    last: int | None = None  # an annex may be a glossary: its title is no head of its own
    for i, line in enumerate(lines):
        match = ANNEX.fullmatch(line.text) if line.start not in lists else None
        if match and not (match["title"] and not match["ordinal"]):
            last = i
        elif (match := GLOSSARY.fullmatch(line.text)) is None or last == i - 1:
            continue
        end = match.end("name") + (line.text[match.end("name") :][:1] in (":", "："))
        yield Opening(line.start, line.start + end, squeeze(match["name"]))


def _addresses(line: str, hearers: str) -> bool:
    return line.startswith(hearers) and line[len(hearers) : len(hearers) + 1] in tuple("！，：!,:")


def title_before(lines: Sequence[TextLine], after: int, before: int) -> Opening | None:
    """Return the title, or the line 第二部分, that stands last between two places."""
    first = bisect_left(lines, after, key=lambda line: line.start)
    last = bisect_left(lines, before, key=lambda line: line.start)
    for i in range(last - 1, max(first, last - TITLE_LINES) - 1, -1):
        if DIVISION.fullmatch(lines[i].text):
            return Opening(lines[i].start, lines[i].start, "")
        if is_title(lines[i].text):
            texts = [line.text for line in lines[first : i + 1]]
            start = lines[first + title_start(texts, len(texts) - 1)].start
            return Opening(start, start, "")
    return None
