"""The chat model behind one small protocol: messages in, pieces of text out, our errors only.

`OpenAIModel` speaks to any OpenAI-compatible endpoint. What a thinking model thinks, between
<think> and </think> or in a field of its own, is left out.

Not covered: tools, images, answers that are not streamed.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar, cast

from pydantic import SecretStr

from bot.errors import ModelBroken, ModelError, ModelRefused, ModelUnavailable
from bot.wording import answers as wording

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk
    from langchain_openai import ChatOpenAI

T = TypeVar("T")

LONGEST_WAIT_SECONDS = 5.0  # a Retry-After beyond it: the plan's own words answer sooner
RETRY_PAUSE_SECONDS = 0.3
TEMPERATURE = 0.0
NO_KEY = "none"  # local servers need no key, the client insists on one
THINKING, THOUGHT = "<think>", "</think>"


@dataclass(frozen=True, slots=True)
class ModelMessage:
    """One message to the model."""

    role: Literal["system", "user"]
    text: str


class ChatModel(Protocol):
    """Something that answers messages piece by piece."""

    def stream(self, messages: Sequence[ModelMessage]) -> AsyncGenerator[str, None]:
        """Yield the answer as it comes; whoever stops early closes it.

        Raises:
            ModelError: the answer did not come, or not whole.
        """


@dataclass(frozen=True, slots=True)
class ModelLimits:
    """How long an answer may take and be."""

    first_token_seconds: float = 20.0
    total_seconds: float = 60.0
    output_chars: int = 8000


class OpenAIModel:
    """A model behind an OpenAI-compatible endpoint."""

    def __init__(
        self,
        name: str,
        base_url: str | None = None,
        api_key: SecretStr | None = None,
        limits: ModelLimits = ModelLimits(),
    ) -> None:
        self._name = name
        self._base_url = base_url
        self._api_key = api_key
        self._limits = limits
        self._client: ChatOpenAI | None = None

    async def stream(self, messages: Sequence[ModelMessage]) -> AsyncGenerator[str, None]:
        """Yield the answer as it comes; before its first piece a busy endpoint is asked again,
        once.
        """
        clock = _Clock(self._limits)
        for is_last in (False, True):
            try:
                async with aclosing(self._attempt(messages, clock)) as attempt:
                    async for piece in attempt:
                        yield piece
                return
            except ModelUnavailable as exc:
                pause = _pause(exc)
                if is_last or clock.has_started or pause is None:
                    raise
            await clock.wait(asyncio.sleep(pause))

    async def warm_up(self) -> None:
        """Import the client before the first question waits for it."""
        await asyncio.to_thread(self._open)

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.root_async_client.close()

    async def _attempt(
        self, messages: Sequence[ModelMessage], clock: "_Clock"
    ) -> AsyncGenerator[str, None]:
        """Ask once and yield what is said, without what is thought."""
        speech, chars = _Speech(), 0
        async with aclosing(self._chunks(messages, clock)) as chunks:
            async for chunk in chunks:
                said = speech.hear(chunk)
                chars += len(said)
                if chars > self._limits.output_chars:
                    raise ModelBroken(wording.MODEL_ENDLESS.format(limit=self._limits.output_chars))
                if said:
                    yield said
        if rest := speech.end():
            yield rest

    async def _chunks(
        self, messages: Sequence[ModelMessage], clock: "_Clock"
    ) -> AsyncGenerator[str, None]:
        """Yield what the endpoint sends, in time, its errors translated."""
        try:
            client = await clock.wait(asyncio.to_thread(self._open))
            sent = [(message.role, message.text) for message in messages]
            stream = cast("AsyncGenerator[AIMessageChunk, None]", client.astream(sent))
            async with aclosing(stream) as chunks:
                while (chunk := await clock.wait(anext(chunks, None))) is not None:
                    _check_end(chunk.response_metadata.get("finish_reason"))
                    if refusal := chunk.additional_kwargs.get("refusal"):
                        raise ModelRefused(wording.MODEL_DECLINED.format(reason=refusal[:40]))
                    if chunk.text:
                        clock.has_started = True
                        yield chunk.text
        except (ModelError, GeneratorExit, asyncio.CancelledError):
            raise
        except Exception as exc:
            # not `from exc`: an endpoint's error text may repeat the key
            raise translate(exc) from None

    def _open(self) -> "ChatOpenAI":
        """Make the client when it is first needed: the import costs two seconds."""
        if self._client is None:
            from langchain_openai import ChatOpenAI
            from openai import DefaultAsyncHttpxClient

            self._client = ChatOpenAI(
                model=self._name,
                base_url=self._base_url,
                api_key=self._api_key or SecretStr(NO_KEY),
                temperature=TEMPERATURE,
                max_retries=0,
                timeout=self._limits.total_seconds,
                stream_chunk_timeout=None,
                use_responses_api=False,
                http_async_client=DefaultAsyncHttpxClient(),
            )
        return self._client


class _Clock:
    """The time that one answer has, over all its attempts."""

    def __init__(self, limits: ModelLimits) -> None:
        self._limits = limits
        self._start = asyncio.get_running_loop().time()
        self.has_started = False

    async def wait(self, coming: Awaitable[T]) -> T:
        """Wait for something as long as there is time."""
        limits = self._limits
        seconds = limits.total_seconds if self.has_started else limits.first_token_seconds
        try:
            async with asyncio.timeout_at(self._start + min(seconds, limits.total_seconds)):
                return await coming
        except TimeoutError:
            raise self._too_slow(seconds) from None

    def _too_slow(self, seconds: float) -> ModelUnavailable:
        what = wording.MODEL_WHOLE_ANSWER if self.has_started else wording.MODEL_FIRST_TOKEN
        name = "TOTAL" if self.has_started else "FIRST_TOKEN"
        setting = f"YAODIAN_MODEL_{name}_SECONDS"
        message = wording.MODEL_TOO_SLOW.format(seconds=seconds, what=what, setting=setting)
        return ModelUnavailable(message, may_retry=False)


class _Speech:
    """Tells what a model says from what it thinks, whatever the pieces are cut into."""

    def __init__(self) -> None:
        self._held = ""
        self._is_thinking = False

    def hear(self, piece: str) -> str:
        """Return what is said for certain; the start of a tag is held back."""
        said, self._held = "", self._held + piece
        while True:
            tag = THOUGHT if self._is_thinking else THINKING
            before, found, after = self._held.partition(tag)
            if not found:
                break
            said += "" if self._is_thinking else before
            self._held, self._is_thinking = after, not self._is_thinking
        keep = next((n for n in range(len(tag) - 1, 0, -1) if self._held.endswith(tag[:n])), 0)
        rest = self._held[: len(self._held) - keep]
        self._held = self._held[len(rest) :]
        return said if self._is_thinking else said + rest

    def end(self) -> str:
        """Return what was held back for a tag that never came."""
        return "" if self._is_thinking else self._held


def translate(exc: Exception) -> ModelError:
    """Return our error for one of the client's; nothing of the endpoint's own words is kept."""
    import openai

    if isinstance(exc, openai.APIStatusError):
        return _status_error(exc.status_code, exc.code, exc.response.headers.get("retry-after"))
    if isinstance(exc, openai.APIConnectionError | OSError) or _is_transport(exc):
        return ModelUnavailable(wording.MODEL_UNREACHABLE.format(reason=type(exc).__name__))
    if isinstance(exc, openai.APIError):  # an error sent in the stream
        return ModelUnavailable(wording.MODEL_BUSY.format(code=type(exc).__name__))
    return ModelBroken(wording.MODEL_BROKEN.format(reason=type(exc).__name__))


def _status_error(status: int, code: str | None, retry_after: str | None) -> ModelError:
    if status >= 500 or status in (408, 409) or status == 429 and code != "insufficient_quota":
        seconds = re.fullmatch(r"\d+(?:\.\d+)?", retry_after or "")
        wait = float(seconds[0]) if seconds else None
        may_retry = status != 429 or wait is not None
        return ModelUnavailable(wording.MODEL_BUSY.format(code=status), wait, may_retry)
    advice = wording.MODEL_ADVICE.get(status, wording.MODEL_ADVICE_OTHERWISE)
    return ModelRefused(wording.MODEL_REFUSED.format(code=status, advice=advice))


def _is_transport(exc: Exception) -> bool:
    """Say whether the HTTP library lost the connection: httpx's and httpx2's errors alike."""
    return any(kind.__name__ == "TransportError" for kind in type(exc).__mro__)


def _pause(exc: ModelUnavailable) -> float | None:
    """Return how long to wait before asking again, None where it is not worth it."""
    seconds = RETRY_PAUSE_SECONDS if exc.retry_after_seconds is None else exc.retry_after_seconds
    return seconds if exc.may_retry and seconds <= LONGEST_WAIT_SECONDS else None


def _check_end(reason: str | None) -> None:
    """Raise where the endpoint says that the answer ended otherwise than by being complete."""
    if reason == "length":
        raise ModelBroken(wording.MODEL_CUT)
    if reason == "content_filter":
        raise ModelRefused(wording.MODEL_DECLINED.format(reason="content_filter"))
