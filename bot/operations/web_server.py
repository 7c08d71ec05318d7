"""The callback server: the channels' routes and /health on uvicorn, inside our own event loop."""

import asyncio
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from bot.errors import ChannelRefused
from bot.wording import answers as wording

SHUTDOWN_SECONDS = 5  # for requests that are still open; ours are answered at once


def build_app(routes: Sequence[BaseRoute]) -> Starlette:
    """Return the web application: /health and the channels' routes."""
    return Starlette(routes=[Route("/health", health), *routes])


async def health(_request: Request) -> JSONResponse:
    """Say that the process answers."""
    return JSONResponse({"status": "ok"})


async def serve(
    app: Starlette,
    host: str,
    port: int,
    stop: asyncio.Event,
    started: Callable[[int], None] | None = None,
) -> None:
    """Serve until `stop` is set; `started` is told the port, which 0 leaves to the system.

    Raises:
        ChannelRefused: the port cannot be opened; the text says what to set.
    """
    listener = listen(host, port)
    if started:
        started(listener.getsockname()[1])
    server = Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,  # its lines would hold signatures
            server_header=False,
            ws="none",
            lifespan="off",
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
    )
    stopping = asyncio.create_task(end_with(stop, server))
    try:
        await server.serve(sockets=[listener])
    finally:
        stopping.cancel()
        listener.close()


def listen(host: str, port: int) -> socket.socket:
    """Open a listening socket ourselves: uvicorn would end the process when the port is taken.

    Raises:
        ChannelRefused: the port is taken, not allowed, or the address is not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as exc:
        raise ChannelRefused(
            wording.WEB_PORT_CLOSED.format(host=host, port=port, reason=exc.strerror)
        ) from exc
    # asyncio does this only to listeners of its own making; without it answers came 40 ms late.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


async def end_with(stop: asyncio.Event, server: uvicorn.Server) -> None:
    """Ask the server to end when `stop` is set."""
    await stop.wait()
    server.should_exit = True


class Server(uvicorn.Server):
    """A uvicorn server that leaves signals to the entry point."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield
