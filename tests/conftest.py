import json
import math
import os
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from chroma_server import ChromaProcess, serve_chroma
from langchain_core.embeddings import Embeddings
from postgres_server import PostgresServer, find_postgres, serve_postgres
from shelves import Shelf

from knowledge.library import Library
from knowledge.search.chroma import ChromaServer
from knowledge.text import normal

SAMPLES = Path(__file__).parent.parent / "plans"

WritePlan = Callable[..., Path]


class FakeEmbedder(Embeddings):
    """Hashed pairs of characters, of unit length; raises the errors it is given, one a call."""

    name = "fake"
    dimensions = 64

    def __init__(self, *errors: Exception | None) -> None:
        self.errors = deque(errors)
        self.history: list[str] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        if self.errors and (error := self.errors.popleft()):
            raise error
        self.history += texts
        return [self._vector(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self._vector(text)

    def _vector(self, text: str) -> list[float]:
        counts = [0.0] * self.dimensions
        clean = f"^{normal(text)}$"
        for pair in zip(clean, clean[1:], strict=False):
            counts[zlib.crc32("".join(pair).encode()) % self.dimensions] += 1
        length = math.hypot(*counts)
        return [count / length for count in counts]


class EmbeddingServer:
    """An OpenAI-compatible endpoint on the loopback that answers with the fake's vectors."""

    def __init__(self) -> None:
        self.embedder = FakeEmbedder()
        self.authorizations: list[str | None] = []
        self.base_url = ""

    def answer(self, request: dict[str, object], authorization: str | None) -> bytes:
        self.authorizations.append(authorization)
        texts = request["input"]
        vectors = self.embedder.embed_documents([texts] if isinstance(texts, str) else texts)
        rows = [
            {"object": "embedding", "index": i, "embedding": vector}
            for i, vector in enumerate(vectors)
        ]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        reply = {"object": "list", "model": request["model"], "data": rows, "usage": usage}
        return json.dumps(reply).encode()


@contextmanager
def serve_embeddings() -> Iterator[EmbeddingServer]:
    server = EmbeddingServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = server.answer(json.loads(body), self.headers["Authorization"])
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_said: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        server.base_url = f"http://127.0.0.1:{http.server_port}/v1"
        thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        http.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def embedding_server() -> Iterator[EmbeddingServer]:
    with serve_embeddings() as server:
        yield server


@pytest.fixture
def samples() -> Path:
    """The plans that come with the product, of the invented 云溪市."""
    return SAMPLES


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


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With CI=true a skipped test is a failure: something was not installed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = len(reporter.stats.get("skipped", ())) if reporter else 0
    if os.environ.get("CI") == "true" and skipped and exitstatus == 0:
        reporter.write_line(f"CI=true and {skipped} skipped")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
