"""Plans as the web, OCR and editors leave them -> the sections of the whole plan."""

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.text import squeeze
from tests.support.outlines import outline, parse, text_of
from tests.support.places import PLANS

CLEAN = """临川县2025年交通工作要点
一、抓项目
（一）国省道。改造12公里。
（二）农村公路。新改建80公里。
二、抓安全
1.整治隐患。排查30处。
2.严查超限。
三、抓服务
"""
PATHS = "一 一（一） 一（二） 二 二1 二2 三".split()


def each(text: str, *swaps: str) -> str:
    for old, new in zip(swaps[::2], swaps[1::2], strict=True):
        assert old in text
        text = text.replace(old, new)
    return text


COPIES = {
    "typed commas of a stroke": each(CLEAN, "一、", "一丶", "二、", "二丶", "三、", "三､"),
    "a comma behind brackets": each(CLEAN, "（一）", "（一）、", "（二）", "（二）、"),
    "numbers in one character": each(
        CLEAN, "（一）", "㈠", "（二）", "㈡", "1.整", "⒈整", "2.严", "⒉严"
    ),
    "opening brackets lost": each(CLEAN, "（一）", "一）", "（二）", "二）"),
    "closing brackets lost": each(CLEAN, "（一）", "（一", "（二）", "(二"),
    "doubled brackets": each(CLEAN, "（一）", "（（一））", "（二）", "（二））"),
    "square brackets": each(CLEAN, "（一）", "【一】", "（二）", "〔二〕"),
    "dashes for 一": each(CLEAN, "一、", "—、", "（一）", "（—）"),
    "letters for 1": each(CLEAN, "1.整", "l．整"),
    "stops for commas": each(CLEAN, "一、", "一。", "二、", "二。", "三、", "三。"),
    "colons for commas": each(CLEAN, "一、", "一：", "二、", "二：", "三、", "三："),
    "blanks for commas": each(CLEAN, "一、", "一　", "二、", "二 ", "三、", "三  "),
    "blanks everywhere": each(CLEAN, "一、", "一 、 ", "（二）", "（ 二 ） ", "1.", "1 . "),
    "Markdown": each(
        CLEAN,
        "一、抓项目",
        "## 一、抓项目",
        "（一）国省道。",
        "- **（一）国省道。** ",
        "2.",
        "> 2\\.",
    ),
    "entities": each(CLEAN, "一、", "&nbsp;&nbsp;一、", "（一）", "&emsp;（一）"),
    "tags": each(
        CLEAN, "一、抓项目", "<p>一、抓项目</p>", "三、", '<br/><span class="a">三、</span>'
    ),
    "stars before numbers": each(CLEAN, "1.整", "★1.整", "2.严", "☆ 2.严"),
    "unseen characters": each(CLEAN, "临川", "\u200b临川", "一、", "\ufeff一、"),
    "numbers on lines of their own": each(CLEAN, "一、", "一、\n", "（一）", "（一）\n"),
    "one line": CLEAN.replace("\n", ""),
    "one line with blanks": CLEAN.replace("\n", " "),
    "blank lines": CLEAN.replace("\n", "\n\n"),
    "contents without a heading": each(
        CLEAN, "一、抓项目\n", "一、抓项目 1\n二、抓安全  3\n三、抓服务 5\n一、抓项目\n"
    ),
    "a contents with dots": each(
        CLEAN, "一、抓项目\n", "一、抓项目……1\n二、抓安全……3\n三、抓服务……5\n一、抓项目\n"
    ),
    "an item behind its parent": each(CLEAN, "抓安全\n1.", "1."),
    "page numbers": each(CLEAN, "二、", "— 1 —\n二、", "三、", "2/8\n三、"),
    "the title on each page": each(
        CLEAN,
        "二、",
        "临川县2025年交通工作要点 第1页\n二、",
        "三、",
        "临川县2025年交通工作要点 第2页\n三、",
    ),
}


