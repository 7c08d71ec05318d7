"""The callbacks of a self-built app: one message or event, and its answer so far.

Sources: https://developer.work.weixin.qq.com/document/path/90239 (messages), 90240 (events).
"""

from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from bot.channels.wecom.crypto import BadEnvelope, parse_fields
from bot.wording import answers as wording

ENTERED = "enter_agent"
CLICKED = "click"
PRESSED = "template_card_event"
ANSWERED_EVENTS = frozenset({ENTERED, CLICKED, PRESSED})
ANSWERED_KINDS = frozenset({"text", "image", "voice", "video", "location", "link", "file"})


class AppCallback(BaseModel):
    """One message or event, as the XML inside an envelope says it."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, populate_by_name=True)

    user: str = Field(alias="FromUserName", min_length=1)
    kind: str = Field(alias="MsgType")
    message_id: str = Field("", alias="MsgId")
    created: int = Field(0, alias="CreateTime", ge=0, lt=2**33)  # seconds since 1970
    content: str = Field("", alias="Content")
    recognition: str = Field("", alias="Recognition")
    media_id: str = Field("", alias="MediaId")
    file_name: str = Field("", alias="FileName")
    event: str = Field("", alias="Event")
    event_key: str = Field("", alias="EventKey")
    task_id: str = Field("", alias="TaskId")
    response_code: str = Field("", alias="ResponseCode")

    @classmethod
    def from_xml(cls, text: str) -> Self:
        """Read the XML of a message.

        Raises:
            BadEnvelope: it is not XML, or not that of a message.
        """
        try:
            return cls.model_validate(parse_fields(text))
        except ValueError as exc:
            raise BadEnvelope(wording.WECOM_BAD_XML) from exc

    @property
    def key(self) -> str:
        """The common key of all repetitions. Events have no MsgId; entering counts once a day."""
        user = self.user.lower()
        if self.event == ENTERED:
            return f"{ENTERED}|{user}|{date.fromtimestamp(self.created)}"
        if self.message_id:
            return self.message_id
        return "|".join((user, str(self.created), self.event, self.event_key, self.task_id))

    @property
    def is_answered(self) -> bool:
        """True if it gets more than silence."""
        if self.kind == "event":
            return self.event in ANSWERED_EVENTS
        return self.kind in ANSWERED_KINDS

    @property
    def question(self) -> str:
        """The words of a text, or of a voice message that WeCom turned into text; else empty."""
        words = {"text": self.content, "voice": self.recognition}
        return words.get(self.kind, "").strip()


class AppOutgoing(BaseModel):
    """One message to a member: a text, the media id of a picture or file, or the JSON of a card."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["text", "image", "file", "template_card"]
    content: str


class Task(BaseModel):
    """An entry of the inbox: a callback and, once it is made, its answer, of which `sent` messages
    are out.
    """

    model_config = ConfigDict(frozen=True)

    callback: AppCallback
    outgoing: tuple[AppOutgoing, ...] | None = None
    sent: int = 0
