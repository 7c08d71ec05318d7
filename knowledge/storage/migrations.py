"""The steps that bring the tables of a library to their newest form, oldest first.

Step 1 makes the newest form at once, so that later steps find nothing to do in a new library.
"""

from typing import Any

import sqlalchemy as sa

from knowledge.storage import full_text
from knowledge.storage.database import Step
from knowledge.storage.schema import counters, passages, sections, tables, versions

COMPONENT = "schema"  # what `meta` calls the tables of the library
GENERATION = "generation"  # the counter that says that something was published or retired


def _create(db: sa.Connection) -> None:
    """1: make every table."""
    tables.create_all(db)
    if db.scalar(sa.select(sa.func.count()).select_from(counters)) == 0:
        db.execute(sa.insert(counters), {"name": GENERATION, "value": 0})


def _own_full_text(db: sa.Connection) -> None:
    """2: from SQLite's FTS5 to postings of our own; the preamble is a section like the others."""
    if not sa.inspect(db).has_table("full_text"):
        return
    _create(db)
    for row in db.execute(sa.select(versions)).all():
        if row.details["preamble"]:
            _keep_preamble(db, row)
    _index(db)
    db.execute(sa.text("DROP TABLE vocabulary"))
    db.execute(sa.text("DROP TABLE full_text"))


def _keep_preamble(db: sa.Connection, version: Any) -> None:
    """Write a version's preamble as section -1 and number its passages accordingly."""
    mine = {"plan": version.plan, "version": version.version}
    content = {"part": None, "path": [], "heading": "", "text": version.details["preamble"]}
    db.execute(sa.insert(sections), mine | {"position": -1, "content": content})
    is_its = (passages.c.plan == version.plan) & (passages.c.version == version.version)
    db.execute(sa.update(passages).where(is_its).values(section=passages.c.section - 1))


def _index(db: sa.Connection) -> None:
    old = sa.text(
        "SELECT p.plan, p.version, f.tokens FROM passages p JOIN full_text f ON f.rowid = p.rowid "
        "ORDER BY p.rowid"
    )
    found: dict[tuple[str, int], list[full_text.Terms]] = {}
    for plan, version, tokens in db.execute(old).all():
        found.setdefault((plan, version), []).append(full_text.count_terms(tokens.split()))
    for (plan, version), each in found.items():
        full_text.put(db, plan, version, each)


STEPS: tuple[Step, ...] = (_create, _own_full_text)
