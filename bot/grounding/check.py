"""A statement and the sections it cites -> what is not supported. Pure: no library, no model.

A statement is supported when every quantity, time and 《document》 in its quoted parts is printed
in a section that it cites: value, unit, bound and rate. Our own words (counts, verdicts, names of
plans) are not taken for claims.

Of a model's sentence more is asked (`find_flaw`): its citation stands before the stop and names
evidence that exists; names, quotations and places are printed in it; each figure matches subject,
value and unit of one clause (`support`); the rest is the plan's words too.

Not covered: whether a sentence without figures means what the section means.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import chain

from bot.grounding.claims import read_claims, words_of
from bot.grounding.evidence import Evidence
from bot.grounding.facts import Fact, plain, read_facts
from bot.grounding.injection import is_order
from bot.grounding.support import Printed, grounded, negations, retold
from bot.messages import Part, Statement
from bot.wording import answers as wording
from knowledge.plan import Citation
from knowledge.text import STOPS, bare, sentences, split_sentences
from knowledge.time import Edge, TimeKind

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
CLAUSE_ENDS = ("", *"。！？；，：!?;,:\n")
CLAUSE_PAIRS = 4  # a clause with fewer says too little to be judged
CONNECTING_CHARS = 20
UNQUOTED = str.maketrans("", "", "“”")
CONNECTING = re.compile(
    "(?:具体|主要|相关|有关|以下|上述|几个?|方面|措施|内容|工作|任务|要求|安排|情况|目标|如下|包括|分为|另外|此外|同时"
    "|其中|其他|还有|综上|总之|因此|根据|按照|文件|要点|规定|明确|提出|可以|看出|分别|汇总|所述|是|为|有|的|在|和|与"
    "|，|：|、|。|；)+"
)


def unsupported(statement: Statement) -> tuple[str, ...]:
    """Return what the quoted parts of a statement say that none of its sections prints.

    A quotation that its section does not hold makes all of it unsupported; a part that a section
    holds word for word needs no reading. Our own words are no claims.
    """
    for citation in statement.citations:
        if bare(citation.quote) not in bare(citation.section.whole_text):
            return (citation.quote,)
    pieces = (p for part in statement.quoted for p in split_sentences(LABEL.sub(" ", part)))
    missing = (word for piece in pieces for word in _missing(piece, statement.citations))
    return tuple(sorted(set(missing)))


def _missing(piece: str, citations: Sequence[Citation]) -> Iterator[str]:
    """Yield the names and facts of a sentence that no cited section prints."""
    if any(bare(piece) in bare(c.section.whole_text) for c in citations):
        return
    texts = [bare(f"{c.section.whole_text}《{c.record.title}》") for c in citations]
    unquoted = [text.translate(UNQUOTED) for text in texts]  # “” inside 《》 may be left out
    yield from (n for n in NAME.findall(bare(piece)) if not any(n in t for t in texts + unquoted))
    said = plain(NAME.sub(" ", piece).translate(UNQUOTED))
    facts = [read_facts(said, c.record.metadata.year) for c in citations]
    for same in zip(*facts, strict=True):
        pairs_of = zip(same, citations, strict=True)
        words = said[same[0].start : same[0].end]
        if _is_exact(same[0], words) and not any(_prints(c, fact) for fact, c in pairs_of):
            yield words


def _is_exact(fact: Fact, words: str) -> bool:
    """True for what must be printed alike; 一项 and 两个 are turns of speech as well."""
    return fact.time is not None or any(c.isdecimal() or c == "×" for c in words)


def _prints(citation: Citation, said: Fact) -> bool:
    """True if a section says a fact, or its plan says it about itself."""
    year, time = citation.record.metadata.year, said.time
    if time and time.kind is TimeKind.YEAR and time.edge is Edge.WHOLE and time.years == (year,):
        return True
    section, title = citation.section.whole_text, citation.record.title
    texts = (section, section.translate(UNQUOTED), title)
    printed = [fact for text in texts for fact in read_facts(plain(text), year)]
    if said.quantity and said.quantity.unit is None and said.kind == "amount":
        return any(f.quantity and f.quantity.low == said.quantity.low for f in printed)
    return any(fact.confirms(said) for fact in printed)


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
    own = Part(wording.ORDER_LEFT_OUT, is_own=True)
    return Statement.of((Part("".join(kept).strip()), own), cited, statement.lead)


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
    if any(prints_whole(e.text, text) for e in cited):
        return None
    if missing := _unprinted_names(text, cited, evidence):
        return Discrepancy(Flaw.UNPRINTED, missing)
    return _unsupported_figure(text, cited) or _ungrounded(text, cited)


def prints_whole(section: str, text: str) -> bool:
    """True if a section prints a text word for word, from the beginning of a sentence to the end of
    a clause: what is torn out of a clause may say another thing.
    """
    said = bare(text).rstrip("。！？；!?;")
    printed = "\n".join(bare(span.of(section)) for span in sentences(section, STOPS))
    at = f"\n{printed}".find(f"\n{said}") if said else -1
    return at >= 0 and printed[at + len(said) : at + len(said) + 1] in CLAUSE_ENDS


def _unprinted_names(text: str, cited: Sequence[Evidence], every: Sequence[Evidence]) -> str:
    """Return the first name, quotation, Latin word or place that no cited section prints."""
    printed = bare("\n".join(chain.from_iterable(_own_words(e) for e in cited))).lower()
    places = {p for e in every for p in e.places if p in text}
    names = [match[1] or match[0] for match in (*QUOTED.finditer(text), *PLACE.finditer(text))]
    return next((n for n in [*names, *places] if bare(n).lower() not in printed), "")


def _own_words(evidence: Evidence) -> Iterable[str]:
    yield from (evidence.section.heading, evidence.text, evidence.record.title)
    yield from (f"《{evidence.record.title}》", *evidence.places)


def _unsupported_figure(text: str, cited: Sequence[Evidence]) -> Discrepancy | None:
    """Return the first fact that no cited section supports, telling whether it is printed."""
    printed = [print_of(e) for e in cited]
    claims = [read_claims(text, p.year) for p in printed]
    for same in zip(*claims, strict=True):
        if any(p.supports(claim) for p, claim in zip(printed, same, strict=True)):
            continue
        is_printed = any(p.prints(c.fact) for p, c in zip(printed, same, strict=True))
        return Discrepancy(Flaw.MISMATCHED if is_printed else Flaw.UNPRINTED, same[0].words)
    return None


def _ungrounded(text: str, cited: Sequence[Evidence]) -> Discrepancy | None:
    """Return the words that the cited sections do not print, or print with the opposite sense."""
    printed = [print_of(e) for e in cited]
    for clause in re.split("[，；：]", plain(text)):
        if len(words_of(clause)) >= CLAUSE_PAIRS and grounded(clause, printed) < CLAUSE_GROUNDED:
            return Discrepancy(Flaw.UNGROUNDED, clause)
    is_torn = not read_facts(plain(text)) and retold(text, printed) < RETOLD
    if is_torn or grounded(text, printed) < GROUNDED:
        return Discrepancy(Flaw.UNGROUNDED, text)
    opposite = negations(text, "\n".join(p.plain for p in printed))
    return Discrepancy(Flaw.MISMATCHED, opposite[0]) if opposite else None


@lru_cache(maxsize=64)
def print_of(evidence: Evidence) -> Printed:
    """Return what a piece of evidence prints, as figures and words are compared."""
    return Printed(evidence.text, evidence.section.heading, evidence.record.metadata.year)
