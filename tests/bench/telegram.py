"""Many chats at once through the Telegram emulator, beside the same questions as one batch.

    python -m tests.bench.telegram        BENCH_CHATS=200, BENCH_QUESTIONS=5

Runs `python -m bot run` on plans/ with the bundled embedding, lets every chat ask its questions at
once, and looks at what each was sent: an answer is known by the text that `ask --batch` gives.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from subprocess import PIPE

from tests.support.places import REPO
from tests.support.telegram_emulator import TOKEN, Emulator, emulator

CHATS = int(os.environ.get("BENCH_CHATS") or 200)
QUESTIONS = int(os.environ.get("BENCH_QUESTIONS") or 5)
EVAL = REPO / "tests" / "eval" / "questions.jsonl"
KINDS = ("fact_number", "fact_text")
QUIET_SECONDS = 20.0  # without a further answer: what is missing is lost


async def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="yaodian-bench-") as folder:
        environment = settings(Path(folder))
        run("ingest.py", "add", "plans", environment=environment)
        pool = await asyncio.to_thread(distinct_questions, environment)
        asked = [[pool[(c + n * 7) % len(pool)] for n in range(QUESTIONS)] for c in range(CHATS)]
        flat = [question for chat in asked for question in chat]
        expected, batch_rate = await asyncio.to_thread(batch, flat, environment)
        async with emulator(Path(folder)) as client:
            await through_telegram(Emulator(client), asked, expected, batch_rate, environment)


async def through_telegram(
    telegram: Emulator,
    asked: Sequence[Sequence[str]],
    expected: Mapping[str, str],
    batch_rate: float,
    environment: Mapping[str, str],
) -> None:
    """Ask everything at once, and count what came."""
    base = {"YAODIAN_TELEGRAM_BASE_URL": str(telegram.client.base_url)}
    async with bot(dict(environment) | base) as process:
        await telegram.say("message", text=asked[0][0], user_id=9_999, chat_id=9_999)
        await telegram.sent(1, seconds=300)
        before, start = resident_mb(process.pid), time.time()
        for number in range(QUESTIONS):
            for chat, questions in enumerate(asked, 1):
                await telegram.say("message", text=questions[number], user_id=chat, chat_id=chat)
        received = await all_sent(telegram, CHATS * QUESTIONS + 1)
        seconds = received[-1][0] / 1000 - start
        after = resident_mb(process.pid)
        process.send_signal(signal.SIGTERM)
        await process.wait()
    report(asked, expected, received[1:], seconds, batch_rate, (before, after))


def report(
    asked: Sequence[Sequence[str]],
    expected: Mapping[str, str],
    received: Sequence[tuple[float, str, str]],
    seconds: float,
    batch_rate: float,
    memory_mb: tuple[float, float],
) -> None:
    """Print what was lost, doubled, out of order, how fast, and the memory."""
    lost = doubled = disordered = 0
    for chat, questions in enumerate(asked, 1):
        texts = [text for _, to, text in received if to == str(chat)]
        wanted = [expected[question] for question in questions]
        lost += sum(max(0, wanted.count(t) - texts.count(t)) for t in set(wanted))
        doubled += sum(max(0, texts.count(t) - wanted.count(t)) for t in set(texts))
        disordered += [t for t in texts if t in wanted] != [t for t in wanted if t in texts]
    rate, chats = len(received) / seconds, f"{len(asked)} chats × {len(asked[0])} questions"
    say(f"{chats}: {len(received)} answers in {seconds:.1f} s")
    say(f"lost {lost}, doubled or unexpected {doubled}, chats out of order {disordered}")
    say(f"{rate:.1f} questions a second; batch {batch_rate:.1f}; ratio {rate / batch_rate:.2f}")
    say(f"resident memory {memory_mb[0]:.0f} MB at the first answer, {memory_mb[1]:.0f} MB after")


async def all_sent(telegram: Emulator, count: int) -> list[tuple[float, str, str]]:
    """Return (milliseconds, chat, text) of all messages, once there are `count` or no more come."""
    seen, last = 0, time.monotonic()
    while True:
        log = (await telegram.client.get("/ctl/log", timeout=60)).json()
        sent = [
            (call["t"], str(call["params"]["chat_id"]), call["params"]["text"])
            for call in log
            if call["method"] == "sendMessage"
        ]
        if len(sent) > seen:
            seen, last = len(sent), time.monotonic()
        if len(sent) >= count or time.monotonic() - last > QUIET_SECONDS:
            await asyncio.sleep(2)  # for what comes twice
            return sent
        await asyncio.sleep(1)


def distinct_questions(environment: Mapping[str, str]) -> list[str]:
    """Return questions that name their year and have answers of their own, short enough for one
    message.
    """
    lines = [json.loads(line) for line in EVAL.read_text(encoding="utf-8").splitlines()]
    asked = [line["q"] for line in lines if line["type"] in KINDS and "20" in line["q"]]
    answers, _ = batch(asked, environment)
    first = {text: question for question, text in reversed(answers.items()) if len(text) < 4000}
    return sorted(first.values())


def batch(questions: Sequence[str], environment: Mapping[str, str]) -> tuple[dict[str, str], float]:
    """Return the text that `ask --batch` gives to each question, and how many it answers a second
    once it has begun.
    """
    lines = "".join(json.dumps({"id": str(n), "q": q}) + "\n" for n, q in enumerate(questions))
    file = Path(environment["YAODIAN_DATA"]).with_name("questions.jsonl")
    file.write_text(lines)
    command = sys.executable, "-m", "bot", "ask", "--batch", str(file)
    answers, times = {}, []
    with subprocess.Popen(command, cwd=REPO, env=environment, stdout=PIPE, text=True) as asking:
        assert asking.stdout is not None
        for line in asking.stdout:
            times.append(time.monotonic())
            said = json.loads(line)
            answers[questions[int(said["id"])]] = said["text"]
    return answers, (len(times) - 1) / (times[-1] - times[0])


@asynccontextmanager
async def bot(environment: Mapping[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the bot."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"), cwd=REPO, env=environment
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def run(*command: str, environment: Mapping[str, str]) -> None:
    """Run a command of ours."""
    subprocess.run(
        [sys.executable, *command], cwd=REPO, env=environment, capture_output=True, check=True
    )


def settings(folder: Path) -> dict[str, str]:
    """Return the environment of the bot."""
    ours = {
        "YAODIAN_DATA": str(folder / "data"),
        "YAODIAN_STAFF": "telegram:*",
        "YAODIAN_TELEGRAM_TOKEN": TOKEN,
        "YAODIAN_WEB_PORT": "0",
        "YAODIAN_LOG_LEVEL": "WARNING",
    }
    return {"PATH": os.environ["PATH"], "NO_PROXY": "127.0.0.1"} | ours


def resident_mb(pid: int) -> float:
    """Return how much memory a process holds."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    asyncio.run(main())
