from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from bot.errors import ModelRefused, ModelUnavailable
from bot.generation.model import ModelLimits, OpenAIModel
from bot.generation.sentences import cut_sentences
from bot.generation.writing import write
from bot.grounding.check import unsupported
from bot.grounding.evidence import EVIDENCE_CHARS, gather_evidence
from bot.messages import Answer, Status
from bot.wording import answers as wording
from tests.support.fake_model import FakeModel
from tests.support.model_server import Answering, Fails, ModelServer, Says, says, serve_model
from tests.support.sample_evidence import hit, quoting, request

QUESTION = request("城市低保和农村低保标准各是多少")
FALLBACK = quoting("二（一）")
HITS = (hit("二（一）"), hit("二（二）"), hit("三（一）"), hit("三（二）"))
GOOD = "城市低保标准为860元/人·月[1]。"
ALSO = "农村低保标准为745元/人·月[1]。"
WRONG = "农村低保标准为860元/人·月[1]。"
LIMITS = ModelLimits(first_token_seconds=0.4, total_seconds=0.8, output_chars=3000)


async def writing(model: FakeModel, fallback: Answer = FALLBACK) -> list[Answer]:
    return [answer async for answer in write(QUESTION, HITS, fallback, model)]


def texts(answer: Answer) -> list[str]:
    return [statement.text for statement in answer.statements]


async def test_each_checked_sentence_is_shown_at_once_with_its_section() -> None:
    drafts = await writing(FakeModel(GOOD + ALSO))
    assert [len(d.statements) for d in drafts] == [1, 2, 2]
    assert texts(drafts[-1]) == ["城市低保标准为860元/人·月。", "农村低保标准为745元/人·月。"]
    assert drafts[-1].written_by == "model"
    for statement in drafts[-1].statements:
        assert [c.section.label for c in statement.citations] == ["二（一）"]
        assert unsupported(statement) == ()


async def test_the_quote_is_the_plans_nearest_sentence() -> None:
    (*_, answer) = await writing(FakeModel("困难残疾人生活补贴为96元/人·月[1]。"))
    assert answer.statements[0].citations[0].quote.startswith("困难残疾人生活补贴标准提高到")


async def test_a_sentence_that_fails_is_repaired_before_any_later_one_is_shown() -> None:
    model = FakeModel(WRONG + GOOD, ALSO)
    drafts = await writing(model)
    assert texts(drafts[0]) == ["农村低保标准为745元/人·月。"]
    assert drafts[-1].written_by == "model"
    assert "“860元/人·月”" in model.history[1] and "原因" in model.history[1]


async def test_a_repair_that_fails_too_gives_way_to_the_plans_own_sentence() -> None:
    (*_, answer) = await writing(FakeModel(WRONG + GOOD, WRONG))
    assert answer.written_by == "mixed"
    assert answer.statements[0] == FALLBACK.statements[0]
    assert texts(answer)[1] == "城市低保标准为860元/人·月。"


async def test_a_repair_is_asked_for_once_a_sentence_and_thrice_an_answer() -> None:
    model = FakeModel(WRONG * 9, *[WRONG] * 9)
    await writing(model)
    assert len(model.history) == 4


async def test_checked_sentences_stay_when_the_model_dies() -> None:
    (*_, answer) = await writing(FakeModel([GOOD, "农村低保标", ModelUnavailable("down")]))
    assert texts(answer) == ["城市低保标准为860元/人·月。", wording.MODEL_STOPPED]
    assert answer.written_by == "model"


async def test_a_model_that_dies_in_a_repair_leaves_the_plans_sentence() -> None:
    (*_, answer) = await writing(FakeModel(WRONG + GOOD, ModelUnavailable("down")))
    assert answer.written_by == "mixed"
    assert answer.statements[0] == FALLBACK.statements[0]


@pytest.mark.parametrize(
    "said",
    [
        ModelUnavailable("down"),
        ModelRefused("no"),
        "",
        "抱歉，我无法回答这个问题。",
        "具体如下：",
        "好的！我来帮您！",
        ["城市低保标准为", ModelUnavailable("down")],
    ],
)
async def test_with_nothing_usable_the_plans_own_words_answer_and_say_so(
    said: str | Exception | Sequence[str | Exception],
) -> None:
    (*_, answer) = await writing(FakeModel(said, "", "", ""))
    assert answer.statements[:-1] == FALLBACK.statements
    assert texts(answer)[-1] == wording.MODEL_INSTEAD
    assert (answer.status, answer.written_by) == (Status.ANSWERED, "plan")


@pytest.mark.parametrize("fallback", [FALLBACK, Answer(Status.NOT_FOUND, ())])
async def test_a_model_that_finds_no_answer_yields_the_fallback(fallback: Answer) -> None:
    assert await writing(FakeModel("【无答案】"), fallback) == [fallback]


async def test_without_evidence_the_model_is_not_asked() -> None:
    model, nothing = FakeModel(), Answer(Status.NOT_FOUND, ())
    assert [a async for a in write(QUESTION, (), nothing, model)] == [nothing]
    assert model.history == []


