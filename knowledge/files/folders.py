"""A folder of plans -> its files, those that are no plans, and what plans.toml says of files that
are not there.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from knowledge.errors import NoPlansFound
from knowledge.files.reading import SUFFIXES
from knowledge.plan import PlanRecord
from knowledge.structure.metadata import PLANS_TOML, load_plans_toml

UNSEEN = (".", "~$", "__MACOSX")  # what systems and Word leave beside files
NAMED = 5  # files that a line names


def plan_files(path: Path) -> tuple[Path, ...]:
    """Return the file itself, or the files of a folder that can be plans, in order.

    Raises:
        NoPlansFound: the folder holds none.
    """
    if not path.is_dir():
        return (path,)
    files = tuple(file for file in _files(path) if file.suffix.lower() in SUFFIXES)
    if not files:
        raise NoPlansFound(
            f"文件夹 {path} 里没有可入库的文件（{'、'.join(SUFFIXES)}）。请检查路径。"
        )
    return files


def notices(paths: Iterable[Path]) -> tuple[str, ...]:
    """Return what a person should know of these files and folders before they are read: files that
    are no plans, tables of plans.toml without their file.

    Raises:
        BadPlansToml: a plans.toml cannot be parsed or holds a wrong value.
    """
    said: list[str] = []
    folders: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            others = [f for f in _files(path) if f.suffix.lower() not in SUFFIXES]
            said += _of_other_files(path, [f.name for f in others if f.name != PLANS_TOML])
        inside = {f.parent for f in _files(path)} if path.is_dir() else {path.parent}
        folders |= dict.fromkeys(sorted(inside))
    return (*said, *(line for folder in folders for line in _of_tables(folder)))


def gone_from(
    folder: Path, records: Sequence[PlanRecord], sources: Mapping[str, str]
) -> tuple[PlanRecord, ...]:
    """Return the plans that came from this folder and whose file is not there; `sources` says
    where each came from, by its id.
    """
    inside = folder.resolve()
    return tuple(
        r
        for r in records
        if (path := Path(sources[r.id])).is_absolute()
        and path.is_relative_to(inside)
        and not path.exists()
    )


def _files(folder: Path) -> list[Path]:
    """Return all files below a folder that a person put there, in order."""
    return sorted(
        f
        for f in folder.rglob("*")
        if f.is_file() and not any(p.startswith(UNSEEN) for p in f.relative_to(folder).parts)
    )


def _of_other_files(folder: Path, names: list[str]) -> list[str]:
    more = f" 等 {len(names)} 个文件" if len(names) > NAMED else ""
    listed = "、".join(names[:NAMED])
    return [f"{folder} 里的 {listed}{more} 不是可入库的格式，没有读。"] if names else []


def _of_tables(folder: Path) -> list[str]:
    return [
        f"{folder / PLANS_TOML} 写了 {name!r}，但文件夹里没有这个文件。请核对文件名。"
        for name in load_plans_toml(folder)
        if not (folder / name).is_file()
    ]
