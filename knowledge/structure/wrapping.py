"""Lines that a margin, a copier or OCR broke -> paragraphs.

A line goes on in the next one where it breaks off within a sentence that has begun on it, or where
it is as wide as the margin of a text that was wrapped as a whole. A new paragraph begins where a
line stands in, where a section number or a bullet opens it, and where a signature or a date stands.

Not covered: lines of verse, addresses, lists without numbers in a wrapped text.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from knowledge.numbering import find_marks
from knowledge.structure.misprints import find_misprints

ENDED = re.compile(r"[。！？；：!?;:…—|](?:[”’」』）)》】\s]*)\Z|[）)》】]\s*\Z")
BROKEN_OFF = re.compile(r"[，、,（(《“第]\s*\Z")
HALF_NUMBER = re.compile(r"[（(〔][一二三四五六七八九十百零\d]{0,4}\Z")  # "（二十" / "一）"
BEGUN = re.compile(r"[。；！？]")
CLAUSES = re.compile(r"(?=.{20}).*[，,].{2}")  # of a line that is no heading
INDENT = re.compile(r"[ \t\u00a0\u3000]*")
OWN_LINE = re.compile(
    r"\s*(?:[-—–•●◆■▪*#>|【\[]|附\s*[件表录]|目\s*[录次]\s*$|第\s?[一二三四五六七八九十\d]+\s?部分"
    r"|[一二三四五六七八九十][是要]|(?:来源|作者|责任编辑|联系人|发布|牵头|责任单位|完成时限))"
    r"|.*(?:\||\S\t+[^\t]+\t+\S)"  # a row of a table
)
SHORT_LINE = 30  # characters of a signature, a date, a salutation
DATE_OR_ORGAN = re.compile(
    r"\s*(?:[\u4e00-\u9fa5×ＸX（） ]{2,28}"
    r"(?:局|委员会|委|厅|部|办公室|办|政府|院|会|中心|公司|学校)"
    r"|[（(]?[12二][\d〇零○O]\S{0,3}\s?年.{1,8}[日月][）)]?)\s*"
)
FEWEST_LINES = 6  # of a text, below which no margin can be told
NARROW, WIDE = 16, 60  # characters to a line of wrapped texts
SLACK = 2  # characters by which full lines may differ
BROKEN_SHARE = 0.5  # of the full lines that end within a sentence


def join_broken_lines(text: str, page: str) -> str:
    """Return the text with the lines joined that belong together; `page` marks where pages begin.

    >>> join_broken_lines("一、修渠。清淤干渠12公里，其\\n中上段3公里。\\n二、供水。", "@")
    '一、修渠。清淤干渠12公里，其中上段3公里。\\n二、供水。'
    """
    lines = text.split("\n")
    width = _margin(lines)
    joined = lines[:1]
    for before, line in pairwise(lines):
        if _goes_on(joined[-1].replace(page, ""), before, line.replace(page, ""), width):
            joined[-1] = _glue(joined[-1], line)
        elif line.strip() and _was_broken_off(joined) and not _begins_anew(line, joined[-2]):
            joined[-2:] = [_glue(joined[-2], line)]
        else:
            joined.append(line)
    return "\n".join(joined)


def _was_broken_off(joined: Sequence[str]) -> bool:
    """Say whether the last line is blank and the one above it ends within a sentence."""
    return len(joined) > 1 and not joined[-1].strip() and bool(BROKEN_OFF.search(joined[-2]))


def _margin(lines: Sequence[str]) -> int | None:
    """Return how many characters wide a wrapped text is set, None where nothing was wrapped."""
    widths = [len(line.rstrip()) for line in lines if len(line.strip()) > 3]
    if len(widths) < FEWEST_LINES:
        return None
    width = sorted(widths)[-max(1, len(widths) // 10)]
    full = [line for line in lines if abs(len(line.rstrip()) - width) <= SLACK]
    broken = [line for line in full if not ENDED.search(line)]
    is_wrapped = (
        NARROW <= width <= WIDE
        and max(widths) <= width + 2 * SLACK
        and 3 * len(full) >= len(widths)
        and len(broken) > BROKEN_SHARE * len(full)
        and median(widths) > 0.6 * width
    )
    return width if is_wrapped else None


def _goes_on(paragraph: str, before: str, line: str, width: int | None) -> bool:
    """Say whether a line belongs to the paragraph, whose last line is `before`."""
    if not paragraph.strip() or not line.strip() or ENDED.search(paragraph):
        return False
    if HALF_NUMBER.search(paragraph):
        return True
    if _begins_anew(line, paragraph):
        return False
    if width is not None and len(before.rstrip()) >= width - 2 * SLACK:
        return True
    if BROKEN_OFF.search(paragraph) or BEGUN.search(paragraph):
        return True
    return not _is_numbered(paragraph) and CLAUSES.match(paragraph) is not None


def _begins_anew(line: str, before: str) -> bool:
    if OWN_LINE.match(line) or (len(line) <= SHORT_LINE and DATE_OR_ORGAN.fullmatch(line)):
        return True
    if _is_numbered(line):
        return True
    blanks, first = INDENT.match(line), INDENT.match(before)
    assert blanks and first
    return blanks.end() >= 2 and blanks.end() >= first.end()


def _is_numbered(line: str) -> bool:
    mark = next(find_marks(line), None)
    return (mark is not None and mark.opens_line) or any(find_misprints(line))


def _glue(before: str, line: str) -> str:
    """Put two pieces together, with a blank between Latin words."""
    before, line = before.rstrip(), line.strip()
    between = " " if before[-1:].isalpha() and before[-1:].isascii() and line[:1].isalpha() else ""
    return before + between + line
