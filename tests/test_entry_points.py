"""`ask` and `ingest.py --help` start at once: what takes seconds to import waits for its use."""

import subprocess
import sys

import pytest

from tests.support.places import REPO


@pytest.mark.parametrize("module", ["bot.__main__", "ingest"])
def test_an_entry_point_starts_without_the_heavy_libraries(module: str) -> None:
    heavy = {"chromadb", "langchain_openai", "telegram"}
    code = f"import sys, {module}; print(*({heavy!r} & sys.modules.keys()))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPO, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
