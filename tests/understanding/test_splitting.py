"""A message with several questions is cut into them, and nothing else is."""

import pytest

from bot.understanding.splitting import split_questions


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        ("城市低保多少？敬老院改几所？", ["城市低保多少？", "敬老院改几所？"]),
        ("夜灯装几户，还有助餐点建几个", ["夜灯装几户", "助餐点建几个"]),
        ("1.夜灯几户 2.公墓几处 3、啥时候完成", ["夜灯几户", "公墓几处", "啥时候完成"]),
        ("夜灯装多少户，公墓建几处", ["夜灯装多少户", "公墓建几处"]),
        ("培训多少人次；持证率多少\n比武几月办", ["培训多少人次", "持证率多少", "比武几月办"]),
        ("夜灯去年装了几户今年装几户", ["夜灯去年装了几户", "今年装几户"]),
        ("领导要看。低保多少？特困多少？", ["领导要看。低保多少？", "特困多少？"]),
    ],
)
def test_each_question_stands_alone(message: str, questions: list[str]) -> None:
    assert list(split_questions(message)) == questions


@pytest.mark.parametrize(
    "message",
    [
        "低保多少",
        "城里低保一个月多少，涨了几个点",
        "上级要来检查，帮我看看消防怎么要求的，我好对着写自查",
        "云溪24年、25年低保各多少",
        "增幅是3.5%还是2.1%",
        "三（四）讲什么",
        "2025年低保是900元，对吧？",
        "",
    ],
)
def test_one_question_stays_whole(message: str) -> None:
    assert len(split_questions(message)) <= 1


@pytest.mark.parametrize("message", ["夜灯几户？公墓几处？", "低保多少；特困多少，还有助餐呢"])
def test_nothing_of_a_message_is_lost(message: str) -> None:
    together = "".join(split_questions(message))
    assert all(word in together for word in ("几户", "几处") if word in message)
    assert all(word in together for word in ("低保", "特困", "助餐") if word in message)
