"""What stands before the first number of a plan -> its title, the preamble, and what a web page put
above.

A title stands on a line of its own, or on two or three, and may be set with its characters apart.
The place tells it (the first line of all, large type, below a signature, quoted by the notice
before it), and so does the word for a kind of document at its end.

Not covered: titles inside a picture.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from knowledge.structure.title_lines import (
    DOC_NUMBER,
    LISTED,
    LONGEST_TITLE,
    RUNNING_TITLE,
    TITLE_CHARS,
    cleaned,
    is_bare_kind,
    is_date,
    is_imprint,
    is_letterhead,
    is_named,
    is_organ,
    is_sentence,
    is_title,
    is_whole,
    kind_of,
    without_number,
    without_version,
)
from knowledge.text import squeeze

SEEN_LINES, SEEN_CHARS = 150, 500  # of a head: no title stands further down
TITLE_LINES = 4  # the most that one title is set in
TOLD_LINES = 20  # before a title, in which a notice names it
# A line below the title that belongs to it: （2024—2026年）, （征求意见稿）, （2021 版）
ASIDE = re.compile(
    r"[（(](?:20\d\d\s?年?\s?[-—–－~～至]{1,2}\s?20\d\d\s?年?|20\d\d\s?年?\s?版|试行|修订|草案|.{2,4}稿)[）)]"
)
NO_UPPER_HALF = tuple("（(。：:；，,>|日")  # an upper half neither begins nor ends so
BEHIND_AN_ORGAN = ("关于", "印发", "20", "二〇", "“", "《")
# The second line of a title whose first names a place and a subject: 三年, “十五五”, 专项.
BEHIND_A_PLACE = (*(f"{n}年" for n in "一二三四五"), *"专项 实施 行动 工作 发展规划 “十 十".split())
CARRIED = re.compile(r"^.{0,40}(?:印发|下发|发布|转发|公布)《([^《》]{4,60})》的通知$")
PROSE_CHARS = 30  # of a line that is a sentence
# the most of a lower half that names nothing, the fewest and the most of an upper one
HALF_CHARS, UPPER_CHARS, LONGEST_UPPER = 12, 8, 36
FIRST_CHARS = 8  # the fewest of a title that names no kind of document
FURNITURE_CHARS = 30  # the most of a line of a site above a plan
COUNTS = re.compile(r"\d\s?(?!年|月|日|[\d.])[\u4e00-\u9fff%]")


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the first number: the title, the rest in printed order, and the lines that
    a letterhead or a site put above, each with why it is left out.
    """

    title: str
    preamble: str
    above: tuple[tuple[str, str], ...] = ()


def read_head(head: str, file: str, large: Sequence[str] = (), given: str = "") -> Head:
    """Split what stands before the first number.

    `large` are lines that the file sets in large type, or calls its title. A text without any
    title is called by its file. Where the plan is called otherwise (by plans.toml, or as the plan
    that a notice carries), the printed title stays with the text.
    """
    lines = head.splitlines()
    seen = [line[:SEEN_CHARS] for line in lines[:SEEN_LINES]]
    span = _find_title(seen, _large_lines(seen, {squeeze(line) for line in large}))
    if span is None:
        return _running_title(lines) or Head(Path(file).stem, head)
    title = without_number(_joined(lines, span))
    opening = min(span.start, _first_own_line(lines))
    above = [(line.strip(), _why_above(line)) for line in lines[:opening] if line.strip()]
    letterheads = [i for i in range(opening, span.start) if is_letterhead(lines[i])]
    above += [(lines[i].strip(), _why_above(lines[i])) for i in letterheads]
    is_kept = squeeze(given or carried_title(title)) != squeeze(title)
    taken = {*range(opening), *letterheads, *(() if is_kept else span)}
    return Head(title, "\n".join(x for i, x in enumerate(lines) if i not in taken), tuple(above))


