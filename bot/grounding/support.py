"""A claim and the claims that a section prints -> whether the section supports it.

A figure is supported by the clause that prints it: same value, unit, bound and role, the same 每…,
the words of the sentence printed there, and no other figure of the section whose clause fits these
words as well. So 900元 is never the rural standard because both stand in one section.

Not covered: a claim whose words are wholly other than the plan's; it counts as unsupported.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.grounding.claims import Claim, pairs, read_claims, split_plain, words_of
from bot.grounding.facts import Fact, plain
from knowledge.quantity import Bound
from knowledge.time import Edge, TimeKind

COVERAGE = 0.5  # of a claim's characters that its clause's sentence or heading prints
DOMINANCE = 1.5  # a figure of another unit must fit the words this much better to be the subject's
# which roles of a printed figure a sentence may use its role for
ROLES = {
    "": ("", "to", "by", "total"),
    "to": ("", "to", "total"),
    "total": ("total",),
    "by": ("by",),
    "from": ("from",),
}
EXACT_ENOUGH = (Bound.EXACT, Bound.REACHES, Bound.WITHIN)
CLAUSE_PAIRS = 3  # a clause with fewer says too little
TOPIC_WEIGHT = 0.25  # of words that a clause takes from those before it
# of a pair only one can be meant: what the clause of the figure does not say may not be added
QUALIFIERS = frozenset(
    "城市 农村 城乡 集中 散居 全护 半护 重度 轻度 公办 民办 市级 县级 省级".split()
)
NEGATED = re.compile(
    r"(?:不得|不能|不再|不予|不|未|没有|无须|无需|禁止|停止|取消|严禁|避免|暂缓)([\u4e00-\u9fff]{2})"
)
BOUND_WORDS = re.compile("不[得]?(?:低于|少于|超过|高于|多于)|不足|不断|不同")
UP = re.compile("提高|提升|增加|增长|上升|上调|扩大|增幅")
DOWN = re.compile("降低|下降|减少|下调|缩小|压缩|缩短|降幅|压减")
ALL_OF = re.compile("各[^类项种级界方自]")
AVERAGE = re.compile("每|各|均|户均|人均|逐")


@dataclass(frozen=True)
class Printed:
    """What one section prints, read once: its plan's year, its heading, its claims."""

    text: str
    heading: str = ""
    year: int | None = None

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """The facts of the section with their words."""
        return read_claims(self.text, self.year)

    @cached_property
    def plain(self) -> str:
        """Heading and text in plain form."""
        return plain(f"{self.heading}\n{self.text}")

    @cached_property
    def pairs(self) -> frozenset[str]:
        """Every pair of characters that carries meaning."""
        return frozenset().union(*(words_of(s) for s in split_plain(self.plain)))

    @cached_property
    def clauses(self) -> tuple[frozenset[str], ...]:
        """The words of each clause of heading and text."""
        found = (words_of(c) for s in split_plain(self.plain) for c in s.split("，"))
        return tuple(words for words in found if len(words) >= CLAUSE_PAIRS)

    def supports(self, claim: Claim) -> bool:
        """True if a clause of this section says what the claim says."""
        if self._is_own_year(claim.fact):
            return True
        if claim.fact.kind == "name":
            return self.prints(claim.fact)
        return any(
            self._says(printed, claim) and not self._better(printed, claim)
            for printed in self.claims
        )

    def prints(self, fact: Fact) -> bool:
        """True if the fact stands anywhere in this section."""
        return self._is_own_year(fact) or any(c.fact.is_same(fact) for c in self.claims)

    def _is_own_year(self, fact: Fact) -> bool:
        time = fact.time
        if time is None or self.year is None or time.edge is not Edge.WHOLE:
            return False
        return time.kind is TimeKind.YEAR and time.years == (self.year,)

    def _says(self, printed: Claim, claim: Claim) -> bool:
        """True if the printed claim has the claim's value and may have its words."""
        return (
            _fits(printed, claim)
            and self._has_rate(printed.fact, claim.fact)
            and self._beside(printed, claim)
            and _distributes(printed, claim)
            and self._covers(printed, claim)
        )

    def _better(self, printed: Claim, claim: Claim) -> bool:
        """True if another figure's clause fits the claim's words as well as the printed one."""
        beside = {fact.key for fact in claim.beside}
        for rival in self.claims:
            if rival.fact.kind != claim.fact.kind or not rival.fact.binds_alike(claim.fact):
                continue
            if not _may_be_meant(rival, claim):
                continue
            if claim.fact.role and printed.fact.role and not rival.fact.role:
                continue  # 达到200个 is the 总数, not what each has
            if rival.fact.unit != claim.fact.unit:
                if rival.fact.key not in beside and _dominates(rival, printed, claim):
                    return True
            elif not rival.fact.is_same(claim.fact) and _rivals(rival, printed, claim):
                return True
        return False

    def _has_rate(self, printed: Fact, said: Fact) -> bool:
        """True if the rates agree; one may be left out where the section has but one for its
        unit.
        """
        if printed.quantity is None or said.quantity is None or said.quantity.time_rate:
            return True  # what is said, `confirms` compares
        if not printed.quantity.time_rate:
            return True
        rates = {
            c.fact.quantity.time_rate
            for c in self.claims
            if c.fact.quantity and c.fact.unit == said.unit
        }
        return len(rates - {frozenset()}) == 1

    def _beside(self, printed: Claim, claim: Claim) -> bool:
        """True if the other facts of the claim's clause stand in the printed sentence."""
        there = [c.fact for c in self.claims if c.sentence == printed.sentence]

        def stands(fact: Fact) -> bool:
            said = sum(f.key == fact.key for f in (claim.fact, *claim.beside))
            return sum(f.is_same(fact) for f in there) >= said

        return all(self._is_own_year(fact) or stands(fact) for fact in claim.beside)

    def _covers(self, printed: Claim, claim: Claim) -> bool:
        """True if the claim's words are printed in the sentence of its figure, or above it."""
        own = {p for p in claim.near | claim.topic if not p[0].isdigit() and p[0] != "#"}
        if not printed.near | printed.topic:
            return True  # a line that is nothing but a date
        if not own:
            return bool(claim.beside)  # 比上年增加200户: the figure beside it has been found there
        known = pairs(printed.sentence) | pairs(plain(self.heading)) | printed.near | printed.topic
        above = printed.topic | pairs(plain(self.heading))
        if (claim.near & QUALIFIERS) - printed.near - above:
            return False
        letters = set("".join(known))
        mine = [c for p in own for c in p]
        if not own & known:
            return False
        return sum(c in letters for c in mine) >= COVERAGE * len(mine)


