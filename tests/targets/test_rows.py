"""The rows of the register that a question asks for: topic, days, office, largest, one line."""

from collections.abc import Sequence
from datetime import date

import pytest

from bot.targets import filtering, lines
from bot.targets.filtering import says
from bot.targets.rows import TargetRow
from bot.understanding.dates_named import DaysNamed
from bot.understanding.request import understand
from tests.support.register_rows import rows


def asked(question: str) -> list[str]:
    found = rows()
    request = understand(question, (), [found[0].record])
    choice = filtering.read_choice(request, found)
    about = filtering.of_office(choice, filtering.on_topic(choice, found))
    return values([row for row in about if filtering.is_due(row, choice)])


def values(chosen: Sequence[TargetRow]) -> list[str]:
    return [row.target.value for row in chosen]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("养老的指标", ["500", "60%", "300"]),
        ("养老床位的指标", ["500", "60%"]),
        ("适老化改造的指标", ["300"]),
        ("6月底前要完成什么", ["300"]),
        ("上半年要完成哪些", ["300"]),
        ("7月底前的指标", ["300", "7月底前", "100%"]),
        ("7月要完成什么", ["7月底前", "100%"]),
        ("下半年的指标", ["500", "60%", "7月底前", "100%"]),
        ("民政局婚姻科负责的指标", ["7月底前", "100%"]),
        ("航天的指标", []),
    ],
)
def test_a_question_chooses_by_topic_days_and_office(question: str, expected: list[str]) -> None:
    assert asked(question) == expected


def test_a_question_without_a_topic_means_every_target() -> None:
    assert len(asked("有哪些指标")) == len(rows())


@pytest.mark.parametrize(
    ("period", "days"),
    [
        ("年底前", ("2022-01-01", "2022-12-31")),
        ("6月前", ("2022-01-01", "2022-05-31")),
        ("第三季度", ("2022-07-01", "2022-09-30")),
        ("7月", ("2022-07-01", "2022-07-31")),
    ],
)
def test_days_count_in_the_year_of_the_plan(period: str, days: tuple[str, str]) -> None:
    assert DaysNamed(period).days(2022) == days


def test_the_largest_is_told_for_each_unit_and_redacted_numbers_are_left_out() -> None:
    assert [v for v in values(filtering.largest(rows())) if "%" in v] == ["100%"]
    assert "×" not in "".join(values(filtering.largest(rows())))


def test_only_what_is_promised_for_a_day_to_come_is_open() -> None:
    opened = [row for row in rows() if filtering.is_open(row, date(2024, 7, 1))]
    assert values(opened) == ["500", "60%", "7月底前", "100%"]


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("500", "新增养老机构床位：500张，年底前"),
        ("60%", "护理型床位占比 ≥ 60%，年底前"),
        ("80", "资金：80万元"),
        ("7月底前", "婚姻档案电子化录入，7月底前（市民政局婚姻科）"),
    ],
)
def test_a_target_is_one_line(value: str, line: str) -> None:
    (row,) = [row for row in rows() if row.target.value == value]
    assert lines.line(row.target) == line


def test_words_that_stand_apart_in_a_text_are_found() -> None:
    assert says("培训养老护理人员", "养老护理员培训")
    assert not says("婚姻登记合格率", "婚姻介绍")
