"""Roles given in chat: /users, /users telegram:5 leader, /users invite."""

from datetime import datetime

from bot.errors import BotError, ChangeRefused
from bot.messages import Message, Reply, Status
from bot.people.identities import is_group, read_identity
from bot.people.rights import Access
from bot.people.roles import Check, Given, People
from bot.wording import office as wording
from bot.wording.answers import ADMIN_ONLY
from knowledge.plan import Role

SHOWN = 60  # lines of the list in chat
BARRED, REMOVE, INVITE = "none", ("remove", "撤销", "删除"), ("invite", "invites", "邀请", "邀请码")
REVOKE = (*REMOVE, "revoke", "作废")
ROLES = {name: Role(name) for name in Role} | {
    said: Role(name) for name, said in wording.ROLES.items() if name != BARRED
}


def answer_users(words: str, message: Message, access: Access, people: People) -> Reply:
    """Carry out the words behind /users; reads and writes the database."""
    said = words.replace("：", ":").split()
    try:
        match said:
            case []:
                return Reply(list_people(access, people), Status.INFO)
            case [invite, revoke] if invite in INVITE and revoke.lower() in REVOKE:
                count = people.revoke()
                return Reply(wording.INVITATIONS_REVOKED.format(count=count), Status.INFO)
            case [invite, *rest] if invite in INVITE and len(rest) <= 1:
                return _invite(rest, message, access, people)
            case [identity, what]:
                return _change(read_identity(identity), what.lower(), message, access, people)
    except BotError as exc:
        return Reply(str(exc), Status.CLARIFY)
    return Reply(wording.USERS_USAGE, Status.CLARIFY)


def list_people(access: Access, people: People) -> str:
    """Return the people and their roles, as lines."""
    known = people.all()
    lines = [
        wording.USERS_LINE.format(identity=p.identity, role=wording.ROLES[p.role or BARRED])
        for p in known[:SHOWN]
    ]
    head = wording.USERS_HEAD.format(count=len(known)) if known else wording.USERS_NOBODY
    more = [wording.USERS_MORE.format(count=len(known) - SHOWN)] if len(known) > SHOWN else []
    listed = [
        wording.USERS_LINE.format(identity=identity, role=wording.ROLES[role])
        for identity, role in access.listed()
    ]
    lines = [head, *lines, *more, *([wording.USERS_SETTINGS, *listed] if listed else [])]
    lines += [wording.USERS_WECOM] if access.wecom_members else []
    return "\n".join([*lines, *_list_invitations(access, people)])


def _list_invitations(access: Access, people: People) -> list[str]:
    """Return the invitations that still let somebody in, as lines; never a code."""
    known = people.invitations(access.may_invite)
    lines = [
        wording.INVITATION.format(
            role=wording.ROLES[i.role], by=i.given_by, until=datetime.fromtimestamp(i.until)
        )
        for i in known[:SHOWN]
    ]
    return [wording.INVITATIONS.format(count=len(known)), *lines] if known else []


def _invite(rest: list[str], message: Message, access: Access, people: People) -> Reply:
    role = ROLES.get(rest[0].lower()) if rest else Role.STAFF
    if role is None:
        return Reply(wording.USERS_USAGE, Status.CLARIFY)
    code = people.invite(role, message.user.lower(), _keeps_an_admin("", message, access))
    said = wording.INVITED.format(code=code, role=wording.ROLES[role])
    return Reply(said, Status.INFO)


def _change(identity: str, what: str, message: Message, access: Access, people: People) -> Reply:
    """Give a role, keep out, or take a role back."""
    is_known = what in ROLES or what in (BARRED, wording.ROLES[BARRED], *REMOVE)
    if not is_known:
        return Reply(wording.USERS_USAGE, Status.CLARIFY)
    is_own = identity == message.user.lower()
    if identity in access.admins or (is_own and access.lists_as_admin(message)):
        return Reply(wording.USER_IN_SETTINGS.format(identity=identity), Status.CLARIFY)
    role, check = ROLES.get(what), _keeps_an_admin(identity, message, access)
    if what in REMOVE:
        done = wording.USER_FORGOTTEN if people.forget(identity, check) else wording.USER_UNKNOWN
        return Reply(done.format(identity=identity), Status.INFO)
    people.give(identity, role, message.user, check)
    done = wording.USER_GIVEN if role else wording.USER_BARRED
    said = done.format(identity=identity, role=wording.ROLES[role or BARRED])
    return Reply(said, Status.INFO)


def _keeps_an_admin(identity: str, message: Message, access: Access) -> Check:
    """Return a check of changes. It refuses one by somebody lowered meanwhile, and one that leaves
    no known administrator: its author, somebody by name, or somebody of the settings.
    """

    def check(before: Given, after: Given) -> None:
        if access.role_by(message, before) is not Role.ADMIN:
            raise ChangeRefused(ADMIN_ONLY)
        by_name = (n for n, role in after.items() if role is Role.ADMIN and not is_group(n))
        is_left = access.role_by(message, after) is Role.ADMIN
        if not (is_left or access.admins or any(by_name)):
            raise ChangeRefused(wording.USER_LAST_ADMIN.format(identity=identity))

    return check
