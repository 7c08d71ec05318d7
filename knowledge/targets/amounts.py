"""A sentence -> its quantities as a register prints them: op, value and unit, in their clause.

What a number is, `knowledge.quantity` decides; `commitments` decides which of them are rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.quantity import SPANS, Bound, Kind, Quantity, read_quantities
from knowledge.targets.clauses import BLANK_ASIDE, Sentence
from knowledge.units import PLACES

OPS = {
    Bound.EXACT: "=",
    Bound.ABOUT: "=",
    Bound.AT_LEAST: ">=",
    Bound.REACHES: ">=",
    Bound.MORE: ">",
    Bound.AT_MOST: "<=",
    Bound.WITHIN: "<=",
    Bound.LESS: "<",
}
LARGE = ("万", "亿", "万亿")  # that stand with the unit: 1.5亿元 is 1.5 of 亿元
MORE = frozenset("余多")


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity of a sentence; `value` and `unit` are as printed, the rate with the unit.

    `clause` is the index of its clause, `end` where its bound and the asides behind it end.
    """

    quantity: Quantity
    clause: int
    value: str
    unit: str | None
    end: int

    @property
    def start(self) -> int:
        """Where it begins in its sentence."""
        return self.quantity.start

    @property
    def bound(self) -> str:
        """The words behind it that bind it: 以上, 以内."""
        return self.quantity.bound_words

    @property
    def op(self) -> str:
        """How it binds, as the register says it."""
        return op_of(self.quantity)

    @property
    def is_total(self) -> bool:
        """True if it is a word such as 全部, not a number."""
        return self.quantity.kind is Kind.TOTAL

    @property
    def measures_time(self) -> bool:
        """True if it is a rate (每周1次) or a limit (30日内), which no deadline ends."""
        return self.quantity.is_duration or self.quantity.recurs

    @property
    def redacted(self) -> bool:
        """True if the figure was taken out of the text."""
        return self.quantity.hidden


def read_amounts(sentence: Sentence) -> list[Amount]:
    """Return what a sentence counts, in printed order, names and asides left out."""
    return [amount for amount in _read(sentence) if not amount.is_total]


def read_totals(sentence: Sentence) -> list[Amount]:
    """Return the words of a sentence that say all."""
    return [amount for amount in _read(sentence) if amount.is_total]


def recurs(unit: str | None) -> bool:
    """True if a unit counts by the time (次/年, 元/人·月): no last day ends it."""
    return any(span in (unit or "").partition("/")[2] for span in SPANS)


def scaled(value: str, unit: str | None, scale: str) -> tuple[str, str | None]:
    """Return a printed value and its unit with 万 and 亿 as the unit's: they tell how large it is.

    >>> scaled("1.5亿", "元", "亿"), scaled("500", "户", ""), scaled("×万名", "名", "万")
    (('1.5', '亿元'), ('500', '户'), ('×万名', '万名'))
    """
    if scale not in LARGE or not unit:
        return value, unit
    if "×" in value:
        return value, scale + unit
    number = value.removesuffix(scale).rstrip()
    is_plain = number != value and number[-1:].isdecimal() and MORE.isdisjoint(number)
    return (number, scale + unit) if is_plain else (value, unit)


def op_of(quantity: Quantity) -> str:
    """Return how a quantity binds, as the register says it."""
    if quantity.kind is Kind.TOTAL:
        return "all"
    if quantity.is_range:
        return "range"
    is_whole = quantity.value == "100%" and not quantity.bound_words
    return "=" if is_whole and quantity.bound is Bound.REACHES else OPS[quantity.bound]


def _read(sentence: Sentence) -> Iterator[Amount]:
    for quantity in read_quantities(sentence.plain):
        if quantity.kind in (Kind.NUMBER, Kind.HIDDEN, Kind.TOTAL) and not _is_name(quantity):
            clause = sentence.clause_at(quantity.start)
            end = len(sentence.plain) - len(
                sentence.plain[quantity.bound_end :].lstrip(BLANK_ASIDE)
            )
            yield Amount(quantity, clause, *_printed(sentence, quantity), end)


def _is_name(quantity: Quantity) -> bool:
    """True if a hidden figure counts nothing: ×区, ×."""
    unit = quantity.unit
    return quantity.hidden and (unit is None or not unit.is_known or unit.family == PLACES)


def _printed(sentence: Sentence, quantity: Quantity) -> tuple[str, str | None]:
    """Return value and unit as the register prints them: a hidden value keeps its measure word,
    9/10万 its rate.
    """
    start, end = quantity.start, quantity.start + len(quantity.value)
    measure, per = quantity.measure, quantity.per
    if quantity.hidden and not quantity.value.endswith(measure):
        end = sentence.plain.index(measure, end) + len(measure)
    if not measure and quantity.rate:
        end, per = quantity.end, f"/{per}"
    return sentence.text[start:end], per or None
