"""The bot's own state: /ready and /metrics beside the channels' callbacks.

Both speak to whoever runs the machine. A request that came through a proxy is told that there is
no such page, so that a proxy that hands on everything publishes neither.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.errors import BotError
from bot.operations.metrics import CONTENT_TYPE, Metrics
from knowledge.errors import KnowledgeError

FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
MODEL_SECONDS = 3.0
MODEL_KEPT_SECONDS = 30.0  # a probe may cost: what it said is believed for so long
log = logging.getLogger(__name__)


class PartState(StrEnum):
    """The state of a part; `FAILED` alone makes the bot not ready."""

    OK = "ok"
    CONNECTED = "connected"
    UNREACHABLE = "unreachable"  # the model: the plans' own words answer meanwhile
    NOT_CONFIGURED = "not configured"
    FAILED = "failed"


Probe = Callable[[], Awaitable[PartState]]


def health_routes(probes: Mapping[str, Probe], metrics: Metrics) -> list[Route]:
    """Return /ready, which asks every probe, and /metrics."""

    async def ready(request: Request) -> Response:
        if _came_through_a_proxy(request):
            return _no_page()
        states = await asyncio.gather(*(_ask(probe) for probe in probes.values()))
        is_ready = PartState.FAILED not in states
        said = {"status": "ready" if is_ready else "not ready"}
        parts = dict(zip(probes, states, strict=True))
        return JSONResponse(said | {"parts": parts}, 200 if is_ready else 503)

    async def measured(request: Request) -> Response:
        if _came_through_a_proxy(request):
            return _no_page()
        text = await asyncio.to_thread(metrics.text)  # gauges read the database
        return Response(text, media_type=CONTENT_TYPE)

    return [Route("/ready", ready), Route("/metrics", measured)]


async def _ask(probe: Probe) -> PartState:
    try:
        return await probe()
    except (KnowledgeError, BotError, OSError):
        log.exception("a part is not ready")
        return PartState.FAILED


def _came_through_a_proxy(request: Request) -> bool:
    return any(name in request.headers for name in FORWARDED)


def _no_page() -> Response:
    return PlainTextResponse("Not Found", 404)


class ModelProbe:
    """The probe of the model's endpoint: does it answer at all? Nothing is generated, nothing
    spent.
    """

    def __init__(self, base_url: str, api_key: str | None = None) -> None:
        self._url = f"{base_url.rstrip('/')}/models"
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._asked_at = float("-inf")
        self._state = PartState.UNREACHABLE

    async def __call__(self) -> PartState:
        """Ask, or return the answer of a moment ago."""
        if time.monotonic() - self._asked_at > MODEL_KEPT_SECONDS:
            self._state = await self._answers()
            self._asked_at = time.monotonic()
        return self._state

    async def _answers(self) -> PartState:
        try:
            async with httpx.AsyncClient(timeout=MODEL_SECONDS) as client:
                answer = await client.get(self._url, headers=self._headers)
        except httpx.HTTPError:
            return PartState.UNREACHABLE
        # 404: some servers list no models, and answer all the same
        return PartState.UNREACHABLE if answer.status_code >= 500 else PartState.OK


def library_probe(look: Callable[[], object]) -> Probe:
    """Return the probe of the library: can it be read?"""

    async def probe() -> PartState:
        await asyncio.to_thread(look)
        return PartState.OK

    return probe


def connection_probe(is_connected: Callable[[], bool]) -> Probe:
    """Return the probe of a channel: does it hold its connection?"""

    async def probe() -> PartState:
        return PartState.CONNECTED if is_connected() else PartState.FAILED

    return probe


async def not_configured() -> PartState:
    """Say of a part that nobody set it up."""
    return PartState.NOT_CONFIGURED
