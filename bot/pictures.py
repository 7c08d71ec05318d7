"""Targets as a picture for the phone: a card, 1080 pixels wide, its sources named below.

Drawn by matplotlib with the bundled Noto Sans SC; sizes are pixels, from the top left corner.

Not covered: emoji and characters that Noto Sans SC lacks, which are drawn as boxes.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from bot import wording
from bot.registers import SYMBOLS, Row, amount

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH = 1080  # of a phone's screen
MARGIN = 60
DPI = 100
POINTS = 72 / DPI  # of a pixel
TITLE, HEADING, BODY, SMALL = 46, 34, 34, 25  # sizes of characters
METRIC_WIDTH = 620  # the amount stands to the right of it
AMOUNT_WIDTH = WIDTH - 2 * MARGIN - METRIC_WIDTH - 20
CARD_ROWS = 20  # that are readable on one picture
METRIC_LINES = 3  # of a name that is endless


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a picture."""

    paper: str
    ink: str
    faint: str
    accent: str


LIGHT = Theme("#ffffff", "#1f2328", "#59636e", "#b42318")
DARK = Theme("#16181d", "#eceff3", "#9aa4b2", "#ff9b8a")


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of text: its place, size and colour; drawn from the right where it ends a row."""

    x: float
    y: float
    text: str
    size: int
    colour: str
    is_right: bool = False


def draw_card(rows: Sequence[Row], title: str, theme: Theme = LIGHT) -> bytes | None:
    """Return a PNG of the first targets, saying how many more there are; None without the font."""
    font = chinese_font()
    if font is None:
        return None
    pieces = list(_card(rows, title, theme))
    height = pieces[-1].y + SMALL + MARGIN
    return _png(_figure(pieces, height, theme, font))


def chinese_font() -> Path | None:
    """Return the file of the bundled font, None where it is not installed."""
    try:
        from pylopdf_fonts_zh_cn import sans_path
    except ImportError:
        return None
    return path if (path := sans_path()).is_file() else None


def wrap(text: str, size: int, width: int) -> list[str]:
    """Cut text into lines that fit: a Chinese character is as wide as it is high, others half.

    >>> wrap("新增养老床位500张", 10, 60)
    ['新增养老床位', '500张']
    """
    lines, room = [""], float(width)
    for char in text:
        wide = size * (1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.6)
        if wide > room and lines[-1]:
            lines.append("")
            room = float(width)
        lines[-1] += char
        room -= wide
    return lines


def _card(rows: Sequence[Row], title: str, theme: Theme) -> Iterator[Piece]:
    """Yield the lines of a card from top to bottom."""
    y = float(MARGIN)
    for text in wrap(title, TITLE, WIDTH - 2 * MARGIN)[:METRIC_LINES]:
        yield Piece(MARGIN, y, text, TITLE, theme.ink)
        y += 1.4 * TITLE
    shown = rows[:CARD_ROWS]
    for (record, chapter), of_chapter in groupby(shown, key=lambda row: (row.record, row.chapter)):
        y += 0.8 * HEADING
        several = f"{record.title}  " if len({row.record for row in rows}) > 1 else ""
        heading = f"{several}{chapter.label} {chapter.heading}"
        for text in _short(heading, HEADING, WIDTH - 2 * MARGIN):
            yield Piece(MARGIN, y, text, HEADING, theme.accent)
            y += 1.5 * HEADING
        for row in of_chapter:
            *pieces, end = _target(row, y, theme)
            yield from (*pieces, end)
            y = end.y + 2 * SMALL
    y += 0.5 * BODY
    for text in _footer(rows):
        for part in wrap(text, SMALL, WIDTH - 2 * MARGIN):
            yield Piece(MARGIN, y, part, SMALL, theme.faint)
            y += 1.5 * SMALL


def _target(row: Row, y: float, theme: Theme) -> Iterator[Piece]:
    """Yield a target's lines: its metric with the amount beside it, deadline and label below."""
    target = row.target
    said = "" if target.op == "deadline" else SYMBOLS.get(target.op, "").strip() + amount(target)
    for at, text in enumerate(_short(said or target.value, BODY, AMOUNT_WIDTH)):
        place = y + 1.4 * BODY * at
        yield Piece(WIDTH - MARGIN, place, text, BODY, theme.accent, is_right=True)
    for text in _short(target.metric, BODY, METRIC_WIDTH):
        yield Piece(MARGIN, y, text, BODY, theme.ink)
        y += 1.4 * BODY
    deadline = target.deadline if said else ""
    below = "  ".join(filter(None, (deadline, f"〔{row.section.label}〕")))
    yield Piece(MARGIN, y, below, SMALL, theme.faint)


def _short(text: str, size: int, width: int) -> list[str]:
    lines = wrap(text, size, width)
    return (
        lines if len(lines) <= METRIC_LINES else [*lines[: METRIC_LINES - 1], lines[2][:-1] + "…"]
    )


def _footer(rows: Sequence[Row]) -> Iterator[str]:
    if len(rows) > CARD_ROWS:
        yield wording.CARD_MORE.format(shown=CARD_ROWS, count=len(rows))
    titles = dict.fromkeys(f"《{row.record.title}》" for row in rows)
    yield wording.SOURCES + "、".join(titles)


def _figure(pieces: Sequence[Piece], height: float, theme: Theme, font: Path) -> "Figure":
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

    figure = Figure(figsize=(WIDTH / DPI, height / DPI), dpi=DPI, facecolor=theme.paper)
    for piece in pieces:
        properties: FontProperties = FontProperties(fname=str(font), size=piece.size * POINTS)
        figure.text(
            piece.x / WIDTH,
            1 - piece.y / height,
            piece.text.replace("$", r"\$"),  # a lone dollar is no formula
            fontproperties=properties,
            color=piece.colour,
            va="top",
            ha="right" if piece.is_right else "left",
        )
    return figure


def _png(figure: "Figure") -> bytes:
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI, facecolor=figure.get_facecolor())
    return buffer.getvalue()
