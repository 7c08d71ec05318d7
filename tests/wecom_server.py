"""A WeCom platform on loopback: qyapi with scripted error codes, and the sender of callbacks."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count

import httpx
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route

from bot.channels.wecom_api import WeComApi
from bot.channels.wecom_app import WeComApp
from bot.channels.wecom_crypto import CallbackSeal
from bot.messages import Message, Reply, Status
from bot.web import build_app, serve

CORP_ID = "ww1234567890abcdef"
AGENT_ID = 1000002
SECRET = "S3cr3t-of-the-app"
TOKEN = "QDG6eK"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
PATH = "/wecom/app"
SEAL = CallbackSeal(SecretStr(TOKEN), SecretStr(AES_KEY), CORP_ID)


class FakeClock:
    """A clock that only sleeping moves; `pauses` is its history."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


class FakeAssistant:
    """A handler with a queue of answers and a history; without a queue it repeats the question."""

    def __init__(self, *answers: str | Exception, seconds: dict[str, float] | None = None) -> None:
        self.answers = deque(answers)
        self.seconds = seconds or {}
        self.heard: list[Message] = []

    async def __call__(self, message: Message) -> AsyncIterator[Reply]:
        self.heard.append(message)
        yield Reply("正在查找……", Status.INFO, final=False)
        await asyncio.sleep(self.seconds.get(message.text, 0))
        answer = self.answers.popleft() if self.answers else f"答：{message.text}"
        if isinstance(answer, Exception):
            raise answer
        yield Reply(answer, Status.ANSWERED)


class FakeWeCom:
    """qyapi: each call of message/send takes one of `codes`; `sent` is the history."""

    def __init__(self, *codes: int, token_codes: Sequence[int] = ()) -> None:
        self.codes = deque(codes)
        self.token_codes = deque(token_codes)
        self.tokens_given = 0
        self.sends_tried = 0
        self.sent: list[dict[str, object]] = []

    def routes(self) -> list[Route]:
        return [
            Route("/cgi-bin/gettoken", self.give_token),
            Route("/cgi-bin/message/send", self.send, methods=["POST"]),
        ]

    async def give_token(self, request: Request) -> JSONResponse:
        assert request.query_params["corpid"] == CORP_ID
        if code := self.token_codes.popleft() if self.token_codes else 0:
            return JSONResponse({"errcode": code, "errmsg": "scripted"})
        if request.query_params["corpsecret"] != SECRET:
            return JSONResponse({"errcode": 40001, "errmsg": "invalid credential"})
        self.tokens_given += 1
        token = f"token-{self.tokens_given}"
        return JSONResponse(
            {"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": 7200}
        )

    async def send(self, request: Request) -> JSONResponse:
        self.sends_tried += 1
        if code := self.codes.popleft() if self.codes else 0:
            return JSONResponse({"errcode": code, "errmsg": "scripted"})
        if request.query_params["access_token"] != f"token-{self.tokens_given}":
            return JSONResponse({"errcode": 40014, "errmsg": "invalid access_token"})
        self.sent.append(await request.json())
        return JSONResponse({"errcode": 0, "errmsg": "ok", "msgid": "x"})

    def texts(self, user: str | None = None) -> list[str]:
        """What was sent, to one user or to all, in order."""
        return [
            message["text"]["content"]  # type: ignore[index]
            for message in self.sent
            if user in (None, message["touser"])
        ]

    async def wait_for_texts(self, number: int) -> list[str]:
        async with asyncio.timeout(5):
            while len(self.sent) < number:
                await asyncio.sleep(0.005)
        return self.texts()


class Phone:
    """Posts callbacks the way the platform does; every message gets a MsgId of its own."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.ids = count(1)

    async def say(self, user: str, text: str, message_id: int | None = None) -> httpx.Response:
        content = f"<Content><![CDATA[{text}]]></Content>"
        return await self.post(user, "text", content, message_id)

    async def post(
        self, user: str, kind: str, rest: str = "", message_id: int | None = None
    ) -> httpx.Response:
        number = "" if kind == "event" else f"<MsgId>{message_id or next(self.ids)}</MsgId>"
        return await self.post_xml(message_xml(user, kind, rest + number))

    async def post_xml(self, xml: str, seal: CallbackSeal = SEAL) -> httpx.Response:
        encrypted = seal.encrypt(xml)
        body = f"<xml><ToUserName>{CORP_ID}</ToUserName><Encrypt>{encrypted}</Encrypt></xml>"
        return await self.client.post(PATH, params=signed(encrypted, seal), content=body)


def message_xml(user: str, kind: str, rest: str = "") -> str:
    """Return the XML of a message, as it stands inside the envelope."""
    return (
        f"<xml><ToUserName><![CDATA[{CORP_ID}]]></ToUserName><FromUserName><![CDATA[{user}]]>"
        f"</FromUserName><CreateTime>1700000000</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>"
        f"{rest}<AgentID>{AGENT_ID}</AgentID></xml>"
    )


def signed(encrypted: str, seal: CallbackSeal = SEAL) -> dict[str, str]:
    """Return the query of a callback."""
    signature = seal.sign("1700000000", "nonce", encrypted)
    return {"msg_signature": signature, "timestamp": "1700000000", "nonce": "nonce"}


class Host:
    """One web server for many tests: each mounts its routes under a path of its own."""

    def __init__(self, app: Starlette, url: str) -> None:
        self.app = app
        self.url = url

    def mount(self, routes: Sequence[BaseRoute]) -> str:
        """Serve the routes and return their base URL."""
        path = f"/{len(self.app.routes)}"
        self.app.routes.append(Mount(path, routes=routes))
        return self.url + path


@asynccontextmanager
async def web_host() -> AsyncIterator[Host]:
    """Run our web server on a free port."""
    stop, app = asyncio.Event(), build_app([])
    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    server = asyncio.create_task(serve(app, "127.0.0.1", 0, stop, port.set_result))
    yield Host(app, f"http://127.0.0.1:{await port}")
    stop.set()
    await server


@dataclass(frozen=True, slots=True)
class Office:
    """A bot that is connected to a fake platform."""

    phone: Phone
    wecom: FakeWeCom
    stop: asyncio.Event


@asynccontextmanager
async def api_client(base_url: str, clock: FakeClock | None = None) -> AsyncIterator[WeComApi]:
    """Open an API client that never really waits."""
    api = build_api(base_url, clock or FakeClock())
    yield api
    await api.close()


def build_api(base_url: str, clock: FakeClock) -> WeComApi:
    """Return an API client whose pauses move the clock."""
    secret = SecretStr(SECRET)
    return WeComApi(CORP_ID, AGENT_ID, secret, base_url=base_url, clock=clock, sleep=clock.sleep)


@asynccontextmanager
async def office(
    host: Host,
    assistant: FakeAssistant,
    wecom: FakeWeCom | None = None,
    clock: FakeClock | None = None,
) -> AsyncIterator[Office]:
    """Connect a bot to the platform; at the end it has sent all its answers and is stopped."""
    wecom, clock, stop = wecom or FakeWeCom(), clock or FakeClock(), asyncio.Event()
    api = build_api(host.mount(wecom.routes()), clock)
    app = WeComApp(SEAL, api, assistant, path=PATH, clock=clock)
    running = asyncio.create_task(app.run(stop))
    url = host.mount(app.routes())
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        yield Office(Phone(client), wecom, stop)
        stop.set()
        await running
