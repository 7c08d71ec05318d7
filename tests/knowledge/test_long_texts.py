"""Texts made to keep the program busy cost time in proportion to their length, and have an end."""

import pytest

from knowledge.errors import UnreadableFile
from knowledge.files.reading import MAX_CHARS
from tests.bench.parsing import PIECES, seconds, text_of
from tests.support.source_files import source_from_bytes

SHORT, LONG = 2_000, 8_000


@pytest.mark.parametrize("name", PIECES)
def test_four_times_the_text_takes_about_four_times_as_long(name: str) -> None:
    short = seconds(text_of(PIECES[name], SHORT))
    assert seconds(text_of(PIECES[name], LONG)) < 10 * short + 0.2  # quadratic: 16 times


@pytest.mark.parametrize("name", PIECES)
def test_a_thousand_characters_take_less_than_a_fifth_of_a_second(name: str) -> None:
    assert seconds(text_of(PIECES[name], LONG)) < 0.2 * LONG / 1_000


def test_a_text_longer_than_any_plan_is_refused_with_what_to_do() -> None:
    with pytest.raises(UnreadableFile, match=r"万字，超过上限 50 万字。请拆成几份再试"):
        source_from_bytes("a.txt", ("渠" * (MAX_CHARS + 1)).encode())
