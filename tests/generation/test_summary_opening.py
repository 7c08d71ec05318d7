"""A model's sentences above a summary: checked, at most three, and the summary stays whole."""

from datetime import date

import pytest

from bot.answering.routing import answer
from bot.errors import ModelUnavailable
from bot.generation.summary_opening import SENTENCES, open_summary, wants_opening
from bot.messages import Answer
from bot.understanding.request import Request, understand
from knowledge.library import Library
from knowledge.plan import Role
from tests.support.fake_model import FakeModel

pytest_plugins = ("tests.support.bot_fixtures",)
GOOD = "新建老年助餐点35个[{n}]。"
WRONG = "新建老年助餐点9999个[{n}]。"


def asked(library: Library) -> tuple[Request, Answer]:
    records = library.records(Role.STAFF)
    request = understand("总结一下2025年要点", (), records, date(2025, 5, 6))
    return request, answer(request, library)


async def opened(library: Library, *answers: str | Exception) -> tuple[Answer, Answer, FakeModel]:
    request, summary = asked(library)
    assert wants_opening(request, summary)
    model = FakeModel(*answers)
    drafts = [draft async for draft in open_summary(request, summary, library, model)]
    return summary, drafts[-1], model


def number(model: FakeModel) -> int:
    """Return the number under which the model was shown the section on 老年助餐."""
    before = model.history[0].partition("助餐点35个")[0]
    return before.count("<证据 ")


async def with_number(library: Library, *sentences: str) -> tuple[Answer, Answer]:
    _, _, model = await opened(library, "【无答案】")
    said = "".join(sentences).replace("{n}", str(number(model)))
    summary, last, _ = await opened(library, said, "【无答案】", "【无答案】", "【无答案】")
    return summary, last


async def test_checked_sentences_stand_above_the_whole_summary(sample_library: Library) -> None:
    summary, last = await with_number(sample_library, GOOD)
    assert last.statements[0].text == "新建老年助餐点35个。"
    assert last.statements[1:] == summary.statements
    assert last.written_by == "mixed"
    assert last.targets == summary.targets


async def test_a_figure_that_is_not_printed_never_stands_there(sample_library: Library) -> None:
    _, last = await with_number(sample_library, WRONG)
    assert not any("9999" in statement.text for statement in last.statements)


async def test_at_most_three_sentences_stand_above(sample_library: Library) -> None:
    rest = (
        "年底前老年助餐点总数达到200个[{n}]。",
        "80周岁以上老年人每餐补贴保持4元[{n}]。",
        "70至79周岁老年人每餐补贴保持3元[{n}]。",
    )
    summary, last = await with_number(sample_library, GOOD, *rest)
    assert len(last.statements) == SENTENCES + len(summary.statements)


@pytest.mark.parametrize("said", ["【无答案】", ModelUnavailable("模型服务正忙（503）。")])
async def test_without_a_usable_sentence_the_summary_stands_alone(
    said: str | Exception, sample_library: Library
) -> None:
    summary, last, _ = await opened(sample_library, said)
    assert last == summary


async def test_the_model_is_asked_for_what_matters_to_a_leader(sample_library: Library) -> None:
    _, _, model = await opened(sample_library, "【无答案】")
    assert "向领导概括云溪市2025年" in model.history[0]
    assert "助餐点35个" in model.history[0]


async def test_a_list_of_targets_needs_no_opening(sample_library: Library) -> None:
    request = understand("云溪2025年的指标", (), sample_library.records(Role.STAFF))
    assert not wants_opening(request, answer(request, sample_library))
