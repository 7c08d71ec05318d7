"""Members of the tenant: active or not, their departments, their tags.

Read where the app may and kept for ten minutes: rights follow the office's own address book without
a call for every message. What the app may not read is not asked again for as long, and said so:
who may be in a group that is kept out is not let in.

Sources: https://developer.work.weixin.qq.com/document/path/90196 (member), 95350 (departments),
90213 and 90211 (tags; tag/list has no pages, so all are read).
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from pydantic import BaseModel

from bot.channels.wecom.client import HASTY, ApiAnswer, Call, WeComClient
from bot.errors import ChannelRefused, ChannelUnavailable
from bot.messages import Message
from bot.wording import wecom_app as wording_wecom

KEEP_SECONDS = 600.0
MEMBERS = 10_000  # kept at most
TAGS_AT_ONCE = 4  # read together: each costs a call
DEPARTMENTS, TAGS = KINDS = "wecom-dept", "wecom-tag"
ACTIVE = 1  # 2 disabled, 4 never signed in, 5 left

logger = logging.getLogger(__name__)
T = TypeVar("T")
WeComJson = TypeVar("WeComJson", bound=ApiAnswer)


@dataclass(frozen=True, slots=True)
class Member:
    """One member. `departments` are those the member is in and all above them; `unread` the kinds
    of groups of which the app may not read all.
    """

    userid: str
    name: str = ""
    departments: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()
    status: int = ACTIVE
    unread: tuple[str, ...] = ()

    @property
    def is_active(self) -> bool:
        """True if the member may use WeCom at all."""
        return self.status == ACTIVE

    @property
    def groups(self) -> tuple[str, ...]:
        """The departments and tags as they stand in settings.

        >>> Member("zhangsan", departments=(5, 2), tags=(7,)).groups
        ('wecom-dept:5', 'wecom-dept:2', 'wecom-tag:7')
        """
        departments = (f"{DEPARTMENTS}:{number}" for number in self.departments)
        return (*departments, *(f"{TAGS}:{number}" for number in self.tags))


ReadMember = Callable[[str], Awaitable[Member | None]]


async def with_groups(message: Message, userid: str, read: ReadMember | None) -> Message | str:
    """Return a message with its sender's groups, or the refusal of an inactive member. Without
    `read` nothing is known of groups.
    """
    member = await read(userid) if read else None
    if member is None:
        return replace(message, unread=KINDS)
    if not member.is_active:
        return wording_wecom.NOT_ACTIVE
    return replace(message, groups=member.groups, unread=member.unread)


class MemberAnswer(ApiAnswer):
    """The answer of user/get."""

    name: str = ""
    department: tuple[int, ...] = ()
    status: int = ACTIVE


class Department(BaseModel):
    """One department of department/simplelist."""

    id: int
    parentid: int = 0


class DepartmentsAnswer(ApiAnswer):
    """The answer of department/simplelist."""

    department_id: tuple[Department, ...] = ()


class Tag(BaseModel):
    """One tag of tag/list."""

    tagid: int


class TagsAnswer(ApiAnswer):
    """The answer of tag/list."""

    taglist: tuple[Tag, ...] = ()


class TagMember(BaseModel):
    """One member of tag/get."""

    userid: str


class TagAnswer(ApiAnswer):
    """The answer of tag/get: members, and whole departments."""

    userlist: tuple[TagMember, ...] = ()
    partylist: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TagHolders:
    """The holders of a tag; members in lower case."""

    tag: int
    members: frozenset[str]
    departments: frozenset[int]


class MemberCache(Generic[T]):
    """Values by their key for KEEP_SECONDS; a value is read once for all that wait for it. While
    WeCom is out of reach the last value goes on.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """Keep nothing yet."""
        self._clock = clock
        self._values: dict[str, tuple[float, asyncio.Task[T]]] = {}

    async def get(self, key: str, read: Callable[[], Awaitable[T]]) -> T:
        """Return the kept value, else that of `read`.

        Raises:
            ChannelUnavailable: it could not be read, and was not before.
        """
        ends, task = self._values.get(key, (0.0, None))
        if task is None or ends < self._clock():
            while len(self._values) >= MEMBERS:
                self._values.pop(next(iter(self._values)))
            task = asyncio.create_task(_read_or_go_on(read, task))
            self._values[key] = (self._clock() + KEEP_SECONDS, task)
        try:
            return await asyncio.shield(task)
        except ChannelUnavailable:
            self._values.pop(key, None)
            raise


