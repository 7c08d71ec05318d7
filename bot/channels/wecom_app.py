"""A WeCom self-built app (自建应用): callbacks are acknowledged at once, answers sent afterwards.

WeCom repeats a callback up to three times unless it is answered within five seconds, so an answer
is never made inside the request: verify, open, keep once, 200, and then a task of its own asks the
handler and sends.

Sources: https://developer.work.weixin.qq.com/document/path/90238 (callbacks), 90239 (messages),
90240 (events). Not covered: files, menus, cards; messages that were being answered at a crash.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Self
from weakref import WeakValueDictionary
from xml.etree.ElementTree import ParseError

from defusedxml.ElementTree import fromstring
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot import wording
from bot.channels.wecom_api import WeComApi
from bot.channels.wecom_crypto import BadEnvelope, CallbackSeal
from bot.errors import ChannelError
from bot.messages import Handler, Message

BODY_LIMIT_BYTES = 1024 * 1024  # a callback has a few kilobytes
INBOX_SECONDS = 600.0  # as long as WeCom's own openclaw plugin remembers a MsgId
DAY_SECONDS = 24 * 3600.0
KEY_LIMIT = 10_000
DRAIN_SECONDS = 20.0
UNREADABLE_KINDS = frozenset({"image", "voice", "video", "location", "link", "file"})

logger = logging.getLogger(__name__)


class Callback(BaseModel):
    """One message or event, as the XML inside an envelope says it."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    user: str = Field(alias="FromUserName", min_length=1)
    kind: str = Field(alias="MsgType")
    message_id: str = Field("", alias="MsgId")
    created: str = Field("", alias="CreateTime")
    content: str = Field("", alias="Content")
    recognition: str = Field("", alias="Recognition")
    event: str = Field("", alias="Event")
    event_key: str = Field("", alias="EventKey")

    @classmethod
    def from_xml(cls, text: str) -> Self:
        """Read the XML of a message.

        Raises:
            BadEnvelope: it is not XML, or not that of a message.
        """
        try:
            return cls.model_validate(parse_fields(text))
        except ValueError as exc:
            raise BadEnvelope(wording.WECOM_BAD_XML) from exc

    @property
    def key(self) -> str:
        """What is the same in every repetition; events have no MsgId."""
        return self.message_id or "|".join((self.user, self.created, self.event, self.event_key))

    @property
    def question(self) -> str:
        """The words of a text, or of a voice message that WeCom turned into text; else empty."""
        words = {"text": self.content, "voice": self.recognition}
        return words.get(self.kind, "").strip()


class RecentKeys:
    """Keys of the last while, in memory; above KEY_LIMIT the oldest are forgotten first."""

    def __init__(self, life_seconds: float, clock: Callable[[], float]) -> None:
        """Know no key yet."""
        self._life_seconds = life_seconds
        self._clock = clock
        self._ends: dict[str, float] = {}

    def remember(self, key: str) -> bool:
        """Remember the key and say whether it is new."""
        now = self._clock()
        while self._ends and (self._oldest_end() <= now or len(self._ends) >= KEY_LIMIT):
            self._ends.pop(next(iter(self._ends)))
        is_new = key not in self._ends
        self._ends.setdefault(key, now + self._life_seconds)
        return is_new

    def _oldest_end(self) -> float:
        return next(iter(self._ends.values()))


