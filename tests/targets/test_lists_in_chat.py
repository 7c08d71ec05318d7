"""Targets in chat: every one is shown and cited, counted, paged; and a plan at a glance."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.messages import Status
from bot.targets.filtering import Choice
from bot.targets.lists import _kinds
from bot.understanding.request import Intent, understand
from knowledge.library import Library
from knowledge.plan import Role
from knowledge.search.embedding import Embedder
from tests.support.bot_fixtures import ACCESS, ask
from tests.support.register_rows import rows
from tests.support.source_files import source_from_bytes

pytest_plugins = ("tests.support.bot_fixtures",)
MAY_2025 = date(2025, 5, 6)


@pytest.mark.parametrize(
    "question",
    [
        "/targets 养老",
        "养老方面今年有哪些硬指标",
        "年底前要完成什么",
        "6月底前要完成哪些",
        "有多少项指标",
        "最大的指标是哪个",
        "云溪的指标",
        "指标",
    ],
)
def test_a_list_of_targets_is_asked_for_in_many_ways(
    question: str, sample_library: Library
) -> None:
    records = sample_library.records(Role.STAFF)
    assert understand(question, (), records).intent is Intent.TARGETS


async def test_pages_hold_every_target_once_in_printed_order(
    sample_assistant: Assistant, sample_library: Library
) -> None:
    plan = sample_library.plan(sample_library.find("yunxi-2025", Role.STAFF))
    replies = [await ask(sample_assistant, "云溪2025年的指标")]
    while "下一页" in replies[-1].text:
        turns = ["下一页"] * len(replies)
        replies.append(await ask(sample_assistant, "云溪2025年的指标", *turns))
    shown = [target for reply in replies for _, target in reply.targets]
    assert shown == [t for t in plan.targets if t.kind == "target"]
    assert all(reply.text.startswith(f"共 {len(shown)} 项") for reply in replies)


async def test_every_line_is_supported_by_the_section_it_cites(
    sample_assistant: Assistant, sample_library: Library
) -> None:
    for page in range(1, 7):
        reply = await ask(sample_assistant, "云溪2025年的指标", f"第{page}页")
        quotes = {target.quote for _, target in reply.targets}
        assert quotes == {c.quote for c in reply.citations}
        assert "原文不符" not in reply.text


async def test_a_line_ends_with_the_label_of_its_section(sample_assistant: Assistant) -> None:
    reply = await ask(sample_assistant, "2025年9月底前到期的指标")
    assert "· 困难老年人家庭适老化改造：1000户，9月底前〔二（一）1〕" in reply.text


async def test_page_beyond_the_last_says_how_many_there_are(sample_assistant: Assistant) -> None:
    reply = await ask(sample_assistant, "云溪2025年的指标", "第99页")
    assert reply.status is Status.NOT_FOUND
    assert re.search(r"只有 \d 页", reply.text)


async def test_a_follow_up_asks_for_the_targets_of_another_topic(
    sample_assistant: Assistant,
) -> None:
    reply = await ask(sample_assistant, "云溪2025年养老的指标", "儿童的呢")
    assert {target.label[0] for _, target in reply.targets} == {"三"}


async def test_a_topic_is_answered_with_each_sentence_that_has_a_figure(
    sample_assistant: Assistant,
) -> None:
    reply = await ask(sample_assistant, "2025年适老化改造的指标")
    head, *points = reply.text.partition("\n\n")[0].splitlines()
    assert head == "〔二（一）1〕居家适老化改造"
    assert [p.partition("，")[0] for p in points] == [
        "· 9月底前为1000户困难老年人家庭完成适老化改造",
        "· 优先安排有失能、失智老人的家庭",
    ]
    assert "1000" in [target.value for _, target in reply.targets]


async def test_what_has_no_deadline_is_counted_where_days_are_asked_for(
    sample_assistant: Assistant,
) -> None:
    reply = await ask(sample_assistant, "2025年6月底前要完成什么")
    assert all((t.deadline_date or "") <= "2025-06-30" for _, t in reply.targets)
    assert re.search(r"另有 \d+ 项没有写明期限", reply.text)


async def test_a_topic_that_nothing_matches_is_said_and_chapters_are_offered(
    sample_assistant: Assistant,
) -> None:
    reply = await ask(sample_assistant, "2025年航天的指标")
    assert reply.status is Status.NOT_FOUND
    assert "没有与“航天”对应的指标" in reply.text
    assert "〔二〕发展普惠养老：28 项" in reply.text


async def test_counting_shows_the_chapters_and_returns_every_row(
    sample_assistant: Assistant, sample_library: Library
) -> None:
    reply = await ask(sample_assistant, "2025年有多少项指标")
    plan = sample_library.plan(sample_library.find("yunxi-2025", Role.STAFF))
    assert len(reply.targets) == len(plan.targets)
    assert "〔三〕守护儿童权益：10 项" in reply.text


def test_what_is_reported_is_not_promised_and_said_to_be_there() -> None:
    promised = rows()
    done = [replace(row, target=replace(row.target, kind="achieved")) for row in promised[:2]]
    shown, (note,) = _kinds(Choice(("养老",)), [*done, *promised])
    assert shown == promised
    assert note.text == "另有 2 项是已完成的情况，发“养老已完成的指标”查看。"
    assert _kinds(Choice((), achieved=True), [*done, *promised]) == (done, [])


async def test_a_plan_at_a_glance_says_what_is_due_next(sample_assistant: Assistant) -> None:
    reply = await ask(sample_assistant, "总结一下2025年要点", today=MAY_2025)
    assert "云民发〔2025〕3号" in reply.text
    assert "〔二〕发展普惠养老（28 项）" in reply.text
    assert [t.deadline_date for _, t in reply.targets][0] == "2025-06-30"


async def test_after_the_last_day_nothing_is_due(sample_assistant: Assistant) -> None:
    reply = await ask(sample_assistant, "总结一下2025年要点", today=date(2027, 1, 1))
    assert "都已到期" in reply.text
    assert not reply.targets


async def test_no_line_of_a_plan_at_a_glance_is_withheld(sample_assistant: Assistant) -> None:
    for year in (2023, 2024, 2025):
        reply = await ask(sample_assistant, f"总结一下{year}年要点", today=MAY_2025)
        assert "原文不符" not in reply.text
        assert not any(c.quote not in c.section.whole_text for c in reply.citations)


async def test_all_targets_are_listed_where_a_summary_names_no_topic(
    sample_assistant: Assistant,
) -> None:
    reply = await ask(sample_assistant, "汇总2025年的指标", "下一页")
    assert re.match(r"共 \d+ 项指标（云溪市2025年），第 2/\d 页", reply.text)


async def test_a_plan_without_targets_says_so(bundled_embedder: Embedder, tmp_path: Path) -> None:
    text = "2024年云溪市工作要点\n一、总体要求\n坚持稳中求进。\n"
    with Library(tmp_path / "data", bundled_embedder) as library:
        library.add(source_from_bytes("plan.txt", text.encode()))
        reply = await ask(Assistant(library, ACCESS), "指标")
    assert reply.status is Status.NOT_FOUND
    assert "没有写出可以量化的指标" in reply.text
