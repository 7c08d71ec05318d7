"""A WeCom AI bot (智能机器人): callbacks are kept on disk, then answered in order by a stream.

The long connection and webhook mode (`Outlet`) differ only in how an answer travels. Each member
has a conversation of their own with each bot, in every group another one. Buttons become cards,
👍 👎 are WeCom's own. What was taken is answered once; an answer that went out but was not recorded
before the process was killed goes out again.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from bot.channels.cutting import split_text, utf8_bytes
from bot.channels.wecom.members import KINDS, ReadMember, with_groups
from bot.channels.wecom_bot import frames
from bot.channels.wecom_bot.cards import offer_card, read_key, redraw_card
from bot.channels.wecom_bot.frames import STREAM_LIMIT_BYTES, CallbackTurn
from bot.channels.wecom_bot.media import offered
from bot.channels.wecom_bot.outlet import BotOutgoing, Outlet
from bot.delivery.buttons import Buttons
from bot.delivery.inbox import Entry, Inbox
from bot.delivery.leases import Lease
from bot.delivery.worker import Desk
from bot.errors import ButtonRefused, ChannelRefused
from bot.messages import Action, ActionKind, Handler, Message, Reply, Status
from bot.people.identities import Identities
from bot.wording import answers as wording
from bot.wording import wecom_bot as bot_wording

CARD_SECONDS = 2.0  # of the 5 that WeCom waits: then the card says that it is being done
CARD_ONLY_SECONDS = 4.0  # where no message can follow
RATED_BY_WECOM = frozenset({ActionKind.GOOD, ActionKind.BAD})
FILES = frozenset({ActionKind.PICTURE, ActionKind.SHEET, ActionKind.PAGE})
GOOD, WITHDRAWN = 1, 3  # types of a feedback event
START = "/start"
# a name has no space and few characters; "@" inside a word is an address
MENTION = re.compile(r"(?<!\S)@\S{1,20}(?=\s|$)[\s\u2005]*")

log = logging.getLogger(__name__)


class WeComBot:
    """One AI bot. `plans` are the only ones it knows, () for all; `file_key` opens files without a
    key of their own (webhook mode); `lease` keeps a connection to one process; `members` reads the
    address book through the self-built app.
    """

    def __init__(
        self,
        handler: Handler,
        inbox: Inbox,
        buttons: Buttons,
        outlet: Outlet,
        *,
        lease: Lease | None = None,
        identities: Identities | None = None,
        members: ReadMember | None = None,
        plans: Sequence[str] = (),
        file_key: str = "",
    ) -> None:
        self._handler = handler
        self._buttons = buttons
        self._outlet = outlet
        self._lease = lease
        self._identities = identities or Identities()
        self._members = members
        self._plans = tuple(plans)
        self._file_key = file_key
        self._desk = Desk(inbox, self._answer)

    async def run(self, stop: asyncio.Event) -> None:
        """Answer until `stop` is set, while the lease is ours; then finish the running answers."""
        if self._lease is None:
            await self._run(stop, asyncio.Event())
            return
        while not stop.is_set():
            async with self._lease.held(stop) as lost:
                if not lost.is_set():
                    await self._run(stop, lost)

    async def _run(self, stop: asyncio.Event, lost: asyncio.Event) -> None:
        """Take and answer until `stop` or `lost`; the connection outlives the running answers
        unless it is another's now.
        """
        ending, closing = asyncio.Event(), asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._outlet.run(self._receive, closing))
            watching = tasks.create_task(_watch(stop, lost, ending, closing))
            try:
                await self._desk.run(ending)
                await self._outlet.close()
            finally:
                closing.set()
                watching.cancel()

    async def _receive(self, turn: CallbackTurn) -> bool:
        """Keep a callback on disk; events wait for nobody."""
        conversation = self._conversation(turn)
        if turn.callback.is_event:
            conversation = f"{conversation}#{turn.key}"
        payload = turn.model_dump_json(by_alias=True)
        return await self._desk.put(turn.key, conversation, payload)

    def _conversation(self, turn: CallbackTurn) -> str:
        said = turn.callback
        where = f"{said.chatid}:" if said.is_group else ""
        return f"wecom-bot:{said.aibotid}:{where}{said.sender.userid.lower()}"

    async def _answer(self, entry: Entry) -> None:
        """Answer one entry of the inbox."""
        turn = CallbackTurn.model_validate_json(entry.payload)
        try:
            if not turn.callback.is_event:
                await self._answer_message(turn)
                return
            match turn.callback.event.eventtype:
                case "enter_chat":
                    await self._welcome(turn)
                case "template_card_event":
                    await self._press(turn)
                case "feedback_event":
                    await self._rate(turn)
        except ChannelRefused as exc:  # another try would be refused too
            log.error("WeCom bot: an answer was not delivered: %s", exc)

    async def _answer_message(self, turn: CallbackTurn) -> None:
        """Answer a message by a stream; it ends even if this process ends before it."""
        try:
            async with self._read(turn) as message:
                reply = await self._ask(message, turn)
            await self._outlet.finish(turn, await self._compose(turn, message, reply))
        except asyncio.CancelledError:
            await self._outlet.interrupt(turn)
            raise

    async def _ask(self, message: Message, turn: CallbackTurn | None = None) -> Reply:
        """Return the final reply, or an apology without one; partial ones are shown."""
        reply = None
        try:
            asked = await with_groups(message, message.user.removeprefix("wecom:"), self._members)
            if isinstance(asked, str):
                return Reply(asked, Status.DENIED)
            async for reply in self._handler(asked):
                if not reply.final and turn is not None:
                    self._outlet.show(turn, reply.text)
        except Exception:
            log.exception("WeCom bot: a message could not be answered")
            reply = None
        return reply or Reply(wording.SORRY, Status.ERROR)

    @asynccontextmanager
    async def _read(self, turn: CallbackTurn) -> AsyncIterator[Message]:
        """Yield a person's words and files, or the reason why they cannot be read."""
        said, message = turn.callback, self._message(turn)
        if said.file is not None and said.msgtype == "file":
            async with offered(said.file, self._file_key) as file:
                yield replace(message, text="", file=file)
            return
        text = strip_mention(said.words) if said.is_group else said.words
        is_call = said.is_group and bool(said.words)  # a bare mention asks what the bot can do
        if not text and not is_call:
            yield replace(message, canned=wording.TEXT_ONLY)
            return
        yield replace(message, text=text or START)

    def _message(self, turn: CallbackTurn, action: Action | None = None) -> Message:
        said = turn.callback
        return Message(
            user=self._identities.person(f"wecom:{said.sender.userid}"),
            conversation=self._conversation(turn),
            text="",
            private=not said.is_group,
            quoted=said.quote.words,
            action=action,
            unread=KINDS,  # until `_ask` looks the member up
            plans=self._plans,
        )

    async def _compose(self, turn: CallbackTurn, message: Message, reply: Reply) -> BotOutgoing:
        """Cut a reply to size, note the answer for its feedback, and make a card of its buttons."""
        for action in reply.actions:
            if action.kind is ActionKind.GOOD:
                about = Action(ActionKind.GOOD, action.title, action.value)
                keep = self._buttons.keep
                await asyncio.to_thread(keep, turn.feedback_id, about, message.user)
        shown = [a for a in reply.actions if a.kind not in RATED_BY_WECOM and self._can(a)]
        card = await asyncio.to_thread(offer_card, self._buttons, shown, message.user)
        text = reply.text or ("" if reply.attachments else reply.notice)
        return BotOutgoing(
            split_text(text, STREAM_LIMIT_BYTES, utf8_bytes), reply.attachments, card
        )

    def _can(self, action: Action) -> bool:
        return self._outlet.sends_files or action.kind not in FILES

    async def _welcome(self, turn: CallbackTurn) -> None:
        """Greet a person's first entry of the day, with example questions to press."""
        message = replace(self._message(turn), text=START)
        reply = await self._ask(message)
        said = reply.text.removeprefix(f"{bot_wording.HELLO}，")  # it is the card's title
        card = await asyncio.to_thread(
            offer_card, self._buttons, reply.actions, message.user, bot_wording.HELLO, said
        )
        if card and await self._outlet.respond(turn, frames.card_message(card)):
            return
        examples = (f"· {action.title}" for action in reply.actions)
        await self._outlet.respond(turn, frames.text("\n".join((reply.text, *examples))))

    async def _press(self, turn: CallbackTurn) -> None:
        """Carry out a button of a card: the card answers within 5 s, the rest follows."""
        click, message = turn.callback.event.click, self._message(turn)
        tokens = read_key(click.event_key)
        if not tokens:
            return
        try:
            action = await asyncio.to_thread(self._buttons.press, tokens[0], message.user)
        except ButtonRefused as exc:
            await self._update(turn, message, str(exc))
            return
        can_push = self._outlet.can_push(turn)
        answering = asyncio.create_task(self._ask(replace(message, action=action)))
        try:
            seconds = CARD_SECONDS if can_push else CARD_ONLY_SECONDS
            await asyncio.wait({answering}, timeout=seconds)
            reply = answering.result() if answering.done() else None
            await self._update(turn, message, *_words(action, reply, can_push))
            reply = reply or await answering
        finally:
            answering.cancel()
        answer = await self._compose(turn, message, reply)
        if can_push and (reply.text or reply.attachments):
            await self._outlet.push(turn, answer)

    async def _update(
        self, turn: CallbackTurn, message: Message, title: str, said: str = ""
    ) -> None:
        click = turn.callback.event.click
        key, task_id = click.event_key, click.task_id
        card = await asyncio.to_thread(
            lambda: redraw_card(self._buttons, key, task_id, message.user, title, said)
        )
        await self._outlet.respond(turn, frames.card_update(card, turn))

    async def _rate(self, turn: CallbackTurn) -> None:
        """Keep a person's opinion of an answer, with WeCom's reasons in words."""
        feedback, message = turn.callback.event.feedback_event, self._message(turn)
        try:
            about = await asyncio.to_thread(self._buttons.press, feedback.id, message.user)
        except ButtonRefused:
            log.info("WeCom bot: feedback on an answer that is not kept")
            return
        reasons = [bot_wording.REASONS.get(str(r), str(r)) for r in feedback.inaccurate_reason_list]
        why = "；".join([*reasons, *([feedback.content] if feedback.content else [])])
        kind = ActionKind.REASON
        if feedback.type in (GOOD, WITHDRAWN):
            kind = ActionKind.GOOD if feedback.type == GOOD else ActionKind.UNRATE
        value = f"{about.value}:{why}" if kind is ActionKind.REASON else about.value
        await self._ask(replace(message, action=Action(kind, about.title, value)))


def strip_mention(text: str) -> str:
    """Return a text without the call of the bot: its first mention.

    >>> strip_mention("@要点通 今年新建几个站点？")
    '今年新建几个站点？'
    """
    return MENTION.sub("", text, count=1).strip()


def _words(action: Action, reply: Reply | None, can_push: bool) -> tuple[str, str]:
    """Return the title of the card after a press and the text below it; the answer itself stands
    there only if it cannot follow.
    """
    if reply is None:
        return bot_wording.DOING.format(title=action.title), ""
    said = "" if can_push else reply.text
    if reply.notice:
        return reply.notice, said
    return bot_wording.DONE.format(title=action.title), said


async def _watch(
    stop: asyncio.Event, lost: asyncio.Event, ending: asyncio.Event, closing: asyncio.Event
) -> None:
    """Set `ending` when either is set; after a lost lease all is closed at once."""
    waiting = {asyncio.create_task(stop.wait()), asyncio.create_task(lost.wait())}
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
    if lost.is_set():
        closing.set()
    ending.set()
