"""The figures and dates of a sentence, Chinese and Arabic numerals alike: value, unit, bound, role.

两次 is 2次, 百分之七十五 is 75%, 3.6万人次 is 36000人次; 一半 stays 一半, which is no 50%.

Not covered: sums over several figures (3元5角), times of day, ordinals that a unit does not follow.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

UNITS = (
    "个百分点 百分点 % ‰ 平方米 平米 公里 米 亩 公顷 吨 公斤 斤 人次 户次 件次 场次 周岁 岁 "
    "个工作日 工作日 个小时 小时 分钟 学时 课时 个月 年级 年 月 日 天 周 季度 元 个 家 处 所 "
    "名 人 位 次 户 张 套 件 份 期 场 条 项 间 座 倍 成 支 只 例 盏 对 门 类 批 层 台 辆 本 册 "
    "篇 餐 顿 种 级 届 轮 遍 村 镇 县 区 街 部 块 卷 科 笔 便 字 步 方面"
).split()
SAME_UNITS = {
    "人": "名",
    "位": "名",
    "遍": "次",
    "岁": "周岁",
    "天": "日",
    "个工作日": "工作日",
    "个小时": "小时",
    "平米": "平方米",
    "百分点": "个百分点",
}
MONEY = "元"
KEPT_TEXTS = 4096  # the same sections are read question after question

_unit = "|".join(sorted(UNITS, key=len, reverse=True))
_han = "零〇一二两三四五六七八九十百千"
_dash = r"(?:至|到|-|—|–|~|～)"
_number = r"\d+(?:,\d{3})*(?:\.\d+)?"
_day = r"\d{1,2}月(?:\d{1,2}[日号])?"
DATE = rf"(?:\d{{4}}年)?{_day}(?:{_dash}{_day})?(?:底|初|末|上旬|中旬|下旬)?"
YEAR = rf"\d{{4}}(?:{_dash}\d{{4}})?年(?:底|末|初|内|上半年|下半年)?"
WORD_DATE = r"年[底末内初]|[上下]半年|[1-4一二三四]季度|月底|季末"
AMOUNT = (
    rf"(?P<low>{_number})(?P<low_scale>[万亿]?)"
    rf"(?:{_dash}(?P<high>{_number})(?P<high_scale>[万亿]?))?"
    rf"(?P<more>[余多])?(?P<unit>{_unit})?(?P<per>/人·[月年日天]|/[人月年日天户]|/月·人)?"
)
_few = "[一二三四五六七八九十]"
HALVES = rf"全覆盖|清零|一半|半数|过半|大半|{_few}成|翻[一两]?番|{_few}+分之{_few}+"
NAMED = r"“[^”]*\d[^”]*”|〔\d{4}〕\d+号|[A-Za-z]+\d+|\d+(?:\+\d+)+|\d+[A-Za-z]+"
REDACTED = rf"×+(?:-×+)?[万亿]?(?:{_unit})?"
FIGURE = re.compile(
    rf"(?P<name>{NAMED})|(?P<halves>{HALVES})|(?P<redacted>{REDACTED})|(?P<date>{DATE})|(?P<year>{YEAR})"
    rf"|{AMOUNT}|(?P<word>{WORD_DATE})"
)
HAN_FIGURE = re.compile(
    rf"(?<![统唯专逐同某另划之进每任这那单零十百千万])(?P<value>[{_han}]+)(?P<scale>[万亿]?)"
    rf"(?=(?:余|多)?(?:{_unit})|{_dash}[{_han}\d]+[万亿]?(?:{_unit}))(?!一[次]性|一年级|一[个位]?[户人]一)"
)
PERCENT = re.compile(rf"百分之(?P<value>[{_han}]+|\d+(?:\.\d+)?)(?:点(?P<part>[{_han}]+))?")

BOUNDS = {
    "lo": "不低于|不少于|不小于|不得少于|不得低于|至少|最少|起码",
    "hi": "不超过|不高于|不多于|不得超过|不得高于|至多|最多|最高|上限|封顶",
    "gt": "(?<!不)超过|突破|(?<!不)(?<!不得)多于|(?<!不)(?<!不得)高于",
    "lt": "(?<!不)(?<!不得)低于|(?<!不)(?<!不得)少于|不足|不到",
}
ADJACENT = {"gt": "超|逾", "about": "约|近|大约|将近|接近|大概"}
TRAILING = {
    "lo": "及?以上",
    "in": "以内|之内|内|及?以下",
    "about": "左右|上下",
    "gt": "[余多]",
}
BOUND_END = re.compile(f"(?:{BOUNDS['lo']}|{BOUNDS['hi']}|{BOUNDS['lt']}|{ADJACENT['about']})$")
TOTAL = re.compile("累计|总数|总量|总计|合计")
FROM = re.compile("(?:由|从|原来的?|原为?|此前的?|上年的?|去年的?)$")
BY = re.compile(
    "新建|新增|新设|增建|增设|扩建|净增|"
    "(?:增加|增长|提高|上升|提升|扩大|减少|降低|下降|缩短|缩小|压缩)了?(?![^，]*[到至达为])|多$|少$|增幅|降幅"
)
TO = re.compile("[到至达为]成?(?:[^，]{0,4})$")
BEFORE = re.compile("^(?:以|之)?前|^截止|^为止")
AFTER = re.compile("^(?:以|之)?[后来]|^起")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure or date as it stands in a plain text, from `start` to `end`.

    `kind` is "amount", "date" or, of 3A and 〔2025〕3号, "name"; `value` is canonical ("36000",
    "7-1", "70-79"). `bound` is one of lo (不少于), hi (不超过), in (以内), gt, lt, about, before,
    after or ""; `role` one of from (由), to (到), by (增加), total (累计) or "". `period` is what
    money is paid by: 月, 年 or "".
    """

    kind: str
    value: str
    unit: str
    start: int
    end: int
    bound: str = ""
    role: str = ""
    period: str = ""

    @property
    def key(self) -> str:
        """What two figures that say the same have in common.

        >>> read_figures(plain("培训3.6万人次"))[0].key
        '36000人次'
        """
        return self.value + self.unit

    @property
    def is_money(self) -> bool:
        """Say whether the figure is an amount of money."""
        return self.unit == MONEY


