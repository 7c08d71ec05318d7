"""The types between a channel and the assistant: a Message in, one or more Replies out, the last
one final.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from pydantic import Base64Bytes

from knowledge.plan import Citation, PlanRecord, Role, Target


class Status(StrEnum):
    """The end of a question; other programs read these words."""

    ANSWERED = "answered"
    NOT_FOUND = "not_found"
    CLARIFY = "clarify"
    INFO = "info"
    DENIED = "denied"
    ERROR = "error"


class ActionKind(StrEnum):
    """The work of a button."""

    ASK = "ask"  # ask `value` as if it had been typed
    SECTION = (
        "section"  # show a section whole; value: JSON of plan, version, part, path, occurrence
    )
    GOOD = "good"  # 👍; value is the exchange's number in the journal
    BAD = "bad"  # 👎; the reply asks why, with REASON buttons
    UNRATE = "unrate"  # take either back; value is the exchange's number
    REASON = "reason"  # why an answer was bad; value exchange:reason
    PICTURE = "picture"  # the targets of an exchange as PNG
    SHEET = "sheet"  # the same as .xlsx
    PAGE = "page"  # the same as .docx
    ADD = "add"  # 入库 of a file that was previewed; value is the upload's token
    CANCEL = "cancel"  # leave it
    REMOVE = "remove"  # take the plan `value` out
    RESTORE = "restore"  # bring a version back; value plan:version


@dataclass(frozen=True, slots=True)
class Action:
    """One button under a reply; a personal one works for the asker alone."""

    kind: ActionKind
    title: str
    value: str = ""
    is_personal: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes out with a reply; a picture is shown, everything else is a download."""

    name: str
    content: Base64Bytes
    is_picture: bool = False


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that a person sent; nothing is downloaded before `fetch` is called.

    `fetch` raises `BotError` with a line for the person when the file is too large or gone.
    """

    name: str
    size_bytes: int
    fetch: Callable[[], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Message:
    """One thing a person said, pressed (`action`) or sent (`file`).

    `user` names the person across restarts, with the channel in front: telegram:123,
    wecom:zhangsan. `conversation` names where it was said: the same as `user` in a private chat.
    `text` may be a command with its slash (/targets 养老); channels cut off only what calls the
    bot. `quoted` is what the person quotes or replies to. `role` is set where the channel itself
    knows it (the terminal); elsewhere it is None and `bot.people.rights` decides. `plan` limits the
    search to one plan (id or file name); `today` is what 去年 counts from. `groups` are the
    departments and tags of the person where the channel knows them: wecom-dept:2, wecom-tag:5;
    `unread` are the kinds of groups (wecom-dept, wecom-tag) of which it could not read all.
    `plans` are all that exists for who writes here (ids or file names), () for every plan.
    `canned` is what the channel has to say to something that nobody can read (a sticker), once its
    sender is let in.
    """

    user: str
    conversation: str
    text: str
    private: bool = True
    role: Role | None = None
    plan: str | None = None
    today: date | None = None
    is_kept: bool = True
    quoted: str = ""
    action: Action | None = None
    file: SentFile | None = None
    groups: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    canned: str = ""

    def allows(self, record: PlanRecord) -> bool:
        """True if a plan exists for the writer."""
        return not self.plans or record.id in self.plans or record.file in self.plans


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a statement: what a plan says, which is checked, or our own words, which are
    not.
    """

    text: str
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer with the sections it stands on; without any, it is our own word.

    `lead` stands before it and names the plan or the section's heading where several speak: our own
    word too. `parts` are given where the text mixes what plans say with our own words.
    """

    text: str
    citations: tuple[Citation, ...] = ()
    lead: str = ""
    parts: tuple[Part, ...] = ()

    @classmethod
    def of(
        cls, parts: Iterable[Part], citations: tuple[Citation, ...] = (), lead: str = ""
    ) -> "Statement":
        """Return a statement made of quoted and own parts."""
        made = tuple(parts)
        return cls("".join(part.text for part in made), citations, lead, made)

    @property
    def quoted(self) -> tuple[str, ...]:
        """What is said in the name of a plan, to be held against its sections."""
        if not self.citations:
            return ()
        parts = self.parts or (Part(self.text),)
        return tuple(part.text for part in parts if not part.is_own)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer before it is checked and rendered. `withheld` counts sentences of a model kept back
    on the way. `targets` are the shown ones; if they are one page of a list, `register` is the
    whole list.
    """

    status: Status
    statements: tuple[Statement, ...]
    written_by: str = "plan"
    targets: tuple[tuple[PlanRecord, Target], ...] = ()
    withheld: int = 0
    register: tuple[tuple[PlanRecord, Target], ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as a channel sends it.

    `text` is complete, with labels 〔…〕 and the list of sources; channels only cut it to size.
    `sources` is the end of `text` that lists them, for channels that fold it. An empty `text` says
    nothing; `notice` is a word of at most 60 characters shown where a button was pressed. `actions`
    are buttons, most useful first; a channel that has room for few drops from the end. `withheld`
    counts sentences that the check kept back. `intent` is what a question was taken for, `stages`
    where its time went: (name, seconds).
    """

    text: str
    status: Status
    citations: tuple[Citation, ...] = ()
    targets: tuple[tuple[PlanRecord, Target], ...] = ()
    register: tuple[tuple[PlanRecord, Target], ...] = ()
    written_by: str = "plan"
    elapsed_ms: float = 0.0
    final: bool = field(default=True)
    withheld: int = 0
    sources: str = ""
    notice: str = ""
    actions: tuple[Action, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    intent: str = ""
    stages: tuple[tuple[str, float], ...] = ()


Handler = Callable[[Message], AsyncIterator[Reply]]


async def final_reply(handler: Handler, message: Message) -> Reply:
    """Return the final reply, without the partial ones before it."""
    return [reply async for reply in handler(message)][-1]
