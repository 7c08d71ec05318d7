"""The text of a file -> the text of the plan, in whole paragraphs, and what was taken out: page
numbers, running heads, contents, bookmarks, and what a site put above and below.

Nothing is deleted in silence: what goes is returned with the reason. What stands between the first
words of a plan and its last ones is the plan's.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from knowledge.plan import Dropped, Reading
from knowledge.structure.cleaning import contents
from knowledge.structure.cleaning.advertising import noise_around
from knowledge.structure.cleaning.markup import without_markup
from knowledge.structure.cleaning.page_numbers import page_number_lines
from knowledge.structure.cleaning.wrapping import join_broken_lines
from knowledge.structure.title_lines import is_title

BOOKMARK = re.compile(r"\[bookmark:[^\]\n]*\]")
# PDF fonts and OCR give ⼀ (a radical) for 一.
RADICALS = {
    code: unicodedata.normalize("NFKC", chr(code))
    for code in [*range(0x2E80, 0x2EF4), *range(0x2F00, 0x2FD6)]
}
PAGE = "\ue000"  # stands where a page begins, until the sections are cut
HEAD_CHARS = 8  # the fewest of a title that pages repeat: "工作计划" may stand in every row


def clean(reading: Reading) -> tuple[str, list[Dropped]]:
    """Return the plan's text, with PAGE where pages begin, and what was taken out."""
    text, tags = without_markup(_mark_pages(reading).translate(RADICALS))
    bookmarks = (Dropped(m[0], "文字处理软件的书签") for m in BOOKMARK.finditer(text))
    dropped = [*reading.dropped, *tags, *bookmarks]
    lines = _without(BOOKMARK.sub("", text).splitlines(), _of_pages, dropped)
    lines = join_broken_lines(lines, PAGE)
    return "\n".join(_without(lines, noise_around, dropped)), dropped


def _without(
    lines: Sequence[str],
    find: Callable[[Sequence[str]], Mapping[int, str]],
    dropped: list[Dropped],
) -> list[str]:
    """Return the lines that stay; what `find` tells to leave out is added to `dropped`."""
    reasons = find([line.replace(PAGE, "") for line in lines])
    kept = []
    for i, line in enumerate(lines):
        if i not in reasons:
            kept.append(line)
        elif line.strip():
            dropped.append(Dropped(line.strip().replace(PAGE, ""), reasons[i]))
            if PAGE in line:
                kept.append(PAGE)
    return kept


def _of_pages(lines: Sequence[str]) -> Mapping[int, str]:
    """Return the lines that belong to the pages and not to the text, each with why."""
    return (
        dict.fromkeys(_running_heads(lines), "页眉或页脚")
        | dict.fromkeys(page_number_lines(lines), "页码")
        | dict.fromkeys(contents.contents(lines), contents.WHY)
    )


def _running_heads(lines: Sequence[str]) -> list[int]:
    """Return where a title stands again and again, but for the first time."""
    printed = [line.strip() for line in lines]
    counts = Counter(line for line in printed if len(line) >= HEAD_CHARS)
    titles = {line for line, times in counts.items() if times > 2 and is_title(line)}
    seen, again = set[str](), list[int]()
    for i, line in enumerate(printed):
        if line in titles and line in seen:
            again.append(i)
        seen.add(line)
    return again


def _mark_pages(reading: Reading) -> str:
    """Return the text with PAGE where pages begin: before a line break, so that a number still
    opens its line.
    """
    text, pieces, before = reading.text, list[str](), 0
    for start in sorted(reading.page_starts[1:]):
        at = start - (text[start - 1 : start] == "\n")
        pieces += [text[before:at], PAGE]
        before = at
    return "".join([*pieces, text[before:]])
