"""A chat model of the tests' own."""

from collections import deque
from collections.abc import AsyncGenerator, Sequence

from bot.generation.model import ModelMessage


class FakeModel:
    """A model with a queue of answers and a history; an error in an answer is raised there."""

    def __init__(self, *answers: str | Exception | Sequence[str | Exception]) -> None:
        self.answers = deque(answers)
        self.history: list[str] = []

    async def stream(self, messages: Sequence[ModelMessage]) -> AsyncGenerator[str, None]:
        self.history.append(messages[-1].text)
        answer = self.answers.popleft()
        for piece in [answer] if isinstance(answer, str | Exception) else answer:
            if isinstance(piece, Exception):
                raise piece
            for char in piece:
                yield char
