"""A statement and the sections it cites -> what is not supported. Pure: no library, no model.

A statement is supported when every figure with its unit, every date and every 《document》 in it is
printed in a section that it cites. The bot's own words may hold no figure but those of the question
and of the plans' own data.

Of a model's sentence more is asked (`find_flaw`): its citation stands before the stop and names
evidence that exists; names, quotations and places are printed in it; each figure matches subject,
value and unit of one clause (`support`); the rest is the plan's words too.

Not covered: whether a sentence without figures means what the section means.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import chain

from bot.grounding.claims import pairs, read_claims
from bot.grounding.evidence import Evidence
from bot.grounding.figures import parts, plain, read_figures, unquoted
from bot.grounding.injection import is_order
from bot.grounding.support import Printed, grounded, negations, retold
from bot.messages import Statement
from bot.wording import answers as wording
from knowledge.plan import Citation
from knowledge.text import normal, split_sentences

LABEL = re.compile(r"〔(?!\d{4}〕)[^〕]*〕")  # not the year of a document number
NAME = re.compile(r"《[^》]+》")

MARK = re.compile(r"[\[［【]\s*(\d+(?:\s*[,，、]\s*\d+)*)\s*[\]］】]")
MARKED_END = re.compile(rf"(?:{MARK.pattern}\s*)+[。！？；!?;，,：:）)”\s]*$")
QUOTED = re.compile(r"《[^》]*》?|[“「『]([^”」』]*)[”」』]?|[A-Za-z][A-Za-z.@/:_-]+|〔[^〕]*〕?")
PLACE = re.compile(
    r"(?<![\u4e00-\u9fff])((?![^市县旗]*[全各本我该城])[\u4e00-\u9fff]{2,3}[市县旗])"
)
GROUNDED = 0.5  # of a sentence's pairs of characters that its sections must print
CLAUSE_GROUNDED = 0.25  # and of each clause's
RETOLD = 0.55  # of some clause's pairs that a sentence without figures must hold
CLAUSE_PAIRS = 4  # a clause with fewer says too little to be judged
CONNECTING_CHARS = 20
KEPT_TEXTS = 4096  # the same sections are cited question after question
CONNECTING = re.compile(
    "(?:具体|主要|相关|有关|以下|上述|几个?|方面|措施|内容|工作|任务|要求|安排|情况|目标|如下|包括|分为|另外|此外|同时"
    "|其中|其他|还有|综上|总之|因此|根据|按照|文件|要点|规定|明确|提出|可以|看出|分别|汇总|所述|是|为|有|的|在|和|与"
    "|，|：|、|。|；)+"
)


@lru_cache(maxsize=KEPT_TEXTS)
def squeeze(text: str) -> str:
    """Return text as it is compared: NFKC, without white space."""
    return re.sub(r"\s+", "", normal(text))


def facts(text: str) -> set[str]:
    """Return the figures with their units, and the document names, that `text` states.

    >>> sorted(facts("完成500户改造，见《办法》〔三8〕"))
    ['500户', '《办法》']
    """
    bare = unquoted(LABEL.sub(" ", text))
    figures = (bare[f.start : f.end] for f in read_figures(bare))
    return {f for f in figures if re.search(r"[\d×]", f)} | set(NAME.findall(squeeze(bare)))


def unsupported(statement: Statement, allowed: str = "") -> tuple[str, ...]:
    """Return what the statement states that none of its sections prints; `allowed` is text it may
    repeat.

    A quotation that its section does not hold makes all of it unsupported.
    """
    for citation in statement.citations:
        if squeeze(citation.quote) not in squeeze(citation.section.whole_text):
            return (citation.quote,)
    stated = facts(statement.lead + statement.text)
    if not stated:
        return ()
    printed = [_read(text) for text in (allowed, *_printed(statement.citations))]
    return tuple(sorted(f for f in stated if not any(p.holds(f) for p in printed)))


def without_orders(statement: Statement) -> Statement:
    """Return a statement without the sentences that speak to a machine; they prove nothing."""
    if not statement.citations or not is_order(statement.text):
        return statement
    kept = [s for s in split_sentences(statement.text) if not is_order(s)]
    cited = tuple(
        replace(citation, quote=piece)
        for citation in statement.citations
        for piece in (s.strip() for s in split_sentences(citation.quote) if not is_order(s))
        if piece
    )
    return Statement("".join(kept).strip() + wording.ORDER_LEFT_OUT, cited, statement.lead)


def _printed(citations: Iterable[Citation]) -> Iterable[str]:
    """What a statement may draw on: its sections, and what its plans say about themselves."""
    return chain.from_iterable(
        (
            c.section.whole_text,
            c.record.title,
            f"{c.record.metadata.year}年",
            f"《{c.record.title}》",
        )
        for c in citations
    )


@dataclass(frozen=True, slots=True)
class _Stated:
    """What a text states: its figures with all that may be said of them, its bare numbers, and the
    text itself as names are looked for in it.
    """

    figures: frozenset[tuple[str, str]]  # kind, value with unit
    numbers: frozenset[str]
    names: str

    def holds(self, fact: str) -> bool:
        """Say whether a name is printed, or a figure of the same value and unit: 50% is not
        150%.
        """
        if NAME.fullmatch(fact):
            return fact in self.names
        (said,) = read_figures(fact)
        if said.kind == "name":
            return fact in self.names
        if not said.unit and said.value.isdigit():  # "另有2023、2024年的"
            return said.value in self.numbers
        return (said.kind, said.key) in self.figures


@lru_cache(maxsize=KEPT_TEXTS)
def _read(text: str) -> _Stated:
    bare = unquoted(text)
    figures = read_figures(bare) + read_figures(plain(bare))
    return _Stated(
        frozenset((f.kind, part) for f in figures for part in parts(f)),
        frozenset(n for f in figures for n in re.findall(r"[\d.]+", f.value)),
        squeeze(text) + squeeze(bare),  # “” inside 《》 may be left out
    )


class Flaw(StrEnum):
    """Why a model's sentence is not shown; each has a prompt of its name that tells the model."""

    UNCITED = "uncited"
    UNKNOWN = "unknown"
    UNPRINTED = "unprinted"
    MISMATCHED = "mismatched"
    UNGROUNDED = "ungrounded"


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """What is wrong with a sentence, and the words that are."""

    flaw: Flaw
    words: str = ""


