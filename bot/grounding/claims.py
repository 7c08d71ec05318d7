"""A sentence with figures -> claims: each figure with the words that say whose figure it is.

Two claims are compared by those words: a figure of a sentence is supported by the clause of the
evidence that prints it only when no other figure's clause fits the sentence's words as well.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.grounding.figures import Figure, plain, read_figures

SENTENCE_END = re.compile(r"[。！？；\n]+")
CLAUSE_END = re.compile("[，：（）]")
LIST_END = re.compile(
    r"(?:/?人?·?[月年])?(?:及?以[上内下]|之内|左右|内)?(?:、|和|与|及|以及|并|或)"
)
BETWEEN = re.compile(r"(?:/人·[月年])?(?:及?以[上内下]|左右|内)?(?:、|和|与|及|以及)")
COUNTED = re.compile("(?:及?以[上内下]|左右|的|“)*([\u4e00-\u9fff]{2})")
BRACKETED = re.compile(r"（([^）\d]*)）")
NEWLY = re.compile("新建|新增|新设")
RESPECTIVELY = re.compile("分别|依次|各自")
EACH = re.compile(
    r"每(?!人每[月年])(?:半年|季度?|百户|千名|万人|个?镇街|个?区县|餐|[个人户名位所家站例张村月年周天日次件项"
    r"处座间盏支期场])"
)
# Words that say nothing about whose figure it is; longer ones first.
EMPTY = sorted(
    (
        "提高 提升 增加 增长 增至 提至 扩大 扩展 压缩 缩短 缩小 放宽 降低 减少 下降 上升 上调 "
        "下调 调整 达到 保持 超过 完成 实现 确保 力争 计划 预计 目标 要求 规定 明确 根据 按照 "
        "安排 应当 需要 必须 可以 不低于 不少于 不得 不超过 不高于 至少 最少 至多 最多 最高 "
        "最低 不足 左右 以上 以下 以内 之内 之前 以前 之后 以后 截至 截止 其中 同时 此外 另外 "
        "以及 并且 或者 上述 今年 全年 本年 年度 目前 现有 就是 属于 共计 一共 总共 约 近 超 "
        "逾 前 后 内 底 将 要 应 需 须 拟 可 会 使 把 为 对 向 在 由 从 自 起 至 到 达 于 以 "
        "按 并 和 与 及 或 还 的 了 是 有 共 均 都 等 也 这 该 每 各 个 名 元 则 即"
    ).split(),
    key=len,
    reverse=True,
)
HOLLOW = re.compile("|".join(map(re.escape, EMPTY)) + r"|[^\u4e00-\u9fffA-Za-z]+")
ELIDED = 3  # a clause with fewer pairs of its own takes its subject from the clause before


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure, the words of its own clause, and the words that it takes from elsewhere.

    `near` and `topic` are pairs of characters; `beside` are the other figures of the clause.
    """

    figure: Figure
    clause: str
    sentence: str
    near: frozenset[str]
    topic: frozenset[str]
    beside: tuple[Figure, ...]

    @property
    def each(self) -> frozenset[str]:
        """The 每… that stand before the figure in its clause."""
        return frozenset(EACH.findall(self.clause[: self.figure.start]))

    def weight(self, pair: str) -> float:
        """Return how near a pair of characters stands to the figure: 1, 0.5 or 0."""
        return 1.0 if pair in self.near else 0.5 if pair in self.topic else 0.0

    def likeness(self, other: "Claim") -> float:
        """Return how much of this claim's own words `other` holds."""
        return sum(other.weight(pair) for pair in self.near)

    def likeness_above(self, other: "Claim") -> float:
        """Return how much of the words that this claim takes from elsewhere `other` holds."""
        return sum(other.weight(pair) for pair in self.topic - self.near)


def read_claims(text: str) -> list[Claim]:
    """Return a claim for each figure of a text, sentence by sentence."""
    return [claim for sentence in split_plain(text) for claim in _claims(spell_out_pairs(sentence))]


def split_plain(text: str) -> list[str]:
    """Return the sentences of a text in plain form."""
    return [s for s in SENTENCE_END.split(plain(text)) if s]


