"""The Bot API as others wrote it: npm telegram-test-api behind a proxy, and a person at it."""

import asyncio
import json
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from tests.support.places import REPO

SCRIPT = REPO.parent / "shared" / "emulators" / "telegram_bot_api.js"
MODULES = REPO / "build" / "node_modules"
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


class Emulator:
    """What a person does through the emulator, and what the bot sent."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def say(self, kind: str, **said: object) -> None:
        answer = await self.client.post(f"/ctl/{kind}", json={"token": TOKEN} | said)
        assert answer.json() == {"ok": True}

    async def press(self, sent: dict[str, str], title: str) -> None:
        """Press a button under what was sent."""
        rows = json.loads(sent["reply_markup"])["inline_keyboard"]
        token = next(b["callback_data"] for row in rows for b in row if b["text"] == title)
        await self.say("callback", data=token)

    async def sent(
        self, count: int, method: str = "sendMessage", seconds: float = 30
    ) -> list[dict[str, str]]:
        async with asyncio.timeout(seconds):
            while True:
                log = (await self.client.get("/ctl/log")).json()
                calls = [call["params"] for call in log if call["method"] == method]
                if len(calls) >= count:
                    return calls
                await asyncio.sleep(0.05)
