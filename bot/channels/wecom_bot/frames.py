"""The frames between WeCom and an AI bot (智能机器人), in both of its modes.

Incoming callbacks are the same JSON in the long connection and in webhook mode; what goes out is
built here too. Unknown fields are ignored: WeCom adds some every few months.

Sources: https://developer.work.weixin.qq.com/document/path/100719 (messages), 101027 (events),
101031 (answers), 101463 (long connection).
"""

import hashlib
from collections.abc import Mapping
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.errors import ChannelRefused

STREAM_LIMIT_BYTES = 20_480  # UTF-8, of a stream's content and of a markdown message
FrameBody = Mapping[str, object]


class FrameCommand(StrEnum):
    """The `cmd` of a frame; an acknowledgement has none."""

    SUBSCRIBE = "aibot_subscribe"
    PING = "ping"
    MESSAGE = "aibot_msg_callback"
    EVENT = "aibot_event_callback"
    RESPOND = "aibot_respond_msg"
    WELCOME = "aibot_respond_welcome_msg"
    UPDATE = "aibot_respond_update_msg"
    SEND = "aibot_send_msg"
    UPLOAD_INIT = "aibot_upload_media_init"
    UPLOAD_CHUNK = "aibot_upload_media_chunk"
    UPLOAD_FINISH = "aibot_upload_media_finish"


class FrameRefused(ChannelRefused):
    """WeCom said no to a frame; `code` is its errcode, such as 846608 for a stream too old."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class Part(BaseModel):
    """A part of a callback; unknown fields are ignored, values of them never logged."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, coerce_numbers_to_str=True)

    @model_validator(mode="before")
    @classmethod
    def drop_nulls(cls, said: object) -> object:
        """Take null for an absent field: an optional field must not cost a message."""
        if not isinstance(said, dict):
            return said
        return {name: value for name, value in said.items() if value is not None}


class Sender(Part):
    """The writer or presser; `userid` need not be the UserID that the self-built app sees."""

    userid: str = ""


class Words(Part):
    """A text, or a voice message that WeCom turned into text."""

    content: str = ""


class MediaLink(Part):
    """A file to download within 5 minutes; `aeskey` is its own in the long connection alone."""

    url: str = ""
    aeskey: str = ""
    filename: str = ""


class Item(Part):
    """One piece of a mixed message."""

    text: Words = Words()


class Mixed(Part):
    """Texts and pictures in one message."""

    msg_item: tuple[Item, ...] = ()


class SaidInMessage(Part):
    """The content of a message or a quotation of any type."""

    msgtype: str = ""
    text: Words = Words()
    voice: Words = Words()
    mixed: Mixed = Mixed()

    @property
    def words(self) -> str:
        """The text of it, "" for a picture or a file."""
        pieces = (self.text, self.voice, *(item.text for item in self.mixed.msg_item))
        return "\n".join(piece.content.strip() for piece in pieces if piece.content.strip())


class Click(Part):
    """A button of a card that was pressed."""

    event_key: str = ""
    task_id: str = ""


class Feedback(Part):
    """A person's opinion of a stream: 1 good, 2 bad, 3 withdrawn; reasons are 1 to 4."""

    id: str = ""
    type: int = 0
    content: str = ""
    inaccurate_reason_list: tuple[int | str, ...] = ()


class Event(Click):
    """An event; some callbacks carry the click's fields here, others in their own object."""

    eventtype: str = ""
    template_card_event: Click | None = None
    feedback_event: Feedback = Feedback()

    @property
    def click(self) -> Click:
        """The button that was pressed, wherever it stands."""
        return self.template_card_event or self


class StreamId(Part):
    """Which stream WeCom asks for in webhook mode."""

    id: str = ""


class BotCallback(SaidInMessage):
    """A message, an event or, in webhook mode, a request for more of a stream."""

    msgid: str = ""
    create_time: int = 0
    aibotid: str = ""
    chatid: str = ""
    chattype: str = "single"
    sender: Sender = Field(Sender(), alias="from")
    response_url: str = ""
    file: MediaLink | None = None
    quote: SaidInMessage = SaidInMessage()
    event: Event = Event()
    stream: StreamId = StreamId()

    @property
    def is_event(self) -> bool:
        """True if nobody said anything."""
        return self.msgtype == "event"

    @property
    def is_group(self) -> bool:
        """True if others read along."""
        return self.chattype == "group"

    @property
    def chat(self) -> str:
        """The target of a push: the group, else the person."""
        return self.chatid if self.is_group else self.sender.userid


class CallbackTurn(Part):
    """One callback as it is kept until it is answered; `received_at` is in seconds since 1970,
    `taken_by` names the process with its connection.
    """

    callback: BotCallback
    req_id: str = ""
    received_at: float
    taken_by: str = ""

    @property
    def key(self) -> str:
        """The common key of all repetitions."""
        callback, click = self.callback, self.callback.event.click
        made = f"{callback.sender.userid}|{callback.create_time}|{callback.event.eventtype}"
        return callback.msgid or f"{made}|{click.task_id}|{click.event_key}"

    @property
    def stream_id(self) -> str:
        """The same after a restart: an open stream can then still be closed."""
        return self._named("stream")

    @property
    def feedback_id(self) -> str:
        """The id that comes back with a feedback event; fixed before the answer is known."""
        return self._named("feedback")

    def _named(self, what: str) -> str:
        named = f"{what}|{self.callback.aibotid}|{self.key}"
        return hashlib.sha256(named.encode()).hexdigest()[:32]


class Ack(Part):
    """WeCom's answer to a frame."""

    errcode: int = 0
    errmsg: str = ""
    body: dict[str, object] = Field(default_factory=dict)


class FrameHeaders(Part):
    """The headers of a frame."""

    req_id: str = ""


class Frame(Ack):
    """Any frame that comes in; without `cmd` it acknowledges one of ours."""

    cmd: str = ""
    headers: FrameHeaders = FrameHeaders()


def stream(turn: CallbackTurn, content: str, is_final: bool, is_first: bool = False) -> FrameBody:
    """Return a frame of a stream; `content` is all of the text so far, not the new part alone."""
    said: dict[str, object] = {"id": turn.stream_id, "finish": is_final, "content": content}
    if is_first:
        said["feedback"] = {"id": turn.feedback_id}
    return {"msgtype": "stream", "stream": said}


def markdown(content: str) -> FrameBody:
    """Return a message of its own; plain text is refused in pushes (40008)."""
    return {"msgtype": "markdown", "markdown": {"content": content}}


def text(content: str) -> FrameBody:
    """Return a text, which WeCom takes as a welcome alone."""
    return {"msgtype": "text", "text": {"content": content}}


def card_message(card: FrameBody) -> FrameBody:
    """Return a message that is a card."""
    return {"msgtype": "template_card", "template_card": card}


def card_update(card: FrameBody, turn: CallbackTurn) -> FrameBody:
    """Return the new card in place of a pressed one; in a group only for the person who pressed."""
    update: dict[str, object] = {"response_type": "update_template_card", "template_card": card}
    if turn.callback.is_group:
        update["userids"] = [turn.callback.sender.userid]
    return update


def media(kind: str, media_id: str) -> FrameBody:
    """Return a message that is an uploaded file or picture."""
    return {"msgtype": kind, kind: {"media_id": media_id}}
