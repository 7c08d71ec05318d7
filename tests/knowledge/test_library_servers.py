"""A library on PostgreSQL and a Chroma server: several processes, and servers that go away."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from knowledge.errors import DamagedLibrary, StorageUnavailable
from knowledge.plan import Role
from tests.support.chroma_server import ChromaProcess
from tests.support.embedding import FakeEmbedder
from tests.support.places import WritePlan
from tests.support.postgres_server import PostgresServer
from tests.support.shelves import NEWER, OTHER, PLAN, Shelf, add, found


def test_another_programs_tables_in_postgresql_are_refused(servers: Shelf) -> None:
    with servers.database() as database, database.begin() as db:
        db.execute(sa.text("CREATE TABLE songs (title text)"))
    with pytest.raises(DamagedLibrary, match="不是要点通的目录库.*YAODIAN_DATABASE_URL"):
        servers.open(FakeEmbedder())


def test_a_newer_programs_tables_in_postgresql_are_refused(servers: Shelf) -> None:
    servers.open(FakeEmbedder()).close()
    with servers.database() as database, database.begin() as db:
        db.execute(sa.text("UPDATE meta SET value = '99' WHERE key = 'schema'"))
    with pytest.raises(DamagedLibrary, match="版本 99 .*请升级程序"):
        servers.open(FakeEmbedder())


# Servers that go and come back


def test_a_restarted_postgresql_answers_without_a_restart_of_ours(
    servers: Shelf, postgres: PostgresServer, write_plan: WritePlan
) -> None:
    with servers.open(FakeEmbedder()) as library:
        old = add(library, write_plan("a.txt", PLAN)).record
        postgres.stop()
        try:
            with pytest.raises(StorageUnavailable, match="连不上.*YAODIAN_DATABASE_URL"):
                library.records(Role.STAFF)
            with pytest.raises(StorageUnavailable, match="数据没有变化"):
                add(library, write_plan("a.txt", NEWER))
        finally:
            postgres.start()
        assert library.records(Role.STAFF) == (old,)
        assert add(library, write_plan("a.txt", NEWER)).record.version == 2
        assert found(library, "新建水厂5座")[0].startswith("建好水厂")


def test_a_plan_goes_in_although_postgresql_restarts_meanwhile(
    servers: Shelf, postgres: PostgresServer, write_plan: WritePlan
) -> None:
    def restart(done: int, _total: int) -> None:
        if done == 0:
            postgres.stop()
            postgres.start()

    with servers.open(FakeEmbedder()) as library:
        added = add(library, write_plan("a.txt", PLAN), progress=restart)
        assert library.records(Role.STAFF) == (added.record,)
        assert len(found(library, "水厂")) == 4


def test_a_chroma_server_that_is_gone_stops_adding_but_not_answering(
    servers: Shelf, chroma: ChromaProcess, write_plan: WritePlan
) -> None:
    with servers.open(FakeEmbedder()) as library:
        add(library, write_plan("a.txt", PLAN))
        before = found(library, "智能水表")
        chroma.stop()
        try:
            with pytest.raises(StorageUnavailable, match="向量库服务 127.0.0.1:.*恢复后不用重启"):
                add(library, write_plan("b.txt", OTHER))
            assert found(library, "智能水表") == before
        finally:
            chroma.start()
        add(library, write_plan("b.txt", OTHER))
        assert "造林3.5万亩" in found(library, "造林多少亩")[0]


def test_a_chroma_server_that_lost_its_vectors_gets_them_again(
    servers: Shelf, chroma: ChromaProcess, write_plan: WritePlan
) -> None:
    embedder = FakeEmbedder()
    with servers.open(embedder) as library:
        add(library, write_plan("a.txt", PLAN))
        with servers.vectors() as vectors:
            vectors.remove(vectors.ids())
        embedder.history.clear()
        add(library, write_plan("b.txt", OTHER))
        assert len(found(library, "智能水表")) == 4 + 2
    assert servers.stored_ids()[1] == servers.stored_ids()[0]
    assert not any("水表" in text for text in embedder.history)


# Two processes


def test_an_ingest_by_one_process_is_seen_by_the_other_at_once(
    servers: Shelf, write_plan: WritePlan
) -> None:
    with servers.open(FakeEmbedder()) as one, servers.open(FakeEmbedder()) as other:
        assert found(other, "水厂") == []
        add(one, write_plan("a.txt", PLAN))
        assert len(found(other, "水厂")) == 4
        add(other, write_plan("a.txt", NEWER))
        assert "新建水厂5座" in found(one, "新建水厂")[0]
        one.remove(one.find("a", Role.STAFF))
        assert (other.records(Role.STAFF), found(other, "水厂")) == ((), [])


def test_two_writers_at_once_lose_nothing_and_give_every_plan_an_id(
    servers: Shelf, write_plan: WritePlan
) -> None:
    files = [write_plan(f"{n}/a.txt", PLAN.replace("900只", f"{n}00只")) for n in range(1, 9)]

    def add_all(mine: list[Path]) -> None:
        with servers.open(FakeEmbedder()) as library:
            for file in mine:
                add(library, file)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(add_all, files[:4]), pool.submit(add_all, files[4:])]:
            done.result()
    with servers.open(FakeEmbedder()) as library:
        assert len({record.id for record in library.records(Role.STAFF)}) == 8
        assert len(found(library, "智能水表")) == 32
    passages, vectors = servers.stored_ids()
    assert passages == vectors
