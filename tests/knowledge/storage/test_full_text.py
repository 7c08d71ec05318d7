import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from knowledge.library import Library
from knowledge.passages import plan_passages
from knowledge.plan import PlanRecord, Role
from knowledge.storage.full_text import BLOCK
from knowledge.structure.metadata import load_plans_toml
from knowledge.text import tokenize
from tests.support.embedding import FakeEmbedder
from tests.support.shelves import Shelf
from tests.support.source_files import read_source, source_from_bytes

QUESTIONS = (
    "农村低保标准是多少",
    "老年助餐每餐补贴多少元",
    "2024年养老床位新增多少张",
    "社工站什么时候建成？",
    "提高到745元/人·月",
    "9.5%",
    "的",
    "殡葬服务费免除多少",
)


@pytest.fixture
def filled(shelf: Shelf, samples: Path) -> Iterator[Library]:
    """The sample plans, one of them in its second version, one removed and put in again."""
    with shelf.open(FakeEmbedder()) as library:
        given = load_plans_toml(samples)
        files = sorted(samples.glob("*.txt"))
        for file in files:
            library.add(read_source(file), given[file.name], file)
        first = library.records(Role.STAFF)[0]
        library.remove(first)
        for file in files[1:]:
            library.add(read_source(file), None, file)
        yield library


def fts5_best(library: Library, question: str) -> list[tuple[str, float]]:
    """What SQLite's own full text with its own bm25() finds in the same passages."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE ids (id)")
        db.execute("CREATE VIRTUAL TABLE fulltext USING fts5(tokens, tokenize='unicode61')")
        for record in sorted(library.records(Role.ADMIN), key=lambda r: r.id):
            for n, passage in enumerate(plan_passages(library.plan(record))):
                db.execute("INSERT INTO ids VALUES (?)", [f"{record.id}:{record.version}:{n}"])
                db.execute("INSERT INTO fulltext VALUES (?)", [passage.tokens])
        match = " OR ".join(f'"{term}"' for term in dict.fromkeys(tokenize(question)))
        return db.execute(
            "SELECT ids.id, -bm25(fulltext) AS score FROM fulltext JOIN ids "
            "ON ids.rowid = fulltext.rowid WHERE fulltext MATCH ? ORDER BY score DESC, ids.rowid",
            [match],
        ).fetchall()


def test_the_top_ten_and_their_scores_are_those_of_fts5(filled: Library) -> None:
    records = filled.records(Role.STAFF)
    plans = [record.id for record in records]
    for question in QUESTIONS:
        ours = filled._catalogue.full_text(question, plans, 10, records)
        theirs = fts5_best(filled, question)[:10]
        assert [score for _, score in ours] == pytest.approx([score for _, score in theirs])
        by_score = {round(score, 9) for _, score in theirs}
        if len(by_score) == len(theirs):  # equal scores may stand in either order
            assert [id_ for id_, _ in ours] == [id_ for id_, _ in theirs]


def test_words_are_weighed_by_the_readers_plans_as_if_there_were_no_others(
    filled: Library,
) -> None:
    """Two plans among more have the scores and shares that FTS5 finds in a table of these two."""
    mine = filled.records(Role.STAFF)[:2]
    other = filled.records(Role.STAFF)[2]
    ids = [record.id for record in mine]
    for question in QUESTIONS:
        before = filled._catalogue.full_text(question, ids, 10, mine)
        shares = filled.term_shares(tokenize(question), mine)
        filled.remove(other)
        after = filled._catalogue.full_text(question, ids, 10, mine)
        assert dict(after) == pytest.approx(dict(before))
        assert filled.term_shares(tokenize(question), mine) == pytest.approx(shares)
        theirs = [score for _, score in fts5_best(filled, question)[:10]]
        assert [score for _, score in before] == pytest.approx(theirs)
        filled.restore(other.id, other.version)


def test_folder_and_servers_give_the_same_hits(
    tmp_path: Path, servers: Shelf, samples: Path
) -> None:
    found = []
    for shelf in (Shelf(tmp_path / "folder"), servers):
        with shelf.open(FakeEmbedder()) as library:
            for file in sorted(samples.glob("*.txt")):
                library.add(read_source(file), None, file)
            plans = library.records(Role.STAFF)
            found.append([[h.id for h in library.search(q, plans)[:10]] for q in QUESTIONS])
    assert found[0] == found[1]
    assert all(found[0])


def test_rare_terms_have_small_shares_and_decimals_are_terms(filled: Library) -> None:
    shares = filled.term_shares(["市", "9.5", "没有的词"], filled.records(Role.STAFF))
    assert shares["市"] > 0.5
    assert 0 <= shares["9.5"] < 0.1
    assert shares["没有的词"] == 0


def test_the_vocabulary_is_that_of_the_named_plans(filled: Library) -> None:
    record = filled.records(Role.STAFF)[0]
    counted = Counter[str]()
    for passage in plan_passages(filled.plan(record)):
        counted.update({term for term in passage.tokens.split() if not term[0].isdigit()})
    vocabulary = filled.vocabulary([record])
    assert {term: vocabulary[term] for term in counted} == counted
    assert filled.vocabulary([]) == Counter()


def test_passages_are_the_texts_of_the_named_plans(filled: Library) -> None:
    record = filled.records(Role.STAFF)[0]
    assert filled.passages([record]) == [p.text for p in plan_passages(filled.plan(record))]


def test_more_plans_than_a_block_holds_are_told_apart(tmp_path: Path) -> None:
    with Library(tmp_path / "data", FakeEmbedder()) as library:
        for n in range(BLOCK + 2):
            text = f"第{n}市要点\n一、修渠\n清淤干渠{n + 100}公里。\n二、植树\n造林{n}亩。\n"
            library.add(source_from_bytes(f"{n}.txt", text.encode()))
        plans = library.records(Role.STAFF)
        assert found_in(library, f"干渠{BLOCK + 100}公里", plans) == str(BLOCK)
        last = [record for record in plans if record.id == str(BLOCK + 1)]
        assert {hit.record.id for hit in library.search("干渠", last)} == {str(BLOCK + 1)}
        assert library.term_shares(["干渠"], plans)["干渠"] == pytest.approx(0.5)


def found_in(library: Library, question: str, plans: tuple[PlanRecord, ...]) -> str:
    return library.search(question, plans)[0].record.id