def carried_title(title: str) -> str:
    """Return the title of the plan that a notice carries, any other title as it is.

    >>> carried_title("关于印发《云溪市2025年工作要点》的通知")
    '云溪市2025年工作要点'
    """
    match = CARRIED.match(title)
    return match[1] if match else title


def title_start(lines: Sequence[str], at: int) -> int:
    """Return where the title begins whose last line is `at`: it may be set in several lines."""
    start, found = at, 1
    for i in range(at - 1, -1, -1):
        above, below = cleaned(lines[i]), cleaned("".join(lines[start : at + 1]))
        if not above:
            if start - i > 2 or is_named(below):
                break
            continue
        notice = "".join(lines[max(i - TOLD_LINES, 0) : i])
        is_quoted = _letters(above + below) in _letters(notice)
        if found == TITLE_LINES or not (is_quoted or _is_upper_half(above, below)):
            break
        start, found = i, found + 1
    return start


# Which lines are the title


def _find_title(lines: Sequence[str], large: Collection[int]) -> range | None:
    """Return the lines of the title, None where no line is one; `large` are set in large type."""
    ends = (i for i, line in enumerate(lines) if is_title(line) or is_bare_kind(line))
    spans = [*(_span(lines, i) for i in ends), *_runs(large)]
    whole = [span for span in spans if is_whole(_joined(lines, span))]
    told = [span for span in whole if _is_told(lines, span, large)]
    own = [span for span in told if not _repeats(lines, span, told)]
    named = [span for span in whole if is_named(_joined(lines, span))]
    if found := own or told or named:
        return max(found, key=lambda span: _weight(lines, span, large))
    first = next((i for i, line in enumerate(lines) if line.strip()), None)
    is_first = first is not None and _is_first_line(cleaned(lines[first]))
    return range(first, first + 1) if first is not None and is_first else None


def _large_lines(lines: Sequence[str], large: Collection[str]) -> set[int]:
    """Return the places of lines that are large, alone or several in one piece."""
    found = set[int]()
    for start in range(len(lines)):
        piece = ""
        for end in range(start, min(start + TITLE_LINES, len(lines))):
            piece += squeeze(lines[end])
            if piece in large:
                found.update(range(start, end + 1))
    return {i for i in found if not is_imprint(lines[i])}


def _runs(places: Collection[int]) -> Iterator[range]:
    """Yield the runs of neighbours, but for those of more lines than a title has."""
    for place in sorted(places):
        if place - 1 not in places:
            end = next(i for i in count(place) if i not in places)
            if end - place <= TITLE_LINES:
                yield range(place, end)


def _span(lines: Sequence[str], at: int) -> range:
    """Return the lines of the title whose last one names its kind, with the asides below."""
    end = at + 1
    while end < len(lines) and ASIDE.fullmatch(cleaned(lines[end])):
        end += 1
    return range(title_start(lines, at), end)


def _joined(lines: Sequence[str], span: range) -> str:
    return "".join(cleaned(lines[i]) for i in span)


def _is_told(lines: Sequence[str], span: range, large: Collection[int]) -> bool:
    """True if the place tells a title: above all sentences, or below the notice that carries it."""
    before = lines[: span.start]
    if not any(map(_is_prose, before)) or any(i in large for i in span):
        return True
    last = next((line.strip() for line in reversed(before) if line.strip()), "")
    is_signed = is_date(last) or is_organ(last) or last.startswith("附件")
    return is_signed or _is_quoted(lines, span)


def _is_quoted(lines: Sequence[str], span: range) -> bool:
    """True if the notice before a title names it between 《》."""
    return f"《{_letters(_joined(lines, span))}" in _letters("".join(lines[: span.start]))


def _letters(text: str) -> str:
    """Return text without its stops: a notice sets 、 between the lines of a title."""
    return "".join(c for c in text if c.isalnum() or c == "《")


