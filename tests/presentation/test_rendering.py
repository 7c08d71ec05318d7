"""What an answer looks like when it is sent."""

from bot.messages import Statement
from bot.presentation.rendering import render, render_statement
from knowledge.plan import Citation
from tests.support.bot_fixtures import record, section


def cite(text: str, *path: str) -> Citation:
    return Citation(record(), section(text, *path), text)


def test_the_label_stands_before_the_stop() -> None:
    text = "完成500户。"
    assert render_statement(Statement(text, (cite(text),))) == "完成500户〔三8〕。"


def test_a_document_number_in_brackets_is_no_label() -> None:
    text = "落实云民发〔2025〕3号。"
    assert render_statement(Statement(text, (cite(text),))) == "落实云民发〔2025〕3号〔三8〕。"


def test_a_label_that_is_there_is_not_said_twice() -> None:
    text = "· 云溪市2025年 〔三8〕养老"
    assert render_statement(Statement(text, (cite("养老"),))) == text


def test_two_sections_have_two_labels_and_each_source_one_line() -> None:
    one, two = cite("甲。", "一"), cite("乙。", "二")
    text = render([Statement("甲和乙。", (one, two)), Statement("甲。", (one,))])
    assert text.splitlines()[:2] == ["甲和乙〔一〕〔二〕。", "甲〔一〕。"]
    assert text.count("〔一〕《") == 1


def test_the_bot_s_own_words_have_no_sources() -> None:
    assert render([Statement("到头了。")]) == "到头了。"
