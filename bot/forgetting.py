"""Everything of one person is deleted on request: questions, opinions, conversations, buttons,
files that wait, counts. What the person may do stays.
"""

import sqlalchemy as sa

from bot.conversation import KIND
from bot.journal import Journal
from bot.tables import buttons, inbox, uploads, usage
from knowledge.database import Database
from knowledge.schema import notes


def forget_person(database: Database, user: str) -> int:
    """Forget a person and return how many rows went, 0 for one of whom nothing was known.

    Messages of theirs that wait for an answer go too; in a group's conversation their words are
    forgotten with the group's.
    """
    gone = Journal(database).forget_person(user)
    private = (inbox.c.conversation == user, buttons.c.owner == user)
    with database.begin() as db:
        gone += db.execute(sa.delete(inbox).where(private[0])).rowcount
        gone += db.execute(sa.delete(buttons).where(private[1])).rowcount
        gone += db.execute(sa.delete(uploads).where(uploads.c.user == user)).rowcount
        gone += db.execute(sa.delete(usage).where(usage.c.user == user)).rowcount
        if sa.inspect(db).has_table(notes.name):
            said = (notes.c.kind == KIND) & (notes.c.key == user)
            gone += db.execute(sa.delete(notes).where(said)).rowcount
    return gone
