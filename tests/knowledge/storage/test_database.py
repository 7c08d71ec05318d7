from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from knowledge.errors import DamagedLibrary, StorageUnavailable
from knowledge.storage.database import Database
from tests.support.shelves import Shelf

tables = sa.MetaData()
songs = sa.Table(
    "songs", tables, sa.Column("title", sa.Text, primary_key=True), sa.Column("year", sa.Integer)
)


@pytest.fixture
def database(shelf: Shelf) -> Iterator[Database]:
    shelf.data.mkdir()
    with shelf.database() as opened:
        yield opened


def make(db: sa.Connection) -> None:
    tables.create_all(db)


def add_singer(db: sa.Connection) -> None:
    db.execute(sa.text("ALTER TABLE songs ADD COLUMN singer text"))


def fail_half_way(db: sa.Connection) -> None:
    db.execute(sa.text("CREATE TABLE half (title text)"))
    db.execute(sa.text("UPDATE songs SET year = 0"))
    db.execute(sa.text("INSERT INTO nowhere VALUES (1)"))


def rows(database: Database) -> list[tuple[str, int | None]]:
    with database.connect() as db:
        return [tuple(row) for row in db.execute(sa.select(songs).order_by("title"))]


def test_a_row_is_new_once_and_put_replaces_it(database: Database) -> None:
    database.create(tables)
    with database.begin() as db:
        assert database.insert_new(db, songs, {"title": "茉莉花", "year": 1957})
        assert not database.insert_new(db, songs, {"title": "茉莉花", "year": 1})
        both = [{"title": "茉莉花", "year": 2}, {"title": "渔光曲", "year": 1934}]
        database.insert_missing(db, songs, both)
        database.put(db, songs, {"title": "渔光曲", "year": 1935})
    assert rows(database) == [("渔光曲", 1935), ("茉莉花", 1957)]


def test_an_error_takes_back_everything_of_a_transaction(database: Database) -> None:
    database.create(tables)
    with pytest.raises(ZeroDivisionError), database.begin() as db:
        database.insert_new(db, songs, {"title": "茉莉花"})
        raise ZeroDivisionError
    assert rows(database) == []


def test_steps_run_once_and_in_order(database: Database) -> None:
    for steps in ([make], [make, add_singer], [make, add_singer]):
        database.migrate("music", steps)
    with database.connect() as db:
        columns = [column["name"] for column in sa.inspect(db).get_columns("songs")]
    assert columns == ["title", "year", "singer"]


def test_a_step_that_fails_half_way_leaves_nothing_behind(database: Database) -> None:
    database.migrate("music", [make])
    with database.begin() as db:
        database.insert_new(db, songs, {"title": "茉莉花", "year": 1957})
    with pytest.raises(DamagedLibrary, match="从版本 1 升级到 2 时出错，已退回原样"):
        database.migrate("music", [make, fail_half_way])
    with database.connect() as db:
        assert not sa.inspect(db).has_table("half")
    assert rows(database) == [("茉莉花", 1957)]
    database.migrate("music", [make, add_singer])


def test_tables_of_a_newer_program_are_refused(database: Database) -> None:
    database.migrate("music", [make, add_singer])
    with pytest.raises(DamagedLibrary, match="版本 2 的目录库，本程序只认版本 1。请升级程序"):
        database.migrate("music", [make])


def test_several_may_make_the_same_tables_at_once(shelf: Shelf) -> None:
    shelf.data.mkdir()

    def open_and_make(_: int) -> None:
        with shelf.database() as database:
            database.migrate("music", [make, add_singer])
            with database.begin() as db:
                database.insert_new(db, songs, {"title": "茉莉花"})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(open_and_make, range(8)))
    with shelf.database() as database:
        assert rows(database) == [("茉莉花", None)]


def test_what_is_held_is_held_by_one_and_let_go(servers: Shelf) -> None:
    with servers.database() as one, servers.database() as other:
        with one.held(7) as is_held, other.held(7, wait=False) as is_too:
            assert (is_held, is_too) == (True, False)
        with other.held(7, wait=False) as is_held:
            assert is_held


@pytest.mark.parametrize("url", ["mysql://u:hidden@host/name", "nothing"])
def test_an_address_that_is_not_postgresql_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(StorageUnavailable, match="YAODIAN_DATABASE_URL 写作") as raised:
        Database(url)
    assert "hidden" not in str(raised.value)


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    database = Database("postgresql://u:hidden@127.0.0.1:1/name")
    with (
        pytest.raises(StorageUnavailable, match="127.0.0.1/name 连不上") as raised,
        database.connect(),
    ):
        pass
    assert "hidden" not in str(raised.value)
    database.close()


def test_a_folder_that_cannot_be_written_is_a_clear_message(tmp_path: Path) -> None:
    database = Database(tmp_path / "missing" / "catalogue.sqlite3")
    with pytest.raises(StorageUnavailable, match="读写不了.*检查文件夹的权限"), database.connect():
        pass
    database.close()
