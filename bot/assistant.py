"""A message in, a reply out: the whole way on one screen."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import replace

from bot.answering.example_questions import example_questions
from bot.dialogue import MODEL_ANSWERS_A_DAY, Dialogue
from bot.generation.model import ChatModel
from bot.messages import Action, ActionKind, Message, Reply, SentFile, Status
from bot.people.admission import AdmissionLimits, Door
from bot.people.rights import ADMINS_ACTIONS, Access, reader_of, refusal
from bot.people.roles import People
from bot.people.users_command import answer_users
from bot.plans_in_chat.administration import UPLOAD_MB, Administration
from bot.plans_in_chat.uploads import Uploads
from bot.presentation.offered_buttons import with_buttons
from bot.presentation.rendering import without_markup
from bot.presses import FILES, comment, rate, send_targets, show_section
from bot.records.audit import Books, Observer
from bot.records.journal import Journal
from bot.slash_commands import Name, SlashCommand, read_command
from bot.understanding.conversation import Conversation, Conversations
from bot.wording import answers as wording
from knowledge.errors import KnowledgeError
from knowledge.library import Library
from knowledge.plan import Role

log = logging.getLogger(__name__)


class Assistant:
    """The assistant over one library: questions, presses and files in, replies out. Without a
    journal (commands, batches) nothing is written down and replies have no buttons.
    """

    def __init__(
        self,
        library: Library,
        access: Access,
        model: ChatModel | None = None,
        model_answers_a_day: int = MODEL_ANSWERS_A_DAY,
        journal: Journal | None = None,
        limits: AdmissionLimits | None = None,
        observe: Observer | None = None,
        upload_mb: int = UPLOAD_MB,
    ) -> None:
        self._library = library
        self._people = People(library.database)
        self._access = replace(access, people=self._people)
        self._door = Door(self._access, self._people, limits)
        self._journal = journal
        self._books = Books(journal, observe)
        self._dialogue = Dialogue(library, model, model_answers_a_day)
        self._conversations = Conversations(library.notes)
        self._administration = Administration(library, Uploads(library.database), upload_mb)

    async def reply(self, message: Message) -> AsyncIterator[Reply]:
        """Answer one message; the last reply is final, the earlier ones show the answer as it
        grows.
        """
        start = time.perf_counter()
        reply = Reply(wording.SORRY, Status.ERROR)
        async for reply in self._answer_or_say_sorry(message):
            reply = plain(reply)
            if not reply.final:
                yield reply
        reply = replace(reply, elapsed_ms=round(1000 * (time.perf_counter() - start), 1))
        number = await self._books.enter(message, reply)
        yield reply if number is None else with_buttons(reply, number)

    async def _answer_or_say_sorry(self, message: Message) -> AsyncIterator[Reply]:
        """Answer an admitted message; every failure is logged and becomes one apology."""
        try:
            turn = self._conversations.turn(message.conversation, message.is_kept)
            async with turn as conversation:  # first: nobody overtakes at the door
                admitted = await asyncio.to_thread(self._door.admit, message)
                if isinstance(admitted, Reply):
                    yield admitted
                    return
                async for reply in self._answer(message, admitted, conversation):
                    yield reply
        except Exception as exc:
            if isinstance(exc, KnowledgeError) and not message.is_kept:
                raise  # a command says it in one line and ends with its status
            log.exception("a question could not be answered")
            yield Reply(wording.SORRY, Status.ERROR)

    def _answer(
        self, message: Message, role: Role, conversation: Conversation
    ) -> AsyncIterator[Reply]:
        """Answer a file, a button, a command or a question; the channel's own word is said."""
        if message.canned:
            return _once(Reply(message.canned, Status.INFO))
        if message.action is not None and message.action.kind is ActionKind.ASK:
            message = replace(message, text=message.action.value, action=None)
        if (why_not := refusal(message, role)) is not None:
            return _once(Reply(why_not, Status.DENIED))
        reader = reader_of(message, role)
        if message.file is not None:
            return self._take_file(message, message.file)
        if message.action is not None:
            return self._press(message, message.action, reader, conversation)
        if (command := read_command(message.text)) is None:
            return self._dialogue.answer(message, reader, conversation)
        if command.name is Name.SECTION and command.words:
            asked = replace(message, text=command.words)
            return self._dialogue.answer(asked, reader, conversation)
        return self._command(command, message, reader)

    async def _take_file(self, message: Message, file: SentFile) -> AsyncIterator[Reply]:
        yield await self._administration.preview(message, file)

    async def _press(
        self, message: Message, action: Action, reader: Role, conversation: Conversation
    ) -> AsyncIterator[Reply]:
        """Carry out a button."""
        if action.kind in ADMINS_ACTIONS:
            async for reply in self._administer(message, action):
                yield reply
        elif action.kind is ActionKind.SECTION:
            reply = await asyncio.to_thread(show_section, action, self._library, reader, message)
            conversation.last = next(iter(reply.citations), conversation.last)
            yield reply
        elif self._journal is None:
            yield Reply("", Status.INFO, notice=wording.BUTTON_TOO_OLD)
        elif action.kind in FILES:
            yield await asyncio.to_thread(
                send_targets, action, self._library, reader, self._journal, message
            )
        else:
            yield await asyncio.to_thread(rate, action, message, self._journal)

    async def _administer(self, message: Message, action: Action) -> AsyncIterator[Reply]:
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
        self, command: SlashCommand, message: Message, reader: Role
    ) -> AsyncIterator[Reply]:
        """Carry out a command that is no question."""
        yield await asyncio.to_thread(self._carry_out, command, message, reader)

    def _carry_out(self, command: SlashCommand, message: Message, reader: Role) -> Reply:
        match command.name:
            case Name.START:
                return self._welcome(message, reader)
            case Name.FEEDBACK if self._journal is not None:
                return comment(command.words, message, self._journal)
            case Name.REMOVE:
                return self._administration.ask_remove(command.words)
            case Name.VERSIONS:
                return self._administration.versions(command.words)
            case Name.USERS:
                return answer_users(command.words, message, self._access, self._people)
            case Name.ADD:
                return Reply(wording.ADD_USAGE, Status.INFO)
            case Name.THANKS:
                return Reply(wording.YOU_ARE_WELCOME, Status.INFO)
        return Reply(wording.SECTION_USAGE, Status.CLARIFY)

    def _welcome(self, message: Message, reader: Role) -> Reply:
        """Greet, with example questions as buttons."""
        records = tuple(filter(message.allows, self._library.records(reader)))
        examples = example_questions(self._library, records)
        administers = reader is Role.ADMIN  # in groups nobody does
        more = wording.WELCOME_ADMIN if administers else ""
        if not examples:
            return Reply(wording.WELCOME_EMPTY + more, Status.INFO)
        return Reply(
            wording.WELCOME.format(example=examples[0]) + more,
            Status.INFO,
            actions=tuple(Action(ActionKind.ASK, asked, asked) for asked in examples),
        )


def plain(reply: Reply) -> Reply:
    """Return a reply that no platform reads as anything but text."""
    text, sources = without_markup(reply.text), without_markup(reply.sources)
    return replace(reply, text=text, sources=sources)


async def _once(reply: Reply) -> AsyncIterator[Reply]:
    yield reply
