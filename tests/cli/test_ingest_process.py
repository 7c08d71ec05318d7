"""ingest.py as people start it: a process with nothing set but the data folder."""

import os
import subprocess
import sys
from pathlib import Path

import ingest
from knowledge.library import Library
from tests.support.commands import Ran, is_one_line
from tests.support.embedding import FakeEmbedder
from tests.support.places import WritePlan

OTHER = "澜州市2025年林业工作要点\n一、种好树\n造林3.5万亩。\n二、护好林\n设护林员60名。\n"


def run_process(*arguments: object, data: Path) -> Ran:
    """Run ingest.py as people do, with nothing set but the data folder."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("YAODIAN_")}
    done = subprocess.run(
        [sys.executable, ingest.__file__, *map(str, arguments)],
        env=clean | {"YAODIAN_DATA": str(data), "PYTHONWARNINGS": "default"},
        cwd=data.parent,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def test_a_plan_goes_in_with_nothing_configured(tmp_path: Path, write_plan: WritePlan) -> None:
    added = run_process("add", write_plan("a.txt", OTHER), "--json", data=tmp_path / "data")
    assert (added.status, added.err) == (0, "")
    assert added.json[0]["outcome"] == "new"


def test_a_second_process_is_refused_with_the_owners_number(tmp_path: Path) -> None:
    with Library(tmp_path / "data", FakeEmbedder()):
        ran = run_process("list", data=tmp_path / "data")
    assert (ran.status, is_one_line(ran.err)) == (7, True)
    assert str(os.getpid()) in ran.err


def test_a_foreign_folder_is_refused_as_one_line(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.odt").write_bytes(b"PK")
    ran = run_process("list", data=tmp_path / "mine")
    assert (ran.status, is_one_line(ran.err)) == (8, True)
    assert (tmp_path / "mine" / "letter.odt").read_bytes() == b"PK"
