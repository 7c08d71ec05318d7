"""Texts made to keep the program busy cost time in proportion to their length, and have an end."""

from time import process_time

import pytest

from knowledge.errors import UnreadableFile
from knowledge.files.reading import MAX_CHARS, source_from_bytes
from knowledge.parsing import parse_plan
from knowledge.passages import plan_passages

HEAD = "云溪市民政局2025年工作要点\n\n一、总体要求\n推进工作。\n二、任务\n"


def seconds(text: str) -> float:
    start = process_time()
    plan_passages(parse_plan(source_from_bytes("a.txt", text.encode()).reading, "a.txt", None))
    return process_time() - start


@pytest.mark.parametrize("piece", ["，新建5户", "（一）\n", "10户20户"])
def test_four_times_the_text_takes_about_four_times_as_long(piece: str) -> None:
    count = 2_000 // len(piece)
    short = seconds(HEAD + piece * count)
    assert seconds(HEAD + piece * (4 * count)) < 10 * short + 0.2  # quadratic: 16 times


def test_a_text_longer_than_any_plan_is_refused_with_what_to_do() -> None:
    with pytest.raises(UnreadableFile, match=r"万字，超过上限 50 万字。请拆成几份再试"):
        source_from_bytes("a.txt", ("渠" * (MAX_CHARS + 1)).encode())
