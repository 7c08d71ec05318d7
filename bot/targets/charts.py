"""Targets as pictures for the phone: a card, and a chart of what several plans say of the same
metric; sources are named below.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from bot.presentation.statements import describe
from bot.targets.comparison import Matched, are_alike, changes, match_metrics, short_name
from bot.targets.drawing import (
    BODY,
    HEADING,
    LIGHT,
    LINES,
    MARGIN,
    SMALL,
    TITLE,
    WIDTH,
    Bar,
    Piece,
    Theme,
    chinese_font,
    draw,
    shorten,
    wrap,
)
from bot.targets.lines import SYMBOLS, amount_said, size
from bot.targets.rows import TargetRow
from bot.wording import answers as wording

INNER = WIDTH - 2 * MARGIN
METRIC_WIDTH = 620  # the amount stands to the right of it
AMOUNT_WIDTH = INNER - METRIC_WIDTH - 20
CARD_ROWS = 20  # that are readable on one picture
CHART_ROWS = 18
BAR_HEIGHT = 44
BAR_WIDTH = INNER - 240  # of the largest number; its amount stands to the right


def draw_card(rows: Sequence[TargetRow], title: str, theme: Theme = LIGHT) -> bytes | None:
    """Return a PNG of the first targets, saying how many more there are; None without the font."""
    font = chinese_font()
    if font is None:
        return None
    pieces = list(_card(rows, title, theme))
    return draw(pieces, (), pieces[-1].y + SMALL + MARGIN, theme, font)


def draw_comparison(rows: Sequence[TargetRow], title: str, theme: Theme = LIGHT) -> bytes | None:
    """Return a PNG with bars for each metric that several plans print, and what changed; None
    where they share none, or without the font.
    """
    font = chinese_font()
    ordered = sorted(rows, key=lambda row: row.record.metadata.year or 0)
    metrics = [m for m in match_metrics(ordered) if len({row.record for row in m}) > 1]
    if font is None or not metrics:
        return None
    shapes = list(_chart(metrics, title, theme))
    pieces = [shape for shape in shapes if isinstance(shape, Piece)]
    bars = [shape for shape in shapes if isinstance(shape, Bar)]
    return draw(pieces, bars, pieces[-1].y + SMALL + MARGIN, theme, font)


def _card(rows: Sequence[TargetRow], title: str, theme: Theme) -> Iterator[Piece]:
    """Yield the lines of a card from top to bottom."""
    yield from (head := list(_title(title, theme)))
    y = _below(head)
    shown = rows[:CARD_ROWS]
    several = len({row.record for row in rows}) > 1
    for (record, chapter), of_chapter in groupby(shown, key=lambda row: (row.record, row.chapter)):
        y += 0.8 * HEADING
        name = f"{chapter.label} {chapter.heading}"
        for text in shorten(f"{record.title}  {name}" if several else name, HEADING, INNER):
            yield Piece(MARGIN, y, text, HEADING, theme.accent)
            y += 1.5 * HEADING
        for row in of_chapter:
            *pieces, end = _target(row, y, theme)
            yield from (*pieces, end)
            y = end.y + 2 * SMALL
    count = len(rows)
    more = wording.CARD_MORE.format(shown=CARD_ROWS, count=count) if count > CARD_ROWS else ""
    yield from _footer(rows, more, y + 0.5 * BODY, theme)


def _target(row: TargetRow, y: float, theme: Theme) -> Iterator[Piece]:
    """Yield a target's lines: its metric with the amount beside it, deadline and label below."""
    target = row.target
    said = (
        "" if target.op == "deadline" else SYMBOLS.get(target.op, "").strip() + amount_said(target)
    )
    amounts = shorten(said or target.value, BODY, AMOUNT_WIDTH)
    metrics = shorten(target.metric, BODY, METRIC_WIDTH)
    for at, text in enumerate(amounts):
        place = y + 1.4 * BODY * at
        yield Piece(WIDTH - MARGIN, place, text, BODY, theme.accent, is_right=True)
    for at, text in enumerate(metrics):
        yield Piece(MARGIN, y + 1.4 * BODY * at, text, BODY, theme.ink)
    y += 1.4 * BODY * max(len(amounts), len(metrics))
    deadline = target.deadline if said else ""
    below = "  ".join(filter(None, (deadline, f"〔{row.section.label}〕")))
    yield Piece(MARGIN, y, below, SMALL, theme.faint)


