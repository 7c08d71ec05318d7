"""Lines that a margin broke are whole again; what stands on its own line stays so."""

import pytest

from knowledge.parsing import parse_plan
from knowledge.structure.cleaning.contents import contents
from knowledge.structure.cleaning.wrapping import join_broken_lines

LONG = (
    "推进河道整治和水库除险加固工作全面落实到位并且持续巩固提升，年底前完成全部渠道清淤任务12公里。"
)


def wrap(text: str, width: int) -> list[str]:
    return [text[i : i + width] for i in range(0, len(text), width)]


@pytest.mark.parametrize("width", [18, 22, 26, 35])
def test_paragraphs_are_joined_at_any_margin(width: int) -> None:
    wrapped = wrap(LONG, width)
    lines = ["一、总体要求", *wrapped, "二、重点任务", *wrapped * 4]
    assert join_broken_lines(lines, "@")[:3] == ["一、总体要求", LONG, "二、重点任务"]


def test_wide_rows_and_latin_words_do_not_hide_the_margin() -> None:
    text = "推进5G+智能化应用，建设IoT平台，整合API接口128个，全年线上服务12万人次，覆盖各县区。"
    rows = ["序号 | 任务 | 目标 | 责任单位 | 完成时限 | 备注 | 说明 | 牵头领导 | 联系方式"] * 3
    lines = [*wrap(text, 21), *wrap(LONG, 20), *wrap(LONG, 20), *rows]
    assert join_broken_lines(lines, "@")[0] == text


def test_headings_above_their_text_are_not_joined() -> None:
    lines = ["主要目标", LONG, "重点工作和保障措施", LONG]
    assert join_broken_lines(lines, "@") == lines


def test_a_number_that_a_line_ends_in_goes_on() -> None:
    lines = ["推进数据资源整合共享，规模居全国第", "二。东部地区进展更快。"]
    assert join_broken_lines(lines, "@") == [
        "推进数据资源整合共享，规模居全国第二。东部地区进展更快。"
    ]


CONTENTS = ["目 录", "一、总体要求", "二、重点任务", "三、保障措施"]


def test_the_contents_end_where_their_text_begins() -> None:
    body = ["前言", LONG, "一、总体要求", LONG, "二、重点任务", LONG, "三、保障措施", LONG]
    assert list(contents([*CONTENTS, *body])) == [0, 1, 2, 3, 4]
    dotted = [CONTENTS[0], *(f"{entry}........{i}" for i, entry in enumerate(CONTENTS[1:], 1))]
    assert list(contents([*dotted, *body])) == [0, 1, 2, 3]


def test_a_text_whose_lines_do_not_come_again_has_no_contents() -> None:
    assert contents(["目录", "水厂", "泵站", LONG]) == ()


@pytest.mark.parametrize("end", ["联系电话：0143-62327140", "附件：任务清单", "相关报道："])
def test_a_line_of_a_few_words_at_the_end_breaks_nothing_off(end: str) -> None:
    plan = parse_plan(f"澜州市节水方案\n一、目标\n{LONG}\n二、措施\n{LONG}\n{end}\n", "a.txt")
    assert not any("不完整" in warning for warning in plan.warnings)
