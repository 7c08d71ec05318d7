"""The terminal as a channel."""

import asyncio
import sys

from bot.messages import Handler, Message
from bot.wording import answers as wording
from knowledge.plan import Role

USER = "console:chat"


async def chat(handler: Handler, role: Role) -> None:
    """Read questions until an empty line or the end of input, and print the answers."""
    sys.stdout.write(wording.CONSOLE_HELLO + "\n")
    while question := await _read():
        async for reply in handler(Message(USER, USER, question, role=role, is_kept=False)):
            if reply.final:
                sys.stdout.write(f"\n{reply.text}\n")


async def _read() -> str:
    """Return the next line without blocking the rest; "" at the end of input."""
    try:
        return (await asyncio.to_thread(input, wording.CONSOLE_PROMPT)).strip()
    except (EOFError, KeyboardInterrupt):
        return ""
