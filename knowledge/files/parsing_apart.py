"""A long text becomes its plan in a process of its own, which is stopped when it takes too long.

The time grows with the text (`tests.bench.parsing`), so only a text made to last reaches the limit;
a thread of the bot could not be stopped.

    python -m knowledge.files.parsing_apart SECONDS < job
"""

import resource
import subprocess
import sys
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from knowledge.errors import UnreadableFile
from knowledge.files.sandbox import ask_apart
from knowledge.parsing import parse_plan
from knowledge.plan import Metadata, Plan, Reading

PARSE_SECONDS = 120.0  # 500,000 characters take 25 s at most
AT_ONCE_CHARS = 30_000  # of a text that is read here: a process of its own costs half a second
TOO_LONG = "切分 {name} 超过 {seconds:g} 秒，已停止。请拆成几份再试。"
BROKEN = "切分 {name} 时出错，已停止。请另存为 .txt 或拆成几份再试。"


@dataclass(frozen=True, slots=True)
class ParsingJob:
    """What the process is given."""

    reading: Reading
    file: str
    given: Metadata | None


JOB, PLAN = TypeAdapter(ParsingJob), TypeAdapter(Plan)


def parse_apart(
    reading: Reading, file: str, given: Metadata | None = None, seconds: float = PARSE_SECONDS
) -> Plan:
    """Return what `parse_plan` makes of a reading.

    Raises:
        UnreadableFile: it took too long; the message names the file and says what to do.
    """
    if len(reading.text) <= AT_ONCE_CHARS:
        return parse_plan(reading, file, given)
    job = JOB.dump_json(ParsingJob(reading, file, given))
    try:
        said = ask_apart(("knowledge.files.parsing_apart", str(int(seconds) + 1)), job, seconds)
        return PLAN.validate_json(said)
    except subprocess.TimeoutExpired as exc:
        raise UnreadableFile(TOO_LONG.format(name=file, seconds=seconds)) from exc
    except (ValidationError, OSError) as exc:  # it ended without an answer
        raise UnreadableFile(BROKEN.format(name=file)) from exc


def main() -> None:
    """Read a job from stdin and write its plan to stdout."""
    cpu_seconds = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    job = JOB.validate_json(sys.stdin.buffer.read())
    plan = parse_plan(job.reading, job.file, job.given)
    sys.stdout.buffer.write(PLAN.dump_json(plan))


if __name__ == "__main__":
    main()
