"""A WeCom platform on loopback: qyapi as documented, with scripted misbehaviour, the sender of
callbacks, and an app connected to both.
"""

import asyncio
import json
import re
import tempfile
import time
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

from bot.channels.wecom.api import WeComApi
from bot.channels.wecom.callback_gate import Gate
from bot.channels.wecom.client import WeComClient
from bot.channels.wecom.crypto import CallbackSeal
from bot.channels.wecom_app.channel import CHANNEL, WeComApp
from bot.delivery.buttons import Buttons
from bot.delivery.inbox import Inbox
from bot.delivery.send_quota import SendQuota
from bot.messages import Handler, Message, Reply, Status
from bot.operations.web_server import build_app, serve
from bot.people.identities import Identities
from knowledge.storage.database import Database

CORP_ID = "ww1234567890abcdef"
AGENT_ID = 1000002
SECRET = "S3cr3t-of-the-app"
TOKEN = "QDG6eK"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
PATH = "/wecom/app"
SEAL = CallbackSeal(SecretStr(TOKEN), SecretStr(AES_KEY), CORP_ID)

CUT = "cut before it is done"
CUT_AFTER = "done, then cut before the answer"
Fault = int | str


class FakeClock:
    """A clock that only sleeping moves; `pauses` is its history."""

    def __init__(self) -> None:
        self.now = 1_000_000.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


class FakeAssistant:
    """A handler with a queue of answers and a history; without a queue it repeats the question."""

    def __init__(
        self, *answers: str | Reply | Exception, seconds: Mapping[str, float] | None = None
    ) -> None:
        self.answers = deque(answers)
        self.seconds = seconds or {}
        self.heard: list[Message] = []

    async def __call__(self, message: Message) -> AsyncIterator[Reply]:
        self.heard.append(message)
        yield Reply("正在查找……", Status.INFO, final=False)
        await asyncio.sleep(self.seconds.get(message.text, 0))
        said = message.canned or f"答：{message.text}"
        answer = self.answers.popleft() if self.answers else said
        if isinstance(answer, Exception):
            raise answer
        yield answer if isinstance(answer, Reply) else Reply(answer, Status.ANSWERED)


