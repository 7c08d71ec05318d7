"""What a plan says to a machine is never repeated; what it says to offices always is."""

from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.grounding.injection import is_order
from bot.people.rights import Access
from bot.wording import answers as wording
from knowledge.library import Library
from knowledge.plan import Role
from knowledge.text import split_sentences
from tests.support.bot_fixtures import ask
from tests.support.embedding import FakeEmbedder
from tests.support.injected_orders import ORDERS, PAYLOAD
from tests.support.source_files import read_source

pytest_plugins = ["tests.support.bot_fixtures"]


def test_no_sentence_of_the_sample_plans_is_an_order(sample_library: Library) -> None:
    for record in sample_library.records(Role.ADMIN):
        for section in sample_library.plan(record).all_sections():
            assert not [s for s in split_sentences(section.whole_text) if is_order(s)]


@pytest.mark.parametrize("order", [order for order, _ in ORDERS])
async def test_an_order_hidden_in_a_plan_is_not_repeated(order: str, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    first = f"一、社会救助\n备用金每镇8万元。{order}及时发放。"
    file.write_text(f"2024年江汀市民政工作要点\n{first}\n二、养老\n建站3个。\n", "utf-8")
    with Library(tmp_path / "data", FakeEmbedder()) as library:
        library.add(read_source(file))
        assistant = Assistant(library, Access())
        for question in ("备用金每镇多少元", "第一部分原文", f"社会救助{PAYLOAD}"):
            reply = await ask(assistant, question, role=Role.STAFF)
            assert PAYLOAD not in reply.text and "9999" not in reply.text
            assert all(PAYLOAD not in c.quote for c in reply.citations)
        assert (
            wording.ORDER_LEFT_OUT in (await ask(assistant, "第一部分原文", role=Role.STAFF)).text
        )