def cited_numbers(sentence: str) -> tuple[int, ...]:
    """Return the numbers of evidence that a model's sentence cites, each once.

    >>> cited_numbers("标准为860元[1][3]。")
    (1, 3)
    """
    numbers = (n for match in MARK.finditer(sentence) for n in re.findall(r"\d+", match[1]))
    return tuple(dict.fromkeys(int(n) for n in numbers))


def without_marks(sentence: str) -> str:
    """Return a model's sentence without its citations.

    >>> without_marks("标准为860元 [1]。")
    '标准为860元。'
    """
    return re.sub(rf"\s*{MARK.pattern}", "", sentence).strip()


def is_connecting(sentence: str) -> bool:
    """Say whether a sentence without citation only joins others: short, no names, no figures.

    >>> is_connecting("具体措施如下："), is_connecting("系统提示词如下：")
    (True, False)
    """
    return len(sentence) <= CONNECTING_CHARS and bool(CONNECTING.fullmatch(sentence))


def find_flaw(sentence: str, evidence: Sequence[Evidence]) -> Discrepancy | None:
    """Return what is wrong with a model's sentence, None when it may be shown."""
    numbers = cited_numbers(sentence)
    if not numbers or not MARKED_END.search(sentence):
        return Discrepancy(Flaw.UNCITED)
    known = {e.number for e in evidence}
    if unknown := [f"[{n}]" for n in numbers if n not in known]:
        return Discrepancy(Flaw.UNKNOWN, "".join(unknown))
    text = without_marks(sentence)
    cited = [e for e in evidence if e.number in numbers]
    if missing := _unprinted_names(text, cited, evidence):
        return Discrepancy(Flaw.UNPRINTED, missing)
    return _unsupported_figure(text, cited) or _ungrounded(text, cited)


def _unprinted_names(text: str, cited: Sequence[Evidence], every: Sequence[Evidence]) -> str:
    """Return the first name, quotation, Latin word or place that no cited section prints."""
    printed = squeeze("\n".join(chain.from_iterable(_own_words(e) for e in cited))).lower()
    places = {p for e in every for p in e.places if p in text}
    names = [match[1] or match[0] for match in (*QUOTED.finditer(text), *PLACE.finditer(text))]
    return next((n for n in [*names, *places] if squeeze(n).lower() not in printed), "")


def _own_words(evidence: Evidence) -> Iterable[str]:
    yield from (evidence.section.heading, evidence.text, evidence.record.title)
    yield from (f"《{evidence.record.title}》", *evidence.places)


def _unsupported_figure(text: str, cited: Sequence[Evidence]) -> Discrepancy | None:
    """Return the first figure that no cited section supports, telling whether it is printed."""
    printed = [print_of(e) for e in cited]
    for claim in read_claims(text):
        if any(p.supports(claim) for p in printed):
            continue
        is_printed = any(p.prints(claim.figure) for p in printed)
        words = claim.clause[claim.figure.start : claim.figure.end]
        return Discrepancy(Flaw.MISMATCHED if is_printed else Flaw.UNPRINTED, words)
    return None


def _ungrounded(text: str, cited: Sequence[Evidence]) -> Discrepancy | None:
    """Return the words that the cited sections do not print, or print with the opposite sense."""
    printed = [print_of(e) for e in cited]
    for clause in re.split("[，；：]", plain(text)):
        if len(pairs(clause)) >= CLAUSE_PAIRS and grounded(clause, printed) < CLAUSE_GROUNDED:
            return Discrepancy(Flaw.UNGROUNDED, clause)
    is_torn = not read_figures(plain(text)) and retold(text, printed) < RETOLD
    if is_torn or grounded(text, printed) < GROUNDED:
        return Discrepancy(Flaw.UNGROUNDED, text)
    opposite = negations(text, "\n".join(p.plain for p in printed))
    return Discrepancy(Flaw.MISMATCHED, opposite[0]) if opposite else None


@lru_cache(maxsize=64)
def print_of(evidence: Evidence) -> Printed:
    """Return what a piece of evidence prints, as figures and words are compared."""
    return Printed(evidence.text, evidence.section.heading, evidence.record.metadata.year)
