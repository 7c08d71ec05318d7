"""The fingerprint of an add, its outcome and its times."""

import json
import re
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from knowledge.errors import WiderAudience
from knowledge.files.reading import SourceFile
from knowledge.plan import Audience, Metadata, Plan, PlanRecord
from knowledge.storage.catalogue import Catalogue
from knowledge.storage.publishing import Origin, file_hash

ID_CHARS = 40
# raised when the same file parses to something new, so that a re-add is no longer "unchanged"
PARSER = "6"


class AddOutcome(StrEnum):
    """The outcome of an add."""

    NEW = "new"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


@dataclass(slots=True)
class Seconds:
    """The times of an operation's steps, in seconds."""

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
    """The result of one file; `alike` are published plans of the same title and issuer from other
    files.
    """

    record: PlanRecord
    outcome: AddOutcome
    plan: Plan
    alike: tuple[PlanRecord, ...] = ()
    seconds: Seconds = field(default_factory=Seconds)


@dataclass(frozen=True, slots=True)
class Known:
    """A file to be added, as the catalogue knows it: the plan that it is a new version of, and
    whether it is unchanged.
    """

    plan: str | None
    origin: Origin
    is_unchanged: bool = False


def fingerprint_of(source: SourceFile, given: Metadata | None) -> str:
    """Return the fingerprint of a file: unchanged, it would become nothing new."""
    said = given or Metadata()
    given_fields = asdict(said) | {"audience": said.audience or Audience.ALL}
    parts = [PARSER, file_hash(source.content), given_fields]
    one_line = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str)
    return file_hash(one_line.encode())


def look(
    catalogue: Catalogue, plan: str | None, where: str, source: SourceFile, given: Metadata | None
) -> Known:
    """Return a file from `where` as the catalogue knows it, to be added to a plan, or None for a
    new one.
    """
    said = inherited(given, catalogue.given(plan) if plan else None)
    origin = Origin(where, source.content, said, fingerprint_of(source, said))
    _, published, before = catalogue.state(plan) if plan else (0, None, None)
    return Known(plan, origin, bool(published) and before == origin.fingerprint)


def settled(plan: Plan) -> Plan:
    """Return a plan with an audience: all, unless somebody limited it."""
    audience = plan.metadata.audience or Audience.ALL
    return replace(plan, metadata=replace(plan.metadata, audience=audience))


def refuse_wider(record: PlanRecord, newest: PlanRecord) -> None:
    """Refuse a version that more people could see than see the newest one.

    Raises:
        WiderAudience: it is so; the message says what to do.
    """
    if record.audience.is_wider(newest.audience):
        raise WiderAudience(
            f"{record.id} 的第 {record.version} 版{record.audience.people}都能看，"
            f"最新一版只给{newest.audience.people}看，没有恢复。"
            f'确实要放宽，请在 plans.toml 里写 audience = "{record.audience}" 再重新入库。'
        )


def inherited(given: Metadata | None, before: Metadata | None) -> Metadata | None:
    """Return the metadata given with a new version: those of the version `before` if none are given
    now, and its audience until somebody changes it.
    """
    if given is None or before is None:
        return given or before
    return given if given.audience else replace(given, audience=before.audience)


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
