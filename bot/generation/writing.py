"""Evidence -> an answer written by a chat model, each sentence checked before it is shown.

A sentence that fails is asked for once more; fails that too, the plan's own sentence takes its
place. Nothing of the model reaches the answer unchecked; with nothing usable of it, the plan's own
words (`extraction`) answer.

Not covered: whether the model answers what was asked; the checks hold it to the evidence only.
"""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace

from bot.answering.answer_fit import fits
from bot.errors import ModelError
from bot.generation.completing import complete
from bot.generation.model import ChatModel, ModelMessage
from bot.generation.sentences import cut_sentences
from bot.grounding.check import Discrepancy, cited_numbers, find_flaw, is_connecting, without_marks
from bot.grounding.claims import pairs
from bot.grounding.evidence import Evidence, gather_evidence
from bot.grounding.facts import plain
from bot.messages import Answer, Statement, Status
from bot.understanding.request import Request
from bot.wording import answers as wording
from knowledge.library import Hit
from knowledge.text import split_sentences
from prompts import quoted, render

NO_ANSWER = "无答案"  # prompts/answer.system.txt asks for it in 【】
SENTENCES = 12  # more are an essay; the system prompt asks for five
REPAIRS = 3  # asked for in one answer; a model that fails more often is not asked again
LIKENESS = 0.3  # of a failed sentence's words that the plan's sentence in its place must hold
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Checked:
    """What takes a sentence's place in the answer; `by_model` where it is the model's own."""

    statement: Statement
    by_model: bool


async def write(
    request: Request, hits: Sequence[Hit], fallback: Answer, model: ChatModel
) -> AsyncIterator[Answer]:
    """Yield the answer as far as it is checked, after each sentence; the last one is whole."""
    evidence = gather_evidence(hits, fallback)
    if not evidence:
        yield fallback
        return
    writer = _Writer(request, evidence, fallback, model)
    try:
        async with _sentences(model, writer.messages()) as sentences:
            async for sentence in sentences:
                if await writer.take(sentence):
                    yield writer.answer()
                if writer.is_full or writer.has_declined:
                    break
    except ModelError as exc:
        log.warning("model: %s", exc)
        yield writer.broken_off()
        return
    yield writer.finished()


