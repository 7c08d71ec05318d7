"""Search hits -> numbered evidence: what the model is shown, and what its sentences are held
against.

Sentences that give orders to a model are left out of it: no plan asks for a system prompt, and what
is not there is neither obeyed nor cited. The plan's own sentences (`extraction`) still hold them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.messages import Answer
from knowledge.library import Hit
from knowledge.passages import split_sentences
from knowledge.plan import Citation, PlanRecord, Section

EVIDENCE_CHARS = 3000  # of all evidence: about 2,000 tokens
SECTION_CHARS = 800  # a longer section is shown by the passages that were found of it
ORDER = re.compile(
    "(?:忽略|无视|忘[记掉]|不要?理会|抛开|绕过|覆盖|取消)[^。；]{0,8}(?:之前|以上|前面|上面|先前|此前|所有|一切|原有"
    "|系统)[^。；]{0,8}(?:要求|指令|提示|规则|设定|内容|限制|约束|说明)"
    "|系统提示|提示词|(?:开发者|越狱|DAN|上帝)模式|你(?:现在|从现在起|将|必须|只能|应当)?(?:是|扮演|充当)"
    "|(?:扮演|充当|假装)(?:成|为|一个|一名)|(?:请|务必|必须|直接|只|仅)(?:输出|回复|回答)"
    "|(?:致|给)(?:AI|人工智能|大?模型|助手|机器人)|(?:AI|人工智能|大?模型|语言模型|助手|机器人)(?:请|须|必须|应|注意|你)"
    r"|ignore\s.{0,20}(?:previous|above|prior)|system\s?prompt|you\s+are\s+now|</?(?:system|证据|问题)|\[/?INST",
    re.IGNORECASE,
)


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
        text = "".join(_harmless(_shown(section, passages)))[:left].strip()
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
    return (sentence for sentence in split_sentences(text) if not ORDER.search(sentence))
