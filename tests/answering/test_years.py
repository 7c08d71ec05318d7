"""Plans of more than one year: a report on one with the plan for the next, and one for a period."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from bot.answering.years_printed import part_of
from bot.assistant import Assistant
from bot.messages import Message, Reply, Status, final_reply
from bot.understanding.years_named import title_years
from knowledge.library import Library
from knowledge.plan import Metadata, PlanRecord, Role
from knowledge.search.embedding import Embedder
from tests.support.bot_fixtures import ACCESS, ask
from tests.support.source_files import source_from_bytes

pytest_plugins = ["tests.support.bot_fixtures"]

BOTH = """洮平县民政局2022年工作总结及2023年工作计划

2022年工作总结
一、公墓建设
建成公墓3处。受用地手续影响，还有4处没有开工。
二、低保
农村低保标准为每人每年5200元。

2023年工作计划
一、公墓建设
建成公墓7处。
二、低保
农村低保标准提高到每人每年5600元。

洮平县民政局
2023年1月5日
"""
PERIOD = """岭南区养老护理三年行动方案（2024—2026年）
一、目标
到2024年底，护理床位占比达到51%、护理员达到220人；到2025年底，分别达到56%和260人；到2026年底，分别达到61%和300人。
二、办法
每季度通报一次进展。（责任科室：养老服务科）
岭南区民政局
2024年2月1日
"""


@pytest.fixture(scope="module")
def library(
    bundled_embedder: Embedder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Library]:
    with Library(tmp_path_factory.mktemp("years") / "data", bundled_embedder) as opened:
        for name, text in (("both.txt", BOTH), ("period.txt", PERIOD)):
            opened.add(source_from_bytes(name, text.encode()))
        yield opened


@pytest.fixture(scope="module")
def assistant(library: Library) -> Assistant:
    return Assistant(library, ACCESS)


def of(title: str, year: int | None = None, kind: str | None = None) -> PlanRecord:
    return PlanRecord("a", 1, "a.txt", Metadata(title, year=year, kind=kind))


@pytest.mark.parametrize(
    ("record", "years"),
    [
        (of("2022年工作总结及2023年工作计划"), {2022, 2023}),
        (of("行动方案（2024—2026年）"), {2024, 2025, 2026}),
        (of("“十四五”养老规划"), {2021, 2022, 2023, 2024, 2025}),
        (of("政府工作报告", 2025, "政府工作报告"), {2024, 2025}),
        (of("养老工作要点", 2025, "要点"), set()),
    ],
)
def test_a_title_says_which_years_a_plan_covers(record: PlanRecord, years: set[int]) -> None:
    assert title_years(record) == years


def test_the_title_is_that_of_both_years_and_each_part_has_its_own(library: Library) -> None:
    record = library.find("both.txt", Role.STAFF)
    assert record.title == "洮平县民政局2022年工作总结及2023年工作计划"
    assert [part_of(record, year, library) for year in (2022, 2023, 2024)] == [1, 2, None]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("洮平2022年公墓建了几处", "建成公墓3处"),
        ("洮平23年公墓要建几处", "建成公墓7处"),
        ("洮平县2023年农村低保一年多少钱", "5600元"),
        ("洮平2022年总结第二条讲什么", "5200元"),
        ("洮平2023年计划第二条讲什么", "5600元"),
        ("洮平的公墓为啥建得慢", "受用地手续影响"),
        ("岭南区2025年护理床位占比要到多少", "2025年底，分别达到56%"),
        ("岭南进展多久通报一次", "每季度通报一次"),
        ("岭南的进展通报归哪个科室管", "养老服务科"),
    ],
)
async def test_a_question_is_answered_from_its_year(
    assistant: Assistant, question: str, said: str
) -> None:
    reply = await ask(assistant, question)
    assert reply.status is Status.ANSWERED
    assert said in reply.text


async def say(assistant: Assistant, *texts: str) -> Reply:
    replies = [
        await final_reply(assistant.reply, Message("wecom:zhang", texts[0], text)) for text in texts
    ]
    return replies[-1]


async def test_a_follow_up_asks_for_another_year_of_the_period(assistant: Assistant) -> None:
    reply = await say(assistant, "岭南24年护理床位占比要到多少", "那26年呢")
    assert "到2026年底，分别达到61%和300人" in reply.text
    before = await say(assistant, "洮平2023年建几处公墓", "那去年呢")
    assert "建成公墓3处" in before.text


async def test_a_year_outside_the_period_is_said_to_be_missing(assistant: Assistant) -> None:
    reply = await ask(assistant, "岭南区2029年护理床位占比要到多少")
    assert (reply.status, "没有2029年的文件" in reply.text) == (Status.NOT_FOUND, True)


async def test_a_plan_s_records_stay_as_they_were(library: Library) -> None:
    years = {r.file: r.metadata.year for r in library.records(Role.STAFF)}
    assert years == {"both.txt": 2022, "period.txt": 2024}


async def test_last_year_counts_from_the_year_asked_before(library: Library) -> None:
    """Asked in 2023, 去年 alone is 2022; after a question about 2022 it is the year before that."""
    assistant, today = Assistant(library, ACCESS), date(2023, 6, 1)
    for text in ("洮平2023年建几处公墓", "那去年呢"):
        message = Message("wecom:li", "li", text, today=today)
        reply = await final_reply(assistant.reply, message)
    assert "建成公墓3处" in reply.text
    after = await final_reply(assistant.reply, replace(message, text="那前一年呢"))
    assert "2021年" in after.text
    assert after.status is Status.NOT_FOUND
