"""What a plan reports and what it promises, section by section."""

import pytest

from knowledge.parsing import parse_plan
from knowledge.targets.tense import names_problems, reporting_sections


def reports(text: str) -> list[str]:
    """Return the headings of the sections that report."""
    plan = parse_plan(text, "plan.txt")
    marked = zip(plan.all_sections(), reporting_sections(plan), strict=True)
    return [section.heading for section, looks_back in marked if looks_back]


def test_a_heading_that_looks_back_reports_with_all_below_it() -> None:
    text = """云溪市政府工作报告
一、2024年工作回顾
（一）养老。建成食堂5个。
二、2025年工作安排
（一）养老。新建食堂8个。
"""
    assert reports(text) == ["2024年工作回顾", "养老"]


@pytest.mark.parametrize(
    "heading", ["2024年工作总结和下一步安排", "总结推广经验", "完成情况和工作计划"]
)
def test_a_heading_that_looks_both_ways_or_orders_does_not_report(heading: str) -> None:
    text = f"云溪市工作要点\n一、{heading}\n新建食堂8个。\n二、加强保障\n修桥3座。\n"
    assert reports(text) == []


def test_a_report_looks_back_until_a_chapter_looks_ahead() -> None:
    text = """云溪市民政局2024年工作总结
一、养老服务
建成食堂5个。
二、下一步打算
新建食堂8个。
三、加强保障
修桥3座。
"""
    assert reports(text) == ["养老服务"]


def test_a_plan_reports_nothing() -> None:
    text = "云溪市2025年工作要点\n一、养老服务\n新建食堂8个。\n二、加强保障\n修桥3座。\n"
    assert reports(text) == []


@pytest.mark.parametrize(
    ("heading", "is_problems"),
    [
        ("存在的问题", True),
        ("主要问题和困难", True),
        ("正视发展中的不足", True),
        ("工作回顾和存在的问题", False),
        ("解决群众急难愁盼问题", False),
    ],
)
def test_a_heading_of_problems_is_told_from_one_that_solves_them(
    heading: str, is_problems: bool
) -> None:
    assert names_problems(heading) == is_problems
