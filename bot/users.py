"""What administrators say about people in chat: /users, /users telegram:5 leader, /users invite."""

from bot import wording_office as wording
from bot.access import Access
from bot.errors import BotError
from bot.identities import read_identity
from bot.messages import Message, Reply, Status
from bot.people import People
from knowledge.plan import Role

SHOWN = 60  # lines of the list in chat
BARRED, REMOVE, INVITE = "none", ("remove", "撤销", "删除"), ("invite", "邀请", "邀请码")
ROLES = {name: Role(name) for name in Role} | {
    said: Role(name) for name, said in wording.ROLES.items() if name != BARRED
}


def answer_users(words: str, message: Message, access: Access, people: People) -> Reply:
    """Carry out what stands behind /users; reads and writes the database."""
    said = words.replace("：", ":").split()
    try:
        match said:
            case []:
                return Reply(list_people(access, people), Status.INFO)
            case [invite, *rest] if invite in INVITE and len(rest) <= 1:
                return _invite(rest, message, people)
            case [identity, what]:
                return _change(read_identity(identity), what.lower(), message, access, people)
    except BotError as exc:
        return Reply(str(exc), Status.CLARIFY)
    return Reply(wording.USERS_USAGE, Status.CLARIFY)


def list_people(access: Access, people: People) -> str:
    """Return who may do what, as lines."""
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
    return "\n".join([*lines, *([wording.USERS_WECOM] if access.wecom_members else [])])


def _invite(rest: list[str], message: Message, people: People) -> Reply:
    role = ROLES.get(rest[0].lower()) if rest else Role.STAFF
    if role is None:
        return Reply(wording.USERS_USAGE, Status.CLARIFY)
    code = people.invite(role, message.user)
    said = wording.INVITED.format(code=code, role=wording.ROLES[role])
    return Reply(said, Status.INFO)


def _change(identity: str, what: str, message: Message, access: Access, people: People) -> Reply:
    """Give a role, keep out, or take back what was said."""
    is_known = what in ROLES or what in (BARRED, wording.ROLES[BARRED], *REMOVE)
    if not is_known:
        return Reply(wording.USERS_USAGE, Status.CLARIFY)
    role = ROLES.get(what)
    if problem := _would_lock_out(identity, role, access, people):
        return Reply(problem, Status.CLARIFY)
    if what in REMOVE:
        done = wording.USER_FORGOTTEN if people.forget(identity) else wording.USER_UNKNOWN
        return Reply(done.format(identity=identity), Status.INFO)
    people.give(identity, role, message.user)
    done = wording.USER_GIVEN if role else wording.USER_BARRED
    said = done.format(identity=identity, role=wording.ROLES[role or BARRED])
    return Reply(said, Status.INFO)


def _would_lock_out(identity: str, role: Role | None, access: Access, people: People) -> str | None:
    """Say why a change is not made: the settings say otherwise, or nobody would administer."""
    if identity in access.admins:
        return wording.USER_IN_SETTINGS.format(identity=identity)
    admins = {p.identity for p in people.all() if p.role is Role.ADMIN}
    if role is not Role.ADMIN and not access.admins and admins == {identity}:
        return wording.USER_LAST_ADMIN.format(identity=identity)
    return None
