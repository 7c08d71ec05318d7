"""A WeCom self-built app (自建应用): callbacks are kept and acknowledged, answers sent after.

WeCom repeats a callback up to three times unless it is answered within five seconds, so an answer
is never made inside the request: let through the gate, put into the inbox, 200. The desk answers in
order for each member. An answer of several messages is kept with its entry before the first is
sent, so that a restart goes on where it stopped.

Sources: https://developer.work.weixin.qq.com/document/path/90238 (callbacks), 90240 (events).
Not covered: answers inside the HTTP answer (被动回复); messages to groups.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.channels.wecom.api import WeComApi
from bot.channels.wecom.callback_gate import Gate, TooMany
from bot.channels.wecom.cards import read_key
from bot.channels.wecom.crypto import BadEnvelope
from bot.channels.wecom.members import with_groups
from bot.channels.wecom_app.callbacks import (
    CLICKED,
    ENTERED,
    PRESSED,
    AppCallback,
    AppOutgoing,
    Task,
)
from bot.channels.wecom_app.files import sent_file
from bot.channels.wecom_app.menu import COMMANDS, START
from bot.channels.wecom_app.pressing import Presses
from bot.channels.wecom_app.rendering import write_messages
from bot.delivery.buttons import Buttons
from bot.delivery.inbox import Entry, Inbox
from bot.delivery.send_quota import SendQuota
from bot.delivery.worker import Desk
from bot.errors import ButtonRefused, ChannelRefused
from bot.messages import Handler, Message, Reply, Status, final_reply
from bot.people.identities import Identities
from bot.wording import answers as wording
from bot.wording import wecom_app as wording_wecom
from knowledge.errors import KnowledgeError

CHANNEL = "wecom-app"
KEEP_SECONDS = 4.0  # WeCom hangs up after five; what is kept later is known at the repetition

logger = logging.getLogger(__name__)


class WeComApp:
    """The channel: its routes go to the web server, and `run` lives as long as the process."""

    def __init__(
        self,
        gate: Gate,
        api: WeComApi,
        handler: Handler,
        inbox: Inbox,
        buttons: Buttons,
        pace: SendQuota,
        *,
        path: str,
        identities: Identities | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Listen on `path`; the api belongs to the channel from here on and is closed by `run`."""
        self._gate = gate
        self._api = api
        self._handler = handler
        self._desk = Desk(inbox, self._answer)
        self._buttons = buttons
        self._pace = pace
        self._path = path
        self._identities = identities or Identities()
        self._sleep = sleep
        self._presses = Presses(api, buttons, self._person)

    def routes(self) -> list[Route]:
        """Return the two routes of the callback address."""
        return [
            Route(self._path, self._confirm_address, methods=["GET"]),
            Route(self._path, self._receive, methods=["POST"]),
        ]

    async def run(self, stop: asyncio.Event) -> None:
        """Answer until `stop` is set, then let running answers finish; the rest stays on disk."""
        await self._desk.run(stop)
        await self._presses.close()
        await self._api.close()

    async def _confirm_address(self, request: Request) -> Response:
        """Answer the echo by which WeCom checks an address that an admin saves."""
        try:
            return PlainTextResponse(self._gate.open_echo(request))
        except (BadEnvelope, TooMany) as exc:
            return refuse(exc)

    async def _receive(self, request: Request) -> Response:
        """Acknowledge a callback once it is on disk."""
        try:
            callback = AppCallback.from_xml(await self._gate.open_message(request))
        except (BadEnvelope, TooMany) as exc:
            return refuse(exc)
        if not callback.is_answered:
            return Response()
        try:
            payload = Task(callback=callback).model_dump_json()
            async with asyncio.timeout(KEEP_SECONDS):
                is_new = await self._desk.put(callback.key, callback.user.lower(), payload)
        except (KnowledgeError, TimeoutError) as exc:
            reason = str(exc) or type(exc).__name__
            logger.error("WeCom: %s", wording_wecom.NOT_KEPT.format(reason=reason))
            return Response(status_code=503)
        if is_new and callback.event == PRESSED:
            self._presses.expect(callback)
        return Response()

    async def _answer(self, entry: Entry) -> None:
        """Make the answer of an entry unless it is made already, and send the rest of it."""
        task = Task.model_validate_json(entry.payload)
        if task.outgoing is None:
            reply = await self._reply(task.callback)
            outgoing = await self._write(reply, task.callback) if reply else ()
            task = task.model_copy(update={"outgoing": outgoing})
            if len(outgoing) > 1:
                await self._desk.rewrite(entry, task.model_dump_json())
        for number, message in enumerate(task.outgoing or (), 1):
            if number <= task.sent:
                continue
            if not await self._send(task.callback.user, message, f"{entry.key}|{number}"):
                return
            if task.outgoing and number < len(task.outgoing):
                out = task.model_copy(update={"sent": number})
                await self._desk.rewrite(entry, out.model_dump_json())

    async def _write(self, reply: Reply, callback: AppCallback) -> tuple[AppOutgoing, ...]:
        return await write_messages(reply, self._api, self._buttons, self._person(callback.user))

    async def _send(self, user: str, message: AppOutgoing, reason: str) -> bool:
        """Send one message in its turn; True if the answer goes on."""
        turn = await asyncio.to_thread(self._pace.turn, user.lower(), message.content, reason)
        if turn.wait_seconds > 0:
            logger.info("WeCom: a message waits %.0f s for its turn", turn.wait_seconds)
            await self._sleep(turn.wait_seconds)
        try:
            await self._api.send(user, body(message), turn.is_repetition)
        except ChannelRefused as exc:
            logger.error("WeCom: a message was not delivered: %s", exc)
            return message.kind != "text"
        return True

    async def _reply(self, callback: AppCallback) -> Reply | None:
        """Return the reply to a callback, or None for silence."""
        if callback.event == PRESSED:
            return await self._press(callback)
        message = await self._message(callback)
        if isinstance(message, Message):
            return await self._ask(message)
        return Reply(message, Status.INFO) if message else None

    async def _message(self, callback: AppCallback) -> Message | str:
        """Return a callback's question, a refusal, or "" for silence."""
        text = callback.question
        if callback.event == ENTERED:
            text = START
        elif callback.event == CLICKED:
            text = callback.event_key if callback.event_key in COMMANDS else ""
        elif callback.kind == "file":
            return await self._addressed(callback, file=sent_file(callback, self._api))
        elif not text and callback.kind in wording_wecom.KINDS:
            canned = wording_wecom.KINDS[callback.kind].format(example=wording.WELCOME_EXAMPLE)
            return await self._addressed(callback, canned=canned)
        if text or callback.kind == "text":
            return await self._addressed(callback, text=text)
        return ""

    async def _addressed(self, callback: AppCallback, **said: Any) -> Message | str:
        """Return a callback's message with its sender's groups, or an inactive member's refusal."""
        person = self._person(callback.user)
        message = Message(**{"user": person, "conversation": person, "text": ""} | said)
        return await with_groups(message, callback.user, self._api.member)

    async def _ask(self, message: Message) -> Reply:
        """Return the final reply, or the apology when the handler failed."""
        try:
            return await final_reply(self._handler, message)
        except Exception:
            logger.exception("WeCom: a question could not be answered")
            return Reply(wording.SORRY, Status.ERROR)

    async def _press(self, callback: AppCallback) -> Reply | None:
        """Carry out a button, and show so on its card."""
        pressed = read_key(callback.event_key)
        if pressed is None:
            return None
        try:
            action = await asyncio.to_thread(
                self._buttons.press, pressed.token, self._person(callback.user)
            )
        except ButtonRefused as exc:
            told = await self._presses.tell(callback, str(exc))
            return None if told else Reply(str(exc), Status.CLARIFY)
        message = await self._addressed(callback, action=action)
        if isinstance(message, str):
            return Reply(message, Status.DENIED)
        reply = await self._ask(message)
        note = reply.notice or wording_wecom.CARD_DONE.format(title=action.title)
        told = await self._presses.tell(callback, note)
        is_unsaid = bool(reply.notice) and not told and not reply.text
        return replace(reply, text=reply.notice) if is_unsaid else reply

    def _person(self, userid: str) -> str:
        return self._identities.person(f"wecom:{userid}")


def body(message: AppOutgoing) -> dict[str, Any]:
    """Return the JSON of a message, from its msgtype on."""
    match message.kind:
        case "text":
            said: object = {"content": message.content}
        case "template_card":
            said = json.loads(message.content)
        case _:
            said = {"media_id": message.content}
    return {"msgtype": message.kind, message.kind: said}


def refuse(reason: Exception) -> Response:
    """Return an empty 403 or 429, and tell the log which setting may be wrong."""
    if isinstance(reason, TooMany):
        return Response(status_code=429)
    logger.warning("WeCom callback refused: %s", reason)
    return Response(status_code=403)
