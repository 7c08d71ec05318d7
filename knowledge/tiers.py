"""The tiers of a text: ranges that tell what falls where (50亩以上不足100亩, 2000万元至1亿元).

A tier is read from the quantities of the text; a question's own quantity is looked for in them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from knowledge.quantity import Bound, Kind, Quantity, read_quantities
from knowledge.text import read_text
from knowledge.units import Unit

JOINS = re.compile(r"[，、,]?(?:[且但并]|到|至|-|~)?")
LOWER = (Bound.AT_LEAST, Bound.MORE, Bound.REACHES)
UPPER = (Bound.AT_MOST, Bound.LESS, Bound.WITHIN)


@dataclass(frozen=True, slots=True)
class Tier:
    """A range at text[start:end], in units of factor 1 (米, 元); None is an open side.

    `has_low` and `has_high` tell whether the ends belong to it: 不足100亩 does not hold 100.
    """

    start: int
    end: int
    low: Decimal | None
    high: Decimal | None
    unit: Unit | None
    has_low: bool = True
    has_high: bool = True

    @property
    def is_closed(self) -> bool:
        """True if it has both ends."""
        return self.low is not None and self.high is not None


def read_tiers(text: str) -> tuple[Tier, ...]:
    """Return the tiers of a text in printed order.

    >>> [(tier.low, tier.high) for tier in read_tiers("营业收入2000万元至1亿元的奖励")]
    [(Decimal('20000000'), Decimal('100000000'))]
    """
    plain = read_text(text).plain
    found: list[Tier] = []
    quantities = [q for q in read_quantities(text) if q.kind is Kind.NUMBER]
    at = 0
    while at < len(quantities):
        pair = quantities[at : at + 2]
        if len(pair) == 2 and _closes(plain, *pair):
            found.append(_closed(plain, *pair))
            at += 2
            continue
        if tier := _single(plain, quantities[at]):
            found.append(tier)
        at += 1
    return tuple(found)


def in_tier(quantity: Quantity, tier: Tier) -> bool:
    """True if a quantity falls into a tier: 三千万 into 2000万元至1亿元, 过50亿 into 50亿元以上."""
    if quantity.kind is not Kind.NUMBER or not _fits(quantity.unit, tier.unit):
        return False
    factor = (quantity.unit or tier.unit or NO_UNIT).factor
    value = quantity.low * factor
    is_above = quantity.bound is Bound.MORE
    above = (
        tier.low is None or value > tier.low or (value == tier.low and (tier.has_low or is_above))
    )
    below = tier.high is None or value < tier.high or (value == tier.high and tier.has_high)
    return above and below


def tightest(quantity: Quantity, tiers: Sequence[Tier]) -> Tier | None:
    """Return the tier that a quantity falls into; of several, the one that begins highest."""
    held = [tier for tier in tiers if in_tier(quantity, tier)]
    return max(held, key=lambda tier: tier.low or Decimal(0), default=None)


NO_UNIT = Unit("", "")


def _closes(text: str, lower: Quantity, upper: Quantity) -> bool:
    """True if two quantities are the ends of one tier: 50亩以上不足100亩."""
    if lower.is_range or upper.is_range or not _fits(lower.unit, upper.unit):
        return False
    if lower.bound not in LOWER or upper.bound not in UPPER or _value(upper) <= _value(lower):
        return False
    between = text[lower.bound_end : upper.start]
    for words in ("不足", "低于", "不超过", "少于", "未满", "不到", "小于", "不高于", "<", "≤"):
        between = between.replace(words, "")
    return JOINS.fullmatch(between.strip()) is not None


def _closed(text: str, lower: Quantity, upper: Quantity) -> Tier:
    return Tier(
        _start(text, lower),
        upper.bound_end,
        _value(lower),
        _value(upper),
        upper.unit or lower.unit,
        has_low=lower.bound is not Bound.MORE,
        has_high=upper.bound is not Bound.LESS,
    )


def _single(text: str, quantity: Quantity) -> Tier | None:
    """Return the tier that one quantity prints: a range, or all above or below it."""
    place = (_start(text, quantity), quantity.bound_end)
    if quantity.is_range:
        factor = (quantity.unit or NO_UNIT).factor
        return Tier(*place, quantity.low * factor, quantity.high * factor, quantity.unit)
    if quantity.bound in LOWER:
        has_low = quantity.bound is not Bound.MORE
        return Tier(*place, _value(quantity), None, quantity.unit, has_low=has_low)
    if quantity.bound in UPPER:
        has_high = quantity.bound is not Bound.LESS
        return Tier(*place, None, _value(quantity), quantity.unit, has_high=has_high)
    return None


def _start(text: str, quantity: Quantity) -> int:
    """Return where a quantity begins, with the word right before it that binds it: 超过50亿元."""
    front = quantity.front_words
    return quantity.start - len(front) * text.endswith(front, 0, quantity.start)


def _fits(one: Unit | None, other: Unit | None) -> bool:
    """True if two units may be compared; a number without one fits any: 三千万."""
    return one is None or other is None or one.converts(other)


def _value(quantity: Quantity) -> Decimal:
    return quantity.low * (quantity.unit or NO_UNIT).factor
