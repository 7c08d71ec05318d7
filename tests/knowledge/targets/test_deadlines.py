"""Printed deadlines and their dates."""

import pytest

from knowledge.targets.clauses import read_sentences
from knowledge.targets.deadlines import deadline_date, find_deadlines


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("年底前", "2022-12-31"),
        ("年内", "2022-12-31"),
        ("全年", "2022-12-31"),
        ("2025年", "2025-12-31"),
        ("2025年底", "2025-12-31"),
        ("明年6月底前", "2023-06-30"),
        ("7月底前", "2022-07-31"),
        ("2月底前", "2022-02-28"),
        ("9月前", "2022-08-31"),
        ("6月15日前", "2022-06-15"),
        ("十月中旬前", "2022-10-20"),
        ("上半年", "2022-06-30"),
        ("三季度", "2022-09-30"),
        ("“十四五”末", "2025-12-31"),
        ("三年内", None),
        ("2-3年", None),
        ("×月底前", None),
        ("春节前", None),
    ],
)
def test_a_deadline_has_its_last_day(text: str, day: str | None) -> None:
    assert deadline_date(text, 2022) == day


def test_without_a_year_only_a_printed_year_gives_a_date() -> None:
    assert deadline_date("年底前", None) is None
    assert deadline_date("2025年底前", None) == "2025-12-31"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("确保在2022年底前实现覆盖。", ["2022年底前"]),
        ("6月底前完成摸排，年底前建成。", ["6月底前", "年底前"]),
        ("力争三年内全部达标。", ["三年内"]),
        ("2-3年实现全覆盖。", ["2-3年"]),
        ("2022年挂牌率100%。", ["2022年"]),
        ("每月20日前发放补贴。", []),
        ("每人全年不少于6次。", []),
        ("自7月1日起执行新标准。", []),
        ("组织参加2022年全国考试。", []),
        ("2020年已建成40个。", []),
        ("开展三年行动。", []),
    ],
)
def test_deadlines_are_found_where_something_ends(line: str, found: list[str]) -> None:
    (sentence,) = read_sentences(line)
    assert [d.text for d in find_deadlines(sentence, 2022)] == found
