"""A text -> the quantities printed in it: value, unit, bound, rate; and all arithmetic on them.

What counts as a number, a unit or a bound is decided here, for plans and questions, for register,
answer and check alike. Times (`knowledge.time`) are no quantities, how long something takes
is. A unit that the table does not know is the word that stands behind the number.

Not covered: sums over several figures (3元5角), ratios (1:15 is a name), numbers in words (几十).
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from knowledge.numbering import number_value
from knowledge.text import COMMAS, FULL_STOPS, KEPT_TEXTS, Span, read_text, squeeze
from knowledge.time import TimeKind, read_times
from knowledge.units import (
    AGES,
    PLACES,
    POINTS,
    SHARES,
    TIMES,
    TOLD,
    Unit,
    find_unit,
    unit_named,
    unit_words,
)

HAN_DIGITS = "零〇一二两三四五六七八九"
SCALES = {"百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7}
SCALES |= {"亿": 10**8, "十亿": 10**9, "百亿": 10**10, "千亿": 10**11, "万亿": 10**12}
TOTALS = "全覆盖 全面覆盖 清零 全部 所有".split()
HALVES = "一半 半数 过半 大半".split()

GAP = "[ ]?"
ARABIC = r"\d+(?:,\d{3}(?!\d))*(?:\.\d+)?"
HAN = f"[{HAN_DIGITS}十百千]+"
SCALE = "[余多]?(?:万亿|[十百千]?[万亿]|[百千])"
HIDDEN = r"(?:(?:\d[\d.]*)?×[×\d.]*|X+|\*+)"
DASH = f"{GAP}(?:-{{1,2}}|~|至|到){GAP}"
CODE = re.compile(
    r"[A-Za-z]+[-.]?\d[\d.]*[A-Za-z]*|\d+(?:\.\d+)?[A-Za-z]+\d*|\d+(?:\+\d+)+|\d+[×xX*]\d+(?![万亿])"
    r"|\d+[:：]\d+(?:\.\d+)?|〔\d{4}〕\d+号"
)
NUMBER = re.compile(
    rf"""百分之(?P<percent>{ARABIC}|{HAN}(?:点[{HAN_DIGITS}]+)?)
    |(?P<parts>{HAN})分之(?P<share>{HAN})|(?P<over>\d{{1,2}})/(?P<under>\d{{1,2}})(?![\d万/.])
    |(?P<few>[二两三四五六七八九])(?P<few_more>[三四五六七八九])(?![{HAN_DIGITS}十])
    |半(?=年|个月|天|个?小时)
    |(?P<tenths>[一二两三四五六七八九1-9])成(?P<half>[半一二三四五六七八九]?)(?=[以左多及的，、；：。）]|\s*\Z)
    |(?P<hidden>{HIDDEN})(?P<hidden_scale>[万亿]?)
    |(?P<arabic>{ARABIC})|(?P<han>{HAN})""",
    re.VERBOSE,
)
SCALED = re.compile(rf"{GAP}(?P<scale>{SCALE})")
MORE = ("余", "多")
MORE_BEHIND = re.compile("余|多(?![式元种层样方功彩发维端能点渠双跨次])")
DASHED = re.compile(DASH)
START = re.compile(
    rf"(?<![\d.A-Za-z])[\d×*A-Za-z{HAN_DIGITS}十百千〔]|(?<![每上下前后大多过])半"
    rf"|{'|'.join(TOTALS + HALVES)}"
)
ORDINAL = re.compile(rf"第{GAP}(?:(?:\d+|[{HAN_DIGITS}十百]+)[、和至~-]第?)*\Z")
EACH = "每"
EVERY = ("每", "每隔")
# 这两年, 十百千 inside a word: no count; 统一, 进一步: no 一
NO_HAN_COUNT = tuple(f"几数每这那零〇十百千万亿{HAN_DIGITS}")
NO_ONE = tuple("统唯专逐同某另划之进任单")
HAN_IDIOM = re.compile(
    "一次性|一年级|一[个位]?[户人]一|一起(?![案事])|一[面线手边]|一道(?![防工])|十分(?![之钟])"
)
WORD_CHARS = 2  # of an unknown unit, to tell it from another
NO_UNIT = "的和与及以至到等后前时内为是在至左上下余多起并或由从将要把被对按且也都均则、"
POINT_OF_HAN = "点"

FRONT = {
    ">=": "不少于 不低于 不小于 不得少于 不得低于 不得小于 至少 最少 最低 起码",
    "<=": "不超过 不高于 不多于 不大于 不得超过 不得高于 不得多于 最多 最高 至多 控制在 上限 封顶",
    ">": "高于 超过 超 大于 多于 突破 逾",
    "<": "低于 少于 小于 不足 不到 未满 未达到",
    "≈": "约 近 大约 将近 接近 大概",
    "达到": "达到 达",
}
SYMBOLS = {"≥": ">=", "≧": ">=", "≤": "<=", "≦": "<=", ">": ">", "<": "<", "≈": "≈"}
FRONT_WORDS = {word: bound for bound, words in FRONT.items() for word in words.split()}
LONGEST_FRONT = "|".join(sorted(FRONT_WORDS, key=len, reverse=True))
IS_FRONT = re.compile(rf"(?:{LONGEST_FRONT}|[{''.join(SYMBOLS)}]|(?<![经通越度跨])过){GAP}\Z")
# 至少建设1个: a verb may stand between these and their number
NOT_FAR = ("最低",)
FAR_WORDS = [w for w, bound in FRONT_WORDS.items() if bound in (">=", "<=") and w not in NOT_FAR]
FAR = re.compile(rf"({'|'.join(FAR_WORDS)})[^、]{{0,12}}\Z")
GROWTH_REACHED = re.compile(r"(?:增幅|增速|涨幅|降幅|增长率)(?:分别)?(?:达到|达)\Z")
BEHIND = re.compile(
    rf"(?:（含[^（）]{{0,6}}）)?{GAP}(?P<bound>及?以上|及?以下|以内|之内|内(?![容部外涵在陆环圈])|左右|上下)"
)
BEHIND_BOUNDS = {"以上": ">=", "以下": "<=", "以内": "内", "之内": "内", "内": "内"}
BEHIND_BOUNDS |= {"左右": "≈", "上下": "≈"}

SPANS = "学期 学年 季度 半年 半月 月 周 天 日 年".split()
PEOPLE_NAMES = ("人", "户", "生")
SPAN_NAMES = frozenset(unit_named(span).name for span in SPANS)
PEOPLE = "老年人|老人|学生|居民|儿童|职工|常住人口|户籍人口|人口|人|户"
PEOPLE_WORDS = (*PEOPLE.removesuffix("|户").split("|"), "生")
GROUP = r"(?:\d*[百千万亿]+|\d+)"
BEFORE_NUMBER = re.compile(
    rf"(?:{LONGEST_FRONT}|补贴|补助|奖励|奖补|资助|发放|给予|支付|收取|提供|安排|新增|一次性|补|奖|发|给|按|再|可|为|[提升增降调缩][高加低至]?[到至为])+\Z"
)
EACH_GROUP = re.compile(rf"每({GROUP}(?:名|位|个)?(?:{PEOPLE}))")
YEARLY = re.compile(r"每.*(?<![老青少中壮幼今去明学成])年(?![内底末度轻龄])")
YEARLY_MEAN = re.compile(r"年均[^，、增降]{0,8}\Z")
RATE_EXTRAS = "人口 生 餐 学年 学期 季度 半年 半月 月 日 学时 课时".split()
RATE_EXTRA = re.compile(f"{GROUP}?(?:{'|'.join(RATE_EXTRAS)})")
RATE_GROUP = re.compile(GROUP)
LIST_GAP = re.compile(
    r"(?:（[^（）]{0,20}）|\ue001+)?(?:以及|[、和与及])(?:每(?:学期|学年|季度|半年|月|周|天|日|年|人|户|生))*"
)
SAME_RATE = re.compile("[、和与及]|以及|[提增上降下调缩][高加升降低调减小]?[到至]")
SUM = ("共", "总", "合计", "累计")
EVENTS = "次 场 期 节 堂".split()
STOP = re.compile(f"[{COMMAS.replace(',', '').replace(':', '')}{FULL_STOPS}]")
WORDS = re.compile("|".join([*TOTALS, *HALVES]).replace("所有", "所有(?![权制者人])"))
RUN = re.compile(f"[A-Za-z]+|[{HAN_DIGITS}十百千]+|[×*]+")
ASIDE = re.compile("(?:（[^（）]{0,20}）|\ue001+)")
EACH_WORDS = "|".join((*SPANS, *RATE_EXTRAS, *unit_words()))
EACH_BEFORE = re.compile(rf"(?:每{GAP}(?:{GROUP})?个?(?:{EACH_WORDS}))+\Z")
NUMBERED = "号"
TIMES_AS_MANY = "倍"
GENERAL = "个"
SIGNS = ("%", "‰")
PERCENT = unit_named("%")


class Kind(StrEnum):
    """What a quantity is read as; only a number has a value."""

    NUMBER = "number"
    HIDDEN = "hidden"  # ×户
    ORDINAL = "ordinal"  # 第二批
    EVERY = "every"  # 每3年
    CODE = "code"  # 3A, 5G, 〔2025〕3号, 1:15
    TOTAL = "total"  # 全覆盖
    HALF = "half"  # 一半


class Bound(StrEnum):
    """How print binds a number."""

    EXACT = ""
    AT_LEAST = ">="
    AT_MOST = "<="
    WITHIN = "内"  # 30日内
    MORE = ">"
    LESS = "<"
    ABOUT = "≈"
    REACHES = "达到"


class Incomparable(StrEnum):
    """Why two quantities have no difference."""

    UNIT = "unit"
    RATE = "rate"
    HIDDEN = "hidden"
    RANGE = "range"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity as it is printed at text[start:end], with its unit and a rate behind it; a bound
    behind reaches to `bound_end`.

    `front_words` and `bound_words` bind it in front (不少于, 近) and behind (以上, 左右).

    `value` is the number as printed ("1,200", "3-5", "80%"), `measure` the unit as printed;
    `low` and `high` are what it counts, 万 and 亿 multiplied, in `unit`; equal for one value.
    `rate` are the words that it is counted by: ("人", "月").
    """

    start: int
    end: int
    kind: Kind
    said: str
    value: str
    measure: str = ""
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    unit: Unit | None = None
    scale: str = ""
    bound: Bound = Bound.EXACT
    bound_end: int = 0
    rate: tuple[str, ...] = ()
    front_words: str = ""
    bound_words: str = ""

    @property
    def hidden(self) -> bool:
        """True if the figure was taken out of the text."""
        return self.kind is Kind.HIDDEN

    @property
    def is_range(self) -> bool:
        """True if two values are printed: 3-5户."""
        is_hidden_range = self.hidden and not {"-", "~", "至", "到"}.isdisjoint(self.value)
        return self.low != self.high or is_hidden_range

    @property
    def is_share(self) -> bool:
        """True if it is a part of something or a growth: 80%, 3个百分点, 2倍."""
        return _is_share(self.unit)

    @property
    def is_duration(self) -> bool:
        """True if it is how long something takes: 30日, 三年."""
        return self.unit is not None and self.unit.family in TIMES

    @property
    def is_told(self) -> bool:
        """True if it is told of something, not counted: 60岁, 500千伏, 3类."""
        return self.unit is not None and self.unit.family in TOLD

    @property
    def recurs(self) -> bool:
        """True if it counts what happens again and again: 每周1次."""
        return self.measure in EVENTS and bool(self.time_rate)

    @property
    def about(self) -> str:
        """The words that say a number is not exact: 左右, 近, 约; "" where none do."""
        return (self.bound_words or self.front_words) if self.bound is Bound.ABOUT else ""

    @property
    def per(self) -> str:
        """The unit as a register prints it: 元/人·月, "" where there is none."""
        return "/".join(filter(None, (self.measure, "·".join(self.rate))))

    @property
    def time_rate(self) -> frozenset[str]:
        """The times that it is counted by: 月 of 元/人·月."""
        return self.rate_key & SPAN_NAMES

    @property
    def rate_key(self) -> frozenset[str]:
        """The rate in canonical words: 每月每人 is 每人每月, 每千人口 每千人."""
        return frozenset(_rate_name(word) for word in self.rate)


