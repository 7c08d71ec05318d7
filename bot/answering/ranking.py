"""Search hits -> their sentences, ranked by how well each answers: its passage in the search, the
question's words in it, whether it holds what is asked for, what the register says of it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.answering.quotation import leaning_joined, sentences_of
from bot.grounding.injection import is_order
from bot.targets.lines import ACHIEVED
from bot.targets.rows import TargetRow
from bot.understanding.answer_type import HOW_OFTEN, UNITS, Wants
from bot.understanding.request import Request
from bot.understanding.word_weights import Weights
from bot.understanding.years_named import printed_years
from knowledge.library import Hit
from knowledge.text import normal

NUMERAL = r"(?:\d+(?:[.,]\d+)?|[一二两三四五六七八九十百千]+|[×x]+(?:-[×x]+)?)"
# 几家 is answered by 3个 as well.
ALIKE_UNITS = ("次场回期趟遍", "个家处所项间座支条", "名人", "张", "%", "天日")
COUNTED_ALIKE = "个名人户张套只盏家处所"  # 个 asks for whatever is counted: 多少个老人 is 3600名
DATE = re.compile(
    r"\d{4}年|\d{1,2}日|\d{1,2}月(?:\d{1,2}日|底)?|年底|年内|月底|上半年|下半年|季度|年末|年前"
)
OFTEN = re.compile(
    r"[每按逐][半两一二三]?个?[天日周旬月季年]|一[天周月季年]一|\d+\s?(?:天|日|个?工作日|个?小时|个?月|年|周|分钟)"
)
POINTS = re.compile("个?百分点")
IN_CHARGE = re.compile(
    "牵头|负责|主办|承办|责任(?:单位|部门|科室|股室|人)|由[^，。；]{2,12}(?:承担|组织|办理|实施)"
)
PAST = re.compile("去年|上年|上一年|完成了|做了|改了|建了|办了|[^，。]了(?:多少|几)")
AHEAD = re.compile("今年|本年|明年|目标|计划|预期|要(?!求|点|素)|打算|准备|将")
WHY = re.compile("为[啥何什]|咋(?:这么|就|还)|怎么(?:会|就|还|这么)|原因|啥缘故|点解")
BECAUSE = re.compile(
    "由于|因为|因此|原因|受[^，。]{1,10}(?:影响|制约)|导致|造成|不足|不够|薄弱|滞后|缓慢|困难(?=[，。；])|阻力|难度|问题|短板"
)
NAMES_TARGET = re.compile("目标[？?。]*$")
# Weights of a sentence's rank: its passage in the search, the question's words in it, what was
# asked for in it; and whether it goes on where the answer before stood.
STAY_WEIGHT = 0.12
OWN_COVERAGE = 0.5  # of a follow-up's own words that the section must hold
SEARCH_WEIGHT, COVERAGE_WEIGHT, FIT_WEIGHT = 0.5, 0.6, 0.25
HEADING_PENALTY = 0.25  # a heading repeats the subject and answers nothing
PREAMBLE_SHARE = 0.8  # of its rank that a sentence of the preamble keeps
ROW_WEIGHT = 0.1  # a target of the register that the question asks for, by its own metric
YEAR_WEIGHT = 0.15  # the year asked for, in a plan for several years
REASON_WEIGHT = 0.3  # a reason, where it is asked for
TENSE_WEIGHT = 0.15  # what is reported, where the past is asked for, and not where it is not


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer: how much of the question it covers, and whether it has what is
    asked for; `rank` is what the register adds to its score.
    """

    hit: Hit
    text: str
    coverage: float
    fit: float
    stays: bool = False
    rank: float = 0.0

    @property
    def is_heading(self) -> bool:
        """Say whether the sentence is its section's heading."""
        section = self.hit.section
        return bool(section.heading) and self.text in (
            section.heading,
            section.heading + section.stop,
        )

    @property
    def score(self) -> float:
        """What candidates are ranked by; what is reported does not go on with what is planned."""
        stays = self.stays and self.rank >= 0
        rank = (
            SEARCH_WEIGHT * self.hit.score + COVERAGE_WEIGHT * self.coverage + FIT_WEIGHT * self.fit
        )
        rank += STAY_WEIGHT * stays - HEADING_PENALTY * self.is_heading + self.rank
        return rank if self.hit.section.path else rank * PREAMBLE_SHARE


def candidates(
    request: Request, hits: Sequence[Hit], weights: Weights, register: Sequence[TargetRow] = ()
) -> list[Candidate]:
    """Return the sentences of the hits, best first."""
    rows: dict[object, list[TargetRow]] = {}
    for row in register:
        rows.setdefault((row.record.id, row.section.key), []).append(row)
    found = [
        Candidate(
            hit,
            sentence.strip(),
            weights.coverage(sentence + hit.section.heading),
            fits(request, sentence) * (not _is_of_other_year(request, hit, sentence)),
            _stays(request, hit, weights),
            _registered(request, sentence, hit, rows, weights) + _told(request, hit, sentence),
        )
        for hit in hits
        for sentence in _sentences(hit.text)
    ]
    return sorted(found, key=lambda c: -c.score)


