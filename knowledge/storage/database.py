"""The SQL database under the catalogue and the bot's own tables: a SQLite file or PostgreSQL.

Each says the same through one `Database`, so that nobody else asks which of the two it is. Errors
of the drivers become ours here: a damaged file, a lock that is held too long, a full disk, a server
that is gone. Connections are tried before each use: a restarted server needs no restart of ours.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from knowledge.errors import DamagedLibrary, StorageUnavailable
from knowledge.storage.write_queue import Writers

Step = Callable[[sa.Connection], None]

BUSY_MS = 5000  # how long a writer waits for another before it gives up
CONNECT_SECONDS = 5
PROGRAM = "yaodian"  # what PostgreSQL calls our connections
OTHERS = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND application_name = :name AND pid <> pg_backend_pid()"""
KEPT_CONNECTIONS, MORE_CONNECTIONS = 8, 24  # PostgreSQL grants 100 unless told otherwise
# Keys of PostgreSQL's advisory locks; any numbers that nobody else uses.
CREATING = 0x79616F01  # one process at a time makes tables
WRITING = 0x79616F02  # one process at a time adds plans, embedding included
PUBLISHING = 0x79616F03  # one transaction at a time publishes
GRANTING = 0x79616F04  # one transaction at a time changes who may do what
WRITES, DURABLE = "yaodian_writes", "yaodian_durable"
CORRUPT = (
    "目录库 {} 已损坏，或不是要点通的数据。请从备份恢复，或换一个 YAODIAN_DATA 文件夹重新入库。"
)
LOCKED = "目录库 {} 正被别的程序锁住，等了 5 秒没有等到。数据没有变化，请关掉那个程序再试。"
FULL = "磁盘已满，{} 写不进去。数据没有变化，请腾出空间再试。"
READ_ONLY = "目录库 {} 读写不了（{}）。数据没有变化，请检查文件夹的权限和磁盘。"
NEWER = "{} 是版本 {} 的目录库，本程序只认版本 {}。请升级程序。"
HALF_WAY = (
    "目录库 {} 从版本 {} 升级到 {} 时出错，已退回原样，数据没有变化。请先备份，再联系程序的维护者。"
)
GONE = "数据库 {} 连不上（{}）。数据没有变化，请检查 YAODIAN_DATABASE_URL 和数据库服务，稍后再试。"
meta = sa.Table(
    "meta",
    sa.MetaData(),
    sa.Column("key", sa.Text, primary_key=True),  # a component
    sa.Column("value", sa.Text, nullable=False),  # the version of its tables
)
_VERSION = sa.select(meta.c.value).where(meta.c.key == sa.bindparam("component"))


