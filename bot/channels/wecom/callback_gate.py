"""The gate before a callback is read: not too often, not too long, not too old, signed with our
token, sealed with our key.

The address is public: what costs least is asked first, and nothing is decrypted unsigned.
"""

import asyncio
import logging
import time
from collections.abc import Callable

from starlette.requests import ClientDisconnect, Request

from bot.channels.wecom.crypto import BadEnvelope, CallbackSeal, parse_fields
from bot.delivery.rate_limit import RateLimit
from bot.wording import answers as wording
from bot.wording import wecom_app as wording_wecom

BODY_LIMIT_BYTES = 1024 * 1024  # a callback has a few kilobytes
READ_SECONDS = 5.0  # WeCom itself hangs up then
# The inbox keeps keys for seven days; what is younger than one cannot be replayed past it.
AGE_LIMIT_SECONDS = 86_400.0
BURST, BURST_SECONDS = 600, 3.0  # callbacks from one address: a whole office says good morning
WARN_SECONDS = 60.0

logger = logging.getLogger(__name__)


class TooMany(Exception):
    """More callbacks from one address than an office sends: answer 429, WeCom repeats its own."""


class Gate:
    """The gate of one callback address."""

    def __init__(
        self,
        seal: CallbackSeal,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        """Let callbacks with this seal through."""
        self._seal = seal
        self._rate = RateLimit(BURST, BURST_SECONDS, clock)
        self._clock = clock
        self._wall_clock = wall_clock
        self._warned_at = -WARN_SECONDS

    def open_echo(self, request: Request) -> str:
        """Return the echo by which WeCom checks an address that an admin saves.

        Raises:
            BadEnvelope: it is not signed or sealed as ours.
            TooMany: as it says.
        """
        self._count(request)
        return self._open(request, request.query_params.get("echostr", ""))

    async def open_message(self, request: Request) -> str:
        """Return the XML of a message.

        Raises:
            BadEnvelope: it is not signed or sealed as ours, too long or too old.
            TooMany: as it says.
        """
        self._count(request)
        return self._open(request, parse_fields(await read_body(request)).get("Encrypt", ""))

    def _count(self, request: Request) -> None:
        """Count a call of its address; uvicorn puts the caller's own in a local proxy's place."""
        address = request.client.host if request.client else ""
        if self._rate.take(address) == 0:
            return
        if self._clock() - self._warned_at >= WARN_SECONDS:
            self._warned_at = self._clock()
            logger.warning("WeCom: %s (%s)", wording_wecom.TOO_MANY, address)
        raise TooMany

    def _open(self, request: Request, encrypted: str) -> str:
        query = request.query_params
        signature, timestamp = query.get("msg_signature", ""), query.get("timestamp", "")
        self._seal.verify(signature, timestamp, query.get("nonce", ""), encrypted)
        if not (timestamp.isascii() and timestamp.isdigit()) or (
            abs(self._wall_clock() - int(timestamp)) > AGE_LIMIT_SECONDS
        ):
            raise BadEnvelope(wording_wecom.BAD_TIME)
        return self._seal.decrypt(encrypted)


async def read_body(request: Request) -> str:
    """Return the body, read no further than BODY_LIMIT_BYTES and no longer than READ_SECONDS.

    Raises:
        BadEnvelope: it is longer, slower, or not UTF-8.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > BODY_LIMIT_BYTES:
                    raise BadEnvelope(wording.WECOM_BODY_TOO_LONG)
        return body.decode()
    except (UnicodeDecodeError, TimeoutError, ClientDisconnect) as exc:
        raise BadEnvelope(wording.WECOM_BAD_XML) from exc
