"""Calls to WeCom's server as one self-built app: the access token, sending text, what errors mean.

Sources: https://developer.work.weixin.qq.com/document/path/91039 (access token), 90236 (sending and
its limits), 90313 (error codes).
Not covered: the limits of 1,000 messages an hour to one member, and of the whole app a day.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable

import httpx
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from bot import wording
from bot.channels.text import split_text, utf8_bytes
from bot.errors import ChannelRefused, ChannelUnavailable

TEXT_LIMIT_BYTES = 2048  # UTF-8; WeCom silently drops what is longer
TIMEOUT_SECONDS = 5.0
BACK_OFF_SECONDS = (1.0, 2.0, 4.0)
TOKEN_MARGIN_SECONDS = 300.0  # renewed this long before it runs out

# WeCom delivers only the first of equal requests within this time. It must outlast our own tries
# (4 of 5 s, and the pauses) and be short: who asks the same again is owed the same answer again.
DUPLICATE_SECONDS = 30

# Messages a minute. Above 30 WeCom drops them without an error, and a repeated try may count.
MEMBER_LIMIT = 25
MINUTE_SECONDS = 60.0

OK = 0
BUSY = frozenset({-1, 45009, 45033})
TOKEN_SPENT = frozenset({40001, 40014, 42001})
OUT_OF_SIGHT = 81013

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]

logger = logging.getLogger(__name__)
logging.getLogger("httpx").setLevel(logging.WARNING)  # at INFO it logs URLs, and ours hold secrets


class ApiAnswer(BaseModel):
    """What WeCom answers to a call."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    errcode: int
    errmsg: str = ""
    access_token: SecretStr = SecretStr("")
    expires_in: float = 0
    invaliduser: str = ""


class Pacer:
    """Keeps every member below MEMBER_LIMIT messages a minute, by waiting."""

    def __init__(self, clock: Clock, sleep: Sleep) -> None:
        """Know no member yet."""
        self._clock = clock
        self._sleep = sleep
        self._sent: dict[str, deque[float]] = {}

    async def wait_for_turn(self, user: str) -> None:
        """Return when the member may get one more message, and count it."""
        sent = self._sent.setdefault(user, deque(maxlen=MEMBER_LIMIT))
        now = self._clock()
        turn = max(now, sent[0] + MINUTE_SECONDS) if len(sent) == MEMBER_LIMIT else now
        sent.append(turn)
        if turn > now:
            await self._sleep(turn - now)


class WeComApi:
    """One self-built app of one tenant; its calls share a connection pool and an access token."""

    def __init__(
        self,
        corp_id: str,
        agent_id: int,
        secret: SecretStr,
        *,
        base_url: str,
        clock: Clock = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """Open the connection pool; nothing is called yet."""
        self._corp_id = corp_id
        self._agent_id = agent_id
        self._secret = secret
        self._clock = clock
        self._sleep = sleep
        self._pacer = Pacer(clock, sleep)
        self._client = httpx.AsyncClient(
            base_url=base_url, timeout=TIMEOUT_SECONDS, trust_env=False
        )
        self._renewing = asyncio.Lock()
        self._token: SecretStr | None = None
        self._token_ends = 0.0

    async def send_text(self, user: str, text: str) -> None:
        """Send a text to one member, in as many messages as it needs, in order.

        Raises:
            ChannelRefused: a setting or a right is wrong; the text says which.
            ChannelUnavailable: WeCom stayed busy or out of reach.
        """
        for part in split_text(text, TEXT_LIMIT_BYTES, utf8_bytes):
            await self._pacer.wait_for_turn(user)
            await self._send(user, part)

    async def close(self) -> None:
        """Close the connection pool."""
        await self._client.aclose()

    async def _send(self, user: str, part: str) -> None:
        token = await self._current_token()
        answer = await self._post_text(token, user, part)
        if answer.errcode in TOKEN_SPENT:
            token = await self._current_token(spent=token)
            answer = await self._post_text(token, user, part)
        check(answer)

    async def _post_text(self, token: SecretStr, user: str, part: str) -> ApiAnswer:
        request = self._client.build_request(
            "POST",
            "/cgi-bin/message/send",
            params={"access_token": token.get_secret_value()},
            json={
                "touser": user,
                "msgtype": "text",
                "agentid": self._agent_id,
                "text": {"content": part},
                "enable_duplicate_check": 1,
                "duplicate_check_interval": DUPLICATE_SECONDS,
            },
        )
        return await self._call(request)

    async def _current_token(self, spent: SecretStr | None = None) -> SecretStr:
        """Return the token, a new one if it ran out or is `spent`; waiting callers share it."""
        async with self._renewing:
            if self._token is None or self._token == spent or self._clock() > self._token_ends:
                answer = await self._call(self._token_request())
                check(answer)
                self._token = answer.access_token
                self._token_ends = self._clock() + answer.expires_in - TOKEN_MARGIN_SECONDS
            return self._token

    def _token_request(self) -> httpx.Request:
        params = {"corpid": self._corp_id, "corpsecret": self._secret.get_secret_value()}
        return self._client.build_request("GET", "/cgi-bin/gettoken", params=params)

    async def _call(self, request: httpx.Request) -> ApiAnswer:
        """Send a request, and again after each pause while WeCom is busy or out of reach."""
        for pause_seconds in BACK_OFF_SECONDS:
            try:
                return await self._try(request)
            except ChannelUnavailable as exc:
                logger.warning("WeCom: %s Next try in %s s.", exc, pause_seconds)
                await self._sleep(pause_seconds)
        return await self._try(request)

    async def _try(self, request: httpx.Request) -> ApiAnswer:
        try:
            response = await self._client.send(request)
            answer = ApiAnswer.model_validate_json(response.content)
        except (httpx.HTTPError, ValidationError) as exc:
            reason = type(exc).__name__
            raise ChannelUnavailable(wording.WECOM_UNREACHABLE.format(reason=reason)) from exc
        if answer.errcode in BUSY:
            raise ChannelUnavailable(wording.WECOM_BUSY.format(code=answer.errcode))
        return answer


def check(answer: ApiAnswer) -> None:
    """Refuse an answer that says no.

    Raises:
        ChannelRefused: its text says what to set where.
    """
    # A message to several members can fail for some and still be OK; ours go to one.
    code = OUT_OF_SIGHT if answer.errcode == OK and answer.invaliduser else answer.errcode
    if code != OK:
        advice = wording.WECOM_ADVICE.get(code, wording.WECOM_ADVICE_OTHERWISE)
        raise ChannelRefused(
            wording.WECOM_REFUSED.format(code=code, message=answer.errmsg, advice=advice)
        )
