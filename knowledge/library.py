"""The library: plans are added, removed, listed, looked up and searched here; catalogue and vectors
are kept in step.

Exactly one process owns `data/`, held by a lock file: two that write to embedded Chroma silently
lose vectors. With PostgreSQL and a Chroma server any number of processes share one library. A plan
comes in as: embed what is new -> write vectors -> ONE catalogue transaction publishes -> stale
vectors go. A kill at any moment leaves the old version answering, and the next opening puts the
vectors right.
"""

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

from knowledge.errors import UnknownVersion
from knowledge.files.folders import gone_from
from knowledge.files.reading import SourceFile
from knowledge.parsing import parse_plan
from knowledge.passages import Passage, plan_passages
from knowledge.plan import Metadata, Plan, PlanRecord, Reading, Role, Target
from knowledge.search.chroma import ChromaServer
from knowledge.search.dense import SCAN_LIMIT, Meaning, silent
from knowledge.search.embedding import Embedder
from knowledge.search.embedding_cache import Embedded, Progress
from knowledge.search.fusion import Hit
from knowledge.search.hybrid import Search, find_plan
from knowledge.storage.catalogue import Catalogue, Version
from knowledge.storage.database import WRITING, Database
from knowledge.storage.notes import Notes
from knowledge.storage.ownership import CATALOGUE, CHROMA, make_folder, own
from knowledge.storage.publishing import passage_ids, publish, republish, retire, revise
from knowledge.storage.versions import (
    Added,
    AddOutcome,
    Known,
    Seconds,
    alike,
    look,
    new_id,
    refuse_wider,
    settled,
)

KEPT_PLANS = 512  # 84 KB each
Parser = Callable[[Reading, str, Metadata | None], Plan]

__all__ = ["Added", "Hit", "Library", "AddOutcome", "Progress", "Seconds"]


