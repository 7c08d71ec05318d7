"""What the tests of the bot share: two real libraries, an assistant over each, and a short `ask`.

`sample_*` is the product's own plans/; `office_*` is an office with a speech in two parts, which
all may read, and a newer plan that only leaders may. Test modules load it with `pytest_plugins`, so
that a session has one of each, and import its functions too: PYTEST_DONT_REWRITE.
"""

import shutil
from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.messages import Message, Reply
from bot.people.rights import Access
from knowledge.library import Library
from knowledge.plan import Audience, Metadata, PlanRecord, Role, Section
from knowledge.search.embedding import Embedder, open_embedder
from knowledge.structure.metadata import load_plans_toml
from tests.support.places import PLANS
from tests.support.source_files import read_source, source_from_bytes

ACCESS = Access(admins=("telegram:1",), leaders=("telegram:2",), staff=("wecom:*",))

SPEECH = """在全市民政工作会议上的讲话

同志们：今天这个会，讲两个问题。

一、去年工作有进步
（一）救助更准。全年救助困难群众××户，审核时限压缩到20个工作日。
（二）养老更近。建成社区食堂×家，受益老年人××万人次，老人走出家门就能吃上热饭。

一、今年要抓紧三件事
（一）建好红枫养老院。6月底前开工，设床位240张。
（二）办好助餐点。10月底前建成助餐点30个。
（三）管好救助资金。每季度检查1次。
二、作风要硬
（一）少开会。全市性会议比去年减少15%。

江汀市民政局
2024年3月5日
"""
LEADERS_PLAN = """江汀市民政局2026年督办事项安排

一、紫荆楼腾退
（一）腾退办公用房。9月底前腾退紫荆楼办公用房1200平方米，涉及干部86人。
（二）搬迁档案。10月底前把紫荆楼档案3万卷搬到新址。

江汀市民政局
2026年1月8日
"""
SECRETS = ("紫荆", "督办", "2026", "1200", "duban")  # words of the leaders' plan and its names


@pytest.fixture(scope="session")
def bundled_embedder() -> Embedder:
    return open_embedder()


@pytest.fixture(scope="session")
def sample_data(bundled_embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed data folder with the product's own plans; copy it before opening it."""
    data = tmp_path_factory.mktemp("sample") / "data"
    given = load_plans_toml(PLANS)
    with Library(data, bundled_embedder) as library:
        for path in sorted(PLANS.glob("*.txt")):
            library.add(read_source(path), given.get(path.name), path)
    return data


@pytest.fixture(scope="session")
def sample_library(
    sample_data: Path, bundled_embedder: Embedder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Library]:
    data = shutil.copytree(sample_data, tmp_path_factory.mktemp("opened") / "data")
    with Library(data, bundled_embedder) as library:
        yield library


@pytest.fixture(scope="session")
def sample_assistant(sample_library: Library) -> Assistant:
    return Assistant(sample_library, ACCESS)


@pytest.fixture(scope="session")
def office_library(
    bundled_embedder: Embedder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Library]:
    with Library(tmp_path_factory.mktemp("office") / "data", bundled_embedder) as library:
        speech = source_from_bytes("jianghua-2024.txt", SPEECH.encode())
        library.add(speech, Metadata(region="江汀市", aliases=("讲话",)))
        leaders = source_from_bytes("duban-2026.txt", LEADERS_PLAN.encode())
        library.add(leaders, Metadata(region="江汀市", audience=Audience.LEADERS))
        yield library


@pytest.fixture(scope="session")
def office_assistant(office_library: Library) -> Assistant:
    return Assistant(office_library, ACCESS)


_numbers = count(1)


async def ask(
    assistant: Assistant,
    *texts: str,
    user: str = "wecom:zhang",
    role: Role | None = None,
    plan: str | None = None,
    today: date | None = None,
) -> Reply:
    """Say these texts in one new conversation and return the last reply."""
    conversation = f"conversation:{next(_numbers)}"
    for text in texts:
        message = Message(user, conversation, text, role=role, plan=plan, today=today)
        *_, reply = [reply async for reply in assistant.reply(message)]
    assert reply.final
    return reply


def cited(reply: Reply) -> list[tuple[str, str]]:
    """Return the (file, label) that a reply cites, each once."""
    return list(dict.fromkeys((c.record.file, c.section.label) for c in reply.citations))


def record(
    file: str = "yunxi-2025.txt",
    year: int | None = 2025,
    region: str | None = "云溪市",
    title: str = "民政工作要点",
    aliases: tuple[str, ...] = (),
) -> PlanRecord:
    said = Metadata(title=title, issuer=None, region=region, year=year, aliases=aliases)
    return PlanRecord(file.removesuffix(".txt"), 1, file, said)


def section(text: str, *path: str, heading: str = "", part: int | None = None) -> Section:
    return Section(part, path or ("三", "8"), heading, text)