@dataclass(frozen=True, slots=True)
class _Number:
    """A number with its unit while it is read: text[start:value_end] prints its value."""

    start: int
    value_end: int
    end: int
    kind: Kind
    value: Decimal
    scale: str = ""
    measure: str = ""
    unit: Unit | None = None
    has_more: bool = False  # 1200余人
    low: Decimal | None = None  # of 两三家


def read_quantities(text: str) -> tuple[Quantity, ...]:
    """Return the quantities of a text in printed order.

    >>> [(q.low, q.per, q.bound.value) for q in read_quantities("每人每月补3千元以上，修路5千米")]
    [(Decimal('3000'), '元/人·月', '>='), (Decimal('5'), '千米', '')]
    """
    return _read(text)


def find_each(text: str) -> tuple[Span, ...]:
    """Return the 每户, 每百户, 每个镇街 of a plain text: what something is dealt out to.

    >>> [span.of("每户每月补助") for span in find_each("每户每月补助")]
    ['每户', '每月']
    """
    found, at = [], text.find(EACH)
    while at >= 0:
        word, end = _rate_word(text, at + 1)
        if word:
            found.append(Span(at, end))
        at = text.find(EACH, at + 1)
    return tuple(found)


def begins_with_each_time(text: str) -> bool:
    """True if a text begins with 每月 or 每季度: how often, not to whom."""
    each = find_each(text)
    return bool(each) and each[0].start == 0 and each[0].of(text)[1:].lstrip(GENERAL) in SPANS


