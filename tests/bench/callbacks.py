"""WeCom callbacks under load: how fast they are acknowledged, and whether every answer comes once.

python -m tests.bench.callbacks [MESSAGES] [SECONDS_OF_AN_ANSWER | real]

Each message is delivered three times, 50 callbacks a second in all, to an app in a process of its
own; `real` runs the product over the sample plans in place of an answer that only takes its time.
The fake platform drops what is above 30 messages a minute to one member, as WeCom does.
"""

import asyncio
import os
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.support.places import REPO
from tests.support.wecom_server import (
    AES_KEY,
    AGENT_ID,
    CORP_ID,
    PATH,
    SEAL,
    SECRET,
    TOKEN,
    FakeWeCom,
    message_xml,
    signed,
    web_host,
)

A_SECOND = 50
DELIVERIES, APART_SECONDS = 3, 5.0
MEMBERS = 50
MOST_SECONDS = 600
QUESTIONS = ("2024年农村低保标准是多少？", "2025年有哪些指标？", "老年助餐每餐补贴多少？")


@dataclass
class Load:
    """What was delivered, and how long each callback waited for its 200."""

    milliseconds: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)  # of an address check: nothing is kept
    codes: Counter[int] = field(default_factory=Counter)


@asynccontextmanager
async def app(kind: str, folder: Path, qyapi: str) -> AsyncIterator[str]:
    """Start the app and yield its address."""
    said = {"CORP_ID": CORP_ID, "AGENT_ID": str(AGENT_ID), "SECRET": SECRET, "TOKEN": TOKEN}
    said |= {"AES_KEY": AES_KEY, "BASE_URL": qyapi}
    env = os.environ | {f"YAODIAN_WECOM_{name}": value for name, value in said.items()}
    env |= {"YAODIAN_DATA": str(folder / "data"), "YAODIAN_STAFF": "wecom:*"}
    env |= {"YAODIAN_WEB_PORT": "8799"}
    if kind == "real":
        add = await asyncio.create_subprocess_exec(
            *(sys.executable, "ingest.py", "add", "plans"), env=env, cwd=REPO
        )
        assert await add.wait() == 0
        command = ["-m", "bot", "run"]
    else:
        command = [
            *("-m", "tests.support.wecom_process"),
            str(folder / "bot.sqlite3"),
            qyapi,
            kind,
            "8799",
        ]
    running = await asyncio.create_subprocess_exec(sys.executable, *command, env=env, cwd=REPO)
    try:
        url = "http://127.0.0.1:8799"
        async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
            await _until_it_answers(client)
        yield url
    finally:
        running.terminate()
        await running.wait()


async def _until_it_answers(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                await client.get(PATH)
                return
            except httpx.TransportError:
                await asyncio.sleep(0.1)


async def deliver(client: httpx.AsyncClient, number: int, text: str, load: Load) -> None:
    """Deliver one message three times, some seconds apart; an answer that is no 200 is repeated."""
    content = f"<Content>{text}</Content><MsgId>{number + 1}</MsgId>"
    encrypted = SEAL.encrypt(message_xml(f"member{number % MEMBERS}", "text", content))
    body = f"<xml><Encrypt>{encrypted}</Encrypt></xml>"
    for _ in range(DELIVERIES):
        began = time.perf_counter()
        answer = await client.post(PATH, params=signed(encrypted), content=body)
        load.milliseconds.append(1000 * (time.perf_counter() - began))
        load.codes[answer.status_code] += 1
        await asyncio.sleep(APART_SECONDS)


async def check_address(client: httpx.AsyncClient, load: Load) -> None:
    """Ask beside the callbacks for what costs no disk: what the machine itself takes."""
    encrypted = SEAL.encrypt("1616140317555161061")
    while True:
        began = time.perf_counter()
        await client.get(PATH, params=signed(encrypted) | {"echostr": encrypted})
        load.floor.append(1000 * (time.perf_counter() - began))
        await asyncio.sleep(0.1)


async def measure(messages: int, kind: str) -> None:
    """Deliver and print one line for each thing measured."""
    wecom, load = FakeWeCom(), Load()
    texts = [
        random.choice(QUESTIONS) if kind == "real" else str(number) for number in range(messages)
    ]
    with tempfile.TemporaryDirectory() as folder:
        async with (
            web_host() as host,
            app(kind, Path(folder), host.mount(wecom.routes())) as url,
            httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as client,
            asyncio.TaskGroup() as running,
        ):
            checking = running.create_task(check_address(client, load))
            for number, text in enumerate(texts):
                running.create_task(deliver(client, number, text, load))
                await asyncio.sleep(DELIVERIES / A_SECOND)
            async with asyncio.timeout(MOST_SECONDS):
                while len(wecom.cards()) < messages:
                    await asyncio.sleep(1)
            await asyncio.sleep(2 * APART_SECONDS)
            checking.cancel()
    report(messages, kind, wecom, load)


def report(messages: int, kind: str, wecom: FakeWeCom, load: Load) -> None:
    """Print what was measured."""
    took, floor = sorted(load.milliseconds), sorted(load.floor)
    sent, minutes = defaultdict(list), Counter()
    for message in wecom.sent:
        sent[message["user"]].append(message)
    for user, theirs in sent.items():
        times = [message["at"] for message in theirs]
        minutes[user] = max(sum(at <= t < at + 60 for t in times) for at in times)
    lines = [
        f"callbacks {len(took)} {dict(load.codes)}, p50 {took[len(took) // 2]:.1f} ms, "
        f"p99 {took[int(len(took) * 0.99)]:.1f} ms, longest {took[-1]:.1f} ms; "
        f"address checks p50 {floor[len(floor) // 2]:.1f} ms, "
        f"p99 {floor[int(len(floor) * 0.99)]:.1f} ms",
        f"messages {messages}, answers (cards) {len(wecom.cards())}, texts {len(wecom.texts())}",
        f"longest text {max(len(text.encode()) for text in wecom.texts())} bytes",
        f"messages a minute to one member: at most {max(minutes.values())}; dropped "
        f"{len(wecom.dropped)}; suppressed {wecom.suppressed}",
    ]
    if kind != "real":
        got = {
            user: [m["text"]["content"] for m in theirs if m["msgtype"] == "text"]
            for user, theirs in sent.items()
        }
        expected = {
            f"member{member}": [f"答{n}" for n in range(member, messages, MEMBERS)]
            for member in range(min(MEMBERS, messages))
        }
        lost = sum(len(set(expected[u]) - set(got.get(u, ()))) for u in expected)
        doubled = sum(len(texts) - len(set(texts)) for texts in got.values())
        disordered = sum(got.get(user) != texts for user, texts in expected.items())
        lines.append(f"lost {lost}, doubled {doubled}, members out of order {disordered}")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    count_said = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    asyncio.run(measure(count_said, sys.argv[2] if len(sys.argv) > 2 else "0.3"))
