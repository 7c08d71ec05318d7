"""A small Bot API server on a loopback port: what python-telegram-bot meets in our tests.

It keeps Telegram's habits that matter: getUpdates is held until something comes, a second poller
throws the first one out (409), an unknown token is 401, a text over 4,096 UTF-16 units is 400, an
edit that changes nothing is 400, drafts are for private chats alone, a webhook is told each update
until it answers 200. `fail` scripts refusals, and `CUT` breaks the connection.
"""

import asyncio
import json
import re
import socket
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

TOKEN = "123456:a-token-that-must-not-be-logged"
BOT = {"id": 123456, "is_bot": True, "first_name": "要点通", "username": "Yaodian_bot"}
GROUP = {"id": -100, "type": "supergroup", "title": "督查室"}
Answer = tuple[int, dict[str, object]]

TOO_MANY: Answer = (429, {"description": "Too Many Requests", "parameters": {"retry_after": 1}})
BROKEN: Answer = (500, {"description": "Internal Server Error"})
BLOCKED: Answer = (403, {"description": "Forbidden: bot was blocked by the user"})
GONE: Answer = (400, {"description": "Bad Request: message to edit not found"})
CONFLICT: Answer = (409, {"description": "Conflict: terminated by other getUpdates request"})
UNAUTHORIZED: Answer = (401, {"description": "Unauthorized"})
MOVED: Answer = (
    400,
    {"description": "Bad Request: group chat was upgraded to a supergroup chat"}
    | {"parameters": {"migrate_to_chat_id": -200}},
)
PASS: Answer = (200, {})  # nothing fails this time
CUT: Answer = (0, {})  # the connection breaks before there is an answer
SILENCE: Answer = (1, {})  # it is done, but nobody is told
SENDS = ("sendMessage", "sendPhoto", "sendDocument")


@dataclass(frozen=True)
class Call:
    """One request: its method, its parameters as sent, and when it came."""

    method: str
    parameters: dict[str, str]
    at: float


@dataclass(frozen=True)
class Shown:
    """One message of the bot as a chat shows it now."""

    chat: str
    text: str
    buttons: dict[str, str] = field(default_factory=dict)  # title -> token


