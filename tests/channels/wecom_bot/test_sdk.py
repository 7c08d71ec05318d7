"""Our loopback platform against WeCom's own client, npm @wecom/aibot-node-sdk 1.0.7: what holds our
bot to the rules is held to them itself, and both clients send frames of one shape.

Skipped where node or the module is missing:
npm install --prefix build @wecom/aibot-node-sdk@1.0.7
"""

import asyncio
import base64
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from websockets.asyncio.client import connect

from bot.channels.wecom.crypto import CallbackSeal
from bot.channels.wecom_bot.media import decrypt
from bot.messages import Action, ActionKind
from knowledge.storage.database import Database
from tests.support.places import REPO
from tests.support.wecom_bot_office import FakeAssistant, answer, build_bot, picture, running
from tests.support.wecom_bot_server import BOT_ID, SECRET, BotServer, bot_server
from tests.support.wecom_bot_web import AES_KEY, TOKEN, cloud, encrypt

ORACLE = Path(__file__).with_name("sdk_oracle.mjs")
BUILD = REPO / "build"
TEXTS = (*("a" * length for length in range(70)), '{"msgid":"二（二）8"}', "要点通" * 1667)
CONTENTS = tuple(os.urandom(size) for size in (0, 1, 15, 16, 31, 32, 33, 100_000))

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not (BUILD / "node_modules/@wecom/aibot-node-sdk").exists(),
    reason="needs node and build/node_modules/@wecom/aibot-node-sdk (see the docstring)",
)

pytest_plugins = "tests.support.wecom_bot_office"


class Sdk:
    """WeCom's client in a process of its own; what it says stands in `said`."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []

    async def read(self, lines: asyncio.StreamReader) -> None:
        async for line in lines:
            self.said.append(json.loads(line))


@asynccontextmanager
async def sdk(server: BotServer, secret: str = SECRET) -> AsyncIterator[Sdk]:
    client = Sdk()
    node = await asyncio.create_subprocess_exec(
        *("node", str(ORACLE), server.url, BOT_ID, secret),
        cwd=BUILD,
        stdout=asyncio.subprocess.PIPE,
    )
    assert node.stdout is not None
    reading = asyncio.create_task(client.read(node.stdout))
    try:
        yield client
    finally:
        if node.returncode is None:
            node.kill()
        await node.wait()
        await reading


def shape(value: Any) -> Any:
    """Return a frame without its values: which keys stand where."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in sorted(value.items())}
    return [shape(inner) for inner in value[:1]] if isinstance(value, list) else None


async def everything(server: BotServer, said: dict[str, str]) -> None:
    """Let people do all that a bot answers."""
    await server.say("问")
    await server.until(lambda: len(server.cards()) == 1)
    await server.event("enter_chat")
    await server.until(lambda: server.welcomes)
    key = server.cards()[0]["button_list"][0]["key"]
    click = {"event_key": key, "task_id": "T1", "card_type": "button_interaction"}
    await server.event("template_card_event", template_card_event=click)
    await server.until(lambda: server.updates)
    await server.send({"msgtype": "file", "file": said})
    await server.until(lambda: any(s.kind in ("file", "image") for s in server.seen))
    await server.until(lambda: server.commands("ping"))


async def test_wecoms_own_client_lives_with_our_platform() -> None:
    async with bot_server() as server, cloud() as files, sdk(server) as client:
        await server.until(lambda: server.current, seconds=20)
        content = ("一、养老" * 100_000).encode()
        await everything(server, files.put("要点.txt", content))
        await server.event("feedback_event", feedback_event={"id": "fb", "type": 2})
        await server.until(lambda: {"feedback": 2} in client.said)
        async with connect(server.url, proxy=None) as thief:
            body = {"bot_id": BOT_ID, "secret": SECRET}
            frame = {"cmd": "aibot_subscribe", "headers": {"req_id": "x"}, "body": body}
            await thief.send(json.dumps(frame))
            await server.until(lambda: {"displaced": True} in client.said)
    assert [s for s in client.said if "error" in s or "failed" in s] == []
    assert {"refused": 846608} in client.said
    assert {"welcomed": "zhangsan"} in client.said
    (file,) = [s for s in client.said if "file" in s]
    assert (file["file"], file["size"]) == ("要点.txt", len(content))
    assert next(iter(server.uploads.values()))["content"] == content


async def test_wecoms_own_client_is_refused_with_a_wrong_secret() -> None:
    async with bot_server() as server, sdk(server, "another") as client:
        await server.until(lambda: client.said, seconds=20)
    assert "853000" in client.said[0]["error"]


async def test_our_frames_have_the_shape_of_wecoms_own(database: Database) -> None:
    async with bot_server() as theirs, cloud() as files, sdk(theirs):
        await theirs.until(lambda: theirs.current, seconds=20)
        await everything(theirs, files.put("要点.txt", ("一、养老" * 100_000).encode()))
    card = (Action(ActionKind.SECTION, "a", "v"),)
    scripts = {
        "问": [answer("答", actions=card)],
        "": [answer("原文", attachments=(picture(),))],
    }
    handler = FakeAssistant(scripts)  # type: ignore[arg-type]
    async with (
        bot_server() as ours,
        cloud() as files,
        running(build_bot(handler, ours, database), ours),
    ):
        await everything(ours, files.put("要点.txt", b"a"))
    expected = {frame["cmd"]: [] for frame in theirs.frames}
    for frame in theirs.frames:
        expected[frame["cmd"]].append(shape(frame))
    for frame in ours.frames:
        if frame["cmd"] == "aibot_send_msg":
            assert frame["body"].pop("chat_type") == 1  # documented; their client leaves it out
        if frame["cmd"] == "aibot_send_msg" and frame["body"]["msgtype"] == "image":
            frame["body"]["file"] = frame["body"].pop("image")
        assert shape(frame) in expected[frame["cmd"]], frame["cmd"]
    assert {f["cmd"] for f in ours.frames} == set(expected)


def test_what_wecoms_crypto_seals_we_open_and_the_other_way_round() -> None:
    seal = CallbackSeal(SecretStr(TOKEN), SecretStr(AES_KEY), "")
    keys = [os.urandom(32) for _ in CONTENTS]
    pairs = [
        {"content": base64.b64encode(c).decode(), "aeskey": base64.b64encode(k).decode()}
        for c, k in zip(CONTENTS, keys, strict=True)
    ]
    locked = [
        pair | {"content": base64.b64encode(encrypt(content, key)).decode()}
        for pair, content, key in zip(pairs, CONTENTS, keys, strict=True)
    ]
    question = {"token": TOKEN, "key": AES_KEY, "texts": TEXTS, "files": pairs}
    question |= {"sealed": [seal.encrypt(text) for text in TEXTS], "encrypted": locked}
    ended = subprocess.run(
        ["node", ORACLE, "crypto"],
        cwd=BUILD,
        input=json.dumps(question).encode(),
        capture_output=True,
        timeout=30,
    )
    assert ended.returncode == 0, ended.stderr.decode()
    found = json.loads(ended.stdout)
    for text, envelope in zip(TEXTS, found["sealed"], strict=True):
        seal.verify(envelope["signature"], "1700000000", "n-1", envelope["encrypt"])
        assert seal.decrypt(envelope["encrypt"]) == text
    assert tuple(found["opened"]) == TEXTS
    assert tuple(base64.b64decode(c) for c in found["unlocked"]) == CONTENTS
    for content, pair, ciphertext in zip(CONTENTS, pairs, found["locked"], strict=True):
        assert decrypt(base64.b64decode(ciphertext), pair["aeskey"]) == content
