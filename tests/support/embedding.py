"""An embedding of the tests' own, and an OpenAI-compatible endpoint that answers with it."""

import json
import math
import zlib
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from langchain_core.embeddings import Embeddings

from knowledge.text import normal


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
