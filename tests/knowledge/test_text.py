"""One normal form of text with its places, and the pieces it is cut into."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text import STOPS, clauses, read_text, sentences, split_sentences

MARKS = "，。；：！？（）“”《》、,.;:!?() \n\t\u3000①Ⅳ㎡½５％ＡＢ—～１2万元户"


@given(st.text(alphabet=MARKS + "养老床位") | st.text())
def test_the_normal_form_is_as_long_as_print(text: str) -> None:
    assert len(read_text(text).plain) == len(text)


@given(st.text(alphabet=MARKS))
def test_sentences_are_the_whole_text(text: str) -> None:
    assert "".join(span.of(text) for span in sentences(text)) == text
    assert "".join(split_sentences(text)) == text


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("５０％", "50%"),
        ("1,200户,其中:东区", "1,200户，其中：东区"),
        ("8:30开始;结束", "8:30开始；结束"),
        ("2025—2027年", "2025-2027年"),
        ("3～5户", "3~5户"),
        ("元／人•月", "元/人·月"),
        ("1∶4000", "1:4000"),
        ("①5个", "①5个"),  # no 15个
        ("100㎡", "100㎡"),
        ("占比\u300050\xa0%", "占比 50 %"),
    ],
)
def test_one_normal_form(printed: str, plain: str) -> None:
    assert read_text(printed).plain == plain


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("新增3个。共5个！", ["新增3个。", "共5个！"]),
        ("（含1处。）共2处", ["（含1处。）", "共2处"]),
        ("第一行\n第二行", ["第一行\n", "第二行"]),
        ("甲；乙。", ["甲；乙。"]),
    ],
)
def test_a_sentence_ends_at_its_stop_or_line(text: str, pieces: list[str]) -> None:
    assert [span.of(text) for span in sentences(text)] == pieces


def test_a_piece_to_quote_ends_at_semicolons_too() -> None:
    assert [span.of("甲；乙。") for span in sentences("甲；乙。", STOPS)] == ["甲；", "乙。"]


def test_clauses_end_at_commas_and_stops_but_not_inside_numbers() -> None:
    text = "新增1,200户，8:30开始：东区300户。西区"
    assert [span.of(text) for span in clauses(text)] == [
        "新增1,200户",
        "8:30开始",
        "东区300户",
        "西区",
    ]
