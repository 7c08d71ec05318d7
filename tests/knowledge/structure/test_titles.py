"""The title as a person finds it: by its place, its size, and the word for a kind of document."""

import pytest

from knowledge.parsing import parse_plan
from knowledge.plan import Metadata, Plan, Reading
from knowledge.structure.title_lines import kind_of

BODY = "一、修渠\n清淤12公里。\n二、供水\n新建水厂2座。\n"


def parse(text: str, given: Metadata | None = None) -> Plan:
    return parse_plan(text, "lanzhou.txt", given)


@pytest.mark.parametrize(
    ("head", "title"),
    [
        (
            "澜州市水务局\n关于召开2026年度节水会议的\n通 知\n",
            "澜州市水务局关于召开2026年度节水会议的通知",
        ),
        ("关于做好2026年“清渠行动”工作\n的 通 知\n", "关于做好2026年“清渠行动”工作的通知"),
        ("澜州市水务\n“十五五”专项\n规 划\n", "澜州市水务“十五五”专项规划"),
        (
            "直饮水设备生产企业及产品准入\n管理指南（试行）\n(征求意见稿)\n",
            "直饮水设备生产企业及产品准入管理指南（试行）(征求意见稿)",
        ),
        (
            "澜州市支持节水园区建设等\n\n奖补政策实施细则\n",
            "澜州市支持节水园区建设等奖补政策实施细则",
        ),
        ("节水产品标准体系建设指南\n（2022 版）\n", "节水产品标准体系建设指南（2022版）"),
        ("澜州市水务局局长办公会议纪要\n", "澜州市水务局局长办公会议纪要"),
        (
            "澜州市水务局\n关于节水的通告\n根据《节水条例》的有关规定，现通告如下：\n",
            "澜州市水务局关于节水的通告",
        ),
        (
            "关于解决水厂资金的请示\n市人民政府：\n按照《澜州市水务规划》要求，现请示如下：\n",
            "关于解决水厂资金的请示",
        ),
        ("关于同意建设水厂的批复\n南山区水务局：\n", "关于同意建设水厂的批复"),
        (
            "澜州市水厂建设项目申报书\n基本情况\n水厂2座，总投资3000万元\nA 主管部门意见\n",
            "澜州市水厂建设项目申报书",
        ),
        (
            "水务局对“关于建设水厂，提高供水能力的建议”的答复\n",
            "水务局对“关于建设水厂，提高供水能力的建议”的答复",
        ),
        ("关于提高供水标准和管网制度建设的实施意见\n", "关于提高供水标准和管网制度建设的实施意见"),
    ],
)
def test_the_title_is_found_whole(head: str, title: str) -> None:
    assert parse(head + BODY).metadata.title == title


@pytest.mark.parametrize(
    "head",
    [
        "各省、自治区、直辖市及计划单列市水利厅（局）：\n现就节水通知如下。\n",
        "为贯彻落实《澜州市水务发展规划》和《节水条例》精神，制定本方案。\n",
        "根据我市2026年水厂建设计划，水厂拟于7月开工，现函告如下：\n",
        "为切实发挥标准对节水工作的支撑作用，制定本指南。\n",
        "总体要求\n坚持节水优先，全年清淤12公里，新建水厂2座，并做好管护工作。\n",
    ],
)
def test_a_piece_of_a_sentence_is_no_title(head: str) -> None:
    plan = parse(head + BODY)
    assert (plan.metadata.title, plan.dropped) == ("lanzhou", ())
    assert plan.preamble == head.strip()


def test_the_letterhead_goes_and_what_stands_below_stays() -> None:
    plan = parse(
        "澜州市水务局文件\n澜水〔2026〕3号\n关于印发《澜州市“清渠行动”实施办法》\n的通知\n"
        f"各区水务局：\n现印发给你们。\n{BODY}"
    )
    assert plan.metadata.title == "澜州市“清渠行动”实施办法"
    assert plan.preamble.splitlines()[1:3] == ["关于印发《澜州市“清渠行动”实施办法》", "的通知"]
    assert [(d.text, d.why) for d in plan.dropped] == [("澜州市水务局文件", "红头")]


def test_a_notice_names_the_title_that_is_set_in_several_lines() -> None:
    plan = parse(
        "各区水务部门：\n《澜州渠道中心、澜州水厂中心服务资源供给办法（V1.0）》已经审议通过，现印发给你们。\n"
        "澜州市水务局\n2026年3月9日\n澜州渠道中心\n澜州水厂中心\n服务资源供给办法（V1.0）\n" + BODY
    )
    assert plan.metadata.title == "澜州渠道中心澜州水厂中心服务资源供给办法（V1.0）"
    assert (plan.metadata.date, plan.dropped) == ("2026-03-09", ())


def test_what_is_set_in_large_type_is_the_title() -> None:
    text = f"澜州市水务局\n2026年水厂这样建\n各区：\n现将任务下达如下。\n{BODY}"
    assert parse(text).metadata.title == "lanzhou"
    large = parse_plan(Reading(text, large=("2026年水厂这样建",)), "lanzhou.pdf")
    assert large.metadata.title == "2026年水厂这样建"


def test_another_title_of_plans_toml_leaves_the_printed_one_in_the_text() -> None:
    plan = parse("澜州市水务工作要点\n全年办好两件事。\n" + BODY, Metadata(title="水务要点"))
    assert plan.metadata.title == "水务要点"
    assert plan.preamble == "澜州市水务工作要点\n全年办好两件事。"


def test_nothing_above_a_title_that_counts_or_tells_is_dropped() -> None:
    plan = parse("基本情况：水厂2座。\n各区县水务部门：\n澜州市2025年水务工作要点\n" + BODY)
    assert plan.dropped == ()
    assert plan.preamble == "基本情况：水厂2座。\n各区县水务部门："


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("澜州市水务应急预案", "应急预案"),
        ("关于水价的函", "函"),
        ("水务办法（试行）（征求意见稿）", "办法"),
    ],
)
def test_the_kind_is_the_longest_word_at_the_end(title: str, kind: str) -> None:
    assert kind_of(title) == kind
