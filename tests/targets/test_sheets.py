"""Targets as files: the sheet runs nothing, holds every row, and the page names every section."""

from dataclasses import replace
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.targets.rows import TargetRow
from bot.targets.sheets import write_page, write_sheet
from bot.wording import answers as wording
from tests.support.register_rows import rows


def sheet(shown: list[TargetRow]) -> Worksheet:
    book = load_workbook(BytesIO(write_sheet(shown)))
    assert book.sheetnames == [wording.SHEET_TITLE]
    return book[wording.SHEET_TITLE]


def test_a_sheet_has_a_row_a_target_with_its_label_and_quotation() -> None:
    shown = rows()
    table = list(sheet(shown).values)
    assert table[0] == wording.SHEET_HEADS
    column = wording.SHEET_HEADS.index("原文")
    assert [line[column] for line in table[1:]] == [row.target.quote for row in shown]
    assert table[1][1] == "一（一）"


def test_a_sheet_has_filters_and_a_frozen_header() -> None:
    shown = rows()
    page = sheet(shown)
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == f"A1:N{len(shown) + 1}"


@pytest.mark.parametrize("quote", ["=1+1", "+86", "-5", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_a_quotation_is_never_a_formula(quote: str) -> None:
    row = rows()[0]
    page = sheet([replace(row, target=replace(row.target, quote=quote))])
    cell = page.cell(2, wording.SHEET_HEADS.index("原文") + 1)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (quote, "s", True)


def test_characters_that_xml_cannot_hold_are_left_out() -> None:
    row = rows()[0]
    odd = replace(row, target=replace(row.target, metric="床位\x0b\x00数"))
    assert sheet([odd]).cell(2, 4).value == "床位数"
    assert write_page([odd], "题\x01目")


def test_an_empty_register_is_a_sheet_with_a_header() -> None:
    assert list(sheet([]).values) == [wording.SHEET_HEADS]


def test_a_page_has_every_target_with_its_label_below_its_chapter() -> None:
    texts = [p.text for p in Document(BytesIO(write_page(rows(), "指标一览"))).paragraphs]
    assert texts[0] == "指标一览"
    assert texts[1].startswith(f"共 {len(rows())} 项")
    chapter = texts.index("〔一〕养老服务")
    assert texts[chapter + 1] == "新增养老机构床位：500张，年底前〔一（一）〕"
    assert len(texts) == 2 + 1 + 2 + len(rows())


def test_the_last_column_links_to_the_plan_s_file() -> None:
    shown = rows()
    link = "file:///plans/%E4%BA%91.txt"
    book = load_workbook(BytesIO(write_sheet(shown, {"plan": link})))
    cell = book[wording.SHEET_TITLE].cell(2, len(wording.SHEET_HEADS))
    assert cell.hyperlink is not None
    assert cell.hyperlink.target == link
    assert str(cell.value).startswith("plan.txt")


def test_a_proposed_target_says_so() -> None:
    row = rows()[0]
    page = sheet([replace(row, target=replace(row.target, proposed=True))])
    column = wording.SHEET_HEADS.index("类型") + 1
    assert page.cell(2, column).value == "目标（模型提出，待确认）"


def test_a_register_of_3000_rows_is_one_sheet() -> None:
    shown = (rows() * 500)[:3000]
    assert sheet(shown).max_row == 3001
