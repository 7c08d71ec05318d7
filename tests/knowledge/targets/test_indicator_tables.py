"""Tables of indicators and of tasks: rows under their headings, and the targets that they print."""

import pytest

from knowledge.plan import Section, Target
from knowledge.targets.indicator_tables import (
    first_year,
    indicator_targets,
    office_notes,
    read_table_rows,
)

INDICATORS = """| 序号 | 指标名称 | 单位 | 2024年实际 | 2027年 |
| --- | --- | --- | --- | --- |
| 1 | 养老床位 | 张 | 300 | 500 |
| 2 | 护理型床位占比 | % | 55 | ≥60 |"""
TASKS = """| 任务 | 目标值 | 完成时限 | 责任单位 |
| 新建食堂（个） | 5 | 10月底前 | 市民政局 |
| 修桥（座） | 3 | 年底前 | 市交通局 |"""


def targets(text: str, year: int | None = 2025) -> list[Target]:
    section = Section(None, ("二",), "主要指标", text)
    return [t for row in read_table_rows(text) for t in indicator_targets(section, row, year)]


def test_a_cell_stands_under_the_heading_of_its_column() -> None:
    (first, second) = [row for row in read_table_rows(INDICATORS) if row.values]
    assert first.values == [("2024年实际", "300"), ("2027年", "500")]
    assert second.cells[1] == "护理型床位占比"


def test_a_column_of_a_year_ends_with_it_and_a_column_of_the_past_reports() -> None:
    found = [(t.metric, t.op, t.value, t.unit, t.kind, t.deadline) for t in targets(INDICATORS)]
    assert found == [
        ("养老床位", "=", "300", "张", "achieved", None),
        ("养老床位", "=", "500", "张", "target", "2027年"),
        ("护理型床位占比", "=", "55", "%", "achieved", None),
        ("护理型床位占比", ">=", "60", "%", "target", "2027年"),
    ]


def test_a_task_has_the_unit_of_its_name_the_limit_and_the_office_of_its_row() -> None:
    first, second = targets(TASKS)
    assert (first.metric, first.value, first.unit) == ("新建食堂", "5", "个")
    assert (first.deadline, first.deadline_date) == ("10月底前", "2025-10-31")
    assert (second.office, second.deadline_date) == ("市交通局", "2025-12-31")


def test_an_office_answers_for_its_row_alone() -> None:
    notes = office_notes(read_table_rows(TASKS))
    assert [(note.text, TASKS[note.start : note.end].split()[1]) for note in notes] == [
        ("市民政局", "新建食堂（个）"),
        ("市交通局", "修桥（座）"),
    ]


def test_cells_apart_by_blanks_are_a_table_and_a_sentence_ends_it() -> None:
    text = "指标  单位  2027年\n床位  张  500\n以上指标逐年分解。\n床位  张  700"
    assert [row.values for row in read_table_rows(text)] == [[("2027年", "500")]]


def test_a_merged_first_cell_leaves_the_others_under_their_headings() -> None:
    text = "| 类别 | 指标 | 2027年 |\n| 养老 | 床位 | 500 |\n| 食堂 | 30 |"
    assert [row.values for row in read_table_rows(text)] == [
        [("2027年", "500")],
        [("2027年", "30")],
    ]


@pytest.mark.parametrize("cell", ["见附件", "比上年多500", "2027年底前", "500张，其中护理型300张"])
def test_a_cell_that_is_no_quantity_alone_is_no_value(cell: str) -> None:
    text = f"| 指标 | 单位 | 2027年 |\n| 床位 | 张 | {cell} |"
    assert [row.values for row in read_table_rows(text)] == [[]]


def test_a_column_of_growth_is_none_of_a_year() -> None:
    text = "| 指标 | 单位 | 2027年增长 |\n| 床位 | 张 | 500 |"
    assert targets(text) == []


@pytest.mark.parametrize(
    ("title", "year", "first"),
    [
        ("“十五五”养老服务规划", None, 2026),
        ("云溪市2025年工作要点", 2025, 2025),
        ("云溪市工作要点", None, None),
    ],
)
def test_a_plan_promises_from_its_first_year_on(
    title: str, year: int | None, first: int | None
) -> None:
    assert first_year(title, year) == first
