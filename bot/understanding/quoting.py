"""What a person quotes -> what their words are about: the section that the quotation cites, else
the question that it repeats.

A quoted answer of ours lists its sources as 〔label〕《title》; a part of one has only its labels,
which then mean the plan that was spoken of last, or the only one there is.
"""

import re
from collections.abc import Iterator, Sequence

from bot.understanding.conversation import TURNS, Conversation
from knowledge.library import Library
from knowledge.plan import Citation, PlanRecord
from knowledge.text import squeeze

SOURCE = re.compile("〔([^〔〕]+)〕《(.+?)》")
LABEL = re.compile("〔([^〔〕]+)〕")
QUESTION_CHARS = 100  # what is longer and cites nothing is no question
QUOTED_CHARS = 6  # the fewest that tell one section from others


def recall(
    quoted: str, conversation: Conversation, records: Sequence[PlanRecord], library: Library
) -> None:
    """Let the conversation go on from what is quoted."""
    if found := next(_cited(quoted, conversation, records, library), None):
        conversation.last = found
    elif 0 < len(quoted) <= QUESTION_CHARS and not LABEL.search(quoted):
        conversation.questions = [*conversation.questions, quoted][-TURNS:]


def _cited(
    quoted: str, conversation: Conversation, records: Sequence[PlanRecord], library: Library
) -> Iterator[Citation]:
    """Yield the sections that a quotation cites, those with their plan's title first."""
    for label, title in SOURCE.findall(quoted):
        titled = [r for r in records if r.title == title]
        yield from _sections(label, quoted, titled, library)
    meant = list(records) if len(records) == 1 else []
    if (last := conversation.last) and last.record in records:
        meant = [last.record]
    for label in LABEL.findall(quoted):
        yield from _sections(label, quoted, meant, library)


def _sections(
    label: str, quoted: str, records: Sequence[PlanRecord], library: Library
) -> Iterator[Citation]:
    """Yield the sections of this label; where a plan was renumbered since, the one that prints what
    is quoted with it.
    """
    words = [squeeze(text) for text in _before_label(label, quoted)]
    for record in records:
        sections = library.plan(record).all_sections()
        printing = [s for s in sections if any(w in squeeze(s.whole_text) for w in words)]
        named = [s for s in sections if s.label == label]
        is_moved = len(printing) == 1 and named != printing
        for section in printing if is_moved else named:
            yield Citation(record, section, section.whole_text)


def _before_label(label: str, quoted: str) -> Iterator[str]:
    """Yield what stands right before a label, back to the one before it or to the line's start."""
    for before in quoted.split(f"〔{label}〕")[:-1]:
        text = before.rpartition("\n")[2].rpartition("〕")[2]
        if len(text) >= QUOTED_CHARS:
            yield text
