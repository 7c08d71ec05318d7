"""An AI bot in webhook mode: WeCom posts callbacks as sealed JSON and asks again and again for the
rest of a stream, until it ends.

Answers wait in memory to be fetched; one that nobody fetches goes to the callback's `response_url`,
once. Events are answered in the response itself. The message is on disk before the first response,
so a restart answers it again under the same stream id.

Sources: https://developer.work.weixin.qq.com/document/path/101031 (answers), 101033 (encryption),
101138 (response_url). Not covered: several processes behind one address; files (WeCom takes only
pictures here).
"""

import asyncio
import base64
import hashlib
import json
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import httpx
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.channels.cutting import cut, utf8_bytes
from bot.channels.wecom.crypto import BadEnvelope, CallbackSeal
from bot.channels.wecom_bot import frames
from bot.channels.wecom_bot.frames import (
    STREAM_LIMIT_BYTES,
    Ack,
    BotCallback,
    CallbackTurn,
    FrameBody,
    Part,
)
from bot.channels.wecom_bot.outlet import BotOutgoing, ReceiveCallback
from bot.errors import ChannelRefused, ChannelUnavailable
from bot.wording import answers as wording
from bot.wording import wecom_bot as bot_wording

BODY_LIMIT_BYTES = 1024 * 1024
STREAMS = 5000  # kept in memory; the oldest is forgotten first
KEEP_SECONDS = 600.0  # WeCom stops asking after 6 minutes
PICTURES = 10

log = logging.getLogger(__name__)


class Envelope(Part):
    """A post of WeCom."""

    encrypt: str


@dataclass(frozen=True, slots=True)
class WebhookTiming:
    """The times of a webhook's streams; tests make them short."""

    fetch_seconds: float = 20.0  # an end that nobody asks for so long goes another way
    event_seconds: float = 4.5  # of WeCom's 5
    warm_up_seconds: float = 20.0  # after a start, streams of the process before come back


@dataclass(slots=True)
class Shown:
    """A stream as WeCom may ask for it."""

    turn: CallbackTurn
    text: str = bot_wording.WORKING
    end: BotOutgoing | None = None
    fetched: asyncio.Event = field(default_factory=asyncio.Event)

    def body(self) -> FrameBody:
        """Return the stream's text so far as an answer."""
        if self.end is None:
            return frames.stream(self.turn, self.text, is_final=False, is_first=True)
        content = self.end.parts[0] if self.end.parts else bot_wording.BELOW
        body = dict(frames.stream(self.turn, content, is_final=True, is_first=True))
        pictures = [a.content for a in self.end.attachments if a.is_picture][:PICTURES]
        if pictures:
            said = dict(body["stream"]) if isinstance(body["stream"], dict) else {}
            body["stream"] = said | {"msg_item": [_picture(content) for content in pictures]}
        if self.end.card:
            body |= {"msgtype": "stream_with_template_card", "template_card": self.end.card}
        return body


