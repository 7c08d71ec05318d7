"""One archive of everything, written while the bot runs, and its way back, into a folder or into
PostgreSQL alike.

The catalogue holds the plans with their original files, people, questions and opinions, and every
embedding; vectors are rebuilt from it without embedding anything anew. So the archive is one
consistent copy of the catalogue (SQLite's backup API: readers and writers go on) beside a manifest
with its SHA-256. It is for its owner alone (mode 0600): it holds what people asked.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import time
import zlib
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from bot.errors import BackupRefused
from bot.operations.transfer import from_server, to_server
from bot.wording import office as wording
from knowledge.search.chroma import ChromaServer, forget_all
from knowledge.storage.ownership import CATALOGUE, CHROMA, make_folder, own

FORMAT = 1
MANIFEST = "manifest.json"
HASH_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """An archive's own description; `at` is seconds since 1970."""

    format: int
    at: float
    sha256: str
    catalogue_bytes: int
    plans: int


@dataclass(frozen=True, slots=True)
class BackupReport:
    """The plans and sizes written or brought back."""

    plans: int
    archive_bytes: int


def write_backup(data: Path, out: Path, url: str | None = None) -> BackupReport:
    """Write the archive of a data folder, or of PostgreSQL if there is a `url`; an existing file is
    never written over.

    Raises:
        BackupRefused: there is nothing to back up, or the archive cannot be written.
        StorageUnavailable: PostgreSQL cannot be reached.
    """
    if url is None and not (data / CATALOGUE).exists():
        raise BackupRefused(wording.NO_DATABASE.format(data=data))
    if out.exists():
        raise BackupRefused(wording.BACKUP_EXISTS.format(path=out))
    unfinished = out.with_name(f".{out.name}.unfinished")
    try:
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".yaodian-") as folder:
            copy = Path(folder) / CATALOGUE
            from_server(url, copy) if url else _copy(data / CATALOGUE, copy)
            manifest = Manifest(FORMAT, time.time(), _hash(copy), copy.stat().st_size, _plans(copy))
            _pack(unfinished, copy, manifest)
        os.replace(unfinished, out)
    except (OSError, sqlite3.Error) as exc:
        unfinished.unlink(missing_ok=True)
        raise BackupRefused(wording.BACKUP_NOT_WRITTEN.format(reason=exc, path=out)) from exc
    return BackupReport(manifest.plans, out.stat().st_size)


def read_backup(
    archive: Path,
    data: Path,
    replace: bool,
    url: str | None = None,
    chroma: ChromaServer | None = None,
) -> BackupReport:
    """Bring an archive back into a data folder or PostgreSQL (`url`) that nobody uses, wherever it
    came from.

    The copy is checked first and then written over the catalogue in one transaction: a kill at any
    moment leaves the old data or the new.

    Raises:
        BackupRefused: the archive is damaged or too new, there are plans and `replace` is False,
            or a bot uses PostgreSQL; nothing was changed.
        LibraryBusy: a bot uses the folder.
        StorageUnavailable: a server cannot be reached.
    """
    make_folder(data)
    with closing(own(data)), tempfile.TemporaryDirectory(dir=data, prefix=".restore-") as folder:
        copy, manifest = _unpack(archive, Path(folder))
        there = data / CATALOGUE
        if url is None and there.exists() and not replace and (plans := _plans(there)):
            raise BackupRefused(wording.BACKUP_OCCUPIED.format(data=data, plans=plans))
        forget_vectors = partial(_forget_vectors, data, chroma)
        if url:
            to_server(copy, url, replace, forget_vectors)
        else:
            forget_vectors()
            _copy(copy, there)
    return BackupReport(manifest.plans, archive.stat().st_size)


def _forget_vectors(data: Path, chroma: ChromaServer | None) -> None:
    """Take away vectors that may be of other plans; the next opening writes those of either
    catalogue.
    """
    if chroma:
        forget_all(chroma)
    else:
        shutil.rmtree(data / CHROMA, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    """Copy a database as it stands at one moment; others may go on writing."""
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)  # in one step: what is written meanwhile neither waits nor gets in


def _pack(out: Path, copy: Path, manifest: Manifest) -> None:
    descriptor = os.open(out, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as tar:
        said = copy.with_name(MANIFEST)
        said.write_text(json.dumps(asdict(manifest)), encoding="utf-8")
        tar.add(said, MANIFEST)
        tar.add(copy, CATALOGUE)


def _unpack(archive: Path, folder: Path) -> tuple[Path, Manifest]:
    """Return the checked copy of an archive's catalogue, and the archive's manifest."""
    if not archive.is_file():
        raise BackupRefused(wording.BACKUP_MISSING.format(path=archive))
    try:
        with tarfile.open(archive, "r:gz") as tar:
            manifest = Manifest(**json.loads(_read(tar, MANIFEST)))
            if manifest.format > FORMAT:
                raise BackupRefused(wording.BACKUP_NEWER.format(path=archive))
            copy = folder / CATALOGUE
            _extract(tar, copy)
        if _hash(copy) != manifest.sha256:
            raise ValueError("SHA-256")
        _check(copy)
    except (OSError, EOFError, tarfile.TarError, zlib.error, sqlite3.Error) as exc:
        raise _damaged(archive, exc) from exc
    except (ValueError, TypeError, KeyError) as exc:
        raise _damaged(archive, exc) from exc
    return copy, manifest


def _read(tar: tarfile.TarFile, name: str) -> bytes:
    file = tar.extractfile(name)
    if file is None:
        raise KeyError(name)
    return file.read()


def _extract(tar: tarfile.TarFile, copy: Path) -> None:
    """Write the one member that we know; no path of the archive is ever used."""
    file = tar.extractfile(CATALOGUE)
    if file is None:
        raise KeyError(CATALOGUE)
    with copy.open("wb") as out:
        shutil.copyfileobj(file, out)


def _check(copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as db:
        if (found := db.execute("PRAGMA integrity_check(1)").fetchone()) != ("ok",):
            raise ValueError(str(found))


def _plans(catalogue: Path) -> int:
    """Return the number of published plans of a catalogue, 0 for one without tables."""
    count = "SELECT count(*) FROM plans WHERE published IS NOT NULL"
    with closing(sqlite3.connect(f"file:{catalogue}?mode=ro", uri=True)) as db:
        try:
            return int(db.execute(count).fetchone()[0])
        except sqlite3.OperationalError:
            return 0


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(HASH_BYTES):
            digest.update(block)
    return digest.hexdigest()


def _damaged(archive: Path, exc: Exception) -> BackupRefused:
    reason = type(exc).__name__ if not str(exc) else str(exc)[:80]
    return BackupRefused(wording.BACKUP_DAMAGED.format(path=archive, reason=reason))