async def test_nothing_is_said_twice() -> None:
    (*_, answer) = await writing(FakeModel(GOOD + GOOD))
    assert len(answer.statements) == 1


def test_evidence_begins_with_what_the_fallback_cites_and_is_limited() -> None:
    many = [hit(f"{part}（{n}）") for part in "二三" for n in "一二三"] * 2
    found = gather_evidence(many, quoting("三（三）"))
    assert [e.section.label for e in found][:2] == ["三（三）", "二（一）"]
    assert [e.number for e in found] == list(range(1, len(found) + 1))
    assert sum(len(e.text) for e in found) <= EVIDENCE_CHARS


async def test_the_prompt_numbers_the_evidence_and_names_its_section() -> None:
    model = FakeModel("【无答案】")
    await writing(model)
    assert '<证据 编号="1" 文件="云溪市' in model.history[0]
    assert '条款="二（一）">' in model.history[0]
    assert QUESTION.question in model.history[0]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("甲[1]。乙[2]。", ["甲[1]。", "乙[2]。"]),
        ("甲[1]\n乙[2]", ["甲[1]", "乙[2]"]),
        ("- 甲[1]。\n2. **乙**[2]；丙[1]！", ["甲[1]。", "乙[2]；", "丙[1]！"]),
        ("见《甲。乙》[1]。", ["见《甲。乙》[1]。"]),
        ("做到“一。二；三”[1]。丙。", ["做到“一。二；三”[1]。", "丙。"]),
        ("甲（乙；丙）[1]。", ["甲（乙；丙）[1]。"]),
        ("说“甲。”乙。", ["说“甲。”乙。"]),
        ("共3.5万亩[1]。", ["共3.5万亩[1]。"]),
        ("3.5万亩[1]。", ["3.5万亩[1]。"]),
        ("“没有关上" + "字" * 300 + "。后一句。", ["“没有关上" + "字" * 300 + "。", "后一句。"]),
        ("", []),
    ],
)
async def test_text_is_cut_into_sentences_as_it_comes(text: str, sentences: list[str]) -> None:
    async def pieces() -> AsyncIterator[str]:
        for char in text:
            yield char

    assert [s async for s in cut_sentences(pieces())] == sentences


@asynccontextmanager
async def served(
    *script: Answering, otherwise: Answering | None = None
) -> AsyncIterator[tuple[ModelServer, Answer]]:
    """Write with the real client against a scripted endpoint; yield it and the last answer."""
    async with serve_model(*script, otherwise=otherwise) as server:
        model = OpenAIModel("m", server.base_url, limits=LIMITS)
        await model.warm_up()
        (*_, answer) = [a async for a in write(QUESTION, HITS, FALLBACK, model)]
        await model.close()
        yield server, answer


@pytest.mark.parametrize(
    ("script", "written_by"),
    [
        ([says(GOOD + ALSO)], "model"),
        ([says("城市低保标准为999元/人·月[1]。"), says(GOOD)], "model"),
        ([says("城市低保标准为860元/人·月[2]。"), says(GOOD)], "model"),
        ([says("城市低保标准为860元/人·月[9]。"), says(GOOD)], "model"),
        ([says("城市低保标准为860元/人·月。"), says(GOOD)], "model"),
        ([Fails(429, {"Retry-After": "0.05"}), says(GOOD)], "model"),
        ([Fails(500), says(GOOD)], "model"),
        ([says(GOOD + "农村低保标准为", "silence")], "model"),
        ([says(GOOD + "农村低保标准为", "cut")], "model"),
        ([says(GOOD + "农村低保标准为", "broken")], "model"),
        ([says(GOOD + "农村低保标准为", "length")], "model"),
        ([says("城市低保标准为999元/人·月[1]。"), says("城市低保标准为999元[1]。")], "mixed"),
        ([says("城市低保标准为860元/人·月[9]。"), Fails(401)], "mixed"),
        ([says("城市低保标", "silence")], "plan"),
        ([Fails(500), Fails(500)], "plan"),
        ([Fails(401)], "plan"),
        ([Says((GOOD,), pause_seconds=5)], "plan"),
        ([Fails(200, {}, "<html>")], "plan"),
        ([says("", "broken")], "plan"),
        ([Says(("好" * 200_000,))], "plan"),
        ([says("")], "plan"),
    ],
)
async def test_nothing_but_what_the_plan_prints_ever_reaches_the_answer(
    script: list[Answering], written_by: str
) -> None:
    async with served(*script, otherwise=says("")) as (_, answer):
        assert answer.written_by == written_by
        assert answer.status is Status.ANSWERED
        assert any(s.citations for s in answer.statements)
        assert "999" not in "".join(texts(answer)) and "[" not in "".join(texts(answer))
        assert [unsupported(s) for s in answer.statements] == [()] * len(answer.statements)


async def test_endless_sentences_end_with_the_answer_full() -> None:
    async with served(otherwise=says((GOOD + "字" * 50 + "。") * 2000)) as (server, answer):
        assert texts(answer)[0] == "城市低保标准为860元/人·月。"
        assert len(server.asked) <= 4
