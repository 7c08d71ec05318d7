from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.errors import AmbiguousPlan, UnknownPlan
from knowledge.library import AddOutcome, Library
from knowledge.plan import Audience, Metadata, Role
from knowledge.search.embedding_cache import EMBED_BATCH
from knowledge.structure.metadata import load_plans_toml
from tests.support.embedding import FakeEmbedder
from tests.support.places import WritePlan
from tests.support.shelves import (
    HEAD,
    LONG,
    METERS,
    NEWER,
    OTHER,
    PLAN,
    SIGNATURE,
    Shelf,
    add,
    found,
)


@pytest.fixture
def library(shelf: Shelf, embedder: FakeEmbedder) -> Iterator[Library]:
    """An empty library, over either kind of place."""
    with shelf.open(embedder) as opened:
        yield opened


# Adding


def test_an_added_plan_is_found_by_its_id_and_by_its_file_name(
    library: Library, write_plan: WritePlan
) -> None:
    added = add(library, write_plan("澜州水务2025.txt", PLAN))
    assert (added.outcome, added.record.version) == (AddOutcome.NEW, 1)
    assert added.record.id == "lan-zhou-shui-wu-2025"
    for name in (added.record.id, "澜州水务2025.txt"):
        assert library.find(name, Role.STAFF) == added.record


def test_a_stored_plan_is_the_parsed_one(shelf: Shelf, write_plan: WritePlan) -> None:
    file = write_plan("a.txt", PLAN + "扫码关注我们\n")
    with shelf.open(FakeEmbedder()) as library:
        parsed = add(library, file).plan
    with shelf.open(FakeEmbedder()) as library:
        assert library.plan(library.find("a", Role.STAFF)) == parsed


def test_an_unchanged_file_is_not_embedded_again(
    library: Library, embedder: FakeEmbedder, write_plan: WritePlan
) -> None:
    file = write_plan("a.txt", PLAN)
    first, embedded = add(library, file), list(embedder.history)
    again = add(library, file)
    assert (again.outcome, again.record) == (AddOutcome.UNCHANGED, first.record)
    assert embedder.history == embedded


def test_a_new_version_from_the_same_path_replaces_the_old_and_embeds_what_is_new(
    library: Library, embedder: FakeEmbedder, write_plan: WritePlan
) -> None:
    add(library, write_plan("a.txt", PLAN))
    embedder.history.clear()
    added = add(library, write_plan("a.txt", NEWER))
    assert (added.outcome, added.record.version, added.alike) == (AddOutcome.REPLACED, 2, ())
    assert library.records(Role.STAFF) == (added.record,)
    assert embedder.history == ["建好水厂\n新建水厂5座，日供水33.02万吨。"]
    assert found(library, "新建水厂几座")[0] == "建好水厂\n新建水厂5座，日供水33.02万吨。"
    assert not any("水厂2座" in text for text in found(library, "新建水厂2座"))


def test_nothing_of_the_old_version_is_left_among_passages_and_vectors(
    shelf: Shelf, write_plan: WritePlan
) -> None:
    with shelf.open(FakeEmbedder()) as library:
        add(library, write_plan("a.txt", PLAN))
        add(library, write_plan("a.txt", NEWER))
        removed = add(library, write_plan("b.txt", OTHER)).record
        library.remove(removed)
    assert shelf.stored_ids() == ({f"a:2:{n}" for n in range(4)},) * 2


def test_what_plans_toml_says_anew_is_a_new_version_that_embeds_nothing(
    library: Library, embedder: FakeEmbedder, write_plan: WritePlan
) -> None:
    file = write_plan("a.txt", PLAN)
    add(library, file)
    embedder.history.clear()
    added = add(library, file, Metadata(region="澜州市", aliases=("澜州",)))
    assert (added.outcome, added.record.version) == (AddOutcome.REPLACED, 2)
    assert added.record.metadata.aliases == ("澜州",)
    assert embedder.history == []


def test_the_same_title_and_issuer_from_another_path_is_a_new_plan_and_proposed(
    library: Library, write_plan: WritePlan
) -> None:
    first = add(library, write_plan("a.txt", PLAN))
    second = add(library, write_plan("b.txt", NEWER))
    other = add(library, write_plan("c.txt", OTHER))
    assert (second.outcome, second.alike) == (AddOutcome.NEW, (first.record,))
    assert (other.outcome, other.alike) == (AddOutcome.NEW, ())
    assert len(library.records(Role.STAFF)) == 3


def test_replaces_makes_another_file_a_new_version(library: Library, write_plan: WritePlan) -> None:
    add(library, write_plan("a.txt", PLAN))
    added = add(library, write_plan("b.txt", NEWER), replaces="a.txt")
    assert (added.record.id, added.record.version, added.record.file) == ("a", 2, "b.txt")
    assert (added.outcome, added.alike) == (AddOutcome.REPLACED, ())


