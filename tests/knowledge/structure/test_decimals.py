"""Decimal outlines, 1 → 1.1 → 1.1.1, alone and below 一、; and what only looks like one."""

import pytest

from knowledge.numbering import Style, read_step
from knowledge.parsing import parse_plan
from knowledge.structure.decimals import find_decimals

TITLE = "澜州市供水应急预案\n"


def outline(text: str) -> list[str]:
    return [" ".join(s.path) for s in parse_plan(TITLE + text, "a.txt").sections]


def labels(text: str) -> list[str]:
    return [s.label for s in parse_plan(TITLE + text, "a.txt").sections]


@pytest.mark.parametrize("chapter", ["{} {}", "{}. {}", "{}．{}", "{}、{}"])
def test_each_level_stands_whole_in_the_path(chapter: str) -> None:
    first, second = chapter.format(1, "总则"), chapter.format(2, "机构")
    text = (
        f"{first}\n1.1 目的\n保供水。\n1.1.1 每周检查2次。\n1.2依据\n{second}\n2.1 机构\n2.2 职责\n"
    )
    assert outline(text) == ["1", "1 1.1", "1 1.1 1.1.1", "1 1.2", "2", "2 2.1", "2 2.2"]
    assert labels(text) == ["1", "1.1", "1.1.1", "1.2", "2", "2.1", "2.2"]


def test_an_outline_below_a_chinese_number_is_named_with_it() -> None:
    text = (
        "一、水源\n1.1 原水\n1.1.1 检测110处。\n1.1.2 通报3次。\n1.2 备用水\n"
        "二、管网\n2.1 老管网\n2.2 水表\n"
    )
    assert labels(text) == "一 一1.1 一1.1.1 一1.1.2 一1.2 二 二2.1 二2.2".split()


def test_items_below_a_decimal_number_stand_apart() -> None:
    text = (
        "1 总则\n1.1 目的\n1）保供水。\n2）保水质。\n3）保水压。\n"
        "1.2 依据\n（1）条例。\n（2）规范。\n2 机构\n"
    )
    assert labels(text) == "1 1.1 1.1·1 1.1·2 1.1·3 1.2 1.2（1） 1.2（2） 2".split()


def test_a_second_outline_is_a_part_of_its_own() -> None:
    text = "1．基础\n1.1 渠道\n1.2 水厂\n2．保障\n2.1 队伍\n1．附录\n1.1 表格\n1.2 电话\n"
    assert labels(text)[-3:] == ["第2部分·1", "第2部分·1.1", "第2部分·1.2"]


@pytest.mark.parametrize(
    "text",
    [
        "一、修渠\n3.5万亩农田。\n12.75公里渠道。\n2.5\n",
        "一、修渠\n1.清淤。\n1.5公里以上的渠道全部护坡。\n2.护坡。\n",
        "一、修渠\n2025.3.11前完工。\n2.8-5米的渠道。\n",
    ],
)
def test_figures_at_the_start_of_a_line_are_no_outline(text: str) -> None:
    assert find_decimals(text) == []


def test_a_number_that_was_lost_breaks_no_outline() -> None:
    found = find_decimals("3.1标识\n3.3图片\n3.4 文件\n")
    assert [mark.step for mark in found] == ["3.1", "3.3", "3.4"]


def test_a_step_says_its_last_number_and_its_level() -> None:
    assert read_step("2.4.5") == (5, Style.DECIMAL_3)
    assert read_step("附件1") == (0, Style.HAN)
