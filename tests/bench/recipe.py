"""The usual recipe: LangChain's splitter at 500/50, Chroma, the four nearest pieces of text."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import chromadb
from chromadb.config import Settings
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

CHARS, OVERLAP = 500, 50
NEAREST = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text as the recipe cuts it; which section it stands in, the recipe cannot say."""

    file: str
    text: str


class Recipe:
    """Plans as the tutorials put them in, with the same embedding as ours."""

    def __init__(self, folder: Path, embedder: Embeddings) -> None:
        self._embedder = embedder
        self._client = chromadb.PersistentClient(
            str(folder), settings=Settings(anonymized_telemetry=False)
        )
        self._collection = self._client.create_collection(
            "recipe", embedding_function=None, metadata={"hnsw:space": "cosine"}
        )
        self._splitter = RecursiveCharacterTextSplitter(chunk_size=CHARS, chunk_overlap=OVERLAP)

    def close(self) -> None:
        self._client.close()

    def add(self, file: str, text: str) -> None:
        """Put a plan in."""
        texts = self._splitter.split_text(text)
        embeddings: Any = self._embedder.embed_documents(texts)
        self._collection.add(
            [f"{file}:{n}" for n in range(len(texts))],
            embeddings=embeddings,
            documents=texts,
            metadatas=[{"file": file}] * len(texts),
        )

    def search(self, question: str) -> tuple[list[Piece], float]:
        """Return the pieces of text that a model would be given, and the milliseconds."""
        start = time.perf_counter()
        found = self._nearest(question, ["documents", "metadatas"])
        files = [str(metadata["file"]) for metadata in found["metadatas"][0]]
        pieces = [Piece(*pair) for pair in zip(files, found["documents"][0], strict=True)]
        return pieces, 1000 * (time.perf_counter() - start)

    def floor_ms(self, question: str) -> float:
        """Return the milliseconds of one embedding and one Chroma query: nothing is faster."""
        start = time.perf_counter()
        self._nearest(question, ["distances"])
        return 1000 * (time.perf_counter() - start)

    def _nearest(self, question: str, include: Any) -> Any:
        vector: Any = [self._embedder.embed_query(question)]
        return self._collection.query(vector, n_results=NEAREST, include=include)
