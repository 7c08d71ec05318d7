"""The library as a LangChain retriever, for chains that others build around it."""

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from knowledge.library import Library
from knowledge.plan import Role
from knowledge.search.fusion import Hit


class LibraryRetriever(BaseRetriever):
    """Finds passages as the assistant does, in the plans that `reader` may see.

    A document's text is the passage; its metadata name plan, version, file, title, year, part,
    path, label and heading of its section, and the score (0 to 1, relative to this search).
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Library
    reader: Role = Role.STAFF
    limit: int = 8

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        hits = self.library.search(query, self.library.records(self.reader))
        return [_document(hit) for hit in hits[: self.limit]]


def _document(hit: Hit) -> Document:
    record, section = hit.record, hit.section
    metadata = {
        "plan": record.id,
        "version": record.version,
        "file": record.file,
        "title": record.metadata.title,
        "year": record.metadata.year,
        "part": section.part,
        "path": list(section.path),
        "label": section.label,
        "heading": section.heading,
        "score": hit.score,
    }
    return Document(page_content=hit.text, metadata=metadata, id=hit.id)