class Database:
    """One engine; `dialect` is "sqlite" or "postgresql"."""

    def __init__(self, where: Path | str) -> None:
        """Open a SQLite file (a path, made when missing) or PostgreSQL (a URL
        postgresql://USER:PASSWORD@HOST/NAME); nothing is asked of either before the first use.

        Raises:
            StorageUnavailable: the text is no URL of PostgreSQL.
        """
        self._engine = _sqlite(where) if isinstance(where, Path) else _postgresql(where)
        self.dialect = self._engine.dialect.name
        self.name = _name(self._engine.url)
        self._writers = Writers()
        sa.event.listen(self._engine, "handle_error", self._translate)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def connect(self) -> Iterator[sa.Connection]:
        """Yield a connection to read from; all its reads see one state."""
        with self._engine.connect() as db:
            if self.dialect == "postgresql":
                db.execution_options(isolation_level="REPEATABLE READ")
            yield db

    @contextmanager
    def begin(
        self, survives_power_loss: bool = True, is_urgent: bool = False
    ) -> Iterator[sa.Connection]:
        """Yield a connection; its writes all happen or, on an error, none.

        SQLite takes its one write lock at once: a reader that begins to write later is refused
        where it could have waited. What need not survive a power loss, only a killed process, is
        spared waiting for the disk; the next write that must survive takes it along. Urgent writes
        go before the others of this process.
        """
        options = {WRITES: True, DURABLE: survives_power_loss}
        with (
            self._turn(is_urgent),
            self._engine.connect().execution_options(**options) as db,
            db.begin(),
        ):
            if self.dialect == "postgresql" and not survives_power_loss:
                db.execute(sa.text("SET LOCAL synchronous_commit TO off"))
            yield db

    @contextmanager
    def _turn(self, is_urgent: bool) -> Iterator[None]:
        """Wait for the other writers of this process; SQLite itself asks again only after growing
        pauses, and 200 ms late under load.
        """
        if self.dialect != "sqlite":
            yield
            return
        with self._writers.turn(is_urgent, BUSY_MS / 1000) as is_mine:
            if not is_mine:
                raise StorageUnavailable(LOCKED.format(self.name))
            yield

    def create(self, tables: sa.MetaData) -> None:
        """Make the tables that are missing, in one transaction; several processes may."""
        with self.begin() as db:
            self.lock(db, CREATING)
            tables.create_all(db)

    def migrate(self, component: str, steps: Sequence[Step]) -> None:
        """Bring the tables of a component to the version `len(steps)`; step 1 makes them.

        Each missing step runs in one transaction with its number, so that one that fails leaves
        nothing behind. Several processes may call this at once.

        Raises:
            DamagedLibrary: the tables come from a newer program, or a step failed.
        """
        while self.version(component, len(steps)) < len(steps):
            with self.begin() as db:
                self.lock(db, CREATING)
                meta.create(db, checkfirst=True)
                version = int(db.scalar(_VERSION, {"component": component}) or 0)
                if version < len(steps):
                    self._step(db, component, version, steps[version])

    def version(self, component: str, known: int) -> int:
        """Return the version of a component's tables, 0 without tables.

        Raises:
            DamagedLibrary: it is above `known`.
        """
        with self.connect() as db:
            has_any = sa.inspect(db).has_table(meta.name)
            version = int(db.scalar(_VERSION, {"component": component}) or 0) if has_any else 0
        if version > known:
            raise DamagedLibrary(NEWER.format(self.name, version, known))
        return version

    def _step(self, db: sa.Connection, component: str, version: int, step: Step) -> None:
        try:
            step(db)
        except sa.exc.SQLAlchemyError as exc:
            raise DamagedLibrary(HALF_WAY.format(self.name, version, version + 1)) from exc
        self.put(db, meta, {"key": component, "value": str(version + 1)})

    def lock(self, db: sa.Connection, key: int) -> None:
        """Hold off other processes that lock the same key until the transaction ends; on SQLite
        the write lock of `begin` does.
        """
        if self.dialect == "postgresql":
            db.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))

    @contextmanager
    def held(self, key: int, wait: bool = True) -> Iterator[bool]:
        """Hold off other processes that hold the same key, over several transactions; yield True if
        it is held, which without `wait` it may not be. A process that dies lets go; on SQLite
        nobody need be held off, since one process owns the folder.
        """
        if self.dialect == "sqlite":
            yield True
            return
        take = sa.func.pg_advisory_lock(key) if wait else sa.func.pg_try_advisory_lock(key)
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            is_held = db.scalar(sa.select(take)) is not False
            try:
                yield is_held
            finally:
                if is_held:
                    with suppress(StorageUnavailable):  # a server that is gone has let go
                        db.execute(sa.select(sa.func.pg_advisory_unlock(key)))

    def others(self) -> int:
        """Return the number of PostgreSQL's connections by other processes of ours; ask before
        opening one.
        """
        if self.dialect == "sqlite":
            return 0
        with self.connect() as db:
            return int(db.scalar(sa.text(OTHERS), {"name": PROGRAM}) or 0)

    def insert_new(self, db: sa.Connection, table: sa.Table, row: Mapping[str, Any]) -> bool:
        """Insert a row unless one with its key is there; True if it was new."""
        statement = self._insert(table).values(**row).on_conflict_do_nothing()
        # not rowcount: on PostgreSQL the driver does not tell it here
        return db.execute(statement.returning(*table.columns)).first() is not None

    def insert_missing(
        self, db: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]
    ) -> None:
        """Insert the rows with a new key."""
        if rows:
            db.execute(self._insert(table).on_conflict_do_nothing(), rows)

    def put(self, db: sa.Connection, table: sa.Table, row: Mapping[str, Any]) -> None:
        """Insert a row in place of the one with its primary key."""
        keys = [column.name for column in table.primary_key]
        others = {name: value for name, value in row.items() if name not in keys}
        statement = self._insert(table).values(**row)
        db.execute(statement.on_conflict_do_update(index_elements=keys, set_=others))

    def add_up(
        self,
        db: sa.Connection,
        table: sa.Table,
        rows: Sequence[Mapping[str, Any]],
        sum_: sa.Column[Any],
    ) -> None:
        """Insert rows, adding to `sum_` of rows with the same primary key."""
        if rows:
            statement = self._insert(table)
            more = {sum_.name: sum_ + statement.excluded[sum_.name]}
            keys = [column.name for column in table.primary_key]
            db.execute(statement.on_conflict_do_update(index_elements=keys, set_=more), rows)

    def _insert(self, table: sa.Table) -> Any:
        return _dialect(self.dialect).insert(table)

    def _translate(self, context: sa.engine.ExceptionContext) -> None:
        """Raise our error in place of the driver's, if a person can do something about it."""
        if context.is_pre_ping:
            return  # a stale connection is replaced and nobody need know
        error = context.original_exception
        if self.dialect == "sqlite":
            _raise_sqlite(error, self.name)
        elif isinstance(context.sqlalchemy_exception, sa.exc.OperationalError):
            raise StorageUnavailable(GONE.format(self.name, type(error).__name__)) from error


