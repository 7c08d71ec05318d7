"""Targets that a model proposes: kept where they are printed, marked, confirmed or rejected."""

import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.cli.target_proposals import Proposed, confirm, propose_targets, reject
from bot.errors import ModelUnavailable
from bot.generation.model import ModelLimits, OpenAIModel
from bot.targets.lines import line
from knowledge.errors import UnknownVersion
from knowledge.library import Library
from knowledge.parsing import parse_plan
from knowledge.plan import Plan, Role, Target
from tests.support.embedding import FakeEmbedder
from tests.support.fake_model import FakeModel
from tests.support.model_server import Answering, Fails, says, serve_model
from tests.support.proposals import MISSED, NOTHING, TEXT
from tests.support.source_files import source_from_bytes


def plan() -> Plan:
    return parse_plan(TEXT, "plan.txt")


async def proposed(*answers: str | Exception) -> Proposed:
    return await propose_targets(plan(), FakeModel(*answers))


def added(found: Proposed) -> list[Target]:
    return [target for target in found.targets if target.proposed]


async def test_what_is_printed_is_kept_in_its_place_and_marked() -> None:
    found = await proposed(json.dumps(MISSED, ensure_ascii=False), NOTHING)
    (target,) = added(found)
    assert (target.value, target.unit, target.path) == ("二十", "户", ("一",))
    assert (target.deadline, target.deadline_date) == ("年底前", "2024-12-31")
    assert [t.path for t in found.targets] == [("一",), ("一",), ("二",)]
    assert line(target).endswith("（模型提出，待确认）")


@pytest.mark.parametrize(
    "changed",
    [
        {"quote": "名单里的三十户都要照顾"},
        {"value": "30"},
        {"value": ""},
        {"value": "优先"},
        {"op": "≈"},
        {"quote": None},
    ],
)
async def test_what_is_not_printed_is_rejected_and_counted(changed: dict[str, str]) -> None:
    found = await proposed(json.dumps(MISSED | changed, ensure_ascii=False), NOTHING)
    assert found.targets == plan().targets
    assert (found.added, found.rejected) == (0, 1)


async def test_a_unit_deadline_or_name_that_is_not_printed_is_left_out() -> None:
    said = MISSED | {"unit": "张", "deadline": "6月底前", "metric": "火星探测次数9"}
    (target,) = added(await proposed(json.dumps(said, ensure_ascii=False), NOTHING))
    assert (target.unit, target.deadline, target.deadline_date) == (None, None, None)
    assert "火星" not in target.metric


async def test_what_the_register_has_is_not_added_twice() -> None:
    known = {"quote": "新增床位500张", "metric": "床位", "op": "=", "value": "500"}
    twice = "\n".join(json.dumps(row, ensure_ascii=False) for row in (known, MISSED, MISSED))
    assert len(added(await proposed(f"```json\n{twice}\n```", NOTHING))) == 1


async def test_a_model_that_fails_keeps_what_it_said_and_says_why() -> None:
    found = await proposed(
        json.dumps(MISSED, ensure_ascii=False), ModelUnavailable("模型服务正忙（503）。")
    )
    assert (found.added, found.problem) == (1, "模型服务正忙（503）。")


async def test_the_model_sees_the_section_and_what_is_known_of_it() -> None:
    model = FakeModel(NOTHING, NOTHING)
    await propose_targets(plan(), model)
    first, second = model.history
    assert "名单里的二十来户" in first
    assert "床位：500张，年底前" in first
    assert "登记点" not in first
    assert "新建登记点：2处" in second


@pytest.mark.parametrize(
    ("script", "count", "problem"),
    [
        ((says(json.dumps(MISSED, ensure_ascii=False)), says(NOTHING)), 1, ""),
        ((Fails(401),), 0, "YAODIAN_MODEL_API_KEY"),
    ],
)
async def test_a_real_endpoint_is_asked(
    script: tuple[Answering, ...], count: int, problem: str
) -> None:
    async with serve_model(*script) as server:
        model = OpenAIModel("m", server.base_url, SecretStr("key"), ModelLimits())
        found = await propose_targets(plan(), model)
    assert found.added == count
    assert problem in found.problem


async def test_a_plan_with_other_targets_is_its_next_version(tmp_path: Path) -> None:
    found = await proposed(json.dumps(MISSED, ensure_ascii=False), NOTHING)
    source = source_from_bytes("plan.txt", TEXT.encode())
    embedder = FakeEmbedder()
    with Library(tmp_path / "data", embedder) as library:
        record = library.add(source).record
        embedded = len(embedder.history)
        second = library.revise(record, found.targets)
        third = library.revise(second, confirm(library.plan(second).targets))
        with pytest.raises(UnknownVersion, match="已经换了版本"):
            library.revise(second, ())
        assert [r.version for r in library.records(Role.ADMIN)] == [3]
        assert len(embedder.history) == embedded
        assert library.add(source).outcome == "unchanged"
    with Library(tmp_path / "data", embedder) as library:
        kept = library.plan(third).targets
        assert [t.value for t in kept] == ["500", "二十", "2"]
        assert not any(t.proposed for t in kept)
        assert [t.proposed for t in library.plan(second).targets] == [False, True, False]


async def test_what_is_rejected_is_gone() -> None:
    found = await proposed(json.dumps(MISSED, ensure_ascii=False), NOTHING)
    assert reject(found.targets) == plan().targets
