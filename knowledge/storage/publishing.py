"""A version of a plan comes to answer in place of the one before: one transaction writes it whole,
so that a reader sees the old version or the new one, never a mixture.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from knowledge.passages import Passage
from knowledge.plan import Metadata, Plan, PlanRecord
from knowledge.storage import full_text
from knowledge.storage.database import PUBLISHING, Database
from knowledge.storage.migrations import GENERATION
from knowledge.storage.schema import counters, files, passages, plans, sections, targets, versions


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin of a version: its file's absolute path and bytes, the metadata given with it, and
    the fingerprint of both.
    """

    source: str
    content: bytes
    given: Metadata | None
    fingerprint: str


def publish(
    database: Database, record: PlanRecord, plan: Plan, found: Sequence[Passage], origin: Origin
) -> None:
    """Write a new version and let it answer."""
    with database.begin() as db:
        database.lock(db, PUBLISHING)
        _write(db, record, plan, origin.fingerprint, origin.given)
        name, content = record.file, origin.content
        original = {"fingerprint": file_hash(content), "name": name, "content": content}
        database.insert_new(db, files, original)
        database.insert_new(db, plans, {"id": record.id, "source": origin.source})
        db.execute(sa.update(plans).where(plans.c.id == record.id).values(source=origin.source))
        _let_answer(db, record, plan, found)


def revise(
    database: Database,
    record: PlanRecord,
    plan: Plan,
    found: Sequence[Passage],
    fingerprint: str,
    given: Metadata | None,
) -> None:
    """Write a version that differs from the one before in its targets alone, and let it answer."""
    with database.begin() as db:
        database.lock(db, PUBLISHING)
        _write(db, record, plan, fingerprint, given)
        _let_answer(db, record, plan, found)


def republish(database: Database, record: PlanRecord, plan: Plan, found: Sequence[Passage]) -> None:
    """Let a version that is stored answer."""
    with database.begin() as db:
        database.lock(db, PUBLISHING)
        _let_answer(db, record, plan, found)


def retire(database: Database, plan: str) -> None:
    """Stop a plan from answering; its versions stay."""
    with database.begin() as db:
        database.lock(db, PUBLISHING)
        db.execute(sa.delete(passages).where(passages.c.plan == plan))
        full_text.put(db, plan, 0, ())
        _point(db, plan, None)


def _write(
    db: sa.Connection, record: PlanRecord, plan: Plan, fingerprint: str, given: Metadata | None
) -> None:
    mine = {"plan": record.id, "version": record.version}
    details = {
        "preamble": plan.preamble,
        "warnings": plan.warnings,
        "chars": plan.chars,
        "kept": plan.kept,
        "dropped": [asdict(d) for d in plan.dropped],
        "given": asdict(given) if given else None,
    }
    about: dict[str, object] = {
        "metadata": asdict(record.metadata) | {"audience": record.audience},
        "details": details,
        "fingerprint": fingerprint,
        "added_at": datetime.now(UTC).isoformat(),
    }
    db.execute(sa.insert(versions), mine | {"file": record.file} | about)
    printed = [
        mine | {"position": i, "content": asdict(s)}
        for i, s in enumerate(plan.all_sections(), first_position(plan))
    ]
    _insert(db, sections, printed)
    promised = [mine | {"position": i, "content": asdict(t)} for i, t in enumerate(plan.targets)]
    _insert(db, targets, promised)


def _let_answer(
    db: sa.Connection, record: PlanRecord, plan: Plan, found: Sequence[Passage]
) -> None:
    db.execute(sa.delete(passages).where(passages.c.plan == record.id))
    mine = {"plan": record.id, "version": record.version}
    place = {s.key: i for i, s in enumerate(plan.all_sections(), first_position(plan))}
    rows = [
        mine | {"id": id_, "section": place[p.section.key], "text": p.text, "hash": p.hash}
        for p, id_ in zip(found, passage_ids(record, len(found)), strict=True)
    ]
    _insert(db, passages, rows)
    terms = [full_text.count_terms(p.tokens.split()) for p in found]
    full_text.put(db, record.id, record.version, terms)
    _point(db, record.id, record.version)


def _point(db: sa.Connection, plan: str, version: int | None) -> None:
    """Point a plan to the version that answers, and count the change."""
    db.execute(sa.update(plans).where(plans.c.id == plan).values(published=version))
    later = sa.update(counters).where(counters.c.name == GENERATION)
    db.execute(later.values(value=counters.c.value + 1))


def first_position(plan: Plan) -> int:
    """Return the position of a plan's first section: the preamble's is -1."""
    return -1 if plan.preamble else 0


def passage_ids(record: PlanRecord, count: int) -> list[str]:
    """Return the ids of a version's passages, in order; the same in the catalogue and in Chroma."""
    return [f"{record.id}:{record.version}:{i}" for i in range(count)]


def file_hash(content: bytes) -> str:
    """Return the key of a file's bytes."""
    return hashlib.sha256(content).hexdigest()


def _insert(db: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        db.execute(sa.insert(table), rows)
