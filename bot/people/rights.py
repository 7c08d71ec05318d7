"""The rights of people, decided here and nowhere else: to ask, to lead, to administer.

A role of the person wins over one of a department, a tag or everybody. The first of these decides:

1. a person in YAODIAN_ADMINS, also by a group, administers: nobody in chat can lock the office out;
2. the role given by `/users` or `python -m bot users` to the person, "kept out" included;
3. in a department or tag that is kept out, a person has the role of the settings' lists under their
   own name, and no other; likewise if their groups cannot be read and such a group is kept out;
4. the highest role of the person by the lists, and of their groups and everybody of the channel by
   lists and users;
5. members of the WeCom app's visible range are staff, unless the setting says otherwise or
   everybody is kept out;
6. everybody else is a stranger.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from bot.messages import ActionKind, Message
from bot.people.identities import CONSOLE
from bot.people.roles import People, highest
from bot.slash_commands import FOR_ADMINS, read_command
from bot.wording import answers as wording
from knowledge.plan import Role

log = logging.getLogger(__name__)
ADMINS_ACTIONS = (ActionKind.ADD, ActionKind.CANCEL, ActionKind.REMOVE, ActionKind.RESTORE)


@dataclass(frozen=True, slots=True)
class Access:
    """The lists of the settings (identities in lower case: telegram:123, wecom:*, wecom-dept:2) and
    the people with a role given since.
    """

    admins: tuple[str, ...] = ()
    leaders: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    wecom_members: bool = False
    people: People | None = None

    def role(self, message: Message) -> Role | None:
        """Return the sender's role, None for a stranger; reads the database."""
        return self.role_by(message, self.people.roles(_names(message)) if self.people else {})

    def role_by(self, message: Message, given: Mapping[str, Role | None]) -> Role | None:
        """Return the sender's role by the lists and by the `given` roles; None among these means
        kept out. A channel that knows the role (the terminal) says so itself.
        """
        if message.role is not None:
            return message.role
        if self.lists_as_admin(message):
            return Role.ADMIN
        user, everybody, *groups = _names(message)
        if user in given:
            return given[user]
        if _is_kept_out(message, given):
            return highest(role for name, role in self.listed() if name == user)
        listed = (role for name, role in self.listed() if name in (user, everybody, *groups))
        role = highest((*listed, *(given.get(name) for name in (everybody, *groups))))
        if role or everybody in given:
            return role
        return Role.STAFF if self.wecom_members and user.startswith("wecom:") else None

    def lists_as_admin(self, message: Message) -> bool:
        """True if YAODIAN_ADMINS names the sender or a group of theirs."""
        return any(name in self.admins for name in _names(message))

    def may_invite(self, giver: str, given: Mapping[str, Role | None]) -> bool:
        """True if an inviter may still invite; a member is taken to be still in the groups that
        administer.
        """
        channel = giver.partition(":")[0]
        if channel == CONSOLE:
            return True
        roles = (*self.listed(), *given.items())
        admins = (name for name, role in roles if role is Role.ADMIN)
        groups = tuple(name for name in admins if name.startswith(f"{channel}-"))
        return self.role_by(Message(giver, giver, "", groups=groups), given) is Role.ADMIN

    def listed(self) -> tuple[tuple[str, Role], ...]:
        """Return the people of the settings, the administrators first."""
        lists = ((Role.ADMIN, self.admins), (Role.LEADER, self.leaders), (Role.STAFF, self.staff))
        return tuple((name, role) for role, names in lists for name in names)


def _names(message: Message) -> tuple[str, ...]:
    """Return the identities of the sender: the person, everybody of the channel, the groups."""
    user = message.user.lower()
    return (user, f"{user.partition(':')[0]}:*", *message.groups)


def _is_kept_out(message: Message, given: Mapping[str, Role | None]) -> bool:
    """True if a group of the sender is kept out, or may be."""
    out = [name for name, role in given.items() if role is None]
    if any(name in message.groups for name in out):
        return True
    unknown = [name for name in out if name.partition(":")[0] in message.unread]
    if unknown:
        log.warning("who may be in %s is not let in: the groups were not read", "、".join(unknown))
    return bool(unknown)


def reader_of(message: Message, role: Role) -> Role:
    """Return the role by which an answer chooses its plans: in a group everybody reads along, so
    only plans open to all exist there.
    """
    return role if message.private else Role.STAFF


def refusal(message: Message, role: Role) -> str | None:
    """Return the refusal of a file, button or command, or None if it is allowed: those for
    administrators are theirs alone, and in private chats alone.
    """
    if message.file is not None:
        if role is not Role.ADMIN:
            return wording.FILE_NOT_ADMIN
        return None if message.private else wording.FILE_IN_GROUP
    command = read_command(message.text) if message.action is None else None
    is_for_admins = (command is not None and command.name in FOR_ADMINS) or (
        message.action is not None and message.action.kind in ADMINS_ACTIONS
    )
    if not is_for_admins:
        return None
    if role is not Role.ADMIN:
        return wording.ADMIN_ONLY
    return None if message.private else wording.ADMIN_IN_GROUP
