import random
import re
from collections import Counter

import pytest
from conftest import SAMPLES

from knowledge.numbering import Style, step
from knowledge.parsing import parse_plan, squeeze
from knowledge.plan import Plan, Reading, Section

TITLE = "澜州市2025年水务工作要点\n"


CALLED_BY_ITS_FILE = "lanzhou"


def parse(text: str) -> Plan:
    return parse_plan(text, f"{CALLED_BY_ITS_FILE}.txt")


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


# What is left out, and what is warned of


@pytest.mark.parametrize(
    "line",
    [
        "本文系原创投稿，仅供学习参考，请勿照搬照抄！",
        "澜文库整理，咨询QQ20250311",
        "扫码关注我们，领取更多范文",
        "上一篇：澜州市水价方案",
        "【打印本页】【关闭窗口】",
        "来源：澜文库",
        "发布时间：2025-03-11",
        "返回顶部",
    ],
)
def test_web_lines_are_dropped_with_a_reason(line: str) -> None:
    plan = parse(f"{TITLE}一、修渠\n清淤12公里。\n{line}\n二、供水\n新建水厂2座。\n")
    assert [(d.text, bool(d.why)) for d in plan.dropped] == [(line, True)]
    assert section(plan, "一").text == "清淤12公里。"


def test_the_navigation_above_the_title_is_dropped() -> None:
    plan = parse("首页 政务公开 互动交流\n" + TITLE + "一、修渠\n清淤12公里。\n")
    assert [d.text for d in plan.dropped] == ["首页 政务公开 互动交流"]
    assert plan.metadata.title == TITLE.strip()


def test_a_bookmark_of_the_word_processor_is_dropped() -> None:
    plan = parse(TITLE + "[bookmark: _GoBack]全年办好两件事。\n一、修渠\n二、供[bookmark: 2]水\n")
    assert [d.text for d in plan.dropped] == ["[bookmark: _GoBack]", "[bookmark: 2]"]
    assert plan.preamble == "全年办好两件事。"
    assert section(plan, "二").heading == "供水"


@pytest.mark.parametrize(
    "line", ["（二）办好水务微信公众号。每月推送12条。", "二、开通水费扫码缴纳", "2.公众号"]
)
def test_a_numbered_section_is_no_advertising_whatever_it_names(line: str) -> None:
    plan = parse(f"{TITLE}一、修渠\n（一）清淤\n1.上段\n{line}\n")
    assert plan.dropped == ()
    assert len(plan.sections) == 4


def test_the_signature_stays_in_the_last_section() -> None:
    plan = parse(
        TITLE + "一、修渠\n清淤12公里。\n二、供水\n新建2座。\n澜州市水务局\n2025年3月11日\n"
    )
    assert section(plan, "二").text == "新建2座。\n澜州市水务局\n2025年3月11日"


def test_a_text_that_breaks_off_is_warned_of() -> None:
    body = "各区县水务站要把渠道清淤、护坡加固、闸门更换三项任务逐一落到村组" * 3 + "，力争到年"
    plan = parse(f"{TITLE}一、修渠\n清淤12公里。\n二、供水\n{body}")
    assert plan.warnings == ("全文可能不完整，结尾停在“到村组，力争到年”",)


def test_a_text_without_numbers_is_preamble_and_warned_of() -> None:
    plan = parse(TITLE + "全年清淤12公里。\n新建水厂2座。\n")
    assert (plan.sections, plan.preamble) == ((), "全年清淤12公里。\n新建水厂2座。")
    assert plan.warnings == ("没有找到任何编号的条款，全文按文首处理",)


def test_a_gap_is_kept_and_warned_of() -> None:
    plan = parse(TITLE + "一、修渠\n清淤12公里。\n三、供水\n新建2座。\n")
    assert labels(plan) == ["一", "三"]
    assert plan.warnings == ("编号不连续：三，前一个是一",)


def test_repeats_are_kept_warned_of_and_told_apart() -> None:
    plan = parse(TITLE + "一、修渠\n（一）清淤\n（二）护坡\n（二）改闸\n二、供水\n二、节水\n")
    assert [(s.label, s.heading, s.occurrence) for s in plan.sections[2:]] == [
        ("一（二）", "护坡", 1),
        ("一（二）", "改闸", 2),
        ("二", "供水", 1),
        ("二", "节水", 2),
    ]
    assert plan.warnings == ("编号重复：一（二） 改闸", "编号重复：二 节水")
    assert len({s.key for s in plan.sections}) == len(plan.sections)


def test_much_dropped_text_is_warned_of() -> None:
    plan = parse(TITLE + "一、修渠\n清淤12公里。\n" + "澜文库整理，咨询QQ20250311\n" * 3)
    assert plan.warnings == (
        f"只保留了 {100 * plan.kept / plan.chars:.1f}% 的字符，其余见 dropped",
    )


# Nothing is lost