class TelegramServer:
    """What Telegram is to a bot: `push` says something to it, `sent` is what it answered."""

    def __init__(self) -> None:
        self.base_url = ""
        self.calls: list[Call] = []
        self.failures: defaultdict[str, deque[Answer]] = defaultdict(deque)
        self.shown: dict[int, Shown] = {}
        self.files: dict[str, bytes] = {}
        self.webhook: tuple[str, str] = ("", "")  # address and secret
        self._updates: list[dict[str, object]] = []
        self._all: list[dict[str, object]] = []
        self._numbers = iter(range(1, 1_000_000))
        self._pollers = 0
        self._changed = asyncio.Condition()
        self._over = asyncio.Event()

    # What people do

    async def push(self, text: str | None = None, *, user: int = 1, **more: object) -> int:
        """Say something to the bot, in private or where `chat=` says; return its number."""
        number = next(self._numbers)
        message = said(number, user, text) | more
        await self._update({"message": message})
        return number

    async def edit(self, number: int, text: str, *, user: int = 1, **more: object) -> None:
        """Change what was said before."""
        changed = said(number, user, text) | {"edit_date": int(time.time())} | more
        await self._update({"edited_message": changed})

    async def press(
        self, title: str, *, user: int = 1, chat: Mapping[str, object] | None = None
    ) -> None:
        """Press the newest button of this title."""
        number = next(n for n in sorted(self.shown, reverse=True) if title in self.titles(n))
        await self.press_token(self.shown[number].buttons[title], number, user=user, chat=chat)

    async def press_token(
        self,
        token: str,
        number: int = 1,
        *,
        user: int = 1,
        chat: Mapping[str, object] | None = None,
    ) -> None:
        """Press a button that carries this token."""
        below = said(number, user, "……") | {"chat": chat or private(user), "from": BOT}
        query = {"id": str(next(self._numbers)), "from": person(user), "chat_instance": "1"}
        await self._update({"callback_query": query | {"message": below, "data": token}})

    async def _update(self, what: dict[str, object]) -> None:
        update = {"update_id": next(self._numbers)} | what
        self._updates.append(update)
        self._all.append(update)
        await self._notify()
        if self.webhook[0]:
            await self.call_webhook(update)

    async def call_webhook(
        self, update: Mapping[str, object], secret: str | None = None
    ) -> list[int]:
        """Bring an update to the webhook until it says 200; return all that it said."""
        url, ours = self.webhook
        heads = {"X-Telegram-Bot-Api-Secret-Token": ours if secret is None else secret}
        said: list[int] = []
        async with httpx.AsyncClient(trust_env=False, headers=heads) as client:
            while not said or (said[-1] != 200 and secret is None and len(said) < 20):
                answer = await client.post(url, json=update)
                said.append(answer.status_code)
                await asyncio.sleep(0.05 if answer.status_code != 200 else 0)
        return said

    async def forget_confirmations(self) -> None:
        """Give out every update again, as after a confirmation that was lost."""
        self._updates = list(self._all)
        await self._notify()

    # What the bot did

    def fail(self, method: str, *answers: Answer) -> None:
        """Answer the next calls of `method` so, one answer each."""
        self.failures[method].extend(answers)

    def sent(self, method: str = "sendMessage") -> list[dict[str, str]]:
        """Return the parameters of every call of `method` so far, refused ones too."""
        return [call.parameters for call in self.calls if call.method == method]

    def titles(self, number: int) -> tuple[str, ...]:
        """Return the titles of the buttons under a message."""
        return tuple(self.shown[number].buttons)

    def texts(self) -> list[str]:
        """Return the texts that are shown, oldest first."""
        return [self.shown[number].text for number in sorted(self.shown)]

    async def wait_for(
        self, count: int = 1, method: str = "sendMessage", seconds: float = 20
    ) -> list[dict[str, str]]:
        """Return the calls of `method` once there are `count` of them."""
        await self.wait_until(lambda: len(self.sent(method)) >= count, seconds)
        return self.sent(method)

    async def wait_until(self, holds: Callable[[], bool], seconds: float = 20) -> None:
        """Wait until something holds; looked at after every call."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(holds)

    # The Bot API

    async def answer(self, request: Request) -> Response:
        """Answer one call."""
        method = request.path_params["method"]
        kind = request.headers.get("Content-Type", "")
        parameters = dict(read_parameters(await request.body(), kind))
        self.calls.append(Call(method, parameters, time.monotonic()))
        await self._notify()
        if request.path_params["token"] != TOKEN:
            return refuse(UNAUTHORIZED)
        failure = self.failures[method].popleft() if self.failures[method] else PASS
        if failure == SILENCE:
            return await self._be_silent(method, parameters)
        if failure != PASS:
            return refuse(failure)
        if method == "getUpdates":
            return await self._hold(parameters)
        response = self._do(method, parameters)
        await self._notify()
        return response

    async def _be_silent(self, method: str, parameters: dict[str, str]) -> Response:
        """Do what is asked, and never say so."""
        self._do(method, parameters)
        await self._notify()
        await self._over.wait()
        return refuse(BROKEN)

    async def download(self, request: Request) -> Response:
        """Answer the download of a file."""
        return Response(self.files[request.path_params["name"]])

    def _do(self, method: str, parameters: dict[str, str]) -> Response:
        match method:
            case "getMe":
                return accept(BOT)
            case "getFile":
                name = parameters["file_id"]
                return accept({"file_id": name, "file_unique_id": name, "file_path": name})
            case "setWebhook":
                self.webhook = parameters["url"], parameters["secret_token"]
            case "sendMessageDraft" if int(parameters["chat_id"]) < 0:
                return refuse((400, {"description": "Bad Request: private chats only"}))
            case "deleteMessage":
                self.shown.pop(int(parameters["message_id"]), None)
            case "editMessageText":
                return self._change(parameters)
            case "editMessageReplyMarkup":
                return self._change(parameters | {"text": self._text(parameters)})
            case _ if method in SENDS:
                return self._show(next(self._numbers), parameters)
        return accept(True)

    async def _hold(self, parameters: dict[str, str]) -> Response:
        """Answer getUpdates when there is something, its time is over, or another one came."""
        self._pollers += 1
        mine, offset = self._pollers, int(parameters.get("offset", 0))
        self._updates = [u for u in self._updates if int(str(u["update_id"])) >= offset]
        await self._notify()
        try:
            async with asyncio.timeout(float(parameters.get("timeout", 0))), self._changed:
                await self._changed.wait_for(lambda: bool(self._updates) or self._pollers != mine)
        except TimeoutError:
            return accept([])
        return accept(self._updates[:100]) if self._pollers == mine else refuse(CONFLICT)

    def _text(self, parameters: dict[str, str]) -> str:
        shown = self.shown.get(int(parameters["message_id"]))
        return shown.text if shown else ""

    def _change(self, parameters: dict[str, str]) -> Response:
        number = int(parameters["message_id"])
        if number not in self.shown:
            return refuse(GONE)
        before = self.shown[number]
        response = self._show(number, parameters)
        if self.shown[number] == before:
            return refuse((400, {"description": "Bad Request: message is not modified"}))
        return response

    def _show(self, number: int, parameters: dict[str, str]) -> Response:
        text, chat = parameters.get("text", ""), parameters["chat_id"]
        has_file = {"photo", "document"} & parameters.keys()
        if not has_file and not 0 < len(text.encode("utf-16-le")) / 2 <= 4096:
            return refuse((400, {"description": "Bad Request: message is empty or too long"}))
        rows = json.loads(parameters.get("reply_markup", "{}")).get("inline_keyboard", [])
        buttons = {b["text"]: b["callback_data"] for row in rows for b in row}
        self.shown[number] = Shown(chat, text, buttons)
        return accept(said(number, int(chat), text or None) | {"chat": private(int(chat))})

    def end(self) -> None:
        """Let go of those whom nobody told anything."""
        self._over.set()

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()


def said(number: int, user: int, text: str | None) -> dict[str, object]:
    """Return a message as Telegram writes it."""
    head = {"message_id": number, "date": int(time.time()), "chat": private(user)}
    return head | {"from": person(user)} | ({} if text is None else {"text": text})


def private(user: int) -> dict[str, object]:
    return {"id": user, "type": "private"}


def person(user: int) -> dict[str, object]:
    return {"id": user, "is_bot": False, "first_name": "张三"}


def read_parameters(body: bytes, kind: str) -> Iterator[tuple[str, str]]:
    """Yield the parameters of a call; of an uploaded file its name."""
    if "multipart" not in kind:
        yield from parse_qsl(body.decode())
        return
    boundary = kind.partition("boundary=")[2].strip('"').encode()
    for part in body.split(b"--" + boundary)[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        named = dict(re.findall(r'(name|filename)="([^"]*)"', head.decode()))
        yield named["name"], named.get("filename") or content.removesuffix(b"\r\n").decode()


def accept(result: object) -> JSONResponse:
    return JSONResponse({"ok": True, "result": result})


def refuse(answer: Answer) -> Response:
    code, body = answer
    if answer == CUT:
        return StreamingResponse(broken(), headers={"Content-Length": "100"})
    return JSONResponse({"ok": False, "error_code": code, **body}, status_code=code)


async def broken() -> AsyncIterator[bytes]:
    yield b"{"
    raise ConnectionResetError


@asynccontextmanager
async def serve_telegram() -> AsyncIterator[TelegramServer]:
    """Run a server on a free port."""
    telegram = TelegramServer()
    app = Starlette(
        routes=[
            Route("/bot{token}/{method}", telegram.answer, methods=["POST"]),
            Route("/file/bot{token}/{name}", telegram.download),
        ]
    )
    async with serve_app(app) as telegram.base_url:
        yield telegram
        telegram.end()


@asynccontextmanager
async def serve_app(app: Starlette) -> AsyncIterator[str]:
    """Run an application on a free port and yield its address."""
    server = uvicorn.Server(
        uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1)
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = asyncio.create_task(server.serve([listener]))
        while not server.started:
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        with suppress(asyncio.CancelledError):
            await serving
