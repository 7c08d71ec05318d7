"""Exactly one process owns `data/`: two that write to embedded Chroma silently lose vectors."""

import fcntl
import os
from pathlib import Path
from typing import IO

from knowledge.errors import DamagedLibrary, LibraryBusy

CATALOGUE, CHROMA = "catalogue.sqlite3", "chroma"
MODEL = "model"  # what the bundled embedding keeps; can be made again


def make_folder(data: Path) -> None:
    """Make the folder if need be.

    Raises:
        DamagedLibrary: it cannot be used.
    """
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds what people asked
        list(data.iterdir())
    except OSError as exc:
        raise _unusable(data, exc) from exc


def own(data: Path) -> IO[str]:
    """Take the folder's lock, and return the file to close to give it back.

    Raises:
        LibraryBusy: another process owns it; the message names the process.
        DamagedLibrary: the folder holds something else, or cannot be used.
    """
    try:
        strangers = [p.name for p in data.iterdir() if not p.name.startswith(".")]
        if strangers and not {CATALOGUE, CHROMA, MODEL} & set(strangers):
            raise DamagedLibrary(
                f"{data} 里有别的文件（如 {strangers[0]!r}），不是要点通的数据文件夹。"
                "请把 YAODIAN_DATA 换成空文件夹。"
            )
        lock = (data / ".lock").open("a+")
    except OSError as exc:
        raise _unusable(data, exc) from exc
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as exc:
        lock.seek(0)
        owner = lock.read().strip()
        lock.close()
        raise LibraryBusy(
            f"数据文件夹 {data} 正被另一个进程（{owner or '编号不详'}）使用。"
            "请等它做完，或停掉它再试。"
        ) from exc
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _unusable(data: Path, exc: OSError) -> DamagedLibrary:
    return DamagedLibrary(
        f"数据文件夹 {data} 用不了（{exc.strerror}）。请检查权限，或换一个 YAODIAN_DATA。"
    )