SPACES = ["", "", "\n", "\n\n", "\n\u3000\u3000", "\n\u00a0 ", "\r\n\t"]
SENTENCES = (
    "清淤干渠12公里，改造泵站4座。 新建水厂2座；换管3.5公里； 供水33.02万吨， 2020年1月开工。 "
    "按照第（三）项办理。 见（一）。 一是早动手。二是快完工。 一要严，二要实。 ××万元投入到位！ "
    "“两个清单”全覆盖。” 责任单位：水务局 农户每亩补贴80元 [bookmark:_a1] 1.5万亩 （此件公开） "
    "第二款 五、六月份 ①② 第十条 3） 澜州市水务局 二〇二五年三月十一日"
).split(" ")
NOISE = ["咨询QQ20250311", "扫码关注我们", "来源：澜文库", "上一篇：澜州市水价方案"]
HEADS = [
    "",
    TITLE,
    "　　澜州市2025年水务工作要点",
    "首页 政务公开\n澜水〔2025〕7号\n关于印发《2025年要点》的通知\n各区县：\n请抓好落实。\n"
    "澜州市水务局\n2025年3月11日\n" + TITLE,
    "在澜州市水务大会上的讲话\n（2025年3月）\n同志们：\n",
]
NUMBER_SPACES = ["", "", " ", "\u3000"]


def printed(chance: random.Random, style: Style, value: int) -> str:
    """A number as offices and their web sites print it."""
    canonical = step(style, value)
    forms = [canonical]
    if style is Style.HAN:
        forms = [canonical + stop for stop in "、．.，"]
    elif style is Style.ARABIC:
        forms = [canonical + stop for stop in ".．、)）"]
    elif style in (Style.HAN_PAREN, Style.ARABIC_PAREN):
        forms = [canonical, f"({canonical[1:-1]})", f"（ {canonical[1:-1]} )"]
    return chance.choice(forms)


def random_text(seed: int) -> str:
    chance = random.Random(seed)
    pieces, counts = [chance.choice(HEADS)], Counter[Style]()
    for _ in range(chance.randint(3, 60)):
        style = chance.choice(list(Style))
        counts[style] = chance.choice([counts[style] + 1] * 6 + [1, counts[style] + 2])
        number = printed(chance, style, min(counts[style], 20))
        heading = chance.choice(["", "整修渠道", "建好水厂。", "加快推进灌区节水改造与水价改革"])
        body = chance.choices(SENTENCES, k=chance.randint(0, 6))
        pieces += [chance.choice(SPACES), number, chance.choice(NUMBER_SPACES), heading]
        pieces += [chance.choice(SPACES), chance.choice(["", "", " "]).join(body)]
        if chance.random() < 0.1:
            pieces.append(f"\n{chance.choice(NOISE)}\n")
    return "".join(pieces)


def numbers_of(text: str, plan: Plan) -> str:
    """What is left of a text when everything that the plan holds is taken out of it, in order."""
    for dropped in plan.dropped:
        assert dropped.text in text
        text = text.replace(dropped.text, "", 1)
    rest, numbers = squeeze(text), ""
    for part in reversed(plan.sections):
        own = squeeze(part.heading + part.stop + part.text)
        assert rest.endswith(own)
        rest = rest[: len(rest) - len(own)]
        number = re.search(rf"(?:{NUMBER_FORMS[part.path[-1]]})$", rest)
        assert number
        rest, numbers = rest[: number.start()], number[0] + numbers
    title = plan.metadata.title if plan.metadata.title != CALLED_BY_ITS_FILE else ""
    assert Counter(rest) == Counter(squeeze(title + plan.preamble))
    return numbers


def _forms(style: Style, value: int) -> str:
    canonical = step(style, value)
    if style in (Style.HAN_PAREN, Style.ARABIC_PAREN):
        return rf"[（(〔]{canonical[1:-1]}[）)〕]"
    return canonical + {Style.HAN: "[、．.，,]", Style.ARABIC: "[、.．)）]"}.get(style, "")


NUMBER_FORMS = {
    step(style, value): _forms(style, value) for style in Style for value in range(1, 51)
}


@pytest.mark.parametrize("seeds", [range(at, at + 20) for at in range(0, 200, 20)])
def test_nothing_is_lost(seeds: range) -> None:
    for seed in seeds:
        text = random_text(seed)
        plan = parse(text)
        numbers = numbers_of(text, plan)
        lost = sum(len(squeeze(d.text)) for d in plan.dropped)
        assert (plan.chars, plan.kept) == (len(squeeze(text)), len(squeeze(text)) - lost)
        assert plan.sections == () or numbers


@pytest.mark.parametrize("file", sorted(SAMPLES.glob("*.txt")), ids=lambda file: file.name)
def test_the_samples_are_read_whole_and_without_a_warning(file) -> None:
    text = file.read_text(encoding="utf-8")
    plan = parse_plan(text, file.name)
    assert numbers_of(text, plan)
    assert (plan.warnings, plan.dropped) == ((), ())
    assert plan.kept == plan.chars == len(squeeze(text))


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
