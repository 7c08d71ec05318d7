"""Calls to WeCom's server as one self-built app: the access token, busy answers, the meaning of
errors.

Sources: https://developer.work.weixin.qq.com/document/path/91039 (access token), 90313 (error
codes), 90254 (media).
"""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import unquote

import httpx
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from bot.errors import ChannelRefused, ChannelUnavailable
from bot.wording import answers as wording

TIMEOUT_SECONDS = 5.0
MEDIA_TIMEOUT_SECONDS = 60.0  # 20 MB on an office's line
CONNECTIONS = 20  # WeCom answers 45033 to too many calls at once
TOKEN_MARGIN_SECONDS = 300.0  # renewed this long before it runs out

PATIENT = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)  # pauses; the desk tries three times
HASTY = ()

OK = 0
BUSY = frozenset({-1, 45009, 45033})
TOKEN_SPENT = frozenset({40001, 40014, 42001})
OUT_OF_SIGHT = 81013
FILE_NAME = re.compile(r"filename\*=(?:utf-8)?''([^;]+)|filename=\"?([^\";]+)", re.IGNORECASE)

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]

logger = logging.getLogger(__name__)
logging.getLogger("httpx").setLevel(logging.WARNING)  # at INFO it logs URLs, and ours hold secrets


class ApiAnswer(BaseModel):
    """The common part of WeCom's answers; `invaliduser` names receivers that a message could not
    reach.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    errcode: int = OK  # media/get says none when it sends the file
    errmsg: str = ""
    invaliduser: str = ""


class TokenAnswer(ApiAnswer):
    """The answer of gettoken."""

    access_token: SecretStr = SecretStr("")
    expires_in: float = 0


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file that was downloaded."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """One call, without its token. `upload` is the multipart field `media`."""

    path: str
    params: Mapping[str, str | int] | None = None
    json: Mapping[str, Any] | None = None
    upload: MediaFile | None = None


ApiReply = TypeVar("ApiReply", bound=ApiAnswer)


class WeComClient:
    """One self-built app of one tenant; its calls share a connection pool and an access token."""

    def __init__(
        self,
        corp_id: str,
        secret: SecretStr,
        *,
        base_url: str,
        clock: Clock = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """Open the connection pool; nothing is called yet."""
        self._corp_id = corp_id
        self._secret = secret
        self._clock = clock
        self._sleep = sleep
        self._client = httpx.AsyncClient(
            base_url=base_url,
            timeout=TIMEOUT_SECONDS,
            trust_env=False,
            limits=httpx.Limits(max_connections=CONNECTIONS),
        )
        self._renewing = asyncio.Lock()
        self._token: SecretStr | None = None
        self._token_ends = 0.0
        self.is_reachable = True  # whether the last call got an answer

    async def close(self) -> None:
        """Close the connection pool."""
        await self._client.aclose()

    async def call(
        self, said: type[ApiReply], call: Call, pauses: Sequence[float] = PATIENT
    ) -> ApiReply:
        """Make a call and return its answer as `said`; a token that ran out is renewed once.

        Raises:
            ChannelRefused: a setting or a right is wrong; the text says which.
            ChannelUnavailable: WeCom stayed busy or out of reach through all pauses.
        """
        token = await self._current_token(pauses)
        answer = await self._try_often(said, call, token, pauses)
        if answer.errcode in TOKEN_SPENT:
            token = await self._current_token(pauses, spent=token)
            answer = await self._try_often(said, call, token, pauses)
        check(answer)
        return answer

    async def download(self, call: Call, limit_bytes: int) -> MediaFile | None:
        """Return a file, or None if it is longer than the limit.

        Raises:
            ChannelRefused: there is no such file any more; the text says so in WeCom's words.
            ChannelUnavailable: WeCom could not be reached.
        """
        token = await self._current_token(HASTY)
        try:
            try:
                return await self._download(call, token, limit_bytes)
            except TokenRanOut:
                token = await self._current_token(HASTY, spent=token)
                return await self._download(call, token, limit_bytes)
        except (httpx.HTTPError, ValidationError, TokenRanOut) as exc:
            raise unreachable(exc) from exc

    async def _download(self, call: Call, token: SecretStr, limit_bytes: int) -> MediaFile | None:
        response = await self._client.send(self._request(call, token), stream=True)
        try:
            named = response.headers.get("content-disposition", "")
            if not named:  # an error; a file that happens to be JSON has a name
                answer = ApiAnswer.model_validate_json(await response.aread())
                if answer.errcode in TOKEN_SPENT:
                    raise TokenRanOut
                check(answer)
            content = bytearray()
            async for piece in response.aiter_bytes():
                content += piece
                if len(content) > limit_bytes:
                    return None
        finally:
            await response.aclose()
        return MediaFile(file_name(named), bytes(content))

    async def _current_token(
        self, pauses: Sequence[float], spent: SecretStr | None = None
    ) -> SecretStr:
        """Return the token, a new one if it ran out or is `spent`; waiting callers share it."""
        async with self._renewing:
            if self._token is None or self._token == spent or self._clock() > self._token_ends:
                secret = self._secret.get_secret_value()
                params = {"corpid": self._corp_id, "corpsecret": secret}
                call = Call("/cgi-bin/gettoken", params)
                answer = await self._try_often(TokenAnswer, call, None, pauses)
                check(answer)
                self._token = answer.access_token
                self._token_ends = self._clock() + answer.expires_in - TOKEN_MARGIN_SECONDS
            return self._token

    async def _try_often(
        self, said: type[ApiReply], call: Call, token: SecretStr | None, pauses: Sequence[float]
    ) -> ApiReply:
        """Make a call, and again after each pause while WeCom is busy or out of reach."""
        for pause_seconds in pauses:
            try:
                return await self._try(said, call, token)
            except ChannelUnavailable as exc:
                logger.warning("WeCom: %s Next try in %s s.", exc, pause_seconds)
                await self._sleep(pause_seconds)
        return await self._try(said, call, token)

    async def _try(self, said: type[ApiReply], call: Call, token: SecretStr | None) -> ApiReply:
        if self._client.is_closed:  # the AI bot may still look up members while the app is gone
            raise unreachable(httpx.PoolTimeout("closed"))
        try:
            response = await self._client.send(self._request(call, token))
            answer = said.model_validate_json(response.content)
        except (httpx.HTTPError, ValidationError) as exc:
            self.is_reachable = False
            raise unreachable(exc) from exc
        self.is_reachable = True
        if answer.errcode in BUSY:
            raise ChannelUnavailable(wording.WECOM_BUSY.format(code=answer.errcode))
        return answer

    def _request(self, call: Call, token: SecretStr | None) -> httpx.Request:
        """Build a request anew for each try: the body of an upload is read once."""
        params = dict(call.params or {})
        if token is not None:
            params["access_token"] = token.get_secret_value()
        upload = call.upload
        return self._client.build_request(
            "GET" if call.json is None and upload is None else "POST",
            call.path,
            params=params,
            json=call.json,
            files={"media": (upload.name, upload.content)} if upload else None,
            timeout=MEDIA_TIMEOUT_SECONDS if "/media/" in call.path else TIMEOUT_SECONDS,
        )


class TokenRanOut(Exception):
    """A download was refused for its token; it is tried once more with a new one."""


def unreachable(exc: Exception) -> ChannelUnavailable:
    """Return the error for a call that got no answer of WeCom."""
    return ChannelUnavailable(wording.WECOM_UNREACHABLE.format(reason=type(exc).__name__))


def file_name(disposition: str) -> str:
    """Return the file name of a Content-Disposition, "" without one.

    >>> file_name("attachment; filename=\\"a.txt\\"; filename*=utf-8''%E8%A6%81%E7%82%B9.txt")
    '要点.txt'
    """
    found = FILE_NAME.findall(disposition)
    encoded = next((unquote(name) for name, _ in found if name), "")
    return encoded or next((plain for _, plain in found if plain), "")


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