class CutOff(Response):
    """An answer that ends before it is whole: uvicorn then cuts the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-length", b"100")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})


@dataclass
class FakeWeCom:
    """qyapi. Each call takes one of the `faults` of its kind: an error code, CUT or CUT_AFTER.

    `sent` is what members got, `dropped` what was above 30 a minute, `suppressed` how many equal
    messages the duplicate check swallowed.
    """

    clock: Callable[[], float] = time.monotonic
    faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    sent: list[dict[str, Any]] = field(default_factory=list)
    dropped: list[dict[str, Any]] = field(default_factory=list)
    suppressed: int = 0
    told: dict[tuple[str, str], float] = field(default_factory=dict)
    times: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(_thirty))
    calls: Counter[str] = field(default_factory=Counter)
    tokens_given: int = 0
    uploads: dict[str, tuple[str, str, bytes]] = field(default_factory=dict)
    media: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    updates: list[dict[str, Any]] = field(default_factory=list)
    open_codes: set[str] = field(default_factory=set)
    menus: list[list[dict[str, Any]]] = field(default_factory=list)
    members: dict[str, dict[str, Any]] = field(default_factory=dict)
    departments: list[dict[str, int]] = field(default_factory=list)
    tags: dict[int, dict[str, Any]] = field(default_factory=dict)
    tasks: set[str] = field(default_factory=set)

    def script(self, kind: str, *faults: Fault) -> "FakeWeCom":
        """Let the next calls of this kind fail."""
        self.faults[kind].extend(faults)
        return self

    def routes(self) -> list[Route]:
        calls = {
            "gettoken": self._gettoken,
            "message/send": self._send,
            "message/update_template_card": self._update,
            "media/upload": self._upload,
            "media/get": self._get_media,
            "menu/create": self._create_menu,
            "user/get": self._get_user,
            "department/simplelist": self._list_departments,
            "tag/list": self._list_tags,
            "tag/get": self._get_tag,
        }
        return [
            Route(f"/cgi-bin/{path}", self._endpoint(path, call), methods=["GET", "POST"])
            for path, call in calls.items()
        ]

    def _endpoint(self, path: str, call: Callable[[Request], Any]) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            self.calls[path] += 1
            fault = self.faults[path].popleft() if self.faults[path] else None
            if fault == CUT:
                return CutOff()
            if isinstance(fault, int) and fault:
                return error(fault)
            token = request.query_params.get("access_token")
            if path != "gettoken" and token != f"token-{self.tokens_given}":
                return error(40014)
            answered = await call(request)
            return CutOff() if fault == CUT_AFTER else answered

        return answer

    async def _gettoken(self, request: Request) -> Response:
        assert request.query_params["corpid"] == CORP_ID
        if request.query_params["corpsecret"] != SECRET:
            return error(40001)
        self.tokens_given += 1
        return ok(access_token=f"token-{self.tokens_given}", expires_in=7200)

    async def _send(self, request: Request) -> Response:
        body = await request.json()
        said, now = body[body["msgtype"]], self.clock()
        if wrong := self._wrong(body["msgtype"], said):
            return error(wrong)
        content = json.dumps(said, ensure_ascii=False)
        user = body["touser"].lower()
        ago = now - self.told.get((user, content), -1e9)
        if body.get("enable_duplicate_check") and ago <= body["duplicate_check_interval"]:
            self.suppressed += 1
            return ok(msgid="again")
        message = body | {"user": user, "content": content, "at": now}
        self.told[user, content] = now
        times = self.times[user]
        is_too_many = len(times) == 30 and times[0] > now - 60
        (self.dropped if is_too_many else self.sent).append(message)
        if not is_too_many:
            times.append(now)
        return ok(msgid="x")

    def _wrong(self, kind: str, said: dict[str, Any]) -> int:
        """Return the code for a message that WeCom does not take."""
        if kind == "text":
            if not said["content"].strip():
                return 44004
            said["content"] = said["content"].encode()[:2048].decode(errors="replace")
        elif kind in ("image", "file"):
            media = self.uploads.get(said["media_id"])
            return 0 if media and media[0] == kind else 40007
        elif kind == "template_card":
            return wrong_card(said) or self._taken(said["task_id"])
        return 0

    def _taken(self, task: str) -> int:
        taken = task in self.tasks
        self.tasks.add(task)
        return 42014 if taken else 0

    async def _update(self, request: Request) -> Response:
        body = await request.json()
        if body["response_code"] not in self.open_codes:
            return error(41044)
        if wrong := wrong_card(body["template_card"]):
            return error(wrong)
        self.open_codes.remove(body["response_code"])
        self.updates.append(body | {"at": self.clock()})
        return ok()

    async def _upload(self, request: Request) -> Response:
        head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
        (media,) = BytesParser(policy=HTTP).parsebytes(head + await request.body()).iter_parts()
        assert media.get_param("name", header="content-disposition") == "media"
        content = media.get_payload(decode=True)
        assert isinstance(content, bytes)
        if not 5 < len(content) <= 20_000_000:
            return error(40006)
        media_id = f"media-{len(self.uploads) + 1}"
        self.uploads[media_id] = (request.query_params["type"], media.get_filename() or "", content)
        return ok(type=request.query_params["type"], media_id=media_id, created_at="1")

    async def _get_media(self, request: Request) -> Response:
        media = self.media.get(request.query_params["media_id"])
        if media is None:
            return error(40007)
        name, content = media
        named = f"attachment; filename=\"x\"; filename*=utf-8''{quote(name)}"
        return Response(content, headers={"content-disposition": named})

    async def _create_menu(self, request: Request) -> Response:
        assert request.query_params["agentid"] == str(AGENT_ID)
        buttons = (await request.json())["button"]
        below = [below for button in buttons for below in button.get("sub_button", ())]
        sizes = [(b, 16) for b in buttons] + [(b, 40) for b in below]
        if not 1 <= len(buttons) <= 3 or any(len(b["name"].encode()) > n for b, n in sizes):
            return error(40058)
        self.menus.append(buttons)
        return ok()

    async def _get_user(self, request: Request) -> Response:
        member = self.members.get(request.query_params["userid"].lower())
        return ok(**member) if member else error(60011)

    async def _list_departments(self, _request: Request) -> Response:
        return ok(department_id=self.departments)

    async def _list_tags(self, _request: Request) -> Response:
        return ok(taglist=[{"tagid": tag, "tagname": "x"} for tag in self.tags])

    async def _get_tag(self, request: Request) -> Response:
        return ok(**self.tags[int(request.query_params["tagid"])])

    def texts(self, user: str | None = None) -> list[str]:
        """What was sent as text, to one user or to all, in order."""
        return [
            message["text"]["content"]
            for message in self.sent
            if message["msgtype"] == "text" and user in (None, message["touser"])
        ]

    def cards(self) -> list[dict[str, Any]]:
        """The cards that were sent."""
        return [m["template_card"] for m in self.sent if m["msgtype"] == "template_card"]

    async def wait_for_sent(self, number: int, seconds: float = 10) -> None:
        async with asyncio.timeout(seconds):
            while len(self.sent) < number:
                await asyncio.sleep(0.005)


def _thirty() -> deque[float]:
    return deque(maxlen=30)


def ok(**said: object) -> JSONResponse:
    return JSONResponse({"errcode": 0, "errmsg": "ok"} | said)


def error(code: int) -> JSONResponse:
    return JSONResponse({"errcode": code, "errmsg": "scripted"})


def wrong_card(card: Mapping[str, Any]) -> int:
    """Return 40058 for a card that breaks a documented limit."""
    buttons = card["button_list"]
    keys = [button["key"] for button in buttons]
    is_right = (
        card["card_type"] == "button_interaction"
        and 1 <= len(buttons) <= 6
        and len(set(keys)) == len(keys)
        and all(1 <= len(key.encode()) <= 1024 for key in keys)
        and all(button["text"] for button in buttons)
        and card["main_title"]["title"]
        and re.fullmatch(r"[0-9A-Za-z_@-]{1,128}", card["task_id"])
    )
    return 0 if is_right else 40058


class Phone:
    """Posts callbacks the way the platform does; every message gets a MsgId of its own."""

    def __init__(self, client: httpx.AsyncClient, wecom: FakeWeCom) -> None:
        self.client = client
        self.wecom = wecom
        self.ids = count(1)

    async def say(self, user: str, text: str, message_id: int | None = None) -> httpx.Response:
        content = f"<Content><![CDATA[{text}]]></Content>"
        return await self.post(user, "text", content, message_id)

    async def post(
        self, user: str, kind: str, rest: str = "", message_id: int | None = None
    ) -> httpx.Response:
        number = "" if kind == "event" else f"<MsgId>{message_id or next(self.ids)}</MsgId>"
        return await self.post_xml(message_xml(user, kind, rest + number))

    async def enter(self, user: str, at: int = 1_700_000_000) -> httpx.Response:
        event = f"<Event>enter_agent</Event><EventKey></EventKey><CreateTime>{at}</CreateTime>"
        return await self.post(user, "event", event)

    async def click(self, user: str, key: str) -> httpx.Response:
        return await self.post(user, "event", f"<Event>click</Event><EventKey>{key}</EventKey>")

    async def press(self, user: str, card: Mapping[str, Any], text: str) -> httpx.Response:
        """Press the button of a card that says `text`."""
        key = next(b["key"] for b in card["button_list"] if b["text"] == text)
        code = f"code-{next(self.ids)}"
        self.wecom.open_codes.add(code)
        event = (
            f"<Event>template_card_event</Event><EventKey><![CDATA[{key}]]></EventKey>"
            f"<TaskId>{card['task_id']}</TaskId><CardType>button_interaction</CardType>"
            f"<ResponseCode>{code}</ResponseCode>"
            # two presses within a second differ in nothing else
            f"<CreateTime>{1_700_000_000 + next(self.ids)}</CreateTime>"
        )
        return await self.post(user, "event", event)

    async def post_xml(self, xml: str, seal: CallbackSeal = SEAL) -> httpx.Response:
        encrypted = seal.encrypt(xml)
        body = f"<xml><ToUserName>{CORP_ID}</ToUserName><Encrypt>{encrypted}</Encrypt></xml>"
        return await self.client.post(PATH, params=signed(encrypted, seal), content=body)


def message_xml(user: str, kind: str, rest: str = "") -> str:
    """Return the XML of a message, as it stands inside the envelope."""
    created = "" if "<CreateTime>" in rest else "<CreateTime>1700000000</CreateTime>"
    return (
        f"<xml><ToUserName><![CDATA[{CORP_ID}]]></ToUserName><FromUserName><![CDATA[{user}]]>"
        f"</FromUserName>{created}<MsgType><![CDATA[{kind}]]></MsgType>"
        f"{rest}<AgentID>{AGENT_ID}</AgentID></xml>"
    )


def signed(encrypted: str, seal: CallbackSeal = SEAL, at: float | None = None) -> dict[str, str]:
    """Return the query of a callback."""
    timestamp = str(int(at if at is not None else time.time()))
    signature = seal.sign(timestamp, "nonce", encrypted)
    return {"msg_signature": signature, "timestamp": timestamp, "nonce": "nonce"}


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
    inbox: Inbox
    buttons: Buttons
    api: WeComApi
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
    client = WeComClient(CORP_ID, secret, base_url=base_url, clock=clock, sleep=clock.sleep)
    return WeComApi(client, AGENT_ID)


@asynccontextmanager
async def office(
    host: Host,
    assistant: Handler,
    wecom: FakeWeCom | None = None,
    clock: FakeClock | None = None,
    identities: Identities | None = None,
    database: Database | None = None,
) -> AsyncIterator[Office]:
    """Connect a bot to the platform; at the end it has sent all its answers and is stopped."""
    clock, stop = clock or FakeClock(), asyncio.Event()
    wecom = wecom or FakeWeCom(clock)
    with tempfile.TemporaryDirectory() as folder:
        kept = database or Database(Path(folder) / "bot.sqlite3")
        api, inbox, buttons = (
            build_api(host.mount(wecom.routes()), clock),
            Inbox(kept, CHANNEL),
            Buttons(kept),
        )
        pace = SendQuota(kept, CHANNEL, clock=clock)
        ways = {"path": PATH, "identities": identities, "sleep": clock.sleep}
        app = WeComApp(Gate(SEAL), api, assistant, inbox, buttons, pace, **ways)
        running = asyncio.create_task(app.run(stop))
        url = host.mount(app.routes())
        async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
            yield Office(Phone(client, wecom), wecom, inbox, buttons, api, stop)
            async with asyncio.timeout(15):
                while not stop.is_set() and await asyncio.to_thread(inbox.waiting):
                    await asyncio.sleep(0.01)
            stop.set()
            await running
        if database is None:
            kept.close()
