"""A WeCom app in a process, to be killed: python -m … DATABASE QYAPI SECONDS [PORT].

Its answers take about SECONDS; it prints the port that it listens on.
"""

import asyncio
import random
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from pydantic import SecretStr

from bot.channels.wecom.api import WeComApi
from bot.channels.wecom.callback_gate import Gate
from bot.channels.wecom.client import WeComClient
from bot.channels.wecom_app.channel import CHANNEL, WeComApp
from bot.delivery.buttons import Buttons
from bot.delivery.inbox import Inbox
from bot.delivery.send_quota import SendQuota
from bot.messages import Action, ActionKind, Message, Reply, Status
from bot.operations.web_server import build_app, serve
from knowledge.storage.database import Database
from tests.support.wecom_server import AGENT_ID, CORP_ID, PATH, SEAL, SECRET

ACTION = Action(ActionKind.ASK, "下一页", "下一页")


async def run(database: Database, base_url: str, seconds: float, port: int = 0) -> None:
    """Serve until killed."""

    async def answer(message: Message) -> AsyncIterator[Reply]:
        await asyncio.sleep(seconds * random.uniform(0.5, 1.5))
        long = (
            "".join(f"第{n}项已完成。" for n in range(310))
            if message.text == "长"
            else f"答{message.text}"
        )
        yield Reply(long, Status.ANSWERED, actions=(ACTION,))

    client = WeComClient(CORP_ID, SecretStr(SECRET), base_url=base_url)
    parts = Inbox(database, CHANNEL), Buttons(database), SendQuota(database, CHANNEL)
    app = WeComApp(Gate(SEAL), WeComApi(client, AGENT_ID), answer, *parts, path=PATH)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)

    def started(port: int) -> None:
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()

    web = serve(build_app(app.routes()), "127.0.0.1", port, stop, started)
    await asyncio.gather(app.run(stop), web)


if __name__ == "__main__":
    database, seconds = Database(Path(sys.argv[1])), float(sys.argv[3])
    asyncio.run(run(database, sys.argv[2], seconds, int(sys.argv[4]) if sys.argv[4:] else 0))
