"""The assistant's notes beside the plans: one text for each kind and key, for a while."""

import time

import sqlalchemy as sa

from knowledge.storage.database import Database
from knowledge.storage.schema import notes

FORGET_SECONDS = 3600.0  # between two looks for old notes


class Notes:
    """The notes of one database. Calls are one short transaction; call from a thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._forgets_at: dict[str, float] = {}

    def note(self, kind: str, key: str, keep_seconds: float) -> str | None:
        """Return the note under a key from the last `keep_seconds`."""
        query = sa.select(notes.c.value).where(notes.c.kind == kind, notes.c.key == key)
        with self._database.connect() as db:
            return db.scalar(query.where(notes.c.at >= time.time() - keep_seconds))

    def put_note(self, kind: str, key: str, value: str, keep_seconds: float) -> None:
        """Note a value in place of the one before; notes of its kind older than `keep_seconds` are
        forgotten.
        """
        now = time.time()
        with self._database.begin(survives_power_loss=False) as db:
            if now >= self._forgets_at.get(kind, 0.0):  # it reads every note of the kind
                self._forgets_at[kind] = now + FORGET_SECONDS
                old = (notes.c.kind == kind) & (notes.c.at < now - keep_seconds)
                db.execute(sa.delete(notes).where(old))
            self._database.put(db, notes, {"kind": kind, "key": key, "value": value, "at": now})
