"""What a test needs beside its own process: a server, another process, another program.

The bundled models (embeddings, recognition of scans) count as such: they take seconds to load.
"""

from types import ModuleType

import pytest

FIXTURES = {
    *("bundled_embedder", "chroma", "embedding_server", "nano", "postgres", "remote", "servers"),
    "postgresql",  # the parameter that stands for its server
}
MODULES = {
    *("knowledge.files.readers.scan", "knowledge.files.sandbox"),
    *("multiprocessing", "socket", "subprocess"),
    *(f"tests.support.{name}" for name in ("bot_process", "chroma_server", "commands", "formats")),
    *(f"tests.support.{name}" for name in ("model_server", "office_files", "postgres_server")),
    *(f"tests.support.{name}" for name in ("telegram_emulator", "telegram_server")),
    *(f"tests.support.{name}" for name in ("wecom_bot_office", "wecom_bot_server")),
    *(f"tests.support.{name}" for name in ("wecom_bot_web", "wecom_server")),
}


def is_outside(item: pytest.Item) -> bool:
    """True if a test asks for such a fixture, or its module takes something from such a module."""
    assert isinstance(item, pytest.Function)
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    wanted = {*item.fixturenames, *(p for p in parameters if isinstance(p, str))}
    return bool(FIXTURES & wanted) or any(map(_comes_from_outside, vars(item.module).values()))


def _comes_from_outside(value: object) -> bool:
    name = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
    return name in MODULES
