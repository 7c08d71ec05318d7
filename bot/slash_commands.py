"""Commands typed with a slash, or as one Chinese word, in any chat.

Commands that are questions (/targets 养老, /use, /clear, /plans, /help) go the way of questions.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Name(StrEnum):
    """The commands that are no questions."""

    START = "start"
    SECTION = "section"
    FEEDBACK = "feedback"
    ADD = "add"
    REMOVE = "remove"
    VERSIONS = "versions"
    USERS = "users"
    THANKS = "thanks"


FOR_ADMINS = frozenset({Name.ADD, Name.REMOVE, Name.VERSIONS, Name.USERS})
CHINESE = {
    "开始": Name.START,
    "入库": Name.ADD,
    "移除": Name.REMOVE,
    "版本": Name.VERSIONS,
    "用户": Name.USERS,
    "意见": Name.FEEDBACK,
    "反馈": Name.FEEDBACK,
}
# Taken as a question it would repeat the last answer.
THANKS = re.compile(
    r"(?:好的?|行|嗯+|ok|收到|知道了|明白了?)?[，,。！!~\s]*"
    r"(?:谢+谢?你?您?|多谢|感谢|辛苦了?|好的?|ok|收到|知道了|明白了?)(?:啊|啦|了|哈)?[。！!~～\s]*",
    re.IGNORECASE,
)
# 反馈 as a bare word or with a colon; "版本有什么变化" is a question.
CHINESE_COMMAND = re.compile(rf"^({'|'.join(CHINESE)})(?:$|[：:\s]\s*(.*)$)", re.DOTALL)
SLASH = re.compile(rf"^/({'|'.join(Name)})(?![a-z_])\s*(.*)$", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """A command and the words behind it."""

    name: Name
    words: str = ""


def read_command(text: str) -> SlashCommand | None:
    """Return the command that a text is, None for a question.

    >>> read_command("/remove yunxi-2025")
    SlashCommand(name=<Name.REMOVE: 'remove'>, words='yunxi-2025')
    >>> read_command("反馈：数字看不清")
    SlashCommand(name=<Name.FEEDBACK: 'feedback'>, words='数字看不清')
    >>> read_command("好的，谢谢！")
    SlashCommand(name=<Name.THANKS: 'thanks'>, words='')
    >>> read_command("版本有什么变化")
    """
    if match := SLASH.match(text.strip()):
        return SlashCommand(Name(match[1].lower()), match[2].strip())
    if THANKS.fullmatch(text.strip()):
        return SlashCommand(Name.THANKS)
    if match := CHINESE_COMMAND.match(text.strip()):
        return SlashCommand(CHINESE[match[1]], (match[2] or "").strip())
    return None
