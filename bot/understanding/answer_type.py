"""What kind of thing answers a question, told by its words in the lexicon: a number, a date, a
text. The subject comes before the type: the type only says what a sentence on the subject has to
hold.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.understanding.lexicon import Kind, Word
from knowledge.units import find_unit

ONCE = re.compile("[^，。？?]{0,8}一[次回趟遍]")
SCALES = ("万亿", "万", "亿")
HOW_MANY = re.compile("多少|好多|几多|几|多")
SPOKEN_UNITS = {"钱": "元", "块钱": "元", "平方": "平方米", "平": "平方米", "钟头": "小时"}


class AnswerType(StrEnum):
    """What kind of thing answers; of several that a question names the first here counts."""

    CONTACT = "contact"
    DOCNUMBER = "docnumber"
    OFTEN = "often"
    DATE = "date"
    WHO = "who"
    MONEY = "money"
    SHARE = "share"
    DURATION = "duration"
    NUMBER = "number"
    MEANING = "meaning"
    WHERE = "where"
    WHY = "why"
    CONSEQUENCE = "consequence"
    CONDITION = "condition"
    LIST = "list"
    HOW = "how"
    WHICH = "which"
    YESNO = "yesno"
    TEXT = "text"

    @property
    def is_number(self) -> bool:
        """True if a figure answers."""
        return self in (self.MONEY, self.SHARE, self.NUMBER, self.OFTEN, self.DURATION)

    @property
    def is_checked(self) -> bool:
        """True if a sentence can be seen to hold such a thing or not."""
        return self.is_number or self in (self.CONTACT, self.DOCNUMBER, self.DATE, self.WHO)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. `unit` is the measure word behind 多少 or 几, None for any; `others` are
    further types that the question names.
    """

    type: AnswerType
    unit: str | None = None
    others: tuple[AnswerType, ...] = ()

    @property
    def types(self) -> tuple[AnswerType, ...]:
        """Every type that the question names."""
        return (self.type, *self.others)


def read_asked(text: str, words: Sequence[Word]) -> Asked:
    """What a question asks for, by its words in the lexicon.

    >>> from bot.understanding.lexicon import find_words
    >>> asked = read_asked("要改造多少户", find_words("要改造多少户"))
    >>> asked.type.value, asked.unit
    ('number', '户')
    """
    types = {_type_of(w, text): w for w in reversed(words) if w.kind is Kind.TYPE}
    found = next((t for t in AnswerType if t in types), AnswerType.TEXT)
    others = tuple(t for t in types if t is not found and (t.is_checked or t is t.LIST))
    if AnswerType.NUMBER not in types:
        units = {AnswerType.MONEY: "元", AnswerType.SHARE: "%"}
        return Asked(found, units.get(found), others)
    word = types[AnswerType.NUMBER]
    unit = unit_at(text[word.end :]) or unit_at(HOW_MANY.sub("", text[word.start : word.end]))
    if found is AnswerType.NUMBER and unit == "元":
        return Asked(AnswerType.MONEY, unit, others)
    if found is AnswerType.NUMBER and unit == "%":
        return Asked(AnswerType.SHARE, unit, others)
    return Asked(found, unit, others)


def _type_of(word: Word, text: str) -> AnswerType:
    """The type of a word where it stands: 给多少户 asks for no money, 多久调度一次 how often."""
    found = AnswerType(word.value)
    if found is AnswerType.DURATION and ONCE.match(text, word.end):
        return AnswerType.OFTEN
    unit = unit_at(text[word.end :]) if found is AnswerType.MONEY else None
    is_money = unit is None or unit in SCALES or "元" in unit
    return found if is_money else AnswerType.NUMBER


def unit_at(after: str) -> str | None:
    """The measure word that a text begins with; of 万户 it is 户, of 亿 alone 亿.

    >>> unit_at("万户家庭"), unit_at("亿"), unit_at("高标准农田")
    ('户', '亿', None)
    """
    bare = after.strip()
    scale = next((s for s in SCALES if bare.startswith(s)), "")
    bare = bare.removeprefix(scale)
    after_ge = bare.removeprefix("个")
    found = find_unit(after_ge, 0) or find_unit(bare, 0)
    if found and len(found.unit.name) > 1:
        return found.unit.name
    if after_ge[:1] == "块" and not after_ge[1:2].isalnum():
        return "元"  # 补几块
    spoken = next((unit for said, unit in SPOKEN_UNITS.items() if after_ge.startswith(said)), None)
    return spoken or (found.unit.name if found else scale or None)
