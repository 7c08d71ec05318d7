import math
from pathlib import Path

import numpy as np
import pytest

from knowledge.library import Library
from knowledge.plan import Role
from knowledge.search.exact_scan import Nearest
from tests.support.embedding import FakeEmbedder
from tests.support.shelves import Shelf
from tests.support.source_files import read_source

A, B, C = ("a", 1), ("b", 1), ("a", 2)


def vectors(*angles: float) -> np.ndarray:
    return np.array([[2 * math.cos(x), 2 * math.sin(x)] for x in angles], np.float32)


@pytest.fixture
def both() -> Nearest:
    return Nearest.empty().changed(1, {A, B}, {A: vectors(0, 1), B: vectors(0.1, 2, 3)})


def test_the_nearest_come_first_with_their_cosines(both: Nearest) -> None:
    found = both.find([1, 0], 3, {A, B})
    assert [id_ for id_, _ in found] == ["a:1:0", "b:1:0", "a:1:1"]
    assert [cosine for _, cosine in found] == pytest.approx([1, math.cos(0.1), math.cos(1)])


def test_only_the_wanted_plans_are_scanned(both: Nearest) -> None:
    assert [id_ for id_, _ in both.find([1, 0], 9, {B})] == ["b:1:0", "b:1:1", "b:1:2"]
    assert both.find([1, 0], 9, {("c", 1)}) == []


def test_a_new_version_takes_the_place_of_the_old_and_the_reader_of_before_keeps_his(
    both: Nearest,
) -> None:
    after = both.changed(2, {B, C}, {C: vectors(0.5)})
    assert [id_ for id_, _ in after.find([1, 0], 2, {A, B, C})] == ["b:1:0", "a:2:0"]
    assert both.find([1, 0], 1, {A, B})[0][0] == "a:1:0"


def test_rows_of_versions_long_gone_are_used_again(both: Nearest) -> None:
    now = both
    for version in range(2, 60):
        now = now.changed(version, {("a", version), B}, {("a", version): vectors(0, 1)})
    assert len(now.matrix) < 20
    assert [id_ for id_, _ in now.find([1, 0], 2, {("a", 59), B})] == ["a:59:0", "b:1:0"]


def test_a_library_too_large_to_scan_is_searched_by_chroma(shelf: Shelf, samples: Path) -> None:
    with shelf.open(FakeEmbedder()) as library:
        for file in sorted(samples.glob("*.txt")):
            library.add(read_source(file), None, file)
        plans = library.records(Role.STAFF)
        by_scan = [library.search("农村低保标准", some) for some in (plans, plans[:1])]
    large = Library(shelf.data, FakeEmbedder(), shelf.database_url, shelf.chroma, scan_limit=10)
    with large as library:
        by_chroma = [library.search("农村低保标准", some) for some in (plans, plans[:1])]
    for one, other in zip(by_scan, by_chroma, strict=True):
        assert [hit.id for hit in one[:10]] == [hit.id for hit in other[:10]]
