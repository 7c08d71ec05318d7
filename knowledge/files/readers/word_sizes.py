"""The paragraphs of a .docx that are set in large type: a title, and the name above it.

The size of a run is its own, its style's, its paragraph's style's or the document's (17.3.2.38).

Not covered: sizes by the conditional formats of tables, and by themes.
"""

from collections.abc import Iterator
from itertools import islice
from xml.etree.ElementTree import Element

from knowledge.files.readers.line import BIGGER
from knowledge.files.readers.word_numbering import Styles, value_of

DEFAULT_SIZE = 21  # half points, 五号: what Word sets where nothing says a size
MEASURED, NEAR_TOP = 400, 40  # paragraphs with a text, among which the usual size and titles are
TITLE_STYLES = ("title", "标题")


def large_lines(document: Element, styles: Styles) -> tuple[str, ...]:
    """Return the texts near the top that are set larger than the usual text, or as titles."""
    sized = list(islice(_sized(document, styles), MEASURED))
    sizes = sorted((size, len(text)) for text, size, _ in sized)
    usual = _median(sizes)
    return tuple(
        text for text, size, is_title in sized[:NEAR_TOP] if is_title or size > BIGGER * usual
    )


def _sized(document: Element, styles: Styles) -> Iterator[tuple[str, float, bool]]:
    """Yield the text of each paragraph, its largest size and whether its style is a title's."""
    usual = styles.default_size or DEFAULT_SIZE
    for paragraph in document.iter("p"):
        text = "".join(t.text or "" for t in paragraph.iter("t")).strip()
        if text:
            style = value_of(paragraph, "pPr/pStyle")
            own = _style_size(styles, style) or usual
            sizes = [_run_size(run, styles) or own for run in paragraph.iter("r")]
            yield text, max(sizes, default=own), styles.name(style) in TITLE_STYLES


def _run_size(run: Element, styles: Styles) -> float:
    said = _size(value_of(run, "rPr/sz"))
    run_style = value_of(run, "rPr/rStyle")
    return said or (_style_size(styles, run_style) if run_style else 0)


def _style_size(styles: Styles, style: str | None) -> float:
    sizes = (_size(value_of(element, "rPr/sz")) for _, element in styles.chain(style))
    return next(filter(None, sizes), 0)


def _size(value: str | None) -> float:
    return float(value) if value and value.isdecimal() else 0


def _median(sizes: list[tuple[float, int]]) -> float:
    """Return the size in which the middle one of all characters is set."""
    middle, chars = sum(count for _, count in sizes) / 2, 0
    for size, count in sizes:
        chars += count
        if chars >= middle:
            return size
    return 0
