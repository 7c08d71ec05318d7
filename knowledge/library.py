"""The library: plans are added, removed, listed, looked up and searched here; catalogue and vectors
are kept in step.

Exactly one process owns `data/`, held by a lock file: two that write to embedded Chroma silently
lose vectors. A plan comes in as: embed what is new -> write vectors -> ONE catalogue transaction
publishes -> stale vectors go. A kill at any moment leaves the old version answering, and the next
opening puts the vectors right.
"""

import re
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cached_property, lru_cache
from pathlib import Path

from knowledge.catalogue import Catalogue, Version, dump, file_hash, passage_ids
from knowledge.database import Database
from knowledge.embedding import Embedder
from knowledge.errors import AmbiguousPlan, UnknownPlan, UnknownVersion
from knowledge.fusion import LEG_LIMIT, fuse
from knowledge.ownership import CATALOGUE, own
from knowledge.parsing import parse_plan
from knowledge.passages import Passage, plan_passages
from knowledge.plan import Metadata, Plan, PlanRecord, Role, Section
from knowledge.reading import SourceFile
from knowledge.vectors import Vectors

EMBED_BATCH = 8  # passages between two progress steps
ID_CHARS = 40
KEPT_PLANS = 64
KEPT_QUESTIONS = 16
# raised when the same file parses to something new, so that a re-add is no longer "unchanged"
PARSER = "2"

Progress = Callable[[int, int], None]


