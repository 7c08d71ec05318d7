"""What people say -> what plans print: 领证 is 婚姻登记, 老人吃饭 is 助餐.

The words stand in vocabulary.txt, for anyone to add to.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from knowledge.numbering import number_value

WORDS = Path(__file__).with_name("synonyms.txt")
# What leaves the subject where it was: 农村的呢, 什么时候完成, 每户补助多少.
MODIFIERS = frozenset(
    "城市 农村 城乡 城镇 城里 乡下 集中 散居 全护 半护 重度 轻度 完成 做完 建成 办结 配齐 到位 "
    "实现 新建 新增 总数 累计 每户 补助 补贴 标准 提高 比例 占比 年底 月底 开始 结束".split()
)


def official_words(question: str) -> tuple[str, ...]:
    """Return the words of official texts for the everyday words in a question, in its order.

    >>> official_words("江边领证能刷脸不")
    ('婚姻登记', '人脸识别')
    """
    return tuple(dict.fromkeys(word for _, _, official in _find(question) for word in official))


def read_everyday(question: str) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], str]:
    """Return the everyday words of a question with their official ones, and what else it says.

    A word that its official one holds (适老 of 适老化改造) is as good as official.

    >>> read_everyday("江边领证几天")
    ((('领证', ('婚姻登记',)),), '江边 几天')
    """
    rest, spoken = question, []
    for _, everyday, official in _find(question):
        if not any(everyday in word and everyday != word for word in official):
            rest = rest.replace(everyday, " ")
            spoken.append((everyday, official))
    return tuple(spoken), rest


# 八十, 六十五, 一百二十: plans print them in digits; one character counts too many things.
HAN_NUMBER = re.compile("[一二两三四五六七八九]?[百十][零一二三四五六七八九十]{0,3}")


def _numbers(question: str) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Yield where numbers are spelled out, with their digits."""
    for match in HAN_NUMBER.finditer(question):
        value = number_value(match[0]) if len(match[0]) > 1 else None
        if value and value % 100:  # 一百户 is 每百户
            yield match.start(), match[0], (str(value),)


def _find(question: str) -> list[tuple[int, str, tuple[str, ...]]]:
    """Return where everyday words stand in a question; of those that overlap the longest."""
    rest, found = question, list[tuple[int, str, tuple[str, ...]]]()
    for everyday, official in _groups():
        at = rest.find(everyday)
        if at >= 0:
            found.append((at, everyday, official))
            rest = rest.replace(everyday, "＿" * len(everyday))
    return sorted([*found, *_numbers(rest)])


@cache
def everyday_words() -> frozenset[str]:
    """Return all words of the vocabulary that people say."""
    return frozenset(word for word, _ in _groups())


@cache
def _groups() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Every everyday word with its official ones, longest first."""
    groups = []
    for line in WORDS.read_text(encoding="utf-8").splitlines():
        if "=" not in line or line.startswith("#"):
            continue
        everyday, official = (side.split() for side in line.split("="))
        groups += [(word, tuple(official)) for word in everyday]
    return tuple(sorted(groups, key=lambda group: -len(group[0])))
