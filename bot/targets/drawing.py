"""Text and bars at places of a picture -> PNG, by matplotlib with the bundled Noto Sans SC.

Places are pixels from the top left corner; a picture is as wide as a phone's screen.

Not covered: emoji and characters that Noto Sans SC lacks, which are drawn as boxes.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

WIDTH = 1080  # of a phone's screen
MARGIN = 60
DPI = 100
POINTS = 72 / DPI  # of a pixel
TITLE, HEADING, BODY, SMALL = 46, 34, 34, 25  # sizes of characters
LINES = 3  # of a text that is endless


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a picture."""

    paper: str
    ink: str
    faint: str
    accent: str
    bar: str


LIGHT = Theme("#ffffff", "#1f2328", "#59636e", "#b42318", "#f2c4bd")
DARK = Theme("#16181d", "#eceff3", "#9aa4b2", "#ff9b8a", "#6b3a34")


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of text: its place, size and colour; drawn from the right where it ends a row."""

    x: float
    y: float
    text: str
    size: int
    colour: str
    is_right: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A filled rectangle with its upper left corner at (x, y)."""

    x: float
    y: float
    width: float
    height: float
    colour: str


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


def shorten(text: str, size: int, width: int, most: int = LINES) -> list[str]:
    """Cut text into at most `most` lines that fit; the last one ends in … where more is left.

    >>> shorten("新增养老床位500张", 10, 40, 1)
    ['新增养…']
    """
    lines = wrap(text, size, width)
    return lines if len(lines) <= most else [*lines[: most - 1], lines[most - 1][:-1] + "…"]


def draw(
    pieces: Sequence[Piece], bars: Sequence[Bar], height: float, theme: Theme, font: Path
) -> bytes:
    """Return the picture as PNG."""
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.patches import Rectangle

    figure = Figure(figsize=(WIDTH / DPI, height / DPI), dpi=DPI, facecolor=theme.paper)
    for bar in bars:
        corner = (bar.x / WIDTH, 1 - (bar.y + bar.height) / height)
        box = Rectangle(corner, bar.width / WIDTH, bar.height / height, facecolor=bar.colour)
        figure.add_artist(box)
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
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI, facecolor=theme.paper)
    return buffer.getvalue()