class WeComApp:
    """The channel: its routes go to `bot.web`, and `run` lives as long as the process."""

    def __init__(
        self,
        seal: CallbackSeal,
        api: WeComApi,
        handler: Handler,
        *,
        path: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Listen on `path`; the api belongs to the channel from here on and is closed by `run`."""
        self._seal = seal
        self._api = api
        self._handler = handler
        self._path = path
        self._inbox = RecentKeys(INBOX_SECONDS, clock)  # the place of an inbox that survives us
        self._welcomed = RecentKeys(DAY_SECONDS, clock)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._answering: set[asyncio.Task[None]] = set()
        self._stopping = False

    def routes(self) -> list[Route]:
        """Return the two routes of the callback address."""
        return [
            Route(self._path, self._confirm_address, methods=["GET"]),
            Route(self._path, self._receive, methods=["POST"]),
        ]

    async def run(self, stop: asyncio.Event) -> None:
        """Live until `stop` is set, then let running answers finish within DRAIN_SECONDS."""
        await stop.wait()
        self._stopping = True
        if self._answering:
            _, late = await asyncio.wait(self._answering, timeout=DRAIN_SECONDS)
            for answer in late:
                answer.cancel()
            if late:
                logger.error("WeCom: %d answers cut off by the stop", len(late))
        await self._api.close()

    async def _confirm_address(self, request: Request) -> Response:
        """Answer the echo with which WeCom checks the address when an admin saves it."""
        try:
            echo = self._open(request, request.query_params.get("echostr", ""))
        except BadEnvelope as exc:
            return refuse(exc)
        return PlainTextResponse(echo)

    async def _receive(self, request: Request) -> Response:
        """Acknowledge a callback; a new one is answered by a task."""
        try:
            envelope = parse_fields(await read_body(request))
            callback = Callback.from_xml(self._open(request, envelope.get("Encrypt", "")))
        except BadEnvelope as exc:
            return refuse(exc)
        if self._stopping:
            return Response(status_code=503)  # WeCom repeats it, to our successor
        if self._inbox.remember(callback.key):
            answer = asyncio.create_task(self._answer_in_turn(callback))
            self._answering.add(answer)
            answer.add_done_callback(self._answering.discard)
        return Response()

    def _open(self, request: Request, encrypted: str) -> str:
        query = request.query_params
        signature, timestamp = query.get("msg_signature", ""), query.get("timestamp", "")
        self._seal.verify(signature, timestamp, query.get("nonce", ""), encrypted)
        return self._seal.decrypt(encrypted)

    async def _answer_in_turn(self, callback: Callback) -> None:
        """Answer one callback after the same user's earlier ones; a Lock wakes waiters in order."""
        turn = self._turns.setdefault(callback.user.lower(), asyncio.Lock())
        async with turn:
            if text := await self._answer_to(callback):
                await self._deliver(callback.user, text)

    async def _deliver(self, user: str, text: str) -> None:
        try:
            await self._api.send_text(user, text)
        except ChannelError as exc:
            logger.error("WeCom: an answer was not delivered: %s", exc)

    async def _answer_to(self, callback: Callback) -> str | None:
        """Return what to send back, or None where silence is right."""
        if callback.question:
            return await self._ask(callback)
        if callback.kind in UNREADABLE_KINDS:
            return wording.TEXT_ONLY
        if callback.event == "enter_agent" and self._welcomed.remember(callback.user.lower()):
            return wording.WELCOME.format(example=wording.WELCOME_EXAMPLE)
        return None

    async def _ask(self, callback: Callback) -> str:
        """Return the final reply, or the apology when the handler failed."""
        user = f"wecom:{callback.user.lower()}"
        message = Message(user=user, conversation=user, text=callback.question)
        try:
            replies = [reply async for reply in self._handler(message)]
            return replies[-1].text
        except Exception:
            logger.exception("WeCom: a question could not be answered")
            return wording.SORRY


def refuse(reason: BadEnvelope) -> Response:
    """Return an empty 403, and tell the log what an admin may have to set."""
    logger.warning("WeCom callback refused: %s", reason)
    return Response(status_code=403)


async def read_body(request: Request) -> str:
    """Return the body, read no further than BODY_LIMIT_BYTES.

    Raises:
        BadEnvelope: it is longer, or not UTF-8.
    """
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > BODY_LIMIT_BYTES:
            raise BadEnvelope(wording.WECOM_BODY_TOO_LONG)
    try:
        return body.decode()
    except UnicodeDecodeError as exc:
        raise BadEnvelope(wording.WECOM_BAD_XML) from exc


def parse_fields(xml: str) -> dict[str, str]:
    """Return the elements right below the root; document types and entities are refused.

    Raises:
        BadEnvelope: it is not such XML.

    >>> parse_fields("<xml><MsgType>text</MsgType></xml>")
    {'MsgType': 'text'}
    """
    try:
        root = fromstring(xml, forbid_dtd=True)
    except (ParseError, ValueError) as exc:
        raise BadEnvelope(wording.WECOM_BAD_XML) from exc
    return {child.tag: child.text or "" for child in root}
