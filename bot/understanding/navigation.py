"""From the section that was cited last to the next: 下一条, 再往后两条, 上一级, 这一部分都有啥; or
more of it: 还有呢, 第几条写的.
"""

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

WHOLE = re.compile(
    "^(?:那|请|再)?(?:还有[呢吗么没]?|还有别的[吗么]?|然后呢|接着[呢说]|继续(?:说|讲)?|(?:发|给|看|要)?(?:一下|我)?(?:这[条个段]的?)?"
    "(?:全文|原文|完整的?|整条|整段)|(?:再)?(?:详细|具体)(?:点|些|一点|一些|说说|讲讲|内容)?|展开(?:说说|讲讲|说|讲)?)"
    "[呢吗吧]?[？?。!！]*$"
)
WHERE = re.compile(
    "^(?:那|这|这个|这句|这条|上面|刚才(?:说|那句)?的?)?(?:话|个)?是?(?:写|出)?(?:自|在)?(?:文件)?(?:的)?"
    "(?:第?几条|哪一?条|哪一?款|第几部分|哪一?部分|哪一?段|哪[里儿]|什么地方)(?:写|说|讲|规定|提|来)?(?:的|到的|了)?[？?。]*$"
    "|^(?:出处|依据|来源|条款号?)(?:呢|是(?:啥|什么|哪[里儿]?|哪一?条))?[？?。]*$"
)


class Way(StrEnum):
    """Which way a person wants to go from the last section."""

    ALONG = "along"
    UP = "up"
    WITHIN = "within"
    WHOLE = "whole"
    WHERE = "where"


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
    if WHOLE.match(question):
        return Move(Way.WHOLE)
    if WHERE.match(question):
        return Move(Way.WHERE)
    if UP.match(question):
        return Move(Way.UP)
    return Move(Way.WITHIN) if WITHIN.match(question) else None


def go(move: Move, start: Section, sections: Sequence[Section]) -> Section | None:
    """Return where the move leads from `start`, None where the plan ends."""
    if move.way in (Way.WHOLE, Way.WHERE):
        return start
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
