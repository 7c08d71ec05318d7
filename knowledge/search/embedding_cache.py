"""Everything that was ever embedded, by content and model: nothing is embedded twice."""

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from knowledge.search.embedding import Embedder
from knowledge.storage.database import Database
from knowledge.storage.schema import embeddings

EMBED_BATCH = 16  # passages between two progress steps
CHUNK = 500  # hashes in one IN list
FLOAT = np.dtype("<f4")

Progress = Callable[[int, int], None]
Vector = NDArray[np.float32]


class Embedded:
    """The embedding model with its memory in the database."""

    def __init__(self, database: Database, embedder: Embedder) -> None:
        self._database = database
        self._embedder = embedder

    def vectors(self, texts: Mapping[str, str], progress: Progress) -> dict[str, Vector]:
        """Return hash -> vector of these texts, by their hashes; what is new is embedded and kept
        batch by batch, so that an error loses one batch at most.
        """
        known = self._known(texts)
        new = [hash_ for hash_ in texts if hash_ not in known]
        for at in range(0, len(new), EMBED_BATCH):
            progress(at, len(new))
            batch = new[at : at + EMBED_BATCH]
            made = self._embedder.embed_documents([texts[hash_] for hash_ in batch])
            vectors = {h: np.asarray(v, FLOAT) for h, v in zip(batch, made, strict=True)}
            self.keep(vectors)
            known |= vectors
        progress(len(new), len(new))
        return known

    def keep(self, vectors: Mapping[str, Vector]) -> None:
        """Remember vectors by the hashes of their texts."""
        rows = [
            {"model": self._embedder.name, "hash": h, "vector": v.astype(FLOAT).tobytes()}
            for h, v in vectors.items()
        ]
        with self._database.begin(survives_power_loss=False) as db:
            self._database.insert_missing(db, embeddings, rows)

    def _known(self, hashes: Iterable[str]) -> dict[str, Vector]:
        wanted, known = list(hashes), dict[str, Vector]()
        mine = embeddings.c.model == self._embedder.name
        query = sa.select(embeddings.c.hash, embeddings.c.vector).where(mine)
        with self._database.connect() as db:
            for at in range(0, len(wanted), CHUNK):
                rows = db.execute(query.where(embeddings.c.hash.in_(wanted[at : at + CHUNK])))
                known |= {row.hash: np.frombuffer(row.vector, FLOAT) for row in rows}
        return known
