"""A section that was spoken of -> the same section of the version that answers now.

Conversations and buttons keep a section of the version that they were about. Where the plan has
another version since, or was read anew by a newer program, its text finds it again.
"""

from collections.abc import Sequence

from knowledge.library import Library
from knowledge.plan import Citation, PlanRecord, Section
from knowledge.structure.difference import successor


def follow(
    cited: Citation | None, records: Sequence[PlanRecord], library: Library
) -> Citation | None:
    """Return the citation in the version that answers now, None where it is in none of them."""
    if cited is None or cited.record in records:
        return cited
    record = next((r for r in records if r.id == cited.record.id), None)
    section = successor(cited.section, library.plan(record).all_sections()) if record else None
    return None if record is None or section is None else Citation(record, section, cited.quote)


def section_of_version(
    record: PlanRecord, version: int, key: tuple[int | None, tuple[str, ...], int], library: Library
) -> Section | None:
    """Return the section that an older version knew by this key, as it is in the record's."""
    if version == record.version:
        return next((s for s in library.plan(record).all_sections() if s.key == key), None)
    versions = (v.record for v in library.versions(record.id))
    older = next((r for r in versions if r.version == version), None)
    sections = library.plan(older).all_sections() if older else ()
    before = next((s for s in sections if s.key == key), None)
    return None if before is None else successor(before, library.plan(record).all_sections())
