"""A sentence with figures -> claims: each figure with the words that say whose figure it is.

Two claims are compared by those words: a figure of a sentence is supported by the clause of the
evidence that prints it only when no other figure's clause fits the sentence's words as well.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from bot.grounding.facts import Fact, plain, read_facts, with_role
from knowledge.pairs import Pair, read_pairs
from knowledge.quantity import find_each
from knowledge.text import FULL_STOPS, KEPT_TEXTS, Span, sentences
from knowledge.time import THIS_YEAR, read_times

STOPS = FULL_STOPS + "；"
CLAUSE_END = re.compile("[，：（）]")
LIST_END = re.compile(r"(?:及?以[上内下]|之内|左右|内)?(?:、|和|与|及|以及|并|或)")
COUNTED = re.compile("(?:及?以[上内下]|左右|的|“)*([\u4e00-\u9fff]{2})")
BRACKETED = re.compile(r"（([^）\d]*)）")
NEWLY = re.compile("新建|新增|新设")
# Words that say nothing about whose figure it is; longer ones first.
EMPTY = sorted(
    (
        "提高 提升 增加 增长 增至 提至 扩大 扩展 压缩 缩短 缩小 放宽 降低 减少 下降 上升 上调 "
        "下调 调整 达到 保持 超过 完成 实现 确保 力争 计划 预计 目标 要求 规定 明确 根据 按照 "
        "安排 应当 需要 必须 可以 不低于 不少于 不得 不超过 不高于 至少 最少 至多 最多 最高 "
        "最低 不足 左右 以上 以下 以内 之内 之前 以前 之后 以后 截至 截止 其中 同时 此外 另外 "
        "以及 并且 或者 上述 年度 目前 现有 就是 属于 共计 一共 总共 约 近 超 "
        "逾 前 后 内 底 将 要 应 需 须 拟 可 会 使 把 为 对 向 在 由 从 自 起 至 到 达 于 以 "
        "按 并 和 与 及 或 还 的 了 是 有 共 均 都 等 也 这 该 每 各 个 则 即"
    ).split(),
    key=len,
    reverse=True,
)
HOLLOW = re.compile("|".join(map(re.escape, EMPTY)) + r"|[^\u4e00-\u9fffA-Za-z]+")
ELIDED = 3  # a clause with fewer pairs of its own takes its subject from the clause before


@dataclass(frozen=True, slots=True)
class Claim:
    """A fact, the words of its own clause, and the words that it takes from elsewhere.

    `near` and `topic` are pairs of characters; `beside` are the other facts of the clause, `each`
    the 每… that stand before it there.
    """

    fact: Fact
    clause: str
    sentence: str
    near: frozenset[str]
    topic: frozenset[str]
    beside: tuple[Fact, ...]
    each: frozenset[str] = frozenset()

    @property
    def words(self) -> str:
        """The fact as its sentence prints it."""
        return self.sentence[self.fact.start : self.fact.end]

    def weight(self, pair: str) -> float:
        """Return how near a pair of characters stands to the fact: 1, 0.5 or 0."""
        return 1.0 if pair in self.near else 0.5 if pair in self.topic else 0.0

    def likeness(self, other: "Claim") -> float:
        """Return how much of this claim's own words `other` holds."""
        return sum(other.weight(pair) for pair in self.near)

    def likeness_above(self, other: "Claim") -> float:
        """Return how much of the words that this claim takes from elsewhere `other` holds."""
        return sum(other.weight(pair) for pair in self.topic - self.near)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A clause of a sentence: the stretch of its text, its facts, its words without them."""

    span: Span
    text: str
    facts: tuple[Fact, ...]
    words: frozenset[str]


@lru_cache(maxsize=KEPT_TEXTS)
def read_claims(text: str, year: int | None = None) -> tuple[Claim, ...]:
    """Return a claim for each fact of a text; 年底前 counts in the plan's `year`."""
    return tuple(claim for sentence in split_plain(text) for claim in _claims(sentence, year))


def split_plain(text: str) -> list[str]:
    """Return the sentences of a text in plain form."""
    bare = plain(text)
    found = (span.of(bare).rstrip(STOPS) for span in sentences(bare, STOPS))
    return [sentence for sentence in found if sentence]


