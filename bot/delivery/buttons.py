"""The meaning of buttons: platforms carry an opaque token, the action stays here.

A token is 16 characters of a-z, A-Z, 0-9, - and _; it works for 30 days, and a personal one only
for the person it was shown to.
"""

import secrets
import time
from collections.abc import Sequence

import sqlalchemy as sa
from pydantic import TypeAdapter

from bot.errors import ButtonRefused
from bot.messages import Action
from bot.schema import STEPS, buttons
from bot.wording import answers as wording
from knowledge.storage.database import Database

TOKEN_BYTES = 12
KEEP_SECONDS = 30 * 86_400.0
ACTION = TypeAdapter(Action)


class Buttons:
    """The buttons of all channels. Calls are one short transaction; call from a thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.migrate("bot", STEPS)
        with database.begin() as db:
            db.execute(sa.delete(buttons).where(buttons.c.at < time.time() - KEEP_SECONDS))

    def offer(self, actions: Sequence[Action], owner: str) -> tuple[str, ...]:
        """Keep actions for `owner` and return one token for each."""
        tokens = tuple(secrets.token_urlsafe(TOKEN_BYTES) for _ in actions)
        rows = [
            {"token": token, "owner": owner, "action": ACTION.dump_json(action).decode()}
            | {"at": time.time()}
            for token, action in zip(tokens, actions, strict=True)
        ]
        if rows:
            with self._database.begin(survives_power_loss=False) as db:
                db.execute(sa.insert(buttons), rows)
        return tokens

    def keep(self, token: str, action: Action, owner: str) -> None:
        """Keep an action under a token that was shown before the action was known."""
        row = {"token": token, "owner": owner, "action": ACTION.dump_json(action).decode()}
        with self._database.begin() as db:
            self._database.put(db, buttons, row | {"at": time.time()})

    def press(self, token: str, user: str) -> Action:
        """Return the action of a button.

        Raises:
            ButtonRefused: it is too old or unknown, or was offered to somebody else; the message is
                for the person who pressed.
        """
        query = sa.select(buttons).where(buttons.c.token == token)
        query = query.where(buttons.c.at >= time.time() - KEEP_SECONDS)
        with self._database.connect() as db:
            row = db.execute(query).first()
        if row is None:
            raise ButtonRefused(wording.BUTTON_TOO_OLD)
        action = ACTION.validate_json(row.action)
        if action.is_personal and row.owner != user:
            raise ButtonRefused(wording.BUTTON_OF_OTHER)
        return action
