"""A file from a stranger is read in a process of its own, with limits of time and memory.

Readers of PDF, Word and pictures are large and partly written in C: a file made to break them ends
that process and not the bot. It gets the bytes on stdin and answers with JSON; it knows none of our
settings and secrets, writes no large files, and is killed with whatever it started.

    python -m knowledge.files.sandbox NAME MEMORY_BYTES CPU_SECONDS < file

Not covered: the network and the file system, which systemd and the container close.
"""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ValidationError

from knowledge import errors
from knowledge.errors import UnreadableFile
from knowledge.files.readers import web
from knowledge.files.reading import SourceFile, read_bytes
from knowledge.plan import Reading

WORKING_FOLDER = Path(__file__).parents[2]
TEXT_BYTES = 2_000_000  # plain text up to here is read at once: its reader is a few lines of ours
FILE_BYTES = 500_000_000  # of each temporary file
TOO_LONG = "读取 {name} 超过 {seconds:g} 秒，已停止。请拆成几份，或另存为 Word、PDF 再试。"
BROKEN = "读取 {name} 时出错或占用内存过大，已停止。文件可能已损坏，请另存一份或拆成几份再试。"


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """How long a file may be read (wall clock and CPU), and how much memory may be asked for."""

    seconds: float = 300.0  # 100 scanned pages take three to four minutes
    memory_bytes: int = 6_000_000_000  # of addresses: OCR and pdfium map far more than they use


class ReaderReport(BaseModel):
    """What the process says: a reading, or one of our errors by its name."""

    kind: Literal["reading", "error"]
    error: str = ""
    text: str = ""
    reading: Reading | None = None


@dataclass(frozen=True)
class StrangersFile(SourceFile):
    """A file that is read in a process of its own, when what it says is first asked for."""

    limits: ReadingLimits = ReadingLimits()

    @cached_property
    def reading(self) -> Reading:
        """What the file says.

        Raises:
            UnreadableFile: the bytes are empty or cannot be read, or the limits were reached; the
                message names the file.
        """
        return read_safely(self.name, self.content, self.limits)


def read_safely(name: str, content: bytes, limits: ReadingLimits = ReadingLimits()) -> Reading:
    """Return what a file's bytes say as `read_bytes` does, read in a process of its own.

    Raises:
        UnreadableFile: as `read_bytes`, or the limits were reached; the message names the file.
    """
    if _is_plain_text(content):
        return read_bytes(name, content)
    answer = _ask(name, content, limits)
    if answer.kind == "error":
        kind = getattr(errors, answer.error, UnreadableFile)
        raise kind(answer.text)
    assert answer.reading is not None
    return answer.reading


def _ask(name: str, content: bytes, limits: ReadingLimits) -> ReaderReport:
    words = (name, str(limits.memory_bytes), str(int(limits.seconds) + 1))
    try:
        said = ask_apart(("knowledge.files.sandbox", *words), content, limits.seconds)
        return ReaderReport.model_validate_json(said)
    except subprocess.TimeoutExpired as exc:
        raise UnreadableFile(TOO_LONG.format(name=name, seconds=limits.seconds)) from exc
    except (ValidationError, OSError) as exc:  # it ended without an answer
        raise UnreadableFile(BROKEN.format(name=name)) from exc


def ask_apart(module_and_words: Sequence[str], content: bytes, seconds: float) -> bytes:
    """Return what a module of ours writes to stdout, run in a process of its own that knows none of
    our settings; it is killed with whatever it started.

    Raises:
        subprocess.TimeoutExpired: it took longer than `seconds`.
        OSError: it could not be started.
    """
    process = subprocess.Popen(
        (sys.executable, "-m", *module_and_words),
        cwd=WORKING_FOLDER,
        env={k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG", "TMPDIR")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(content, timeout=seconds)
        return said
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        for pipe in filter(None, (process.stdin, process.stdout)):
            with suppress(OSError):  # what it was still to be told
                pipe.close()
        process.wait()


def _is_plain_text(content: bytes) -> bool:
    """True for a short text that no large reader is needed for."""
    if len(content) > TEXT_BYTES or b"\0" in content or web.is_web_page(content):
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not content.lstrip().startswith((b"%PDF", b"{\\rtf"))


def main() -> None:
    """Read stdin within the limits and answer on stdout."""
    name, memory_bytes, cpu_seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (2 * cpu_seconds, 2 * cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = os.dup(1)
    os.dup2(2, 1)  # what a reader prints is no answer
    try:
        reading = read_bytes(name, sys.stdin.buffer.read())
        answer = ReaderReport(kind="reading", reading=reading)
    except UnreadableFile as exc:
        answer = ReaderReport(kind="error", error=type(exc).__name__, text=str(exc))
    with os.fdopen(out, "wb") as stdout:
        stdout.write(answer.model_dump_json().encode())


if __name__ == "__main__":
    main()