def pairs(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters that carry meaning, and what is distributed.

    >>> sorted(pairs("城市低保标准提高到"))
    ['低保', '保标', '城市', '市低', '标准']
    """
    each = find_each(text)
    runs = HOLLOW.sub(" ", without(text, each)).split()
    dealt = (span.of(text) for span in each)
    return frozenset([*dealt, *(a + b for run in runs for a, b in pairwise(run))])


def words_of(text: str) -> frozenset[str]:
    """Return the pairs of characters of a plain text, its facts left out."""
    return pairs(without_facts(text))


def without(text: str, spans: Sequence[Span]) -> str:
    """Return a text with a blank for each stretch of it."""
    edges = [0, *(edge for span in spans for edge in (span.start, span.end)), len(text)]
    return " ".join(text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))


def without_facts(text: str) -> str:
    """Return a plain text with a blank for each fact, and for 今年, which any plan is about."""
    facts = [Span(fact.start, fact.end) for fact in read_facts(text)]
    times = [Span(t.start, t.end) for t in read_times(text) if t.said in THIS_YEAR]
    return without(text, sorted(facts + times, key=lambda span: span.start))


def _claims(sentence: str, year: int | None) -> Iterator[Claim]:
    sentence = BRACKETED.sub(r"\1", sentence)
    dealt_out = {pair.quantity.start: pair for pair in read_pairs(sentence)}
    pieces = _merge_dates(_with_verbs(sentence, _cut(sentence, read_facts(sentence, year))))
    for at, piece in enumerate(pieces):
        for fact in piece.facts:
            own, clause = _own_words(piece, dealt_out.get(fact.start))
            beside = tuple(f for f in piece.facts if f is not fact)
            if fact.start in dealt_out:
                fact = with_role(fact, clause)
            near = own | {f.key for f in beside if f.kind == "amount"} | _counted(sentence, fact)
            if fact.kind == "date":
                near |= _governed(pieces, at)
            before = sentence[piece.span.start : fact.start]
            each = frozenset(span.of(before) for span in find_each(before))
            topic = _topic(pieces, at, len(own))
            yield Claim(fact, clause, sentence, near, topic, beside, each)


def _own_words(piece: _Piece, pair: Pair | None) -> tuple[frozenset[str], str]:
    """Return the words of a clause, and the clause; of 分别 those of the pair's own subject."""
    if pair is None:
        return piece.words, piece.text
    return pairs(pair.subject + pair.verb), f"{pair.subject}{pair.verb}"


def _counted(sentence: str, fact: Fact) -> frozenset[str]:
    """Return what the fact counts: of 5个区县 it is 区县, of 46个镇街 in the same clause 镇街."""
    match = COUNTED.match(sentence, fact.end)
    return frozenset({f"#{match[1]}"} if match and fact.kind == "amount" else ())


def _cut(sentence: str, facts: Sequence[Fact]) -> list[_Piece]:
    """Cut a sentence at its commas, and at 、 and 和 behind an amount."""
    cuts = {match.end() for match in CLAUSE_END.finditer(sentence)}
    for fact in facts:
        end = fact.quantity.end if fact.quantity else fact.end
        is_age = fact.quantity is not None and fact.quantity.is_told  # 60岁: for whom it is
        is_counted = fact.kind == "amount" and not is_age
        if is_counted and (match := LIST_END.match(sentence, end)):
            cuts.add(match.end())
    inside = [cut for cut in sorted(cuts) if not any(f.start < cut < f.end for f in facts)]
    edges = [0, *inside, len(sentence)]
    return [_piece(sentence, start, end, facts) for start, end in pairwise(edges) if start < end]


def _piece(sentence: str, start: int, end: int, facts: Sequence[Fact]) -> _Piece:
    own = tuple(fact for fact in facts if start <= fact.start < end)
    words = words_of(sentence[start:end])
    return _Piece(Span(start, end), sentence[start:end].strip("，：（）、"), own, words)


def _with_verbs(sentence: str, pieces: Sequence[_Piece]) -> list[_Piece]:
    """Give the second member of a list the verb of the first: 新建甲3个、乙5个."""
    shared: list[_Piece] = []
    for piece in pieces:
        is_listed = shared and sentence[piece.span.start - 1] == "、"
        verb = NEWLY.search(shared[-1].text) if is_listed else None
        if verb and not NEWLY.search(piece.text):
            facts = tuple(
                with_role(fact, verb[0]) if not fact.role else fact for fact in piece.facts
            )
            words = piece.words | pairs(verb[0])
            piece = replace(piece, text=verb[0] + piece.text, words=words, facts=facts)
        shared.append(piece)
    return [piece for piece in shared if piece.text]


def _merge_dates(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Join a clause that is nothing but dates, or a first one without words, to the next one."""
    merged: list[_Piece] = []
    held: _Piece | None = None
    for piece in pieces:
        whole = _joined(held, piece) if held else piece
        dates = all(fact.kind == "date" for fact in piece.facts) or not merged
        if piece.facts and dates and not piece.words:
            held = whole
        else:
            merged.append(whole)
            held = None
    if held and merged:
        merged[-1] = _joined(merged[-1], held)
    return merged or ([held] if held else [])


def _joined(first: _Piece, second: _Piece) -> _Piece:
    span = Span(first.span.start, second.span.end)
    text = f"{first.text}，{second.text}"
    return _Piece(span, text, first.facts + second.facts, first.words | second.words)


def _topic(pieces: Sequence[_Piece], at: int, own: int) -> frozenset[str]:
    """Return the words of the clauses before that hold no fact, and, where the clause names no
    subject, those of the nearest that does.
    """
    words: frozenset[str] = frozenset()
    elided = own < ELIDED
    for piece in reversed(pieces[:at]):
        if piece.facts and not elided:
            continue
        words |= piece.words
        elided = elided and len(piece.words) < ELIDED
    return words


def _governed(pieces: Sequence[_Piece], at: int) -> frozenset[str]:
    """Return the words behind a date that it governs: up to the next clause with a date."""
    words: frozenset[str] = frozenset()
    for piece in pieces[at + 1 :]:
        if any(fact.kind == "date" for fact in piece.facts):
            break
        words |= piece.words | {fact.key for fact in piece.facts}
    return words