class _Writer:
    """One answer while it is written."""

    def __init__(
        self, request: Request, evidence: Sequence[Evidence], fallback: Answer, model: ChatModel
    ) -> None:
        self._request = request
        self._evidence = evidence
        self._fallback = fallback
        self._model = model
        self._shown: list[Checked] = []
        self._repairs = 0
        self._withheld = 0
        self.has_declined = False

    @property
    def is_full(self) -> bool:
        """Say whether the answer is as long as it may be."""
        return len(self._shown) >= SENTENCES

    def messages(self) -> list[ModelMessage]:
        """Return what the model is asked."""
        return _ask(render("answer.user", **self._asked()))

    async def take(self, sentence: str) -> bool:
        """Check one sentence of the model; say whether the answer has grown."""
        if NO_ANSWER in sentence:
            self.has_declined = not self._has_answer()
            return False
        checked = await self._check(sentence)
        said = [plain(c.statement.text) for c in self._shown]
        if checked is None or plain(checked.statement.text) in said:
            return False
        self._shown.append(checked)
        return bool(checked.statement.citations)

    def answer(self) -> Answer:
        """Return the answer as far as it is checked."""
        shown = tuple(c.statement for c in self._shown)
        written_by = "model" if all(c.by_model for c in self._shown) else "mixed"
        return Answer(Status.ANSWERED, shown, written_by, self._fallback.targets, self._withheld)

    def finished(self) -> Answer:
        """Return the whole answer, or the plan's own words when the model gave none."""
        if self.has_declined:
            return replace(self._fallback, withheld=self._withheld)
        if not self._has_answer() or self._misses_the_point():
            return self._instead()
        return complete(self._request, self.answer(), self._fallback)

    def broken_off(self) -> Answer:
        """Return what was checked before the model failed, saying so, or the plan's own words."""
        if not self._has_answer():
            return self._instead()
        found = complete(self._request, self.answer(), self._fallback)
        return replace(found, statements=(*found.statements, Statement(wording.MODEL_STOPPED)))

    def _instead(self) -> Answer:
        note = (Statement(wording.MODEL_INSTEAD),) if self._fallback.statements else ()
        said = (*self._fallback.statements, *note)
        return replace(self._fallback, statements=said, written_by="plan", withheld=self._withheld)

    def _misses_the_point(self) -> bool:
        """Say whether a figure, a date or an office is asked for and no sentence holds one."""
        asked = self._request.asked
        return asked.type.is_checked and not any(fits(asked, c.statement.text) for c in self._shown)

    def _has_answer(self) -> bool:
        return any(c.statement.citations for c in self._shown)

    async def _check(self, sentence: str) -> Checked | None:
        """Return what may be shown for a sentence: itself, its repair, the plan's own, nothing."""
        if is_connecting(sentence):
            return Checked(Statement(sentence), by_model=True)
        found = find_flaw(sentence, self._evidence)
        if found is None:
            return Checked(self._state(sentence), by_model=True)
        self._withhold(found)
        if repaired := await self._repair(sentence, found):
            if (again := find_flaw(repaired, self._evidence)) is None:
                return Checked(self._state(repaired), by_model=True)
            self._withhold(again)
        own = self._own_sentence(sentence)
        return Checked(own, by_model=False) if own else None

    def _withhold(self, found: Discrepancy) -> None:
        """Count a sentence that nobody will see."""
        self._withheld += 1
        log.info("withheld a sentence of the model: %s", found.flaw)

    async def _repair(self, sentence: str, found: Discrepancy) -> str | None:
        """Ask once for a better sentence, telling what is wrong with this one."""
        if self._repairs == REPAIRS:
            return None
        self._repairs += 1
        prompt = render(
            "repair.user",
            **self._asked(),
            sentence=quoted(sentence),
            reason=render(f"reason.{found.flaw}", **_words(found)),
        )
        try:
            async with _sentences(self._model, _ask(prompt)) as sentences:
                return await anext(sentences, None)
        except ModelError as exc:
            log.warning("model, asked for a repair: %s", exc)
        return None

    def _state(self, sentence: str) -> Statement:
        """Return a checked sentence with the sections it cites, each with its nearest words."""
        text = without_marks(sentence)
        cited = [e for e in self._evidence if e.number in cited_numbers(sentence)]
        return Statement(text, tuple(e.cite(_nearest(text, e)[0]) for e in cited))

    def _own_sentence(self, sentence: str) -> Statement | None:
        """Return the plan's sentence nearest to a failed one, None where none is near."""
        words = pairs(plain(without_marks(sentence)))
        numbers = cited_numbers(sentence)
        cited = [e for e in self._evidence if e.number in numbers] or self._evidence
        chosen = [s for s in self._fallback.statements if s.citations and not s.lead]
        for evidence in cited:
            quote, _ = _nearest(without_marks(sentence), evidence)
            chosen.append(Statement(quote, (evidence.cite(quote),)))
        best = max(chosen, key=lambda s: _likeness(words, s.text), default=None)
        return best if best and _likeness(words, best.text) >= LIKENESS else None

    def _asked(self) -> dict[str, str]:
        """Return what every prompt tells: the evidence, the question, what it follows."""
        pieces = (
            render(
                "evidence",
                number=e.number,
                title=quoted(e.record.title),
                label=quoted(e.section.label),
                text=quoted(e.text),
            )
            for e in self._evidence
        )
        return {
            "evidence": "\n".join(pieces),
            "question": quoted(self._request.question),
            "context": quoted(" ".join(self._request.context)),
        }


@asynccontextmanager
async def _sentences(
    model: ChatModel, messages: Sequence[ModelMessage]
) -> AsyncIterator[AsyncIterator[str]]:
    """Ask the model and give its sentences as they come; at the end the connection is closed."""
    pieces = model.stream(messages)
    async with aclosing(pieces), aclosing(cut_sentences(pieces)) as sentences:
        yield sentences


def _ask(prompt: str) -> list[ModelMessage]:
    return [ModelMessage("system", render("answer.system")), ModelMessage("user", prompt)]


def _words(found: Discrepancy) -> dict[str, object]:
    return {"words": quoted(found.words)} if found.words else {}


def _nearest(text: str, evidence: Evidence) -> tuple[str, float]:
    """Return the verbatim sentence of the evidence that is nearest to a text."""
    words = pairs(plain(text))
    sentences = [s.strip() for s in split_sentences(evidence.text) if s.strip()]
    best = max(sentences, key=lambda s: _likeness(words, s))
    return best, _likeness(words, best)


def _likeness(words: frozenset[str], sentence: str) -> float:
    """Return the share of the words that a sentence holds, 0 to 1."""
    return len(words & pairs(plain(sentence))) / len(words) if words else 0.0
