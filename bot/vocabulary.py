"""What people say -> what plans print: 领证 is 婚姻登记, 老人吃饭 is 助餐.

The words stand in vocabulary.txt, for anyone to add to.
"""

from functools import cache
from pathlib import Path

WORDS = Path(__file__).with_name("vocabulary.txt")


def official_words(question: str) -> tuple[str, ...]:
    """Return the words of official texts for the everyday words in a question, longest first.

    >>> official_words("江边领证能刷脸不")
    ('婚姻登记', '人脸识别')
    """
    rest, found = question, list[tuple[int, tuple[str, ...]]]()
    for everyday, official in _groups():
        at = rest.find(everyday)
        if at >= 0:
            found.append((at, official))
            rest = rest.replace(everyday, "＿" * len(everyday))
    words = (word for _, official in sorted(found) for word in official)
    return tuple(dict.fromkeys(words))


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
