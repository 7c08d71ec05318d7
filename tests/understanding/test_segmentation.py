"""Words that only join weigh nothing; places that nobody printed are told from words."""

import pytest

from bot.understanding.plans_named import strange_places
from bot.understanding.subjects import lacks_subject
from bot.understanding.synonyms import read_everyday
from knowledge.words import cut, pairs_of_words


def test_a_pair_knows_the_word_it_stands_in_and_a_seam_none() -> None:
    kinds = dict(pairs_of_words("要跟哪个区联检界线"))
    assert kinds["界线"] == "n"
    assert kinds["检界"] == kinds["区联"] == ""
    assert cut("给谁") == (("给", "p"), ("谁", "r"))


@pytest.mark.parametrize(
    ("question", "printed", "places"),
    [
        ("苏州床位要加几张", "", ("苏州",)),
        ("苏州床位要加几张", "苏州", ()),
        ("床位要学苏州加几张", "", ()),
        ("床位加几张", "", ()),
    ],
)
def test_a_place_that_leads_a_question_and_no_plan_prints_is_strange(
    question: str, printed: str, places: tuple[str, ...]
) -> None:
    assert strange_places(question, lambda word: word in printed) == places


def test_numbers_in_words_are_looked_for_in_digits() -> None:
    assert read_everyday("八十岁补几块")[0] == (("八十", ("80",)),)
    assert read_everyday("一百户配几平米")[0] == ()


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("每个镇街建几家关爱之家", "各镇（街）建设一家“关爱之家”"),
        ("最少扶几家品牌养老院", "至少培育1个品牌化的养老机构"),
        ("一万人要有几个大夫", "每万人口医师达到3名"),
        ("出去学习几回", "赴外地研学不少于1次"),
    ],
)
def test_what_is_counted_is_said_in_other_words_too(question: str, text: str) -> None:
    printed = dict.fromkeys(("镇街", "老院", "万人", "学习"), 0.01)
    assert not lacks_subject(question, text, printed, 0.1)
