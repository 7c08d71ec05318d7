import asyncio
import logging
import time
import traceback
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import pytest
from pydantic import SecretStr

from bot.errors import ModelBroken, ModelError, ModelRefused, ModelUnavailable
from bot.generation.model import ModelLimits, ModelMessage, OpenAIModel
from tests.support.model_server import Answering, Fails, ModelServer, Says, says, serve_model

KEY = "sk-very-secret-1234567890"
QUICK = ModelLimits(first_token_seconds=2.0, total_seconds=4.0, output_chars=2000)
HURRIED = ModelLimits(first_token_seconds=1.0, total_seconds=1.5)


@pytest.fixture(scope="module", autouse=True)
def imported() -> None:
    """Import the client once: its two seconds are no part of the time-outs below."""
    import langchain_openai  # noqa: F401


@asynccontextmanager
async def serving(
    *script: Answering, limits: ModelLimits = QUICK
) -> AsyncIterator[tuple[ModelServer, OpenAIModel]]:
    async with serve_model(*script) as server:
        model = OpenAIModel("m", server.base_url, SecretStr(KEY), limits)
        await model.warm_up()
        try:
            yield server, model
        finally:
            await model.close()


async def hear(model: OpenAIModel, heard: list[str] | None = None) -> str:
    heard = [] if heard is None else heard
    async for piece in model.stream([ModelMessage("system", "规矩"), ModelMessage("user", "问")]):
        heard.append(piece)
    return "".join(heard)


async def test_an_answer_comes_piece_by_piece() -> None:
    heard: list[str] = []
    async with serving(says("城市低保标准为860元[1]。")) as (server, model):
        assert await hear(model, heard) == "城市低保标准为860元[1]。"
    assert len(heard) > 3
    assert server.asked[0].messages[0] == {"role": "system", "content": "规矩"}
    assert server.asked[0].authorization == f"Bearer {KEY}"


@pytest.mark.parametrize(
    "pieces",
    [
        ("<think>想一想</think>答案。",),
        ("<th", "ink>想", "一想</thi", "nk>答", "案。"),
        ("答<think>想</think>案。",),
    ],
)
async def test_what_the_model_thinks_is_left_out(pieces: tuple[str, ...]) -> None:
    async with serving(Says(pieces), Says(("答案。",), thought="想一想")) as (_, model):
        assert await hear(model) == "答案。"
        assert await hear(model) == "答案。"


async def test_the_start_of_a_tag_that_never_comes_is_said() -> None:
    async with serving(Says(("5 <th",))) as (_, model):
        assert await hear(model) == "5 <th"


async def test_a_busy_endpoint_is_asked_again_after_the_time_it_names() -> None:
    async with serving(Fails(429, {"Retry-After": "0.2"}), says("好。")) as (server, model):
        start = time.perf_counter()
        assert await hear(model) == "好。"
    assert time.perf_counter() - start >= 0.2
    assert len(server.asked) == 2


@pytest.mark.parametrize("headers", [{"Retry-After": "30"}, {}])
async def test_a_long_or_unnamed_wait_is_not_waited_for(headers: dict[str, str]) -> None:
    async with serving(Fails(429, headers), says("好。")) as (server, model):
        with pytest.raises(ModelUnavailable):
            await hear(model)
    assert len(server.asked) == 1


@pytest.mark.parametrize("first", [Fails(500), Fails(503), Says(end="cut")])
async def test_a_failure_before_the_first_piece_is_retried_once(first: Answering) -> None:
    async with serving(first, says("好。")) as (server, model):
        assert await hear(model) == "好。"
    assert len(server.asked) == 2


async def test_a_second_failure_is_the_answer() -> None:
    async with serving(Fails(500), Fails(500), says("好。")) as (server, model):
        with pytest.raises(ModelUnavailable):
            await hear(model)
    assert len(server.asked) == 2


async def test_a_connection_cut_in_the_middle_is_not_retried() -> None:
    heard: list[str] = []
    async with serving(says("半句话", "cut"), says("好。")) as (server, model):
        with pytest.raises(ModelUnavailable):
            await hear(model, heard)
    assert "".join(heard) in "半句话"
    assert len(server.asked) == 1


async def test_nobody_listening_is_unavailable() -> None:
    async with serving() as (server, model):
        base_url = server.base_url
    model = OpenAIModel("m", base_url, None, QUICK)
    with pytest.raises(ModelUnavailable, match="YAODIAN_MODEL_BASE_URL"):
        await hear(model)
    await model.close()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
async def test_a_refusal_is_not_retried(status: int) -> None:
    async with serving(Fails(status), says("好。")) as (server, model):
        with pytest.raises(ModelRefused, match=str(status)):
            await hear(model)
    assert len(server.asked) == 1


async def test_a_used_up_account_is_a_refusal() -> None:
    body = '{"error": {"message": "no", "code": "insufficient_quota"}}'
    async with serving(Fails(429, {"Retry-After": "1"}, body)) as (_, model):
        with pytest.raises(ModelRefused):
            await hear(model)


async def test_a_slow_first_piece_is_a_time_out() -> None:
    async with serving(Says(("好。",), pause_seconds=5), limits=HURRIED) as (server, model):
        with pytest.raises(ModelUnavailable, match="FIRST_TOKEN"):
            await hear(model)
    assert len(server.asked) == 1


async def test_silence_after_half_a_sentence_is_a_time_out() -> None:
    heard: list[str] = []
    async with serving(says("城市低保标准", "silence"), limits=HURRIED) as (_, model):
        with pytest.raises(ModelUnavailable, match="TOTAL"):
            await hear(model, heard)
    assert "".join(heard) == "城市低保标准"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (says("好", "broken"), ModelBroken),
        (says("好", "length"), ModelBroken),
        (says("好", "filter"), ModelRefused),
        (Fails(200, {}, "<html>登录</html>"), ModelBroken),
        (Says(("好" * 200_000,)), ModelBroken),
        (Says(("好" * 1000,) * 200), ModelBroken),
    ],
)
async def test_what_is_no_whole_answer_is_an_error(
    answer: Answering, error: type[ModelError]
) -> None:
    heard: list[str] = []
    async with serving(answer) as (_, model):
        with pytest.raises(error):
            await hear(model, heard)
    assert sum(map(len, heard)) <= QUICK.output_chars


@pytest.mark.parametrize("status", [401, 429, 500])
async def test_the_key_stands_in_no_error_and_no_log(
    status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    echo = f'{{"error": {{"message": "Incorrect API key: {KEY}", "code": "{KEY}"}}}}'
    async with serving(Fails(status, {}, echo), Fails(status, {}, echo)) as (_, model):
        with pytest.raises(ModelError) as caught:
            await hear(model)
    assert KEY not in "".join(traceback.format_exception(caught.value)) + repr(model)
    assert KEY not in "".join(r.getMessage() for r in caplog.records if r.name.startswith("bot"))


async def test_the_key_stands_in_no_log_of_the_libraries(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with serving(says("好。")) as (_, model):
        assert await hear(model) == "好。"
    assert caplog.records
    assert KEY not in caplog.text


async def test_stopping_early_closes_the_connection() -> None:
    async with serving(says("第一句。第二句。", "silence")) as (server, model):
        async with aclosing(model.stream([ModelMessage("user", "问")])) as pieces:
            assert await anext(pieces)
        async with asyncio.timeout(2):
            await server.left.wait()
