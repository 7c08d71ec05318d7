"""How far a sentence holds the kind of thing that a question asks for."""

import re
from functools import lru_cache
from itertools import takewhile

from bot.understanding.answer_type import AnswerType, Asked
from knowledge.names.offices import find_offices
from knowledge.quantity import Kind, Quantity, read_quantities
from knowledge.text import squeeze
from knowledge.time import TimeKind, read_times
from knowledge.units import Unit, unit_named
from knowledge.words import cut

SAME, CONVERTS, ALIKE, VAGUE, OTHER = (
    1.0,
    0.9,
    0.6,
    0.4,
    0.15,
)  # a figure's unit beside the one asked for
MEASURED = "元 美元 欧元 米 亩 吨 升 千瓦 千瓦时 % 个百分点 天 年 个月 岁 度".split()
PHYSICAL = frozenset(unit_named(name).family for name in MEASURED)
MONEY_FAMILIES = frozenset(unit_named(name).family for name in ("元", "美元", "欧元"))
LENGTHS = frozenset(unit_named(name).family for name in ("天", "年", "个月", "工作日"))
SHARES = ("%", "‰", "成")
KEPT_SENTENCES = 20_000
IN_CHARGE = re.compile(
    "牵头|负责|主办|承办|责任|由.{2,16}(?:承担|组织|办理|实施|管理|运营|建设)|配合|组长"
)
CONTACT = re.compile(r"\d{3,4}-\d{7,8}|(?<!\d)1\d{10}(?!\d)|@|号[^，。]{0,8}(?:室|楼)|邮编|地址")
STANDARD = re.compile(r"[A-Z]{2,}[/T]*\d{3,}")
MEASURED_IN_LATIN = re.compile(r"\d[\d.]*[A-Za-z]{2,}")  # 190EFlops, not 5G
STOPS = frozenset("，。；")
EXPLAINS = re.compile("[（(][^）)]{2,}[）)]|是指|指的是|即|简称|全称")
SITES = re.compile("[省市县区镇乡村]|平台|中心|大厅|网站|窗口|设在|位于")


def fits(asked: Asked, sentence: str) -> float:
    """How far the sentence holds the kind of thing that is asked for, 0 to 1."""
    return max(_fit(t, asked.unit, sentence) for t in asked.types)


@lru_cache(maxsize=KEPT_SENTENCES)
def holds_figure(text: str) -> bool:
    """True if a text prints a figure that is no date and no name."""
    return any(_is_figure(q) for q in read_quantities(text))


@lru_cache(maxsize=KEPT_SENTENCES)
def _fit(type_: AnswerType, unit: str | None, sentence: str) -> float:
    match type_:
        case AnswerType.DATE:
            return float(bool(read_times(sentence)))
        case AnswerType.NUMBER:
            return max((_number_fit(q, unit) for q in read_quantities(sentence)), default=0.0)
        case AnswerType.MONEY:
            return float(any(_family(q) in MONEY_FAMILIES for q in read_quantities(sentence)))
        case AnswerType.SHARE:
            return max(map(_share_fit, read_quantities(sentence)), default=0.0)
        case AnswerType.DURATION:
            return _duration_fit(sentence)
        case AnswerType.OFTEN:
            return max(map(_often_fit, read_quantities(sentence)), default=0.0)
        case AnswerType.WHO:
            return float(bool(IN_CHARGE.search(sentence) or find_offices(sentence)))
        case AnswerType.CONTACT:
            return float(bool(CONTACT.search(squeeze(sentence))))
        case AnswerType.DOCNUMBER:
            codes = (q for q in read_quantities(sentence) if q.kind is Kind.CODE)
            return float(
                any("〔" in q.said for q in codes) or bool(STANDARD.search(squeeze(sentence)))
            )
        case AnswerType.MEANING:
            return 0.5 * bool(EXPLAINS.search(sentence))
        case AnswerType.WHERE:
            return 0.5 * bool(SITES.search(sentence))
    return 0.0


def says_by_whom(sentence: str, question: str) -> bool:
    """True if a sentence says who does what a question asks: 由社工回访1次 for 谁去回访."""
    _, by, behind = sentence.partition("由")
    doer = [said for said, _ in takewhile(lambda word: word[0] not in question, cut(behind))]
    return bool(by and doer) and len("".join(doer)) < len(behind) and not STOPS & {*doer}


def _is_figure(quantity: Quantity) -> bool:
    return quantity.kind in (Kind.NUMBER, Kind.HIDDEN, Kind.TOTAL, Kind.HALF)


def _family(quantity: Quantity) -> str | None:
    return quantity.unit.family if quantity.unit and _is_figure(quantity) else None


def _number_fit(quantity: Quantity, unit: str | None) -> float:
    """How near a figure's unit is to the one asked for; 亿 asks for a figure of that size."""
    if quantity.kind is Kind.CODE:
        return OTHER if unit else SAME * bool(MEASURED_IN_LATIN.match(quantity.said))
    if quantity.kind is Kind.ORDINAL:
        return SAME if unit and quantity.unit and quantity.unit.name == unit else 0.0
    if not _is_figure(quantity):
        return 0.0
    if quantity.value == "一" or quantity.kind in (Kind.TOTAL, Kind.HALF):
        return VAGUE if unit is None else OTHER
    if unit is None:
        return SAME if quantity.measure or quantity.kind is Kind.HIDDEN else ALIKE
    if unit in ("万", "亿", "万亿"):
        return SAME if quantity.scale.endswith(unit) else OTHER
    return _unit_fit(quantity.unit, unit_named(unit))


def _unit_fit(printed: Unit | None, asked: Unit) -> float:
    if printed is None:
        return OTHER
    if printed.name == asked.name:
        return SAME
    if printed.converts(asked):
        return CONVERTS
    return OTHER if {printed.family, asked.family} & PHYSICAL else ALIKE


def _share_fit(quantity: Quantity) -> float:
    if quantity.unit and quantity.unit.name in (*SHARES, "个百分点", "倍"):
        return SAME
    is_ratio = quantity.kind is Kind.CODE and ":" in quantity.said.replace("：", ":")
    return CONVERTS if is_ratio or quantity.kind in (Kind.HALF, Kind.TOTAL) else 0.0


def _duration_fit(sentence: str) -> float:
    lengths = any(_family(q) in LENGTHS for q in read_quantities(sentence))
    periods = any(t.kind in (TimeKind.PERIOD, TimeKind.SPAN) for t in read_times(sentence))
    return SAME if lengths or periods else ALIKE * bool(read_times(sentence))


def _often_fit(quantity: Quantity) -> float:
    return float(quantity.kind is Kind.EVERY or bool(quantity.rate))
