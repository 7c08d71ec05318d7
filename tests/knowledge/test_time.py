"""Which times a text prints, from which day to which, and when two are the same."""

from datetime import date

import pytest

from knowledge.time import Edge, TimeKind, TimeSpan, read_times, same_time

YEAR = 2022
TODAY = date(2024, 12, 5)


def read(text: str, year: int | None = YEAR) -> TimeSpan:
    (time,) = read_times(text, year)
    return time


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025年", "2025-01-01", "2025-12-31"),
        ("２０２５年", "2025-01-01", "2025-12-31"),
        ("二〇二五年", "2025-01-01", "2025-12-31"),
        ("今年", "2022-01-01", "2022-12-31"),
        ("去年", "2021-01-01", "2021-12-31"),
        ("明年6月底前", None, "2023-06-30"),
        ("年底前", None, "2022-12-31"),
        ("今年年底前", None, "2022-12-31"),
        ("年内", "2022-01-01", "2022-12-31"),
        ("年底", "2022-12-01", "2022-12-31"),
        ("7月", "2022-07-01", "2022-07-31"),
        ("2月底前", None, "2022-02-28"),
        ("9月前", None, "2022-08-31"),
        ("6月15日前", None, "2022-06-15"),
        ("十月中旬前", None, "2022-10-20"),
        ("上半年", "2022-01-01", "2022-06-30"),
        ("第三季度", "2022-07-01", "2022-09-30"),
        ("前三季度", "2022-01-01", "2022-09-30"),
        ("国庆节前", None, "2022-09-30"),
        ("“十四五”期末", "2025-12-01", "2025-12-31"),
        ("“十五五”时期", "2026-01-01", "2030-12-31"),
        ("到2030年", None, "2030-12-31"),
        ("2030年前", None, "2030-12-31"),
        ("2025—2027年", "2025-01-01", "2027-12-31"),
        ("2025年至2027年", "2025-01-01", "2027-12-31"),
        ("6—9月", "2022-06-01", "2022-09-30"),
        ("2024年6月至9月", "2024-06-01", "2024-09-30"),
        ("6月1日至30日", "2022-06-01", "2022-06-30"),
        ("2024年12月至2025年3月", "2024-12-01", "2025-03-31"),
        ("自7月1日起", "2022-07-01", None),
        ("2020年以来", "2020-01-01", None),
        ("汛期前", None, None),
        ("春节前", None, None),
        ("×月底前", None, None),
        ("三年内", None, None),
        ("每月20日前", None, None),
    ],
)
def test_a_time_covers_these_days(text: str, first: str | None, last: str | None) -> None:
    found = read(text)
    days = (found.first, found.last)
    assert tuple(day.isoformat() if day else None for day in days) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "年均培训500人次",
        "青年中心",
        "5年级学生",
        "6月龄以上",
        "近年来",
        "云政发〔2024〕12号",
        "每年不少于2次",
        "每月5次",
        "文明年度人物",
        "以前年度结余",
    ],
)
def test_other_words_are_no_times(text: str) -> None:
    assert read_times(text, YEAR) == ()


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("下个月到期的", "2025-01-01", "2025-01-31"),
        ("本月要交的", "2024-12-01", "2024-12-31"),
        ("上季度完成", "2024-07-01", "2024-09-30"),
        ("24年的标准", "2024-01-01", "2024-12-31"),
        ("二三年的标准", "2023-01-01", "2023-12-31"),
        ("2023低保标准", "2023-01-01", "2023-12-31"),
        ("去年的标准", "2023-01-01", "2023-12-31"),
        ("月底前", None, "2024-12-31"),
        ("上半年完成", "2024-01-01", "2024-06-30"),
    ],
)
def test_what_people_say_counts_from_a_day(text: str, first: str | None, last: str) -> None:
    (found,) = read_times(text, today=TODAY)
    days = (found.first, found.last)
    assert tuple(day.isoformat() if day else None for day in days) == (first, last)


def test_a_number_with_a_unit_is_no_year() -> None:
    assert read_times("2024户要改造", today=TODAY) == ()


def test_a_plan_says_no_24年() -> None:
    assert read_times("24年的标准", YEAR) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("6月底前", "6月30日前"),
        ("6月底前", "2022年6月底前"),
        ("年底前", "2022年底"),
        ("二〇二五年", "2025年"),
        ("到2030年", "2030年"),
        ("上半年", "6月底前"),
        ("春节前", "春节前"),
    ],
)
def test_the_same_time_in_other_words(one: str, other: str) -> None:
    assert same_time(read(one), read(other))
    assert same_time(read(other), read(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("6月底前", "9月底前"),
        ("2025年", "2026年"),
        ("年底前", "2023年底前"),
        ("2025—2027年", "2026—2027年"),
        ("6月", "6月30日"),
        ("春节前", "汛期前"),
        ("三年内", "五年内"),
        ("自7月1日起", "自1月1日起"),
        ("每月20日前", "每月10日前"),
    ],
)
def test_another_time_is_not_the_same(one: str, other: str) -> None:
    assert not same_time(read(one), read(other))


def test_without_a_year_days_are_compared_within_any_year() -> None:
    assert same_time(read("6月底前", None), read("2022年6月底前", None))
    assert not same_time(read("今年", None), read("2023年", None))


@pytest.mark.parametrize(
    ("text", "edge"),
    [
        ("年底前", Edge.BEFORE),
        ("年底", Edge.END),
        ("年内", Edge.WITHIN),
        ("到2030年", Edge.UNTIL),
        ("自7月1日起", Edge.SINCE),
        ("2025年", Edge.WHOLE),
    ],
)
def test_the_side_that_is_meant(text: str, edge: Edge) -> None:
    assert read(text).edge is edge


def test_a_time_knows_its_years_and_its_place() -> None:
    text = "力争到2030年建成，2025—2027年改造"
    until, period = read_times(text)
    assert (until.years, period.years) == ((2030,), (2025, 2026, 2027))
    assert text[until.start : until.end] == "2030年"
    assert period.kind is TimeKind.PERIOD