async def _read_or_go_on(read: Callable[[], Awaitable[T]], last: "asyncio.Task[T] | None") -> T:
    try:
        return await read()
    except ChannelUnavailable:
        if last is None or not last.done() or last.exception():
            raise
        return last.result()


class Directory:
    """The address book, as far as the app sees it."""

    def __init__(self, client: WeComClient, clock: Callable[[], float] = time.monotonic) -> None:
        """Read nothing yet."""
        self._client = client
        self._members: MemberCache[Member | None] = MemberCache(clock)
        self._parents: MemberCache[dict[int, int] | None] = MemberCache(clock)
        self._tags: MemberCache[tuple[TagHolders | None, ...]] = MemberCache(clock)

    async def member(self, userid: str) -> Member | None:
        """Return a member, or None if it is closed to the app or WeCom is out of reach."""
        userid = userid.lower()
        try:
            return await self._members.get(userid, lambda: self._read_member(userid))
        except ChannelUnavailable as exc:
            logger.warning("WeCom: a member was not read: %s", exc)
            return None

    async def _read_member(self, userid: str) -> Member | None:
        answer = await self._ask(MemberAnswer, Call("/cgi-bin/user/get", {"userid": userid}))
        if answer is None:
            return None
        parents = await self._parents.get("", self._read_parents)
        departments = _with_those_above(answer.department, parents or {})
        holders = await self._tags.get("", self._read_tags)
        held = (t for t in holders if t and (userid in t.members or t.departments & {*departments}))
        unread = KINDS if parents is None else (TAGS,) if None in holders else ()
        tags = tuple(t.tag for t in held)
        return Member(userid, answer.name, departments, tags, answer.status, unread)

    async def _read_parents(self) -> dict[int, int] | None:
        """Return the department above each, or None if they are closed to the app."""
        answer = await self._ask(DepartmentsAnswer, Call("/cgi-bin/department/simplelist"))
        return {d.id: d.parentid for d in answer.department_id} if answer else None

    async def _read_tags(self) -> tuple[TagHolders | None, ...]:
        """Return the members of each tag, None for a tag closed to the app."""
        answer = await self._ask(TagsAnswer, Call("/cgi-bin/tag/list"))
        if answer is None:
            return (None,)
        turn = asyncio.Semaphore(TAGS_AT_ONCE)

        async def read(tag: int) -> TagHolders | None:
            async with turn:
                return await self._read_tag(tag)

        return tuple(await asyncio.gather(*(read(tag.tagid) for tag in answer.taglist)))

    async def _read_tag(self, tag: int) -> TagHolders | None:
        answer = await self._ask(TagAnswer, Call("/cgi-bin/tag/get", {"tagid": tag}))
        if answer is None:
            return None
        members = frozenset(member.userid.lower() for member in answer.userlist)
        return TagHolders(tag, members, frozenset(answer.partylist))

    async def _ask(self, said: type[WeComJson], call: Call) -> WeComJson | None:
        try:
            return await self._client.call(said, call, HASTY)
        except ChannelRefused as exc:
            logger.info("WeCom: %s was not read: %s", call.path, exc)
            return None


def _with_those_above(departments: tuple[int, ...], parents: dict[int, int]) -> tuple[int, ...]:
    """Return the departments and all above them, each once."""
    found: dict[int, None] = {}
    for department in departments:
        while department and department not in found:
            found[department] = None
            department = parents.get(department, 0)
    return tuple(found)
