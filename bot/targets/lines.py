"""A target's number: in print, in one line, and as what can be compared.

Not covered: numbers in words but those that `knowledge.quantity` reads.
"""

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from bot.messages import Part
from bot.wording import answers as wording
from knowledge.plan import Target
from knowledge.quantity import BEHIND_BOUNDS, Kind, Quantity, read_quantities
from knowledge.text import normal
from knowledge.units import unit_named

ACHIEVED = "achieved"
SYMBOLS = {">=": " ≥ ", ">": " > ", "<=": " ≤ ", "<": " < "}
KEPT_TARGETS = 100_000  # of many plans: each read once


@lru_cache(maxsize=KEPT_TARGETS)
def quantity_of(target: Target) -> Quantity | None:
    """Return a target's quantity, None where it has none (全覆盖, a deadline)."""
    found = read_quantities(amount(target))
    return next((q for q in found if q.kind in (Kind.NUMBER, Kind.HIDDEN)), None)


def size(target: Target) -> Decimal | None:
    """Return a target's number in the unit that its family is compared in, the upper one of a
    range; None where it is redacted or has none.
    """
    quantity = quantity_of(target)
    if quantity is None or quantity.kind is not Kind.NUMBER:
        return None
    return quantity.high * (quantity.unit.factor if quantity.unit else 1)


def unit_family(target: Target) -> str | None:
    """Return what two units must share to be compared: 家 and 个 do, 元/月 and 元/年 do not."""
    quantity = quantity_of(target)
    if target.unit is None or quantity is None or quantity.unit is None:
        return target.unit
    return "/".join((quantity.unit.family, *sorted(quantity.rate_key)))


def counts_in(target: Target, unit: str) -> bool:
    """True if a target counts in the family of a unit: 张 and 床位, 元 and 万元."""
    quantity = quantity_of(target)
    counted = quantity.unit if quantity else None
    return counted is not None and counted.family == unit_named(unit).family


def amount(target: Target) -> str:
    """Return a value with its unit, printed once: 500户, 80%, 900元/人·月, 全覆盖."""
    if not target.unit:
        return target.value
    base, slash, rate = target.unit.partition("/")
    shown = "" if normal(target.value).endswith(normal(base)) else base
    return f"{target.value}{shown}{slash}{rate}"


def amount_said(target: Target) -> str:
    """Return an amount with the word that makes it inexact: 6%左右, 约5万人."""
    said = amount(target)
    return said + target.about if target.about in BEHIND_BOUNDS else target.about + said


def line(target: Target) -> str:
    """Return a target in one line: metric ≥ value unit，deadline（office）."""
    return "".join(part.text for part in line_parts(target))


def line_parts(target: Target) -> Iterator[Part]:
    """Yield a target's line as parts: the signs of comparison and the brackets are our own, and so
    is how value and unit are put together.
    """
    yield Part(target.metric)
    if target.op == "deadline":
        yield Part("，", is_own=True)
        yield Part(target.value)
    else:
        yield Part(SYMBOLS.get(target.op, "：") + amount_said(target), is_own=True)
        for when in filter(None, (target.since, target.deadline)):
            yield Part("，", is_own=True)
            yield Part(when)
    if target.office:
        yield Part(f"（{target.office}）", is_own=True)
    yield Part(wording.TARGET_DONE if target.kind == ACHIEVED else "", is_own=True)
    yield Part(wording.TARGET_PROPOSED if target.proposed else "", is_own=True)
