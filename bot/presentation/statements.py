"""The bot's own words as statements, and how it names a plan."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.messages import Statement
from knowledge.plan import PlanRecord


@dataclass(frozen=True, slots=True)
class Counted(Statement):
    """A statement whose `computed` figures were counted by code: no section need print them."""

    computed: str = ""


def say(template: str, **values: str | int) -> Counted:
    """Return the bot's own word; the counts in it are computed, its other figures are not."""
    counts = {name: v if isinstance(v, int) else "" for name, v in values.items()}
    return Counted(template.format(**values), computed=template.format(**counts))


def describe(record: PlanRecord, years: Sequence[int] = ()) -> str:
    """Return how the bot names a plan: its place and year where it has them, else its title; one
    that covers the year that was asked for, by that year.
    """
    said = record.metadata
    year = years[0] if len(years) == 1 and said.year not in years else said.year
    if said.region and year:
        return f"{said.region}{year}年"
    return f"《{record.title}》"
