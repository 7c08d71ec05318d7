"""A real `chroma run` on the loopback, that can be stopped and started again."""

import itertools
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

PROGRAM = Path(sys.executable).parent / "chroma"
START_SECONDS = 30


class ChromaProcess:
    """One server with a database for each who asks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self._base = f"http://127.0.0.1:{self._port}"
        self._tenant = f"{self._base}/api/v2/tenants/default_tenant"

    def start(self) -> None:
        command = [PROGRAM, "run", "--path", self._folder / "chroma", "--host", "127.0.0.1"]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--port", str(self._port)], stdout=log, stderr=log, cwd=self._folder
            )
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            assert time.monotonic() < until, (self._folder / "log").read_text()
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self._base}/api/v2/heartbeat").is_success
        except httpx.TransportError:
            return False

    def stop(self) -> None:
        """Stop at once: a gentle stop waits for connections that clients keep."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(START_SECONDS)
            self._process = None

    def new_database(self) -> str:
        """Return the URL of a database without collections."""
        name = f"library_{next(self._numbers)}"
        httpx.post(f"{self._tenant}/databases", json={"name": name}).raise_for_status()
        return f"{self._base}/default_tenant/{name}"


@contextmanager
def serve_chroma(folder: Path) -> Iterator[ChromaProcess]:
    server = ChromaProcess(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
