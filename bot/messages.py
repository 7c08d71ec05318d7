"""What passes between a channel and the assistant: a Message in, one or more Replies out, the last
one final.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from knowledge.plan import Citation, PlanRecord, Role, Target


class Status(StrEnum):
    """How a question ended; other programs read these words."""

    ANSWERED = "answered"
    NOT_FOUND = "not_found"
    CLARIFY = "clarify"
    INFO = "info"
    DENIED = "denied"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Message:
    """One thing a person said.

    `user` names the person across restarts, with the channel in front: telegram:123,
    wecom:zhangsan. `conversation` names where it was said: the same as `user` in a private chat.
    `role` is set where the channel itself knows it (the terminal); elsewhere it is None and
    `bot.access` decides. `plan` limits the search to one plan (id or file name); `today` is what 去
    年 counts from.
    """

    user: str
    conversation: str
    text: str
    private: bool = True
    role: Role | None = None
    plan: str | None = None
    today: date | None = None
    is_kept: bool = True


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer with the sections it stands on; without any, it is the bot's own
    word.

    `lead` stands before it and names the plan or the section's heading where several speak.
    """

    text: str
    citations: tuple[Citation, ...] = ()
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be said, before it is checked and rendered."""

    status: Status
    statements: tuple[Statement, ...]
    written_by: str = "plan"
    targets: tuple[tuple[PlanRecord, Target], ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent back.

    `text` is complete, with labels 〔…〕 and the list of sources; channels only cut it to size.
    """

    text: str
    status: Status
    citations: tuple[Citation, ...] = ()
    targets: tuple[tuple[PlanRecord, Target], ...] = ()
    written_by: str = "plan"
    elapsed_ms: float = 0.0
    final: bool = field(default=True)


Handler = Callable[[Message], AsyncIterator[Reply]]


async def final_reply(handler: Handler, message: Message) -> Reply:
    """Return the reply that is sent, without those that were only on the way to it."""
    return [reply async for reply in handler(message)][-1]
