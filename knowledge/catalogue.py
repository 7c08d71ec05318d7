"""SQL: plans, versions, sections, passages, embeddings, full text, and what is published. The truth
of the library.

A version is written whole and published in ONE transaction together with the retirement of the one
before, so a reader sees the old version or the new one, never a mixture.

Not covered: PostgreSQL.
"""

import hashlib
import json
import struct
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from knowledge.database import Database
from knowledge.errors import DamagedLibrary
from knowledge.passages import Passage, tokenize
from knowledge.plan import Audience, Dropped, Metadata, Plan, PlanRecord, Section, Target
from knowledge.schema import (
    COUNT_TERMS,
    CREATE_FULL_TEXT,
    CREATE_VOCABULARY,
    FORGET_FULL_TEXT,
    SEARCH_FULL_TEXT,
    embeddings,
    files,
    notes,
    passages,
    plans,
    sections,
    tables,
    targets,
    versions,
)

CHUNK = 500  # of SQL variables in one IN list
COMPONENT = "schema"  # what `meta` calls the library's own tables


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A published passage as search finds it; `section` indexes the plan's `all_sections()`."""

    id: str
    plan: str
    version: int
    section: int
    text: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a plan; `added_at` is UTC in ISO 8601."""

    record: PlanRecord
    added_at: str
    is_published: bool


class Catalogue:
    """The SQLite catalogue of one library."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.connect() as db:
            existing = set(sa.inspect(db).get_table_names())
        if existing and "meta" not in existing:
            raise DamagedLibrary(
                f"{database.name} 不是要点通的目录库。请换一个 YAODIAN_DATA 文件夹。"
            )
        database.migrate(COMPONENT, STEPS)

    # What is published

    def records(self, audiences: Collection[Audience]) -> tuple[PlanRecord, ...]:
        """Return the published plans that one of `audiences` may see, newest first."""
        query = sa.select(versions).join(
            plans, (plans.c.id == versions.c.plan) & (plans.c.published == versions.c.version)
        )
        with self._database.connect() as db:
            found = [_record(row) for row in db.execute(query).mappings()]
        visible = [r for r in found if r.metadata.audience in audiences]
        return tuple(sorted(visible, key=lambda r: (-(r.metadata.year or 0), r.id)))

    def plan(self, record: PlanRecord) -> Plan:
        """Return a version whole."""
        mine = {"plan": record.id, "version": record.version}
        with self._database.connect() as db:
            details = db.scalar(_of(versions, mine, versions.c.details)) or {}
            section_rows = db.scalars(
                _of(sections, mine, sections.c.content).order_by("position")
            ).all()
            target_rows = db.scalars(
                _of(targets, mine, targets.c.content).order_by("position")
            ).all()
        return Plan(
            metadata=record.metadata,
            preamble=details["preamble"],
            sections=tuple(Section(**{**s, "path": tuple(s["path"])}) for s in section_rows),
            dropped=tuple(Dropped(**d) for d in details["dropped"]),
            warnings=tuple(details["warnings"]),
            chars=details["chars"],
            kept=details["kept"],
            targets=tuple(Target(**{**t, "path": tuple(t["path"])}) for t in target_rows),
        )

    def plan_of_source(self, source: str) -> str | None:
        """Return the id of the plan whose newest version came from this path, removed or not."""
        with self._database.connect() as db:
            return db.scalar(sa.select(plans.c.id).where(plans.c.source == source))

    def plan_ids(self) -> set[str]:
        """Return every id ever given."""
        with self._database.connect() as db:
            return set(db.scalars(sa.select(plans.c.id)))

    def state(self, plan: str) -> tuple[int, int | None, str | None]:
        """Return the newest version, the published one, and the published one's fingerprint."""
        with self._database.connect() as db:
            newest = db.scalar(
                sa.select(sa.func.max(versions.c.version)).where(versions.c.plan == plan)
            )
            published = db.scalar(sa.select(plans.c.published).where(plans.c.id == plan))
            mine = {"plan": plan, "version": published}
            return newest or 0, published, db.scalar(_of(versions, mine, versions.c.fingerprint))

    def publish(
        self,
        record: PlanRecord,
        plan: Plan,
        found: Sequence[Passage],
        source: str,
        fingerprint: str,
        content: bytes,
    ) -> None:
        """Write a version and let it answer in place of the one before, in one transaction."""
        mine = {"plan": record.id, "version": record.version}
        details = {"preamble": plan.preamble, "warnings": plan.warnings, "chars": plan.chars}
        details |= {"kept": plan.kept, "dropped": [asdict(d) for d in plan.dropped]}
        with self._database.begin() as db:
            self._retire(db, record.id)
            db.execute(
                sa.insert(versions),
                mine
                | {"file": record.file, "fingerprint": fingerprint, "details": details}
                | {"metadata": asdict(record.metadata), "added_at": datetime.now(UTC).isoformat()},
            )
            _insert(
                db,
                sections,
                [mine | {"position": i, "content": asdict(s)} for i, s in enumerate(plan.sections)],
            )
            _insert(
                db,
                targets,
                [mine | {"position": i, "content": asdict(t)} for i, t in enumerate(plan.targets)],
            )
            _insert_passages(db, record, plan, found)
            original = {"fingerprint": file_hash(content), "name": record.file, "content": content}
            self._database.insert_new(db, files, original)
            self._database.insert_new(db, plans, {"id": record.id, "source": source})
            current = {"published": record.version, "source": source}
            db.execute(sa.update(plans).where(plans.c.id == record.id).values(current))

    def republish(self, record: PlanRecord, plan: Plan, found: Sequence[Passage]) -> None:
        """Let a version that is stored answer in place of another, in one transaction."""
        with self._database.begin() as db:
            self._retire(db, record.id)
            _insert_passages(db, record, plan, found)
            current = {"published": record.version}
            db.execute(sa.update(plans).where(plans.c.id == record.id).values(current))

    def versions(self, plan: str) -> tuple[Version, ...]:
        """Return all versions of a plan, oldest first."""
        query = sa.select(versions, plans.c.published).join(plans, plans.c.id == versions.c.plan)
        query = query.where(versions.c.plan == plan).order_by(versions.c.version)
        with self._database.connect() as db:
            rows = db.execute(query).mappings().all()
        return tuple(
            Version(_record(row), row["added_at"], row["version"] == row["published"])
            for row in rows
        )

    def sources(self) -> dict[str, str]:
        """Return plan id -> the path that its newest version came from."""
        with self._database.connect() as db:
            return {row.id: row.source for row in db.execute(sa.select(plans))}

    def retire(self, plan: str) -> None:
        """Stop a plan from answering; its versions stay."""
        with self._database.begin() as db:
            self._retire(db, plan)
            db.execute(sa.update(plans).where(plans.c.id == plan).values(published=None))

    def _retire(self, db: sa.Connection, plan: str) -> None:
        db.execute(FORGET_FULL_TEXT, {"plan": plan})
        db.execute(sa.delete(passages).where(passages.c.plan == plan))

    # Notes

    def note(self, kind: str, key: str, since: float) -> str | None:
        """Return what was noted, None when there is nothing as new as `since`."""
        query = sa.select(notes.c.value).where(notes.c.kind == kind, notes.c.key == key)
        with self._database.connect() as db:
            return db.scalar(query.where(notes.c.at >= since))

    def put_note(self, kind: str, key: str, value: str, at: float, since: float) -> None:
        """Note a value in place of the one before, and forget the notes older than `since`."""
        mine = {"kind": kind, "key": key}
        with self._database.begin() as db:
            old = (notes.c.key == key) | (notes.c.at < since)
            db.execute(sa.delete(notes).where(notes.c.kind == kind, old))
            db.execute(sa.insert(notes), mine | {"value": value, "at": at})

    # Search

    def full_text(
        self, question: str, plan_ids: Collection[str], limit: int
    ) -> list[tuple[str, float]]:
        """Return (passage id, score) of the best passages of these plans by BM25, best first."""
        terms = dict.fromkeys(tokenize(question))
        if not terms or not plan_ids:
            return []
        match = " OR ".join(f'"{term}"' for term in terms)
        with self._database.connect() as db:
            rows = db.execute(
                SEARCH_FULL_TEXT, {"terms": match, "plans": sorted(plan_ids), "limit": limit}
            )
            return [(row.id, row.score) for row in rows]

    def passage_rows(self, ids: Collection[str]) -> dict[str, PassageRow]:
        """Return the published passages among `ids`."""
        columns = (passages.c[name] for name in ("id", "plan", "version", "section", "text"))
        with self._database.connect() as db:
            rows = db.execute(sa.select(*columns).where(passages.c.id.in_(ids)))
            return {row.id: PassageRow(*row) for row in rows}

    def term_shares(self, terms: Collection[str]) -> dict[str, float]:
        """Return for each term the share of all published passages that hold it."""
        with self._database.connect() as db:
            total = db.scalar(sa.select(sa.func.count()).select_from(passages)) or 1
            counts = {row.term: row.doc for row in db.execute(COUNT_TERMS, {"terms": list(terms)})}
        return {term: counts.get(term, 0) / total for term in terms}

    def passage_ids_of(self, plan: str) -> set[str]:
        """Return the ids of a plan's published passages."""
        with self._database.connect() as db:
            return set(db.scalars(sa.select(passages.c.id).where(passages.c.plan == plan)))

    # Vectors as the catalogue knows them

    def published_passages(self) -> dict[str, tuple[str, str, str]]:
        """Return id -> (plan, hash, text) of every published passage."""
        query = sa.select(passages.c.id, passages.c.plan, passages.c.hash, passages.c.text)
        with self._database.connect() as db:
            return {row.id: (row.plan, row.hash, row.text) for row in db.execute(query)}

    def known_vectors(self, model: str, hashes: Iterable[str]) -> dict[str, list[float]]:
        """Return hash -> vector of what this model has already embedded."""
        wanted, known = list(dict.fromkeys(hashes)), dict[str, list[float]]()
        query = sa.select(embeddings.c.hash, embeddings.c.vector).where(embeddings.c.model == model)
        with self._database.connect() as db:
            for at in range(0, len(wanted), CHUNK):
                rows = db.execute(query.where(embeddings.c.hash.in_(wanted[at : at + CHUNK])))
                known |= {row.hash: _unpack(row.vector) for row in rows}
        return known

    def keep_vectors(self, model: str, vectors: dict[str, list[float]]) -> None:
        """Remember embeddings by content, so that nothing is embedded twice."""
        rows = [
            {"model": model, "hash": h, "vector": struct.pack(f"<{len(v)}f", *v)}
            for h, v in vectors.items()
        ]
        with self._database.begin() as db:
            self._database.insert_missing(db, embeddings, rows)


