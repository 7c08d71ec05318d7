"""Search hits -> numbered evidence: what the model is shown, and what its sentences are held
against.

Sentences that give orders to a model are left out of it: no plan asks for a system prompt, and what
is not there is neither obeyed nor cited.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.grounding.injection import is_order
from bot.messages import Answer
from knowledge.library import Hit
from knowledge.plan import Citation, PlanRecord, Section
from knowledge.text import split_sentences

EVIDENCE_CHARS = 3000  # of all evidence: about 2,000 tokens
SECTION_CHARS = 800  # a longer section is shown by the passages that were found of it


@dataclass(frozen=True, slots=True)
class Evidence:
    """One section, or what was found of it, under the number that the model cites."""

    number: int
    record: PlanRecord
    section: Section
    text: str

    def cite(self, quote: str) -> Citation:
        """Return a citation of the section that quotes these words."""
        return Citation(self.record, self.section, quote)

    @property
    def places(self) -> tuple[str, ...]:
        """What the plan's place is called."""
        said = self.record.metadata
        return tuple(name for name in (said.region, *said.aliases) if name)


def gather_evidence(hits: Sequence[Hit], fallback: Answer) -> tuple[Evidence, ...]:
    """Return the evidence for an answer: the sections that the fallback cites, then the hits', as
    far as they fit.
    """
    pieces: dict[tuple[PlanRecord, Section], list[str]] = {}
    for citation in (c for s in fallback.statements for c in s.citations):
        pieces.setdefault((citation.record, citation.section), []).append(citation.quote)
    for hit in hits:
        pieces.setdefault((hit.record, hit.section), []).append(hit.text)
    found: list[Evidence] = []
    left = EVIDENCE_CHARS
    for (record, section), passages in pieces.items():
        text = _fitting(_harmless(_shown(section, passages)), left)
        if text:
            found.append(Evidence(len(found) + 1, record, section, text))
            left -= len(text)
    return tuple(found)


def _shown(section: Section, passages: Sequence[str]) -> str:
    """Return a short section whole, of a long one the passages as they are printed."""
    whole = section.whole_text
    if len(whole) <= SECTION_CHARS:
        return whole
    chosen = [p for p in passages if not any(p in other for other in passages if other != p)]
    return "\n".join(sorted(dict.fromkeys(chosen), key=whole.find))


def _harmless(text: str) -> Iterable[str]:
    return (sentence for sentence in split_sentences(text) if not is_order(sentence))


def _fitting(sentences: Iterable[str], limit: int) -> str:
    """Return as many whole sentences as fit."""
    text = ""
    for sentence in sentences:
        if len(text) + len(sentence) > limit:
            break
        text += sentence
    return text.strip()