def without_rate_behind(text: str) -> str:
    """Return words without the 每人每月 that they end in; 每所 and 每个镇街 stay.

    >>> without_rate_behind("补贴达到每人每月")
    '补贴达到'
    """
    run = EACH_BEFORE.search(text)
    words = _each_words(text) if run else []
    is_rate = all(word in SPANS or _rate_name(word)[-1:] in PEOPLE_NAMES for word in words)
    return text[: run.start()] if run and words and is_rate else text


def equal(one: Quantity, other: Quantity) -> bool:
    """True if two quantities say the same value of the same unit: 5公里 and 5000米, never 500千瓦
    and 500兆瓦. Bounds and rates are compared apart, by `confirms`.
    """
    if one.kind is not other.kind:
        return False
    if one.kind not in (Kind.NUMBER, Kind.EVERY, Kind.ORDINAL):
        return one.said == other.said
    if not _same_unit(one.unit, other.unit):
        return False
    return _base(one) == _base(other)


def confirms(printed: Quantity, said: Quantity) -> bool:
    """True if print has what is said: the value in its unit, the bound, and each rate that is said;
    a bound or a rate may be left out where that says no more than print does.
    """
    if not equal(printed, said) or not said.time_rate <= printed.time_rate:
        return False
    return _is_by_same(printed, said) and binds_alike(printed, said)


