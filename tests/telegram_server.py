"""A small Bot API server on a loopback port: what python-telegram-bot meets in our tests.

It keeps Telegram's habits that matter: getUpdates is held until something comes, a second poller
throws the first one out (409), an unknown token is 401, a text over 4,096 UTF-16 units is 400.
"""

import asyncio
import socket
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

TOKEN = "123456:a-token-that-must-not-be-logged"
BOT = {"id": 123456, "is_bot": True, "first_name": "要点通", "username": "Yaodian_bot"}
GROUP = {"id": -100, "type": "supergroup", "title": "督查室"}
Response = tuple[int, dict[str, object]]

TOO_MANY: Response = (429, {"description": "Too Many Requests", "parameters": {"retry_after": 1}})
BROKEN: Response = (500, {"description": "Internal Server Error"})
BLOCKED: Response = (403, {"description": "Forbidden: bot was blocked by the user"})


@dataclass(frozen=True)
class Call:
    """One request: its method, its parameters as sent, and when it came."""

    method: str
    parameters: dict[str, str]
    at: float


class TelegramServer:
    """What Telegram is to a bot: `push` says something to it, `sent` is what it answered."""

    def __init__(self) -> None:
        self.base_url = ""
        self.calls: list[Call] = []
        self.failures: defaultdict[str, deque[Response]] = defaultdict(deque)
        self._updates: list[dict[str, object]] = []
        self._numbers = iter(range(1, 1_000_000))
        self._pollers = 0
        self._changed = asyncio.Condition()

    async def push(self, text: str | None = None, *, user: int = 1, **more: object) -> None:
        """Say something to the bot: in private, or where `chat=` says."""
        number = next(self._numbers)
        message: dict[str, object] = {
            "message_id": number,
            "date": int(time.time()),
            "chat": {"id": user, "type": "private"},
            "from": {"id": user, "is_bot": False, "first_name": "张三"},
            **({} if text is None else {"text": text}),
            **more,
        }
        self._updates.append({"update_id": number, "message": message})
        await self._notify()

    def fail(self, method: str, *responses: Response) -> None:
        """Answer the next calls of `method` so, one response each."""
        self.failures[method].extend(responses)

    def sent(self, method: str = "sendMessage") -> list[dict[str, str]]:
        """Return the parameters of every call of `method` so far, refused ones too."""
        return [call.parameters for call in self.calls if call.method == method]

    async def wait_for(self, count: int = 1, method: str = "sendMessage") -> list[dict[str, str]]:
        """Return the calls of `method` once there are `count` of them."""
        async with asyncio.timeout(5):
            await self._wait_until(lambda: len(self.sent(method)) >= count)
        return self.sent(method)

    async def answer(self, request: Request) -> JSONResponse:
        """Answer one call of the Bot API."""
        method = request.path_params["method"]
        parameters = dict(parse_qsl((await request.body()).decode()))
        self.calls.append(Call(method, parameters, time.monotonic()))
        await self._notify()
        if request.path_params["token"] != TOKEN:
            return refuse(401, {"description": "Unauthorized"})
        if self.failures[method]:
            return refuse(*self.failures[method].popleft())
        match method:
            case "getMe":
                return accept(BOT)
            case "getUpdates":
                return await self._hold(parameters)
            case "sendMessage":
                return self._deliver(parameters)
            case "sendChatAction" | "deleteWebhook":
                return accept(True)
        return refuse(404, {"description": "Not Found"})

    async def _hold(self, parameters: dict[str, str]) -> JSONResponse:
        """Answer getUpdates when there is something, its time is over, or another one came."""
        self._pollers += 1
        mine, offset = self._pollers, int(parameters.get("offset", 0))
        self._updates = [
            update for update in self._updates if int(str(update["update_id"])) >= offset
        ]
        await self._notify()
        try:
            async with asyncio.timeout(float(parameters.get("timeout", 0))):
                await self._wait_until(lambda: bool(self._updates) or self._pollers != mine)
        except TimeoutError:
            return accept([])
        if self._pollers != mine:
            return refuse(409, {"description": "Conflict: terminated by other getUpdates request"})
        return accept(self._updates)

    def _deliver(self, parameters: dict[str, str]) -> JSONResponse:
        text = parameters.get("text", "")
        if not 0 < len(text.encode("utf-16-le")) / 2 <= 4096:
            return refuse(400, {"description": "Bad Request: message is empty or too long"})
        chat = {"id": int(parameters["chat_id"]), "type": "private"}
        number = next(self._numbers)
        return accept({"message_id": number, "date": int(time.time()), "chat": chat, "text": text})

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _wait_until(self, holds: Callable[[], bool]) -> None:
        async with self._changed:
            await self._changed.wait_for(holds)


def accept(result: object) -> JSONResponse:
    return JSONResponse({"ok": True, "result": result})


def refuse(code: int, body: dict[str, object]) -> JSONResponse:
    return JSONResponse({"ok": False, "error_code": code, **body}, status_code=code)


@asynccontextmanager
async def serve_telegram() -> AsyncIterator[TelegramServer]:
    """Run a server on a free port."""
    telegram = TelegramServer()
    app = Starlette(routes=[Route("/bot{token}/{method}", telegram.answer, methods=["POST"])])
    server = uvicorn.Server(
        uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1)
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        telegram.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        serving = asyncio.create_task(server.serve([listener]))
        while not server.started:
            await asyncio.sleep(0.01)
        yield telegram
        server.should_exit = True
        await serving