def put_rows(db: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert whole rows in place of those with their primary keys."""
    if not rows:
        return
    statement = _dialect(db.dialect.name).insert(table)
    keys = [column.name for column in table.primary_key]
    others = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
    db.execute(statement.on_conflict_do_update(index_elements=keys, set_=others), rows)


def _dialect(name: str) -> Any:
    return postgresql if name == "postgresql" else sqlite


def _sqlite(path: Path) -> sa.Engine:
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(path)))
    sa.event.listen(engine, "connect", _set_pragmas)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _postgresql(address: str) -> sa.Engine:
    try:
        url = sa.make_url(address)
    except sa.exc.ArgumentError:
        url = None
    if url is None or url.get_backend_name() not in ("postgresql", "postgres"):
        raise StorageUnavailable(
            "YAODIAN_DATABASE_URL 写作 postgresql://用户:密码@主机:端口/库名，密码里的特殊字符要转义。"
        )
    return sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        pool_size=KEPT_CONNECTIONS,
        max_overflow=MORE_CONNECTIONS,
        connect_args={"connect_timeout": CONNECT_SECONDS, "application_name": PROGRAM},
    )


def _name(url: sa.URL) -> str:
    """Return the name of a database for messages: never its password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return f"{url.host or url.query.get('host') or 'localhost'}/{url.database}"


def _set_pragmas(connection: Any, _record: Any) -> None:
    # The driver would begin late and commit before some statements: `_begin` says when.
    connection.isolation_level = None
    with closing(connection.cursor()) as cursor:
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")


def _begin(db: sa.Connection) -> None:
    options = db.get_execution_options()
    if options.get(WRITES):
        level = "FULL" if options.get(DURABLE, True) else "NORMAL"
        db.exec_driver_sql(f"PRAGMA synchronous={level}")
    db.exec_driver_sql("BEGIN IMMEDIATE" if options.get(WRITES) else "BEGIN")


def _raise_sqlite(error: BaseException | None, name: str) -> None:
    """Translate SQLite's errors about the file; "malformed" shows only when a page is read."""
    said = str(error)
    if type(error) is sqlite3.DatabaseError:  # its subclasses are broken constraints and the like
        raise DamagedLibrary(CORRUPT.format(name)) from error
    if isinstance(error, sqlite3.OperationalError):
        if "locked" in said:
            raise StorageUnavailable(LOCKED.format(name)) from error
        if "full" in said:
            raise StorageUnavailable(FULL.format(name)) from error
        if any(word in said for word in ("disk I/O", "readonly", "unable to open")):
            raise StorageUnavailable(READ_ONLY.format(name, said)) from error
