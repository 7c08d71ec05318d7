"""What a plan reports and what it promises, section by section."""

import pytest

from knowledge.parsing import parse_plan
from knowledge.structure.tense import (
    is_done,
    names_problems,
    reporting_sections,
    still_reports,
    turns_to_problems,
)


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


@pytest.mark.parametrize(
    ("sentence", "turns"),
    [
        ("但是，我们也要清醒看到，床位还不足。", True),
        ("同时，养老服务仍有短板。", True),
        ("同时，新建食堂5个。", False),
    ],
)
def test_a_sentence_turns_to_problems_by_its_first_words(sentence: str, turns: bool) -> None:
    assert turns_to_problems(sentence) == turns


@pytest.mark.parametrize(
    ("sentence", "heading", "reports"),
    [
        ("建成食堂5个。", "", True),
        ("今年，我们要新建食堂8个。", "", False),
        ("2025年是攻坚之年。", "", False),
        ("2024年是攻坚之年。", "2024年工作回顾", True),
        ("下一步打算", "", False),
    ],
)
def test_a_report_goes_on_until_the_text_looks_ahead(
    sentence: str, heading: str, reports: bool
) -> None:
    assert still_reports(sentence, sentence, True, heading) == reports


def test_a_line_that_announces_a_report_begins_one() -> None:
    assert still_reports("2024年工作回顾", "2024年工作回顾", False)


@pytest.mark.parametrize(
    ("told", "done"),
    [
        ("已建成食堂5个", True),
        ("群众生活得到改善", True),
        ("比上年增加200户", False),  # compares, and reports nothing
        ("在去年建成的基础上再新建3个", False),
        ("新建食堂8个", False),
    ],
)
def test_a_verb_tells_whether_something_is_done(told: str, done: bool) -> None:
    assert is_done(told) == done