def _looks_back(request: Request, hit: Hit) -> bool:
    """Say whether the year asked for is the one before a report's own."""
    year = hit.record.metadata.year
    return bool(year and year not in request.years and year - 1 in request.years)


@lru_cache(maxsize=5_000)
def _sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of a passage that may answer; the same ones are read again and again."""
    found = leaning_joined(sentences_of(text))
    return tuple(s for s in found if len(s.strip()) > 3 and not is_order(s))


def _is_of_other_year(request: Request, hit: Hit, sentence: str) -> bool:
    """Say whether a sentence of a plan for several years prints other years than the one asked."""
    if not request.years or hit.record.metadata.year in request.years:
        return False
    printed = _years_of(sentence)
    return bool(printed) and not printed & set(request.years)


def _told(request: Request, hit: Hit, sentence: str) -> float:
    """Return what its year and its reason add to a sentence's rank, where they are asked for."""
    is_of_year = hit.record.metadata.year not in request.years and _years_of(sentence) & set(
        request.years
    )
    gives_reason = WHY.search(request.question) and BECAUSE.search(sentence)
    return YEAR_WEIGHT * bool(is_of_year) + REASON_WEIGHT * bool(gives_reason)


@lru_cache(maxsize=20_000)
def _years_of(sentence: str) -> frozenset[int]:
    """Return the years that a sentence prints; the same ones are read question after question."""
    return printed_years(_plain(sentence))


def _registered(
    request: Request,
    sentence: str,
    hit: Hit,
    rows: Mapping[object, Sequence[TargetRow]],
    weights: Weights,
) -> float:
    """Return what the targets of a sentence add to its rank: a metric that is asked for, the past
    where it is asked for.
    """
    if request.wants is not Wants.NUMBER and not NAMES_TARGET.search(request.question):
        return 0.0
    own = [
        r.target
        for r in rows.get((hit.record.id, hit.section.key), ())
        if r.target.quote in sentence
    ]
    if not own:
        return 0.0
    counts = request.wants is Wants.NUMBER
    asked = [t for t in own if counts and fits(request, f"{t.value}{t.unit or ''}")]
    best = max((weights.coverage(t.metric) for t in asked), default=0.0)
    is_past = all(t.kind == ACHIEVED for t in own)
    asks_past = bool(PAST.search(request.question)) or _looks_back(request, hit)
    is_dated = asks_past or bool(AHEAD.search(request.question))
    tense = TENSE_WEIGHT * (1 if is_past == asks_past else -1) if is_dated else 0.0
    return ROW_WEIGHT * best + tense


def _stays(request: Request, hit: Hit, weights: Weights) -> bool:
    """Say whether a follow-up goes on in this section: 农村的呢 does, 公墓呢 leaves it."""
    is_last = request.stays == (hit.record.id, hit.section.key)
    return is_last and weights.own_coverage(hit.section.whole_text) >= OWN_COVERAGE


def fits(request: Request, sentence: str) -> float:
    """Return how far the sentence holds the kind of thing that is asked for, 0 to 1."""
    return _fit(request.wants, request.unit, sentence)


@lru_cache(maxsize=20_000)
def _fit(wants: Wants, unit: str | None, sentence: str) -> float:
    if wants is Wants.TEXT:
        return 0.0
    text = _plain(sentence)
    if wants is Wants.DATE:
        return float(bool(DATE.search(text)))
    if wants is Wants.WHO:
        return float(bool(IN_CHARGE.search(text)))
    if unit is None:
        return float(bool(re.search(r"\d|×", DATE.sub("", text))))
    if unit == HOW_OFTEN:
        return float(bool(OFTEN.search(text)))
    for size in range(len(unit), 0, -1):  # 几评工程 is answered by 四评
        if re.search(rf"{NUMERAL}\s?[万亿]?个?{re.escape(unit[:size])}", text):
            return 1.0
    if unit not in UNITS:  # a word that is no measure word: 几多, 几开始
        return 0.4 * bool(re.search(r"\d|×", text))
    alike = next((units for units in ALIKE_UNITS if unit in units), unit)
    if re.search(rf"{NUMERAL}\s?[万亿]?(?:余|多|个工作)?[{re.escape(alike)}]", text):
        return 0.6
    is_counted = unit == "个" and re.search(rf"{NUMERAL}\s?[万亿]?[{COUNTED_ALIKE}]", text)
    return 0.5 if is_counted else 0.0


@lru_cache(maxsize=20_000)
def _plain(sentence: str) -> str:
    """Return a sentence as units are looked for; the same ones are read question after question."""
    return POINTS.sub("%", normal(sentence).lower())
