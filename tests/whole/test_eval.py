"""`make eval`: its questions are sound, and its marks say what they claim to say."""

import asyncio
import os
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from knowledge.parsing import parse_plan
from tests.eval import run
from tests.support.model_server import quote_evidence, serve_model

pytest_plugins = ("tests.support.bot_fixtures",)

QUESTIONS = run.read_lines(run.QUESTIONS.read_text(encoding="utf-8"))
TYPES = {
    *("fact_number", "fact_text", "section_lookup", "compare"),
    *("summary", "followup", "unanswerable", "wrong_premise"),
}
PAGES = {("a.txt", ("一",)): "低保\n", ("a.txt", ("一", "1")): "低保标准\n提高到900元，去年860元。"}
GOLD = {"q": "低保多少", "type": "fact_number", "answer_contains": ["900元"]}
GOLD |= {"sections": [{"doc": "a.txt", "part": None, "path": ["一", "1"]}]}


@pytest.fixture(scope="module")
def pages() -> dict[run.Place, str]:
    found = {}
    for file in run.PLANS.glob("*.txt"):
        plan = parse_plan(file.read_text(encoding="utf-8"), file.name)
        found[file.name, ()] = plan.preamble
        found |= {(file.name, s.path): s.whole_text for s in plan.sections}
    return found


def answer(text: str, *path: str, status: str = "answered") -> dict[str, Any]:
    citation = {"file": "a.txt", "path": list(path), "title": "要点", "year": 2024, "date": None}
    citations = [citation] if path else []
    return {"status": status, "text": text, "citations": citations, "elapsed_ms": 1.0}


def mark(text: str, *path: str, status: str = "answered", **gold: object) -> run.Mark:
    return run.mark(GOLD | gold, answer(text, *path, status=status), PAGES)


def test_ids_are_unique() -> None:
    assert [name for name, n in Counter(q["id"] for q in QUESTIONS).items() if n > 1] == []


def test_there_are_70_questions_of_all_types() -> None:
    assert len(QUESTIONS) >= 70
    assert {q["type"] for q in QUESTIONS} == TYPES


def test_only_unanswerable_questions_have_no_section() -> None:
    wrong = [q["id"] for q in QUESTIONS if (q["type"] == "unanswerable") == bool(q["sections"])]
    assert wrong == []


def test_followups_and_no_others_have_a_history() -> None:
    assert [q["id"] for q in QUESTIONS if (q["type"] == "followup") != ("history" in q)] == []


def test_gold_sections_exist(pages: dict[run.Place, str]) -> None:
    assert [q["id"] for q in QUESTIONS if not set(run.gold_of(q)) <= set(pages)] == []


def test_what_an_answer_must_contain_is_printed_in_its_sections(
    pages: dict[run.Place, str],
) -> None:
    def lacking(question: dict[str, Any]) -> list[str]:
        text = "".join(run.printed(place, pages) for place in run.gold_of(question))
        return [part for part in question["answer_contains"] if not run.holds(text, part)]

    assert [(q["id"], lacking(q)) for q in QUESTIONS if lacking(q)] == []


def test_every_answerable_question_says_what_its_answer_contains() -> None:
    assert [q["id"] for q in QUESTIONS if q["sections"] and not q["answer_contains"]] == []


def test_the_plan_s_own_sentence_is_correct_and_supported() -> None:
    found = mark("提高到900元〔一1〕。", "一", "1")
    assert (found.why, found.section, found.first, found.supported) == ("", True, True, True)


@pytest.mark.parametrize(
    ("text", "path", "status", "why"),
    [
        ("提高到900元。", ("一",), "answered", "wrong section"),
        ("提高到860元。", ("一", "1"), "answered", "lacks 900元"),
        ("提高到1900元。", ("一", "1"), "answered", "lacks 900元"),
        ("最接近的是900元。", ("一", "1"), "not_found", "status not_found"),
        ("900元。" * 300, ("一", "1"), "answered", "long"),
    ],
)
def test_a_wrong_answer_says_why(text: str, path: tuple[str, ...], status: str, why: str) -> None:
    assert mark(text, *path, status=status).why == why


def test_a_section_inside_the_gold_one_is_gold() -> None:
    inside_of = [{"doc": "a.txt", "part": None, "path": ["一"]}]
    assert mark("900元。", "一", "1", sections=inside_of).first


@pytest.mark.parametrize(
    ("text", "is_supported"),
    [
        ("900元，比去年的860元提高40元。", True),
        ("900元，比去年的860元提高50元。", False),
        ("共 1 项：\n1. 900元〔一1〕《要点2024》", True),
        ("950元。", False),
    ],
)
def test_a_figure_from_nowhere_is_not_supported(text: str, is_supported: bool) -> None:
    assert mark(text, "一", "1").supported is is_supported


def test_an_answer_without_a_citation_is_not_supported() -> None:
    assert mark("900元。").supported is False


def test_an_unanswerable_question_must_not_be_answered() -> None:
    assert mark("没有。", status="not_found", sections=[]).handled
    assert not mark("900元。", "一", "1", sections=[]).handled


MODEL = {"YAODIAN_MODEL": "qwen", "YAODIAN_MODEL_BASE_URL": "http://127.0.0.1:9"}


def test_the_model_is_taken_away_unless_it_is_asked_for(tmp_path: Path) -> None:
    assert not [n for n in run.environment(tmp_path, False, MODEL) if "MODEL" in n]
    assert run.environment(tmp_path, True, MODEL).items() >= MODEL.items()


def test_without_a_model_it_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="YAODIAN_MODEL, YAODIAN_MODEL_BASE_URL"):
        run.environment(tmp_path, True, {})


async def test_a_model_s_way_is_measured_as_the_plan_s(sample_data: Path, tmp_path: Path) -> None:
    shutil.copytree(sample_data, tmp_path / "data")
    asked = [q for q in QUESTIONS if q["type"] == "fact_number"][:5]
    async with serve_model(otherwise=quote_evidence) as server:
        model = {"YAODIAN_MODEL": "m", "YAODIAN_MODEL_BASE_URL": server.base_url}
        settings = run.environment(tmp_path, True, dict(os.environ) | model)
        answers = await asyncio.to_thread(run.ask, asked, tmp_path, settings)
    assert len(server.asked) >= len(asked)
    assert run.authors(answers) == "written by: model 5"
    marks = [run.mark(q, a, run.read_pages()) for q, a in zip(asked, answers, strict=True)]
    assert all(m.supported and m.section for m in marks)
