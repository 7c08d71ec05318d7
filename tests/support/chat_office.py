"""An assistant with the sample plans and a journal, and what people do to it in chat: the fixtures
and helpers of its tests. Modules load it with `pytest_plugins`: PYTEST_DONT_REWRITE.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.messages import Action, ActionKind, Message, Reply, SentFile
from bot.records.journal import Journal
from knowledge.library import Library
from knowledge.structure.metadata import load_plans_toml
from tests.support.bot_fixtures import ACCESS
from tests.support.embedding import FakeEmbedder
from tests.support.places import PLANS
from tests.support.source_files import read_source

ADMIN, STAFF = "telegram:1", "wecom:zhang"
NOTICE = """江汀市民政局2027年工作要点

一、办好养老服务
（一）建设站点。新建社区养老服务站6个。
（二）改造住房。10月底前完成适老化改造320户。
"""


@pytest.fixture(scope="session")
def filled_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed data folder with the sample plans; copy it before opening it."""
    data = tmp_path_factory.mktemp("filled") / "data"
    given = load_plans_toml(PLANS)
    with Library(data, FakeEmbedder()) as opened:
        for path in sorted(PLANS.glob("*.txt")):
            opened.add(read_source(path), given.get(path.name), path)
    return data


@pytest.fixture
def cabinet(filled_data: Path, tmp_path: Path, embedder: FakeEmbedder) -> Iterator[Library]:
    with Library(shutil.copytree(filled_data, tmp_path / "data"), embedder) as opened:
        yield opened


@pytest.fixture
def assistant(cabinet: Library) -> Assistant:
    return Assistant(cabinet, ACCESS, journal=Journal(cabinet.database))


async def say(assistant: Assistant, message: Message) -> list[Reply]:
    return [reply async for reply in assistant.reply(message)]


async def asked(assistant: Assistant, text: str, user: str = STAFF) -> Reply:
    return (await say(assistant, Message(user, user, text)))[-1]


async def pressed(assistant: Assistant, action: Action, user: str = STAFF) -> Reply:
    return (await say(assistant, Message(user, user, "", action=action)))[-1]


def sent(text: str, name: str = "要点2027.txt", user: str = ADMIN, private: bool = True) -> Message:
    async def fetch() -> bytes:
        return text.encode()

    file = SentFile(name, len(text.encode()), fetch)
    return Message(user, user, "", file=file, private=private)


def button(reply: Reply, kind: ActionKind) -> Action:
    return next(action for action in reply.actions if action.kind is kind)
