"""Everything of one person is deleted on request: questions, opinions, conversations, buttons,
waiting files, counts. The person's rights stay.

A person's conversations are those the journal names, and those whose name ends with the person's:
telegram:5, telegram:5:TOPIC, telegram:-GROUP:TOPIC:5, wecom:li, wecom-bot:BOT:li,
wecom-bot:BOT:GROUP:li.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from bot.records.journal import Journal
from bot.schema import buttons, exchanges, inbox, uploads, usage
from bot.understanding.conversation import KIND
from knowledge.storage.database import Database
from knowledge.storage.schema import notes

SENT = "telegram"  # the notes of bot.channels.telegram.outbox; keys CHAT:MESSAGE


def forget_person(database: Database, user: str) -> int:
    """Forget a person and return the number of deleted rows, 0 for an unknown person.

    Messages of theirs that wait for an answer go too.
    """
    journal = Journal(database)
    mine = sa.select(exchanges.c.conversation).where(exchanges.c.user == user).distinct()
    with database.connect() as db:
        known = db.execute(mine).scalars().all()
    gone = journal.forget_person(user)
    with database.begin() as db:
        gone += db.execute(
            sa.delete(inbox).where(_is_theirs(inbox.c.conversation, user, known))
        ).rowcount
        gone += db.execute(sa.delete(buttons).where(buttons.c.owner == user)).rowcount
        gone += db.execute(sa.delete(uploads).where(uploads.c.user == user)).rowcount
        gone += db.execute(sa.delete(usage).where(usage.c.user == user)).rowcount
        if sa.inspect(db).has_table(notes.name):
            gone += _forget_notes(db, user, known)
    return gone


def _forget_notes(db: sa.Connection, user: str, known: Sequence[str]) -> int:
    """Forget the states of conversations, and the answers noted for a private chat's messages."""
    said = (notes.c.kind == KIND) & _is_theirs(notes.c.key, user, known)
    channel, _, name = user.partition(":")
    if channel == SENT:
        said |= (notes.c.kind == SENT) & notes.c.key.startswith(f"{name}:", autoescape=True)
    return db.execute(sa.delete(notes).where(said)).rowcount


def _is_theirs(column: sa.Column[str], user: str, known: Sequence[str]) -> sa.ColumnElement[bool]:
    """Choose a person's conversations, also with the event behind #, which waits for nobody."""
    channel, _, name = user.partition(":")
    names, end = {user, *known}, f":{name}"
    events = (column.startswith(f"{each}#", autoescape=True) for each in names)
    topics = column.startswith(f"{user}:", autoescape=True)
    ends = column.endswith(end, autoescape=True) | column.contains(f"{end}#", autoescape=True)
    elsewhere = column.startswith("telegram:-" if channel == "telegram" else f"{channel}-bot:")
    return sa.or_(column.in_(names), *events, topics, sa.and_(elsewhere, ends))
