"""SQL: plans, versions, sections, targets, full text, and the published versions. The truth of the
library; a version gets in by `knowledge.storage.publishing`.

What is read often is kept in memory until the generation changes, a number that every publication
raises: it is read with each question, so that another process's ingest is seen at once.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from knowledge.errors import DamagedLibrary
from knowledge.plan import Audience, Dropped, Metadata, Plan, PlanRecord, Section, Target
from knowledge.storage import full_text
from knowledge.storage.database import Database
from knowledge.storage.full_text import Corpus
from knowledge.storage.migrations import COMPONENT, GENERATION, STEPS
from knowledge.storage.schema import passages, plans, sections, targets, versions
from knowledge.structure.coverage import coverage

_GENERATION = sa.text(f"SELECT value FROM counters WHERE name = '{GENERATION}'")
CHUNK = 500  # of SQL variables in one IN list
KEPT_READERS = 8  # sets of plans that words are weighed by: one a role
KEPT = 2000  # passages and terms that were asked for last: one question asks for them repeatedly

Shares = dict[str, float]


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A published passage as search finds it, with the section it stands in."""

    plan: str
    version: int
    text: str
    section: Section


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a plan; `added_at` is UTC in ISO 8601."""

    record: PlanRecord
    added_at: str
    is_published: bool


class Catalogue:
    """The catalogue of one library."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._corpus = Corpus.empty()
        # corpora and shares by the plans that are counted, of one generation
        self._counted: tuple[int, dict[frozenset[str], tuple[Corpus, Shares]]] = (-1, {})
        self._found: tuple[int, dict[str, StoredPassage]] = (-1, {})
        self._records: tuple[int, tuple[PlanRecord, ...]] = (-1, ())
        with database.connect() as db:
            existing = set(sa.inspect(db).get_table_names())
        if existing and "meta" not in existing:
            raise DamagedLibrary(
                f"{database.name} 不是要点通的目录库。"
                "请换一个 YAODIAN_DATA 文件夹或 YAODIAN_DATABASE_URL。"
            )
        database.migrate(COMPONENT, STEPS)

    def records(self, audiences: Collection[Audience]) -> tuple[PlanRecord, ...]:
        """Return the published plans that one of `audiences` may see, newest first."""
        with self._database.connect() as db:
            if (generation := _generation(db)) != self._records[0]:
                self._records = generation, _published(db, self._records[1])
        return tuple(r for r in self._records[1] if r.audience in audiences)

    def corpus(self) -> Corpus:
        """Return the corpus published now."""
        with self._database.connect() as db:
            return self._current(db)

    def _current(self, db: sa.Connection) -> Corpus:
        if (generation := _generation(db)) != self._corpus.generation:
            self._corpus = full_text.read_corpus(db, generation)
        return self._corpus

    def _counting(self, db: sa.Connection, among: Sequence[PlanRecord]) -> tuple[Corpus, Shares]:
        """Return the corpus published now, with words weighed by these plans, and the known shares
        of words among them.
        """
        corpus = self._current(db)
        key = frozenset(record.id for record in among)
        if corpus.generation != self._counted[0] or len(self._counted[1]) > KEPT_READERS:
            self._counted = corpus.generation, {}
        kept = self._counted[1]
        if key not in kept or len(kept[key][1]) > KEPT:
            kept[key] = corpus.counting(key), {}
        return kept[key]

    def plan(self, record: PlanRecord) -> Plan:
        """Return a version whole."""
        mine = {"plan": record.id, "version": record.version}
        with self._database.connect() as db:
            details = db.scalar(_of(versions, mine, versions.c.details)) or {}
            numbered = _of(sections, mine, sections.c.content).where(sections.c.position >= 0)
            section_rows = db.scalars(numbered.order_by("position")).all()
            target_rows = db.scalars(
                _of(targets, mine, targets.c.content).order_by("position")
            ).all()
        return Plan(
            metadata=record.metadata,
            preamble=details["preamble"],
            sections=tuple(map(_section, section_rows)),
            dropped=tuple(Dropped(**d) for d in details["dropped"]),
            warnings=tuple(details["warnings"]),
            chars=details["chars"],
            kept=details["kept"],
            targets=tuple(Target(**{**t, "path": tuple(t["path"])}) for t in target_rows),
        )

    def plan_of_source(self, source: str) -> str | None:
        """Return the id of the plan, removed or not, whose newest version came from this path."""
        with self._database.connect() as db:
            return db.scalar(sa.select(plans.c.id).where(plans.c.source == source))

    def plan_ids(self) -> set[str]:
        """Return every id ever given."""
        with self._database.connect() as db:
            return set(db.scalars(sa.select(plans.c.id)))

    def given(self, plan: str) -> Metadata | None:
        """Return the given metadata of a plan's newest version (of plans.toml or an administrator),
        its audience included; None for an unknown plan.
        """
        query = sa.select(versions.c.metadata, versions.c.details).where(versions.c.plan == plan)
        with self._database.connect() as db:
            row = db.execute(query.order_by(versions.c.version.desc()).limit(1)).first()
        if row is None:
            return None
        return _metadata((row.details.get("given") or {}) | {"audience": row.metadata["audience"]})

    def state(self, plan: str) -> tuple[int, int | None, str | None]:
        """Return the newest version, the published one, and the published one's fingerprint."""
        with self._database.connect() as db:
            newest = db.scalar(
                sa.select(sa.func.max(versions.c.version)).where(versions.c.plan == plan)
            )
            published = db.scalar(sa.select(plans.c.published).where(plans.c.id == plan))
            mine = {"plan": plan, "version": published}
            return newest or 0, published, db.scalar(_of(versions, mine, versions.c.fingerprint))

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

    def coverage(self) -> dict[str, float]:
        """Return plan id -> how much of its file's text the published version keeps."""
        is_published = (plans.c.id == versions.c.plan) & (plans.c.published == versions.c.version)
        query = sa.select(versions.c.plan, versions.c.details).join(plans, is_published)
        with self._database.connect() as db:
            rows = db.execute(query).all()
        return {
            row.plan: coverage(row.details["kept"], [Dropped(**d) for d in row.details["dropped"]])
            for row in rows
        }

    def sources(self) -> dict[str, str]:
        """Return plan id -> the path that its newest version came from."""
        with self._database.connect() as db:
            return {row.id: row.source for row in db.execute(sa.select(plans))}

    def full_text(
        self, question: str, plan_ids: Collection[str], limit: int, among: Sequence[PlanRecord]
    ) -> list[tuple[str, float]]:
        """Return (passage id, score) of the best passages of these plans by BM25, best first; words
        are weighed by the plans `among` which they are.
        """
        with self._database.connect() as db:
            corpus, _ = self._counting(db, among)
            return full_text.rank(db, corpus, question, plan_ids, limit)

    def found(self, ids: Collection[str]) -> dict[str, StoredPassage]:
        """Return the published passages among `ids`, each with its section."""
        with self._database.connect() as db:
            if (generation := _generation(db)) != self._found[0] or len(self._found[1]) > KEPT:
                self._found = generation, {}
            kept = self._found[1]
            if missing := [id_ for id_ in ids if id_ not in kept]:
                kept |= _read_found(db, missing)
        return {id_: kept[id_] for id_ in ids if id_ in kept}

    def term_shares(self, terms: Collection[str], among: Sequence[PlanRecord]) -> dict[str, float]:
        """Return for each term the share of these plans' passages that hold it."""
        with self._database.connect() as db:
            corpus, kept = self._counting(db, among)
            if missing := {term for term in terms if term not in kept}:
                kept |= full_text.shares(db, corpus, missing)
            return {term: kept[term] for term in terms}

    def vocabulary(self, plan_ids: Collection[str]) -> Counter[str]:
        """Return every term of these plans with the number of their passages that hold it."""
        with self._database.connect() as db:
            return full_text.vocabulary(db, self._current(db), plan_ids)

    def published_ids(self, plan: str | None = None) -> list[str]:
        """Return the ids of the published passages, of one plan or of all."""
        query = sa.select(passages.c.id)
        query = query if plan is None else query.where(passages.c.plan == plan)
        with self._database.connect() as db:
            return list(db.scalars(query))

    def passages_of(self, plan_ids: Collection[str]) -> Iterator[tuple[str, str, str]]:
        """Yield (id, hash, text) of every published passage of these plans."""
        wanted = list(plan_ids)
        query = sa.select(passages.c.id, passages.c.hash, passages.c.text)
        for at in range(0, len(wanted), CHUNK):
            some = passages.c.plan.in_(wanted[at : at + CHUNK])
            with self._database.connect() as db:
                rows = db.execute(query.where(some).order_by(passages.c.rowid)).all()
            yield from ((row.id, row.hash, row.text) for row in rows)


