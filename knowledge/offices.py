"""A section's text -> the offices that answer for its targets.

Printed behind what they answer for: （责任单位：市民政局）, a line 责任单位：…, or only the name in
brackets at the end of a sentence, （市民政局牵头，市财政局配合）.

Not covered: an office in front of its task (市民政局负责…), a column of a table.
"""

import re
from dataclasses import dataclass

ROLE = "责任|牵头|主办|承办|实施|主责"
ORGAN = "局|委|委员会|办公室|厅|政府|部门|单位|负责|牵头|配合|落实"
NAMES = r"[\u4e00-\u9fff、，,；]{2,60}?"
OFFICE = re.compile(
    rf"""[（(]?(?:{ROLE})(?:单位|部门|科室|处室)\s?[:：]\s?(?P<named>[^。；;）)\n]+)
    # behind a full stop nothing but an office stands in brackets
    | (?<=[。；;])[（(](?P<behind>{NAMES}(?:{ORGAN}|办|科|股|中心|部|院|会|联))[）)]
    | [（(](?P<inside>{NAMES}(?:{ORGAN}))[）)](?=[。；;]|\s*$)""",
    re.VERBOSE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Office:
    """An office as printed; it answers for what stands in text[start:end]."""

    name: str
    start: int
    end: int


def find_offices(text: str) -> list[Office]:
    """Return the offices of a section, each with the stretch of text that it answers for.

    That is its own paragraph; for an office on a line of its own, the paragraphs above.
    """
    offices: list[Office] = []
    for match in OFFICE.finditer(text):
        line = text.rfind("\n", 0, match.start()) + 1
        stands_alone = not text[line : match.start()].strip()
        start = 0 if stands_alone else line
        if offices:
            start = max(start, offices[-1].end)
        name = match["named"] or match["behind"] or match["inside"]
        offices.append(Office(name.strip(), start, match.end()))
    return offices