class Library:
    """One office's plans. Every read takes the reader's role and sees only its plans."""

    def __init__(
        self,
        data: Path,
        embedder: Embedder,
        database_url: str | None = None,
        chroma: ChromaServer | None = None,
        scan_limit: int = SCAN_LIMIT,
        parse: Parser = parse_plan,
    ) -> None:
        """Open or make the library in the folder `data`, or in PostgreSQL and on a Chroma server.
        What answers many people gives a `parse` that has an end.

        Raises:
            LibraryBusy: another process owns the folder.
            DamagedLibrary: the folder or the database is no library, too new, or corrupt.
            StorageUnavailable: the database cannot be reached.
        """
        self._writing = threading.RLock()
        self._parse = parse
        self._plans: dict[tuple[str, int], Plan] = {}
        make_folder(data)
        # What is on servers is shared; what is in the folder belongs to one process.
        self._lock: IO[str] | None = None if database_url and chroma else own(data)
        self.database = Database(database_url or data / CATALOGUE)
        try:
            self._catalogue = Catalogue(self.database)
        except BaseException:
            self._let_go()
            raise
        self.notes = Notes(self.database)
        self._embedded = Embedded(self.database, embedder)
        where, name = chroma or data / CHROMA, embedder.name
        self._meaning = Meaning(
            self.database, self._catalogue, self._embedded, where, name, scan_limit
        )
        self._search = Search(self._catalogue, self._meaning, embedder.embed_query)

    def warm_up(self) -> None:
        """Open the vectors and load the model before the first question waits for them."""
        self._search.warm_up(self.records(Role.ADMIN))

    def close(self) -> None:
        """Let go of the folder and the servers."""
        self._meaning.close()
        self._let_go()

    def _let_go(self) -> None:
        self.database.close()
        if self._lock is not None:
            self._lock.close()

    def __enter__(self) -> "Library":
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def records(self, reader: Role) -> tuple[PlanRecord, ...]:
        """Return the plans that the reader may see, newest first."""
        return self._catalogue.records(reader.sees())

    def held_plans(self) -> bool:
        """True if there ever was a plan, also a removed one."""
        return bool(self._catalogue.plan_ids())

    def find(self, name: str, reader: Role) -> PlanRecord:
        """Return the plan with this id or file name.

        Raises:
            UnknownPlan: there is none that the reader may see; the message names those there are.
            AmbiguousPlan: several plans have this file name.
        """
        return find_plan(name, self.records(reader))

    def plan(self, record: PlanRecord) -> Plan:
        """Return a version of a plan whole; versions never change, so those read last are kept."""
        key = (record.id, record.version)
        if key not in self._plans:
            while len(self._plans) >= KEPT_PLANS:
                self._plans.pop(next(iter(self._plans)))
            self._plans[key] = self._catalogue.plan(record)
        return self._plans[key]

    def search(
        self, question: str, plans: Sequence[PlanRecord], among: Sequence[PlanRecord] | None = None
    ) -> list[Hit]:
        """Return passages of these plans that fit the question, best first: meaning and words,
        min-max fused. Words are weighed by the plans `among` which these are, all those open to the
        reader.
        """
        if not plans or not question.strip():
            return []
        return self._search.find(question, plans, among or plans)

    def term_shares(self, terms: Collection[str], among: Sequence[PlanRecord]) -> dict[str, float]:
        """Return for each term the share of these plans' passages that hold it: rare terms tell,
        common ones do not.
        """
        return self._catalogue.term_shares(terms, among)

    def vocabulary(self, plans: Sequence[PlanRecord]) -> Counter[str]:
        """Return every term of the full text of these plans (single characters, pairs, numbers,
        Latin words) with the number of their passages that hold it.
        """
        return self._catalogue.vocabulary([record.id for record in plans])

    def passages(self, plans: Sequence[PlanRecord]) -> list[str]:
        """Return the texts of all passages of these plans: far cheaper than the plans whole."""
        return [text for _, _, text in self._catalogue.passages_of([r.id for r in plans])]

    def add(
        self,
        source: SourceFile,
        given: Metadata | None = None,
        path: Path | None = None,
        replaces: str | None = None,
        progress: Progress = silent,
    ) -> Added:
        """Put a file in: as a new plan, or as a new version of the plan that came from `path` or
        that `replaces` names. Without new given metadata those of the version before hold; its
        audience always does until somebody changes it.

        Raises:
            UnknownPlan: `replaces` names no plan.
            UnreadableFile: the file cannot be read.
        """
        seconds = Seconds()
        if (known := self._look(source, given, path, replaces)).is_unchanged:
            return self._unchanged(known)
        with seconds.spent("reading"):  # before others wait: a scan takes minutes
            source.reading  # noqa: B018
        with self._alone():
            known = self._look(source, given, path, replaces)
            if known.is_unchanged:  # somebody else put it in meanwhile
                return self._unchanged(known)
            plan = settled(self._parse(source.reading, source.name, known.origin.given))
            plan_id = known.plan or new_id(source.name, self._catalogue.plan_ids())
            newest, published, _ = self._catalogue.state(plan_id)
            record = PlanRecord(plan_id, newest + 1, source.name, plan.metadata)
            others = alike(record, self.records(Role.ADMIN))
            with self._replacing(record, plan, progress, seconds) as found:
                publish(self.database, record, plan, found, known.origin)
            outcome = AddOutcome.REPLACED if published else AddOutcome.NEW
            return Added(record, outcome, plan, others, seconds)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Let the vectors of all plans that are added inside this block be written together."""
        with self._meaning.gathering():
            yield

    def _look(
        self, source: SourceFile, given: Metadata | None, path: Path | None, replaces: str | None
    ) -> Known:
        where = str(path.resolve()) if path else source.name
        by_path = self._catalogue.plan_of_source
        plan = self.find(replaces, Role.ADMIN).id if replaces else by_path(where)
        return look(self._catalogue, plan, where, source, given)

    def _unchanged(self, known: Known) -> Added:
        record = self.find(known.plan or "", Role.ADMIN)
        return Added(record, AddOutcome.UNCHANGED, self.plan(record))

    def revise(self, record: PlanRecord, targets: Sequence[Target]) -> PlanRecord:
        """Publish a plan with other targets as its next version; its text stays.

        Raises:
            UnknownVersion: the record's version no longer answers.
        """
        with self._alone():
            newest, published, fingerprint = self._catalogue.state(record.id)
            if published != record.version or fingerprint is None:
                raise UnknownVersion(
                    f"{record.id} 已经换了版本，第 {record.version} 版的指标没有改。请重新核对。"
                )
            plan = replace(self.plan(record), targets=tuple(targets))
            newer = replace(record, version=newest + 1)
            with self._replacing(newer, plan, silent, Seconds()) as found:
                given = self._catalogue.given(record.id)
                revise(self.database, newer, plan, found, fingerprint, given)
        return newer

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold off other threads and other processes that write plans."""
        with self._writing, self.database.held(WRITING):
            yield

    @contextmanager
    def _replacing(
        self, record: PlanRecord, plan: Plan, progress: Progress, seconds: Seconds
    ) -> Iterator[list[Passage]]:
        """Write a version's vectors, yield its passages for the publishing transaction, and take
        the vectors of the version before away.
        """
        found = plan_passages(plan)
        with seconds.spent("embedding"):
            vectors = self._embedded.vectors({p.hash: p.text for p in found}, progress)
        with seconds.spent("vectors"):
            self._meaning.write(record, found, vectors)
        with seconds.spent("catalogue"):
            stale = set(self._catalogue.published_ids(record.id))
            yield found
        with seconds.spent("vectors"):
            self._meaning.forget(stale - set(passage_ids(record, len(found))))

    def versions(self, plan: str) -> tuple[Version, ...]:
        """Return all versions of a plan, oldest first; also of a removed plan.

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
            WiderAudience: more people could see it than see the newest version.
        """
        versions = self.versions(plan)
        record = next((v.record for v in versions if v.record.version == version), None)
        if record is None:
            known = "、".join(str(v.record.version) for v in versions)
            raise UnknownVersion(f"{plan} 没有第 {version} 版，只有：{known}。")
        refuse_wider(record, versions[-1].record)
        whole = self.plan(record)
        with self._alone(), self._replacing(record, whole, silent, Seconds()) as found:
            republish(self.database, record, whole, found)
        return record

    def coverage(self) -> dict[str, float]:
        """Return plan id -> how much of its file's text the published version keeps."""
        return self._catalogue.coverage()

    def sources(self) -> dict[str, str]:
        """Return plan id -> the path that its newest version came from."""
        return self._catalogue.sources()

    def gone(self, folder: Path) -> tuple[PlanRecord, ...]:
        """Return the published plans of this folder whose file is gone."""
        return gone_from(folder, self.records(Role.ADMIN), self._catalogue.sources())

    def remove(self, record: PlanRecord) -> None:
        """Stop a plan from answering; its stored versions stay until its id is used again."""
        with self._alone():
            stale = self._catalogue.published_ids(record.id)
            retire(self.database, record.id)
            self._meaning.forget(stale)

    def rebuild(self, progress: Progress = silent) -> int:
        """Write every vector anew from the catalogue and return their number; also if Chroma's
        folder is damaged.
        """
        with self._alone():
            return self._meaning.rebuild(progress)
