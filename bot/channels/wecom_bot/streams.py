"""Answers over the long connection: streams while they are written, markdown without a stream.

A stream is opened when its message arrives and shows the whole text so far in every frame, frames
at least 2.5 s apart and never two without an acknowledgement between them. It always ends: with the
answer, with an apology, with a word that the program restarts, or before WeCom's wall with a word
that the answer follows. What a stream does not take (846605 an unknown message, 846608 too late) is
pushed as markdown.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from bot.channels.cutting import cut, utf8_bytes
from bot.channels.wecom_bot import frames
from bot.channels.wecom_bot.connection import LongConnection
from bot.channels.wecom_bot.frames import (
    STREAM_LIMIT_BYTES,
    Ack,
    CallbackTurn,
    FrameBody,
    FrameCommand,
    FrameRefused,
)
from bot.channels.wecom_bot.media import upload
from bot.channels.wecom_bot.outlet import BotOutgoing, ReceiveCallback
from bot.channels.wecom_bot.send_quota import FrameQuota
from bot.errors import ChannelError, ChannelUnavailable
from bot.wording import wecom_bot as bot_wording

OPEN_STREAMS = 3  # WeCom's limit for one person
REMEMBERED = 1000  # streams that ended: an answer that is tried again goes another way
RESERVE = 8  # frames a minute that progress leaves to answers
SEND_TRIES = 4
GONE = frozenset({846605, 846608})  # nothing more can be shown under this req_id
GOODBYE_SECONDS = 3.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StreamTiming:
    """The times of streams; tests make them short."""

    frame_seconds: float = 2.5
    wall_seconds: float = 330.0  # WeCom ends a stream after 6 minutes, by some accounts after 10
    event_seconds: float = 5.0
    connection_seconds: float = 600.0  # how long an answer waits for a connection


@dataclass(slots=True)
class Stream:
    """One answer that is being shown."""

    turn: CallbackTurn
    text: str = ""
    shown: str = ""
    is_open: bool = False  # WeCom took the first frame
    is_over: bool = False  # nothing more can be shown in it
    shown_at: float = 0.0
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    showing: asyncio.Task[None] | None = None


class Streams:
    """The outlet of one bot over its long connection."""

    sends_files = True

    def __init__(
        self,
        connection: LongConnection,
        pace: FrameQuota | None = None,
        timing: StreamTiming | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._connection = connection
        self._pace = pace or FrameQuota()
        self._timing = timing or StreamTiming()
        self._clock = clock
        self._streams: dict[str, Stream] = {}
        self._ended: deque[str] = deque(maxlen=REMEMBERED)

    async def run(self, receive: ReceiveCallback, closing: asyncio.Event) -> None:
        """Stay connected until `closing` is set."""

        async def take(turn: CallbackTurn) -> None:
            if await receive(turn) and not turn.callback.is_event:
                self.open(turn)

        async def say_unkept(turn: CallbackTurn) -> None:
            if not turn.callback.is_event:
                await self.finish(turn, BotOutgoing((bot_wording.NOT_KEPT,)))

        await self._connection.run(take, say_unkept, closing)

    def open(self, turn: CallbackTurn) -> None:
        """Open a stream, unless it is open, the person has three, or another process had it."""
        who = turn.callback.sender.userid
        mine = sum(s.turn.callback.sender.userid == who for s in self._streams.values())
        is_known = turn.key in self._streams or turn.key in self._ended
        if is_known or mine >= OPEN_STREAMS or self._is_inherited(turn):
            return
        stream = self._streams[turn.key] = Stream(turn)
        stream.showing = asyncio.create_task(self._show(stream))

    def show(self, turn: CallbackTurn, text: str) -> None:
        """Keep the text so far for the next frame."""
        self.open(turn)
        if stream := self._streams.get(turn.key):
            stream.text = cut(text, STREAM_LIMIT_BYTES, utf8_bytes)[0] if text.strip() else ""

    async def finish(self, turn: CallbackTurn, answer: BotOutgoing) -> None:
        """End the stream with the first part and push the rest; without a stream push all."""
        self.open(turn)
        stream = self._streams.get(turn.key)
        parts = answer.parts or (bot_wording.BELOW,)
        if self._is_inherited(turn):
            await self._close_inherited(turn)
        elif stream and await self._end(stream, parts[0]):
            parts = parts[1:]
        self._streams.pop(turn.key, None)
        self._ended.append(turn.key)
        await self.push(turn, BotOutgoing(parts, answer.attachments, answer.card))

    async def interrupt(self, turn: CallbackTurn) -> None:
        """Close an open stream with a word that the answer follows."""
        stream = self._streams.pop(turn.key, None)
        if stream is None:
            return
        self._ended.append(turn.key)
        with suppress(ChannelError, TimeoutError):
            async with asyncio.timeout(GOODBYE_SECONDS):
                await self._stop_showing(stream)
                if not stream.is_over:
                    await self._frame(stream, bot_wording.RESTARTS, is_final=True)

    async def close(self) -> None:
        """Close the streams of messages too old to be answered."""
        late = [stream.turn for stream in self._streams.values()]
        await asyncio.gather(*(self.interrupt(turn) for turn in late))

    async def respond(self, turn: CallbackTurn, body: FrameBody) -> bool:
        """Answer an event within its 5 s."""
        if self._clock() - turn.received_at > self._timing.event_seconds:
            return False
        is_update = "response_type" in body
        command = FrameCommand.UPDATE if is_update else FrameCommand.WELCOME
        try:
            await self._connection.request(command, body, turn.req_id)
        except ChannelError as exc:
            log.warning("WeCom bot: an event was not answered: %s", exc)
            return False
        return True

    def can_push(self, turn: CallbackTurn) -> bool:
        """True: messages can be pushed to the sender of a turn."""
        return bool(turn.callback.chat)

    async def push(self, turn: CallbackTurn, answer: BotOutgoing) -> None:
        """Send texts, then files, then the card."""
        for part in answer.parts:
            await self._send(turn, frames.markdown(part))
        for attachment in answer.attachments:
            kind, media_id = await upload(attachment, self._persist)
            await self._send(turn, frames.media(kind, media_id))
        if answer.card:
            try:
                await self._send(turn, frames.card_message(answer.card))
            except FrameRefused as exc:  # the answer is there: worth a line, not a second answer
                log.warning("WeCom bot: a card was refused: %s", exc)

    def _is_inherited(self, turn: CallbackTurn) -> bool:
        """True if an earlier process took the message: the state of its stream is unknown."""
        return turn.taken_by != self._connection.name

    def _seconds_left(self, turn: CallbackTurn) -> float:
        return turn.received_at + self._timing.wall_seconds - self._clock()

    async def _show(self, stream: Stream) -> None:
        """Show the text so far until the answer ends it or the wall is near."""
        await self._try_frame(stream, bot_wording.WORKING)
        while not stream.is_over and (left := self._seconds_left(stream.turn)) > 0:
            with suppress(TimeoutError):
                pause = min(self._timing.frame_seconds, left)
                await asyncio.wait_for(stream.ended.wait(), pause)
                return
            is_news = stream.text not in ("", stream.shown)
            if is_news and self._pace.has_room(stream.turn.callback.chat, RESERVE):
                await self._try_frame(stream, stream.text)
        if not stream.is_over:
            said = f"{stream.text}\n{bot_wording.LATER}".strip()
            await self._try_frame(stream, said, is_final=True)
            stream.is_over = True

    async def _try_frame(self, stream: Stream, text: str, is_final: bool = False) -> None:
        """Show a frame that may be lost: the whole text comes again with the next one."""
        try:
            await self._frame(stream, text, is_final)
        except ChannelUnavailable:
            pass
        except ChannelError as exc:
            log.info("WeCom bot: a stream was refused: %s", exc)
            stream.is_over = True

    async def _frame(self, stream: Stream, text: str, is_final: bool = False) -> None:
        await self._pace.take(stream.turn.callback.chat)
        body = frames.stream(stream.turn, text, is_final, is_first=not stream.is_open)
        await self._connection.request(FrameCommand.RESPOND, body, stream.turn.req_id)
        stream.is_open = True
        stream.is_over = stream.is_over or is_final
        if text != bot_wording.WORKING:
            stream.shown, stream.shown_at = text, time.monotonic()

    async def _stop_showing(self, stream: Stream) -> None:
        stream.ended.set()
        if stream.showing is not None:
            await stream.showing

    async def _end(self, stream: Stream, text: str) -> bool:
        """End a stream with the answer; True if the stream took it."""
        await self._stop_showing(stream)
        await asyncio.sleep(stream.shown_at + self._timing.frame_seconds - time.monotonic())
        for _ in range(SEND_TRIES):
            if stream.is_over:
                return False
            if self._seconds_left(stream.turn) <= 0:
                await self._try_frame(stream, bot_wording.BELOW, is_final=True)
                return False
            try:
                await self._connection.ready(self._timing.connection_seconds)
                await self._frame(stream, text, is_final=True)
                return True
            except FrameRefused as exc:
                log.info("WeCom bot: a stream was refused, the answer is pushed: %s", exc)
                if exc.code not in GONE:
                    await self._try_frame(stream, bot_wording.BELOW, is_final=True)
                return False
            except ChannelUnavailable as exc:
                log.warning("WeCom bot: the end of a stream was not taken: %s", exc)
        return False

    async def _close_inherited(self, turn: CallbackTurn) -> None:
        """Close the stream of an earlier process if it is still open; its answer is pushed."""
        if self._seconds_left(turn) <= 0:
            return
        with suppress(ChannelError):
            await self._connection.ready(self._timing.connection_seconds)
            body = frames.stream(turn, bot_wording.BELOW, is_final=True)
            await self._connection.request(FrameCommand.RESPOND, body, turn.req_id)

    async def _send(self, turn: CallbackTurn, body: FrameBody) -> None:
        """Push one message to the chat of a turn."""
        await self._pace.take(turn.callback.chat)
        chat_type = 2 if turn.callback.is_group else 1
        to: FrameBody = {"chatid": turn.callback.chat, "chat_type": chat_type}
        await self._persist(FrameCommand.SEND, {**to, **body})

    async def _persist(self, command: FrameCommand, body: FrameBody) -> Ack:
        """Send a frame, again after a cut connection.

        Raises:
            FrameRefused: WeCom said no.
            ChannelUnavailable: it stayed away.
        """
        for tries in range(1, SEND_TRIES + 1):
            try:
                await self._connection.ready(self._timing.connection_seconds)
                return await self._connection.request(command, body)
            except ChannelUnavailable:
                if tries == SEND_TRIES:
                    raise
        raise AssertionError
