"""What kind of thing answers a question, told by its words in the lexicon: a number, a date, a
text. The subject comes before the type: the type only says what a sentence on the subject has to
hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.understanding.lexicon import Kind, Word


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


UNITS = (
    "平方米 平米 % 人次 个点 户 张 个 家 处 所 名 人 次 回 场 元 万 亿 套 件 份 期 年 月 天 成 页 "
    "项 条 例 座 间 亩 公里 对 支 小时 分钟 兆 米 吨 度 辆 台 部 棵 只 本 册 盏 轮 批 届 班 周 "
    "岁 学时 课时 头 斤 种 类 字 级 层 块 p"
).split()
UNIT_WORDS = {"工作日": "天", "日": "天", "钟头": "小时", "平方": "平方米", "平": "平方米"}
UNIT_WORDS |= {"个点": "%", "成": "%", "钱": "元", "回": "次"}
LONGEST_FIRST = sorted([*UNITS, *UNIT_WORDS], key=len, reverse=True)


def read_asked(text: str, words: Sequence[Word]) -> Asked:
    """What a question asks for, by its words in the lexicon.

    >>> from bot.understanding.lexicon import find_words
    >>> read_asked("要改造多少户", find_words("要改造多少户"))
    Asked(type=<AnswerType.NUMBER: 'number'>, unit='户')
    """
    types = {AnswerType(w.value): w for w in reversed(words) if w.kind is Kind.TYPE}
    found = next((t for t in AnswerType if t in types), AnswerType.TEXT)
    others = tuple(t for t in types if t is not found and t.is_checked)
    if AnswerType.NUMBER not in types:
        units = {AnswerType.MONEY: "元", AnswerType.SHARE: "%"}
        return Asked(found, units.get(found), others)
    word = types[AnswerType.NUMBER]
    unit = unit_at(text[word.end :]) or unit_at(text[word.start + 1 : word.end])
    if found is AnswerType.NUMBER and unit == "元":
        return Asked(AnswerType.MONEY, unit, others)
    if found is AnswerType.NUMBER and unit == "%":
        return Asked(AnswerType.SHARE, unit, others)
    return Asked(found, unit, others)


def unit_at(after: str) -> str | None:
    """The measure word that a text begins with; of 万户 it is 户."""
    bare = after.strip()
    scale = next((s for s in ("万亿", "万", "亿") if bare.startswith(s)), "")
    bare = bare.removeprefix(scale)
    bare = bare.removeprefix("个") if len(bare) > 1 and unit_at(bare[1:]) else bare
    found = next((u for u in LONGEST_FIRST if bare.startswith(u)), None)
    return (UNIT_WORDS.get(found, found) if found else None) or (scale or None)
