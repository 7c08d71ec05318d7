"""Adding plans: how fast, and where the time goes."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from langchain_core.embeddings import Embeddings

from knowledge.library import Library
from knowledge.structure.metadata import load_plans_toml
from tests.support.source_files import read_source


@dataclass(frozen=True, slots=True)
class Spent:
    """One pass over the files: seconds in all and by part, and what was embedded."""

    plans: int
    seconds: float
    parts: dict[str, float]
    passages: int


class Keeping(Embeddings):
    """An embedder that keeps what it read and the vectors it made."""

    def __init__(self, inner: Embeddings) -> None:
        self.name = inner.name
        self.texts: list[str] = []
        self.vectors: list[list[float]] = []
        self._inner = inner

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        made = self._inner.embed_documents(texts)
        self.texts += texts
        self.vectors += made
        return made

    def embed_query(self, text: str) -> list[float]:
        return self._inner.embed_query(text)


def add_all(library: Library, files: Sequence[Path], embedder: Keeping) -> Spent:
    """Add files as `ingest.py add FOLDER` does."""
    parts = Counter[str]()
    before = len(embedder.vectors)
    given = load_plans_toml(files[0].parent)
    start = time.perf_counter()
    for file in files:
        began = time.perf_counter()
        source = read_source(file)
        parts["reading"] += time.perf_counter() - began
        parts.update(asdict(library.add(source, given.get(file.name), file).seconds))
    seconds = time.perf_counter() - start
    embedded = len(embedder.vectors) - before
    return Spent(len(files), seconds, dict(parts), embedded)
