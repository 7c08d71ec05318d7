"""A message in, a reply out: the whole way on one screen."""

import asyncio
import hashlib
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import replace

from bot import wording
from bot.access import Access
from bot.administration import Administration
from bot.commands import FOR_ADMINS, Command, Name, read_command
from bot.conversation import Conversation, Conversations
from bot.dialogue import MODEL_ANSWERS_A_DAY, Dialogue
from bot.examples import example_questions
from bot.journal import QUESTION, Journal
from bot.messages import Action, ActionKind, Message, Reply, Status
from bot.model import ChatModel
from bot.pressing import buttons_under, comment, rate, send_targets, show_section
from bot.uploads import Uploads
from knowledge.errors import KnowledgeError
from knowledge.library import Library
from knowledge.plan import Role

FOR_ADMINS_ONLY = (ActionKind.ADD, ActionKind.CANCEL, ActionKind.REMOVE, ActionKind.RESTORE)
WRITTEN_DOWN = {
    ActionKind.ADD: "add",
    ActionKind.REMOVE: "remove",
    ActionKind.RESTORE: "restore",
}
log = logging.getLogger(__name__)


class Assistant:
    """Answers what people ask, press and send. Without a journal (commands, batches) nothing is
    written down and replies have no buttons.
    """

    def __init__(
        self,
        library: Library,
        access: Access,
        model: ChatModel | None = None,
        model_answers_a_day: int = MODEL_ANSWERS_A_DAY,
        journal: Journal | None = None,
    ) -> None:
        self._library = library
        self._access = access
        self._journal = journal
        self._dialogue = Dialogue(library, model, model_answers_a_day)
        self._conversations = Conversations(library)
        self._administration = Administration(library, Uploads(library.database))

    async def reply(self, message: Message) -> AsyncIterator[Reply]:
        """Answer one message; the last reply is final, those before show how far it is written."""
        start = time.perf_counter()
        reply = Reply(wording.DENIED.format(user=message.user), Status.DENIED)
        if (role := self._access.role(message)) is not None:
            async for reply in self._answer_or_say_sorry(message, role):
                if not reply.final:
                    yield reply
        reply = replace(reply, elapsed_ms=round(1000 * (time.perf_counter() - start), 1))
        reply = await asyncio.to_thread(self._write_down, message, reply)
        _log(message, reply)
        yield reply

    async def _answer_or_say_sorry(self, message: Message, role: Role) -> AsyncIterator[Reply]:
        """Answer; whatever goes wrong is logged and becomes one apology."""
        try:
            turn = self._conversations.turn(message.conversation, message.is_kept)
            async with turn as conversation:
                async for reply in self._answer(message, role, conversation):
                    yield reply
        except Exception as exc:
            if isinstance(exc, KnowledgeError) and not message.is_kept:
                raise  # a command says it in one line and ends with its status
            log.exception("a question could not be answered")
            yield Reply(wording.SORRY, Status.ERROR)

    def _answer(
        self, message: Message, role: Role, conversation: Conversation
    ) -> AsyncIterator[Reply]:
        """Answer a file, a button, a command or a question."""
        # In a group everybody reads along: only what all may see exists there.
        reader = role if message.private else Role.STAFF
        if message.file is not None:
            return self._take_file(message, role)
        if message.action is not None and message.action.kind is ActionKind.ASK:
            message = replace(message, text=message.action.value, action=None)
        if message.action is not None:
            return self._press(message, message.action, role, conversation)
        if (command := read_command(message.text)) is None:
            return self._dialogue.answer(message, reader, conversation)
        if command.name is Name.SECTION and command.words:
            asked = replace(message, text=command.words)
            return self._dialogue.answer(asked, reader, conversation)
        return self._command(command, message, role)

    async def _take_file(self, message: Message, role: Role) -> AsyncIterator[Reply]:
        if role is not Role.ADMIN:
            yield Reply(wording.FILE_NOT_ADMIN, Status.DENIED)
        elif not message.private:
            yield Reply(wording.FILE_IN_GROUP, Status.DENIED)
        elif message.file is not None:
            yield await self._administration.preview(message, message.file)

    async def _press(
        self, message: Message, action: Action, role: Role, conversation: Conversation
    ) -> AsyncIterator[Reply]:
        """Do what a button says."""
        reader = role if message.private else Role.STAFF
        if action.kind in FOR_ADMINS_ONLY:
            async for reply in self._administer(message, action, role):
                yield reply
        elif action.kind is ActionKind.SECTION:
            reply = await asyncio.to_thread(show_section, action, self._library, reader)
            conversation.last = next(iter(reply.citations), conversation.last)
            yield reply
        elif self._journal is None:
            yield Reply("", Status.INFO, notice=wording.BUTTON_TOO_OLD)
        elif action.kind in (ActionKind.PICTURE, ActionKind.SHEET):
            yield await asyncio.to_thread(
                send_targets, action, self._library, reader, self._journal
            )
        else:
            yield await asyncio.to_thread(rate, action, message, self._journal)

    async def _administer(
        self, message: Message, action: Action, role: Role
    ) -> AsyncIterator[Reply]:
        if role is not Role.ADMIN:
            yield Reply(wording.ADMIN_ONLY, Status.DENIED)
            return
        match action.kind:
            case ActionKind.ADD:
                async for reply in self._administration.add(action, message):
                    yield reply
            case ActionKind.REMOVE:
                yield await asyncio.to_thread(self._administration.remove, action)
            case ActionKind.RESTORE:
                yield await asyncio.to_thread(self._administration.restore, action)
            case _:
                yield await asyncio.to_thread(self._administration.cancel, action)

    async def _command(
        self, command: Command, message: Message, role: Role
    ) -> AsyncIterator[Reply]:
        """Carry out a command that is no question."""
        if command.name in FOR_ADMINS and role is not Role.ADMIN:
            yield Reply(wording.ADMIN_ONLY, Status.DENIED)
        elif command.name in FOR_ADMINS and not message.private:
            yield Reply(wording.ADMIN_IN_GROUP, Status.DENIED)
        else:
            reader = role if message.private else Role.STAFF
            yield await asyncio.to_thread(self._carry_out, command, message, reader)

    def _carry_out(self, command: Command, message: Message, reader: Role) -> Reply:
        match command.name:
            case Name.START:
                return self._welcome(reader)
            case Name.FEEDBACK if self._journal is not None:
                return comment(command.words, message, self._journal)
            case Name.REMOVE:
                return self._administration.ask_remove(command.words)
            case Name.VERSIONS:
                return self._administration.versions(command.words)
            case Name.ADD:
                return Reply(wording.ADD_USAGE, Status.INFO)
        return Reply(wording.SECTION_USAGE, Status.CLARIFY)

    def _welcome(self, reader: Role) -> Reply:
        """Greet, with example questions as buttons."""
        examples = example_questions(self._library, self._library.records(reader))
        if not examples:
            return Reply(wording.WELCOME_EMPTY, Status.INFO)
        return Reply(
            wording.WELCOME.format(example=examples[0]),
            Status.INFO,
            actions=tuple(Action(ActionKind.ASK, asked, asked) for asked in examples),
        )

    def _write_down(self, message: Message, reply: Reply) -> Reply:
        """Keep the exchange in the journal, and put the buttons under an answer."""
        action = message.action
        is_question = message.file is None and (action is None or action.kind is ActionKind.ASK)
        if self._journal is None or not message.is_kept:
            return reply
        try:
            if is_question:
                asked = replace(message, text=action.value if action else message.text)
                number = self._journal.record(asked, reply, QUESTION, reply.withheld)
                return replace(reply, actions=reply.actions or buttons_under(reply, number))
            if action is not None and action.kind in WRITTEN_DOWN:
                self._journal.record(message, reply, WRITTEN_DOWN[action.kind])
        except KnowledgeError:  # the answer is worth more than its record
            log.exception("the journal could not be written")
        return reply


def _log(message: Message, reply: Reply) -> None:
    """One line a message; who asked stands there only as a hash, the question only at DEBUG."""
    channel, _, _ = message.user.partition(":")
    who = hashlib.sha256(message.user.encode()).hexdigest()[:8]
    labels = ",".join(c.section.label for c in reply.citations)
    log.info("%s %s %s %.0f ms [%s]", channel, who, reply.status, reply.elapsed_ms, labels)
    log.debug("question: %s", message.text)
