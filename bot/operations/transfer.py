"""An archive's catalogue <-> PostgreSQL: the way of a library from a folder to servers, and back.

Both sides are brought to the newest tables first; then every row goes over in one transaction, so
that a kill leaves the target as it was. Vectors do not go along: the next opening writes them from
the catalogue, without embedding anything anew.
"""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from bot import schema as bot_tables
from bot.errors import BackupRefused
from bot.wording import office as wording
from knowledge.storage import migrations, schema
from knowledge.storage.database import Database
from knowledge.storage.schema import counters, plans

COMPONENTS = (
    (migrations.COMPONENT, migrations.STEPS, schema.tables),
    ("bot", bot_tables.STEPS, bot_tables.tables),
)
ROWS = 100  # at a time: a row may hold a file of 50 MB, most hold a few hundred bytes


def from_server(url: str, copy: Path) -> None:
    """Write PostgreSQL's content at one moment into a SQLite catalogue; others may go on writing.

    Raises:
        BackupRefused: it holds no library, or one of an older program.
        StorageUnavailable: it cannot be reached.
    """
    with closing(Database(url)) as source, closing(Database(copy)) as target:
        for component, steps, _ in COMPONENTS:
            version = source.version(component, len(steps))
            if version == 0 and component == migrations.COMPONENT:
                raise BackupRefused(wording.NO_DATABASE.format(data=source.name))
            if 0 < version < len(steps):
                raise BackupRefused(wording.BACKUP_OLDER.format(name=source.name))
        _make_newest(target)
        _copy(source, target)


def to_server(copy: Path, url: str, replace: bool, forget_vectors: Callable[[], None]) -> None:
    """Write the catalogue of an archive over PostgreSQL's content; the old vectors, which were of
    other plans, go first.

    Raises:
        BackupRefused: a bot is connected, or there are plans and `replace` is False.
        StorageUnavailable: a server cannot be reached; the catalogue was not changed.
    """
    with closing(Database(copy)) as source, closing(Database(url)) as target:
        if count := target.others():
            raise BackupRefused(wording.RESTORE_IN_USE.format(name=target.name, count=count))
        for database in (source, target):
            _make_newest(database)
        if not replace and (there := _published(target)):
            raise BackupRefused(wording.BACKUP_OCCUPIED.format(data=target.name, plans=there))
        forget_vectors()
        _copy(source, target)


def _make_newest(database: Database) -> None:
    for component, steps, _ in COMPONENTS:
        database.migrate(component, steps)


def _published(database: Database) -> int:
    count = sa.select(sa.func.count()).where(plans.c.published.is_not(None))
    with database.connect() as db:
        return int(db.scalar(count) or 0)


def _copy(source: Database, target: Database) -> None:
    """Write every row of one database in place of those of another; the generation goes up, so
    that nobody takes it for the one before.
    """
    generation = sa.select(counters.c.value).where(counters.c.name == migrations.GENERATION)
    with source.connect() as old, target.begin() as new:
        before = new.scalar(generation) or 0
        for component, steps, tables in COMPONENTS:
            if source.version(component, len(steps)):
                for table in tables.sorted_tables:
                    _copy_table(table, old, new)
        after = max(before, new.scalar(generation) or 0) + 1
        is_it = counters.c.name == migrations.GENERATION
        new.execute(sa.update(counters).where(is_it).values(value=after))


def _copy_table(table: sa.Table, old: sa.Connection, new: sa.Connection) -> None:
    new.execute(sa.delete(table))
    rows = old.execute(sa.select(table), execution_options={"yield_per": ROWS})
    for some in rows.mappings().partitions():
        new.execute(sa.insert(table), [_storable(row) for row in some])
    if new.dialect.name == "postgresql":
        _count_on(table, new)


def _count_on(table: sa.Table, db: sa.Connection) -> None:
    """Let PostgreSQL number new rows from the last one on; SQLite does so by itself."""
    if (counted := table.autoincrement_column) is not None:
        sequence = sa.func.pg_get_serial_sequence(table.name, counted.name)
        db.execute(sa.select(sa.func.setval(sequence, sa.func.max(counted))).select_from(table))


def _storable(row: sa.RowMapping) -> dict[str, object]:
    """Return a row without the character NUL, which PostgreSQL takes in no text."""
    return {k: v.replace("\0", "") if isinstance(v, str) else v for k, v in row.items()}
