"""A question about what is quoted goes on from there, whatever was spoken of since."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.messages import Message, Reply
from bot.people.rights import Access
from bot.understanding.conversation import Conversation
from bot.understanding.quoting import recall
from knowledge.library import Library
from knowledge.plan import Role
from knowledge.structure.metadata import load_plans_toml
from tests.support.embedding import FakeEmbedder
from tests.support.places import PLANS
from tests.support.source_files import read_source

ACCESS = Access(staff=("wecom:*",))


@pytest.fixture
def library(tmp_path: Path, embedder: FakeEmbedder) -> Iterator[Library]:
    given = load_plans_toml(PLANS)
    with Library(tmp_path / "data", embedder) as opened:
        for path in sorted(PLANS.glob("*.txt")):
            opened.add(read_source(path), given.get(path.name), path)
        yield opened


async def asked(assistant: Assistant, text: str, quoted: str = "") -> Reply:
    message = Message("wecom:a", "wecom:a", text, quoted=quoted)
    *_, reply = [reply async for reply in assistant.reply(message)]
    return reply


async def test_the_next_section_is_counted_from_the_quoted_one(library: Library) -> None:
    assistant = Assistant(library, ACCESS)
    first = await asked(assistant, "云溪市2025年二（一）")
    after = await asked(assistant, "下一条")
    await asked(assistant, "云溪市2024年三（一）")
    again = await asked(assistant, "下一条", quoted=first.text)
    assert first.citations[0].section.label == "二（一）"
    assert again.citations[0].section == after.citations[0].section
    assert again.citations[0].record == first.citations[0].record


async def test_a_quoted_question_is_the_one_before(library: Library) -> None:
    assistant = Assistant(library, ACCESS)
    question = "云溪市2025年农村低保标准是多少？"
    direct = await asked(assistant, question)
    followed = await asked(assistant, "2024年呢？", quoted=question)
    assert direct.citations[0].record.metadata.year == 2025
    assert followed.citations[0].record.metadata.year == 2024


def test_a_label_alone_means_the_plan_spoken_of_last(library: Library) -> None:
    records = library.records(Role.STAFF)
    record = next(r for r in records if r.metadata.year == 2024)
    conversation = Conversation()
    recall("……〔二（一）〕", conversation, records, library)
    assert conversation.last is None  # three plans have one
    recall("……〔二（一）〕", conversation, (record,), library)
    assert conversation.last is not None
    assert conversation.last.record == record


def test_a_long_quotation_that_cites_nothing_changes_nothing(library: Library) -> None:
    conversation = Conversation(questions=["前面的问题"])
    recall("与工作无关的一长段话，" * 20, conversation, library.records(Role.STAFF), library)
    recall("写着〔九（九）〕的话", conversation, library.records(Role.STAFF), library)
    assert conversation == Conversation(questions=["前面的问题"])