@lru_cache(maxsize=KEPT_TEXTS)
def plain(text: str) -> str:
    """Return text as figures are read: without blanks, numerals Arabic, commas Chinese.

    >>> plain("每年 两次，达到百分之七十五")
    '每年2次，达到75%'
    """
    bare = tidy(text).replace("每个月", "每月").replace("城镇", "城市")
    bare = PERCENT.sub(_percent, bare)
    return HAN_FIGURE.sub(lambda m: str(han_number(m["value"])) + m["scale"], bare)


def unquoted(text: str) -> str:
    """Return text without blanks and quotation marks, its numerals as they are printed."""
    return re.sub("[“”]", "", tidy(text))


@lru_cache(maxsize=KEPT_TEXTS)
def tidy(text: str) -> str:
    """Return text without blanks, digits in half width, commas Chinese but for 5,600."""
    kept = "".join(c if c in "，：；！？（）～" else unicodedata.normalize("NFKC", c) for c in text)
    bare = re.sub(r"[ \t\r\u3000]+", "", kept)
    bare = re.sub(r",(?!\d{3}(?!\d))|(?<!\d),", "，", bare)
    return bare.translate(str.maketrans(";:()!?", "；：（）！？"))


def han_number(numeral: str) -> int:
    """Return what a Chinese numeral below 10,000 is.

    >>> han_number("一百二十"), han_number("十五"), han_number("二〇二四")
    (120, 15, 2024)
    """
    digits = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
    scales = {"十": 10, "百": 100, "千": 1000}
    if not any(c in scales for c in numeral):
        return int("".join(str(digits[c]) for c in numeral))
    total, digit = 0, 0
    for c in numeral:
        if c in scales:
            total, digit = total + (digit or 1) * scales[c], 0
        else:
            digit = digits[c]
    return total + digit


