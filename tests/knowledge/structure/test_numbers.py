"""Numbers that a person reads as numbers: without a stop, before a digit, glued to the text."""

import pytest

from knowledge.parsing import parse_plan
from knowledge.plan import Plan

TITLE = "澜州市2026年水务工作要点\n"


def parse(text: str) -> Plan:
    return parse_plan(TITLE + text, "a.txt")


def outline(text: str) -> list[str]:
    return [s.label for s in parse(text).sections]


@pytest.mark.parametrize(
    "items",
    [
        ("1.2015年以来的老渠优先改造。", "2.80岁以上用户上门服务。", "3.12345热线办结98%。"),
        ("1.5G网络覆盖水厂。", "2.110联动覆盖全市。", "3.3岁以下用水补贴。"),
        ("1.2015级学员；", "2.获得奖学金。", "3.身心健康。"),
    ],
)
def test_items_that_begin_with_a_digit_are_items(items: tuple[str, ...]) -> None:
    plan = parse("一、任务\n" + "\n".join(items) + "\n二、保障\n")
    assert [s.label for s in plan.sections] == ["一", "一1", "一2", "一3", "二"]
    printed = [f"{s.path[-1]}.{s.heading}{s.stop}{s.text}" for s in plan.sections[1:4]]
    assert printed == list(items)


@pytest.mark.parametrize("form", ["{}{}", "{} {}"])
def test_items_without_a_stop_are_items_in_a_row(form: str) -> None:
    items = "\n".join(
        form.format(i, text) for i, text in enumerate(("突破工艺", "建成水厂", "换好管网"), 1)
    )
    assert outline(f"一、任务\n{items}\n二、保障\n") == ["一", "一1", "一2", "一3", "二"]


@pytest.mark.parametrize(
    "lines",
    ["3个水厂投产。\n", "1座水厂。\n2座泵站。\n", "1 修渠 5 公里\n2 护坡 3 处\n3 换管 8 公里\n"],
)
def test_lines_that_count_are_no_items(lines: str) -> None:
    assert outline(f"一、任务\n{lines}二、保障\n") == ["一", "二"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("三、管水（省水利厅负责)四、实施节水行动依托园区。\n五、保障\n", "三 四 五"),
        (
            "一、统筹，保障发展1.加强统筹。建机制。\n2.强化支持。出政策。\n二、保障\n",
            "一 一1 一2 二",
        ),
        ("一、治水的品牌二、加速管水，推动发展\n三、保障\n", "一 二 三"),
        ("一、标准分两部分1.数据标准:以渠为主。2.平台标准:以厂为主。\n二、保障\n", "一 一1 一2 二"),
        ("一、任务\n1.修渠，成格局，2.护坡能力。护8公里。\n3.换管。\n", "一 一1 一2 一3"),
        (
            "第一条 渠归村管。\n第二条 由水务局负责解释第三条本办法自公布之日起施行。\n",
            "第一条 第二条 第三条",
        ),
    ],
)
def test_a_number_glued_to_the_text_before_it_is_found(text: str, expected: str) -> None:
    assert outline(text) == expected.split()


@pytest.mark.parametrize(
    "sentence",
    [
        "规模居全国第二，增速居第三。",
        "见附件（图2）和表（三）。",
        "按照第二条的规定办理。",
        "五统一、一开放，三网合一、多网合一。",
        "推进B1、Z2线建设。",
    ],
)
def test_what_is_only_named_is_no_number(sentence: str) -> None:
    assert outline(f"一、修渠\n（一）清淤。\n（二）护坡。{sentence}\n二、供水\n") == (
        "一 一（一） 一（二） 二".split()
    )


def test_a_first_item_behind_the_name_of_its_parent_keeps_its_level() -> None:
    assert outline(
        "一、意义\n（1）目的：1、关注水价。\n2、学习知识。\n（2）意义：推动发展。\n"
    ) == ("一 一（1） 一（1）1 一（1）2 一（2）".split())


def test_a_box_pushes_out_no_item_around_it() -> None:
    text = (
        "一、任务\n1.修渠。清淤5公里。\n专栏1渠道工程\n1.干渠。\n2.支渠。\n3.斗渠。\n"
        "2.供水。\n任务专栏2　水厂\n加快建设。\n3.节水。\n二、保障\n注：\n1.以公里计。\n三、落实\n"
    )
    assert outline(text) == "一 一1 一2 一3 二 三".split()


def test_page_numbers_alone_on_their_lines_are_no_text() -> None:
    filler = "推进河道整治和水库除险加固工作全面落实到位并且持续巩固提升\n" * 10
    last = "推进河道整治和水库除险加固工作，全面提升水厂，建成科技园"
    pages = "".join(f"{filler}{last}\n{n}\n区全面投产。\n" for n in range(1, 5))
    plan = parse("一、任务\n" + pages)
    assert [d.text for d in plan.dropped] == ["1", "2", "3", "4"]
    assert plan.sections[0].text.count("建成科技园区全面投产") == 4


def test_the_rows_of_a_table_are_no_page_numbers() -> None:
    rows = "".join(f"{n}\n修渠\n5公里\n" for n in range(1, 9))
    plan = parse(f"一、任务\n序号\n任务\n目标\n{rows}")
    assert (plan.dropped, plan.sections[0].text.count("修渠")) == ((), 8)
