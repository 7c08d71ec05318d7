"""Lines that a margin, a copier or OCR broke -> paragraphs.

A line goes on in the next one where it breaks off within a sentence that has begun on it, or where
it is as wide as the margin of a text that was wrapped. A new paragraph begins where a line stands
in, where a section number or a bullet opens it, and where a signature or a date stands.

Not covered: lines of verse, addresses, lists without numbers in a wrapped text.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.numbering import opens_with_number
from knowledge.structure.cleaning.advertising import may_be_noise
from knowledge.structure.misprints import find_misprints
from knowledge.structure.title_lines import KINDS, names_a_document
from knowledge.text import squeeze

STOPS, ENDS = "。！？；：!?;:…—|", "）)》】"
CLOSERS = "”’」』）)》】 \t\u3000"
BROKEN_OFF = "，、,（(“《第"
HALF_NUMBER = re.compile(r"[（(〔][一二三四五六七八九十百零\d]{0,4}\Z")  # "（二十" / "一）"
BEGUN = re.compile(r"[。；！？]")
CLAUSES = re.compile(r"[，,].{2}")  # in a line that is no heading
CLAUSE_CHARS = 20
OWN_LINE = re.compile(
    r"\s*(?:[-—–•●◆■▪*#>|【\[]|附\s*[件表录]|目\s*[录次]\s*$|第\s?[一二三四五六七八九十\d]+\s?部分|专\s*栏"
    r"|[一二三四五六七八九十][是要]|(?:来源|作者|责任编辑|联系人|发布|牵头|责任单位|完成时限))"
    r"|.*(?:\||\S\t+[^\t]+\t+\S)"  # a row of a table
)
SHORT_LINE = 30  # characters of a signature, a date, a salutation
DATE_OR_ORGAN = re.compile(
    r"\s*(?:[\u4e00-\u9fa5×ＸX（） ]{2,28}"
    r"(?:局|委员会|委|厅|部|办公室|办|政府|院|会|中心|公司|学校)"
    r"|[（(]?[12二][\d〇零○O]\S{0,3}\s?年.{1,8}[日月][）)]?)\s*"
)
NARROW, WIDE = 15, 60  # Chinese characters to a line of wrapped texts
SLACK = 2  # characters by which full lines may fall short: a mark may not begin a line
FEWEST_LINES = 4  # that are full and break off, below which no margin can be told
FULL_SHARE, BROKEN_SHARE = 0.3, 0.5  # of all long lines that are full; of these that break off
LONG_KINDS = frozenset(kind for kind in KINDS if len(kind) > 3)  # 政府工作报告, below a caption
TAIL_CHARS = 12  # of a paragraph, in which its end is looked for


@dataclass(slots=True)
class _Paragraph:
    """The lines of a paragraph so far, and what has been seen in them."""

    lines: list[str]
    has_sentence: bool = False
    has_clauses: bool = False
    chars: int = 0

    @classmethod
    def of(cls, line: str) -> "_Paragraph":
        """Begin a paragraph with a line."""
        paragraph = cls([])
        paragraph.add(line)
        return paragraph

    def add(self, line: str) -> None:
        """Put a line behind the others, with a blank between Latin words."""
        if self.lines:
            above, line = self.lines[-1].rstrip(), line.strip()
            self.lines[-1] = above
            joins_words = above[-1:].isalpha() and above[-1:].isascii() and line[:1].isalpha()
            line = " " * joins_words + line
        self.lines.append(line)
        self.chars += len(line)
        self.has_sentence |= BEGUN.search(line) is not None
        self.has_clauses |= CLAUSES.search(line) is not None

    @property
    def tail(self) -> str:
        """The last characters."""
        return "".join(self.lines[-2:])[-TAIL_CHARS:].rstrip()

    @property
    def text(self) -> str:
        """The lines in one piece."""
        return "".join(self.lines)


def join_broken_lines(lines: Sequence[str], page: str) -> list[str]:
    """Return the lines with those joined that belong together; `page` marks where pages begin.

    >>> join_broken_lines(["一、修渠。清淤干渠12公里，其", "中上段3公里。", "二、供水。"], "@")
    ['一、修渠。清淤干渠12公里，其中上段3公里。', '二、供水。']
    """
    margin = _margin(lines)
    paragraphs: list[_Paragraph] = []
    blank: list[_Paragraph] = []  # lines since the last paragraph
    before = ""
    for line in lines:
        plain = line.replace(page, "")
        above = paragraphs[-1] if paragraphs else None
        if above is None or not plain.strip():
            (blank if above is not None and not plain.strip() else paragraphs).append(
                _Paragraph.of(line)
            )
        elif _goes_on(above, before, plain, margin, len(blank)):
            for empty in blank:
                above.add(empty.text)
            above.add(line)
            blank = []
        else:
            paragraphs += [*blank, _Paragraph.of(line)]
            blank = []
        before = plain if plain.strip() else before
    return [paragraph.text for paragraph in [*paragraphs, *blank]]


def _goes_on(
    paragraph: _Paragraph, before: str, line: str, margin: float | None, blanks: int
) -> bool:
    """True if a line belongs to the paragraph, whose last line is `before`; so many blank lines
    stand between.
    """
    tail = paragraph.tail
    if blanks:
        return blanks == 1 and tail[-1:] in tuple(BROKEN_OFF) and not _begins_anew(line, paragraph)
    if _has_ended(tail):
        return False
    if HALF_NUMBER.search(tail) or tail.endswith("第"):
        return True
    if _begins_anew(line, paragraph):
        return False
    if margin is not None and width(before) >= margin - 2 * SLACK:
        return True
    if tail[-1:] in tuple(BROKEN_OFF) or paragraph.has_sentence:
        return True
    has_clauses = paragraph.has_clauses and paragraph.chars >= CLAUSE_CHARS
    return has_clauses and not _is_numbered(paragraph.lines[0])


def _has_ended(tail: str) -> bool:
    return tail[-1:] in tuple(ENDS) or tail.rstrip(CLOSERS)[-1:] in tuple(STOPS)


def width(line: str) -> float:
    """Return how many Chinese characters wide a line is set, without its indent."""
    return sum(0.5 if c < "\u2000" else 1.0 for c in line.strip())


def _margin(lines: Sequence[str]) -> float | None:
    """Return how many Chinese characters wide a wrapped text is set, None where none was wrapped.

    It is the width to which most long lines come that break off within a sentence.
    """
    widths = [(width(line), _has_ended(line.rstrip()[-TAIL_CHARS:])) for line in lines]
    long = [(w, ended) for w, ended in widths if w >= NARROW]
    broken = Counter(round(w) for w, ended in long if not ended and w <= WIDE)
    if not broken:
        return None
    margin = max(broken, key=lambda w: (sum(broken[w - d] for d in range(SLACK + 1)), w))
    full = [ended for w, ended in long if margin - SLACK - 0.5 <= w < margin + 1]
    breaks = full.count(False)
    is_wrapped = (
        breaks >= FEWEST_LINES
        and breaks > BROKEN_SHARE * len(full)
        and len(full) >= FULL_SHARE * len(long)
    )
    return margin if is_wrapped else None


def _begins_anew(line: str, above: _Paragraph) -> bool:
    if OWN_LINE.match(line) or (len(line) <= SHORT_LINE and DATE_OR_ORGAN.fullmatch(line)):
        return True
    if _is_numbered(line) or squeeze(line) in LONG_KINDS or may_be_noise(line):
        return True
    if len(above.lines) == 1 and (may_be_noise(above.lines[0]) or names_a_document(line)):
        return True
    stands_in, first = _indent(line), _indent(above.lines[0])
    return stands_in >= 2 and stands_in >= first


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t\u00a0\u3000"))


def _is_numbered(line: str) -> bool:
    return opens_with_number(line) or any(not m.is_bare for m in find_misprints(line))