def _repeats(lines: Sequence[str], span: range, others: Sequence[range]) -> bool:
    """True if a title only repeats a part of one above it: 2021年工作总结 below the title of a
    report on two years. A notice quotes the title of the plan that it carries.
    """
    own = _joined(lines, span)
    own = own.partition("部分")[2].lstrip("：:") if own.startswith("第") and "部分" in own else own
    above = (_joined(lines, other) for other in others if other.start < span.start)
    return any(own != title and own in title and kind_of(title) != "通知" for title in above)


def _weight(lines: Sequence[str], span: range, large: Collection[int]) -> tuple[int, int]:
    """Return how much speaks for a title; of two alike the last one is the plan's."""
    title = _joined(lines, span)
    is_large = any(i in large for i in span) and not is_organ(title)
    signs = (
        is_title(title),
        2 * is_named(title),
        2 * is_large,
        2 * _is_quoted(lines, span),
        squeeze("".join(lines)).count(squeeze(title)) > 1,
    )
    return sum(map(int, signs)), span.start


def _is_first_line(title: str) -> bool:
    """True if the first line of all is a title without a kind: short, and no sentence."""
    if not FIRST_CHARS <= len(title) <= TITLE_CHARS or is_sentence(title) or LISTED.match(title):
        return False
    if (
        any(c in title for c in "。：:；，,>|")
        or not is_whole(title)
        or title.endswith(("日", "上"))
    ):
        return False
    begins_well = is_whole(title) and (title[0].isalnum() or title[0] in "“《")
    return begins_well and not is_organ(title) and DOC_NUMBER.search(title) is None


def _running_title(lines: Sequence[str]) -> Head | None:
    """Return the title that begins a line and runs into the text, where it names place or year."""
    for i, line in enumerate(lines):
        match = RUNNING_TITLE.match(line.strip())
        title = cleaned(match[0]) if match else ""
        is_listed = is_sentence(title) or LISTED.match(title)
        if match and not is_listed and is_named(title) and is_whole(title):
            rest = line.strip()[match.end() :]
            preamble = "\n".join([*lines[:i], rest, *lines[i + 1 :]])
            return Head(without_number(title), preamble)
    return None


# Its halves, and what is no title


def _is_upper_half(above: str, below: str) -> bool:
    """True if a line is the upper half of the title below it: its organ, or what 关于 opens."""
    if not 2 < len(above) <= TITLE_CHARS or len(above + below) > LONGEST_TITLE:
        return False
    is_other = is_imprint(above) or DOC_NUMBER.search(above) is not None
    if is_other or above[0] in "（(" or any(c in above for c in NO_UPPER_HALF[2:]):
        return False
    if not is_whole(below):
        return True
    if is_title(above) or len(above) > LONGEST_UPPER:
        return False
    core = without_version(below)
    is_short = len(core) <= HALF_CHARS and not is_named(core)
    if is_short and len(above) >= UPPER_CHARS and " " not in above and not is_organ(above):
        return True
    if "关于" in above or above.endswith(("年", "年度")):
        return "关于" not in below
    if is_organ(above):
        return below.startswith(BEHIND_AN_ORGAN)
    return is_named(above) and below.startswith(BEHIND_A_PLACE)


def _is_prose(line: str) -> bool:
    """True if a line is a sentence of a text."""
    is_ended = line.strip()[-1:] in tuple("。；：")
    return len(line) > LONGEST_TITLE or (is_ended and len(line.strip()) >= PROSE_CHARS)


def _first_own_line(lines: Sequence[str]) -> int:
    """Return where the plan itself begins: its first title, 文号, figure or sentence."""
    for i, line in enumerate(lines):
        is_text = len(line.strip()) > FURNITURE_CHARS or line.strip().endswith(("。", "：", ":"))
        is_own = is_text or "。" in line or COUNTS.search(line) is not None
        if is_own or is_title(line) or DOC_NUMBER.search(line) or is_organ(line):
            return i
    return 0


def _why_above(line: str) -> str:
    return "红头" if is_letterhead(line) else "标题前的网页文字"