def read_figures(text: str) -> list[Figure]:
    """Return the figures of a plain text (of one clause: bounds and roles look no further back)."""
    found: list[Figure] = []
    for match in FIGURE.finditer(text):
        left = text[found[-1].end if found else 0 : match.start()]
        found.append(_figure(match, left, text[match.end() :]))
    return found


def parts(figure: Figure) -> frozenset[str]:
    """Return what may be said of a figure: itself, its bare number, the parts of a date.

    >>> sorted(parts(read_figures("2025年6月30日")[0]))
    ['2025年', '2025年6月', '2025年6月30日', '30日', '6月', '6月30日']
    """
    if figure.kind == "amount":
        return frozenset({figure.key, figure.value})
    steps = re.findall(r"[\d~]+[年月日][底初内]?|\D+", figure.value)
    spans = ((a, b) for a in range(len(steps)) for b in range(a + 1, len(steps) + 1))
    return frozenset("".join(steps[a:b]) for a, b in spans)


def _percent(match: re.Match[str]) -> str:
    whole = match["value"]
    number = whole if whole[0].isdigit() else str(han_number(whole))
    part = "".join(str(han_number(c)) for c in match["part"]) if match["part"] else ""
    return f"{number}{'.' * bool(part)}{part}%"


def _figure(match: re.Match[str], left: str, right: str) -> Figure:
    start, end = match.span()
    if match["name"]:
        return Figure("name", match[0], "", start, end)
    if match["halves"] or match["redacted"]:
        return Figure("amount", match[0], "", start, end)
    if match["date"] or match["year"] or match["word"]:
        side = "before" if BEFORE.match(right) else "after" if AFTER.match(right) else ""
        return Figure("date", _date(match[0]), "", start, end, side)
    unit = SAME_UNITS.get(match["unit"] or "", match["unit"] or "")
    value = _scaled(match["low"], match["low_scale"] or match["high_scale"] or "")
    if match["high"]:
        value += "-" + _scaled(match["high"], match["high_scale"] or match["low_scale"] or "")
    bound = "gt" if match["more"] else _bound(left, right)
    period = (match["per"] or "")[-1:] if match["per"] != "/月·人" else "月"
    period = period if period in "月年日天" else ""
    if unit == MONEY and not period:
        period = _period(left)
    return Figure("amount", value, unit, start, end, bound, _role(left), period)


def _date(text: str) -> str:
    text = re.sub(_dash, "~", text.replace("号", "日").replace("末", "底"))
    return re.sub(r"(?<=月)0|(?<=年)0|^0", "", text)


def _scaled(number: str, scale: str) -> str:
    value = Decimal(number.replace(",", "")) * {"": 1, "万": 10**4, "亿": 10**8}[scale]
    return f"{value.normalize():f}"


def _period(left: str) -> str:
    match = re.search(
        r"每(?:人每)?个?([月年日天])(?:均|人)?[^每]*$|[人户]均([月年日天])|月均", left
    )
    if not match:
        return ""
    return match[1] or match[2] or "月"


def _bound(left: str, right: str) -> str:
    def first(table: dict[str, str], pick: Callable[[str], str]) -> str:
        return next((name for name, words in table.items() if re.search(pick(words), sides)), "")

    sides = left
    found = first(BOUNDS, lambda words: words) or first(ADJACENT, lambda w: rf"(?:{w})$")
    if found:
        return found
    sides = right
    return first(TRAILING, lambda words: rf"^(?:{words})")


def _role(left: str) -> str:
    left = BOUND_END.sub("", left)
    if TOTAL.search(left):
        return "total"
    if FROM.search(left):
        return "from"
    if BY.search(left):
        return "by"
    return "to" if TO.search(left) else ""