def _is_by_same(printed: Quantity, said: Quantity) -> bool:
    """True if what a number is counted by is printed so: all of 元/人·月 where it is written out;
    of words before it (每户) print may have some farther off.
    """
    if "/" in said.said:
        return said.rate_key == printed.rate_key
    things, printed_things = said.rate_key - said.time_rate, printed.rate_key - printed.time_rate
    return not printed_things or things <= printed_things


def binds_alike(printed: Quantity, said: Quantity) -> bool:
    """True if print binds a number as is said, or more; 30日 is 30日内 of what takes so long."""
    if printed.bound is said.bound or printed.bound in MAY_LEAVE_OUT.get(said.bound, ()):
        return True
    is_time = printed.unit is not None and printed.unit.family in TIMES
    return is_time and (printed.bound, said.bound) == (Bound.EXACT, Bound.WITHIN)


def difference(one: Quantity, other: Quantity) -> Quantity | Incomparable:
    """Return how much more the other is, in its unit and scale, else why that cannot be said.

    >>> def read(text): return read_quantities(text)[0]
    >>> show(difference(read("8万元"), read("10万元"))), difference(read("5户"), read("5个"))
    ('2万元', <Incomparable.UNIT: 'unit'>)
    """
    if Kind.NUMBER not in (one.kind, other.kind) or one.kind is not other.kind:
        return Incomparable.HIDDEN
    if one.is_range or other.is_range:
        return Incomparable.RANGE
    if not _same_family(one.unit, other.unit):
        return Incomparable.UNIT
    if one.rate_key != other.rate_key:
        return Incomparable.RATE
    factor = other.unit.factor if other.unit else Decimal(1)
    value = (_base(other)[0] - _base(one)[0]) / factor
    measure = POINTS if _is_percent(other.unit) else other.measure
    unit = unit_named(measure) if measure else other.unit
    scale = _scale_of(abs(value), (one.scale, other.scale))
    return replace(
        other,
        value="",
        low=value,
        high=value,
        measure=measure,
        unit=unit,
        scale=scale,
        bound=Bound.EXACT,
    )


def show(quantity: Quantity | Incomparable) -> str:
    """Return a quantity in figures, in its own scale: 2万元, 3-5家, 80%, 900元/人·月."""
    if isinstance(quantity, Incomparable):
        return ""
    if quantity.kind not in (Kind.NUMBER, Kind.EVERY):
        return quantity.said
    numbers = dict.fromkeys((quantity.low, quantity.high))
    size = SCALES.get(quantity.scale, 1)
    said = "-".join(show_number(number / size) for number in numbers)
    per = f"/{'·'.join(quantity.rate)}" if quantity.rate else ""
    return f"{said}{quantity.scale}{quantity.measure}{per}"


def show_number(value: Decimal) -> str:
    """Return a number as people write it: without needless zeros and exponents."""
    return f"{value.normalize():f}"


