"""An embedder fast enough for hundreds of plans: real vectors, moved a little by the text."""

import hashlib
from collections.abc import Sequence

import numpy as np
from langchain_core.embeddings import Embeddings

NOISE = 0.02  # a coordinate; e5's neighbours stay as near each other as they are (cosine 0.9)


class Perturbed(Embeddings):
    """One of the given vectors plus noise, both chosen by the text: deterministic."""

    name = "perturbed"

    def __init__(self, real: Sequence[Sequence[float]]) -> None:
        self._real = np.array(real)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.near(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self.near(text)

    def near(self, text: str) -> list[float]:
        """Return the vector that this text always gets."""
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")
        random = np.random.default_rng(seed)
        vector = self._real[random.integers(len(self._real))]
        moved = vector + random.normal(0.0, NOISE, vector.shape)
        return list((moved / np.linalg.norm(moved)).tolist())
