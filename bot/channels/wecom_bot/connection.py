"""The long connection of an AI bot: one WebSocket, kept up as long as the process lives.

Whatever ends the reading, a close with 1000 too, leads to a new connection. Being refused (a wrong
secret) and being displaced (another program uses the bot) are states of their own: they are logged
as errors and tried again slowly. Answers are matched to frames by their req_id, and nothing that
waits for an answer is ever awaited by the reader.

Source: https://developer.work.weixin.qq.com/document/path/101463
"""

import asyncio
import json
import logging
import random
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from weakref import WeakValueDictionary

from pydantic import SecretStr, ValidationError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from bot.channels.wecom_bot.frames import (
    Ack,
    BotCallback,
    CallbackTurn,
    Frame,
    FrameBody,
    FrameCommand,
    FrameRefused,
)
from bot.errors import ChannelUnavailable
from bot.wording import answers as wording
from bot.wording import wecom_bot as bot_wording

OK = 0
BUSY = frozenset({-1, 6000, 45009, 45033})  # 6000: two commands at once
DISPLACED_EVENT = "disconnected_event"
KEEP_TRIES = 60  # a second apart: WeCom does not repeat what the long connection brought

log = logging.getLogger(__name__)
ReceiveFrame = Callable[[CallbackTurn], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Timing:
    """The times of a connection; tests make them short."""

    ping_seconds: float = 30.0
    missed_pings: int = 2
    ack_seconds: float = 15.0  # WeCom's own plugin waits as long
    open_seconds: float = 10.0
    back_off_seconds: float = 1.0  # doubled at each try in vain
    back_off_limit_seconds: float = 30.0
    refused_seconds: float = 60.0  # so that a wrong secret is no attack
    displaced_seconds: float = 60.0  # two programs that came back at once would kick each other
    busy_seconds: tuple[float, ...] = (0.5, 1.0, 2.0)
    close_seconds: float = 2.0


class ConnectionState(StrEnum):
    """The state of the connection."""

    WAITING = "waiting"  # for its turn, or to try again
    CONNECTED = "connected"
    REFUSED = "refused"
    DISPLACED = "displaced"


class LongConnection:
    """The long connection of one bot. `run` keeps it; the rest sends over it."""

    def __init__(
        self, bot_id: str, secret: SecretStr, url: str, timing: Timing | None = None
    ) -> None:
        self._bot_id = bot_id
        self._secret = secret
        self._url = url
        self._timing = timing or Timing()
        self.name = secrets.token_hex(8)  # of this process, in what it took
        self.state = ConnectionState.WAITING
        self._socket: ClientConnection | None = None
        self._ready = asyncio.Event()
        self._acks: dict[str, asyncio.Future[Ack]] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._arrived: asyncio.Queue[CallbackTurn] = asyncio.Queue()

    async def run(
        self, receive: ReceiveFrame, unkept: ReceiveFrame, closing: asyncio.Event
    ) -> None:
        """Stay connected until `closing` is set; a callback that `receive` fails to keep goes to
        `unkept`.
        """
        taking = asyncio.create_task(self._take(receive, unkept))
        failures = 0
        try:
            while not closing.is_set():
                state = await self._session(closing)
                failures = 0 if state is ConnectionState.CONNECTED else failures + 1
                self.state = (
                    ConnectionState.WAITING if state is ConnectionState.CONNECTED else state
                )
                if state is ConnectionState.DISPLACED:
                    log.error("%s", bot_wording.DISPLACED)
                if not closing.is_set():
                    await wait_until(closing, self._pause(failures))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._arrived.join(), self._timing.close_seconds)
        finally:
            taking.cancel()

    def is_connected(self) -> bool:
        """True if the bot is let in now."""
        return self._ready.is_set()

    async def ready(self, seconds: float) -> None:
        """Wait until frames can be sent.

        Raises:
            ChannelUnavailable: not within `seconds`.
        """
        try:
            await asyncio.wait_for(self._ready.wait(), seconds)
        except TimeoutError as exc:
            raise ChannelUnavailable(bot_wording.NOT_CONNECTED) from exc

    async def request(self, command: FrameCommand, body: FrameBody, req_id: str = "") -> Ack:
        """Send a frame and return its acknowledgement; frames of one req_id go one by one.

        Raises:
            ChannelUnavailable: not connected, cut, not acknowledged in time, or busy throughout.
            FrameRefused: WeCom said no.
        """
        req_id = req_id or f"{command}_{secrets.token_hex(8)}"
        async with self._locks.setdefault(req_id, asyncio.Lock()):
            for seconds in (*self._timing.busy_seconds, None):
                ack = await self._send(command, body, req_id)
                if ack.errcode not in BUSY:
                    break
                if seconds is None:
                    raise ChannelUnavailable(wording.WECOM_BUSY.format(code=ack.errcode))
                await asyncio.sleep(seconds)
        if ack.errcode != OK:
            why = bot_wording.REFUSED_FRAME.format(code=ack.errcode, message=ack.errmsg)
            raise FrameRefused(why, ack.errcode)
        return ack

    async def _session(self, closing: asyncio.Event) -> ConnectionState:
        """Connect once and stay as long as it lasts. Return the state at its end: CONNECTED if the
        bot was let in and the connection ended since.
        """
        try:
            async with connect(
                self._url,
                open_timeout=self._timing.open_seconds,
                close_timeout=self._timing.close_seconds,
                ping_interval=None,  # WeCom's pings are frames of their own
                compression=None,
                proxy=None,
            ) as socket:
                return await self._live(socket, closing)
        except (OSError, TimeoutError, WebSocketException) as exc:
            log.warning("WeCom bot: not connected: %s", type(exc).__name__)
            return ConnectionState.WAITING

    async def _live(self, socket: ClientConnection, closing: asyncio.Event) -> ConnectionState:
        """Subscribe, and stay until the reader ends, pings go unanswered or `closing` is set."""
        self._socket = socket
        reading = asyncio.create_task(self._read(socket))
        others: set[asyncio.Task[object]] = set()
        try:
            if (state := await self._subscribe()) is not ConnectionState.CONNECTED:
                return state
            self.state = state
            self._ready.set()
            log.info("WeCom bot: connected")
            others = {asyncio.create_task(self._beat()), asyncio.create_task(closing.wait())}
            await asyncio.wait({reading, *others}, return_when=asyncio.FIRST_COMPLETED)
            return reading.result() if reading.done() else ConnectionState.CONNECTED
        finally:
            self._ready.clear()
            self._socket = None
            for task in (reading, *others):
                task.cancel()
            self._give_up_acks()

    async def _subscribe(self) -> ConnectionState:
        body = {"bot_id": self._bot_id, "secret": self._secret.get_secret_value()}
        try:
            await self.request(FrameCommand.SUBSCRIBE, body)
        except FrameRefused as exc:
            log.error("%s%s", exc, bot_wording.REFUSED)
            return ConnectionState.REFUSED
        except ChannelUnavailable:
            return ConnectionState.WAITING
        return ConnectionState.CONNECTED

    async def _read(self, socket: ClientConnection) -> ConnectionState:
        """Read until the connection ends in whatever way; DISPLACED if WeCom said so."""
        with suppress(WebSocketException, OSError):
            async for raw in socket:
                try:
                    frame = Frame.model_validate_json(raw)
                    if self._is_displacement(frame, raw):
                        return ConnectionState.DISPLACED
                except ValidationError:
                    log.warning("WeCom bot: a frame that cannot be read was left out")
        log.warning("WeCom bot: the connection ended (%s)", socket.close_code)
        return ConnectionState.CONNECTED

    def _is_displacement(self, frame: Frame, raw: str | bytes) -> bool:
        """Put a frame where it belongs; True if it ends this connection."""
        if not frame.cmd:
            waiting = self._acks.pop(frame.headers.req_id, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(Ack.model_validate(frame.model_dump()))
        elif frame.cmd in (FrameCommand.MESSAGE, FrameCommand.EVENT):
            callback = BotCallback.model_validate(frame.body)
            if callback.event.eventtype == DISPLACED_EVENT:
                return True
            req_id, now = frame.headers.req_id, time.time()
            turn = CallbackTurn(
                callback=callback, req_id=req_id, received_at=now, taken_by=self.name
            )
            self._arrived.put_nowait(turn)
        return False

    async def _take(self, receive: ReceiveFrame, unkept: ReceiveFrame) -> None:
        """Hand over the arrived callbacks in order: for a minute, those behind a failure once."""
        tries = KEEP_TRIES
        while True:
            turn = await self._arrived.get()
            is_kept = await self._hand_over(turn, receive, tries)
            tries = KEEP_TRIES if is_kept else 1
            if not is_kept:
                await self._hand_over(turn, unkept, 1)
            self._arrived.task_done()

    async def _hand_over(self, turn: CallbackTurn, receive: ReceiveFrame, tries: int) -> bool:
        for _ in range(tries):
            try:
                await receive(turn)
                return True
            except Exception:
                log.exception("WeCom bot: a message could not be handed over")
                await asyncio.sleep(self._timing.back_off_seconds)
        return False

    async def _beat(self) -> None:
        """Ping until two pings in a row are not acknowledged."""
        missed, rest = 0, self._timing.ping_seconds
        while missed < self._timing.missed_pings:
            await asyncio.sleep(rest)
            sent = time.monotonic()
            try:
                await self.request(FrameCommand.PING, {})
                missed = 0
            except FrameRefused:
                missed = 0  # a no is an answer
            except ChannelUnavailable:
                missed += 1
            rest = max(0.0, self._timing.ping_seconds - (time.monotonic() - sent))
        log.warning("WeCom bot: pings are not answered; connecting again")

    async def _send(self, command: FrameCommand, body: FrameBody, req_id: str) -> Ack:
        """Send one frame and wait for its acknowledgement; without it the connection is given up,
        since a late one would be taken for that of the next frame.
        """
        is_let_in = self._ready.is_set() or command is FrameCommand.SUBSCRIBE
        if (socket := self._socket) is None or not is_let_in:
            raise ChannelUnavailable(bot_wording.NOT_CONNECTED)
        frame: dict[str, object] = {"cmd": command.value, "headers": {"req_id": req_id}}
        waiting = self._acks[req_id] = asyncio.get_running_loop().create_future()
        try:
            whole = frame | ({"body": body} if body else {})
            await socket.send(json.dumps(whole, ensure_ascii=False))
            return await asyncio.wait_for(waiting, self._timing.ack_seconds)
        except TimeoutError as exc:  # before OSError, which it is one of
            if command is not FrameCommand.PING:
                socket.transport.abort()
            raise ChannelUnavailable(bot_wording.NO_ACK) from exc
        except (WebSocketException, OSError) as exc:
            raise ChannelUnavailable(bot_wording.NOT_CONNECTED) from exc
        finally:
            if self._acks.get(req_id) is waiting:
                del self._acks[req_id]

    def _give_up_acks(self) -> None:
        for waiting in self._acks.values():
            if not waiting.done():
                waiting.set_exception(ChannelUnavailable(bot_wording.NOT_CONNECTED))
        self._acks.clear()

    def _pause(self, failures: int) -> float:
        """Return the pause before the next try; jittered, so that a restarted server does not meet
        all its bots at once.
        """
        timing = self._timing
        if self.state is ConnectionState.REFUSED:
            return timing.refused_seconds
        if self.state is ConnectionState.DISPLACED:
            return timing.displaced_seconds * random.uniform(1.0, 1.5)
        back_off = timing.back_off_seconds * (1 << min(failures, 10))
        return min(back_off, timing.back_off_limit_seconds) * random.uniform(0.5, 1.0)


async def wait_until(event: asyncio.Event, seconds: float) -> bool:
    """Wait for `event`, at most so long; True if it is set."""
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
    return event.is_set()
