"""An AI bot in a process of its own, to be killed: URL DATABASE hangs|answers."""

import asyncio
import sys
from pathlib import Path

from wecom_bot_server import BotServer, FakeAssistant, build_bot

from bot import leases
from knowledge.database import Database


async def main(url: str, database: str, how: str) -> None:
    leases.LEASE_SECONDS, leases.RENEW_SECONDS = 1.0, 0.3  # a dead process's lease runs out soon
    server, handler = BotServer(), FakeAssistant()
    server.port = int(url.rpartition(":")[2])
    if how == "hangs":
        handler.gates["问"] = asyncio.Event()
    await build_bot(handler, server, Database(Path(database))).run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
