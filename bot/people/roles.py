"""The roles given in chat or by `python -m bot users`, and the invitations to one.

Whatever changes this is decided and written in one transaction, one at a time. Only administrators
invite: the invitations of one who is lowered, removed or kept out are gone.

An identity is a person (telegram:5, wecom:zhangsan), everybody of a channel (wecom:*), a WeCom
department (wecom-dept:2) or a tag (wecom-tag:5).
"""

import hashlib
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from bot.errors import CodeRefused
from bot.people.identities import is_group, read_identity
from bot.schema import STEPS, invitations, users
from bot.wording import office as wording
from knowledge.plan import Role
from knowledge.storage.database import GRANTING, Database

INVITATION_SECONDS = 7 * 86_400.0
CODE_BYTES = 12  # 16 characters that Telegram lets stand behind ?start=
BARRED = "none"

Given = Mapping[str, Role | None]  # what is said of whom; None is kept out
Check = Callable[[Given, Given], None]  # raises for a change from the one to the other
MayInvite = Callable[[str, Given], bool]


@dataclass(frozen=True, slots=True)
class Person:
    """A person and their role, None for one kept out."""

    identity: str
    role: Role | None
    given_by: str
    at: float


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that nobody used yet, good until a time of `time.time()`."""

    role: Role
    given_by: str
    until: float


class People:
    """The people of one database. Calls are one short transaction; call from a thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.migrate("bot", STEPS)

    def roles(self, identities: Sequence[str]) -> Given:
        """Return the roles of these identities, and every group that is kept out. Identities
        without a role are left out.
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

    def give(
        self, identity: str, role: Role | None, given_by: str, check: Check | None = None
    ) -> str:
        """Give a role, or with None keep out, and return the identity as it is kept.

        Raises:
            BadIdentity: it names nobody.
            BotError: `check` refuses.
        """
        row = {"identity": read_identity(identity), "role": role.value if role else BARRED}
        with self._changing(check) as db:
            self._database.put(db, users, row | {"given_by": given_by, "at": time.time()})
        return row["identity"]

    def forget(self, identity: str, check: Check | None = None) -> bool:
        """Take back an identity's role; True if it had one.

        Raises:
            BotError: `check` refuses.
        """
        mine = users.c.identity == identity.strip().lower()
        with self._changing(check) as db:
            return db.execute(sa.delete(users).where(mine)).rowcount == 1

    def invitations(self, may_invite: MayInvite | None = None) -> tuple[Invitation, ...]:
        """Return the open invitations, those that end first before the others."""
        query = sa.select(invitations).where(_is_open()).order_by(invitations.c.until)
        with self._database.connect() as db:
            rows, given = db.execute(query).all(), _given(db)
        good = (row for row in rows if may_invite is None or may_invite(row.given_by, given))
        return tuple(Invitation(Role(row.role), row.given_by, row.until) for row in good)

    def revoke(self) -> int:
        """Make all open invitations void and return their number."""
        with self._changing() as db:
            return db.execute(sa.delete(invitations).where(_is_open())).rowcount

    def invite(self, role: Role, given_by: str, check: Check | None = None) -> str:
        """Return a code: the first to send it within a week gets the role.

        Raises:
            BotError: `check` refuses.
        """
        code = secrets.token_urlsafe(CODE_BYTES)
        row = {"hash": _hash(code), "role": role.value, "given_by": given_by}
        with self._changing(check) as db:
            db.execute(sa.delete(invitations).where(invitations.c.until < time.time()))
            db.execute(
                sa.insert(invitations).values(row | {"until": time.time() + INVITATION_SECONDS})
            )
        return code

    def redeem(
        self, code: str, identity: str, has: Role | None, may_invite: MayInvite | None = None
    ) -> Role:
        """Give an invitation's role to the sender of its code and return the role they have now. It
        works once. Who already `has` as much keeps that, no more lastingly than before.

        Raises:
            CodeRefused: the code is unknown, used or too old, the person is kept out, or the
                inviter has lost the right; nobody is told which.
        """
        is_good = (invitations.c.hash == _hash(code)) & _is_open()
        with self._changing() as db:
            row = db.execute(sa.select(invitations).where(is_good)).first()
            given = _given(db)
            is_barred = given.get(identity, Role.STAFF) is None
            if row is None or is_barred or (may_invite and not may_invite(row.given_by, given)):
                raise CodeRefused(wording.CODE_REFUSED)
            db.execute(sa.update(invitations).where(is_good).values(used_by=identity))
            role = Role(row.role)
            if (best := highest((role, has, given.get(identity))) or role) is role:
                kept = {"identity": identity, "role": role.value, "given_by": row.given_by}
                self._database.put(db, users, kept | {"at": time.time()})
        return best

    @contextmanager
    def _changing(self, check: Check | None = None) -> Iterator[sa.Connection]:
        """Yield a connection for one change, which happens unless it or `check` raises."""
        with self._database.begin() as db:
            self._database.lock(db, GRANTING)
            before = _given(db)
            yield db
            after = _given(db)
            if check is not None:
                check(before, after)
            _void_invitations(db, before, after)


def highest(roles: Iterable[Role | None]) -> Role | None:
    """Return the highest of some roles, None without any."""
    order = tuple(Role)
    return max((role for role in roles if role), key=order.index, default=None)


def _given(db: sa.Connection) -> Given:
    return {row.identity: _role(row.role) for row in db.execute(sa.select(users))}


def _void_invitations(db: sa.Connection, before: Given, after: Given) -> None:
    """Delete the open invitations of former administrators."""
    changed = {name for name, _ in before.items() ^ after.items()}
    for name in changed:
        if after.get(name) is Role.ADMIN:
            continue
        theirs = invitations.c.given_by == name
        if is_group(name):
            theirs = _of_members(name, after) if before.get(name) is Role.ADMIN else sa.false()
        db.execute(sa.delete(invitations).where(theirs & _is_open()))


def _of_members(group: str, given: Given) -> sa.ColumnElement[bool]:
    """Choose the invitations by possible members of a group that do not administer by name."""
    by_name = [name for name, role in given.items() if role is Role.ADMIN]
    channel = group.partition(":")[0].partition("-")[0]
    theirs = invitations.c.given_by.startswith(f"{channel}:")
    return theirs & invitations.c.given_by.not_in(by_name)


def _is_open() -> sa.ColumnElement[bool]:
    return invitations.c.used_by.is_(None) & (invitations.c.until >= time.time())


def _hash(code: str) -> str:
    return hashlib.sha256(code.strip().encode()).hexdigest()


def _role(said: str) -> Role | None:
    return None if said == BARRED else Role(said)
