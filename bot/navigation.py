"""From the section that was cited last to the next: 下一条, 再往后两条, 上一级, 这一部分都有啥."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from knowledge.numbering import HAN, number_value, read_step
from knowledge.plan import Section

COUNT = rf"(?P<count>{HAN}|两|\d{{1,2}})"
KIND = "[条个点项款]"
ONWARD = re.compile(rf"^(?:那|再|然后|接着)?(?:往?(?:下|后)面?|后面){COUNT}?{KIND}")
BACK = re.compile(rf"^(?:那|再)?(?:往?(?:上|前)面?|前面){COUNT}?{KIND}")
UP = re.compile(
    "^(?:那|再)?(?:上一级|上一层|上级标题|它的上级|回到上一级|属于哪一?部分|在哪一?部分)"
)
WITHIN = re.compile("^(?:那)?这(?:一|个)?(?:部分|章|大点|块)(?:都|还)?(?:有|讲|说|包括)?")


class Way(StrEnum):
    """Which way a person wants to go from the last section."""

    ALONG = "along"
    UP = "up"
    WITHIN = "within"


@dataclass(frozen=True, slots=True)
class Move:
    """A move from the last section; `by` counts sections of its level, back when negative."""

    way: Way
    by: int = 0


def read_move(question: str) -> Move | None:
    """Return the move that a short message asks for, or None.

    >>> read_move("再往后两条")
    Move(way=<Way.ALONG: 'along'>, by=2)
    """
    if match := ONWARD.match(question):
        return Move(Way.ALONG, _count(match["count"]))
    if match := BACK.match(question):
        return Move(Way.ALONG, -_count(match["count"]))
    if UP.match(question):
        return Move(Way.UP)
    return Move(Way.WITHIN) if WITHIN.match(question) else None


def go(move: Move, start: Section, sections: Sequence[Section]) -> Section | None:
    """Return where the move leads from `start`, None where the plan ends."""
    if move.way is not Way.ALONG:
        above = [s for s in sections if start.is_below(s)]
        if move.way is Way.WITHIN:  # the chapter that the section stands in
            return next((s for s in above if len(s.path) == 1), start)
        return above[-1] if above else None
    level = [s for s in sections if _style(s) == _style(start)]
    at = next((i for i, s in enumerate(level) if s.key == start.key), None)
    to = None if at is None else at + move.by
    return level[to] if to is not None and 0 <= to < len(level) else None


def _style(section: Section) -> object:
    return read_step(section.path[-1])[1] if section.path else None


def _count(numeral: str | None) -> int:
    return (number_value(numeral) if numeral else 1) or 1