def test_a_file_that_replaced_a_plan_goes_on_being_that_plan(
    library: Library, write_plan: WritePlan
) -> None:
    add(library, write_plan("a.txt", PLAN))
    newer = write_plan("b.txt", NEWER)
    add(library, newer, replaces="a")
    assert add(library, newer).outcome is AddOutcome.UNCHANGED
    assert [record.id for record in library.records(Role.STAFF)] == ["a"]


def test_replacing_an_unknown_plan_adds_nothing(library: Library, write_plan: WritePlan) -> None:
    with pytest.raises(UnknownPlan):
        add(library, write_plan("b.txt", NEWER), replaces="nothing")
    assert library.records(Role.ADMIN) == ()


def test_a_removed_plan_no_longer_answers_and_comes_back_as_its_next_version(
    library: Library, embedder: FakeEmbedder, write_plan: WritePlan
) -> None:
    file = write_plan("a.txt", PLAN)
    record = add(library, file).record
    library.remove(record)
    assert (library.records(Role.ADMIN), found(library, "水厂")) == ((), [])
    assert library.search("水厂", [record]) == []
    embedder.history.clear()
    back = add(library, file)
    assert (back.outcome, back.record.id, back.record.version) == (AddOutcome.NEW, "a", 2)
    assert embedder.history == []


def test_an_embedding_error_leaves_the_old_version_and_what_was_embedded(
    library: Library, embedder: FakeEmbedder, write_plan: WritePlan
) -> None:
    old = add(library, write_plan("a.txt", PLAN)).record
    file = write_plan("a.txt", LONG)
    embedder.errors.extend([None, TimeoutError("slow")])
    with pytest.raises(TimeoutError):
        add(library, file)
    assert library.records(Role.STAFF) == (old,)
    embedder.history.clear()
    assert add(library, file).outcome is AddOutcome.REPLACED
    assert len(embedder.history) == 20 - EMBED_BATCH


def test_progress_is_told_batch_by_batch(library: Library, write_plan: WritePlan) -> None:
    steps: list[tuple[int, int]] = []
    add(library, write_plan("a.txt", LONG), progress=lambda *step: steps.append(step))
    assert steps == [(0, 21), (16, 21), (21, 21)]


def test_plans_put_in_together_are_found_at_once_and_have_all_their_vectors(
    shelf: Shelf, embedder: FakeEmbedder, write_plan: WritePlan
) -> None:
    with shelf.open(embedder) as library, library.together():
        add(library, write_plan("a.txt", PLAN))
        add(library, write_plan("b.txt", OTHER))
        assert "造林3.5万亩" in found(library, "造林多少亩")[0]
        embedded = list(embedder.history)
    passages, vectors = shelf.stored_ids()
    assert passages == vectors
    with shelf.open(embedder) as library:
        assert "造林3.5万亩" in found(library, "造林多少亩")[0]
    assert [text for text in embedder.history if text not in embedded] == []


def test_an_error_in_the_middle_keeps_the_plans_before_it(
    shelf: Shelf, embedder: FakeEmbedder, write_plan: WritePlan
) -> None:
    with shelf.open(embedder) as library, pytest.raises(UnknownPlan), library.together():
        add(library, write_plan("a.txt", PLAN))
        add(library, write_plan("b.txt", OTHER), replaces="没有")
    passages, vectors = shelf.stored_ids()
    assert passages == vectors == {f"a:1:{n}" for n in range(4)}


def test_ids_differ_where_names_are_the_same(library: Library, write_plan: WritePlan) -> None:
    names = ["甲/要点.txt", "乙/要点.txt", "《》.txt"]
    ids = [add(library, write_plan(name, PLAN)).record.id for name in names]
    assert ids == ["yao-dian", "yao-dian-2", "plan"]


# Finding


def test_an_unknown_name_is_answered_with_the_known_ones(
    library: Library, write_plan: WritePlan
) -> None:
    with pytest.raises(UnknownPlan, match="还没有任何文件"):
        library.find("c.txt", Role.STAFF)
    add(library, write_plan("a.txt", PLAN))
    with pytest.raises(UnknownPlan, match=r"'c.txt'.*现有：a。"):
        library.find("c.txt", Role.STAFF)


def test_a_file_name_that_several_plans_have_is_answered_with_their_ids(
    library: Library, write_plan: WritePlan
) -> None:
    for city in ("甲", "乙"):
        add(library, write_plan(f"{city}/a.txt", f"{city}市{PLAN}"))
    with pytest.raises(AmbiguousPlan, match="a、a-2"):
        library.find("a.txt", Role.STAFF)


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        (Audience.ALL, {Role.STAFF, Role.LEADER, Role.ADMIN}),
        (Audience.LEADERS, {Role.LEADER, Role.ADMIN}),
        (Audience.ADMINS, {Role.ADMIN}),
    ],
)
def test_a_plan_is_seen_by_its_audience_alone(
    audience: Audience, readers: set[Role], library: Library, write_plan: WritePlan
) -> None:
    add(library, write_plan("open.txt", OTHER))
    hidden = add(library, write_plan("hidden.txt", PLAN), Metadata(audience=audience)).record
    for reader in Role:
        sees = reader in readers
        assert (hidden in library.records(reader)) is sees
        assert any("水厂" in text for text in found(library, "新建水厂", reader)) is sees
        if not sees:
            with pytest.raises(UnknownPlan) as raised:
                library.find("hidden.txt", reader)
            assert "现有：open。" in str(raised.value)


