"""The tables of the bot, in the same database as the catalogue: inbox, journal, buttons, leases,
people.

Times are seconds since 1970. A change here is a further step at the end of `STEPS`.
"""

import sqlalchemy as sa

from knowledge.storage.database import Step

tables = sa.MetaData()

inbox = sa.Table(
    "inbox",
    tables,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),  # the platform's own number of the message
    sa.Column("conversation", sa.Text, nullable=False),  # answered in order within it
    sa.Column("payload", sa.Text, nullable=False),  # as the channel reads it; "" once done
    sa.Column("received_at", sa.Float, nullable=False),
    sa.Column("taken_by", sa.Text),  # the worker that answers it
    sa.Column("taken_until", sa.Float),  # after that, the worker is taken for dead
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("done_at", sa.Float),
    sa.UniqueConstraint("channel", "key"),
    sa.Index(
        "inbox_waiting",
        *("channel", "conversation", "id"),
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    ),
)
leases = sa.Table(
    "leases",
    tables,
    sa.Column("name", sa.Text, primary_key=True),  # the connection that only one may hold
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("until", sa.Float, nullable=False),
)
buttons = sa.Table(
    "buttons",
    tables,
    sa.Column("token", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),  # JSON of bot.messages.Action
    sa.Column("at", sa.Float, nullable=False),
)
exchanges = sa.Table(
    "exchanges",  # the audit: one row for each thing asked or done
    tables,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("at", sa.Float, nullable=False, index=True),
    sa.Column("user", sa.Text, nullable=False, index=True),
    sa.Column("conversation", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),  # question, add, remove, restore, role …
    sa.Column("asked", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("citations", sa.Text, nullable=False),  # JSON: [{"plan", "version", "label"}]
    sa.Column("targets", sa.Text, nullable=False),  # JSON: plan -> marks, for 图 and 表格
    sa.Column("written_by", sa.Text, nullable=False),
    sa.Column("withheld", sa.Integer, nullable=False),  # sentences the check kept back
    sa.Column("elapsed_ms", sa.Float, nullable=False),
)
feedback = sa.Table(
    "feedback",
    tables,
    sa.Column("exchange", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("user", sa.Text, primary_key=True),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("verdict", sa.Text, nullable=False),  # good, bad
    sa.Column("reason", sa.Text, nullable=False),
)
uploads = sa.Table(
    "uploads",  # files sent in chat that wait for 入库
    tables,
    sa.Column("token", sa.Text, primary_key=True),
    sa.Column("user", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)
sends = sa.Table(
    "sends",  # what a person was sent within the hour, or has a turn for
    tables,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("user", sa.Text, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("content", sa.Text, nullable=False),  # its digest
    sa.Column("reason", sa.Text, nullable=False),  # what it answers
    sa.Index("sends_of_user", "channel", "user", "at"),
)
users = sa.Table(
    "users",  # who may do what, beside the lists of the settings
    tables,
    sa.Column("identity", sa.Text, primary_key=True),  # telegram:5, wecom:zhang, wecom-dept:2
    sa.Column("role", sa.Text, nullable=False),  # staff, leader, admin; none is kept out
    sa.Column("given_by", sa.Text, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)
invitations = sa.Table(
    "invitations",
    tables,
    sa.Column("hash", sa.Text, primary_key=True),  # of the code, which is kept nowhere
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("given_by", sa.Text, nullable=False),
    sa.Column("until", sa.Float, nullable=False),
    sa.Column("used_by", sa.Text),
)
usage = sa.Table(
    "usage",  # how much somebody used of what is limited
    tables,
    sa.Column("user", sa.Text, primary_key=True),
    sa.Column("what", sa.Text, primary_key=True),  # question, model
    sa.Column("period", sa.Text, primary_key=True),  # a day, or a minute
    sa.Column("until", sa.Float, nullable=False),  # when the period ends
    sa.Column("spent", sa.Integer, nullable=False),
)
STEPS: tuple[Step, ...] = (
    lambda db: tables.create_all(db),
    lambda db: sends.create(db, checkfirst=True),
)