def pairs(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters that carry meaning, and what is distributed.

    >>> sorted(pairs("城市低保标准提高到"))
    ['低保', '保标', '城市', '市低', '标准']
    """
    each = EACH.findall(text)
    runs = HOLLOW.sub(" ", EACH.sub(" ", text)).split()
    return frozenset([*each, *(a + b for run in runs for a, b in pairwise(run))])


def spell_out_pairs(sentence: str) -> str:
    """Write a list with 分别 as one clause for each value, in the order of both lists.

    >>> spell_out_pairs("城乡低保标准分别提高到860元/人·月和8940元/人·年")
    '城市低保标准提高到860元/人·月，农村低保标准提高到8940元/人·年'
    """
    subjects: list[str] = []
    clauses = []
    for clause in re.split("(?<=[，：])", sentence):
        figures = [f for f in read_figures(clause) if f.kind == "amount"]
        groups = _lists(clause, figures)
        match = RESPECTIVELY.search(clause)
        values = next((g for g in groups if not match or g[0].start > match.start()), ())
        if values and match:
            subjects = _subjects(clause[: match.start()], len(values))
        if not values or len(values) != len(subjects):
            clauses.append(clause)
            subjects = [] if figures else subjects
            continue
        verb = clause[match.end() if match else 0 : values[0].start]
        ends = [*(v.start for v in values[1:]), len(clause)]
        for subject, value, end in zip(subjects, values, ends, strict=True):
            tail = re.sub("(?:、|和|与|及|以及|，|：)$", "", clause[value.start : end])
            clauses.append(f"{subject}{verb}{tail}，")
    return "".join(clauses).rstrip("，") if clauses else sentence


def _lists(clause: str, figures: Sequence[Figure]) -> list[tuple[Figure, ...]]:
    """Return the runs of two or more figures with nothing but 、 or 和 between them."""
    runs: list[list[Figure]] = []
    for figure in figures:
        if runs and BETWEEN.fullmatch(clause[runs[-1][-1].end : figure.start]):
            runs[-1].append(figure)
        else:
            runs.append([figure])
    return [tuple(run) for run in runs if len(run) > 1]


def _subjects(text: str, count: int) -> list[str]:
    """Return what each of `count` values is said of, () where the text does not tell."""
    if count == 2 and "城乡" in text:
        return [text.replace("城乡", name) for name in ("城市", "农村")]
    names = re.split("、|和|与|以及|及", text)
    if len(names) != count:
        return []
    shared = names[-1][len(names[0]) :] if len(names[0]) < len(names[-1]) else ""
    return [*(name + shared for name in names[:-1]), names[-1]]


def _claims(sentence: str) -> Iterable[Claim]:
    clauses = _merge_dates(_split_clauses(sentence))
    for at, clause in enumerate(clauses):
        figures = read_figures(clause)
        near = pairs(_without_figures(clause, figures))
        for figure in figures:
            beside = tuple(f for f in figures if f is not figure)
            own = near | {f.key for f in beside if f.kind == "amount"} | _counted(clause, figure)
            topic = _topic(clauses, at, len(near))
            if figure.kind == "date":
                own |= _governed(clauses, at)
            yield Claim(figure, clause, sentence, own, topic, beside)


def _counted(clause: str, figure: Figure) -> frozenset[str]:
    """Return what the figure counts: of 5个区县 it is 区县, of 46个镇街 in the same clause 镇街."""
    match = COUNTED.match(clause, figure.end)
    return frozenset({f"#{match[1]}"} if match and figure.kind == "amount" else ())


def _split_clauses(sentence: str) -> list[str]:
    """Cut a sentence at its commas, and at 、 and 和 behind a figure."""
    sentence = BRACKETED.sub(r"\1", sentence)
    cuts = [m.end() for m in CLAUSE_END.finditer(sentence)]
    for figure in read_figures(sentence):
        is_counted = figure.kind == "amount" and figure.unit != "周岁"
        if is_counted and (match := LIST_END.match(sentence, figure.end)):
            cuts.append(match.end())
    edges = [0, *sorted(set(cuts)), len(sentence)]
    clauses: list[str] = []
    for start, end in pairwise(edges):
        clause = sentence[start:end].strip("，：（）、")
        shared = NEWLY.search(clauses[-1]) if clauses and sentence[start - 1] == "、" else None
        if shared and not NEWLY.search(clause):
            clause = shared[0] + clause
        clauses.append(clause)
    return [clause for clause in clauses if clause]


def _merge_dates(clauses: Sequence[str]) -> list[str]:
    """Join a clause that is nothing but dates, or a first one without words, to the next one."""
    merged: list[str] = []
    held = ""
    for clause in clauses:
        figures = read_figures(clause)
        dates = all(f.kind == "date" for f in figures) or not merged
        if figures and dates and not pairs(_without_figures(clause, figures)):
            held += clause + "，"
        else:
            merged.append(held + clause)
            held = ""
    if held and merged:
        merged[-1] += "，" + held.rstrip("，")
    return merged or ([held] if held else [])


def _without_figures(clause: str, figures: Sequence[Figure]) -> str:
    edges = [0, *(e for f in figures for e in (f.start, f.end)), len(clause)]
    return " ".join(clause[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))


def _topic(clauses: Sequence[str], at: int, own: int) -> frozenset[str]:
    """Return the words of the clauses before that hold no figure, and, where the clause names no
    subject, those of the nearest that does.
    """
    words: frozenset[str] = frozenset()
    elided = own < ELIDED
    for clause in reversed(clauses[:at]):
        figures = read_figures(clause)
        if figures and not elided:
            continue
        found = pairs(_without_figures(clause, figures))
        words |= found
        elided = elided and len(found) < ELIDED
    return words


def _governed(clauses: Sequence[str], at: int) -> frozenset[str]:
    """Return the words behind a date that it governs: up to the next clause with a date."""
    words: frozenset[str] = frozenset()
    for clause in clauses[at + 1 :]:
        figures = read_figures(clause)
        if any(f.kind == "date" for f in figures):
            break
        words |= pairs(_without_figures(clause, figures))
        words |= {f.key for f in figures}
    return words
