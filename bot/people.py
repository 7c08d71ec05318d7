"""Who was given a role in chat or by `python -m bot users`, and the invitations to one.

An identity is a person (telegram:5, wecom:zhangsan), everybody of a channel (wecom:*), a WeCom
department (wecom-dept:2) or a tag (wecom-tag:5).
"""

import hashlib
import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from bot import wording_office as wording
from bot.errors import CodeRefused
from bot.identities import read_identity
from bot.tables import STEPS, invitations, users
from knowledge.database import Database
from knowledge.plan import Role

INVITATION_SECONDS = 7 * 86_400.0
CODE_BYTES = 12  # 16 characters that Telegram lets stand behind ?start=
BARRED = "none"


@dataclass(frozen=True, slots=True)
class Person:
    """What somebody may do; `role` is None for one who is kept out."""

    identity: str
    role: Role | None
    given_by: str
    at: float


class People:
    """The people of one database. Calls are one short transaction; call from a thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.migrate("bot", STEPS)

    def roles(self, identities: Sequence[str]) -> Mapping[str, Role | None]:
        """Return what is said of these identities, and which groups are kept out, whoever is in
        them; those of whom nothing is said are left out.
        """
        kept_out = (users.c.role == BARRED) & users.c.identity.startswith("wecom-")
        query = sa.select(users).where(users.c.identity.in_(identities) | kept_out)
        with self._database.connect() as db:
            return {row.identity: _role(row.role) for row in db.execute(query)}

    def all(self) -> tuple[Person, ...]:
        """Return everybody, by identity."""
        with self._database.connect() as db:
            rows = db.execute(sa.select(users).order_by(users.c.identity)).all()
        return tuple(Person(r.identity, _role(r.role), r.given_by, r.at) for r in rows)

    def give(self, identity: str, role: Role | None, given_by: str) -> str:
        """Give a role, or with None keep out, and return the identity as it is kept.

        Raises:
            BadIdentity: it names nobody.
        """
        row = {"identity": read_identity(identity), "role": role.value if role else BARRED}
        with self._database.begin() as db:
            self._database.put(db, users, row | {"given_by": given_by, "at": time.time()})
        return row["identity"]

    def forget(self, identity: str) -> bool:
        """Take back what was said of an identity and say whether anything was."""
        mine = users.c.identity == identity.strip().lower()
        with self._database.begin() as db:
            return db.execute(sa.delete(users).where(mine)).rowcount == 1

    def invite(self, role: Role, given_by: str) -> str:
        """Return a code that gives the role to the first who sends it within a week."""
        code = secrets.token_urlsafe(CODE_BYTES)
        row = {"hash": _hash(code), "role": role.value, "given_by": given_by}
        with self._database.begin() as db:
            db.execute(sa.delete(invitations).where(invitations.c.until < time.time()))
            db.execute(
                sa.insert(invitations).values(row | {"until": time.time() + INVITATION_SECONDS})
            )
        return code

    def redeem(self, code: str, identity: str, has: Role | None) -> Role:
        """Give the role of an invitation to who sent its code and has less; it works once.

        Raises:
            CodeRefused: the code is unknown, used or too old, or the person is kept out; which of
                these is told to nobody.
        """
        is_good = (invitations.c.hash == _hash(code)) & invitations.c.used_by.is_(None)
        is_good &= invitations.c.until >= time.time()
        barred = (users.c.identity == identity) & (users.c.role == BARRED)
        with self._database.begin() as db:
            row = db.execute(sa.select(invitations).where(is_good)).first()
            is_barred = db.execute(sa.select(users).where(barred)).first() is not None
            used = sa.update(invitations).where(is_good).values(used_by=identity)
            if row is None or is_barred or db.execute(used).rowcount != 1:
                raise CodeRefused(wording.CODE_REFUSED)
            role = highest((Role(row.role), has)) or Role(row.role)
            given = {"identity": identity, "role": role.value, "given_by": row.given_by}
            self._database.put(db, users, given | {"at": time.time()})
        return role


def highest(roles: Iterable[Role | None]) -> Role | None:
    """Return the highest of some roles, None where there is none."""
    order = tuple(Role)
    return max((role for role in roles if role), key=order.index, default=None)


def _hash(code: str) -> str:
    return hashlib.sha256(code.strip().encode()).hexdigest()


def _role(said: str) -> Role | None:
    return None if said == BARRED else Role(said)
