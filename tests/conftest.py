"""The fixtures of all tests: the sample plans, libraries, servers."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.library import Library
from knowledge.search.chroma import ChromaServer
from tests.support.chroma_server import ChromaProcess, serve_chroma
from tests.support.embedding import EmbeddingServer, FakeEmbedder, serve_embeddings
from tests.support.outside import is_outside
from tests.support.places import PLANS, WritePlan
from tests.support.postgres_server import PostgresServer, find_postgres, serve_postgres
from tests.support.shelves import Shelf


@pytest.fixture(scope="session")
def embedding_server() -> Iterator[EmbeddingServer]:
    with serve_embeddings() as server:
        yield server


@pytest.fixture
def samples() -> Path:
    """The plans that come with the product, of the invented 云溪市."""
    return PLANS


@pytest.fixture
def embedder() -> FakeEmbedder:
    return FakeEmbedder()


@pytest.fixture
def library(tmp_path: Path, embedder: FakeEmbedder) -> Iterator[Library]:
    """An empty library over real Chroma and real SQLite in tmp_path/data."""
    with Library(tmp_path / "data", embedder) as opened:
        yield opened


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL, shared by all tests."""
    programs = find_postgres()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with serve_postgres(programs) as server:
        yield server


@pytest.fixture(scope="session")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaProcess]:
    """A real Chroma server, shared by all tests."""
    with serve_chroma(tmp_path_factory.mktemp("chroma")) as server:
        yield server


@pytest.fixture
def servers(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    """A new place for a library on both servers."""
    postgres, chroma = map(request.getfixturevalue, ("postgres", "chroma"))
    return Shelf(tmp_path / "data", postgres.new_database(), ChromaServer(chroma.new_database()))


@pytest.fixture(params=["folder", "servers"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    """A new place for a library: tests that take it run over both kinds."""
    if request.param == "servers":
        return request.getfixturevalue("servers")
    return Shelf(tmp_path / "data")


@pytest.fixture
def write_plan(tmp_path: Path) -> WritePlan:
    """Write tmp_path/plans/NAME and return its path."""

    def write(name: str, text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "plans" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode(encoding))
        return path

    return write


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what starts a server, a process or another program: `make test-fast` leaves it out."""
    for item in items:
        if is_outside(item):
            item.add_marker("outside")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With CI=true a skipped test is a failure: something was not installed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = len(reporter.stats.get("skipped", ())) if reporter else 0
    if os.environ.get("CI") == "true" and skipped and exitstatus == 0:
        reporter.write_line(f"CI=true and {skipped} skipped")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
