"""The whole program, `python -m bot run`, stopped and killed while it answers: nothing is lost, and
nothing is answered twice.
"""

import asyncio
import os
import shutil
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from knowledge.library import Library
from knowledge.search.embedding import open_embedder
from tests.support.embedding import EmbeddingServer
from tests.support.model_server import ModelServer, Says, serve_model
from tests.support.places import PLANS, REPO
from tests.support.source_files import read_source
from tests.support.telegram_server import SILENCE, TOKEN, TelegramServer

pytest_plugins = ("tests.support.telegram_chat",)

SLOW = Says(("【无答案】",), pause_seconds=3.0)
QUESTIONS = (
    "云溪市2025年新增多少张床位？",
    "云溪市2025年低保标准是多少？",
    "云溪市2024年有哪些目标？",
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, embedding_server: EmbeddingServer) -> Path:
    """A closed library with the sample plans."""
    folder = tmp_path_factory.mktemp("crash") / "data"
    key = SecretStr("key")
    with Library(folder, open_embedder("fake", embedding_server.base_url, key)) as library:
        for path in sorted(PLANS.glob("*.txt")):
            library.add(read_source(path))
    return folder


@pytest.fixture
async def model() -> AsyncIterator[ModelServer]:
    async with serve_model(otherwise=Says(("【无答案】",))) as running:
        yield running


@pytest.fixture
def environment(
    data: Path,
    tmp_path: Path,
    server: TelegramServer,
    model: ModelServer,
    embedding_server: EmbeddingServer,
) -> dict[str, str]:
    shutil.copytree(data, tmp_path / "data")
    said = {
        "DATA": str(tmp_path / "data"),
        "STAFF": "telegram:*",
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_BASE_URL": server.base_url,
        "EMBEDDING_MODEL": "fake",
        "EMBEDDING_BASE_URL": embedding_server.base_url,
        "EMBEDDING_API_KEY": "key",
        "MODEL": "fake",
        "MODEL_BASE_URL": model.base_url,
        "MODEL_API_KEY": "key",
        "WEB_PORT": "0",
    }
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    ours = {f"YAODIAN_{name}": value for name, value in said.items()}
    return inherited | {"NO_PROXY": "127.0.0.1"} | ours


@asynccontextmanager
async def program(environment: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the bot in a folder without a .env; kill it at the end if nobody has."""
    bot = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        cwd=REPO,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield bot
    finally:
        if bot.returncode is None:
            bot.kill()
        await bot.communicate()


async def until_asked(model: ModelServer, count: int = 1) -> None:
    async with asyncio.timeout(90):
        while len(model.asked) < count:
            await asyncio.sleep(0.02)


def answers(server: TelegramServer, user: int) -> list[str]:
    """Return what a person sees, oldest first."""
    return [s.text for _, s in sorted(server.shown.items()) if s.chat == str(user)]


async def test_a_kill_while_answering_loses_nothing_and_answers_once(
    environment: dict[str, str], server: TelegramServer, model: ModelServer
) -> None:
    model.script.extend([SLOW] * 2)
    async with program(environment) as bot:
        for question in QUESTIONS:
            await server.push(question, user=1)
        await server.push(QUESTIONS[0], user=2)
        await until_asked(model)
        await server.wait_until(lambda: int(server.sent("getUpdates")[-1]["offset"]) > 0)
        bot.send_signal(signal.SIGKILL)
        await bot.wait()
    assert server.sent() == []
    model.script.clear()
    async with program(environment):
        await server.wait_for(4, seconds=90)
        await server.push("帮助", user=3)
        await server.wait_for(5)
    assert [len(answers(server, user)) for user in (1, 2, 3)] == [3, 1, 1]
    assert answers(server, 1)[0] == answers(server, 2)[0]


async def test_a_kill_between_sending_and_recording_may_double_that_one_answer(
    environment: dict[str, str], server: TelegramServer
) -> None:
    server.fail("sendMessage", SILENCE)
    async with program(environment) as bot:
        for question in QUESTIONS[:2]:
            await server.push(question)
        await server.wait_for(1, seconds=90)
        bot.send_signal(signal.SIGKILL)
        await bot.wait()
    async with program(environment):
        await server.wait_for(3, seconds=90)
        await server.push("帮助", user=3)
        await server.wait_for(4)
    assert sorted(Counter(answers(server, 1)).values()) == [1, 2]


async def test_sigterm_finishes_what_runs_and_leaves_the_rest_to_the_next(
    environment: dict[str, str], server: TelegramServer, model: ModelServer
) -> None:
    model.script.append(SLOW)
    async with program(environment) as bot:
        for question in QUESTIONS[:2]:
            await server.push(question)
        await until_asked(model)
        await server.wait_until(lambda: int(server.sent("getUpdates")[-1]["offset"]) > 0)
        bot.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(bot.wait(), 25) == 0
    assert len(answers(server, 1)) == 1
    async with program(environment):
        await server.wait_for(2, seconds=90)
    assert len(set(answers(server, 1))) == 2
