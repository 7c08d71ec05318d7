"""The bot's own words as statements, and its names for plans."""

from collections.abc import Iterator, Mapping, Sequence
from string import Formatter

from bot.messages import Part, Statement
from knowledge.plan import PlanRecord


def say(template: str, **values: str | int) -> Statement:
    """Return the bot's own word: counts, verdicts, what there is; no claim of a plan."""
    return Statement(template.format(**values))


def own(text: str) -> Part:
    """Return our own words as a part of a statement."""
    return Part(text, is_own=True)


def mix(template: str, quoted: Mapping[str, str], **ours: str | int) -> Iterator[Part]:
    """Yield a template of ours filled in as parts: what is `quoted` is the plan's, the rest ours.

    >>> [part.text for part in mix("〔{label}〕{heading}", {"heading": "主要目标"}, label="二")]
    ['〔', '二', '〕', '主要目标']
    """
    for literal, name, _, _ in Formatter().parse(template):
        if literal:
            yield own(literal)
        if name:
            yield Part(quoted[name]) if name in quoted else own(str(ours[name]))


def describe(record: PlanRecord, years: Sequence[int] = ()) -> str:
    """Return the bot's name for a plan: its place and year if it has them, else its title. A plan
    of several years is named by the year asked for.
    """
    said = record.metadata
    year = years[0] if len(years) == 1 and said.year not in years else said.year
    if said.region and year:
        return f"{said.region}{year}年"
    return f"《{record.title}》"
