"""Pinyin and homophones are read as the words that the plans print, and as nothing else."""

from collections import Counter
from collections.abc import Sequence

import pytest

from bot.understanding.spelling import COMMON_COUNT, Spelling
from knowledge.library import Library
from knowledge.plan import Role
from knowledge.text import tokenize

pytest_plugins = ("tests.support.bot_fixtures",)
TEXTS = ["城乡低保标准提高", "来信来访按期答复", "适老化改造", "低保审核", "养老护理员", "银杏公园"]


def spelling(texts: Sequence[str], times: int = COMMON_COUNT) -> Spelling:
    terms = (term for text in texts for term in set(tokenize(text)))
    counts = Counter(terms)
    return Spelling({term: n * times for term, n in counts.items()}, lambda: texts)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dibao多少", "低保多少"),
        ("di bao多少", "低保多少"),
        ("laixinlaifang几天答复", "来信来访几天答复"),
        ("shilaohua几户", "适老化几户"),
        ("低宝标准", "低保标准"),
        ("适老话改造", "适老化改造"),
        ("yinxing公园", "银杏公园"),
        ("低保标准", "低保标准"),
        ("abcd是什么", "abcd是什么"),
        ("app怎么用", "app怎么用"),
    ],
)
def test_what_sounds_like_a_printed_word_is_that_word(typed: str, meant: str) -> None:
    assert spelling(TEXTS).correct(typed) == meant


def test_of_words_that_sound_alike_the_one_that_goes_on_as_the_question_is_meant() -> None:
    found = spelling(["公寓很多", "公寓很多", "公寓", "公寓", "公余", "工于此道"])
    assert found.correct("gongyu此") == "工于此"
    assert found.correct("gongyu吗") == "公寓吗"


def test_a_word_of_three_characters_must_stand_in_a_text_not_only_its_pairs() -> None:
    assert spelling(["适老", "老化"]).correct("shilaohua几户") == "shilaohua几户"
    assert spelling(["适老化"]).correct("shilaohua几户") == "适老化几户"


def test_a_rare_word_corrects_no_homophone() -> None:
    assert spelling(["低保标准"], times=1).correct("低宝标准") == "低宝标准"


@pytest.mark.parametrize("word", ["世界", "下雨", "多少"])
def test_a_word_of_the_language_is_left_alone(word: str) -> None:
    assert spelling(["试戒", "夏语", "朵绍"]).correct(word) == word


def test_characters_without_a_sound_break_nothing() -> None:
    assert spelling(["鿕鿖在此"]).correct("dibao鿕鿖") == "dibao鿕鿖"


def test_words_are_read_from_the_plans_that_the_reader_may_see(office_library: Library) -> None:
    def corrected(role: Role) -> str:
        records = office_library.records(role)
        made = Spelling(
            office_library.vocabulary(records), lambda: office_library.passages(records)
        )
        return made.correct("zijinglou在哪")

    assert corrected(Role.STAFF) == "zijinglou在哪"
    assert corrected(Role.LEADER) == "紫荆楼在哪"
