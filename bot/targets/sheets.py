"""Targets as files to work on: an .xlsx with one row a target, a .docx of one page.

What a plan prints is text in a cell, never a formula: a spreadsheet that opens a quotation with =,
+, - or @ in front would run it.

Not covered: charts in the files, and cells longer than Excel's limit, which are cut and say so.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO

from bot.presentation.statements import describe
from bot.targets.lines import ACHIEVED, amount_said, line
from bot.targets.rows import TargetRow
from bot.wording import answers as wording
from knowledge.plan import Target

CELL_CHARS = 32_000  # Excel holds 32,767
WIDTHS = (22, 14, 26, 40, 6, 14, 12, 14, 12, 18, 18, 10, 60, 26)  # in characters
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what XML cannot hold
CHINESE_FONT = "宋体"


def write_sheet(rows: Sequence[TargetRow], files: Mapping[str, str] | None = None) -> bytes:
    """Return an .xlsx workbook, a row a target. `files` are the addresses of the plans' files by
    the plans' ids; the last column links to them.
    """
    cells = [_cells(row) for row in rows]
    links = [(files or {}).get(row.record.id, "") for row in rows]
    return write_cells(wording.SHEET_TITLE, wording.SHEET_HEADS, WIDTHS, cells, links)


def write_cells(
    title: str,
    heads: Sequence[str],
    widths: Sequence[int],
    rows: Sequence[Sequence[str]],
    links: Sequence[str] = (),
) -> bytes:
    """Return an .xlsx workbook of texts: filters on, the header frozen; widths in characters.
    `links` are what the last cell of each row leads to.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.create_sheet(title, 0)
    del book["Sheet"]
    for at, cells in enumerate([heads, *rows], 1):
        for column, text in enumerate(cells, 1):
            cell = sheet.cell(at, column)
            cell.value = ILLEGAL.sub("", text)[:CELL_CHARS]
            cell.data_type = "s"  # "=1+1" stays text
            cell.quotePrefix = text[:1] in ("=", "+", "-", "@")
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for at, link in enumerate(links, 2):
        if link:
            cell = sheet.cell(at, len(widths))
            cell.hyperlink, cell.style = link, "Hyperlink"
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        sheet.cell(1, column).font = Font(bold=True)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(widths))}{len(rows) + 1}"
    return _saved(book.save)


def write_page(rows: Sequence[TargetRow], title: str) -> bytes:
    """Return a .docx: the title, the targets below their plan and chapter, each with its label."""
    from docx import Document
    from docx.oxml.ns import qn

    document = Document()
    normal = document.styles["Normal"]
    normal.font.name = CHINESE_FONT
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), CHINESE_FONT)
    document.add_heading(ILLEGAL.sub("", title), 1)
    document.add_paragraph(wording.PAGE_HEAD.format(count=len(rows)))
    above: tuple[str, str] | None = None
    for row in rows:
        place = (row.record.title, f"〔{row.chapter.label}〕{row.chapter.heading}")
        if above is None or above[0] != place[0]:
            document.add_heading(ILLEGAL.sub("", place[0]), 2)
        if above != place:
            document.add_heading(ILLEGAL.sub("", place[1]), 3)
        text = f"{line(row.target)}〔{row.section.label}〕"
        document.add_paragraph(ILLEGAL.sub("", text), style="List Bullet")
        above = place
    return _saved(document.save)


def _cells(row: TargetRow) -> tuple[str, ...]:
    """Return a target as the cells of wording.SHEET_HEADS."""
    target = row.target
    return (
        row.record.title,
        row.section.label,
        row.chapter.heading,
        target.metric,
        target.op,
        amount_said(target),
        target.unit or "",
        "，".join(filter(None, (target.since, target.deadline))),
        target.deadline_date or "",
        target.scope or "",
        target.office or "",
        _kind(target),
        target.quote,
        f"{row.record.file}（{describe(row.record)}）",
    )


def _kind(target: Target) -> str:
    kind = wording.SHEET_DONE if target.kind == ACHIEVED else wording.SHEET_PROMISED
    return kind + (wording.TARGET_PROPOSED if target.proposed else "")


def _saved(save: Callable[[BytesIO], object]) -> bytes:
    buffer = BytesIO()
    save(buffer)
    return buffer.getvalue()
