"""Commands reach the library through the process that owns it.

Exactly one process owns `data/`. A command that finds an owner's socket hands its work over
(`RemoteService`); else it opens the library itself. One connection carries one call: a line of JSON
there, lines with progress and the result back. File contents are sent, never paths; the socket is
for its user alone (mode 0600).
"""

import asyncio
import base64
import hashlib
import json
import socket
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter

from bot import errors as bot_errors
from bot.errors import BotError
from bot.messages import Handler, Message, Reply, final_reply
from bot.operations.service import LocalService
from bot.wording import office as wording
from knowledge import errors as knowledge_errors
from knowledge.errors import KnowledgeError, UnreadableFile
from knowledge.files.reading import MAX_BYTES, SourceFile
from knowledge.files.sandbox import StrangersFile
from knowledge.library import Added, Progress
from knowledge.plan import Metadata, Plan, PlanRecord, Target
from knowledge.storage.catalogue import Version

SOCKET = ".socket"
SOCKET_PATH_BYTES = 100  # the system allows 108 with the closing NUL
LINE_BYTES = MAX_BYTES * 4 // 3 + 1_000_000  # of one call: the largest file in base64, with room
CONNECT_SECONDS = 2.0

T = TypeVar("T")
RECORD = TypeAdapter(PlanRecord)
RECORDS = TypeAdapter(tuple[PlanRecord, ...])
PLAN = TypeAdapter(Plan)
TARGETS = TypeAdapter(tuple[Target, ...])
SOURCES = TypeAdapter(dict[str, str])
VERSIONS = TypeAdapter(tuple[Version, ...])
ADDED = TypeAdapter(Added)
NUMBER = TypeAdapter(int)
YES_OR_NO = TypeAdapter(bool)
REPLY = TypeAdapter(Reply)
MESSAGE = TypeAdapter(Message)
METADATA = TypeAdapter(Metadata | None)


@dataclass(frozen=True, slots=True)
class RemoteService:
    """The service of another process, reached through its socket."""

    path: Path

    def records(self) -> tuple[PlanRecord, ...]:
        """Return every published plan."""
        return self._call(RECORDS, "records")

    def held_plans(self) -> bool:
        """Say whether the library ever held a plan, also one that was removed."""
        return self._call(YES_OR_NO, "held_plans")

    def find(self, plan: str) -> PlanRecord:
        """Return the plan with this id or file name."""
        return self._call(RECORD, "find", plan=plan)

    def plan(self, record: PlanRecord) -> Plan:
        """Return a version whole."""
        return self._call(PLAN, "plan", record=_plain(RECORD, record))

    def versions(self, plan: str) -> tuple[Version, ...]:
        """Return all versions of a plan, oldest first."""
        return self._call(VERSIONS, "versions", plan=plan)

    def add(
        self,
        source: SourceFile,
        given: Metadata | None,
        path: Path | None,
        replaces: str | None,
        progress: Progress,
    ) -> Added:
        """Put a file in."""
        return self._call(
            ADDED,
            "add",
            progress,
            file=source.name,
            content=base64.b64encode(source.content).decode(),
            given=_plain(METADATA, given),
            path=str(path.resolve()) if path else None,
            replaces=replaces,
        )

    def restore(self, plan: str, version: int) -> PlanRecord:
        """Let an older version answer again."""
        return self._call(RECORD, "restore", plan=plan, version=version)

    def remove(self, plan: str) -> PlanRecord:
        """Take a plan out."""
        return self._call(RECORD, "remove", plan=plan)

    def revise(self, record: PlanRecord, targets: Sequence[Target]) -> PlanRecord:
        """Publish a plan with other targets as its next version."""
        rows = _plain(TARGETS, tuple(targets))
        return self._call(RECORD, "revise", record=_plain(RECORD, record), targets=rows)

    def sources(self) -> dict[str, str]:
        """Return plan id -> the path that its newest version came from."""
        return self._call(SOURCES, "sources")

    def gone(self, folder: str) -> tuple[PlanRecord, ...]:
        """Return the published plans that came from this folder and whose file is gone."""
        return self._call(RECORDS, "gone", folder=folder)

    def rebuild(self, progress: Progress) -> int:
        """Write the vectors anew."""
        return self._call(NUMBER, "rebuild", progress)

    @property
    def handler(self) -> Handler:
        """What answers messages: the other process; each question waits in a thread."""
        return self._answer

    async def _answer(self, message: Message) -> AsyncIterator[Reply]:
        plain = _plain(MESSAGE, message)
        yield await asyncio.to_thread(lambda: self._call(REPLY, "ask", message=plain))

    def _call(
        self,
        result: TypeAdapter[T],
        name: str,
        progress: Progress | None = None,
        **args: object,
    ) -> T:
        line = json.dumps({"call": name, "args": args}).encode() + b"\n"
        if len(line) > LINE_BYTES:  # the owner would hang up in the middle
            raise UnreadableFile(wording.CALL_TOO_LONG.format(limit=LINE_BYTES * 3 / 4 / 1e6))
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self.path))
            connection.sendall(line)
            for said_line in connection.makefile("r", encoding="utf-8"):
                said = json.loads(said_line)
                if "progress" in said and progress:
                    progress(*said["progress"])
                if "error" in said:
                    raise _error(said["error"], said["text"])
                if "result" in said:
                    return result.validate_python(said["result"])
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
    """Return where the owner of `data` listens; a folder with a long path has it elsewhere."""
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
    match name:
        case "ask":
            message = MESSAGE.validate_python(args["message"])
            return _plain(REPLY, await final_reply(service.handler, message))
        case "add":
            given = METADATA.validate_python(args["given"])
            content = base64.b64decode(args["content"])
            source = StrangersFile(args["file"], content)
            path = Path(args["path"]) if args["path"] else None
            added = await asyncio.to_thread(
                service.add, source, given, path, args["replaces"], progress
            )
            return _plain(ADDED, added)
        case "rebuild":
            return await asyncio.to_thread(service.rebuild, progress)
        case "plan":
            record = RECORD.validate_python(args["record"])
            return _plain(PLAN, await asyncio.to_thread(service.plan, record))
        case "revise":
            record = RECORD.validate_python(args["record"])
            rows = TARGETS.validate_python(args["targets"])
            return _plain(RECORD, await asyncio.to_thread(service.revise, record, rows))
    calls: dict[str, tuple[Callable[..., Any], TypeAdapter[Any]]] = {
        "records": (service.records, RECORDS),
        "held_plans": (service.held_plans, YES_OR_NO),
        "find": (service.find, RECORD),
        "versions": (service.versions, VERSIONS),
        "restore": (service.restore, RECORD),
        "remove": (service.remove, RECORD),
        "sources": (service.sources, SOURCES),
        "gone": (service.gone, RECORDS),
    }
    function, result = calls[name]
    return _plain(result, await asyncio.to_thread(lambda: function(**args)))


def _plain(adapter: TypeAdapter[T], value: T) -> Any:
    return adapter.dump_python(value, mode="json")


def _error(name: str, text: str) -> Exception:
    """Return the error of the other process as one of ours, with its exit status."""
    kinds: dict[str, type[Exception]] = {**vars(knowledge_errors), **vars(bot_errors)}
    return kinds.get(name, BotError)(text)