def _generation(db: sa.Connection) -> int:
    """Return the number that every publication raises; each question asks for it several times."""
    return db.execute(_GENERATION).scalar() or 0


def _published(db: sa.Connection, known: Collection[PlanRecord]) -> tuple[PlanRecord, ...]:
    """Return every published plan, newest first; read are only those not yet `known`."""
    kept = {(record.id, record.version): record for record in known}
    answers = sa.select(plans.c.id, plans.c.published).where(plans.c.published.is_not(None))
    wanted = [(row.id, row.published) for row in db.execute(answers)]
    new = [place[0] for place in wanted if place not in kept]
    is_published = (plans.c.id == versions.c.plan) & (plans.c.published == versions.c.version)
    query = sa.select(versions).join(plans, is_published)
    for at in range(0, len(new), CHUNK):
        rows = db.execute(query.where(plans.c.id.in_(new[at : at + CHUNK]))).mappings()
        kept |= {(row["plan"], row["version"]): _record(row) for row in rows}
    found = (kept[place] for place in wanted)
    return tuple(sorted(found, key=lambda r: (-(r.metadata.year or 0), r.id)))


def _read_found(db: sa.Connection, ids: Collection[str]) -> dict[str, StoredPassage]:
    of_passage = (
        (sections.c.plan == passages.c.plan)
        & (sections.c.version == passages.c.version)
        & (sections.c.position == passages.c.section)
    )
    columns = (passages.c.id, passages.c.plan, passages.c.version, passages.c.text)
    query = sa.select(*columns, sections.c.content).join(sections, of_passage)
    rows = db.execute(query.where(passages.c.id.in_(ids))).all()
    return {
        row.id: StoredPassage(row.plan, row.version, row.text, _section(row.content))
        for row in rows
    }


def _of(table: sa.Table, key: dict[str, Any], column: Any) -> sa.Select[Any]:
    return sa.select(column).where(*(table.c[name] == value for name, value in key.items()))


def _record(row: Any) -> PlanRecord:
    return PlanRecord(row["plan"], row["version"], row["file"], _metadata(row["metadata"]))


def _metadata(said: dict[str, Any]) -> Metadata:
    aliases = tuple(said.get("aliases", ()))
    return Metadata(**{**said, "aliases": aliases, "audience": Audience(said["audience"])})


def _section(content: dict[str, Any]) -> Section:
    return Section(**{**content, "path": tuple(content["path"])})
