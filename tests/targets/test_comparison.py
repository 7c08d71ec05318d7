"""The same metric across plans and years: matched, subtracted only where that is right."""

import pytest

from bot.assistant import Assistant
from bot.targets.comparison import changes, match_metrics, signed
from knowledge.plan import Target
from tests.support.bot_fixtures import ask
from tests.support.register_rows import rows_of_year

pytest_plugins = ("tests.support.bot_fixtures",)


def promise(value: str, unit: str) -> Target:
    return Target(
        part=None,
        path=("一",),
        quote=f"达到{value}{unit}",
        metric="指标",
        op="=",
        value=value,
        unit=unit,
        deadline=None,
        deadline_date=None,
        scope=None,
        office=None,
        kind="target",
        redacted=False,
    )


def matched(one: str, other: str) -> list[list[str]]:
    metrics = match_metrics([*rows_of_year(2024, one), *rows_of_year(2025, other)])
    return [[row.target.value for row in metric] for metric in metrics]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("新增养老床位300张。", "新增养老机构床位500张。", [["300", "500"]]),
        ("护理型床位占比达到61%。", "护理床位占比达到75%以上。", [["61%", "75%"]]),
        ("新增养老床位300张。", "建成公益性公墓2处。", [["300"], ["2"]]),
        (
            "城市低保标准达到900元/人·月，农村低保标准达到700元/人·月。",
            "农村低保标准达到800元/人·月，城市低保标准达到950元/人·月。",
            [["900", "950"], ["700", "800"]],
        ),
    ],
)
def test_metrics_are_matched_by_words_and_unit(
    one: str, other: str, expected: list[list[str]]
) -> None:
    assert matched(one, other) == expected


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (("600", "户"), ("800", "户"), "＋200户"),
        (("64%", "%"), ("50%", "%"), "－14个百分点"),
        (("5％", "％"), ("5.5％", "％"), "＋0.5个百分点"),
        (("90", "张"), ("90", "张"), "持平"),
        (("8", "万元"), ("10", "万元"), "＋2万元"),
        (("9500", "万元"), ("1.2", "亿元"), "＋2500万元"),
        (("400", "亿斤"), ("410", "亿斤"), "＋10亿斤"),
        (("5", "千米"), ("6", "千米"), "＋1千米"),
        (("5", "公里"), ("6500", "米"), "＋1500米"),
        (("860", "元/人·月"), ("900", "元/人·月"), "＋40元/人·月"),
    ],
)
def test_a_difference_is_written_as_people_do(
    first: tuple[str, str], last: tuple[str, str], text: str
) -> None:
    assert signed(promise(*first), promise(*last)) == text


async def test_years_are_compared_with_what_changed(sample_assistant: Assistant) -> None:
    reply = await ask(sample_assistant, "对比2023年和2025年的适老化改造指标")
    assert "· 云溪市2023年：困难老年人家庭适老化改造：600户" in reply.text
    assert "变化：600户→1000户（＋400户）〔二（一）6〕〔二（一）1〕" in reply.text


async def test_other_units_are_said_and_not_subtracted(sample_assistant: Assistant) -> None:
    reply = await ask(sample_assistant, "对比2023年和2025年的助餐补贴指标")
    assert "单位不同（元/餐、元），不作比较。" in reply.text


async def test_where_a_plan_prints_nothing_stands_a_dash(sample_assistant: Assistant) -> None:
    reply = await ask(sample_assistant, "对比2023年和2025年的养老指标", "第2页")
    assert "云溪市2025年：—" in reply.text
    assert "原文不符" not in reply.text


async def test_a_topic_without_targets_is_compared_in_sentences(
    sample_assistant: Assistant,
) -> None:
    reply = await ask(sample_assistant, "对比2023年和2025年的地名工作")
    assert "指标对比" not in reply.text


def said(one: str, other: str) -> str:
    """Return what is said of the change between two plans that print the same metric."""
    (metric,) = match_metrics([*rows_of_year(2024, one), *rows_of_year(2025, other)])
    return "".join(statement.text for statement in changes(metric))


@pytest.mark.parametrize(
    ("one", "other", "change"),
    [
        ("每个镇街备用金不低于8万元。", "每个镇街备用金不低于10万元。", "（＋2万元）"),
        ("粮食产量稳定在400亿斤。", "粮食产量稳定在410亿斤。", "（＋10亿斤）"),
        ("新修农村公路5千米。", "新修农村公路6千米。", "（＋1千米）"),
        ("新修农村公路5公里。", "新修农村公路5500米。", "（＋500米）"),
        ("服务业增加值达到9500万元。", "服务业增加值达到1.2亿元。", "（＋2500万元）"),
    ],
)
def test_a_difference_is_in_the_unit_that_is_printed(one: str, other: str, change: str) -> None:
    assert said(one, other).endswith(change)


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("城镇新增就业21万人。", "五年城镇新增就业500万人。", "期限不同"),
        ("城镇新增就业21万人。", "到2030年，城镇新增就业500万人。", "期限不同"),
        ("新增充电桩500千瓦。", "新增充电桩500个。", "单位不同"),
        ("补贴标准为每人每月50元。", "补贴标准为每人每年500元。", "单位不同"),
        ("培育龙头企业3-5家。", "培育龙头企业6家。", "区间"),
        ("救助困难群众×户。", "救助困难群众500户。", "隐去"),
    ],
)
def test_what_is_not_alike_says_why_there_is_no_difference(one: str, other: str, why: str) -> None:
    assert why in said(one, other)
