"""WeCom's side of an AI bot on loopback: the long connection, and what people see of the answers.

It holds the bot to the platform's rules: one frame of a stream at a time, content within its limit,
known req_ids, no text pushed, cards and welcomes within 5 seconds. What breaks one stands in
`broken`. `tests/channels/wecom_bot/test_sdk.py` holds it to npm @wecom/aibot-node-sdk.
"""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

BOT_ID, SECRET = "aib-test", "secret-of-the-bot"
Json = dict[str, Any]
numbers = count(1)


@dataclass
class Seen:
    """One message as a person sees it: a stream as it grew, or a message of its own."""

    chat: str
    kind: str
    contents: list[str] = field(default_factory=list)
    is_final: bool = True
    times: list[float] = field(default_factory=list)
    body: Json = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.contents[-1] if self.contents else ""


@dataclass
class Asked:
    """A callback that was sent: where its answer belongs, and until when."""

    chat: str
    is_event: bool
    at: float


class BotServer:
    """The long connection of one bot, with switches for everything that goes wrong."""

    def __init__(self, secret: str = SECRET) -> None:
        self.secret = secret
        self.subscribe_codes: list[int] = []  # for the next subscriptions
        self.refuse: Callable[[Json], int] = lambda frame: 0
        self.is_silent: Callable[[Json], bool] = lambda frame: False
        self.before_ack: Callable[[Json], Any] = lambda frame: None
        self.connections = 0
        self.subscribed_at: list[float] = []
        self.frames: list[Json] = []
        self.sent: list[Json] = []
        self.seen: list[Seen] = []
        self.updates: list[Json] = []
        self.welcomes: list[Json] = []
        self.uploads: dict[str, Json] = {}
        self.broken: list[str] = []
        self.asked: dict[str, Asked] = {}
        self.streams: dict[str, Seen] = {}
        self.unacked: set[str] = set()
        self.current: ServerConnection | None = None
        self._server: Server | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._server = await serve(self._serve, "127.0.0.1", self.port, close_timeout=0.2)
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def _serve(self, socket: ServerConnection) -> None:
        self.connections += 1
        try:
            async for raw in socket:
                await self._take(socket, json.loads(raw))
        except ConnectionClosed:
            pass
        finally:
            if self.current is socket:
                self.current = None

    async def _take(self, socket: ServerConnection, frame: Json) -> None:
        self.frames.append(frame)
        req_id, cmd = frame["headers"]["req_id"], frame["cmd"]
        ack: Json = {"headers": {"req_id": req_id}, "errcode": 0, "errmsg": "ok"}
        if cmd == "aibot_subscribe":
            ack["errcode"] = self._subscribe_code(frame)
        elif self.is_silent(frame):
            return
        elif code := self.refuse(frame):
            ack |= {"errcode": code, "errmsg": "scripted"}
        elif cmd != "ping":
            ack["errcode"] = self._carry_out(cmd, req_id, frame["body"], ack)
        if asyncio.iscoroutine(waiting := self.before_ack(frame)):
            await waiting
        with suppress(ConnectionClosed):
            await socket.send(json.dumps(ack))
        if cmd == "aibot_subscribe" and ack["errcode"] == 0:
            await self._let_in(socket)

    def _subscribe_code(self, frame: Json) -> int:
        if self.subscribe_codes:
            return self.subscribe_codes.pop(0)
        return 0 if frame["body"] == {"bot_id": BOT_ID, "secret": self.secret} else 853000

    async def _let_in(self, socket: ServerConnection) -> None:
        before, self.current = self.current, socket
        self.subscribed_at.append(time.monotonic())
        if before is not None and before is not socket:
            with suppress(ConnectionClosed):
                await before.send(json.dumps(self._event_frame("disconnected_event", "", {})[1]))
                await before.close()

    def _carry_out(self, cmd: str, req_id: str, body: Json, ack: Json) -> int:
        """Do what a frame says and return its errcode."""
        asked = self.asked.get(req_id)
        match cmd:
            case "aibot_respond_msg":
                if asked is None or asked.is_event:
                    return 846605
                return self._stream(asked, body)
            case "aibot_respond_welcome_msg" | "aibot_respond_update_msg":
                if asked is None or not asked.is_event:
                    return 846605
                if time.monotonic() - asked.at > 5:
                    self.broken.append("an event was answered late")
                is_update = cmd == "aibot_respond_update_msg"
                (self.updates if is_update else self.welcomes).append(body)
            case "aibot_send_msg":
                return self._push(body)
            case "aibot_upload_media_init":
                self.uploads[f"U{len(self.uploads)}"] = body | {"chunks": {}}
                ack["body"] = {"upload_id": f"U{len(self.uploads) - 1}"}
            case "aibot_upload_media_chunk":
                chunk = base64.b64decode(body["base64_data"])
                if len(chunk) > 512 * 1024:
                    self.broken.append("a chunk above 512 KB")
                self.uploads[body["upload_id"]]["chunks"][body["chunk_index"]] = chunk
            case "aibot_upload_media_finish":
                return self._finish_upload(body["upload_id"], ack)
            case _:
                return 40008
        return 0

    def _finish_upload(self, upload_id: str, ack: Json) -> int:
        about = self.uploads[upload_id]
        content = b"".join(chunk for _, chunk in sorted(about["chunks"].items()))
        if len(content) != about["total_size"] or len(about["chunks"]) != about["total_chunks"]:
            return 40006
        about["content"] = content
        ack["body"] = {"type": about["type"], "media_id": f"M-{upload_id}", "created_at": "1"}
        return 0

    def _stream(self, asked: Asked, body: Json) -> int:
        said = body["stream"]
        if len(said["content"].encode()) > 20_480:
            return 40058
        if not said["content"].strip():
            self.broken.append("a frame without a visible character")
        seen = self.streams.get(said["id"])
        if seen is None:
            seen = self.streams[said["id"]] = Seen(asked.chat, "stream", is_final=False)
            seen.body = body
            self.seen.append(seen)
        if seen.is_final:
            return 846608
        seen.contents.append(said["content"])
        seen.times.append(time.monotonic())
        seen.is_final = said["finish"]
        return 0

    def _push(self, body: Json) -> int:
        kind = body["msgtype"]
        if kind == "text":
            return 40008
        content = body[kind].get("content", "")
        if kind == "markdown" and not 0 < len(content.encode()) <= 20_480:
            return 40058
        self.seen.append(Seen(body["chatid"], kind, [content] if content else [], body=body))
        return 0

    # What people do

    async def say(self, text: str, user: str = "zhangsan", chat: str = "", **more: Any) -> str:
        """Send a text and return its req_id."""
        return await self.send({"msgtype": "text", "text": {"content": text}}, user, chat, **more)

    async def send(self, body: Json, user: str = "zhangsan", chat: str = "", **more: Any) -> str:
        number = next(numbers)
        whole = {"msgid": f"m{number}", "aibotid": BOT_ID, "from": {"userid": user}}
        whole |= {"chattype": "group", "chatid": chat} if chat else {"chattype": "single"}
        frame = {"cmd": "aibot_msg_callback", "headers": {"req_id": f"r{number}"}}
        await self._deliver(frame | {"body": whole | body | more}, chat or user, False)
        return f"r{number}"

    async def event(self, kind: str, user: str = "zhangsan", chat: str = "", **more: Any) -> str:
        req_id, frame = self._event_frame(kind, user, more)
        frame["body"] |= {"chattype": "group", "chatid": chat} if chat else {"chattype": "single"}
        await self._deliver(frame, chat or user, True)
        return req_id

    async def click(self, key: str, card: Json, user: str = "zhangsan", chat: str = "") -> str:
        """Press the button of a card that has this label."""
        button = next(b for b in card["button_list"] if b["text"].startswith(key))
        pressed = {"event_key": button["key"], "task_id": card["task_id"]}
        pressed["card_type"] = card["card_type"]
        return await self.event("template_card_event", user, chat, template_card_event=pressed)

    @property
    def last_sent(self) -> Json:
        return self.sent[-1]

    async def deliver_again(self, frame: Json) -> None:
        assert self.current is not None
        await self.current.send(json.dumps(frame))

    async def _deliver(self, frame: Json, chat: str, is_event: bool) -> None:
        assert self.current is not None
        self.asked[frame["headers"]["req_id"]] = Asked(chat, is_event, time.monotonic())
        self.sent.append(frame)
        await self.current.send(json.dumps(frame, ensure_ascii=False))

    def _event_frame(self, kind: str, user: str, more: Json) -> tuple[str, Json]:
        number = next(numbers)
        body = {"msgid": f"e{number}", "aibotid": BOT_ID, "from": {"userid": user}}
        body |= {"msgtype": "event", "event": {"eventtype": kind, **more}}
        headers = {"req_id": f"r{number}"}
        return f"r{number}", {"cmd": "aibot_event_callback", "headers": headers, "body": body}

    # What a test waits for

    async def until(self, holds: Callable[[], Any], seconds: float = 15.0) -> Any:
        async with asyncio.timeout(seconds):
            while not (value := holds()):
                await asyncio.sleep(0.01)
        return value

    async def subscriptions(self, number: int) -> None:
        await self.until(lambda: len(self.subscribed_at) >= number, seconds=30)

    async def texts(self, number: int, chat: str = "zhangsan") -> list[str]:
        """Wait for so many texts that are whole, and return them."""
        await self.until(lambda: len(self.whole(chat)) >= number)
        return self.whole(chat)

    def whole(self, chat: str = "zhangsan") -> list[str]:
        """The texts of a conversation that will not change any more."""
        return [s.text for s in self.seen if s.chat == chat and s.is_final and s.text]

    def cards(self, chat: str = "zhangsan") -> list[Json]:
        mine = [s for s in self.seen if s.chat == chat and s.kind == "template_card"]
        return [s.body["template_card"] for s in mine]

    def commands(self, cmd: str) -> list[Json]:
        return [frame for frame in self.frames if frame["cmd"] == cmd]


@asynccontextmanager
async def bot_server() -> AsyncIterator[BotServer]:
    server = BotServer()
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
    assert server.broken == []
