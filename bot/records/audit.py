"""The record of every message: the journal in the database, a line in the log stream, the counters.

The journal alone holds what people asked; the log names who asked by a hash and the question only
at DEBUG. Refused messages (a stranger's words, a question over the limit) are kept nowhere: nobody
answered it, and it could fill the disk. Nor is an invitation's code, which is a
secret.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable
from dataclasses import replace

from bot.messages import ActionKind, Message, Reply, Status
from bot.records.journal import QUESTION, Journal
from bot.slash_commands import Name, read_command
from knowledge.errors import KnowledgeError

COMMAND, ROLE = "command", "role"
PRESSED = {
    ActionKind.ADD: "add",
    ActionKind.REMOVE: "remove",
    ActionKind.RESTORE: "restore",
}
Observer = Callable[[Message, Reply], None]
log = logging.getLogger(__name__)


class Books:
    """The books of one assistant; without a journal (commands, batches) nothing is written down."""

    def __init__(
        self,
        journal: Journal | None = None,
        observe: Observer | None = None,
    ) -> None:
        self._journal = journal
        self._observe = observe

    async def enter(self, message: Message, reply: Reply) -> int | None:
        """Write a message and its reply down. Return the number of an answer that stands in the
        journal, None for anything else.
        """
        number = None
        if self._journal is not None and message.is_kept:
            number = await asyncio.to_thread(self._write, self._journal, message, reply)
        if self._observe is not None:
            self._observe(message, reply)
        _log(message, reply)
        return number

    def _write(self, journal: Journal, message: Message, reply: Reply) -> int | None:
        kind, asked = _kind_and_words(message)
        if kind is None or reply.status is Status.DENIED:
            return None
        try:
            number = journal.record(replace(message, text=asked), reply, kind, reply.withheld)
        except KnowledgeError:  # the answer is worth more than its record
            log.exception("the journal could not be written")
            return None
        return number if kind == QUESTION else None


def _kind_and_words(message: Message) -> tuple[str | None, str]:
    """Return a message's kind in the journal, None for one not written down, and its words."""
    action = message.action
    if message.file is not None or message.canned:
        return None, ""
    if action is not None and action.kind is not ActionKind.ASK:
        return PRESSED.get(action.kind), action.value
    text = action.value if action else message.text
    command = read_command(text)
    if command is None or command.name is Name.SECTION:
        return QUESTION, text
    if command.name is Name.START:
        return (ROLE, "/start …") if command.words else (COMMAND, text)
    return (ROLE if command.name is Name.USERS and command.words else COMMAND), text


def _log(message: Message, reply: Reply) -> None:
    """One line a message."""
    channel, _, _ = message.user.partition(":")
    who = hashlib.sha256(message.user.encode()).hexdigest()[:8]
    labels = ",".join(c.section.label for c in reply.citations)
    intent, spent = reply.intent or "-", reply.elapsed_ms
    log.info("%s %s %s %s %.0f ms [%s]", channel, who, intent, reply.status, spent, labels)
    log.debug("question: %s", message.text)
