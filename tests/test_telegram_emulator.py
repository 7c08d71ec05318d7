"""The Telegram channel against a server that others wrote: npm telegram-test-api behind a proxy."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from bot.channels.telegram import Telegram
from bot.messages import Message, Reply, Status

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT.parent / "shared" / "emulators" / "telegram_bot_api.js"
MODULES = ROOT / "build" / "node_modules"
TOKEN = "123456:emulator"

MISSING = [
    what
    for what, is_there in (
        ("node", shutil.which("node")),
        (str(SCRIPT), SCRIPT.is_file()),
        (str(MODULES / "telegram-test-api"), (MODULES / "telegram-test-api").is_dir()),
    )
    if not is_there
]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"missing: {', '.join(MISSING)}")


def find_port() -> int:
    """Return a free port whose successor is free as well: the emulator takes both."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as one:
            port = int(one.getsockname()[1])
            try:
                socket.create_server(("127.0.0.1", port + 1)).close()
            except OSError:
                continue
        return port


@asynccontextmanager
async def emulator(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    port = find_port()
    node = await asyncio.create_subprocess_exec(
        *("node", str(SCRIPT), str(port), str(folder)),
        env={"NODE_PATH": str(MODULES), "PATH": str(Path(shutil.which("node") or "").parent)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert node.stdout is not None
    try:
        assert b"emulator on" in await asyncio.wait_for(node.stdout.readline(), 20)
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", trust_env=False
        ) as client:
            yield client
    finally:
        node.terminate()
        await node.wait()


async def sent_texts(client: httpx.AsyncClient, count: int) -> list[str]:
    async with asyncio.timeout(10):
        while True:
            log = (await client.get("/ctl/log")).json()
            texts = [call["params"]["text"] for call in log if call["method"] == "sendMessage"]
            if len(texts) >= count:
                return texts
            await asyncio.sleep(0.05)


async def long_answer(message: Message) -> AsyncIterator[Reply]:
    yield Reply(f"答：{message.text}\n" + "新增500户〔四（十五）〕。" * 300, Status.ANSWERED)


async def test_the_emulator_gets_welcome_and_a_split_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    stop = asyncio.Event()
    async with emulator(tmp_path) as client:
        channel = Telegram(TOKEN, long_answer, base_url=str(client.base_url))
        running = asyncio.create_task(channel.run(stop))
        for path, text in (("command", "/start"), ("message", "今年新增多少户？")):
            await client.post(f"/ctl/{path}", json={"token": TOKEN, "text": text})
        welcome, first, second = await sent_texts(client, 3)
        stop.set()
        await running
    assert "要点通" in welcome
    assert first.startswith("答：今年新增多少户？")
    assert first.endswith("\n(1/2)")
    assert second.endswith("。\n(2/2)")