# What copying does to a whole plan, by name.
NUMBER = r"(?m)^([ \u3000]*)"
HAN = "([一二三四五六七八九十]+)"


def swap(pattern: str, by: str) -> Callable[[str], str]:
    return lambda text: re.sub(pattern, by, text)


def wrapped(width: int, first: str = "", others: str = "") -> Callable[[str], str]:
    def wrap(text: str) -> str:
        lines = []
        for paragraph in text.splitlines():
            rest = first + paragraph.strip()
            while len(rest) > width:
                lines.append(rest[:width])
                rest = others + rest[width:]
            lines.append(rest)
        return "\n".join(lines)

    return wrap


def broken_anywhere(text: str) -> str:
    chance, lines = random.Random(3), []
    for paragraph in text.splitlines():
        rest = paragraph.strip()
        while len(rest) > 40:
            width = chance.randint(24, 38)
            lines.append(rest[:width])
            rest = rest[width:]
        lines.append(rest)
    return "\n".join(lines)


WAYS: dict[str, Callable[[str], str]] = {
    "in one line": swap(r"\s*\n\s*", ""),
    "in one line with blanks": swap(r"\s*\n\s*", " "),
    "with blank lines": swap("\n", "\n\n"),
    "colons": swap(f"{NUMBER}{HAN}、", r"\1\2："),
    "blanks": swap(f"{NUMBER}{HAN}、", r"\1\2 "),
    "no opening brackets": swap(f"{NUMBER}[（(]{HAN}[）)]", r"\1\2）"),
    "no closing brackets": swap(f"{NUMBER}[（(]{HAN}[）)]", r"\1（\2"),
    "dashes": swap(rf"{NUMBER}([（(]?)一([、）)])", r"\1\2—\3"),
    "letters": swap(rf"{NUMBER}1([.．、])(?!\d)", r"\1l\2"),
    "blanks around dots": swap(rf"{NUMBER}(\d+)[.．]", r"\1\2 . "),
    "indents of a site": swap(NUMBER, "&nbsp;&nbsp;"),
    "paragraphs of a site": swap(r"(?m)^(.*)$", r"<p>\1</p>"),
    "bold sentences": swap(
        r"(?m)^((?:[（(]?[一二三四五六七八九十\d]+[）)、.．]).{0,30}?。)", r"**\1**"
    ),
    "wrapped with indents": wrapped(30, "　　"),
    "wrapped flush": wrapped(38),
    "wrapped and hanging": wrapped(34, "", "    "),
    "broken anywhere": broken_anywhere,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("file", sorted(PLANS.glob("*.txt")), ids=lambda file: file.stem)
def test_a_whole_plan_copied_badly_keeps_its_sections(file: Path, way: str) -> None:
    text = file.read_text(encoding="utf-8")
    before, after = (
        [(s.part, s.path, squeeze(s.whole_text)[:6]) for s in parse(copy).sections]
        for copy in (text, WAYS[way](text))
    )
    assert after == before


@pytest.mark.parametrize("copy", COPIES)
def test_a_bad_copy_has_the_sections_of_the_plan(copy: str) -> None:
    plan = parse(COPIES[copy])
    assert outline(plan) == PATHS
    assert plan.metadata.title == "临川县2025年交通工作要点"
    assert plan.warnings == ()


@pytest.mark.parametrize(
    "head",
    [
        "首页 | 范文大全 | 工作计划\n当前位置：首页 > 范文\n",
        "索引号：0143/2025-12\n发文机关：临川县交通运输局\n成文日期：2025年2月28日\n标题：临川县要点\n",
    ],
)
def test_what_a_site_prints_above_is_no_preamble(head: str) -> None:
    plan = parse(head + CLEAN)
    assert (plan.preamble, outline(plan)) == ("", PATHS)


def test_what_a_site_says_of_a_plan_is_its_metadata() -> None:
    said = (
        "发文机关：临川县交通运输局\n发布日期：2025-03-02\n"
        "成文日期：2025年2月28日\n文号：临交发〔2025〕5号\n"
    )
    metadata = parse(said + CLEAN).metadata
    assert (metadata.issuer, metadata.date) == ("临川县交通运输局", "2025-02-28")
    assert metadata.doc_number == "临交发〔2025〕5号"


def test_what_a_site_prints_below_is_no_section() -> None:
    foot = "相关阅读\n临川县2024年交通工作要点\n版权所有：临川县人民政府 赣ICP备05001234号\n"
    assert text_of(parse(CLEAN + foot), "三") == "抓服务"


@pytest.mark.parametrize(
    "line",
    [
        "更多公文写作资料请加微信abc12345",
        "文秘帮 www.example.com",
        "欢迎访问某某范文网 http://www.example.com/a",
        "https://www.example.com/a/1.html",
        "免责声明：本文来自网络，版权归原作者所有",
        "首页 > 政务公开 > 计划总结",
        "编辑：小岚  审核：老周",
        "点个“在看”再走吧",
    ],
)
def test_what_a_site_prints_above_and_below_is_dropped(line: str) -> None:
    plan = parse(f"{line}\n{CLEAN}{line}\n")
    assert (outline(plan), [d.text for d in plan.dropped]) == (PATHS, [line, line])


@pytest.mark.parametrize(
    "line", ["网上报名地址见县政府网站。", "开通微信：办事更快", "建设智慧公交网"]
)
def test_words_of_sites_in_a_plan_are_kept(line: str) -> None:
    assert parse(each(CLEAN, "三、抓服务", f"三、抓服务\n{line}")).dropped == ()


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("2 0 2 5 年 民 政 工 作 要 点\n", "2025年民政工作要点"),
        ("临 川 县 民 政 局\n2025 年 工 作 要 点\n", "临川县民政局2025年工作要点"),
        ("临川县民政局\n关于2025年养老服务的意见\n", "临川县民政局关于2025年养老服务的意见"),
        (
            "关于加快推进全县普惠型\n养老服务体系建设的意见\n",
            "关于加快推进全县普惠型养老服务体系建设的意见",
        ),
        ("2025年民政工作要點\n", "2025年民政工作要點"),
        ("第一篇：2025年民政工作要点\n", "2025年民政工作要点"),
    ],
)
def test_a_title_is_put_together(head: str, title: str) -> None:
    plan = parse(head + "一、养老\n二、救助\n")
    assert (plan.metadata.title, plan.preamble, plan.warnings) == (title, "", ())


