"""The tables of the library. A change here is a further step in `migrations`, which brings old
libraries along.
"""

import sqlalchemy as sa

tables = sa.MetaData()
# Compared byte by byte in every database: terms of the full text need no language's order.
TERM = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

plans = sa.Table(
    "plans",
    tables,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("source", sa.Text, nullable=False),  # absolute path of the newest version's file
    sa.Column("published", sa.Integer),  # the version that answers; null when removed
)
versions = sa.Table(
    "versions",
    tables,
    sa.Column("plan", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("file", sa.Text, nullable=False),
    # of the file's bytes and of what plans.toml says
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("metadata", sa.JSON, nullable=False),
    sa.Column("details", sa.JSON, nullable=False),  # preamble, dropped, warnings, chars, kept
    sa.Column("added_at", sa.Text, nullable=False),  # UTC, ISO 8601
)
sections = sa.Table(
    "sections",
    tables,
    sa.Column("plan", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    # 0 is the first section; -1 the preamble, where there is one
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("content", sa.JSON, nullable=False),
)
targets = sa.Table(
    "targets",
    tables,
    sa.Column("plan", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("content", sa.JSON, nullable=False),
)
passages = sa.Table(
    "passages",  # of the published versions alone
    tables,
    sa.Column("rowid", sa.Integer, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),  # plan:version:number, as in Chroma
    sa.Column("plan", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("section", sa.Integer, nullable=False),  # its position in `sections`
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Index("passages_of_plan", "plan", "version"),
)
indexed = sa.Table(
    "indexed",  # the plans in the full text, see knowledge.storage.full_text
    tables,
    sa.Column("plan", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, nullable=False, unique=True),  # counts plans from 0
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("lengths", sa.LargeBinary, nullable=False),  # uint32 a passage: its terms
)
postings = sa.Table(
    "postings",
    tables,
    sa.Column("term", TERM, primary_key=True),
    sa.Column("block", sa.Integer, primary_key=True),
    sa.Column("packed", sa.LargeBinary, nullable=False),  # uint32 a passage that holds the term
    sa.Index("postings_of_block", "block"),
    sqlite_with_rowid=False,
)
counters = sa.Table(
    "counters",
    tables,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Integer, nullable=False),
)
embeddings = sa.Table(
    "embeddings",
    tables,
    sa.Column("model", sa.Text, primary_key=True),
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("vector", sa.LargeBinary, nullable=False),  # float32, little-endian
)
files = sa.Table(
    "files",
    tables,
    sa.Column("fingerprint", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
notes = sa.Table(
    "notes",  # what the assistant keeps: one JSON text for each kind and key
    tables,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("at", sa.Float, nullable=False),  # seconds since 1970
)
