import asyncio

from bot.understanding.conversation import KEEP_SECONDS, TURNS, Conversations
from knowledge.plan import Citation
from tests.support.bot_fixtures import record, section


class FakeNotes:
    """A dictionary with a clock."""

    def __init__(self) -> None:
        self.noted: dict[tuple[str, str], tuple[float, str]] = {}
        self.now = 0.0

    def note(self, kind: str, key: str, keep_seconds: float) -> str | None:
        at, value = self.noted.get((kind, key), (-1e9, ""))
        return value if self.now - at <= keep_seconds else None

    def put_note(self, kind: str, key: str, value: str, keep_seconds: float) -> None:
        self.noted[kind, key] = (self.now, value)


async def say(
    conversations: Conversations, name: str, question: str, is_kept: bool = True
) -> list[str]:
    async with conversations.turn(name, is_kept) as conversation:
        conversation.remember(question, ())
        return conversation.questions


async def test_a_conversation_remembers_its_questions_oldest_first() -> None:
    conversations = Conversations(FakeNotes())
    await say(conversations, "a", "低保标准")
    assert await say(conversations, "a", "那2024年呢") == ["低保标准", "那2024年呢"]


async def test_two_conversations_do_not_mix() -> None:
    conversations = Conversations(FakeNotes())
    await say(conversations, "a", "低保标准")
    assert await say(conversations, "b", "助餐点") == ["助餐点"]


async def test_only_the_last_turns_are_kept() -> None:
    conversations = Conversations(FakeNotes())
    for number in range(TURNS + 3):
        kept = await say(conversations, "a", str(number))
    assert kept == [str(number) for number in range(3, TURNS + 3)]


async def test_a_restart_forgets_nothing_and_thirty_days_do() -> None:
    notes = FakeNotes()
    await say(Conversations(notes), "a", "低保标准")
    notes.now = KEEP_SECONDS
    assert len(await say(Conversations(notes), "a", "助餐点")) == 2
    notes.now = 2 * KEEP_SECONDS + 1
    assert await say(Conversations(notes), "a", "公墓") == ["公墓"]


async def test_what_a_command_asks_is_kept_nowhere() -> None:
    notes = FakeNotes()
    conversations = Conversations(notes)
    await say(conversations, "a", "低保标准", is_kept=False)
    assert len(await say(conversations, "a", "助餐点", is_kept=False)) == 2
    assert notes.noted == {}


async def test_the_last_section_and_the_scope_survive_a_restart() -> None:
    notes, cited = FakeNotes(), Citation(record(), section("共5个。", "三"), "共5个。")
    async with Conversations(notes).turn("a") as conversation:
        conversation.remember("第三部分", (cited,))
        conversation.scope = ("a",)
    async with Conversations(notes).turn("a") as conversation:
        assert (conversation.last, conversation.scope) == (cited, ("a",))


async def test_a_note_of_an_older_program_is_no_conversation() -> None:
    notes = FakeNotes()
    notes.put_note("conversation", "a", '{"questions": 5}', 1)
    assert await say(Conversations(notes), "a", "公墓") == ["公墓"]


async def test_one_conversation_is_answered_one_at_a_time_in_order() -> None:
    conversations, order = Conversations(FakeNotes()), list[str]()

    async def answer(name: str, seconds: float) -> None:
        async with conversations.turn("a"):
            order.append(f"{name} begins")
            await asyncio.sleep(seconds)
            order.append(f"{name} ends")

    await asyncio.gather(answer("first", 0.02), answer("second", 0))
    assert order == ["first begins", "first ends", "second begins", "second ends"]


async def test_another_conversation_does_not_wait() -> None:
    conversations = Conversations(FakeNotes())
    async with conversations.turn("a"):
        assert await asyncio.wait_for(say(conversations, "b", "公墓"), 1) == ["公墓"]


async def test_a_failed_answer_lets_the_next_question_in() -> None:
    conversations = Conversations(FakeNotes())
    try:
        async with conversations.turn("a"):
            raise RuntimeError("the answer failed")
    except RuntimeError:
        pass
    assert await asyncio.wait_for(say(conversations, "a", "公墓"), 1) == ["公墓"]
