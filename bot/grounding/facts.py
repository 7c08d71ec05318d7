"""A text -> its facts: the quantities, times and coded names of it, each with its role.

What a quantity or a time is, `knowledge` decides, for print and claim alike; here stands only what
a claim adds: that a figure is what something came from (由), to (到), by (增加), or a total (累计).

Not covered: words that only sound exact (多数, 不少).
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from knowledge.quantity import Kind, Quantity, binds_alike, confirms, equal, read_quantities
from knowledge.text import KEPT_TEXTS, read_text
from knowledge.time import (
    RELATIVE_YEARS,
    THIS_YEAR,
    Edge,
    TimeKind,
    TimeSpan,
    read_times,
    same_time,
)

# One thing under two names: a claim may say either.
SAME_WORDS = {"城镇": "城市"}
NEEDLESS_BLANK = re.compile(r"(?<![A-Za-z\d.]) +| +(?![A-Za-z\d])")
WHOLE_WORDS = ("全部", "所有")  # they are no facts of their own
COMPARED = re.compile("(?:(?<![占对])比|较|由|从)$")
TOTAL = re.compile("累计|总数|总量|总计|合计")
FROM = re.compile("(?:由|从|原来的?|原为?|此前的?)$")
MORE_OR_LESS = re.compile("[多少增减高低升降]")
BY = re.compile(
    "新建|新增|新设|增建|增设|扩建|净增|"
    "(?:增加|增长|提高|上升|提升|扩大|减少|降低|下降|缩短|缩小|压缩)了?(?![^，]*[到至达为])|多$|少$|增幅|降幅"
)
TO = re.compile("[到至达为]成?(?:[^，]{0,4})$")
BOUND_END = re.compile(
    "(?:不低于|不少于|不小于|不得少于|不得低于|至少|最少|不超过|不高于|不多于|不得超过|不得高于|至多"
    "|最多|最高|上限|低于|少于|不足|不到|约|近|大约|将近|接近|大概)$"
)


NARROW = (Edge.START, Edge.MIDDLE, Edge.END)  # 年底 says less than 年底前


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact as it stands in a plain text, from `start` to `end`: a quantity or a time; 三年内 is
    both.

    `role` is one of from (由), to (到), by (增加), total (累计) or "".
    """

    start: int
    end: int
    quantity: Quantity | None = None
    time: TimeSpan | None = None
    role: str = ""

    @property
    def kind(self) -> str:
        """What facts rival each other: amounts, dates, or names such as 3A and 〔2025〕3号."""
        if self.quantity is None or self.time is not None:
            return "date"
        return "name" if self.quantity.kind is Kind.CODE else "amount"

    @property
    def key(self) -> str:
        """What two facts that say the same have in common.

        >>> read_facts("培训3.6万人次")[0].key
        '36000人次'
        """
        if self.quantity is None:
            return self.time.said if self.time else ""
        if self.quantity.kind is not Kind.NUMBER:
            return self.quantity.said
        return f"{self.quantity.low.normalize():f}{self.unit}"

    @property
    def unit(self) -> str:
        """The canonical unit of an amount, "" where it has none."""
        return self.quantity.unit.name if self.quantity and self.quantity.unit else ""

    def is_same(self, said: "Fact") -> bool:
        """True if two facts say the same value or the same days, however bound."""
        if self.quantity and said.quantity:
            return equal(self.quantity, said.quantity)
        return bool(self.time and said.time and same_time(self.time, said.time))

    def confirms(self, said: "Fact") -> bool:
        """True if this printed fact says what is said: value, unit, bound and rate, or the days."""
        if self.quantity and said.quantity:
            return confirms(self.quantity, said.quantity)
        return self.is_same(said) and self.binds_alike(said)

    def binds_alike(self, said: "Fact") -> bool:
        """True if this printed fact is bound as is said, or more."""
        if self.quantity and said.quantity:
            return binds_alike(self.quantity, said.quantity)
        return _is_bound_alike(self.time, said.time)


@lru_cache(maxsize=KEPT_TEXTS)
def plain(text: str) -> str:
    """Return text as claims are compared: in normal form, one name for one thing, without the
    blanks that part no two numbers or Latin words.

    >>> plain("每月 ５ 次,城镇")
    '每月5次，城市'
    """
    bare = NEEDLESS_BLANK.sub("", read_text(text).plain.replace("\r", ""))
    for word, same in SAME_WORDS.items():
        bare = bare.replace(word, same)
    return bare


@lru_cache(maxsize=KEPT_TEXTS)
def read_facts(text: str, year: int | None = None) -> tuple[Fact, ...]:
    """Return the facts of a plain text in its order; 年底前 counts in the plan's `year`."""
    times = [t for t in read_times(text, year) if t.said not in THIS_YEAR]
    spans = [t for t in times if t.kind is TimeKind.SPAN]
    found = [Fact(t.start, t.end, time=t) for t in times if t.kind is not TimeKind.SPAN]
    for quantity in read_quantities(text):
        span = next((t for t in spans if t.start <= quantity.start < t.end), None)
        if quantity.said not in WHOLE_WORDS:
            end = span.end if span else quantity.end
            found.append(Fact(quantity.start, end, quantity, span))
    found.sort(key=lambda fact: fact.start)
    facts: list[Fact] = []
    for fact in found:
        before = facts[-1] if facts else None
        left = text[before.end if before else 0 : fact.start]
        facts.append(_after_time(with_role(fact, left), before, left))
    return tuple(facts)


def _after_time(fact: Fact, before: Fact | None, left: str) -> Fact:
    """Give an amount the role that a time before it gives: 去年的745元, 比上年多200户."""
    if fact.quantity is None or before is None or before.time is None or fact.role:
        return fact
    is_past = RELATIVE_YEARS.get(before.time.said, 0) < 0
    if is_past and left in ("", "的"):
        return replace(fact, role="from")
    is_compared = before.role == "from" and MORE_OR_LESS.search(left)
    return replace(fact, role="by") if is_compared else fact


def with_role(fact: Fact, left: str) -> Fact:
    """Return a fact with the role that the words to its left give it."""
    if fact.kind == "date":
        role = "from" if COMPARED.search(left) else ""
        return replace(fact, role=role)
    return replace(fact, role=_role(left))


def _role(left: str) -> str:
    left = BOUND_END.sub("", left)
    if TOTAL.search(left):
        return "total"
    if FROM.search(left):
        return "from"
    if BY.search(left):
        return "by"
    return "to" if TO.search(left) else ""


def _is_bound_alike(printed: TimeSpan | None, said: TimeSpan | None) -> bool:
    """True if print says no less than a claim about which side of a time is meant: 底 is not 前."""
    if printed is None or said is None or said.edge in (Edge.WHOLE, *NARROW):
        return True
    if said.edge in (Edge.BEFORE, Edge.UNTIL):
        return printed.is_until or printed.edge is Edge.WITHIN
    return said.edge is printed.edge
