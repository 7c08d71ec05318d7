"""A question in its conversation: what stays with the section cited last, and what leaves it."""

import re

import pytest

from bot.assistant import Assistant
from bot.messages import Status
from bot.wording import answers as wording
from tests.support.bot_fixtures import ask, cited

pytest_plugins = ["tests.support.bot_fixtures"]

SECTION = "2024年三（四）"


@pytest.mark.parametrize(
    ("question", "says"),
    [("谁去回访", "由社工回访1次"), ("几月装完", "9月底前"), ("坏了怎么办", "免费更换")],
)
async def test_a_follow_up_to_a_section_is_asked_of_that_section(
    sample_assistant: Assistant, question: str, says: str
) -> None:
    reply = await ask(sample_assistant, SECTION, question)
    assert says in reply.text
    assert cited(reply) == [("yunxi-2024.txt", "三（四）")]


async def test_what_the_section_does_not_say_is_said_to_be_missing(
    sample_assistant: Assistant,
) -> None:
    reply = await ask(sample_assistant, SECTION, "谁牵头")
    assert reply.status is Status.NOT_FOUND
    assert wording.IN_CHARGE in reply.text
    assert cited(reply) == [("yunxi-2024.txt", "三（四）")]


async def test_another_subject_leaves_the_section(sample_assistant: Assistant) -> None:
    reply = await ask(sample_assistant, SECTION, "2024年集体颁证办几场")
    assert cited(reply) == [("yunxi-2024.txt", "六（二）")]


async def test_the_whole_section_is_shown_on_demand(sample_assistant: Assistant) -> None:
    reply = await ask(sample_assistant, "2024年夜灯一户装几盏", "全文")
    assert cited(reply) == [("yunxi-2024.txt", "三（四）")]
    assert "灯具损坏的在质保期内免费更换" in reply.text


@pytest.mark.parametrize("question", ["第几条写的", "出处呢", "写在哪里"])
async def test_where_it_stands_is_said_again(sample_assistant: Assistant, question: str) -> None:
    reply = await ask(sample_assistant, "2024年夜灯一户装几盏", question)
    assert reply.text.startswith(wording.STANDS_IN)
    assert cited(reply) == [("yunxi-2024.txt", "三（四）")]


@pytest.mark.parametrize(
    ("before", "question", "says"),
    [
        ("2024年城市低保多少", "农村的呢", "745元"),
        ("2024年集体颁证办几场", "辅导呢", "1000人次"),
        ("银发夜灯装多少户", "几月底装完", "9月底前"),
        ("24年社区慈善基金要到多少只", "农村要占几只", "20只"),
    ],
)
async def test_a_follow_up_stays_with_the_year_that_answered(
    sample_assistant: Assistant, before: str, question: str, says: str
) -> None:
    reply = await ask(sample_assistant, before, question)
    assert says in reply.text
    assert {file for file, _ in cited(reply)} == {"yunxi-2024.txt"}


async def test_a_chain_of_years_keeps_its_subject(sample_assistant: Assistant) -> None:
    reply = await ask(sample_assistant, "2025年助餐点总数多少", "24年呢", "23年的呢")
    assert "120个" in reply.text
    assert cited(reply) == [("yunxi-2023.txt", "二（一）7")]


async def test_several_questions_are_answered_in_their_order(sample_assistant: Assistant) -> None:
    reply = await ask(sample_assistant, "2025年城市低保多少？敬老院改造几所？养老顾问啥时候配？")
    assert re.search("895元.*3所.*6月底前", reply.text, re.DOTALL)
    labels = [label for _, label in cited(reply)]
    assert labels == ["一（一）1", "二（二）1", "二（一）4"]
    assert reply.text.count("出处：") == 1


async def test_questions_that_one_section_answers_get_one_answer(
    sample_assistant: Assistant,
) -> None:
    reply = await ask(sample_assistant, "23年护理员培训多少人次；持证率多少；技能比武几月办")
    assert all(figure in reply.text for figure in ("1200人次", "75%", "9月"))
    assert cited(reply) == [("yunxi-2023.txt", "二（二）11")]
    assert "问：" not in reply.text


async def test_one_of_several_questions_may_find_nothing(sample_assistant: Assistant) -> None:
    reply = await ask(sample_assistant, "2025年公墓建几处？量子计算机房建几间？")
    assert reply.status is Status.ANSWERED
    assert "3处" in reply.text
    assert wording.NOTHING_FOUND[:1] in reply.text.partition("量子计算机房")[2]


async def test_more_than_the_year_before_is_a_comparison(sample_assistant: Assistant) -> None:
    reply = await ask(sample_assistant, "25年重残护理补贴多少", "比去年多多少")
    assert all(figure in reply.text for figure in ("126元", "118元"))
