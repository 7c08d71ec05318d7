"""The passages nearest to a question, by an exact scan of vectors that were read from Chroma.

Chroma's own index finds the nearest of everything in 2 ms, but only nearly the right ones (recall
0.90-1.0 of 50), and a filter by plan makes it slow: at 100,000 vectors 351 ms for `where` with all
plans, 79 ms with three, 66 ms for `ids` of three. Multiplying a matrix in memory takes 7 ms, less
where plans are named, and misses nothing; it needs 150 MB there, which Chroma then does not load.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.search.chroma import Matrix

ROOM = 1.25  # rows reserved for what comes later, and the waste that calls for a new matrix

PlanVersion = tuple[str, int]
VectorRows = tuple[int, int]  # from, to


@dataclass(frozen=True)
class Nearest:
    """The vectors of some versions of plans, of unit length; a version's passages are consecutive
    rows. Immutable: `changed` returns another one, which shares the rows.
    """

    generation: int
    matrix: Matrix
    used: int
    rows: Mapping[PlanVersion, VectorRows]

    @classmethod
    def empty(cls) -> "Nearest":
        """Return one that holds nothing."""
        return cls(-1, np.zeros((0, 0), np.float32), 0, {})

    def changed(
        self, generation: int, kept: Collection[PlanVersion], new: Mapping[PlanVersion, Matrix]
    ) -> "Nearest":
        """Return one that holds of the old versions those of `kept`, and the new ones."""
        rows = {version: place for version, place in self.rows.items() if version in kept}
        base = replace(self, generation=generation, rows=rows)
        more = sum(map(len, new.values()))
        if more and (base.used + more > len(base.matrix) or base._waste() > more):
            base = base._moved(more, next(m.shape[1] for m in new.values() if len(m)))
        rows, used = dict(base.rows), base.used
        for version, vectors in new.items():
            rows[version] = (used, used + len(vectors))
            base.matrix[used : used + len(vectors)] = _unit(vectors)
            used += len(vectors)
        return replace(base, rows=rows, used=used)

    def _waste(self) -> float:
        return self.used - ROOM * sum(stop - start for start, stop in self.rows.values())

    def _moved(self, more: int, dimensions: int) -> "Nearest":
        """Return the same in a matrix with room for `more` rows and without unused ones."""
        held = sum(stop - start for start, stop in self.rows.values())
        matrix = np.empty((int((held + more) * ROOM), dimensions), np.float32)
        rows, used = {}, 0
        for version, (start, stop) in self.rows.items():
            rows[version] = (used, used + stop - start)
            matrix[used : used + stop - start] = self.matrix[start:stop]
            used += stop - start
        return replace(self, matrix=matrix, used=used, rows=rows)

    def find(
        self, vector: Sequence[float], limit: int, wanted: Collection[PlanVersion]
    ) -> list[tuple[str, float]]:
        """Return (passage id, cosine) of the nearest passages of these versions, best first."""
        places = sorted((self.rows[v], v) for v in wanted if v in self.rows)
        if not places:
            return []
        question = _unit(np.asarray([vector], np.float32))[0]
        runs = [self.matrix[start:stop] @ question for start, stop in _runs(p for p, _ in places)]
        cosines = np.concatenate(runs)
        begins = [0, *np.cumsum([stop - start for (start, stop), _ in places]).tolist()]
        found = []
        for at in _best(cosines, limit):
            which = bisect_right(begins, at) - 1
            plan, version = places[which][1]
            found.append((f"{plan}:{version}:{at - begins[which]}", float(cosines[at])))
        return found


def _unit(vectors: Any) -> Matrix:
    """Return vectors of length 1: not every endpoint sends them so."""
    each = np.asarray(vectors, np.float32)
    lengths = np.linalg.norm(each, axis=1, keepdims=True)
    unit: Matrix = (each / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit


def _runs(places: Iterator[VectorRows]) -> Iterator[VectorRows]:
    """Join rows that follow each other: few large products are faster than many small ones."""
    start, stop = next(places)
    for begin, end in places:
        if begin == stop:
            stop = end
        else:
            yield start, stop
            start, stop = begin, end
    yield start, stop


def _best(cosines: NDArray[np.float32], limit: int) -> list[int]:
    """Return the places of the highest, highest first, then in their order."""
    places = np.arange(len(cosines))
    if len(cosines) > limit:
        least = np.partition(cosines, -limit)[-limit]
        places = np.flatnonzero(cosines >= least)
    order = np.argsort(-cosines[places], kind="stable")
    return [int(place) for place in places[order][:limit]]
