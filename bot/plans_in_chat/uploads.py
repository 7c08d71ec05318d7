"""Files that were sent in chat and wait for 入库: on disk, so that a restart forgets none."""

import secrets
import time
from dataclasses import dataclass

import sqlalchemy as sa

from bot.schema import STEPS, uploads
from knowledge.storage.database import Database

KEEP_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that waits; `token` names it in buttons."""

    token: str
    user: str
    name: str
    content: bytes


class Uploads:
    """The waiting files of one database. Calls are one short transaction; call from a thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.migrate("bot", STEPS)

    def keep(self, user: str, name: str, content: bytes) -> str:
        """Keep a file for a day and return its token; older ones are forgotten."""
        row = {"token": secrets.token_urlsafe(9), "user": user, "name": name, "content": content}
        with self._database.begin() as db:
            db.execute(sa.delete(uploads).where(uploads.c.at < time.time() - KEEP_SECONDS))
            db.execute(sa.insert(uploads).values(row | {"at": time.time()}))
        return row["token"]  # type: ignore[return-value]

    def find(self, token: str, user: str) -> Upload | None:
        """Return this person's file, or None if it was dealt with or is too old."""
        query = sa.select(uploads).where(uploads.c.token == token, uploads.c.user == user)
        with self._database.connect() as db:
            row = db.execute(query).first()
        return Upload(row.token, row.user, row.name, row.content) if row else None

    def forget(self, token: str) -> None:
        """Forget a file: it is in, or is not wanted."""
        with self._database.begin() as db:
            db.execute(sa.delete(uploads).where(uploads.c.token == token))
