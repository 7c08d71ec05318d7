"""Run the scorers of a shared folder and fail below the floors of floors.toml.

python tests/score.py ../shared
"""

import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

REPO = Path(__file__).parent.parent
PERCENT = r"(\d+(?:\.\d+)?)"


def main() -> int:
    """Score, print, compare."""
    shared = Path(sys.argv[1]).resolve()
    floors = tomllib.loads((REPO / "tests" / "floors.toml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        figures = {
            "outlines": outlines(shared, work),
            "targets": targets(shared, work),
            "questions": questions(shared, work),
            "corpus": corpus(shared, work),
        }
    failed = []
    rows = ((group, item) for group in figures for item in floors[group].items())
    for group, (name, floor) in rows:
        is_ceiling = name.endswith(("_at_most", "_missing"))
        figure = figures[group][name]
        if figure > floor if is_ceiling else figure < floor:
            failed.append(f"{group} {name}: {figure} against {floor}")
    say("\n".join(["below the floors:", *failed]) if failed else "all floors held")
    return bool(failed)


def outlines(shared: Path, work: Path) -> dict[str, float]:
    """Preview every plan and score the outlines."""
    previews = work / "previews"
    previews.mkdir()
    for plan in sorted((shared / "plans").glob("*.txt")):
        preview = python("ingest.py", "preview", str(plan), "--json")
        (previews / f"{plan.stem}.json").write_text(preview, encoding="utf-8")
    score = [str(shared / "score" / "outlines.py"), str(shared / "gold" / "outline"), str(previews)]
    text = python(*score, "--plans", str(shared / "plans"))
    say(text)
    found = re.search(
        rf"found {PERCENT}%  precision {PERCENT}%  files exact (\d+)/", text
    ) or sys.exit("the outline scorer printed no figures")
    metadata = re.search(r"metadata (\d+)/(\d+)", text)
    whole = re.search(rf"whole sections {PERCENT}%", text)
    assert metadata and whole
    names = ("sections_found", "precision_of_sections", "files_exact")
    figures = dict(zip(names, map(float, found.groups()), strict=True))
    figures["metadata_missing"] = int(metadata[2]) - int(metadata[1])
    figures["whole_sections"] = float(whole[1])
    return figures


def targets(shared: Path, work: Path) -> dict[str, float]:
    """Score the targets of the previews that `outlines` made."""
    scorer = str(shared / "score" / "targets.py")
    text = python(scorer, str(shared / "gold" / "targets"), str(work / "previews"))
    say(text)
    names = "recall precision op unit kind metric".split()
    found = [re.search(rf"{name} {PERCENT}%", text) for name in names]
    return {n: float(m[1]) for n, m in zip(names, found, strict=True) if m}


def questions(shared: Path, work: Path) -> dict[str, float]:
    """Put the plans into a library of its own, answer every question, and score the answers."""
    environment = os.environ | {"YAODIAN_DATA": str(work / "data"), "YAODIAN_LOG_LEVEL": "ERROR"}
    python("ingest.py", "add", str(shared / "plans"), env=environment)
    scorer, gold = str(shared / "score" / "questions.py"), shared / "gold"
    bare, answers = work / "bare.jsonl", work / "answers.jsonl"
    bare.write_text(python(scorer, "--bare", str(gold / "questions.jsonl")), encoding="utf-8")
    answered = python("-m", "bot", "ask", "--batch", str(bare), env=environment)
    answers.write_text(answered, encoding="utf-8")
    truth = ["--outlines", str(gold / "outline"), "--plans", str(shared / "plans")]
    text = python(scorer, str(gold / "questions.jsonl"), str(answers), *truth)
    say(text)
    line = re.search(rf"(?m)^ALL\s+\d+\s+{PERCENT}" + rf"\s+{PERCENT}" * 7, text)
    if line is None:
        sys.exit("the question scorer printed no figures")
    names = "correct section first text recall precision refused_at_most supported".split()
    return dict(zip(names, map(float, line.groups()), strict=True))


def corpus(shared: Path, work: Path) -> dict[str, float]:
    """Answer the questions of set a from its own plans, and score the answers."""
    environment = os.environ | {"YAODIAN_DATA": str(work / "a"), "YAODIAN_LOG_LEVEL": "ERROR"}
    python("ingest.py", "add", str(shared / "corpus" / "a"), env=environment)
    scorer, gold = str(shared / "score" / "questions.py"), shared / "corpus" / "a.questions.jsonl"
    bare, answers = work / "a.bare.jsonl", work / "a.answers.jsonl"
    bare.write_text(python(scorer, "--bare", str(gold)), encoding="utf-8")
    answered = python("-m", "bot", "ask", "--batch", str(bare), env=environment)
    answers.write_text(answered, encoding="utf-8")
    text = python(scorer, str(gold), str(answers))
    say(text)
    found = re.search(rf"correct \d+/\d+ = {PERCENT}%", text)
    return {"correct": float(found[1])} if found else sys.exit("the scorer printed no figure")


def python(*args: str, env: dict[str, str] | None = None) -> str:
    """Run a command of ours from the repository and return what it printed."""
    done = subprocess.run(
        [sys.executable, *args], cwd=REPO, env=env, check=True, text=True, stdout=subprocess.PIPE
    )
    return done.stdout


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text.rstrip() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
