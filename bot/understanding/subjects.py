"""What a question asks the number or the day of -> whether a section speaks of it at all.

几个失智照护专区 asks for 专区, 养老顾问设几名 for 顾问: a section that prints no such word holds
another number. Only words that some plan prints are asked for; everyday ones are not judged.

Not covered: nouns that people say and no plan prints.
"""

import re
from collections.abc import Mapping

from bot.understanding.synonyms import official_words
from knowledge.words import VERB, cut

COUNTED = re.compile(
    r"(?:几|多少)[个名户张家处所座间位场次]([\u4e00-\u9fff]{2,8})(?=$|[？?。，,\s])"
)
ASKED = re.compile(r"([\u4e00-\u9fff]+)(?:几(?!乎)|多少|好多|什么时候|啥时候|何时)")
VERBS = re.compile(
    "(?:[建设发卖评招配做办改装开补给拿有要到达占得须应将共该总新再增加每是在的为于挂第组涨了]|一共|总共|现在|目前"
    "|[一每][个户人家年月次]|最[多少高低]|今年|去年|明年|年[底内前]|月底|标准|完成|举[办行]"
    "|占比|比例|比重|覆盖面|达到)+$"
)
COUNT = re.compile("[每一二两三四五六七八九十百千万几多].$")  # 一万人 counts, it is no subject
BRACKETS = re.compile("[（()）“”]")
SEAM = re.compile("[个每是在的到要得了着就都也还把被让给跟和与及]")
TELLING = 0.5  # of the question's words: a sentence with more is of its subject
TIMES = re.compile(r"(?:20)?\d\d年|[\d\s]+")


def lacks_subject(question: str, text: str, shares: Mapping[str, float], coverage: float) -> bool:
    """Say whether `text` prints nothing of what the question counts; `shares` are the shares of
    passages that hold each pair of characters, of all plans, and `coverage` that of the question's
    words which the sentence with the figure holds.

    >>> lacks_subject("养老顾问设几名", "培训养老护理员200人次", {"顾问": 0.01}, 0.1)
    True
    """
    nouns = [*_counted(question), *(_asked(question) if coverage < TELLING else ())]
    return any(shares.get(noun[-2:]) and not _says(text, noun) for noun in nouns)


def _counted(question: str) -> list[str]:
    return [match[1] for match in COUNTED.finditer(TIMES.sub("", question))]


def _asked(question: str) -> list[str]:
    """Return what stands before the question word: 养老顾问 of 养老顾问设几名."""
    asked = (VERBS.sub("", match[1]) for match in ASKED.finditer(TIMES.sub("", question)))
    return [
        n
        for n in asked
        if len(n) >= 2 and not SEAM.search(n[-2:]) and not COUNT.search(n) and not _is_deed(n)
    ]


def _is_deed(words: str) -> bool:
    """Say whether words end in a verb: 出去学习几回 counts no 学习."""
    return cut(words)[-1][1] == VERB


def _says(text: str, noun: str) -> bool:
    """养老床 is said by 养老机构床位 too, 品牌养老院 by what plans print for it, 镇街 by 镇(街)."""
    text = BRACKETS.sub("", text)
    if any(word in text for word in official_words(noun)):
        return True
    return noun[-2:] in text or (len(noun) == 3 and noun[:2] in text and noun[-1] in text)
