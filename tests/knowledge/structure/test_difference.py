"""A corrected plan replaces the old one, and the old one can come back."""

from pathlib import Path

import pytest

from knowledge.errors import UnknownPlan, UnknownVersion, WiderAudience
from knowledge.library import AddOutcome, Library
from knowledge.parsing import parse_plan
from knowledge.plan import Audience, Metadata, PlanRecord, Role
from knowledge.structure.difference import compare_plans, mark_words
from tests.support.source_files import read_source

OLD = """澜州市水务局2025年工作要点
一、修好水渠。年底前清淤干渠12公里。
二、管好水库。巡查水库40座。
三、节约用水。开展宣传。
"""
NEW = """澜州市水务局2025年工作要点
一、修好水渠。年底前清淤干渠18公里。
二、节约用水。开展宣传。
三、防汛。储备编织袋3万条。
"""


def put(library: Library, path: Path, text: str) -> PlanRecord:
    path.write_text(text, encoding="utf-8")
    return library.add(read_source(path), None, path).record


def answers(library: Library, question: str) -> list[str]:
    return [hit.text for hit in library.search(question, library.records(Role.STAFF))]


def test_an_older_version_can_answer_again(library: Library, tmp_path: Path) -> None:
    old = put(library, tmp_path / "a.txt", OLD)
    put(library, tmp_path / "a.txt", NEW)
    assert any("18公里" in text for text in answers(library, "清淤干渠"))
    assert library.restore(old.id, 1) == old
    assert all("18公里" not in text for text in answers(library, "清淤干渠"))
    assert [v.is_published for v in library.versions(old.id)] == [True, False]


def given(library: Library, path: Path, text: str, said: Metadata | None) -> PlanRecord:
    path.write_text(text, encoding="utf-8")
    return library.add(read_source(path), said, path).record


def test_who_may_see_a_plan_stays_until_somebody_says_otherwise(
    library: Library, tmp_path: Path
) -> None:
    """A new version from a folder whose plans.toml says nothing more, or sent with --replaces."""
    file, other = tmp_path / "a.txt", tmp_path / "b.txt"
    leaders = Metadata(region="澜州市", aliases=("水务",), audience=Audience.LEADERS)
    old = given(library, file, OLD, leaders)
    newer = given(library, file, NEW, None)
    assert (newer.audience, newer.metadata.aliases) == (Audience.LEADERS, ("水务",))
    assert given(library, file, NEW, Metadata(aliases=("水",))).audience is Audience.LEADERS
    other.write_text(OLD, encoding="utf-8")
    replaced = library.add(read_source(other), None, other, replaces=old.id).record
    assert replaced.audience is Audience.LEADERS
    assert library.records(Role.STAFF) == ()
    assert given(library, other, NEW, Metadata(audience=Audience.ALL)).audience is Audience.ALL


def test_a_file_with_nothing_said_of_it_is_unchanged_the_second_time(
    library: Library, tmp_path: Path
) -> None:
    file = tmp_path / "a.txt"
    for said in (None, Metadata(region="澜州市", audience=Audience.LEADERS)):
        given(library, file, OLD, said)
        again = library.add(read_source(file), None, file)
        assert again.outcome is AddOutcome.UNCHANGED


def test_a_version_that_more_people_would_see_does_not_come_back(
    library: Library, tmp_path: Path
) -> None:
    public = given(library, tmp_path / "a.txt", OLD, None)
    given(library, tmp_path / "a.txt", NEW, Metadata(audience=Audience.LEADERS))
    with pytest.raises(WiderAudience, match='所有能提问的人都能看.*audience = "all"') as caught:
        library.restore(public.id, 1)
    assert caught.value.exit_status == 20
    assert library.records(Role.STAFF) == ()
    library.remove(public)
    with pytest.raises(WiderAudience, match="只给领导和管理员看，没有恢复"):
        library.restore(public.id, 1)


def test_a_removed_plan_can_come_back(library: Library, tmp_path: Path) -> None:
    record = put(library, tmp_path / "a.txt", OLD)
    library.remove(record)
    assert answers(library, "水库") == []
    library.restore(record.id, 1)
    assert any("40座" in text for text in answers(library, "水库"))


def test_the_next_version_after_a_restored_one_has_a_new_number(
    library: Library, tmp_path: Path
) -> None:
    put(library, tmp_path / "a.txt", OLD)
    record = put(library, tmp_path / "a.txt", NEW)
    library.restore(record.id, 1)
    path = tmp_path / "a.txt"
    added = library.add(read_source(path), None, path)
    assert (added.outcome, added.record.version) == (AddOutcome.REPLACED, 3)


def test_a_version_that_is_not_there_is_said_with_those_there_are(
    library: Library, tmp_path: Path
) -> None:
    record = put(library, tmp_path / "a.txt", OLD)
    with pytest.raises(UnknownVersion, match="没有第 7 版，只有：1"):
        library.restore(record.id, 7)
    with pytest.raises(UnknownPlan, match="没有叫 '没有'"):
        library.restore("没有", 1)


def test_plans_whose_file_is_gone_are_named(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    gone = put(library, folder / "a.txt", OLD)
    put(library, folder / "b.txt", NEW)
    put(library, tmp_path / "elsewhere.txt", OLD)
    (folder / "a.txt").unlink()
    (tmp_path / "elsewhere.txt").unlink()
    assert library.gone(folder) == (gone,)


def test_a_difference_names_what_came_what_went_and_what_changed() -> None:
    difference = compare_plans(parse_plan(OLD, "a.txt"), parse_plan(NEW, "a.txt"))
    found = {(change.kind, change.label) for change in difference.sections}
    assert found == {
        ("changed", "一"),
        ("renumbered", "三 → 二"),
        ("added", "三"),
        ("removed", "二"),
    }
    changed = next(c for c in difference.sections if c.kind == "changed")
    assert "清淤干渠1【－2】【＋8】公里" in changed.marked


def test_a_target_with_another_value_is_named_with_both() -> None:
    difference = compare_plans(parse_plan(OLD, "a.txt"), parse_plan(NEW, "a.txt"))
    values = {(t.before, t.after) for t in difference.targets}
    assert ("12公里", "18公里") in values
    assert ("40座", None) in values
    assert (None, "3万条") in values


def test_the_same_plan_has_no_difference() -> None:
    plan = parse_plan(OLD, "a.txt")
    assert compare_plans(plan, plan).sections == ()
    assert mark_words("一样", "一样") == "一样"
