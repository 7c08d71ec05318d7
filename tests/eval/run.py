"""Measure the bot on questions of our own over the sample plans.

    python tests/eval/run.py [--failures] [--model]

The sample plans go into a library in a temporary folder, `python -m bot ask --batch` answers
questions.jsonl in one process, and a table says by type of question, in percent:

    correct    answered, with a gold section cited and every text of `answer_contains` in a brief
               reply; a question that no plan answers must not be answered
    section    a gold section, or one inside it, is cited
    first      the first citation is such a section
    precision  such sections among all that are cited
    refused    answerable questions that were not answered
    supported  answers whose every figure is printed in a section they cite
    handled    unanswerable questions that were not answered
    ms         median time of an answer

Status 1 where a figure is below its floor in tests/floors.toml, [eval]. Not covered: whether words
without figures are supported, and how an answer reads.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

REPO = Path(__file__).parent.parent.parent
PLANS = REPO / "plans"
QUESTIONS = Path(__file__).parent / "questions.jsonl"
BRIEF_CHARACTERS, BRIEF_CITATIONS = 800, 6  # more than this is read by nobody on a phone
LONG_TYPES = ("compare", "summary", "section_lookup")  # these may be as long as the plans are
NUMBER = re.compile(r"\d+(?:\.\d+)?")
NOT_PRINTED = re.compile(  # what the bot writes itself: labels, titles, list numbers, counts
    r"〔[^〕]*〕|《[^》]*》|^\s*\d+[.、](?!\d)|[共余有]\s*\d+\s*[项条个份]|第\s*\d+/\d+\s*页"
    r"|[》:：\w]\s*\d+\s*项[:：]?$",
    re.MULTILINE,
)
DIFFERENCE = re.compile(r"(?:增加|减少|提高|降低|相差|[+\-−高低多少差])\D{0,3}(\d+(?:\.\d+)?)")

Place = tuple[str, tuple[str, ...]]  # file and path; no sample plan has parts
Pages = Mapping[Place, str]  # what is printed at each place, its child sections left out


@dataclass(frozen=True, slots=True)
class Mark:
    """How one answer did; None where a figure says nothing about this question."""

    type: str
    why: str  # "" is correct
    citations: int
    citations_of_gold: int
    supported: bool | None
    milliseconds: float
    handled: bool | None = None
    section: bool | None = None
    first: bool | None = None
    refused: bool | None = None


def main() -> int:
    """Answer, mark, print, compare with the floors."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--failures", action="store_true", help="print every wrong answer")
    parser.add_argument("--model", action="store_true", help="measure with YAODIAN_MODEL")
    options = parser.parse_args()
    questions = read_lines(QUESTIONS.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        settings = environment(Path(folder), options.model, office_settings())
        python(REPO / "ingest.py", "add", PLANS, cwd=Path(folder), env=settings)
        answers = ask(questions, Path(folder), settings)
    pages = read_pages()
    marks = [mark(q, a, pages) for q, a in zip(questions, answers, strict=True)]
    say(table(marks))
    if options.model:
        say(authors(answers))
    if options.failures:
        say(failures(questions, answers, marks))
    below = below_floors(figures(marks))
    say("\n".join(["below the floors:", *below]) if below else "all floors held")
    return bool(below)


def read_lines(text: str) -> list[dict[str, Any]]:
    """Return the objects of JSON lines."""
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def ask(
    questions: Sequence[dict[str, Any]], work: Path, settings: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Answer every question in one process from the library that the settings name."""
    keys = ("id", "q", "history", "role", "date")  # never the gold
    bare = [{key: q[key] for key in keys if key in q} for q in questions]
    batch = work / "batch.jsonl"
    batch.write_text("\n".join(json.dumps(line) for line in bare), encoding="utf-8")
    return read_lines(python("-m", "bot", "ask", "--batch", batch, cwd=work, env=settings))


def office_settings() -> dict[str, str]:
    """Return the office's own settings.

    The file .env is read here and the bot started elsewhere: a setting that stands there could not
    be taken away otherwise.
    """
    said = {name: value for name, value in dotenv_values(REPO / ".env").items() if value}
    return said | os.environ


def environment(work: Path, with_model: bool, said: Mapping[str, str]) -> dict[str, str]:
    """Return the settings of the run: the office's own, with another library, the model only where
    it is measured.
    """
    if with_model and not said.get("YAODIAN_MODEL"):
        sys.exit(
            "--model measures with a model: set YAODIAN_MODEL, YAODIAN_MODEL_BASE_URL and"
            " YAODIAN_MODEL_API_KEY, see README.md"
        )
    kept = {n: v for n, v in said.items() if with_model or not n.startswith("YAODIAN_MODEL")}
    ours = {"YAODIAN_DATA": str(work / "data"), "YAODIAN_LOG_LEVEL": "ERROR"}
    return kept | ours | {"PYTHONPATH": str(REPO)}


def read_pages() -> dict[Place, str]:
    """Return what the sample plans print, section by section; path () is what precedes them."""
    pages = {}
    for file in sorted(PLANS.glob("*.txt")):
        plan = json.loads(python(REPO / "ingest.py", "preview", file, "--json"))
        pages[file.name, ()] = plan["preamble"]
        for section in plan["sections"]:
            text = f"{section['heading']}\n{section['text']}"
            pages[file.name, tuple(section["path"])] = text
    return pages


def printed(place: Place, pages: Pages) -> str:
    """Return what stands in a section and in those inside it."""
    return "\n".join(text for other, text in pages.items() if inside(other, place))


def inside(place: Place, gold: Place) -> bool:
    """Say whether a place is the gold one or lies in it; nothing lies in a preamble but itself."""
    (file, path), (gold_file, gold_path) = place, gold
    if not gold_path:
        return place == gold
    return file == gold_file and path[: len(gold_path)] == gold_path


def gold_of(question: Mapping[str, Any]) -> list[Place]:
    """Return the places a question may cite."""
    return [(section["doc"], tuple(section["path"])) for section in question["sections"]]


def mark(question: Mapping[str, Any], answer: Mapping[str, Any], pages: Pages) -> Mark:
    """Compare one answer with its gold."""
    gold, answered = gold_of(question), answer["status"] == "answered"
    cited = [(c["file"], tuple(c["path"])) for c in answer["citations"]]
    hits = [any(inside(place, wanted) for wanted in gold) for place in cited]
    mark_of_all = {
        "type": question["type"],
        "supported": not unsupported(question, answer, pages) if answered else None,
        "milliseconds": answer["elapsed_ms"],
    }
    if not gold:
        why = "answered what no plan says" if answered else ""
        return Mark(**mark_of_all, why=why, citations=0, citations_of_gold=0, handled=not answered)
    return Mark(
        **mark_of_all,
        why=", ".join(faults(question, answer, any(hits))),
        citations=len(hits),
        citations_of_gold=sum(hits),
        section=any(hits),
        first=bool(hits) and hits[0],
        refused=not answered,
    )


def faults(
    question: Mapping[str, Any], answer: Mapping[str, Any], cites_gold: bool
) -> Iterable[str]:
    """Yield what is wrong with the answer to an answerable question."""
    text = squash(answer["text"])
    if answer["status"] != "answered":
        yield f"status {answer['status']}"
    if not cites_gold:
        yield "wrong section"
    missing = [part for part in question["answer_contains"] if not holds(text, squash(part))]
    if missing:
        yield f"lacks {'、'.join(missing)}"
    is_long = len(text) > BRIEF_CHARACTERS or len(answer["citations"]) > BRIEF_CITATIONS
    if is_long and question["type"] not in LONG_TYPES:
        yield "long"


def holds(text: str, part: str) -> bool:
    """Say whether a text holds a part; 25% does not hold 5%."""
    return (
        re.search(rf"(?<![\d.]){re.escape(part)}" if part[0].isdigit() else re.escape(part), text)
        is not None
    )


def unsupported(question: Mapping[str, Any], answer: Mapping[str, Any], pages: Pages) -> set[str]:
    """Return the figures of an answer that neither its sections print nor the question holds.

    A difference of two such figures is no invention. An answer without a citation has no support.
    """
    if not answer["citations"]:
        return {"no citation"}
    asked = [question["q"], *question.get("history", ())]
    known = numbers("\n".join([*asked, *(file for file, _ in pages)]))  # yunxi-2023.txt: its year
    for citation in answer["citations"]:
        known |= numbers(printed((citation["file"], tuple(citation["path"])), pages))
        known |= numbers(f"{citation['title']} {citation['year']} {citation['date']}")
    text = NOT_PRINTED.sub(" ", unicodedata.normalize("NFKC", answer["text"]))
    values = [float(number) for number in known]
    steps = {round(abs(one - other), 6) for one in values for other in values}
    computed = {n for n in DIFFERENCE.findall(squash(text)) if float(n) in steps}
    return numbers(text) - known - computed


def numbers(text: str) -> set[str]:
    """Return the numbers of a text, as they are written."""
    return set(NUMBER.findall(squash(text)))


def squash(text: str) -> str:
    """Return a text in one form of characters, without white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def figures(marks: Sequence[Mark]) -> dict[str, float | None]:
    """Return the figures of some answers in percent, None where none of them says anything."""
    cited = sum(m.citations for m in marks)
    return {
        "correct": percent(not m.why for m in marks),
        "section": percent(m.section for m in marks),
        "first": percent(m.first for m in marks),
        "precision": 100 * sum(m.citations_of_gold for m in marks) / cited if cited else None,
        "refused": percent(m.refused for m in marks),
        "supported": percent(m.supported for m in marks),
        "handled": percent(m.handled for m in marks),
        "ms": statistics.median(m.milliseconds for m in marks),
    }


def percent(claims: Iterable[bool | None]) -> float | None:
    """Return how many of the claims hold, those that say nothing left out."""
    said = [claim for claim in claims if claim is not None]
    return 100 * sum(said) / len(said) if said else None


def table(marks: Sequence[Mark]) -> str:
    """Return the figures by type, the whole below."""
    names = list(figures(marks))
    lines = [f"{'type':15}{'n':>4}" + "".join(f"{name:>10}" for name in names)]
    for group in (*sorted({m.type for m in marks}), "all"):
        some = [m for m in marks if group in (m.type, "all")]
        cells = ("–" if value is None else f"{value:.1f}" for value in figures(some).values())
        lines.append(f"{group:15}{len(some):4}" + "".join(f"{cell:>10}" for cell in cells))
    return "\n".join(lines)


def authors(answers: Sequence[Mapping[str, Any]]) -> str:
    """Return who wrote how many of the answers: the model, the plan, or both."""
    counts = Counter(answer["written_by"] for answer in answers)
    return "written by: " + ", ".join(f"{name} {n}" for name, n in counts.most_common())


def failures(
    questions: Sequence[Mapping[str, Any]],
    answers: Sequence[Mapping[str, Any]],
    marks: Sequence[Mark],
) -> str:
    """Return every question whose answer is wrong or holds a figure from nowhere."""
    blocks = []
    for question, answer, found in zip(questions, answers, marks, strict=True):
        why = found.why + " unsupported" * (found.supported is False)
        if why:
            asked = " / ".join([*question.get("history", ()), question["q"]])
            said = answer["text"].replace("\n", " ")[:200]
            blocks.append(
                f"\n{question['id']} {asked}\n  {why}\n  said  {said}\n  right {question['answer']}"
            )
    return "\n".join(blocks)


def below_floors(measured: Mapping[str, float | None]) -> list[str]:
    """Return the figures that do not reach tests/floors.toml."""
    floors = tomllib.loads((REPO / "tests" / "floors.toml").read_text(encoding="utf-8"))["eval"]
    below = []
    for name, floor in floors.items():
        value = measured[name.removesuffix("_at_most")] or 0.0
        if value > floor if name.endswith("_at_most") else value < floor:
            below.append(f"{name}: {value:.1f} against {floor}")
    return below


def python(*args: str | Path, cwd: Path = REPO, env: Mapping[str, str] | None = None) -> str:
    """Run a command of ours and return what it printed."""
    command = [sys.executable, *map(str, args)]
    done = subprocess.run(command, cwd=cwd, env=env, check=True, text=True, stdout=subprocess.PIPE)
    return done.stdout


def say(text: str) -> None:
    """Print a text at once."""
    sys.stdout.write(text.rstrip() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
