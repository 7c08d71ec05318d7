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

SOURCE = re.compile("〔([^〔〕]+)〕《(.+?)》")
LABEL = re.compile("〔([^〔〕]+)〕")
QUESTION_CHARS = 100  # what is longer and cites nothing is no question


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
        yield from _sections(label, [r for r in records if r.title == title], library)
    meant = list(records) if len(records) == 1 else []
    if (last := conversation.last) and last.record in records:
        meant = [last.record]
    for label in LABEL.findall(quoted):
        yield from _sections(label, meant, library)


def _sections(label: str, records: Sequence[PlanRecord], library: Library) -> Iterator[Citation]:
    for record in records:
        for section in library.plan(record).all_sections():
            if section.label == label:
                yield Citation(record, section, section.whole_text)
