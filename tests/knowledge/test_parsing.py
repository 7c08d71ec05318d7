import pytest

from knowledge.parsing import parse_plan
from knowledge.plan import Plan, Reading, Section

TITLE = "澜州市2025年水务工作要点\n"


def parse(text: str) -> Plan:
    return parse_plan(text, "lanzhou.txt")


def labels(plan: Plan) -> list[str]:
    return [section.label for section in plan.sections]


def section(plan: Plan, label: str) -> Section:
    (found,) = [s for s in plan.sections if s.label == label]
    return found


# Where sections begin


def test_headings_are_found_in_one_endless_line() -> None:
    plan = parse(
        "澜州市2025年水务工作要点全年办好三件实事。一、修好水渠。（一）整修干渠。清淤12公里。"
        "（二）整修支渠。清淤30公里。二、建好水厂。新建2座。三、管好水价。每吨不超过3.2元。"
    )
    assert labels(plan) == ["一", "一（一）", "一（二）", "二", "三"]
    assert (plan.metadata.title, plan.preamble) == (TITLE.strip(), "全年办好三件实事。")


def test_the_body_on_the_headings_own_line_is_told_apart() -> None:
    plan = parse(TITLE + "一、修好水渠。清淤12公里，改造泵站4座。\n二、建好水厂。新建2座。")
    first = section(plan, "一")
    assert (first.heading, first.stop, first.text) == (
        "修好水渠",
        "。",
        "清淤12公里，改造泵站4座。",
    )


def test_a_heading_on_its_own_line_has_no_stop() -> None:
    first = section(parse(TITLE + "一、修好水渠\n清淤12公里。\n"), "一")
    assert (first.heading, first.stop, first.text) == ("修好水渠", "", "清淤12公里。")


@pytest.mark.parametrize(
    "sentence",
    [
        "全年清淤干渠12公里。",
        "各区县水务站每月逐渠巡查并把发现的淤塞、渗漏、破损登记在册。",
        "年底前新建水厂2座；改造泵站4座",
    ],
)
def test_a_section_of_one_sentence_is_text(sentence: str) -> None:
    first = section(parse(f"{TITLE}一、{sentence}\n二、建好水厂\n新建2座。"), "一")
    assert (first.heading, first.text) == ("", sentence)


def test_arabic_numbers_may_run_on_across_parents() -> None:
    plan = parse(
        TITLE
        + "一、修渠\n1.清淤\n清12公里。\n2.护坡\n护8公里。\n二、供水\n3.建厂\n建2座。\n4.换管\n"
    )
    assert labels(plan) == ["一", "一1", "一2", "二", "二3", "二4"]
    assert plan.warnings == ()


def test_arabic_numbers_may_start_again_under_each_parent() -> None:
    plan = parse(TITLE + "一、修渠\n1．清淤\n2．护坡\n3．改闸\n二、供水\n1．建厂\n2．换管\n")
    assert labels(plan) == ["一", "一1", "一2", "一3", "二", "二1", "二2"]
    assert plan.warnings == ()


def test_a_first_part_without_its_number_is_kept() -> None:
    plan = parse(TITLE + "（一）清淤\n清12公里。\n（二）护坡\n护8公里。\n二、供水\n（一）建厂\n")
    assert labels(plan) == ["（一）", "（二）", "二", "二（一）"]
    assert plan.warnings == ("编号不连续：二，前面没有更小的编号",)


def test_a_speech_that_starts_again_has_parts() -> None:
    plan = parse(
        "在澜州市水务大会上的讲话\n同志们：\n一、成绩\n修了渠。\n二、不足\n缺了水。\n"
        "下面讲第二个问题。\n一、治水\n治好。\n二、节水\n节好。\n"
        "最后讲第三个问题。\n一、队伍\n带好。\n"
    )
    assert [(s.part, s.path) for s in plan.sections] == [
        (1, ("一",)),
        (1, ("二",)),
        (2, ("一",)),
        (2, ("二",)),
        (3, ("一",)),
    ]
    assert plan.sections[2].label == "第2部分·一"
    assert plan.warnings == ()


def test_a_plan_whose_numbering_starts_once_has_no_parts() -> None:
    plan = parse(TITLE + "一、修渠\n（一）清淤\n（二）护坡\n二、供水\n（一）建厂\n")
    assert {s.part for s in plan.sections} == {None}


def test_chapters_and_articles_are_sections() -> None:
    plan = parse(
        "澜州市渠道管护办法\n第一章 总则\n第一条 为管好渠道，制定本办法。\n第二条 渠道归村管。\n"
        "第二章 巡渠\n第三条 渠长每月巡渠一次，依照第二条登记。\n"
    )
    assert [s.path for s in plan.sections] == [
        ("第一章",),
        ("第一章", "第一条"),
        ("第一章", "第二条"),
        ("第二章",),
        ("第二章", "第三条"),
    ]