def _silent(_done: int, _total: int) -> None:
    """Tell nobody how far the work is."""


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


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that search found. `score` is fused and relative to this search, `lexical` the raw
    BM25.
    """

    id: str
    record: PlanRecord
    section: Section
    text: str
    score: float
    lexical: float
    cosine: float


class Library:
    """One office's plans. Every read takes the reader's role and sees only what that role may
    see.
    """

    def __init__(self, data: Path, embedder: Embedder) -> None:
        """Open or make the library in `data`.

        Raises:
            LibraryBusy: another process owns it.
            DamagedLibrary: the folder is not a library, or is corrupt.
        """
        self._data = data
        self._embedder = embedder
        self._writing = threading.Lock()
        self._plans: dict[tuple[str, int], Plan] = {}
        # One question is searched for in several sets of plans.
        self._embed_query = lru_cache(maxsize=KEPT_QUESTIONS)(embedder.embed_query)
        self._lock = own(data)
        self.database = Database(data / CATALOGUE)
        try:
            self._catalogue = Catalogue(self.database)
        except BaseException:
            self.database.close()
            self._lock.close()
            raise

    def warm_up(self) -> None:
        """Open the vectors and load the model before the first question waits for them."""
        self._vectors.nearest(self._embed_query("热身"), 1, None)

    def close(self) -> None:
        """Let go of the folder."""
        if "_vectors" in self.__dict__:
            self._vectors.close()
        self.database.close()
        self._lock.close()

    def __enter__(self) -> "Library":
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    # Reading

    def records(self, reader: Role) -> tuple[PlanRecord, ...]:
        """Return the plans that the reader may see, newest first."""
        return self._catalogue.records(reader.sees())

    def held_plans(self) -> bool:
        """Say whether there ever was a plan, also one that was removed."""
        return bool(self._catalogue.plan_ids())

    def find(self, name: str, reader: Role) -> PlanRecord:
        """Return the plan with this id or file name.

        Raises:
            UnknownPlan: there is none that the reader may see; the message names those there are.
            AmbiguousPlan: several plans have this file name.
        """
        records = self.records(reader)
        found = [r for r in records if r.id == name] or [r for r in records if r.file == name]
        if not found:
            known = "、".join(r.id for r in records) or "还没有任何文件"
            raise UnknownPlan(f"没有叫 {name!r} 的文件。现有：{known}。")
        if len(found) > 1:
            ids = "、".join(r.id for r in found)
            raise AmbiguousPlan(f"有 {len(found)} 份文件都叫 {name!r}，请改用编号：{ids}。")
        return found[0]

    def plan(self, record: PlanRecord) -> Plan:
        """Return a version of a plan whole; versions never change, so those read last are kept."""
        key = (record.id, record.version)
        if key not in self._plans:
            while len(self._plans) >= KEPT_PLANS:
                self._plans.pop(next(iter(self._plans)))
            self._plans[key] = self._catalogue.plan(record)
        return self._plans[key]

    def search(self, question: str, plans: Sequence[PlanRecord]) -> list[Hit]:
        """Return passages of these plans that fit the question, best first: meaning and words,
        min-max fused.
        """
        if not plans or not question.strip():
            return []
        by_id = {record.id: record for record in plans}
        words = dict(self._catalogue.full_text(question, by_id, LEG_LIMIT))
        vector = self._embed_query(question)
        meaning = dict(self._vectors.nearest(vector, LEG_LIMIT, by_id))
        fused = fuse(meaning, words)
        rows = self._catalogue.passage_rows(fused)
        sections = {
            record_id: self.plan(by_id[record_id]).all_sections()
            for record_id in {r.plan for r in rows.values()}
        }
        return [
            Hit(
                id_,
                by_id[row.plan],
                sections[row.plan][row.section],
                row.text,
                score,
                words.get(id_, 0),
                meaning.get(id_, 0),
            )
            for id_, score in sorted(fused.items(), key=lambda item: -item[1])
            # a record read before a new version was published must not borrow its passages
            if (row := rows.get(id_)) and row.version == by_id[row.plan].version
        ]

    def term_shares(self, terms: Collection[str]) -> dict[str, float]:
        """Return for each term the share of all passages that hold it: rare terms tell, common ones
        do not.
        """
        return self._catalogue.term_shares(terms)

    # What the assistant keeps beside the plans

    def note(self, kind: str, key: str, keep_seconds: float) -> str | None:
        """Return what was noted under a key in the last `keep_seconds`."""
        return self._catalogue.note(kind, key, time.time() - keep_seconds)

    def put_note(self, kind: str, key: str, value: str, keep_seconds: float) -> None:
        """Note a value; notes of its kind older than `keep_seconds` are forgotten."""
        now = time.time()
        self._catalogue.put_note(kind, key, value, now, now - keep_seconds)

    # Writing

    def add(
        self,
        source: SourceFile,
        given: Metadata | None = None,
        path: Path | None = None,
        replaces: str | None = None,
        progress: Progress = _silent,
    ) -> Added:
        """Put a file in: as a new plan, or as a new version of the plan that came from `path` or
        that `replaces` names.

        Raises:
            UnknownPlan: `replaces` names no plan.
        """
        seconds = Seconds()
        with self._writing:
            fingerprint = _fingerprint(source, given)
            origin = str(path.resolve()) if path else source.name
            plan_id = (
                self.find(replaces, Role.ADMIN).id
                if replaces
                else self._catalogue.plan_of_source(origin)
            )
            newest, published, before = (
                self._catalogue.state(plan_id) if plan_id else (0, None, None)
            )
            if plan_id and before == fingerprint and published:
                record = self.find(plan_id, Role.ADMIN)
                return Added(record, Outcome.UNCHANGED, self.plan(record), seconds=seconds)
            with seconds.spent("reading"):
                plan = parse_plan(source.reading, source.name, given)
            plan_id = plan_id or _new_id(source.name, self._catalogue.plan_ids())
            record = PlanRecord(plan_id, newest + 1, source.name, plan.metadata)
            alike = tuple(
                r for r in self.records(Role.ADMIN) if r.id != plan_id and _alike(r, record)
            )
            self._publish(record, plan, source, origin, fingerprint, progress, seconds)
            outcome = Outcome.REPLACED if published else Outcome.NEW
            return Added(record, outcome, plan, alike, seconds)

    def _publish(
        self,
        record: PlanRecord,
        plan: Plan,
        source: SourceFile,
        origin: str,
        fingerprint: str,
        progress: Progress,
        seconds: Seconds,
    ) -> None:
        with self._replacing(record, plan, progress, seconds) as found:
            self._catalogue.publish(record, plan, found, origin, fingerprint, source.content)

    @contextmanager
    def _replacing(
        self, record: PlanRecord, plan: Plan, progress: Progress, seconds: Seconds
    ) -> Iterator[list[Passage]]:
        """Write a version's vectors, yield its passages for the publishing transaction, and take
        the vectors of the version before away.
        """
        found = plan_passages(plan)
        ids = passage_ids(record, found)
        with seconds.spent("embedding"):
            vectors = self._embed({p.hash: p.text for p in found}, progress)
        with seconds.spent("vectors"):
            self._vectors.remove(ids)  # left by an add that was killed
            self._vectors.add(ids, [record.id] * len(ids), [vectors[p.hash] for p in found])
        with seconds.spent("catalogue"):
            stale = self._catalogue.passage_ids_of(record.id)
            yield found
        with seconds.spent("vectors"):
            self._vectors.remove(stale - set(ids))

    def versions(self, plan: str) -> tuple[Version, ...]:
        """Return all versions of a plan, oldest first; also of one that was removed.

        Raises:
            UnknownPlan: no plan was ever known by this id or file name.
        """
        if plan not in self._catalogue.plan_ids():
            plan = self.find(plan, Role.ADMIN).id
        return self._catalogue.versions(plan)

    def restore(self, plan: str, version: int) -> PlanRecord:
        """Let an older version answer again, also of a plan that was removed.

        Raises:
            UnknownPlan: there is no such plan.
            UnknownVersion: it has no such version; the message names those it has.
        """
        versions = self.versions(plan)
        record = next((v.record for v in versions if v.record.version == version), None)
        if record is None:
            known = "、".join(str(v.record.version) for v in versions)
            raise UnknownVersion(f"{plan} 没有第 {version} 版，只有：{known}。")
        with self._writing, self._replacing(record, self.plan(record), _silent, Seconds()) as found:
            self._catalogue.republish(record, self.plan(record), found)
        return record

    def gone(self, folder: Path) -> tuple[PlanRecord, ...]:
        """Return the published plans that came from this folder and whose file is not there."""
        sources = self._catalogue.sources()
        inside = folder.resolve()
        return tuple(
            r
            for r in self.records(Role.ADMIN)
            if (path := Path(sources[r.id])).is_absolute()
            and path.is_relative_to(inside)
            and not path.exists()
        )

    def remove(self, record: PlanRecord) -> None:
        """Stop a plan from answering; what was stored of it stays until its id is used again."""
        with self._writing:
            stale = self._catalogue.passage_ids_of(record.id)
            self._catalogue.retire(record.id)
            self._vectors.remove(stale)

    def rebuild(self, progress: Progress = _silent) -> int:
        """Write every vector anew from the catalogue and return how many there are."""
        with self._writing:
            self._vectors.remove(self._vectors.ids())
            return self._agree(self._vectors, progress)

    # Vectors

    @cached_property
    def _vectors(self) -> Vectors:
        vectors = Vectors(self._data / "chroma", self._embedder.name)
        self._agree(vectors)
        return vectors

    def _agree(self, vectors: Vectors, progress: Progress = _silent) -> int:
        """Make the vectors those of the published passages: what a killed add left or never wrote
        is put right.
        """
        published, stored = self._catalogue.published_passages(), vectors.ids()
        vectors.remove(stored - published.keys())
        missing = [i for i in published if i not in stored]
        known = self._embed({published[i][1]: published[i][2] for i in missing}, progress)
        vectors.add(
            missing, [published[i][0] for i in missing], [known[published[i][1]] for i in missing]
        )
        return len(published)

    def _embed(self, texts: dict[str, str], progress: Progress) -> dict[str, list[float]]:
        """Return hash -> vector, embedding only what was never embedded, and keeping it batch by
        batch.
        """
        known = self._catalogue.known_vectors(self._embedder.name, texts)
        new = [h for h in texts if h not in known]
        for at in range(0, len(new), EMBED_BATCH):
            progress(at, len(new))
            batch = new[at : at + EMBED_BATCH]
            vectors = dict(
                zip(batch, self._embedder.embed_documents([texts[h] for h in batch]), strict=True)
            )
            self._catalogue.keep_vectors(self._embedder.name, vectors)
            known |= vectors
        progress(len(new), len(new))
        return known


def _fingerprint(source: SourceFile, given: Metadata | None) -> str:
    """Return what tells whether a file would become anything new."""
    parts = [PARSER, file_hash(source.content), asdict(given or Metadata())]
    return file_hash(dump(parts).encode())


def _new_id(file: str, taken: Collection[str]) -> str:
    """Return a short id made from the file's name that no plan has had."""
    from pypinyin import lazy_pinyin

    spelled = "-".join(lazy_pinyin(Path(file).stem))
    stem = re.sub(r"[^a-z0-9]+", "-", spelled.lower()).strip("-")[:ID_CHARS].strip("-") or "plan"
    candidates = [stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))]
    return next(c for c in candidates if c not in taken)


def _alike(one: PlanRecord, other: PlanRecord) -> bool:
    return (one.metadata.title, one.metadata.issuer) == (
        other.metadata.title,
        other.metadata.issuer,
    )