# Print with these bounds says what is said with that one.
MAY_LEAVE_OUT = {
    Bound.EXACT: (Bound.AT_LEAST, Bound.WITHIN, Bound.REACHES),
    Bound.REACHES: (Bound.EXACT, Bound.AT_LEAST),
    Bound.AT_MOST: (Bound.WITHIN,),
    Bound.WITHIN: (Bound.AT_MOST,),
}


def _base(quantity: Quantity) -> tuple[Decimal, Decimal]:
    factor = quantity.unit.factor if quantity.unit else Decimal(1)
    return quantity.low * factor, quantity.high * factor


def _same_unit(one: Unit | None, other: Unit | None) -> bool:
    if one is None or other is None:
        return one is other
    if one.is_known and other.is_known:
        return one.converts(other)
    # of an unknown unit one text may show more than the other: 3特色街区, 3特色
    return one.name.startswith(other.name) or other.name.startswith(one.name)


def _same_family(one: Unit | None, other: Unit | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.family == other.family


def _scale_of(value: Decimal, scales: Sequence[str]) -> str:
    """Return the larger scale of two that a value reaches, else the smaller one."""
    larger, smaller = sorted(scales, key=lambda scale: SCALES.get(scale, 1), reverse=True)
    return larger if value >= SCALES.get(larger, 1) else smaller


def _rate_name(word: str) -> str:
    """Return a word of a rate by its canonical name: 名 is 人, 千人口 and 千名老人 are 千人."""
    match = RATE_GROUP.match(word)
    size, rest = (match[0], word[match.end() :]) if match else ("", word)
    people = rest in ("名", "位") or rest.lstrip("名位个") in PEOPLE_WORDS
    return size + ("人" if people else unit_named(rest.removeprefix("个")).name)


@lru_cache(maxsize=KEPT_TEXTS)
def _read(text: str) -> tuple[Quantity, ...]:
    plain = read_text(text).plain
    found: list[Quantity] = []
    stops = [match.end() for match in STOP.finditer(plain)]
    times = [time for time in read_times(text) if time.kind is not TimeKind.SPAN]
    at = 0
    while match := START.search(plain, at):
        at = match.start()
        while times and times[0].end <= at:
            del times[0]
        if times and times[0].start <= at:
            at = times[0].end
            continue
        clause = stops[bisect_right(stops, at) - 1] if stops and stops[0] <= at else 0
        before = plain[max(clause, _counted_until(found)) : at]
        quantity, at = _quantity(plain, at, before)
        if quantity is not None:
            found.append(quantity)
    return tuple(_share_rates(plain, _share_bounds(plain, found)))


def _counted_until(found: Sequence[Quantity]) -> int:
    """Return where the last quantity ends; an age stands inside the words of the next."""
    ends = (q.bound_end for q in reversed(found) if not q.unit or q.unit.family != AGES)
    return next(ends, 0)


def _quantity(text: str, at: int, before: str) -> tuple[Quantity | None, int]:
    """Return the quantity at a place, None where it counts nothing, and where to read on."""
    if word := WORDS.match(text, at):
        kind = Kind.TOTAL if word[0] in TOTALS else Kind.HALF
        return _named(text, at, word.end(), kind), word.end()
    if (code := CODE.match(text, at)) and not _is_measured(text, at):
        return _named(text, at, code.end(), Kind.CODE), code.end()
    number = _number(text, at, before)
    if number is None:
        run = RUN.match(text, at)
        return None, run.end() if run else at + 1
    upper = _upper(text, number, before) if number.kind in (Kind.NUMBER, Kind.HIDDEN) else None
    if number.unit is None and not upper and number.kind is Kind.NUMBER:
        number = _with_unknown_unit(text, number)
        if text.startswith(NUMBERED, number.value_end):
            number = replace(number, kind=Kind.ORDINAL)  # 2号线
    return (found := _bound(text, number, upper, before)), found.bound_end


def _is_measured(text: str, at: int) -> bool:
    """True if a number with letters behind it counts: 500kWh, not 5G."""
    match = NUMBER.match(text, at)
    return bool(match and match["arabic"] and find_unit(text, match.end()))


def _named(text: str, start: int, end: int, kind: Kind) -> Quantity:
    said = squeeze(text[start:end])
    return Quantity(start, end, kind, said, said, bound_end=end)


def _number(text: str, at: int, before: str) -> _Number | None:
    """Read one number with its scale and unit; None for a Chinese numeral that counts nothing."""
    match = NUMBER.match(text, at)
    if match is None:
        return None
    end = match.end()
    if match["percent"]:
        return _Number(at, end, end, Kind.NUMBER, _value(match["percent"]), "", "%", PERCENT)
    if match["parts"]:
        parts = number_value(match["parts"])
        share = Decimal(number_value(match["share"]) or 0) / parts if parts else Decimal(0)
        return _Number(at, end, end, Kind.NUMBER, share)
    if match["under"]:
        return _Number(at, end, end, Kind.NUMBER, Decimal(match["over"]) / Decimal(match["under"]))
    if match["tenths"]:
        half = _value(match["half"]) / 10 if match["half"] not in ("", "半") else Decimal("0.5")
        value = _value(match["tenths"]) + (half if match["half"] else 0)
        return _Number(at, end, end, Kind.NUMBER, value, "", "成", unit_named("成"))
    if match["hidden"]:
        return _hidden(text, match, before)
    kind = Kind.ORDINAL if ORDINAL.search(before) else Kind.NUMBER
    kind = Kind.EVERY if before.endswith(EVERY) else kind
    is_one = match[0] == "一" and before.endswith(NO_ONE)
    is_in_word = is_one or before.endswith(NO_HAN_COUNT) or HAN_IDIOM.match(text, at)
    if match["han"] and is_in_word and kind is Kind.NUMBER:
        return None
    if match["few"]:
        number = _scaled(text, at, end, kind, _value(match["few_more"]))
        return replace(number, low=_value(match["few"])) if number.unit else None
    value = Decimal("0.5") if match[0] == "半" else _value(match[0])
    number = _scaled(text, at, end, kind, value)
    if match["han"] and not _counts_in_han(match["han"], number):
        return None
    return number


def _counts_in_han(numeral: str, number: _Number) -> bool:
    """A Chinese numeral counts with a unit or a scale, or where it is a large one: 三百."""
    if numeral[0] in "百千零〇":
        return False
    is_large = len(numeral) > 1 and number.value >= 100
    return bool(number.unit or number.scale or is_large)


def _hidden(text: str, match: re.Match[str], before: str) -> _Number | None:
    """Read a figure that was taken out; letters and stars only with a unit behind them."""
    end = match.end()
    unit = find_unit(text, _after_gap(text, end))
    if unit is None and match["hidden"][0] in "X*":
        return None
    measure = text[_after_gap(text, end) : unit.end] if unit else ""
    at, scale = match.start(), match["hidden_scale"]
    stop = unit.end if unit else end
    kind = Kind.ORDINAL if ORDINAL.search(before) else Kind.HIDDEN
    counted = unit.unit if unit else None
    return _Number(at, end, stop, kind, Decimal(0), scale, measure, counted)


def _scaled(text: str, start: int, at: int, kind: Kind, value: Decimal) -> _Number:
    """Read what a number is multiplied by and what it counts; the longest known unit wins, so that
    5千米 are 5 and 3千人 are 3000.
    """
    scaled, unit = SCALED.match(text, at), find_unit(text, _after_gap(text, at))
    scale, value_end, has_more = "", at, False
    if scaled and (unit is None or unit.end <= scaled.end()):
        has_more = scaled["scale"][0] in "余多"
        scale, value_end = scaled["scale"].lstrip("余多"), scaled.end()
        unit = find_unit(text, _after_gap(text, value_end))
    unit_at, more = value_end, _after_gap(text, value_end)
    if unit is None and text[more : more + 1] in MORE:
        unit = find_unit(text, _after_gap(text, more + 1))
        has_more, unit_at = (True, more + 1) if unit or scale else (has_more, unit_at)
    end = unit.end if unit else unit_at
    measure = text[_after_gap(text, unit_at) : end] if unit else ""
    value *= SCALES.get(scale, 1)
    found = unit.unit if unit else None
    if unit and MORE_BEHIND.match(text, end):
        has_more, end = True, end + 1  # 5年多
    return _Number(start, value_end, end, kind, value, scale, measure, found, has_more)


def _after_gap(text: str, at: int) -> int:
    return at + 1 if text[at : at + 1] == " " else at


def _value(numeral: str) -> Decimal:
    """Return what a numeral is: 1,200.5 or 二十点五."""
    if numeral[0].isdecimal():
        return Decimal(numeral.replace(",", ""))
    whole, _, part = numeral.partition(POINT_OF_HAN)
    digits = "".join(str(number_value(c) or 0) for c in part)
    return Decimal(f"{number_value(whole) or 0}.{digits}")


def _upper(text: str, lower: _Number, before: str) -> _Number | None:
    """Return the second number of a range: 3-5户, 100元至300元; 从800元到900元 is a change."""
    dash = DASHED.match(text, _after_included(text, lower.end))
    if dash is None or (before.endswith(("由", "从")) and dash[0].strip() in "至到"):
        return None
    upper = _number(text, dash.end(), "")
    if upper is None or upper.kind is not lower.kind:
        return None
    fits = lower.unit is None or upper.unit is None or lower.unit.converts(upper.unit)
    is_one_way = text[lower.start].isdecimal() == text[upper.start].isdecimal()
    return upper if fits and is_one_way and _low(lower, upper) <= upper.value else None


def _after_included(text: str, at: int) -> int:
    """Return the place behind （含） or （不含）."""
    match = ASIDE.match(text, at)
    return match.end() if match and "含" in match[0] else at


def _low(lower: _Number, upper: _Number) -> Decimal:
    """Return the lower value of a range, 万 of 3-5万元 shared where it is printed once."""
    shared = lower.value * SCALES.get(upper.scale, 1)
    is_shared = not lower.scale and lower.unit is None and shared <= upper.value
    return shared if is_shared else lower.value


def _with_unknown_unit(text: str, number: _Number) -> _Number:
    """Give a number the word behind it as its unit, where no table knows it: 打造3特色街区."""
    said = ""
    for character in text[number.value_end : number.value_end + WORD_CHARS]:
        if character in NO_UNIT or not "\u4e00" <= character <= "\u9fff":
            break
        said += character
    is_arabic = text[number.start].isdecimal()
    return replace(number, unit=unit_named(said)) if said and is_arabic else number


def _bound(text: str, number: _Number, upper: _Number | None, before: str) -> Quantity:
    """Return a number, or the two of a range, with its rate and what binds it."""
    last = upper or number
    unit, measure = last.unit or number.unit, last.measure or number.measure
    value_end = last.end if measure in SIGNS else last.value_end
    rate, end = _rate_behind(text, last.end, unit)
    if not rate and measure and not _takes_no_rate(unit):
        rate = _rate_before(before)
    binding = _binding(text, end, before, last)
    low = _low(number, upper) if upper else number.low
    low = last.value if low is None else low
    scales = {number.scale, last.scale} if low == number.value else {last.scale}
    return Quantity(
        start=number.start,
        end=end,
        kind=number.kind,
        said=squeeze(text[number.start : end]),
        value=text[number.start : value_end].strip(),
        measure=measure,
        low=low,
        high=last.value,
        unit=unit,
        scale=scales.pop() if len(scales) == 1 else "",
        rate=rate,
        bound=binding.bound,
        bound_end=binding.end,
        front_words=binding.front,
        bound_words=binding.behind,
    )


@dataclass(frozen=True, slots=True)
class _Binding:
    """How a number is bound, and the words that do so in front of it and behind."""

    bound: Bound
    front: str
    behind: str
    end: int


def _binding(text: str, end: int, before: str, number: _Number) -> _Binding:
    """Read what binds a number that ends at a place; words behind it tell more than before it."""
    match = BEHIND.match(text, _after_asides(text, end))
    front, bound = _front_bound(before, number.scale or number.measure)
    if match:
        behind = match["bound"]
        bound = Bound(BEHIND_BOUNDS[behind.removeprefix("及")])
        return _Binding(bound, front, behind, match.end())
    if number.has_more and bound is Bound.EXACT:
        bound = Bound.MORE
    return _Binding(bound, front, "", end)


def _after_asides(text: str, at: int) -> int:
    """Return the place behind an aside that stands between a number and its bound."""
    match = ASIDE.match(text, at)
    return match.end() if match and BEHIND.match(text, match.end()) else at


def _front_bound(before: str, counted: str) -> tuple[str, Bound]:
    """Return the words before a number that bind it, and how; 过 does so only before what is
    counted.
    """
    before = EACH_BEFORE.sub("", before)
    if GROWTH_REACHED.search(before):
        return "", Bound.EXACT
    if match := IS_FRONT.search(before):
        word = match[0].strip()
        bound = FRONT_WORDS.get(word) or SYMBOLS.get(word) or (">" if counted else "")
        return (word if bound else ""), Bound(bound)
    far = FAR.search(before)
    return (far[1], Bound(FRONT_WORDS[far[1]])) if far else ("", Bound.EXACT)


def _rate_behind(text: str, at: int, unit: Unit | None) -> tuple[tuple[str, ...], int]:
    """Return the rate printed behind a unit, and where it ends: 元/人·月, 元每人每月; in 3年每年
    the second begins anew.
    """
    words: list[str] = []
    sign = "/" if unit is None or unit.family in TIMES else "/每"
    while text[at : at + 1] and text[at] in sign:
        word, end = _rate_word(text, at + 1)
        is_scope = text[at] == "每" and word in ("", GENERAL)  # 2次每个场景
        if not word or is_scope:
            break
        words.append(word)
        sign = "每" if text[at] == "每" else "/·"
        at = end
    return tuple(words), at


def _rate_word(text: str, at: int) -> tuple[str, int]:
    """Return what something is counted by, at a place of a text, and where it ends."""
    if extra := RATE_EXTRA.match(text, at):
        return extra[0], extra.end()
    group = RATE_GROUP.match(text, at)
    start = group.end() if group else at
    unit = find_unit(text, start)
    if unit and unit.unit.name == GENERAL:  # 每个季度, 每个学期
        extra = RATE_EXTRA.match(text, unit.end)
        return (text[at : extra.end()], extra.end()) if extra else (text[at : unit.end], unit.end)
    end = unit.end if unit else start
    is_word = unit is not None or (group is not None and not group[0].isdecimal())
    return (text[at:end], end) if is_word else ("", at)


def _rate_before(before: str) -> tuple[str, ...]:
    """Return the rate that the words before a number print: 每人每月, 每年, 每千人口.

    >>> _rate_before("低保标准达每人每月"), _rate_before("每个村（社区）年协商")
    (('人', '月'), ('年',))
    """
    before = BEFORE_NUMBER.sub("", before.rstrip())
    if YEARLY_MEAN.search(before):
        return ("年",)
    near = _each_words(before)
    each = (span.of(before)[1:].strip().lstrip(GENERAL) for span in find_each(before))
    spans = [word for word in each if word in SPANS and word not in near]
    groups = [word for word in EACH_GROUP.findall(before) if word not in near]
    yearly = ["年"] if not (near or spans) and YEARLY.search(before) else []
    return tuple(dict.fromkeys([*near, *spans, *groups, *yearly]))


def _each_words(before: str) -> list[str]:
    """Return the 每… that stand right before a number, one behind the other."""
    run = EACH_BEFORE.search(before)
    at, words = run.start() if run else len(before), list[str]()
    while at < len(before):
        word, at = _rate_word(before, at + 1)
        if not word or unit_named(word.removeprefix("个")).family == PLACES:
            return []
        words.append(word.removeprefix("个"))
    return words


def _share_rates(text: str, quantities: Sequence[Quantity]) -> list[Quantity]:
    """Give a list one rate: "每千人口医师3.4人、护士4人", "每年讲课2次、调研30天"."""
    shared = list(quantities)
    for i in range(len(shared) - 1):
        first, second = shared[i], shared[i + 1]
        between = text[first.bound_end : second.start]
        in_list = SAME_RATE.match(between) and not STOP.search(between)
        if not first.measure or not first.rate or not in_list:
            continue
        if not second.measure or second.rate or _takes_no_rate(second.unit):
            continue
        recurs = _is_event(second) and first.rate[0] in SPANS
        is_same = second.measure == first.measure and not any(word in between for word in SUM)
        if is_same or recurs or RATE_GROUP.match(first.rate[0]):
            shared[i + 1] = replace(second, rate=first.rate)
    return shared


def _is_percent(unit: Unit | None) -> bool:
    return unit is not None and unit.family == PERCENT.family


def _takes_no_rate(unit: Unit | None) -> bool:
    """True for a part of a whole, which no rate counts: in 每年…达到80% the year is none."""
    return _is_percent(unit) or (unit is not None and unit.name == TIMES_AS_MANY)


def _is_share(unit: Unit | None) -> bool:
    return unit is not None and unit.family in SHARES


def _is_event(quantity: Quantity) -> bool:
    return quantity.measure in EVENTS or quantity.is_duration


def _share_bounds(text: str, quantities: Sequence[Quantity]) -> list[Quantity]:
    """Give a list one unit and one bound: "提高3个和5个百分点", "达到60%、70%和80%以上"."""
    shared = list(quantities)
    for i in range(len(shared) - 1):
        first, second = shared[i], shared[i + 1]
        if not LIST_GAP.fullmatch(text, first.bound_end, second.start):
            continue
        is_shared = first.kind is second.kind is Kind.NUMBER and not first.rate
        if is_shared and second.measure.startswith(first.measure):
            shared[i] = first = replace(first, unit=second.unit, measure=second.measure)
        if second.bound_words and not first.bound_words and not first.value.startswith("100"):
            shared[i] = replace(first, bound=second.bound)
        elif second.bound is Bound.EXACT and not second.bound_words:
            shared[i + 1] = replace(second, bound=first.bound)
    return shared
