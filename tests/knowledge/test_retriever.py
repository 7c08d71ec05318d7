from langchain_core.runnables import RunnableLambda

from knowledge.library import Library
from knowledge.plan import Audience, Metadata, Role
from knowledge.retriever import LibraryRetriever
from tests.support.places import WritePlan
from tests.support.shelves import OTHER, PLAN, add


def test_a_chain_gets_passages_with_the_sections_they_stand_in(
    library: Library, write_plan: WritePlan
) -> None:
    add(library, write_plan("a.txt", PLAN))
    chain = LibraryRetriever(library=library, limit=2) | RunnableLambda(list)
    best, _second = chain.invoke("新建水厂几座")
    assert best.page_content.startswith("建好水厂\n新建水厂2座")
    named = {name: best.metadata[name] for name in ("plan", "version", "file", "label", "path")}
    assert named == {"plan": "a", "version": 1, "file": "a.txt", "label": "二", "path": ["二"]}


def test_a_retriever_finds_what_its_reader_may_see(library: Library, write_plan: WritePlan) -> None:
    add(library, write_plan("a.txt", PLAN), Metadata(audience=Audience.LEADERS))
    add(library, write_plan("b.txt", OTHER))
    for reader, plans in ((Role.STAFF, {"b"}), (Role.LEADER, {"a", "b"})):
        found = LibraryRetriever(library=library, reader=reader).invoke("水厂")
        assert {document.metadata["plan"] for document in found} == plans