def file_hash(content: bytes) -> str:
    """Return what a file's bytes are known by."""
    return hashlib.sha256(content).hexdigest()


def _create(db: sa.Connection) -> None:
    """Make the tables of a new library."""
    tables.create_all(db)
    db.execute(CREATE_FULL_TEXT)
    db.execute(CREATE_VOCABULARY)


STEPS = (_create,)


def _of(table: sa.Table, key: dict[str, Any], column: Any) -> sa.Select[Any]:
    return sa.select(column).where(*(table.c[name] == value for name, value in key.items()))


def _record(row: Any) -> PlanRecord:
    said = dict(row["metadata"])
    said |= {"aliases": tuple(said["aliases"]), "audience": Audience(said["audience"])}
    return PlanRecord(row["plan"], row["version"], row["file"], Metadata(**said))


def _insert(db: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        db.execute(sa.insert(table), rows)


def _insert_passages(
    db: sa.Connection, record: PlanRecord, plan: Plan, found: Sequence[Passage]
) -> None:
    index = {section.key: i for i, section in enumerate(plan.all_sections())}
    for passage, id_ in zip(found, passage_ids(record, found), strict=True):
        row = {"id": id_, "plan": record.id, "version": record.version, "text": passage.text}
        row |= {"section": index[passage.section.key], "hash": passage.hash}
        rowid = db.execute(sa.insert(passages), row).inserted_primary_key
        assert rowid is not None
        db.execute(
            sa.text("INSERT INTO fulltext (rowid, tokens) VALUES (:rowid, :tokens)"),
            {"rowid": rowid[0], "tokens": passage.tokens},
        )


def passage_ids(record: PlanRecord, found: Sequence[Passage]) -> list[str]:
    """Return the ids of a version's passages, in order; the same in the catalogue and in Chroma."""
    return [f"{record.id}:{record.version}:{i}" for i in range(len(found))]


def _unpack(vector: bytes) -> list[float]:
    return list(struct.unpack(f"<{len(vector) // 4}f", vector))


def dump(value: object) -> str:
    """Return a value as one canonical line of JSON, for fingerprints."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