def test_the_newest_year_comes_first(library: Library, samples: Path) -> None:
    given = load_plans_toml(samples)
    for file in sorted(samples.glob("*.txt")):
        add(library, file, given[file.name])
    assert [record.metadata.year for record in library.records(Role.STAFF)] == [2025, 2024, 2023]


# Search


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("清淤多少公里干渠", "一"),
        ("水厂要新建几座", "二"),
        ("33.02万吨", "二"),
        ("智能水表", "三"),
        ("全年办好什么实事", "文首"),
    ],
)
def test_search_finds_the_section_with_the_words_of_the_question(
    question: str, label: str, library: Library, write_plan: WritePlan
) -> None:
    add(library, write_plan("a.txt", PLAN))
    add(library, write_plan("b.txt", OTHER))
    hits = library.search(question, library.records(Role.STAFF))
    assert (hits[0].record.id, hits[0].section.label) == ("a", label)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 <= hit.score <= 1 for hit in hits)


def test_search_looks_in_the_plans_it_is_given(library: Library, write_plan: WritePlan) -> None:
    add(library, write_plan("a.txt", PLAN))
    other = add(library, write_plan("b.txt", OTHER)).record
    assert {hit.record for hit in library.search("新建水厂", [other])} == {other}
    assert library.search("新建水厂", []) == []


@pytest.mark.parametrize("question", ["", "  ", "\u3000\n"])
def test_an_empty_question_finds_nothing(
    question: str, library: Library, write_plan: WritePlan
) -> None:
    add(library, write_plan("a.txt", PLAN))
    assert found(library, question) == []


@pytest.mark.parametrize(
    "question", ['"水厂" OR NOT', "水厂*", "(水厂", "水\x00厂", "水厂\ud800", "？！"]
)
def test_signs_of_a_query_language_are_no_error(
    question: str, library: Library, write_plan: WritePlan
) -> None:
    add(library, write_plan("a.txt", PLAN))
    hits = library.search(question, library.records(Role.STAFF))
    assert hits
    assert question == "？！" or hits[0].section.label == "二"


def test_a_reader_of_the_old_version_gets_no_mixture(
    library: Library, write_plan: WritePlan
) -> None:
    before = [add(library, write_plan("a.txt", PLAN)).record]
    add(library, write_plan("a.txt", HEAD + METERS.replace("三", "一") + SIGNATURE))
    for hit in library.search("更换智能水表", before):
        assert hit.text in hit.section.whole_text


def test_rare_terms_have_small_shares(library: Library, write_plan: WritePlan) -> None:
    add(library, write_plan("a.txt", PLAN))
    shares = library.term_shares(["水务", "智能", "林业"], library.records(Role.STAFF))
    assert shares == {"水务": 1.0, "智能": 0.25, "林业": 0.0}


# Vectors and catalogue in step


def test_rebuild_writes_every_vector_and_embeds_nothing(
    library: Library, embedder: FakeEmbedder, write_plan: WritePlan
) -> None:
    add(library, write_plan("a.txt", PLAN))
    before = library.search("水厂", library.records(Role.STAFF))
    embedder.history.clear()
    assert library.rebuild() == 4
    assert embedder.history == []
    assert library.search("水厂", library.records(Role.STAFF)) == before


def test_the_next_opening_restores_lost_vectors_and_removes_foreign_ones(
    shelf: Shelf, write_plan: WritePlan
) -> None:
    with shelf.open(FakeEmbedder()) as library:
        add(library, write_plan("a.txt", PLAN))
    with shelf.vectors() as vectors:
        vectors.remove(["a:1:0", "a:1:2"])
        vectors.put(["a:9:0", "stranger"], ["a", "b"], [[1.0] + [0.0] * 63] * 2)
    embedder = FakeEmbedder()
    with shelf.open(embedder) as library:
        assert len(found(library, "智能水表")) == 4
    assert shelf.stored_ids() == ({f"a:1:{n}" for n in range(4)},) * 2
    assert embedder.history == []


def test_another_embedding_model_embeds_the_library_anew(
    shelf: Shelf, write_plan: WritePlan
) -> None:
    with shelf.open(FakeEmbedder()) as library:
        add(library, write_plan("a.txt", PLAN))
    other = FakeEmbedder()
    other.name, other.dimensions = "other", 32
    with shelf.open(other) as library:
        assert found(library, "智能水表")[0].startswith("换好水表\n免费更换智能水表900只。")
    assert len(other.history) == 4
