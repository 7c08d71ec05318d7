"""The tables of the catalogue. A change here is a step in the catalogue that brings old libraries
along.
"""

import sqlalchemy as sa

tables = sa.MetaData()
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
    sa.Column(
        "fingerprint", sa.Text, nullable=False
    ),  # of the file's bytes and what plans.toml says
    sa.Column("metadata", sa.JSON, nullable=False),
    sa.Column("details", sa.JSON, nullable=False),  # preamble, dropped, warnings, chars, kept
    sa.Column("added_at", sa.Text, nullable=False),  # UTC, ISO 8601
)
sections = sa.Table(
    "sections",
    tables,
    sa.Column("plan", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column(
        "position", sa.Integer, primary_key=True
    ),  # 0 is the first section after the preamble
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
    "passages",
    tables,
    sa.Column("rowid", sa.Integer, primary_key=True),
    sa.Column(
        "id", sa.Text, nullable=False, unique=True
    ),  # plan:version:number, also the id in Chroma
    sa.Column("plan", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("section", sa.Integer, nullable=False),  # index in Plan.all_sections()
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Index("passages_of_plan", "plan", "version"),
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
CREATE_FULL_TEXT = sa.text(
    "CREATE VIRTUAL TABLE IF NOT EXISTS fulltext USING fts5(tokens, tokenize='unicode61')"
)
CREATE_VOCABULARY = sa.text(
    "CREATE VIRTUAL TABLE IF NOT EXISTS vocabulary USING fts5vocab(fulltext, 'row')"
)
COUNT_TERMS = sa.text("SELECT term, doc FROM vocabulary WHERE term IN :terms").bindparams(
    sa.bindparam("terms", expanding=True)
)
FORGET_FULL_TEXT = sa.text(
    "DELETE FROM fulltext WHERE rowid IN (SELECT rowid FROM passages WHERE plan = :plan)"
)
SEARCH_FULL_TEXT = sa.text(
    "SELECT passages.id, -bm25(fulltext) AS score "
    "FROM fulltext JOIN passages ON passages.rowid = fulltext.rowid "
    "WHERE fulltext MATCH :terms AND passages.plan IN :plans "
    "ORDER BY score DESC, passages.rowid LIMIT :limit"
).bindparams(sa.bindparam("plans", expanding=True))
