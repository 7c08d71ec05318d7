"""The bot's own words as statements, and its names for plans."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.messages import Statement
from knowledge.plan import PlanRecord


@dataclass(frozen=True, slots=True)
class Counted(Statement):
    """A statement with figures counted by code (`computed`): no section need print them."""

    computed: str = ""


def say(template: str, **values: str | int) -> Counted:
    """Return the bot's own word; the counts in it are computed, its other figures are not."""
    counts = {name: v if isinstance(v, int) else "" for name, v in values.items()}
    return Counted(template.format(**values), computed=template.format(**counts))


def describe(record: PlanRecord, years: Sequence[int] = ()) -> str:
    """Return the bot's name for a plan: its place and year if it has them, else its title. A plan
    of several years is named by the year asked for.
    """
    said = record.metadata
    year = years[0] if len(years) == 1 and said.year not in years else said.year
    if said.region and year:
        return f"{said.region}{year}年"
    return f"《{record.title}》"