def test_four_levels_nest() -> None:
    plan = parse(
        TITLE + "一、修渠\n（一）清淤\n1.干渠\n（1）上段\n①机械\n②人工\n（2）下段\n2.支渠\n"
    )
    assert labels(plan) == [
        "一",
        "一（一）",
        "一（一）1",
        "一（一）1（1）",
        "一（一）1（1）①",
        "一（一）1（1）②",
        "一（一）1（2）",
        "一（一）2",
    ]


@pytest.mark.parametrize(
    "second", ["（二）护坡", "(二)护坡", "(二）护坡", "〔二〕护坡", "（ 二 ）护坡"]
)
@pytest.mark.parametrize("indent", ["", "\u3000\u3000", "\u00a0\u00a0", "\t ", " \u3000\u00a0 "])
def test_brackets_and_indents_of_any_kind_are_read(indent: str, second: str) -> None:
    plan = parse(f"{TITLE}一、修渠\n{indent}（一）清淤\n清12公里。\n{indent}{second}\n护8公里。\n")
    assert labels(plan) == ["一", "一（一）", "一（二）"]
    assert section(plan, "一（二）").heading == "护坡"


# What is no section


@pytest.mark.parametrize(
    "sentence",
    [
        "全市灌溉面积稳定在3.5万亩以上。",
        "供水量达到33.02万吨。",
        "2020年1月开工，2021年3月完工。",
        "于2025.3.11前报送。",
        "按照第（三）项的规定办理。",
        "见（一）和（二）所列渠段。",
        "统筹1.5亿元，分2、3两批下达。",
        "坚持一、二产业同步节水。",
        "落实三、四月份清淤计划。",
    ],
)
def test_a_number_in_running_text_is_not_a_heading(sentence: str) -> None:
    plan = parse(f"{TITLE}一、修渠\n{sentence}各区县抓好落实。\n二、供水\n新建水厂2座。")
    assert labels(plan) == ["一", "二"]
    assert sentence in section(plan, "一").text


def test_items_of_a_sentence_are_no_sections() -> None:
    plan = parse(f"{TITLE}一、修渠\n重点：①清淤5公里；②护坡3处。\n②两岸植树。\n二、供水\n")
    assert labels(plan) == ["一", "一②", "二"]


@pytest.mark.parametrize("sign", ["💡 ", "🏥️", "▶ ", "★"])
def test_a_sign_before_a_number_belongs_to_it(sign: str) -> None:
    plan = parse(f"{TITLE}{sign}一、修渠\n{sign}（一）清淤\n{sign}二、供水\n新建水厂2座。")
    assert labels(plan) == ["一", "一（一）", "二"]


def test_numbers_on_keys_are_numbers() -> None:
    plan = parse(f"{TITLE}一、修渠\n1️⃣清淤\n干渠5公里。\n2️⃣护坡\n3处。\n")
    assert labels(plan) == ["一", "一1", "一2"]


@pytest.mark.parametrize("line", ["3.5万亩农田", "33.02万吨水", "2020年1月开工", "2025.3.11"])
def test_a_figure_or_date_at_the_start_of_a_line_is_not_a_heading(line: str) -> None:
    assert labels(parse(f"{TITLE}一、修渠\n1.清淤\n2.护坡\n{line}。\n二、供水\n")) == [
        "一",
        "一1",
        "一2",
        "二",
    ]


def test_points_are_not_sections() -> None:
    plan = parse(
        TITLE + "一、修渠\n一是清淤。二是护坡。三是改闸。\n一要早动手。二要快完工。\n二、供水\n"
    )
    assert labels(plan) == ["一", "二"]
    assert section(plan, "一").text == "一是清淤。二是护坡。三是改闸。\n一要早动手。二要快完工。"


def test_redacted_figures_are_kept() -> None:
    plan = parse("××市20××年水务工作要点\n一、修渠。清淤××公里，投入×万元。\n二、供水。\n")
    assert section(plan, "一").text == "清淤××公里，投入×万元。"


def test_a_section_that_begins_a_page_is_found_and_knows_its_page() -> None:
    text = "澜州市2025年要点\n一、修渠。清淤干渠。\n二、管水。巡查水库。\n三、节水。开展宣传。"
    starts = (0, text.index("二、"), text.index("开展"))
    plan = parse_plan(Reading(text, (), starts), "a.pdf")
    assert [(s.label, s.page, s.text) for s in plan.sections] == [
        ("一", 1, "清淤干渠。"),
        ("二", 2, "巡查水库。"),
        ("三", 2, "开展宣传。"),
    ]
    assert parse_plan(text, "a.txt").sections[0].page is None
