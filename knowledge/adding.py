"""What an add is known by, what it did, and where its time went."""

import json
import re
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path

from knowledge.plan import Metadata, Plan, PlanRecord
from knowledge.publishing import file_hash
from knowledge.reading import SourceFile

ID_CHARS = 40
# raised when the same file parses to something new, so that a re-add is no longer "unchanged"
PARSER = "4"


class Outcome(StrEnum):
    """What an add did."""

    NEW = "new"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


@dataclass(slots=True)
class Seconds:
    """Where the time of an operation went, in seconds."""

    reading: float = 0.0
    embedding: float = 0.0
    vectors: float = 0.0
    catalogue: float = 0.0

    @contextmanager
    def spent(self, part: str) -> Iterator[None]:
        """Add the time of the block to one part."""
        start = time.perf_counter()
        try:
            yield
        finally:
            setattr(self, part, getattr(self, part) + time.perf_counter() - start)


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one file; `alike` are published plans of the same title and issuer from other
    files.
    """

    record: PlanRecord
    outcome: Outcome
    plan: Plan
    alike: tuple[PlanRecord, ...] = ()
    seconds: Seconds = field(default_factory=Seconds)


def fingerprint_of(source: SourceFile, given: Metadata | None) -> str:
    """Return what tells whether a file would become anything new."""
    parts = [PARSER, file_hash(source.content), asdict(given or Metadata())]
    one_line = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str)
    return file_hash(one_line.encode())


def new_id(file: str, taken: Collection[str]) -> str:
    """Return a short id made from the file's name that no plan has had."""
    from pypinyin import lazy_pinyin

    spelled = "-".join(lazy_pinyin(Path(file).stem))
    stem = re.sub(r"[^a-z0-9]+", "-", spelled.lower()).strip("-")[:ID_CHARS].strip("-") or "plan"
    candidates = [stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))]
    return next(c for c in candidates if c not in taken)


def alike(record: PlanRecord, others: Sequence[PlanRecord]) -> tuple[PlanRecord, ...]:
    """Return the other plans that print the same title and issuer."""
    said = record.metadata.title, record.metadata.issuer
    return tuple(
        r for r in others if r.id != record.id and (r.metadata.title, r.metadata.issuer) == said
    )
