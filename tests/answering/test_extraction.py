"""Answers made of the plan's own sentences, found by a real search."""

import re

import pytest

from bot.answering.extraction import extract, shorten
from bot.answering.features import Reader
from bot.answering.routing import answer
from bot.messages import Answer, Status
from bot.understanding.request import Request, understand
from knowledge.library import Library
from knowledge.plan import Role

pytest_plugins = ["tests.support.bot_fixtures"]


def read(question: str, library: Library) -> Request:
    return understand(question, (), library.records(Role.STAFF))


def answer_of(question: str, library: Library) -> Answer:
    return answer(read(question, library), library)


@pytest.mark.parametrize(
    ("question", "label", "figure"),
    [
        ("2025年居家适老化改造多少户", "二（一）1", "1000户"),
        ("2024年独居老人加装感应夜灯多少户", "三（四）", "1200户"),
        ("2023年城市低保标准是多少", "一（一）1", "825元"),
        ("2025年家庭养老床位新建几张", "二（一）3", "550张"),
        ("2024年护理员持证率要达到百分之几", "三（七）", "80%"),
        ("2025年公益性公墓新建几处", "五（一）", "3处"),
        ("2023年什么时候补录完婚姻档案", "五21", "10月底前"),
    ],
)
def test_the_sentence_with_the_figure_answers(
    sample_library: Library, question: str, label: str, figure: str
) -> None:
    found = answer_of(question, sample_library)
    assert found.status is Status.ANSWERED
    assert figure in found.statements[0].text
    assert [c.section.label for c in found.statements[0].citations] == [label]


@pytest.mark.parametrize(
    "question",
    ["2025年居家适老化改造多少户", "2024年怎么做老年助餐", "2023年谁来当暑期辅导员"],
)
def test_every_sentence_is_quoted_word_for_word_from_the_section_it_cites(
    sample_library: Library, question: str
) -> None:
    found = answer_of(question, sample_library)
    quotes = [(s.text, c) for s in found.statements for c in s.citations]
    assert quotes
    for text, citation in quotes:
        assert citation.quote in text
        assert citation.quote in citation.section.whole_text


@pytest.mark.parametrize("question", ["2025年怎么做老年助餐", "2024年溪暖叩门怎么做"])
def test_an_answer_stays_in_one_section_and_keeps_the_printed_order(
    sample_library: Library, question: str
) -> None:
    found = answer_of(question, sample_library)
    (section,) = {c.section for s in found.statements for c in s.citations}
    places = [section.whole_text.find(s.text) for s in found.statements]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "question",
    [
        "2025年量子计算机房怎么建",
        "2024年地铁三号线几时通车",
        pytest.param(
            "2023年网络带宽多少兆",
            marks=pytest.mark.xfail(strict=True, reason="the preamble is quoted, not refused"),
        ),
    ],
)
def test_a_subject_that_no_plan_has_is_not_found(sample_library: Library, question: str) -> None:
    assert answer_of(question, sample_library).status is Status.NOT_FOUND


def test_a_figure_that_is_not_printed_is_said_to_be_missing_next_to_the_nearest_sentence(
    sample_library: Library,
) -> None:
    found = answer_of("2025年养老顾问每月补贴多少钱", sample_library)
    assert found.status is Status.NOT_FOUND
    assert "没有" in found.statements[0].text
    assert not re.search(r"\d", found.statements[0].text)


def test_a_figure_that_is_blacked_out_is_said_to_be_so(office_library: Library) -> None:
    found = answer_of("讲话里说去年救助困难群众多少户", office_library)
    assert found.status is Status.ANSWERED
    said = "".join(s.text for s in found.statements)
    assert "没有公布具体数字" in said or "××户" in said
    assert not re.search(r"\d+户", said)


def test_no_evidence_is_no_answer(sample_library: Library) -> None:
    request = read("2025年居家适老化改造多少户", sample_library)
    found = extract(Reader(request, sample_library), ()).answer
    assert (found.status, found.statements) == (Status.NOT_FOUND, ())


LONG = (
    "全市要把适老化改造作为头等民生实事来办，先评估、再设计、后施工，"
    "床边扶手、防滑地面、坐式淋浴、感应夜灯等项目由老人自己挑选，完工以后逐户进行验收，"
    "全年募集慈善款物5，600万元，对不满意的要返工，费用由施工单位承担，资金按月拨付，"
    "年底前城市低保标准提高到895元/人·月，农村低保标准提高到800元/人·月，"
    "城乡差距由115元缩小到95元，差额在8月底前补发到户，各区县要提前备足资金，不得拖欠。"
)


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("城市低保标准多少", "895元"),
        ("适老化改造怎么做", "适老化改造"),
        ("募集多少款物", "5，600万元"),
    ],
)
def test_a_long_sentence_is_cut_between_clauses_around_what_answers(
    sample_library: Library, question: str, kept: str
) -> None:
    request = read(question, sample_library)
    text = shorten(Reader(request, sample_library), LONG)
    pieces = [piece for piece in text.split("……") if piece]
    assert len(text) < len(LONG)
    assert kept in text
    assert all(piece in LONG for piece in pieces)


def test_a_short_sentence_is_left_whole(sample_library: Library) -> None:
    request = read("低保标准多少", sample_library)
    sentence = "城市低保标准提高到895元/人·月，农村低保标准提高到800元/人·月。"
    assert shorten(Reader(request, sample_library), sentence) == sentence
