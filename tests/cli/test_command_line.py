"""The commands as a shell runs them: real processes, a real library, exit statuses."""

import json
import os
import shutil
from pathlib import Path

import pytest

from knowledge.errors import DamagedLibrary, LibraryBusy
from knowledge.library import Library
from knowledge.search.embedding import Embedder
from tests.support.bot_process import last_line_of, run_bot

pytest_plugins = ["tests.support.bot_fixtures"]

SECTION = "2023年第16条"  # a section is found by its number, without the embedding model
SECTION_LABEL = "〔四16〕"


@pytest.fixture(scope="module")
def data(sample_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(sample_data, tmp_path_factory.mktemp("command") / "data")


def test_ask_prints_the_answer_with_its_source(data: Path) -> None:
    done = run_bot(data, "ask", SECTION)
    assert done.returncode == 0
    assert f"社区工作者持证率达到35%以上{SECTION_LABEL}。" in done.stdout
    assert f"出处：\n{SECTION_LABEL}《云溪市 2023年全市民政工作要点》活跃社区协商" in done.stdout


def test_ask_finds_by_meaning_with_the_bundled_model(data: Path) -> None:
    done = run_bot(data, "ask", "2024年要给多少独居老人家里装夜灯", "--json")
    reply = json.loads(done.stdout)
    assert "1200户独居老年人家庭" in reply["text"]
    assert [c["label"] for c in reply["citations"]] == ["三（四）"]


def test_ask_json_is_one_object_as_in_a_batch_without_its_id(data: Path) -> None:
    reply = json.loads(run_bot(data, "ask", SECTION, "--json").stdout)
    assert list(reply) == ["status", "text", "citations", "targets", "written_by", "elapsed_ms"]
    assert (reply["status"], reply["written_by"]) == ("answered", "plan")


@pytest.mark.parametrize("question", ["", "   "])
def test_an_empty_question_is_told_so_and_ends_with_15(data: Path, question: str) -> None:
    done = run_bot(data, "ask", question)
    assert done.returncode == 15
    assert "没有收到问题" in done.stdout


def test_ask_answers_from_the_plan_that_is_given(data: Path) -> None:
    done = run_bot(data, "ask", "第三部分第七条", "--plan", "yunxi-2024.txt", "--as", "leader")
    assert "〔三（七）〕《云溪市民政局2024年工作要点》壮大护理员队伍" in done.stdout


def test_an_unknown_plan_is_named_with_those_there_are(data: Path) -> None:
    done = run_bot(data, "ask", "低保标准", "--plan", "yunxi-1999.txt")
    assert "yunxi-1999.txt" in done.stdout
    assert "《2025年云溪市民政工作要点》" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_batch_answers_line_by_line_from_a_file_or_from_stdin(data: Path) -> None:
    lines = "".join(
        json.dumps({"id": n, "q": q}, ensure_ascii=False) + "\n"
        for n, q in [(2, SECTION), (1, "帮助"), (3, "2024年第三部分第七条")]
    )
    questions = data.parent / "questions.jsonl"
    questions.write_text(lines, encoding="utf-8-sig")
    of_file = run_bot(data, "ask", "--batch", str(questions))
    of_stdin = run_bot(data, "ask", "--batch", "-", given=lines)
    for done in (of_file, of_stdin):
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        assert [row["id"] for row in rows] == [2, 1, 3]
        assert [row["status"] for row in rows] == ["answered", "info", "answered"]
        assert done.returncode == 0


def test_a_line_separator_inside_a_question_does_not_end_its_line(data: Path) -> None:
    questions = data.parent / "separator.jsonl"
    line = json.dumps({"id": 1, "q": f"{SECTION}\u2028讲什么"}, ensure_ascii=False)
    questions.write_text(line + "\n", encoding="utf-8")
    done = run_bot(data, "ask", "--batch", str(questions))
    assert done.returncode == 0
    assert json.loads(done.stdout)["status"] == "answered"


def test_a_wrong_line_of_a_batch_is_an_error_and_the_others_are_answered(data: Path) -> None:
    lines = '{"id": 1, "q": "帮助"}\n{"id": 2}\n{"id": 3, "q": "帮助"}\n'
    done = run_bot(data, "ask", "--batch", "-", given=lines)
    assert done.returncode == 10
    statuses = [json.loads(line)["status"] for line in done.stdout.splitlines()]
    assert statuses == ["info", "error", "info"]
    assert "第 2 行" in last_line_of(done)


def test_a_batch_file_that_is_not_there_is_one_line(data: Path) -> None:
    done = run_bot(data, "ask", "--batch", "nowhere.jsonl")
    assert done.returncode == 1
    assert "nowhere.jsonl" in last_line_of(done)


def test_chat_reads_questions_from_stdin_and_remembers_them(data: Path) -> None:
    done = run_bot(data, "chat", given=f"{SECTION}\n文件\n\n2024年第三部分第七条\n")
    assert done.returncode == 0
    assert SECTION_LABEL in done.stdout
    assert "现有文件" in done.stdout
    assert "壮大护理员队伍" not in done.stdout  # an empty line ended it


def test_chat_ends_with_the_input(data: Path) -> None:
    done = run_bot(data, "chat", "--as", "staff", given="帮助")
    assert done.returncode == 0
    assert "按编号查" in done.stdout


def test_run_without_channels_and_terminal_says_what_it_did_and_ends_with_0(data: Path) -> None:
    done = run_bot(data, "run")
    assert done.returncode == 0
    assert str(data) in done.stdout
    assert "企业微信" in done.stdout


def test_a_second_process_on_the_same_folder_is_refused(
    data: Path, bundled_embedder: Embedder
) -> None:
    with Library(data, bundled_embedder):
        done = run_bot(data, "ask", SECTION)
    assert done.returncode == LibraryBusy.exit_status
    assert str(os.getpid()) in last_line_of(done)


def test_a_folder_of_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "letters.txt").write_text("信", encoding="utf-8")
    done = run_bot(tmp_path / "data", "ask", SECTION)
    assert done.returncode == DamagedLibrary.exit_status
    assert "letters.txt" in last_line_of(done)
    assert [p.name for p in (tmp_path / "data").iterdir()] == ["letters.txt"]


def test_without_plans_it_says_how_to_put_some_in(tmp_path: Path) -> None:
    done = run_bot(tmp_path / "data", "ask", SECTION)
    assert done.returncode == 0
    assert "ingest.py add" in done.stdout


def test_a_wrong_setting_is_one_line_and_9(data: Path) -> None:
    done = run_bot(data, "run", YAODIAN_WEB_PORT="seventy", YAODIAN_TELEGRAM_TOKEN="123:hidden")
    assert done.returncode == 9
    assert "YAODIAN_WEB_PORT" in last_line_of(done)
    assert "seventy" not in done.stderr
    assert "hidden" not in done.stderr


def test_the_question_stands_in_the_log_at_debug_only(data: Path) -> None:
    assert SECTION not in run_bot(data, "ask", SECTION).stderr
    assert SECTION in run_bot(data, "ask", SECTION, YAODIAN_LOG_LEVEL="DEBUG").stderr


@pytest.mark.parametrize("words", [("ask", "--as", "king", SECTION), ("dance",)])
def test_a_command_that_is_not_there_ends_with_15(data: Path, words: tuple[str, ...]) -> None:
    done = run_bot(data, *words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_help_names_every_command(data: Path) -> None:
    done = run_bot(data, "--help")
    assert done.returncode == 0
    assert all(name in done.stdout for name in ("ask", "chat", "run"))
