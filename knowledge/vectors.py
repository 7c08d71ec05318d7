"""Chroma: passages by meaning. Holds vectors and ids only; everything else is in the catalogue, and
so is the truth.

One collection per embedding model, cosine. An id is plan:version:passage and is written once, so
that upsert's merging of old metadata and add's silent keeping of existing ids can do no harm.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from knowledge.errors import DamagedLibrary

if TYPE_CHECKING:
    from chromadb.api.client import Client

BATCH = 5000  # Chroma refuses more than 5,461 at once


class Vectors:
    """The vectors of one library; opening costs 1-2 seconds, so the library does it when they are
    first needed.
    """

    def __init__(self, folder: Path, model: str) -> None:
        try:
            self._client = _open(folder)
            self._collection = self._client.get_or_create_collection(
                "passages-" + hashlib.sha256(model.encode()).hexdigest()[:16],
                embedding_function=None,
                metadata={"hnsw:space": "cosine"},
            )
        except Exception as exc:  # Chroma raises its Rust core's errors without a common type
            raise DamagedLibrary(
                f"向量库 {folder} 打不开（{type(exc).__name__}）。"
                "请删掉这个文件夹再运行 python ingest.py rebuild；原文和条款都在，不会丢失。"
            ) from exc

    def close(self) -> None:
        """Let go of the files."""
        self._client.close()

    def add(
        self, ids: Sequence[str], plans: Sequence[str], vectors: Sequence[Sequence[float]]
    ) -> None:
        """Store vectors under their ids, each with the plan it belongs to."""
        for at in range(0, len(ids), BATCH):
            batch = slice(at, at + BATCH)
            metadatas: Any = [{"plan": plan} for plan in plans[batch]]
            embeddings: Any = list(vectors[batch])
            self._collection.add(list(ids[batch]), embeddings=embeddings, metadatas=metadatas)

    def remove(self, ids: Iterable[str]) -> None:
        """Remove the vectors of these ids; unknown ids are no error."""
        doomed = list(ids)
        for at in range(0, len(doomed), BATCH):
            self._collection.delete(doomed[at : at + BATCH])

    def ids(self) -> set[str]:
        """Return every stored id."""
        return set(self._collection.get(include=[])["ids"])

    def nearest(
        self, vector: Sequence[float], limit: int, plans: Collection[str] | None
    ) -> list[tuple[str, float]]:
        """Return (id, cosine similarity) of the nearest passages, best first; `plans` None means
        all.
        """
        where: Any = None if plans is None else {"plan": {"$in": sorted(plans)}}
        embeddings: Any = [vector]
        found = self._collection.query(
            query_embeddings=embeddings, n_results=limit, where=where, include=["distances"]
        )
        distances = found["distances"] or [[]]
        return [(i, 1 - d) for i, d in zip(found["ids"][0], distances[0], strict=True)]


def _open(folder: Path) -> "Client":
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    return cast("Client", chromadb.PersistentClient(str(folder), settings=settings))
