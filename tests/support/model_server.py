"""An OpenAI-compatible chat endpoint on the loopback that says what its script says, over SSE."""

import asyncio
import json
import re
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

End = Literal["done", "silence", "cut", "broken", "length", "filter"]
FINISH = {"done": "stop", "length": "length", "filter": "content_filter"}


@dataclass(frozen=True)
class Says:
    """One answer: pieces of text, sent after a pause, and how it ends."""

    pieces: tuple[str, ...] = ()
    end: End = "done"
    pause_seconds: float = 0.0
    thought: str = ""


@dataclass(frozen=True)
class Fails:
    """One refusal: a status and what comes with it."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: str = '{"error": {"message": "no", "code": "none"}}'


@dataclass(frozen=True)
class Asked:
    """One request as the server saw it."""

    authorization: str
    messages: list[dict[str, str]]

    @property
    def text(self) -> str:
        return "\n".join(message["content"] for message in self.messages)


Answering = Says | Fails | Callable[[Asked], Says]


def says(text: str, end: End = "done") -> Says:
    """Say a text in pieces of three characters."""
    return Says(tuple(text[i : i + 3] for i in range(0, len(text), 3)), end)


class ModelServer:
    """The script, what is said when it is used up, and what was asked."""

    def __init__(self, *script: Answering, otherwise: Answering | None = None) -> None:
        self.script = deque(script)
        self.otherwise = otherwise or Says(("【无答案】",))
        self.asked: list[Asked] = []
        self.base_url = ""
        self.left = asyncio.Event()  # somebody has closed the connection before the end

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked = await _read(reader)
            self.asked.append(asked)
            answer = self.script.popleft() if self.script else self.otherwise
            answer = answer(asked) if callable(answer) else answer
            if isinstance(answer, Fails):
                await _fail(writer, answer)
            else:
                await _say(reader, writer, answer, self.left)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def serve_model(
    *script: Answering, otherwise: Answering | None = None
) -> AsyncIterator[ModelServer]:
    """Run a server with this script."""
    model = ModelServer(*script, otherwise=otherwise)
    running: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        running.add(asyncio.ensure_future(model.handle(reader, writer)))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    model.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield model
    finally:
        server.close()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    headers = {
        name.lower(): value.strip()
        for name, _, value in (line.partition(":") for line in head.split("\r\n")[1:])
    }
    body = json.loads(await reader.readexactly(int(headers["content-length"])))
    assert body["stream"] is True
    return Asked(headers["authorization"], body["messages"])


async def _fail(writer: asyncio.StreamWriter, answer: Fails) -> None:
    headers = {"Content-Type": "application/json", "Connection": "close", **answer.headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    body = answer.body.encode()
    head = f"HTTP/1.1 {answer.status} X\r\n{lines}Content-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    await writer.drain()


async def _say(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Says, left: asyncio.Event
) -> None:
    writer.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n"
    )
    _send(writer, _event({"role": "assistant", "content": ""}))
    await writer.drain()
    await asyncio.sleep(answer.pause_seconds)
    if answer.thought:
        _send(writer, _event({"reasoning_content": answer.thought}))
    for piece in answer.pieces:
        _send(writer, _event({"content": piece}))
        await writer.drain()
    match answer.end:
        case "silence":
            await reader.read()
            left.set()
        case "cut":
            writer.transport.abort()
        case "broken":
            _send(writer, 'data: {"choices": [{"delta": {"con\n\n')
        case end:
            _send(writer, _event({}, FINISH[end]) + "data: [DONE]\n\n")
    if answer.end != "cut":
        writer.write(b"0\r\n\r\n")
        await writer.drain()


def _send(writer: asyncio.StreamWriter, text: str) -> None:
    data = text.encode()
    writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")


def _event(delta: dict[str, str], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    chunk = {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [choice],
    }
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"


HEADING_CHARS = 12  # headings, dates and signatures are no longer
PIECE = re.compile(r'<证据 编号="(\d+)"[^>]*>\n(.*?)\n</证据>', re.DOTALL)
ASKED = re.compile(r"<问题[^>]*>\n(.*?)\n</问题>", re.DOTALL)


def quote_evidence(asked: Asked) -> Says:
    """Answer as a faithful model would: with the sentence of the evidence nearest to the question,
    and its number.
    """
    question = ASKED.findall(asked.text)[-1]
    pairs = {question[at : at + 2] for at in range(len(question) - 1)}
    found = [
        (sum(pair in sentence for pair in pairs), sentence.strip(), number)
        for number, text in PIECE.findall(asked.text)
        for sentence in re.split("[。；\n]", text)
        if len(sentence.strip()) > HEADING_CHARS
    ]
    _, sentence, number = max(found, key=lambda one: one[0], default=(0, "", ""))
    return says(f"{sentence}[{number}]。" if sentence else "【无答案】")