def _chart(metrics: Sequence[Matched], title: str, theme: Theme) -> Iterator[Piece | Bar]:
    """Yield the lines and bars of a chart from top to bottom."""
    yield from (head := list(_title(title, theme)))
    y = _below(head)
    shown = _fitting(metrics)
    for metric in shown:
        y += 0.8 * HEADING
        for text in shorten(short_name(metric), HEADING, INNER, 2):
            yield Piece(MARGIN, y, text, HEADING, theme.accent)
            y += 1.5 * HEADING
        scale = _scale(metric)
        for row in metric:
            yield from _bar(row, short_name(metric), y, scale, theme)
            y += 1.7 * SMALL + BAR_HEIGHT + 0.6 * SMALL
        for statement in changes(metric):
            for text in shorten(statement.text, SMALL, INNER, 2):
                yield Piece(MARGIN, y, text, SMALL, theme.ink)
                y += 1.5 * SMALL
    left = len(metrics) - len(shown)
    more = wording.CHART_MORE.format(shown=len(shown), count=len(metrics)) if left else ""
    rows = [row for metric in metrics for row in metric]
    yield from _footer(rows, more, y + 0.8 * BODY, theme)


def _fitting(metrics: Sequence[Matched]) -> list[Matched]:
    """Return the first metrics that are readable on one picture; always one."""
    shown = list(metrics[:1])
    for metric in metrics[1:]:
        if sum(map(len, shown)) + len(metric) > CHART_ROWS:
            break
        shown.append(metric)
    return shown


def _bar(
    row: TargetRow, heading: str, y: float, scale: Decimal | None, theme: Theme
) -> Iterator[Piece | Bar]:
    """Yield a plan's line, with the name that it prints where that is another, and its bar below;
    without a bar where numbers cannot be compared.
    """
    target = row.target
    own = target.metric if target.metric != heading else ""
    parts = "，".join(filter(None, (own, target.deadline)))
    name = f"{describe(row.record)}〔{row.section.label}〕{parts}"
    yield Piece(MARGIN, y, shorten(name, SMALL, INNER, 1)[0], SMALL, theme.faint)
    number, y = size(target), y + 1.7 * SMALL
    width = float(number / scale) * BAR_WIDTH if scale and number is not None else 0.0
    if width:
        yield Bar(MARGIN, y, max(width, 2), BAR_HEIGHT, theme.bar)
    said = SYMBOLS.get(target.op, "").strip() + amount_said(target)
    x = MARGIN + width + (14 if width else 0)
    yield Piece(x, y + 2, shorten(said, BODY, int(WIDTH - MARGIN - x), 1)[0], BODY, theme.ink)


def _scale(metric: Matched) -> Decimal | None:
    """Return the largest number of a metric, None where its numbers cannot stand side by side."""
    numbers = [size(row.target) for row in metric]
    known = [number for number in numbers if number is not None]
    alike = are_alike(metric)
    return max(known) if alike and len(known) == len(numbers) and max(known) > 0 else None


def _title(title: str, theme: Theme) -> Iterator[Piece]:
    for at, text in enumerate(shorten(title, TITLE, INNER, LINES)):
        yield Piece(MARGIN, MARGIN + 1.4 * TITLE * at, text, TITLE, theme.ink)


def _below(pieces: Sequence[Piece]) -> float:
    return pieces[-1].y + 1.4 * pieces[-1].size


def _footer(rows: Sequence[TargetRow], more: str, y: float, theme: Theme) -> Iterator[Piece]:
    """Yield how many are not shown, and the sources."""
    titles = "、".join(dict.fromkeys(f"《{row.record.title}》" for row in rows))
    for text in (more, wording.SOURCES + titles):
        for part in wrap(text, SMALL, INNER) if text else ():
            yield Piece(MARGIN, y, part, SMALL, theme.faint)
            y += 1.5 * SMALL
