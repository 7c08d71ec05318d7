"""Who may ask, who leads, who administers: the one place where rights are decided.

What is said of the person wins over what is said of a department, a tag or everybody:

1. who stands in YAODIAN_ADMINS administers, so that nobody in chat can lock the office out;
2. what `/users` or `python -m bot users` says of the person, "kept out" included;
3. the highest of what the lists of the settings say of the person, and what lists and users say of
   their groups and of everybody of the channel; a group that is kept out has no more than that;
4. members of the WeCom app's visible range are staff, unless the setting says otherwise;
5. everybody else is a stranger.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot import wording
from bot.commands import FOR_ADMINS, read_command
from bot.messages import ActionKind, Message
from bot.people import People, highest
from knowledge.plan import Role

ADMINS_ACTIONS = (ActionKind.ADD, ActionKind.CANCEL, ActionKind.REMOVE, ActionKind.RESTORE)


@dataclass(frozen=True, slots=True)
class Access:
    """The lists of the settings (identities in lower case: telegram:123, wecom:*, wecom-dept:2)
    and the people who were given a role since.
    """

    admins: tuple[str, ...] = ()
    leaders: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    wecom_members: bool = False
    people: People | None = None

    def role(self, message: Message) -> Role | None:
        """Return what the sender is to the office, None for a stranger; reads the database. A
        channel that knows (the terminal) says so itself.
        """
        if message.role is not None:
            return message.role
        user = message.user.lower()
        if user in self.admins:
            return Role.ADMIN
        channel = user.partition(":")[0]
        groups = (f"{channel}:*", *message.groups)
        given = self.people.roles((user, *groups)) if self.people else {}
        if user in given:
            return given[user]
        return self._of_groups(user, groups, given)

    def listed(self) -> tuple[tuple[str, Role], ...]:
        """Return whom the settings name, the administrators first."""
        lists = ((Role.ADMIN, self.admins), (Role.LEADER, self.leaders), (Role.STAFF, self.staff))
        return tuple((name, role) for role, names in lists for name in names)

    def _of_groups(
        self, user: str, groups: tuple[str, ...], given: Mapping[str, Role | None]
    ) -> Role | None:
        """Return the highest role that lists and groups give."""
        listed = (role for name, role in self.listed() if name in (user, *groups))
        role = highest((*listed, *given.values()))
        if role or given:  # a group that is kept out stands in `given` with None
            return role
        return Role.STAFF if self.wecom_members and user.startswith("wecom:") else None


def reader_of(message: Message, role: Role) -> Role:
    """Return whose plans an answer may use: in a group everybody reads along, so only what all may
    see exists there.
    """
    return role if message.private else Role.STAFF


def refusal(message: Message, role: Role) -> str | None:
    """Return why somebody who may ask may not do this, None where they may: files, buttons and
    commands for administrators, and those in private chats alone.
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
