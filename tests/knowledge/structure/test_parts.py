"""Annexes, glossaries, carried plans and the text between numbers stand under their own names."""

from knowledge.parsing import parse_plan
from knowledge.plan import Plan, Section

NOTICE = (
    "澜州市节水方案\n一、目标\n节水5%。\n二、措施\n1.巡查。\n2.宣传。\n附件：1.任务清单\n2.考核办法\n"
    "澜州市水务局\n2026年3月2日\n"
)
ANNEXES = (
    "附件1\n节水任务清单\n水厂 | 5% | 水务局\n附件2\n澜州市节水考核办法\n为做好考核，制定本办法。\n"
    "一、对象\n各乡镇。\n二、内容\n（一）组织。\n"
)
REPORT = (
    "政府工作报告\n各位代表：\n现在报告工作。\n一、回顾\n（一）治水。修渠5公里。\n（二）管水。建厂2座。\n"
    "各位代表！五年来，全县用水翻番。\n二、安排\n（一）修渠。清淤3公里。\n（1）干渠。\n（2）支渠。\n"
    "各位代表，民生为大。\n（二）建厂。新建1座。\n各位代表！让我们一起治水。\n各位代表！再见。\n"
)


def parse(text: str) -> Plan:
    return parse_plan(text, "a.txt")


def section(plan: Plan, label: str) -> Section:
    (found,) = [s for s in plan.sections if s.label == label]
    return found


def test_an_annex_has_its_name_its_title_and_its_opening() -> None:
    head = section(parse(NOTICE + ANNEXES), "第2部分·附件2")
    assert (head.path, head.heading) == (("附件2",), "澜州市节水考核办法")
    assert head.text == "为做好考核，制定本办法。"


def test_an_annex_without_numbers_stays_in_the_part_before() -> None:
    annex = section(parse(NOTICE + ANNEXES), "第1部分·附件1")
    assert (annex.part, annex.heading) == (1, "节水任务清单")
    only = parse(NOTICE + ANNEXES[: ANNEXES.index("附件2")])
    assert [s.label for s in only.sections] == ["一", "二", "二1", "二2", "附件1"]


def test_the_list_of_annexes_and_the_signature_stay_in_the_first_part() -> None:
    last = section(parse(NOTICE + ANNEXES), "第1部分·二2").whole_text
    assert last.endswith("附件：1.任务清单\n2.考核办法\n澜州市水务局\n2026年3月2日")


def test_a_list_of_annexes_below_its_heading_is_no_annex() -> None:
    plan = parse("节水通知\n一、目标\n节水5%。\n附件：\n1.任务清单\n2.考核办法\n澜州市水务局\n")
    assert [s.label for s in plan.sections] == ["一"]


def test_a_glossary_is_a_part() -> None:
    glossary = "相关术语：\n1.节水：少用水。\n2.再生水：回用水。\n"
    plan = parse("节水报告\n一、目标\n节水5%。\n二、措施\n" + glossary)
    assert [s.label for s in plan.sections][2:] == [
        "第2部分·相关术语",
        "第2部分·1",
        "第2部分·2",
    ]


def test_a_plan_that_a_notice_carries_begins_with_its_title() -> None:
    plan = parse(
        "关于节水的通知\n各区：\n一、高度重视。\n二、抓好落实。\n澜州市水务局\n2026年3月2日\n"
        "澜州市节水方案\n为节水，制定本方案。\n一、目标\n节水5%。\n二、措施\n巡查。\n"
    )
    head = section(plan, "第2部分·文首")
    assert (head.heading, head.text) == ("澜州市节水方案", "为节水，制定本方案。")
    assert section(plan, "第1部分·二").text.endswith("2026年3月2日")


def test_what_a_speech_says_between_its_numbers_stands_behind_them() -> None:
    plan = parse(REPORT)
    first, second = plan.sections[:4], plan.sections[4:]
    assert [s.label for s in first] == "一 一（一） 一（二） 一（二）后".split()
    labels = "二 二（一） 二（一）（1） 二（一）（2） 二（二） 二（二）后"
    assert [s.label for s in second] == labels.split()
    assert section(plan, "一（二）后").heading + section(plan, "一（二）后").stop == "各位代表！"
    assert section(plan, "二（一）（2）").whole_text.endswith("各位代表，民生为大。")
    assert section(plan, "二（二）后").text.endswith("各位代表！再见。")


def test_the_sections_that_report_are_marked() -> None:
    marked = [s.label for s in parse(REPORT).sections if s.looks_back]
    assert marked == ["一", "一（一）", "一（二）", "一（二）后"]
