"""Where a library can be, in a folder or on a PostgreSQL and a Chroma server; and plans to add."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from langchain_core.embeddings import Embeddings

from knowledge.library import Added, Library
from knowledge.plan import Metadata, Role
from knowledge.search.chroma import ChromaServer, Vectors
from knowledge.storage.catalogue import Catalogue
from knowledge.storage.database import Database
from tests.support.source_files import read_source

HEAD = "澜州市2025年水务工作要点\n全年办好几件实事。\n"
SIGNATURE = "澜州市水务局\n2025年3月11日\n"
CANALS = "一、修好水渠\n清淤干渠12公里，改造泵站4座。\n"
WORKS = "二、建好水厂\n新建水厂2座，日供水33.02万吨。\n"
METERS = "三、换好水表\n免费更换智能水表900只。\n"
PLAN = HEAD + CANALS + WORKS + METERS + SIGNATURE
NEWER = HEAD + CANALS + WORKS.replace("2座", "5座") + METERS + SIGNATURE
OTHER = "澜州市2025年林业工作要点\n一、种好树\n造林3.5万亩。\n二、护好林\n设护林员60名。\n"
LONG = HEAD + "".join(f"{n}．第{n}渠段\n清淤{n}公里。\n" for n in range(1, 21))


def add(library: Library, file: Path, given: Metadata | None = None, **more: Any) -> Added:
    return library.add(read_source(file), given, file, **more)


def found(library: Library, question: str, reader: Role = Role.STAFF) -> list[str]:
    return [hit.text for hit in library.search(question, library.records(reader))]


@dataclass(frozen=True, slots=True)
class Shelf:
    """One place for one library; whoever opens it again finds the same library."""

    data: Path
    database_url: str | None = None
    chroma: ChromaServer | None = None

    def open(self, embedder: Embeddings) -> Library:
        return Library(self.data, embedder, self.database_url, self.chroma)

    @contextmanager
    def database(self) -> Iterator[Database]:
        database = Database(self.database_url or self.data / "catalogue.sqlite3")
        try:
            yield database
        finally:
            database.close()

    @contextmanager
    def vectors(self, model: str = "fake") -> Iterator[Vectors]:
        vectors = Vectors(self.chroma or self.data / "chroma", model)
        try:
            yield vectors
        finally:
            vectors.close()

    def stored_ids(self) -> tuple[set[str], set[str]]:
        """The ids of the published passages and of the vectors, of a library that is closed."""
        with self.database() as database, self.vectors() as vectors:
            return set(Catalogue(database).published_ids()), vectors.ids()
