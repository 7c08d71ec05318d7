"""What a question wants confirmed, and whether the plan prints it: 是每月900元对吧, 是年底前完成吧.

A figure is compared by itself; a word by the others that may stand in its place: of 每月 and
每季度, 上半年 and 年底前, 民政局 and 教育局 only one is meant.

Not covered: premises in other words (不用审批吧).
"""

import re
from dataclasses import dataclass

from knowledge.targets.deadlines import deadline_date
from knowledge.text import normal

ANY_YEAR = 2001

ASKS = re.compile("是不是|(?:对吧|是吧|对不对|没错吧|吧)[?？。!！]*$|太[多少高低]了")
ASKS_OF_WORDS = re.compile(rf"{ASKS.pattern}|是.{{2,30}}吗[?？。]*$")
FIGURE = re.compile(r"(?<![\d.])\d+(?:\.\d+)?(?:%|万|亿)?[元户张个家处所名人次]*(?!\d|年|月)")
RHYTHM = re.compile("每(?:半年|学期|季度?|[年月周天日])")
DEADLINE = re.compile(r"年[底末]|上半年|下半年|[一二三四]季度|\d{1,2}月(?:底|份)?|月底")
OFFICE = re.compile(
    r"[市县区旗省]?(?:(?![是由归不的在])[\u4e00-\u9fff]){2,6}?(?:委员会|局|厅|委|办|科|处|中心)"
)
IN_CHARGE = re.compile("牵头|负责|主管|责任|归谁")


@dataclass(frozen=True, slots=True)
class Premise:
    """What a question wants confirmed; `kind` holds the words that could stand in its place."""

    said: str
    kind: re.Pattern[str] | None = None

    def judge(self, text: str) -> bool | None:
        """Return whether a text prints the premise; None where it prints nothing of its kind."""
        printed = normal(text)
        if self.said in printed:
            return True
        if self.kind is None:
            return False
        others = [match[0] for match in self.kind.finditer(printed)]
        own = deadline_date(self.said, ANY_YEAR) if self.kind is DEADLINE else None
        same = own and any(deadline_date(other, ANY_YEAR) == own for other in others)
        return bool(same) if others else None


def read_premise(question: str) -> Premise | None:
    """Return what a question wants confirmed, None where it does not.

    >>> read_premise("是每月测评一次吧").said, read_premise("补贴是900元对吧").said
    ('每月', '900元')
    """
    figure = FIGURE.search(question)
    if figure and ASKS.search(question):
        return Premise(figure[0])
    if not ASKS_OF_WORDS.search(question):
        return None
    kinds = [RHYTHM, DEADLINE, *([OFFICE] if IN_CHARGE.search(question) else [])]
    found = ((kind.search(question), kind) for kind in kinds)
    return next((Premise(match[0], kind) for match, kind in found if match), None)
