"""The errors on the way from a message to its reply.

BotError                  every error of this package
├── BadSettings           one or more settings are wrong; all are named, none with its value
├── BadBatchLine          a line of a batch file is not the JSON it should be
├── ButtonRefused         a button is too old, or was offered to somebody else
├── FileRefused           a file sent in chat is too large or cannot be fetched any more
├── BadIdentity           a name of a person, department or tag that names nobody
├── ChangeRefused         who may do what stays as it is: nobody would administer any more
├── CodeRefused           an invitation code that is wrong, used or too old
├── BackupRefused         an archive cannot be written, is damaged, or would replace plans
├── ChannelError          a chat platform refused or could not be reached
│   ├── ChannelUnavailable    worth trying again: a time-out, a busy answer, a lost connection
│   └── ChannelRefused        not worth trying again: a wrong token, a missing right
└── ModelError            the chat model gave no usable answer; the plan's own words answer instead
    ├── ModelUnavailable      worth trying again: a time-out, a busy answer, a lost connection
    ├── ModelRefused          not worth trying again: a wrong key, an unknown model, a refusal
    └── ModelBroken           what came is no answer: not the format, endless, cut at its limit
"""


class BotError(Exception):
    """An error whose text tells the person what to do; a command ends with `exit_status`."""

    exit_status = 1


class BadSettings(BotError):
    """One or more settings are wrong."""

    exit_status = 9


class BadBatchLine(BotError):
    """A line of a batch file is not the JSON it should be."""

    exit_status = 10


class ButtonRefused(BotError):
    """A button is too old, or was offered to somebody else; the text is for the presser."""


class FileRefused(BotError):
    """A file sent in chat is too large or cannot be fetched; the text is for its sender."""


class BadIdentity(BotError):
    """A name of a person, department or tag that names nobody."""

    exit_status = 18


class ChangeRefused(BotError):
    """A change of rights is refused; the text is for its author."""


class CodeRefused(BotError):
    """An invitation code is wrong, used or too old; the text is for its sender."""


class BackupRefused(BotError):
    """An archive cannot be written, is damaged or too new, or would replace plans; nothing was
    changed.
    """

    exit_status = 19


class ChannelError(BotError):
    """A chat platform refused a call or could not be reached."""

    exit_status = 11


class ChannelUnavailable(ChannelError):
    """Worth trying again later: a time-out, a busy answer, a lost connection."""


class ChannelRefused(ChannelError):
    """Not worth trying again as it is: a wrong token, a missing right."""


class ModelError(BotError):
    """The chat model gave no usable answer."""

    exit_status = 12


class ModelUnavailable(ModelError):
    """Worth trying again: a time-out, a busy answer, a lost connection.

    `retry_after_seconds` is what the endpoint asked to wait, None where it asked nothing;
    `may_retry` is False where waiting used up the time.
    """

    def __init__(
        self, message: str, retry_after_seconds: float | None = None, may_retry: bool = True
    ) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds
        self.may_retry = may_retry


class ModelRefused(ModelError):
    """Not worth trying again as it is: a wrong key, an unknown model, a refusal."""


class ModelBroken(ModelError):
    """A model's output is no answer: not the format, endless, cut at its limit."""
