"""Our questions on the sample plans: the usual recipe, ours and the floor, in one run.

Each question goes to all three, in turns and from the same thread, so that a busy machine slows
them alike. The recipe gets a follow-up's earlier questions as well, in front of it: alone, it would
find nothing.
"""

import asyncio
import json
import re
import statistics
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.assistant import Assistant
from bot.messages import Message, Reply, Status, final_reply
from bot.people.rights import Access
from knowledge.library import Library
from knowledge.plan import Role, Section
from knowledge.structure.metadata import load_plans_toml
from tests.bench.clock import Clock
from tests.bench.recipe import Piece, Recipe
from tests.support.source_files import read_source

WARM_UP = 3  # questions before the first that counts

Place = tuple[str, int | None, tuple[str, ...]]  # file, part, path


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the sections that answer it and the strings that a right text holds."""

    text: str
    history: tuple[str, ...]
    plan: str | None
    role: Role
    today: date | None
    sections: tuple[Place, ...]
    contains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What one question gave: whether the right text is in the recipe's pieces (`pieces`, and
    `piece`, the nearest), in what ours quotes and in the sections it cites; None where nothing is
    to be found. `searched` says whether ours had to search, `failed` that it broke down.
    """

    pieces: bool | None
    piece: bool | None
    quotes: bool | None
    sections: bool | None
    recipe_chars: int
    ours_chars: int
    cited: bool | None
    first: bool | None
    searched: bool
    failed: bool
    recipe_ms: float
    ours_ms: float
    floor_ms: float


@dataclass(frozen=True, slots=True)
class Measured:
    """All results, and where the time of ours went: part -> share."""

    results: tuple[Result, ...]
    shares: dict[str, float]

    def percent(self, name: str) -> str:
        """Return the share of the questions, among those it can be said of, that are true."""
        values = [v for r in self.results if (v := getattr(r, name)) is not None]
        return f"{100 * statistics.mean(values):.0f} %" if values else "–"

    def median(self, name: str, searched: bool = False) -> float:
        """Return the median of a figure over the questions, or over those that ours searched."""
        return statistics.median(getattr(r, name) for r in self.results if r.searched >= searched)


def read_questions(path: Path) -> list[Question]:
    """Read our question set; sections name their file as `file` or `doc`."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_question(json.loads(line)) for line in lines if line.strip()]


def _question(line: dict[str, Any]) -> Question:
    return Question(
        line["q"],
        tuple(line.get("history") or ()),
        line.get("plan"),
        Role(line.get("role") or Role.STAFF),
        date.fromisoformat(line["date"]) if line.get("date") else None,
        tuple(_place(s.get("file") or s["doc"], s) for s in line.get("sections") or ()),
        tuple(map(squash, line.get("answer_contains") or ())),
    )


def _place(file: str, section: dict[str, Any]) -> Place:
    return file, section.get("part"), tuple(map(squash, section["path"]))


def squash(text: str) -> str:
    """Return text as it is compared: NFKC, without white space."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def put_in(library: Library, files: Sequence[Path]) -> None:
    """Add plans as `ingest.py add` does."""
    for file in files:
        library.add(read_source(file), load_plans_toml(file.parent).get(file.name), file)


class Bench:
    """Both ways to an answer over the same plans."""

    def __init__(self, library: Library, recipe: Recipe, files: Sequence[Path], clock: Clock):
        self._recipe = recipe
        self._assistant = Assistant(library, Access())
        self._printed = {file.name: squash(read_source(file).text) for file in files}
        self._clock = clock
        self._asked = 0

    async def run(self, questions: Sequence[Question]) -> Measured:
        """Ask everything once, after a few questions that do not count."""
        for question in questions[:WARM_UP]:
            await self._ask(question)
        self._clock.reset()
        results = [await self._ask(question) for question in questions]
        return Measured(tuple(results), self._clock.shares())

    async def _ask(self, question: Question) -> Result:
        """Ask all three, another one first each time."""
        self._asked += 1
        alone = "，".join((*question.history, question.text))
        before = self._clock.calls["vectors"]
        ways = [
            lambda: asyncio.to_thread(self._recipe.floor_ms, alone),
            lambda: asyncio.to_thread(self._recipe.search, alone),
            lambda: self._reply(question),
        ]
        turn = self._asked % len(ways)
        results = [await way() for way in (*ways[turn:], *ways[:turn])]
        floor_ms, (pieces, recipe_ms), reply = (*results[-turn:], *results[:-turn])
        searched = self._clock.calls["vectors"] > before
        return self._judge(question, pieces, reply, searched, recipe_ms, floor_ms)

    def _judge(
        self,
        question: Question,
        pieces: Sequence[Piece],
        reply: Reply,
        searched: bool,
        recipe_ms: float,
        floor_ms: float,
    ) -> Result:
        cited = reply.citations
        places = [_cited(c.record.file, c.section) for c in cited]
        quotes = [(c.record.file, squash(c.quote)) for c in cited]
        sections = [(c.record.file, squash(c.section.whole_text)) for c in cited]
        found = [(p.file, squash(p.text)) for p in pieces]
        return Result(
            self._holds(question, found),
            self._holds(question, found[:1]),
            self._holds(question, quotes),
            self._holds(question, sections),
            sum(len(text) for _, text in found),
            sum(len(text) for _, text in quotes),
            any(_is_gold(p, question) for p in places) if question.sections else None,
            any(_is_gold(p, question) for p in places[:1]) if question.sections else None,
            searched,
            reply.status is Status.ERROR,
            recipe_ms,
            reply.elapsed_ms,
            floor_ms,
        )

    async def _reply(self, question: Question) -> Reply:
        """Replay the earlier turns, and count the time of the last one."""
        *before, last = [self._message(t, question) for t in (*question.history, question.text)]
        for message in before:
            await final_reply(self._assistant.reply, message)
        with self._clock.counting():
            return await final_reply(self._assistant.reply, last)

    def _message(self, text: str, question: Question) -> Message:
        who = f"bench:{self._asked}"
        today = question.today
        return Message(who, who, text, role=question.role, plan=question.plan, today=today)

    def _holds(self, question: Question, texts: Iterable[tuple[str, str]]) -> bool | None:
        """Say whether these texts of the right plans hold every string that the plans print."""
        files = {file for file, *_ in question.sections}
        printed = "\n".join(self._printed[file] for file in files)
        wanted = [string for string in question.contains if string in printed]
        right = "\n".join(text for file, text in texts if file in files)
        return all(string in right for string in wanted) if wanted else None


def _cited(file: str, section: Section) -> Place:
    return file, section.part, tuple(map(squash, section.path))


def _is_gold(cited: Place, question: Question) -> bool:
    """Say whether a citation is of a gold section or of one inside it."""
    return any(
        cited[0] == file and part in (None, cited[1]) and cited[2][: len(path) or None] == path
        for file, part, path in question.sections
    )
