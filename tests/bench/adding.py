"""Adding plans, and adding them again unchanged: how fast, and where the time goes."""

import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from langchain_core.embeddings import Embeddings

from knowledge.library import Library
from knowledge.metadata import load_plans_toml
from knowledge.plan import Role
from knowledge.reading import read_source

QUESTIONS = (
    "老年助餐每餐补贴多少",
    "农村低保标准是多少",
    "社工站什么时候建成",
    "困境儿童心理关爱几次",
    "殡葬服务费免除多少",
)


@dataclass(frozen=True, slots=True)
class Spent:
    """One pass over the files: seconds in all and by part, and what was embedded."""

    plans: int
    seconds: float
    parts: dict[str, float]
    passages: int

    def share(self, part: str) -> float:
        """Return a part's share of all seconds."""
        return self.parts[part] / self.seconds

    @property
    def rest(self) -> float:
        """The seconds that no part explains."""
        return self.seconds - sum(self.parts.values())


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


def search_ms(data: Path, embedder: Embeddings) -> float:
    """Return the median milliseconds of a search in all plans of a library, after a first one."""
    with Library(data, embedder) as library:
        spent = [_search_ms(library, question) for question in (*QUESTIONS, *QUESTIONS)]
    return statistics.median(spent[len(QUESTIONS) :])


def _search_ms(library: Library, question: str) -> float:
    start = time.perf_counter()
    library.search(question, library.records(Role.STAFF))
    return 1000 * (time.perf_counter() - start)


def add_twice(data: Path, embedder: Keeping, files: Sequence[Path]) -> tuple[Spent, Spent]:
    """Add the files to a new library, close it, open it and add them again."""
    with Library(data, embedder) as library:
        library.rebuild()  # opens Chroma, which costs 1-2 seconds once
        first = _add(library, files, embedder)
    with Library(data, embedder) as library:
        return first, _add(library, files, embedder)


def _add(library: Library, files: Sequence[Path], embedder: Keeping) -> Spent:
    """Add files as `ingest.py add FOLDER` does."""
    parts = Counter[str]()
    before = len(embedder.vectors)
    start = time.perf_counter()
    for file in files:
        began = time.perf_counter()
        given = load_plans_toml(file.parent).get(file.name)
        parts["plans.toml"] += time.perf_counter() - began
        began = time.perf_counter()
        source = read_source(file)
        parts["reading"] += time.perf_counter() - began
        parts.update(asdict(library.add(source, given, file).seconds))
    seconds = time.perf_counter() - start
    embedded = len(embedder.vectors) - before
    return Spent(len(files), seconds, dict(parts), embedded)
