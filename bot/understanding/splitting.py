"""A message with several questions -> each of them.

    "2025年低保多少？敬老院改几所？" and "1.夜灯几户 2.公墓几处" are two questions each.

Not covered: two questions joined by nothing at all, but for the years that they name.
"""

import re

from bot.understanding.request import content_words

ASKS = re.compile(
    "多少|几(?!乎)|什么|啥|怎|咋|哪|谁|何时|如何|为何|为什么|[吗呢][？?。]?$|能不能|有没有|是不是|是否|[？?]$"
)
COUNTS = re.compile("多少|几(?!乎|方面)")
STOP = re.compile(r"(?<=[？?；;\n])")
# 1. 2、（3） before a question; "3.5万" and "2.1%" are figures
NUMBERED = re.compile(
    r"(?:^|(?<=[\s，,。；;？?：:]))(?:\d{1,2}[.、．](?!\d)|[（(]\d{1,2}[）)]|[①-⑳])\s*"
)
ALSO = re.compile(
    "[，,。；;\\s]+(?:还有|另外|再(?:问|就是)(?:一下)?|顺便(?:问(?:一?下)?)?|以及)[，,：:]?|以及"
)
COMMA = re.compile("[，,]")
# 去年改了几个今年改几个: nothing but the years parts them
TIMES = re.compile(
    r"(?<=[多少几])(?P<unit>[\u4e00-\u9fff]{0,3}?)(?=(?:去年|上年|前年|今年|明年|20\d\d年|[12]\d年))"
)
OWN_CHARS = (
    2  # of its own that a question behind a comma says: 涨了几个点 goes on from what is before
)


def split_questions(message: str) -> tuple[str, ...]:
    """Return the questions of a message in order; what asks nothing stays with its neighbour.

    >>> split_questions("24年夜灯几户，还有助餐点建几个？")
    ('24年夜灯几户', '助餐点建几个？')
    >>> split_questions("上级要来检查，帮我看看消防怎么要求的")
    ('上级要来检查，帮我看看消防怎么要求的',)
    """
    if len(list(NUMBERED.finditer(message))) > 1:
        head, *rest = NUMBERED.split(message)
        pieces = [head + rest[0], *rest[1:]]
        return tuple(p.strip(" ，,；;\n") for p in pieces if p.strip(" ，,；;\n"))
    pieces = [p for stop in STOP.split(message) for also in _also(stop) for p in _listed(also)]
    return tuple(_joined([p.strip(" ，,；;。\n") for p in pieces if p.strip(" ，,；;。\n")]))


def _also(text: str) -> list[str]:
    """Cut before 还有 and the like where both sides ask."""
    pieces = ALSO.split(text)
    return pieces if len(pieces) > 1 and all(ASKS.search(p) for p in pieces) else [text]


def _listed(text: str) -> list[str]:
    """Cut at commas between questions for figures that each say of what."""
    if len(by_time := _by_time(text)) > 1:
        return by_time
    pieces = COMMA.split(text)
    asks = all(COUNTS.search(p) for p in pieces)
    own = all(max(map(len, content_words(p)), default=0) >= OWN_CHARS for p in pieces)
    return pieces if len(pieces) > 1 and asks and own else [text]


def _by_time(text: str) -> list[str]:
    """Cut before a second year where what stands before it already asks how many."""
    match = TIMES.search(text)
    if match is None or not COUNTS.search(text[match.end() :]):
        return [text]
    return [text[: match.end()], *_by_time(text[match.end() :])]


def _joined(pieces: list[str]) -> list[str]:
    """Join what asks nothing to the question behind it, or before it at the end."""
    found: list[str] = []
    waiting = ""
    for piece in pieces:
        if ASKS.search(piece):
            found.append(f"{waiting}，{piece}" if waiting else piece)
            waiting = ""
        else:
            waiting = f"{waiting}，{piece}" if waiting else piece
    if waiting and found:
        found[-1] = f"{found[-1]}，{waiting}"
    elif waiting:
        found.append(waiting)
    return found
