"""One table of the calls of commands, and the process that owns the library.

A call is work on the library. `LocalService` does it here; `bot.operations.remote` sends its name
and its arguments to the owner, who does the same work.
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Concatenate, Generic, ParamSpec, TypeVar

from bot.messages import Handler, Message, Reply, Status
from bot.people.identities import CONSOLE
from bot.records.journal import Journal
from knowledge.errors import KnowledgeError
from knowledge.files.reading import SourceFile
from knowledge.library import Added, AddOutcome, Library, Progress
from knowledge.plan import Metadata, PlanRecord, Role

P = ParamSpec("P")
T = TypeVar("T")
log = logging.getLogger(__name__)


class Call(Generic[P, T]):
    """A method of every service: work on a library, carried out as the service can."""

    name: str

    def __init__(self, work: Callable[Concatenate[Library, P], T]) -> None:
        self.work = work

    def __set_name__(self, _owner: type, name: str) -> None:
        self.name = name

    def __get__(self, service: "Service", _owner: type) -> Callable[P, T]:
        def ask(*args: P.args, **kwargs: P.kwargs) -> T:
            return service.carry_out(self, *args, **kwargs)

        return ask


def _records(library: Library) -> tuple[PlanRecord, ...]:
    """Return every published plan."""
    return library.records(Role.ADMIN)


def _find(library: Library, plan: str) -> PlanRecord:
    """Return the plan with this id or file name."""
    return library.find(plan, Role.ADMIN)


def _add(
    library: Library,
    source: SourceFile,
    given: Metadata | None,
    path: Path | None,
    replaces: str | None,
    progress: Progress,
) -> Added:
    """Put a file in."""
    added = library.add(source, given, path, replaces, progress)
    if added.outcome is not AddOutcome.UNCHANGED:
        _write_down(library, "add", added.record)
    return added


def _restore(library: Library, plan: str, version: int) -> PlanRecord:
    """Let an older version answer again."""
    record = library.restore(plan, version)
    _write_down(library, "restore", record)
    return record


def _remove(library: Library, plan: str) -> PlanRecord:
    """Take a plan out."""
    record = _find(library, plan)
    library.remove(record)
    _write_down(library, "remove", record)
    return record


def _write_down(library: Library, kind: str, record: PlanRecord) -> None:
    """Put a change made by a command into the journal, beside the changes made in chat."""
    done = Reply(f"{record.title}（{record.id}，{record.version}）", Status.INFO)
    try:
        Journal(library.database).record(Message(CONSOLE, CONSOLE, record.file), done, kind)
    except KnowledgeError:  # the change is made
        log.exception("the journal could not be written")


class Service(ABC):
    """The calls of a command, and the handler that answers messages. Errors are `Library`'s."""

    handler: Handler

    records = Call(_records)
    held_plans = Call(Library.held_plans)
    find = Call(_find)
    plan = Call(Library.plan)
    versions = Call(Library.versions)
    sources = Call(Library.sources)
    coverage = Call(Library.coverage)
    gone = Call(Library.gone)
    add = Call(_add)
    restore = Call(_restore)
    remove = Call(_remove)
    revise = Call(Library.revise)
    rebuild = Call(Library.rebuild)

    @abstractmethod
    def carry_out(self, call: Call[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do the work of a call and return its result."""

    def together(self) -> AbstractContextManager[None]:
        """Return a block of several adds, which the owner of the library may write together."""
        return nullcontext()


CALLS = {call.name: call for call in vars(Service).values() if isinstance(call, Call)}


@dataclass(frozen=True)
class LocalService(Service):
    """The service of the process that owns the library."""

    library: Library
    handler: Handler

    def carry_out(self, call: Call[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do the work here."""
        return call.work(self.library, *args, **kwargs)

    def together(self) -> AbstractContextManager[None]:
        """Return a block of several adds, written together."""
        return self.library.together()