class BotWebhook:
    """The outlet of one bot in webhook mode; its routes go to `bot.operations.web_server`."""

    sends_files = False

    def __init__(
        self,
        seal: CallbackSeal,
        path: str,
        timing: WebhookTiming | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._seal = seal
        self._path = path
        self._timing = timing or WebhookTiming()
        self._clock = clock
        self._started_at = clock()
        self._shown: dict[str, Shown] = {}
        self._events: dict[str, asyncio.Future[FrameBody]] = {}
        self._receive: ReceiveCallback | None = None

    def routes(self) -> list[Route]:
        """Return the two routes of the callback address."""
        return [
            Route(self._path, self._confirm_address, methods=["GET"]),
            Route(self._path, self._answer, methods=["POST"]),
        ]

    async def run(self, receive: ReceiveCallback, closing: asyncio.Event) -> None:
        """Take callbacks until `closing` is set; WeCom repeats the others, to our successor."""
        self._receive = receive
        await closing.wait()
        self._receive = None

    def open(self, turn: CallbackTurn) -> None:
        """Have something to answer when WeCom asks for the stream."""
        self._shown.setdefault(turn.stream_id, Shown(turn))
        old = [key for key, s in self._shown.items() if s.turn.received_at < self._old()]
        for key in (*old, *list(self._shown)[: len(self._shown) - STREAMS]):
            self._shown.pop(key, None)

    def show(self, turn: CallbackTurn, text: str) -> None:
        """Have the text so far."""
        self.open(turn)
        if text.strip():
            self._shown[turn.stream_id].text = cut(text, STREAM_LIMIT_BYTES, utf8_bytes)[0]

    async def finish(self, turn: CallbackTurn, answer: BotOutgoing) -> None:
        """Have the answer fetched; parts beyond the stream, or fetched by nobody, are posted."""
        shown = self._shown.setdefault(turn.stream_id, Shown(turn))
        shown.end = answer
        parts = answer.parts
        with suppress(TimeoutError):
            await asyncio.wait_for(shown.fetched.wait(), self._timing.fetch_seconds)
            parts = parts[1:]
        if parts:
            await self._post(turn, parts)

    async def interrupt(self, turn: CallbackTurn) -> None:
        """Leave the stream open: it goes on under the same id after the restart."""

    async def close(self) -> None:
        """Leave every stream open, as `interrupt` does."""

    async def respond(self, turn: CallbackTurn, body: FrameBody) -> bool:
        """Answer an event while its request is waiting."""
        waiting = self._events.get(turn.key)
        if waiting is None or waiting.done():
            return False
        waiting.set_result(body)
        return True

    def can_push(self, turn: CallbackTurn) -> bool:
        """True if the callback may be answered once more by a message."""
        return bool(turn.callback.response_url)

    async def push(self, turn: CallbackTurn, answer: BotOutgoing) -> None:
        """Post the texts to the callback's own address, or the card without a text."""
        if answer.parts:
            await self._post(turn, answer.parts)
        elif answer.card:
            await self._post_body(turn, frames.card_message(answer.card))

    def _old(self) -> float:
        return self._clock() - KEEP_SECONDS

    async def _post(self, turn: CallbackTurn, parts: tuple[str, ...]) -> None:
        """Post a text once; the part beyond the limit is said to be left out."""
        left_out = sum(len(part) for part in parts[1:])
        more = bot_wording.LEFT_OUT.format(chars=left_out) if left_out else ""
        said = cut(parts[0], STREAM_LIMIT_BYTES - utf8_bytes(more), utf8_bytes)[0] + more
        await self._post_body(turn, frames.markdown(said))

    async def _post_body(self, turn: CallbackTurn, body: FrameBody) -> None:
        if not turn.callback.response_url:
            raise ChannelRefused(bot_wording.NOWHERE)
        try:
            async with httpx.AsyncClient(trust_env=False) as client:
                answered = await client.post(turn.callback.response_url, json=body)
                ack = Ack.model_validate_json(answered.content)
        except httpx.HTTPError as exc:
            raise ChannelUnavailable(bot_wording.NOT_CONNECTED) from exc
        except ValidationError:
            ack = Ack(errcode=0 if answered.is_success else answered.status_code)
        if ack.errcode:
            why = bot_wording.REFUSED_FRAME.format(code=ack.errcode, message=ack.errmsg)
            raise ChannelRefused(why)

    async def _confirm_address(self, request: Request) -> Response:
        """Answer the echo by which WeCom checks an address that an admin saves."""
        try:
            return PlainTextResponse(self._open(request, request.query_params.get("echostr", "")))
        except BadEnvelope as exc:
            return _refuse(exc)

    async def _answer(self, request: Request) -> Response:
        """Keep a callback, or answer a request for more of a stream."""
        try:
            envelope = Envelope.model_validate_json(await _read_body(request))
            callback = BotCallback.model_validate_json(self._open(request, envelope.encrypt))
        except (BadEnvelope, ValidationError) as exc:
            return _refuse(exc)
        if self._receive is None:
            return Response(status_code=503)
        if callback.msgtype == "stream":
            return self._seal_answer(request, self._go_on(callback))
        turn = CallbackTurn(callback=callback, received_at=self._clock())
        return self._seal_answer(request, await self._take(turn, self._receive))

    async def _take(self, turn: CallbackTurn, receive: ReceiveCallback) -> FrameBody | None:
        """Keep a message and return the beginning of its answer; of an event, the whole answer."""
        if not turn.callback.is_event:
            await receive(turn)
            self.open(turn)
            return self._shown[turn.stream_id].body()
        waiting = self._events.get(turn.key)
        if waiting is None:
            waiting = self._events[turn.key] = asyncio.get_running_loop().create_future()
        try:
            await receive(turn)
            is_silent = turn.callback.event.eventtype == "feedback_event"
            seconds = 0.0 if is_silent else self._timing.event_seconds
            return await asyncio.wait_for(asyncio.shield(waiting), seconds)
        except TimeoutError:
            return None
        finally:
            self._events.pop(turn.key, None)

    def _go_on(self, callback: BotCallback) -> FrameBody:
        """Return a stream's text so far, or its end if the stream is unknown."""
        if shown := self._shown.get(callback.stream.id):
            if shown.end is not None:
                shown.fetched.set()
            return shown.body()
        is_final = self._clock() - self._started_at > self._timing.warm_up_seconds
        said = bot_wording.GONE if is_final else bot_wording.WORKING
        content = {"id": callback.stream.id, "finish": is_final, "content": said}
        return {"msgtype": "stream", "stream": content}

    def _open(self, request: Request, encrypted: str) -> str:
        query = request.query_params
        signature, timestamp = query.get("msg_signature", ""), query.get("timestamp", "")
        self._seal.verify(signature, timestamp, query.get("nonce", ""), encrypted)
        return self._seal.decrypt(encrypted)

    def _seal_answer(self, request: Request, body: FrameBody | None) -> Response:
        """Return a sealed answer under the nonce of the request; empty without an answer."""
        if body is None:
            return Response()
        encrypted = self._seal.encrypt(json.dumps(body, ensure_ascii=False))
        timestamp, nonce = str(int(self._clock())), request.query_params.get("nonce", "")
        signature = self._seal.sign(timestamp, nonce, encrypted)
        said = {"encrypt": encrypted, "msgsignature": signature, "timestamp": timestamp}
        return PlainTextResponse(json.dumps(said | {"nonce": nonce}))


def _picture(content: bytes) -> FrameBody:
    image = {"base64": base64.b64encode(content).decode(), "md5": hashlib.md5(content).hexdigest()}
    return {"msgtype": "image", "image": image}


def _refuse(reason: Exception) -> Response:
    """Return an empty 403, and tell the log which setting may be wrong."""
    said = reason if isinstance(reason, BadEnvelope) else bot_wording.BAD_JSON
    log.warning("WeCom bot callback refused: %s", said)
    return Response(status_code=403)


async def _read_body(request: Request) -> bytes:
    """Return the body, read no further than BODY_LIMIT_BYTES.

    Raises:
        BadEnvelope: it is longer.
    """
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > BODY_LIMIT_BYTES:
            raise BadEnvelope(wording.WECOM_BODY_TOO_LONG)
    return bytes(body)
