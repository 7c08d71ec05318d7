"""Chroma: a vector for each passage, under the passage's id. Everything else is in the catalogue,
and so is the truth; what Chroma lost is written again from there.

Chroma runs inside this process (a folder) or as a server that several processes share. One
collection per embedding model, cosine. An id is plan:version:number and always means one text.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import DamagedLibrary, KnowledgeError, StorageUnavailable

if TYPE_CHECKING:
    import httpx
    from chromadb.api.client import Client

TIMEOUT_SECONDS = 30.0  # 5,000 vectors take a server 2-3 seconds
COLLECTION = "passages-"  # followed by which model
BATCH = 5000  # Chroma refuses more than 5,461 at once
READ_BATCH = 500  # each number comes as a Python object: more at once take twice as long
GONE = (
    "向量库服务 {} 连不上（{}）。已入库的内容没有变化，请检查 YAODIAN_CHROMA_URL 和该服务；"
    "恢复后不用重启。"
)
CORRUPT = (
    "向量库 {} 打不开（{}）。请运行 python ingest.py rebuild 重建；原文和条款都在目录库里，"
    "不会丢失。"
)

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ChromaServer:
    """A Chroma server or Chroma Cloud: http(s)://HOST[:PORT][/TENANT/DATABASE], and the headers
    it asks for.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class Vectors:
    """The vectors of one library; opening costs 1-2 seconds, so the library does it when they are
    first needed.

    Raises:
        DamagedLibrary: the folder is corrupt.
        StorageUnavailable: the server cannot be reached or refuses.
    """

    def __init__(self, where: Path | ChromaServer, model: str) -> None:
        self._where = where
        name = COLLECTION + hashlib.sha256(model.encode()).hexdigest()[:16]
        with _translated(where):
            self._client = _open(where) if isinstance(where, Path) else _connect(where)
            self._collection = self._client.get_or_create_collection(
                name, embedding_function=None, metadata={"hnsw:space": "cosine"}
            )

    def close(self) -> None:
        """Let go of the files or of the connections."""
        _close(self._client, isinstance(self._where, ChromaServer))

    def put(self, ids: Sequence[str], plans: Sequence[str], vectors: Sequence[Any]) -> None:
        """Store vectors under their ids, each with the plan it belongs to; what an add that was
        killed left under them is replaced.
        """
        for at in range(0, len(ids), BATCH):
            batch = slice(at, at + BATCH)
            metadatas: Any = [{"plan": plan} for plan in plans[batch]]
            embeddings: Any = np.asarray(vectors[batch], np.float32)
            with _translated(self._where):
                self._collection.upsert(
                    list(ids[batch]), embeddings=embeddings, metadatas=metadatas
                )

    def remove(self, ids: Iterable[str]) -> None:
        """Remove the vectors of these ids; unknown ids are no error."""
        doomed = list(ids)
        for at in range(0, len(doomed), BATCH):
            with _translated(self._where):
                self._collection.delete(doomed[at : at + BATCH])

    def ids(self) -> set[str]:
        """Return every stored id."""
        with _translated(self._where):
            return set(self._collection.get(include=[])["ids"])

    def read(self, ids: Sequence[str]) -> dict[str, Matrix]:
        """Return id -> vector of those ids that are stored."""
        found: dict[str, Matrix] = {}
        for at in range(0, len(ids), READ_BATCH):
            batch = list(ids[at : at + READ_BATCH])
            with _translated(self._where):
                stored = self._collection.get(batch, include=["embeddings"])
            rows = np.asarray(stored["embeddings"], np.float32)
            found |= dict(zip(stored["ids"], rows, strict=True))
        return found

    def nearest(
        self, vector: Sequence[float], limit: int, plans: Collection[str] | None
    ) -> list[tuple[str, float]]:
        """Return (id, cosine similarity) of the nearest passages by Chroma's own index, best
        first; `plans` None means all.
        """
        where: Any = None if plans is None else {"plan": {"$in": sorted(plans)}}
        embeddings: Any = [vector]
        with _translated(self._where):
            found = self._collection.query(
                query_embeddings=embeddings, n_results=limit, where=where, include=["distances"]
            )
        distances = found["distances"] or [[]]
        return [(i, 1 - d) for i, d in zip(found["ids"][0], distances[0], strict=True)]


def forget_all(server: ChromaServer) -> None:
    """Remove the vectors of every model from a server.

    Raises:
        StorageUnavailable: it cannot be reached or refuses.
    """
    with _translated(server):
        client = _connect(server)
        for collection in client.list_collections():
            if collection.name.startswith(COLLECTION):
                client.delete_collection(collection.name)
        _close(client, has_sessions=True)


@contextmanager
def _translated(where: Path | ChromaServer) -> Iterator[None]:
    """Turn Chroma's errors into ours: its core and its client share no common type."""
    try:
        yield
    except KnowledgeError:
        raise
    except Exception as exc:
        said = type(exc).__name__
        if isinstance(where, ChromaServer):
            host = urlsplit(where.url).netloc.rpartition("@")[2]
            raise StorageUnavailable(GONE.format(host, said)) from exc
        raise DamagedLibrary(CORRUPT.format(where, said)) from exc


def _open(folder: Path) -> "Client":
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    return cast("Client", chromadb.PersistentClient(str(folder), settings=settings))


def _connect(server: ChromaServer) -> "Client":
    import chromadb
    from chromadb.config import DEFAULT_DATABASE, DEFAULT_TENANT, Settings

    url = urlsplit(server.url)
    tenant, _, database = url.path.strip("/").partition("/")
    is_tls = url.scheme == "https"
    client = chromadb.HttpClient(
        host=url.hostname or "localhost",
        port=url.port or (443 if is_tls else 8000),
        ssl=is_tls,
        headers=dict(server.headers),
        tenant=tenant or DEFAULT_TENANT,
        database=database or DEFAULT_DATABASE,
        settings=Settings(anonymized_telemetry=False),
    )
    opened = cast("Client", client)
    for session in _sessions(opened):
        session.timeout = TIMEOUT_SECONDS
    return opened


def _close(client: "Client", has_sessions: bool) -> None:
    for session in _sessions(client) if has_sessions else ():
        session.close()
    client.close()


def _sessions(client: "Client") -> "list[httpx.Client]":
    """Return the connections of a client of a server, which Chroma neither closes nor gives a time
    limit; a second client that it makes for its databases has its own.
    """
    both: tuple[Any, ...] = (client, client._admin_client)
    return [each._server._session for each in both]
