"""The sender's rights and limits, before a message is answered.

One person over a limit costs the others a few rows read from the database and nothing else. The
terminal's own messages (`Message.role` is set) have no limits.
"""

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass

from bot.errors import CodeRefused
from bot.messages import Message, Reply, Status
from bot.people.quota import Budget, QuotaPeriod, Spent
from bot.people.rights import Access
from bot.people.roles import People
from bot.slash_commands import Name, read_command
from bot.wording import answers as wording
from bot.wording import office
from knowledge.errors import KnowledgeError
from knowledge.plan import Role

ANSWERS_A_MINUTE = 60  # what two busy cores answered without a model: how long a queue takes
QUEUE = 300  # conversations
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AdmissionLimits:
    """One person's `questions`, and the number of conversations that may wait; `waiting` counts
    them.
    """

    questions: Budget
    waiting: Callable[[], int] = lambda: 0
    queue: int = QUEUE


class Door:
    """The door: admits or refuses a message, and tells the role of its sender."""

    def __init__(
        self,
        access: Access,
        people: People,
        limits: AdmissionLimits | None = None,
    ) -> None:
        self._access = access
        self._people = people
        self._limits = limits

    def admit(self, message: Message) -> Role | Reply:
        """Return the sender's role, or the reply to somebody who does not come in; reads the
        database.
        """
        if message.role is not None:
            return message.role
        if refusal := self._too_often(message.user.lower()):
            return refusal
        role = self._access.role(message)
        command = read_command(message.text)
        if command is not None and command.name is Name.START and command.words:
            return self._redeem(message, command.words, role)
        if role is None:
            return Reply(office.HOW_TO_ASK.format(user=message.user), Status.DENIED)
        return self._queue_is_full() or role

    def _too_often(self, user: str) -> Reply | None:
        """Refuse a sender over a limit; a database that takes no counts now stops nobody."""
        try:
            spent = self._limits.questions.spend(user) if self._limits else None
        except KnowledgeError as exc:
            log.warning("a message was not counted: %s", exc)
            return None
        return Reply(_when_to_come_back(spent), Status.DENIED) if spent else None

    def _redeem(self, message: Message, code: str, has: Role | None) -> Reply:
        """Let the sender of an invitation's code in."""
        if not message.private:
            return Reply(office.CODE_IN_GROUP, Status.DENIED)
        try:
            role = self._people.redeem(code, message.user.lower(), has, self._access.may_invite)
        except CodeRefused as exc:
            return Reply(str(exc), Status.DENIED)
        said = office.CODE_TAKEN.format(role=office.ROLES[role], example=wording.WELCOME_EXAMPLE)
        return Reply(said, Status.INFO)

    def _queue_is_full(self) -> Reply | None:
        if self._limits is None or (count := self._limits.waiting()) <= self._limits.queue:
            return None
        minutes = math.ceil(count / ANSWERS_A_MINUTE)
        return Reply(office.QUEUE_FULL.format(count=count, minutes=minutes), Status.DENIED)


def _when_to_come_back(spent: Spent) -> str:
    if spent.period is QuotaPeriod.DAY:
        return office.A_DAY_SPENT.format(limit=spent.limit)
    seconds = max(1, math.ceil(spent.seconds))
    return office.A_MINUTE_SPENT.format(limit=spent.limit, seconds=seconds)
