"""Offices are found by what they end with, and in the short forms of those that are known."""

import pytest

from knowledge.names.offices import (
    are_offices,
    find_offices,
    leading_office,
    own_name,
    same_office,
    split_offices,
)

KNOWN = ("云溪市卫生健康委员会", "云溪市人民政府办公室", "云溪市大数据局")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("教育局牵头", ["教育局"]),
        ("卫健委今年", ["卫生健康委员会"]),
        ("市政府办发的", ["政府办公室"]),
        ("大数据局说5个", ["大数据局"]),
        ("由市民政局牵头，市财政局配合", ["民政局", "财政局"]),
        ("省住房和城乡建设厅、市场监管局", ["住房和城乡建设厅", "市场监管局"]),
        ("科技部那个意见", ["科技部"]),
    ],
)
def test_an_office_is_found(text: str, found: list[str]) -> None:
    assert [office.name for office in find_offices(text, KNOWN)] == found


@pytest.mark.parametrize(
    "text", "全部 干部 总部 主办 学院 新发展格局 布局 超算中心 党委 村委 一部分 客厅 东部".split()
)
def test_a_word_that_ends_alike_is_none(text: str) -> None:
    assert find_offices(text, KNOWN) == ()


def test_an_office_that_does_something_is_told_from_one_that_issued_it() -> None:
    assert [o.in_charge for o in find_offices("教育局牵头，归民政局")] == [True, True]
    assert [o.in_charge for o in find_offices("教育局的要点")] == [False]


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("卫健委", "云溪市卫生健康委员会", True),
        ("工信局", "工业和信息化局", True),
        ("住建厅", "云溪省住房和城乡建设厅", True),
        ("残联", "云溪市残疾人联合会", True),
        ("市政府办", "云溪市人民政府办公室", True),
        ("体育局", "教育体育局", False),
        ("民政局", "民政部", False),
    ],
)
def test_offices_are_the_same_in_short_forms(a: str, b: str, same: bool) -> None:
    assert same_office(a, b) is same is same_office(b, a)


def test_a_level_belongs_to_a_name_only_as_a_word() -> None:
    assert own_name("市场监管局") == "市场监管局"
    assert own_name("县市场监管局") == "市场监管局"
    assert own_name("市政府") == "市政府"


def test_a_title_begins_with_its_author() -> None:
    assert leading_office("云溪市教育局关于食堂的意见") == "云溪市教育局"
    assert leading_office("云溪市教育局2025年工作要点") == "云溪市教育局"
    assert leading_office("云溪市食堂工作要点") == ""


def test_a_facility_is_no_author() -> None:
    assert leading_office("云溪算力中心建设方案") == leading_office("智慧社会建设规划") == ""


@pytest.mark.parametrize(
    ("said", "whole"),
    [
        ("市民政局、团市委", True),
        ("市残联牵头，市妇联配合", True),
        ("各县区、各有关部门", True),
        ("各县区负责", True),
        ("含市本级", False),
        ("市民政局、每年", False),
    ],
)
def test_a_note_is_told_from_an_aside(said: str, whole: bool) -> None:
    assert are_offices(said) is whole


def test_a_note_holds_offices() -> None:
    said = "市民政局牵头，市财政局、团市委等配合"
    assert split_offices(said) == ("市民政局", "市财政局", "团市委")
