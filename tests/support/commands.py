"""ingest.py run in the test's own process, and what it ended with."""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import ingest
from tests.support.embedding import EmbeddingServer


def is_one_line(message: str) -> bool:
    return message.endswith("\n") and message.count("\n") == 1 and "Traceback" not in message


@dataclass(frozen=True)
class Ran:
    """What a command ended with."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


def runner(
    tmp_path: Path,
    embedding_server: EmbeddingServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Run ingest.py in this process, over the library in tmp_path/data and the fake's vectors."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("YAODIAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("YAODIAN_EMBEDDING_MODEL", "fake")
    monkeypatch.setenv("YAODIAN_EMBEDDING_BASE_URL", embedding_server.base_url)
    monkeypatch.setenv("YAODIAN_EMBEDDING_API_KEY", "sk-lanzhou")

    def run(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["ingest.py", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            ingest.main()
        out, err = capsys.readouterr()
        return Ran(int(ended.value.code or 0), out, err)

    return run
