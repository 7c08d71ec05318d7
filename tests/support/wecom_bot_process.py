"""An AI bot in a process of its own, to be killed: URL DATABASE hangs|answers, the
database a file or the URL of PostgreSQL."""

import asyncio
import sys
from pathlib import Path

from bot.delivery import inbox, leases
from knowledge.storage.database import Database
from tests.support.wecom_bot_office import FakeAssistant, build_bot
from tests.support.wecom_bot_server import BotServer


async def main(url: str, database: str, how: str) -> None:
    # what a dead process held runs out soon
    leases.LEASE_SECONDS, leases.RENEW_SECONDS, inbox.LEASE_SECONDS = 1.0, 0.3, 1.5
    server, handler = BotServer(), FakeAssistant()
    server.port = int(url.rpartition(":")[2])
    if how == "hangs":
        handler.gates["问"] = asyncio.Event()
    where = database if database.startswith("postgresql:") else Path(database)
    await build_bot(handler, server, Database(where)).run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