@pytest.mark.parametrize(
    "line",
    [
        "二、三产业同步发展",
        "一、四季度各开展一次",
        "三）项所列渠段除外",
        "（三农问题",
        "三：七分成",
        "一 般公共预算",
    ],
)
def test_a_line_that_only_looks_like_a_number_is_text(line: str) -> None:
    plan = parse(each(CLEAN, "三、抓服务", f"三、抓服务\n今年要做好。\n{line}"))
    assert outline(plan) == PATHS


def test_a_number_left_out_inside_a_line_is_warned_of() -> None:
    plan = parse("2025年农业工作要点 一、稳粮。播种32万亩。二、增收。四、改革。五、保障。")
    assert outline(plan) == ["一", "二", "四", "五"]
    assert plan.warnings == ("编号不连续：四，前一个是二",)


def test_a_part_that_begins_again_inside_a_line_is_a_part() -> None:
    plan = parse(
        "在大会上的讲话 一、成绩。修了渠。二、不足。缺水。下面讲打算。一、治水。二、节水。"
    )
    assert outline(plan) == ["1一", "1二", "2一", "2二"]


def test_a_first_number_that_was_lost_loses_no_other() -> None:
    assert outline(parse("工作要点\n党建。\n二：治水\n三：节水\n四：防汛\n")) == ["二", "三", "四"]


def test_a_list_that_a_margin_broke_is_no_heading() -> None:
    plan = parse(each(CLEAN, "三、抓服务", "三、抓服务\n实施第一、\n二、第三批项目。"))
    assert outline(plan) == PATHS
