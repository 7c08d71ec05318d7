"""`python -m bot` as a shell runs it."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.places import REPO


def run_bot(
    data: Path, *words: str, given: str = "", **settings: str
) -> "subprocess.CompletedProcess[str]":
    """Run `python -m bot` in the folder above `data`, where no .env of ours can be."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("YAODIAN_")}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=data.parent,
        env=clean | {"PYTHONPATH": str(REPO), "YAODIAN_DATA": str(data)} | settings,
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
    )


def last_line_of(done: "subprocess.CompletedProcess[str]") -> str:
    assert "Traceback" not in done.stderr
    return done.stderr.strip().splitlines()[-1]
