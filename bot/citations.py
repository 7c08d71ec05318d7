"""A statement and the sections it cites -> what is not supported. Pure: no library, no model.

A statement is supported when every figure with its unit, every date and every 《document》 in it is
printed in a section that it cites. The bot's own words may hold no figure but those of the question
and of the plans' own data.

Not covered: whether the sentence means what the section means.
"""

import re
from collections.abc import Iterable
from itertools import chain

from bot.messages import Statement
from knowledge.passages import normal
from knowledge.plan import Citation

LABEL = re.compile(r"〔[^〕]*〕")
NAME = re.compile(r"《[^》]+》")
MEASURES = "个家处所名人次户张套件份场年月日天条项间座亩倍"
UNIT = rf"(?:%|‰|个百分点|平方米|人次|万元|亿元|万|亿|元|[{MEASURES}])"
FIGURE = re.compile(rf"\d+(?:[.,]\d+)*(?:{UNIT})?")
REDACTED = re.compile(rf"[×]+(?:{UNIT})?")


def squeeze(text: str) -> str:
    """Return text as it is compared: NFKC, without white space."""
    return re.sub(r"\s+", "", normal(text))


def facts(text: str) -> set[str]:
    """Return the figures with their units, and the document names, that `text` states.

    >>> sorted(facts("完成500户改造，见《办法》〔三8〕"))
    ['500户', '《办法》']
    """
    bare = squeeze(LABEL.sub(" ", text))
    return set(FIGURE.findall(bare)) | set(NAME.findall(bare)) | set(REDACTED.findall(bare))


def unsupported(statement: Statement, allowed: str = "") -> tuple[str, ...]:
    """Return what the statement states that none of its sections prints; `allowed` is text it may
    repeat.

    A quotation that its section does not hold makes all of it unsupported.
    """
    for citation in statement.citations:
        if squeeze(citation.quote) not in squeeze(citation.section.whole_text):
            return (citation.quote,)
    printed = squeeze(allowed + "\n" + "\n".join(_printed(statement.citations)))
    stated = facts(statement.lead + statement.text)
    return tuple(sorted(fact for fact in stated if not _stands(fact, printed)))


def _printed(citations: Iterable[Citation]) -> Iterable[str]:
    """What a statement may draw on: its sections, and what its plans say about themselves."""
    return chain.from_iterable(
        (
            c.section.whole_text,
            c.record.title,
            f"{c.record.metadata.year}年",
            f"《{c.record.title}》",
        )
        for c in citations
    )


def _stands(fact: str, printed: str) -> bool:
    """Say whether a fact is printed, as a whole number: 50% does not stand in 150%."""
    end = r"(?![\d.]*\d)" if fact[-1].isdigit() else ""
    return bool(re.search(rf"(?<![\d.]){re.escape(fact)}{end}", printed))
