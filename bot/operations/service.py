"""What the commands ask of a library and its assistant, whichever process owns them: `LocalService`
here, `bot.operations.remote` through the owner's socket.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.messages import Handler, Message, Reply, Status
from bot.people.identities import CONSOLE
from bot.records.journal import Journal
from knowledge.errors import KnowledgeError
from knowledge.files.reading import SourceFile
from knowledge.library import Added, AddOutcome, Library, Progress
from knowledge.plan import Metadata, Plan, PlanRecord, Role, Target
from knowledge.storage.catalogue import Version

log = logging.getLogger(__name__)


class Service(Protocol):
    """What a command can ask. Errors are those of `Library`."""

    def records(self) -> tuple[PlanRecord, ...]:
        """Return every published plan."""

    def held_plans(self) -> bool:
        """Say whether the library ever held a plan, also one that was removed."""

    def find(self, plan: str) -> PlanRecord:
        """Return the plan with this id or file name."""

    def plan(self, record: PlanRecord) -> Plan:
        """Return a version whole."""

    def versions(self, plan: str) -> tuple[Version, ...]:
        """Return all versions of a plan, oldest first."""

    def add(
        self,
        source: SourceFile,
        given: Metadata | None,
        path: Path | None,
        replaces: str | None,
        progress: Progress,
    ) -> Added:
        """Put a file in."""

    def restore(self, plan: str, version: int) -> PlanRecord:
        """Let an older version answer again."""

    def remove(self, plan: str) -> PlanRecord:
        """Take a plan out."""

    def revise(self, record: PlanRecord, targets: Sequence[Target]) -> PlanRecord:
        """Publish a plan with other targets as its next version."""

    def sources(self) -> dict[str, str]:
        """Return plan id -> the path that its newest version came from."""

    def gone(self, folder: str) -> tuple[PlanRecord, ...]:
        """Return the published plans that came from this folder and whose file is gone."""

    def rebuild(self, progress: Progress) -> int:
        """Write the vectors anew."""

    @property
    def handler(self) -> Handler:
        """What answers messages."""


@dataclass(frozen=True, slots=True)
class LocalService:
    """The service of the process that owns the library."""

    library: Library
    handler: Handler

    def records(self) -> tuple[PlanRecord, ...]:
        """Return every published plan."""
        return self.library.records(Role.ADMIN)

    def held_plans(self) -> bool:
        """Say whether the library ever held a plan, also one that was removed."""
        return self.library.held_plans()

    def find(self, plan: str) -> PlanRecord:
        """Return the plan with this id or file name."""
        return self.library.find(plan, Role.ADMIN)

    def plan(self, record: PlanRecord) -> Plan:
        """Return a version whole."""
        return self.library.plan(record)

    def versions(self, plan: str) -> tuple[Version, ...]:
        """Return all versions of a plan, oldest first."""
        return self.library.versions(plan)

    def add(
        self,
        source: SourceFile,
        given: Metadata | None,
        path: Path | None,
        replaces: str | None,
        progress: Progress,
    ) -> Added:
        """Put a file in."""
        added = self.library.add(source, given, path, replaces, progress)
        if added.outcome is not AddOutcome.UNCHANGED:
            self._write_down("add", added.record)
        return added

    def restore(self, plan: str, version: int) -> PlanRecord:
        """Let an older version answer again."""
        record = self.library.restore(plan, version)
        self._write_down("restore", record)
        return record

    def remove(self, plan: str) -> PlanRecord:
        """Take a plan out."""
        record = self.find(plan)
        self.library.remove(record)
        self._write_down("remove", record)
        return record

    def revise(self, record: PlanRecord, targets: Sequence[Target]) -> PlanRecord:
        """Publish a plan with other targets as its next version."""
        return self.library.revise(record, targets)

    def sources(self) -> dict[str, str]:
        """Return plan id -> the path that its newest version came from."""
        return self.library.sources()

    def gone(self, folder: str) -> tuple[PlanRecord, ...]:
        """Return the published plans that came from this folder and whose file is gone."""
        return self.library.gone(Path(folder))

    def rebuild(self, progress: Progress) -> int:
        """Write the vectors anew."""
        return self.library.rebuild(progress)

    def _write_down(self, kind: str, record: PlanRecord) -> None:
        """Put what a command changed into the journal, beside what is changed in chat."""
        done = Reply(f"{record.title}（{record.id}，{record.version}）", Status.INFO)
        try:
            Journal(self.library.database).record(
                Message(CONSOLE, CONSOLE, record.file), done, kind
            )
        except KnowledgeError:  # the change is made
            log.exception("the journal could not be written")
