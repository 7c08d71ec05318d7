"""Files read at once in the test's own process; the product reads a stranger's file apart."""

from pathlib import Path

from knowledge.files.reading import SourceFile, read_file


def read_source(path: Path) -> SourceFile:
    return source_from_bytes(path.name, read_file(path))


def source_from_bytes(name: str, content: bytes) -> SourceFile:
    source = SourceFile(name, content)
    source.reading  # noqa: B018  what is wrong with it is said here
    return source
