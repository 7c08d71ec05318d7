"""A long text is cut in a process of its own, and has an end."""

from time import perf_counter

import pytest

from knowledge.errors import UnreadableFile
from knowledge.files.parsing_apart import AT_ONCE_CHARS, parse_apart
from knowledge.parsing import parse_plan
from knowledge.plan import Audience, Dropped, Metadata, Reading

HEAD = "澜州市2025年水务工作要点\n一、修渠\n清淤12公里。\n二、供水\n1.1 建厂\n新建2座。\n1.2 换管\n"
LONG = HEAD + "2025年底前完成渠道清淤5公里，建成水厂1座。\n" * (AT_ONCE_CHARS // 20)


@pytest.mark.parametrize("text", [HEAD, LONG])
def test_what_is_cut_apart_is_what_is_cut_here(text: str) -> None:
    reading = Reading(text, (Dropped("— 1 —", "页码"),), (0, 20), ("澜州市2025年水务工作要点",))
    given = Metadata(year=2026, aliases=("水",), audience=Audience.LEADERS)
    assert parse_apart(reading, "a.pdf", given) == parse_plan(reading, "a.pdf", given)


def test_a_text_that_takes_too_long_is_stopped_with_what_to_do() -> None:
    start = perf_counter()
    with pytest.raises(UnreadableFile, match=r"要点.txt 超过 0.2 秒，已停止。请拆成几份再试。"):
        parse_apart(Reading(LONG * 4), "要点.txt", seconds=0.2)
    assert perf_counter() - start < 10
