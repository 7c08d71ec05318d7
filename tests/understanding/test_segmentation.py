"""A question is cut into words, each with its kind; numbers in words are looked for in digits."""

from bot.understanding.synonyms import read_everyday
from knowledge.words import cut, pairs_of_words


def test_a_pair_knows_the_word_it_stands_in_and_a_seam_none() -> None:
    kinds = dict(pairs_of_words("要跟哪个区联检界线"))
    assert kinds["界线"] == "n"
    assert kinds["检界"] == kinds["区联"] == ""
    assert cut("给谁") == (("给", "p"), ("谁", "r"))


def test_numbers_in_words_are_looked_for_in_digits() -> None:
    assert read_everyday("八十岁补几块")[0] == (("八十", ("80",)),)
    assert read_everyday("一百户配几平米")[0] == ()
