"""What can go wrong on the way from a message to its reply.

BotError                  every error of this package
├── BadSettings           one or more settings are wrong; all are named, none with its value
├── BadBatchLine          a line of a batch file is not the JSON it should be
└── ChannelError          a chat platform refused or could not be reached
    ├── ChannelUnavailable    worth trying again: a time-out, a busy answer, a lost connection
    └── ChannelRefused        not worth trying again: a wrong token, a missing right
"""


class BotError(Exception):
    """An error whose text tells the person what to do; `exit_status` is what a command ends
    with.
    """

    exit_status = 1


class BadSettings(BotError):
    """One or more settings are wrong."""

    exit_status = 9


class BadBatchLine(BotError):
    """A line of a batch file is not the JSON it should be."""

    exit_status = 10


class ChannelError(BotError):
    """A chat platform refused a call or could not be reached."""

    exit_status = 11


class ChannelUnavailable(ChannelError):
    """Worth trying again later: a time-out, a busy answer, a lost connection."""


class ChannelRefused(ChannelError):
    """Not worth trying again as it is: a wrong token, a missing right."""
