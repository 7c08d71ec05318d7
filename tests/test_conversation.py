import asyncio

from bot.conversation import SILENCE_SECONDS, TURNS, Conversations


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def say(conversations: Conversations, name: str, question: str) -> list[str]:
    async with conversations.turn(name) as conversation:
        conversation.remember(question, ())
        return conversation.questions


async def test_a_conversation_remembers_its_questions_oldest_first() -> None:
    conversations = Conversations()
    await say(conversations, "a", "低保标准")
    assert await say(conversations, "a", "那2024年呢") == ["低保标准", "那2024年呢"]


async def test_two_conversations_do_not_mix() -> None:
    conversations = Conversations()
    await say(conversations, "a", "低保标准")
    assert await say(conversations, "b", "助餐点") == ["助餐点"]


async def test_only_the_last_turns_are_kept() -> None:
    conversations = Conversations()
    for number in range(TURNS + 3):
        kept = await say(conversations, "a", str(number))
    assert kept == [str(number) for number in range(3, TURNS + 3)]


async def test_half_an_hour_of_silence_is_forgotten_and_a_shorter_one_is_not() -> None:
    clock = Clock()
    conversations = Conversations(clock)
    await say(conversations, "a", "低保标准")
    clock.now = SILENCE_SECONDS
    assert len(await say(conversations, "a", "助餐点")) == 2
    clock.now = 2 * SILENCE_SECONDS + 1
    assert await say(conversations, "a", "公墓") == ["公墓"]


async def test_what_is_being_answered_is_not_forgotten() -> None:
    clock = Clock()
    conversations = Conversations(clock)
    async with conversations.turn("a") as held:
        clock.now = SILENCE_SECONDS + 1
        held.remember("低保标准", ())
        waiting = asyncio.create_task(say(conversations, "a", "助餐点"))
        await asyncio.sleep(0)
    assert await waiting == ["低保标准", "助餐点"]


async def test_one_conversation_is_answered_one_at_a_time_in_order() -> None:
    conversations, order = Conversations(), list[str]()

    async def answer(name: str, seconds: float) -> None:
        async with conversations.turn("a"):
            order.append(f"{name} begins")
            await asyncio.sleep(seconds)
            order.append(f"{name} ends")

    await asyncio.gather(answer("first", 0.02), answer("second", 0))
    assert order == ["first begins", "first ends", "second begins", "second ends"]


async def test_another_conversation_does_not_wait() -> None:
    conversations = Conversations()
    async with conversations.turn("a"):
        assert await asyncio.wait_for(say(conversations, "b", "公墓"), 1) == ["公墓"]


async def test_a_failed_answer_lets_the_next_question_in() -> None:
    conversations = Conversations()
    try:
        async with conversations.turn("a"):
            raise RuntimeError("the answer failed")
    except RuntimeError:
        pass
    assert await asyncio.wait_for(say(conversations, "a", "公墓"), 1) == ["公墓"]
