"""Search by meaning: Chroma holds the vectors, a matrix in memory scans them, and both are kept in
step with what the catalogue says is published.

Vectors are written before their version is published. Plans that are put in together have theirs
written many at a time, and after: Chroma takes 80 ms for 26 of them and 365 for 260.

When vectors are first needed, and again after a Chroma server was gone, its ids are compared with
the published passages: what a killed add left goes, what is missing is written again.
"""

import logging
import shutil
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from knowledge.errors import DamagedLibrary, StorageUnavailable
from knowledge.passages import Passage
from knowledge.plan import PlanRecord
from knowledge.search.chroma import ChromaServer, Matrix, Vectors
from knowledge.search.embedding_cache import Embedded, Progress, Vector
from knowledge.search.exact_scan import Nearest, PlanVersion
from knowledge.storage.catalogue import Catalogue
from knowledge.storage.database import WRITING, Database
from knowledge.storage.full_text import Corpus
from knowledge.storage.publishing import passage_ids

log = logging.getLogger(__name__)

# Passages up to which all vectors are held in memory (384 numbers each: 768 MB); a larger library
# is searched by Chroma's own index, which is slow where plans are named.
SCAN_LIMIT = 500_000
GATHERED = 500  # passages of plans put in together that are written at once


def silent(_done: int, _total: int) -> None:
    """Tell nobody how far the work is."""


class Meaning:
    """The vectors of one library."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        embedded: Embedded,
        where: Path | ChromaServer,
        model: str,
        scan_limit: int = SCAN_LIMIT,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._embedded = embedded
        self._where, self._model = where, model
        self._scan_limit = scan_limit
        self._vectors: Vectors | None = None
        self._nearest = Nearest.empty()
        self._opening, self._reading = threading.RLock(), threading.Lock()
        self._is_gathering = False
        self._gathered: dict[str, Vector] = {}

    def close(self) -> None:
        """Let go of Chroma."""
        if self._vectors is not None:
            self._vectors.close()
            self._vectors = None

    # Reading

    def nearest(
        self, vector: Sequence[float], limit: int, plans: Collection[PlanRecord]
    ) -> dict[str, float]:
        """Return passage id -> cosine of the passages of these plans nearest to a question."""
        corpus = self._catalogue.corpus()
        if corpus.size <= self._scan_limit:
            wanted = {(record.id, record.version) for record in plans}
            return dict(self._read_up_to(corpus).find(vector, limit, wanted))
        named = {record.id for record in plans}
        with self._chroma() as chroma:
            every = named >= corpus.plans.keys()
            return dict(chroma.nearest(vector, limit, None if every else named))

    def _read_up_to(self, corpus: Corpus) -> Nearest:
        """Return the matrix with all that is published; read from Chroma is only what is new."""
        with self._reading:
            if self._nearest.generation < corpus.generation:
                published = {
                    (plan, mine.version): mine.stop - mine.start
                    for plan, mine in corpus.plans.items()
                }
                new = {v: n for v, n in published.items() if v not in self._nearest.rows}
                vectors = self._read(new)
                self._nearest = self._nearest.changed(corpus.generation, published, vectors)
            return self._nearest

    def _read(self, new: Mapping[PlanVersion, int]) -> dict[PlanVersion, Matrix]:
        """Return the vectors of these versions from Chroma, which gets those it lacks."""
        ids = {(p, v): [f"{p}:{v}:{n}" for n in range(count)] for (p, v), count in new.items()}
        if not ids:
            return {}
        every = [id_ for mine in ids.values() for id_ in mine]
        with self._chroma() as chroma:
            found = chroma.read(every)
            if lost := [id_ for id_ in every if id_ not in found]:
                found |= self._write_again(chroma, lost, silent)
        whole = {version: mine for version, mine in ids.items() if all(i in found for i in mine)}
        return {version: np.stack([found[i] for i in mine]) for version, mine in whole.items()}

    # Writing

    def write(
        self, record: PlanRecord, found: Sequence[Passage], vectors: Mapping[str, Vector]
    ) -> None:
        """Store the vectors of a version's passages, or keep them for those of other plans."""
        hashes = (passage.hash for passage in found)
        ids = passage_ids(record, len(found))
        self._gathered |= {id_: vectors[h] for id_, h in zip(ids, hashes, strict=True)}
        if not self._is_gathering or len(self._gathered) >= GATHERED:
            self._write_gathered()

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """Write the vectors of plans that are put in inside this block together. What an error or
        a kill leaves unwritten is written from the catalogue at the next opening. On a server,
        where other processes answer from what is published, vectors still go first.
        """
        self._is_gathering = isinstance(self._where, Path)
        try:
            yield
        finally:
            self._is_gathering = False
            self._write_gathered()

    def _write_gathered(self) -> None:
        gathered, self._gathered = self._gathered, {}
        if gathered:
            with self._chroma() as chroma:
                _put(chroma, gathered)

    def forget(self, ids: Collection[str]) -> None:
        """Remove the vectors of a version that no longer answers. Where the server is gone they
        stay until it is back: nobody finds them.
        """
        if not ids:
            return
        try:
            with self._chroma() as chroma:
                chroma.remove(ids)
        except StorageUnavailable as exc:
            log.warning("%d stale vectors stay for now: %s", len(ids), exc)

    def rebuild(self, progress: Progress) -> int:
        """Write every vector anew from the catalogue and return how many there are."""
        try:
            with self._chroma() as chroma:
                chroma.remove(chroma.ids())
        except DamagedLibrary:
            if isinstance(self._where, Path):
                shutil.rmtree(self._where, ignore_errors=True)
        with self._opening, self._reading:
            self.close()
            self._nearest = Nearest.empty()
            self._vectors = self._open(progress)
        return self._catalogue.corpus().size

    # In step with the catalogue

    @contextmanager
    def _chroma(self) -> Iterator[Vectors]:
        """Yield the open vectors; once a server was gone they are opened anew."""
        with self._opening:
            if self._vectors is None:
                self._vectors = self._open(silent)
            vectors = self._vectors
        try:
            yield vectors
        except StorageUnavailable:
            with self._opening:
                self.close()
            raise

    def _open(self, progress: Progress) -> Vectors:
        vectors = Vectors(self._where, self._model)
        stored = vectors.ids()
        # A version that another process is about to publish has vectors and no passages yet.
        with self._database.held(WRITING, wait=False) as is_alone:
            published = set(self._catalogue.published_ids())
            if is_alone:
                vectors.remove(stored - published)
        self._write_again(vectors, published - stored, progress)
        return vectors

    def _write_again(
        self, vectors: Vectors, lost: Iterable[str], progress: Progress
    ) -> dict[str, Vector]:
        """Write vectors that Chroma lost or never had, and return them."""
        missing = set(lost)
        plans = {id_.split(":")[0] for id_ in missing}
        rows = [row for row in self._catalogue.passages_of(plans) if row[0] in missing]
        known = self._embedded.vectors({hash_: text for _, hash_, text in rows}, progress)
        found = {id_: known[hash_] for id_, hash_, _ in rows}
        _put(vectors, found)
        return found


def _put(chroma: Vectors, vectors: Mapping[str, Vector]) -> None:
    """Store vectors under their passages' ids, each with its plan."""
    chroma.put(list(vectors), [id_.split(":")[0] for id_ in vectors], list(vectors.values()))
