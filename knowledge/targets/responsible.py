"""A section's text -> who answers for its targets, and until when, where a note says so.

Notes are printed behind what they belong to: （责任单位：市民政局；完成时限：10月底前）, a line
责任单位：…, or only a name in brackets at the end of a sentence, （市民政局牵头，市财政局配合）.

Not covered: an office in front of its task (市民政局负责…).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.names.offices import are_offices
from knowledge.targets.deadlines import NUMERAL, YEAR

ROLE = "责任|牵头|主办|承办|实施|主责"
NAMES = r"[\u4e00-\u9fff、，,；]{2,60}"
OFFICE = re.compile(
    rf"""[（(]?(?:{ROLE})(?:单位|部门|科室|处室)\s?[:：]\s?(?P<said>[^。；;）)\n]+)
    # behind a full stop, or in front of one
    | (?<=[。；;])[（(](?P<behind>{NAMES})[）)] | [（(](?P<inside>{NAMES})[）)](?=[。；;]|\s*$)""",
    re.VERBOSE | re.MULTILINE,
)


# the end of an office that a time limit follows: 市民政局，完成时限
NEXT_NOTE = re.compile(r"[，,、\s]*(?:完成|办结|整改|落实|办理)?(?:时限|期限|时间)\s?[:：].*")
TIME_LIMIT = re.compile(
    rf"""(?:时限|期限|时间(?:节点|要求)?)\s?[:：]\s?
    (?P<limit>(?:{YEAR})?(?:{NUMERAL}月(?:份|[上中下]旬|\d{{1,2}}日)?|[上下]半年|第?[一二三四]季度
      |全?年|(?<=年))[底末]?[之以]?[前内]?)
    (?=[。；;，,、）)\n]|完成|\s*$)""",
    re.VERBOSE | re.MULTILINE,
)
ALONE = re.compile(
    rf"""[（(\s]*(?:(?:(?:{ROLE})(?:单位|部门|科室|处室)|(?:完成)?(?:时限|期限))\s?[:：][^。\n]*[；;，,])?
    (?:完成|办结|整改|落实|办理|实施|计划)?""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Note:
    """What a note says, as printed, of what stands in text[start:end]."""

    text: str
    start: int
    end: int


def find_offices(text: str) -> list[Note]:
    """Return the offices of a section, each with the stretch of text that it answers for.

    That is its own paragraph; for an office on a line of its own, the paragraphs above.
    """
    found = (
        m for m in OFFICE.finditer(text) if m["said"] or are_offices(m["behind"] or m["inside"])
    )
    return _notes(text, found)


def find_time_limits(text: str) -> list[Note]:
    """Return the time limits of a section, each with the stretch of text that it ends.

    >>> [note.text for note in find_time_limits("新建食堂5个。（完成时限：10月底前）")]
    ['10月底前']
    """
    return _notes(text, TIME_LIMIT.finditer(text))


def _notes(text: str, matches: Iterable[re.Match[str]]) -> list[Note]:
    notes: list[Note] = []
    for match in matches:
        line = text.rfind("\n", 0, match.start()) + 1
        stands_alone = ALONE.fullmatch(text, line, match.start())
        start = 0 if stands_alone else line
        if notes:
            start = max(start, notes[-1].end)
        said = next(group for group in match.groups() if group)
        notes.append(Note(NEXT_NOTE.sub("", said).strip(), start, match.end()))
    return notes