def _rivals(rival: Claim, printed: Claim, claim: Claim) -> bool:
    """True if another figure of the same unit fits the claim's words as well."""
    other = claim.likeness(rival) + TOPIC_WEIGHT * claim.likeness_above(rival)
    fit = claim.likeness(printed) + TOPIC_WEIGHT * claim.likeness_above(printed)
    return other > 0 and other >= fit


def _dominates(rival: Claim, printed: Claim, claim: Claim) -> bool:
    """True if a figure of another unit fits the claim's own words much better."""
    other = claim.likeness(rival)
    return other > DOMINANCE * claim.likeness(printed)


def _fits(printed: Claim, claim: Claim) -> bool:
    """True if a printed fact has the value of the claim, and its bound, role and direction."""
    said, there = claim.fact, printed.fact
    return there.confirms(said) and _keeps_bound(there, said) and _may_be_meant(printed, claim)


def _keeps_bound(printed: Fact, said: Fact) -> bool:
    """True unless a claim states as a number what print only bounds: 不少于15个 is not 15个."""
    if printed.quantity is None or said.quantity is None:
        return True
    return said.quantity.bound is not Bound.EXACT or printed.quantity.bound in EXACT_ENOUGH


def _may_be_meant(printed: Claim, claim: Claim) -> bool:
    """True if role and direction of a printed fact allow those of the claim."""
    if printed.fact.role not in ROLES[claim.fact.role]:
        return False
    if UP.search(claim.clause) and not UP.search(printed.clause) and DOWN.search(printed.clause):
        return False
    return not (
        DOWN.search(claim.clause) and not DOWN.search(printed.clause) and UP.search(printed.clause)
    )


def _distributes(printed: Claim, claim: Claim) -> bool:
    """True if 每户 and the like agree: what is said is printed, what is printed is not lost."""
    if claim.fact.kind == "date":
        return True
    there = plain(printed.sentence)
    said, counted = claim.fact.quantity, printed.fact.quantity
    if said and counted and said.time_rate:
        things = said.rate_key - said.time_rate - counted.rate_key
        return all(f"每{thing}" in there for thing in things)
    if any(each not in there for each in claim.each) and not ALL_OF.search(printed.clause):
        return False
    return not printed.each or bool(claim.each) or bool(AVERAGE.search(claim.sentence))


def negations(said: str, printed: str) -> tuple[str, ...]:
    """Return the words that only one of the two texts negates.

    >>> negations("同1户重复补助", "同1户3年内不重复补助")
    ('重复',)
    """
    said, printed = (BOUND_WORDS.sub(" ", plain(text)) for text in (said, printed))
    return tuple(dict.fromkeys([*_only_negated(said, printed), *_only_negated(printed, said)]))


def _only_negated(here: str, there: str) -> Iterable[str]:
    """Yield words that `here` always negates and `there` has but never negates."""
    for word in NEGATED.findall(here):
        negated_here, negated_there = (
            [m for m in NEGATED.findall(text) if m == word] for text in (here, there)
        )
        if here.count(word) == len(negated_here) and there.count(word) and not negated_there:
            yield word


def grounded(text: str, printed: Sequence[Printed]) -> float:
    """Return the share of a text's pairs of characters that the sections print, 0 to 1."""
    own = [p for s in split_plain(text) for p in words_of(s)]
    known = frozenset().union(*(p.pairs for p in printed))
    return sum(p in known for p in own) / len(own) if own else 0.0


def retold(text: str, printed: Sequence[Printed]) -> float:
    """Return how much of a printed clause the text tells, at best, 0 to 1.

    A word torn out of a clause ("在结尾写上某某" -> "某某") tells little of it.
    """
    own = frozenset().union(*(words_of(s) for s in split_plain(text)))
    return max((len(own & c) / len(c) for p in printed for c in p.clauses), default=0.0)
