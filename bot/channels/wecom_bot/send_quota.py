"""The rate of an AI bot in one conversation: WeCom counts answers and pushes together, 30 a minute
and 1,000 an hour. We stay a little below.

Source: https://developer.work.weixin.qq.com/document/path/101463
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

MINUTE_LIMIT = 28
HOUR_LIMIT = 950
MINUTE_SECONDS, HOUR_SECONDS = 60.0, 3600.0
CHATS = 10_000  # remembered; the one heard of longest ago is forgotten first


class FrameQuota:
    """The frames of the last hour of every conversation, in memory: after a restart we begin anew,
    which at worst WeCom refuses and we repeat.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._sent: dict[str, deque[float]] = {}

    def has_room(self, chat: str, reserve: int) -> bool:
        """True if a frame that can be left out has room; `reserve` is kept for others."""
        sent, now = self._sent.get(chat, deque()), self._clock()
        lately = sum(at > now - MINUTE_SECONDS for at in sent)
        return lately + reserve < MINUTE_LIMIT and len(sent) + reserve < HOUR_LIMIT

    async def take(self, chat: str) -> None:
        """Wait until one more frame may be sent, and count it."""
        now, sent = self._clock(), self._sent.pop(chat, None) or deque(maxlen=HOUR_LIMIT)
        while sent and sent[0] <= now - HOUR_SECONDS:
            sent.popleft()
        turn = now
        if len(sent) >= MINUTE_LIMIT:
            turn = max(turn, sent[-MINUTE_LIMIT] + MINUTE_SECONDS)
        if len(sent) >= HOUR_LIMIT:
            turn = max(turn, sent[-HOUR_LIMIT] + HOUR_SECONDS)
        sent.append(turn)
        while len(self._sent) >= CHATS:
            del self._sent[next(iter(self._sent))]
        self._sent[chat] = sent
        if turn > now:
            await self._sleep(turn - now)
