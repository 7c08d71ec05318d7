"""Commands reach the library through the process that owns it.

Exactly one process owns `data/`. A command that finds an owner's socket hands its work over
(`RemoteService`); else it opens the library itself. One connection carries one call of `Service`: a
line of JSON there, lines with progress and the result back. File contents are sent, never paths;
the socket is for its user alone (mode 0600).
"""

import asyncio
import base64
import hashlib
import inspect
import json
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TypeVar, get_type_hints

from pydantic import PlainSerializer, PlainValidator, TypeAdapter

from bot import errors as bot_errors
from bot.errors import BotError
from bot.messages import Message, Reply, final_reply
from bot.operations.service import CALLS, Call, LocalService, Service
from bot.wording import office as wording
from knowledge import errors as knowledge_errors
from knowledge.errors import KnowledgeError, UnreadableFile
from knowledge.files.reading import MAX_BYTES, SourceFile
from knowledge.files.sandbox import StrangersFile
from knowledge.library import Progress

SOCKET = ".socket"
SOCKET_PATH_BYTES = 100  # the system allows 108 with the closing NUL
LINE_BYTES = MAX_BYTES * 4 // 3 + 1_000_000  # of one call: the largest file in base64, with room
CONNECT_SECONDS = 2.0
ASK, PROGRESS = "ask", "progress"

P = ParamSpec("P")
T = TypeVar("T")
REPLY = TypeAdapter(Reply)
MESSAGE = TypeAdapter(Message)


def _pack(source: SourceFile) -> dict[str, str]:
    return {"name": source.name, "content": base64.b64encode(source.content).decode()}


def _unpack(packed: dict[str, str]) -> SourceFile:
    return StrangersFile(packed["name"], base64.b64decode(packed["content"]))


PassedFile = Annotated[SourceFile, PlainSerializer(_pack), PlainValidator(_unpack)]
# A path is meant from the folder where the command runs.
PassedPath = Annotated[Path, PlainSerializer(lambda path: str(path.resolve()))]
PASSED_AS: dict[object, TypeAdapter[Any]] = {  # all other types pass field by field
    SourceFile: TypeAdapter(PassedFile),
    Path: TypeAdapter(PassedPath),
    Path | None: TypeAdapter(PassedPath | None),
}


@dataclass(frozen=True)
class Wire:
    """The JSON of a call's arguments and of its result, by the types of its work."""

    arguments: dict[str, TypeAdapter[Any]]
    result: TypeAdapter[Any]
    has_progress: bool


@cache
def wire_of(call: Call[..., Any]) -> Wire:
    """Return the wire of a call."""
    hints = get_type_hints(call.work)
    _library, *names = inspect.signature(call.work).parameters
    passed = {name: hints[name] for name in names if name != PROGRESS}
    adapters = {name: PASSED_AS.get(hint) or TypeAdapter(hint) for name, hint in passed.items()}
    return Wire(adapters, TypeAdapter(hints["return"]), PROGRESS in names)


class RemoteService(Service):
    """The service of another process, reached through its socket."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.handler = self._answer

    def carry_out(self, call: Call[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Let the owner do the work."""
        wire = wire_of(call)
        bound = inspect.signature(call.work).bind(None, *args, **kwargs).arguments
        _library, *given = bound.items()
        plain = {
            n: wire.arguments[n].dump_python(v, mode="json") for n, v in given if n != PROGRESS
        }
        result: T = wire.result.validate_python(self._send(call.name, plain, bound.get(PROGRESS)))
        return result

    async def _answer(self, message: Message) -> AsyncIterator[Reply]:
        """Let the owner answer; each question waits in a thread."""
        plain = {"message": MESSAGE.dump_python(message, mode="json")}
        yield REPLY.validate_python(await asyncio.to_thread(self._send, ASK, plain))

    def _send(self, name: str, args: dict[str, Any], progress: Progress | None = None) -> object:
        """Send a call and return the JSON of its result."""
        line = json.dumps({"call": name, "args": args}).encode() + b"\n"
        if len(line) > LINE_BYTES:  # the owner would hang up in the middle
            raise UnreadableFile(wording.CALL_TOO_LONG.format(limit=LINE_BYTES * 3 / 4 / 1e6))
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self._path))
            connection.sendall(line)
            for said_line in connection.makefile("r", encoding="utf-8"):
                said = json.loads(said_line)
                if "progress" in said and progress:
                    progress(*said["progress"])
                if "error" in said:
                    raise _error(said["error"], said["text"])
                if "result" in said:
                    return said["result"]
        raise KnowledgeError("数据文件夹的主进程中途断开了。请看它的日志，再试一次。")


@contextmanager
def owner(data: Path) -> Iterator[RemoteService | None]:
    """Yield the service of the process that owns `data`, None when there is none."""
    path = socket_path(data)
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(CONNECT_SECONDS)
        try:
            probe.connect(str(path))
        except OSError:
            alive = False
        else:
            alive = True
    yield RemoteService(path) if alive else None


def socket_path(data: Path) -> Path:
    """Return the socket of `data`'s owner; a folder with a long path has it elsewhere."""
    path = data.resolve() / SOCKET
    if len(str(path).encode()) <= SOCKET_PATH_BYTES:
        return path
    name = hashlib.sha256(str(path).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"yaodian-{name}.socket"


@asynccontextmanager
async def serving(service: LocalService, data: Path) -> AsyncIterator[None]:
    """Serve other processes as long as the block runs. The caller owns `data`, so a socket that is
    there is a dead process's.
    """
    path = socket_path(data)
    path.unlink(missing_ok=True)
    server = await asyncio.start_unix_server(
        lambda reader, writer: _serve(service, reader, writer), path=str(path), limit=LINE_BYTES
    )
    path.chmod(0o600)
    try:
        async with server:
            yield
    finally:
        path.unlink(missing_ok=True)


async def _serve(
    service: LocalService, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Answer one call."""
    loop = asyncio.get_running_loop()

    def say(**said: object) -> None:
        loop.call_soon_threadsafe(writer.write, json.dumps(said).encode() + b"\n")

    try:
        if not (line := await reader.readline()):
            return
        call = json.loads(line)
        say(
            result=await _do(service, call["call"], call["args"], lambda a, b: say(progress=[a, b]))
        )
    except (KnowledgeError, BotError) as exc:
        say(error=type(exc).__name__, text=str(exc))
    finally:
        await asyncio.sleep(0)  # what was said by other threads is written first
        writer.close()


async def _do(service: LocalService, name: str, args: dict[str, Any], progress: Progress) -> object:
    """Carry out one call; work on the library runs in a thread, so that answers go on meanwhile."""
    if name == ASK:
        message = MESSAGE.validate_python(args["message"])
        return REPLY.dump_python(await final_reply(service.handler, message), mode="json")
    call = CALLS[name]
    wire = wire_of(call)
    given = {name: wire.arguments[name].validate_python(value) for name, value in args.items()}
    if wire.has_progress:
        given[PROGRESS] = progress
    result = await asyncio.to_thread(partial(call.work, service.library, **given))
    return wire.result.dump_python(result, mode="json")


def _error(name: str, text: str) -> Exception:
    """Return the error of the other process as one of ours, with its exit status."""
    kinds: dict[str, type[Exception]] = {**vars(knowledge_errors), **vars(bot_errors)}
    return kinds.get(name, BotError)(text)
