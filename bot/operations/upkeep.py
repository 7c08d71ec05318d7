"""The tasks beside the channels: the web server with its pages for the office, and forgetting."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from starlette.routing import BaseRoute

from bot.delivery.inbox import conversations_waiting
from bot.errors import ChannelRefused
from bot.operations.health import (
    ModelProbe,
    Probe,
    connection_probe,
    health_routes,
    library_probe,
    not_configured,
)
from bot.operations.metrics import Metrics
from bot.operations.web_server import build_app, serve
from bot.people.quota import Budget
from bot.records.journal import Journal
from bot.settings.settings import Settings
from knowledge.errors import KnowledgeError
from knowledge.library import Library
from knowledge.plan import Role
from knowledge.storage.database import Database

DAY_SECONDS = 86_400.0
OPENAI_URL = "https://api.openai.com/v1"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Connection:
    """A running channel: its `routes`, and `is_connected` for /ready."""

    name: str
    running: Coroutine[None, None, None]
    routes: Sequence[BaseRoute] = ()
    is_connected: Callable[[], bool] = lambda: True


async def serve_web(
    settings: Settings,
    library: Library,
    connections: Sequence[Connection],
    metrics: Metrics,
    stop: asyncio.Event,
) -> None:
    """Serve the channels' callbacks with /health, /ready and /metrics.

    Where no channel listens, a port that is taken costs only those three pages.
    """
    routes = [route for connection in connections for route in connection.routes]
    _show_sizes(metrics, library)
    health = health_routes(_probes(settings, library, connections), metrics)
    try:
        await serve(build_app([*health, *routes]), settings.web_host, settings.web_port, stop)
    except ChannelRefused as refused:
        if routes:
            stop.set()
            raise
        log.warning("%s", refused)


def _probes(
    settings: Settings, library: Library, connections: Sequence[Connection]
) -> dict[str, Probe]:
    """Return the probes of /ready, one for each part."""
    probes: dict[str, Probe] = {"library": library_probe(library.held_plans)}
    for connection in connections:
        probes[connection.name] = connection_probe(connection.is_connected)
    key = settings.model_api_key.get_secret_value() if settings.model_api_key else None
    probes["model"] = (
        ModelProbe(settings.model_base_url or OPENAI_URL, key) if settings.model else not_configured
    )
    return probes


def _show_sizes(metrics: Metrics, library: Library) -> None:
    """Let the metrics show the numbers of waiting conversations and of plans."""
    metrics.gauge(
        "yaodian_conversations_waiting",
        "Conversations that wait for an answer.",
        partial(conversations_waiting, library.database),
    )
    metrics.gauge(
        "yaodian_plans", "Published plans.", lambda: float(len(library.records(Role.ADMIN)))
    )


async def forget_old(settings: Settings, database: Database, stop: asyncio.Event) -> None:
    """Forget once a day all that is kept for a while only."""
    journal = Journal(database, settings.journal_days)
    budget = Budget(database, "message", {})
    while not stop.is_set():
        try:
            await asyncio.to_thread(journal.forget_old)
            await asyncio.to_thread(budget.forget_old)
        except KnowledgeError as exc:  # tomorrow is soon enough
            log.warning("old entries were not forgotten: %s", exc)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), DAY_SECONDS)
