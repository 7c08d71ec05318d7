"""Updates by webhook: Telegram is told 200 when an update is on disk, and only a caller with the
secret is heard.

Source: https://core.telegram.org/bots/api#setwebhook. Telegram repeats what was not told 2xx, and
sends a chat's next update of a kind when the one before was taken.
"""

import asyncio
import hashlib
import json
import logging
from dataclasses import dataclass
from functools import partial
from hmac import compare_digest

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot, Update, error

from bot.channels.telegram.polling import KINDS, Take
from bot.channels.telegram.retries import persist, poll_waits, run_until
from bot.errors import ChannelRefused
from bot.wording import telegram as wording

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
BODY_LIMIT_BYTES = 1024 * 1024  # an update has a few kilobytes

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WebhookAddress:
    """The address for updates: the public `url`, our `path` behind the proxy, the secret."""

    url: str
    path: str
    secret: str


def secret_from(token: str) -> str:
    """Return a secret for offices that set none: the same in every process, no way back."""
    return hashlib.sha256(f"yaodian webhook {token}".encode()).hexdigest()


class TelegramWebhook:
    """The webhook of one bot: a route for the web server; `run` lives as long as the process."""

    def __init__(self, address: WebhookAddress) -> None:
        """Listen at `address.path`."""
        self._address = address
        self._taking: tuple[Bot, Take] | None = None
        self.is_connected = False

    def route(self) -> Route:
        """Return the route that Telegram calls."""
        return Route(self._address.path, self._receive, methods=["POST"])

    async def run(self, bot: Bot, take: Take, stop: asyncio.Event) -> None:
        """Tell Telegram the address, then give every update to `take` until `stop` is set; `take`
        puts it on disk.

        Raises:
            ChannelRefused: Telegram does not take the address; the text names the setting.
            InvalidToken: the token is wrong.
        """
        self._taking = bot, take
        try:
            await run_until(stop, self._set(bot))
            await stop.wait()
        finally:
            self._taking, self.is_connected = None, False

    async def _set(self, bot: Bot) -> None:
        call = partial(
            bot.set_webhook,
            self._address.url,
            allowed_updates=KINDS,
            secret_token=self._address.secret,
        )
        try:
            await persist(call, poll_waits())
        except error.BadRequest as exc:
            raise ChannelRefused(wording.WEBHOOK_REFUSED.format(reason=exc)) from exc
        self.is_connected = True

    async def _receive(self, request: Request) -> Response:
        """Keep one update: 403 for strangers, 503 while we cannot."""
        said = request.headers.get(SECRET_HEADER, "").encode()
        if not compare_digest(said, self._address.secret.encode()):
            log.warning("telegram: a callback without our secret was refused")
            return Response(status_code=403)
        if self._taking is None:
            return Response(status_code=503)  # starting or stopping: Telegram repeats it
        if (body := await read_body(request)) is None:
            return Response(status_code=413)
        return await store(body, *self._taking)


async def store(body: bytes, bot: Bot, take: Take) -> Response:
    """Put an update on disk, and say 200 only then."""
    try:
        update = Update.de_json(json.loads(body), bot)
    except Exception as exc:  # whatever PTB meets in fields that it does not know
        log.warning("telegram: an update cannot be read (%s)", type(exc).__name__)
        return Response()  # a repetition would be no better
    try:
        await take(update)
    except Exception:
        log.exception("telegram: an update could not be kept; Telegram repeats it")
        return Response(status_code=503)
    return Response()


async def read_body(request: Request) -> bytes | None:
    """Return the body, None when it is longer than BODY_LIMIT_BYTES."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > BODY_LIMIT_BYTES:
            return None
    return bytes(body)
