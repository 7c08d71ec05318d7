"""What of a text is no section of the plan, and what a person is warned of."""

import pytest

from knowledge.parsing import parse_plan
from knowledge.plan import Dropped, Plan, Reading, Section
from knowledge.text import squeeze

TITLE = "澜州市2025年水务工作要点\n"


def parse(text: str) -> Plan:
    return parse_plan(text, "lanzhou.txt")


def labels(plan: Plan) -> list[str]:
    return [section.label for section in plan.sections]


def section(plan: Plan, label: str) -> Section:
    (found,) = [s for s in plan.sections if s.label == label]
    return found


WEB_LINES = (
    "本文系原创投稿，仅供学习参考，请勿照搬照抄！",
    "澜文库整理，咨询QQ20250311",
    "扫码关注我们，领取更多范文",
    "上一篇：澜州市水价方案",
    "【打印本页】【关闭窗口】",
    "来源：澜文库",
    "发布时间：2025-03-11",
    "返回顶部",
)


@pytest.mark.parametrize("line", WEB_LINES)
def test_web_lines_around_a_plan_are_dropped_with_a_reason(line: str) -> None:
    plan = parse(f"{line}\n{TITLE}一、修渠\n清淤12公里。\n二、供水\n新建水厂2座。\n{line}\n")
    assert [(d.text, bool(d.why)) for d in plan.dropped] == [(line, True)] * 2
    assert (plan.preamble, section(plan, "二").text) == ("", "新建水厂2座。")


@pytest.mark.parametrize("line", WEB_LINES)
def test_no_line_between_two_sections_is_dropped(line: str) -> None:
    plan = parse(f"{TITLE}一、修渠\n清淤12公里。\n{line}\n二、供水\n新建水厂2座。\n")
    assert plan.dropped == ()
    assert section(plan, "一").text == f"清淤12公里。\n{line}"


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


def test_pages_that_nobody_read_are_warned_of() -> None:
    unread = Dropped("第2、3页", "是扫描图片，需要先安装识别组件：pip install x")
    plan = parse_plan(Reading(TITLE + "一、修渠\n二、供水\n", (unread,)), "a.pdf")
    assert plan.warnings == ("第2、3页是扫描图片，需要先安装识别组件：pip install x",)


@pytest.mark.parametrize(
    ("text", "why", "is_warned_of"),
    [
        ("首页\n政务公开\n互动交流\n" * 20, "网页的页眉和导航", False),
        ("各区县要抓紧清淤，做好记录，" * 9 + "。", "网页的页眉和导航", True),
        ("各区县要抓紧清淤，做好记录，" * 9 + "。", "修订中删去的文字", False),
        ("— 1 —\n" * 40, "页码", False),
    ],
)
def test_only_what_may_be_text_of_the_plan_counts_as_lost(
    text: str, why: str, is_warned_of: bool
) -> None:
    body = TITLE + "一、修渠\n清淤12公里。\n二、供水\n"
    plan = parse_plan(Reading(body, (Dropped(text, why),)), "a.html")
    assert any("的字符，其余见 dropped" in w for w in plan.warnings) is is_warned_of
    assert plan.chars == plan.kept + len(squeeze(text))


def test_a_letterhead_in_a_text_is_no_loss() -> None:
    plan = parse("澜州市水务局文件\n澜水〔2025〕7号\n" + TITLE + "一、修渠\n二、供水\n")
    assert [(d.text, d.why) for d in plan.dropped] == [("澜州市水务局文件", "红头")]
    assert plan.warnings == ()
