"""What kind of thing answers a question, told by its question words: a number, a date, a text."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Wants(StrEnum):
    """What kind of thing answers the question."""

    NUMBER = "number"
    DATE = "date"
    WHO = "who"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for. `unit` is the measure word, or in 几岗几级 what is counted; None is
    any.
    """

    kind: Wants
    unit: str | None = None


WHEN = re.compile(
    "几月份?|什么时候|啥时候|什么时间|啥时间|何时|几时|几月|几号|哪天|哪一天|哪个月|哪年|时间节点|截止|deadline|期限"
    "|多久(?:之内|内)?完成",
    re.I,
)
# 几多 is 多少 in the south, 好多 in the southwest; elsewhere 好多 is "many".
HOW_MANY = re.compile("几多|好多(?=[钱户个人张次元块家所处名场]|$)")
HOW_OFTEN = "多久"  # each how long
PER = re.compile("(?:隔|每隔?)多(?:久|长时间)|多(?:久|长时间)[^，。]{0,6}[一1](?:次|回|趟|遍)")
CLOCK = re.compile("几点(?:钟|[开上下关到吃放])")
HOW_LONG = re.compile("多久|多长时间")
WHO = re.compile(
    "谁(?:来|在)?(?:负责|牵头|主管|分管|管(?!理)|抓|主抓)|归谁管|(?:哪个|哪家|什么|啥)(?:部门|科室|处室|股室|单位|股|口)(?:来)?(?:负责|牵头|管)"
    "|(?:责任|牵头)(?:单位|部门|科室|股室|人)(?:是谁|是哪|是啥|有哪|呢|$)"
)
WHICH_IS_MORE = re.compile(
    "哪[一]?[边个家份].{0,8}[高低多少大小]|谁.{0,6}[高低多少大小]|[高低多少大小]多少"
)
MONEY = re.compile(
    "多少钱|好多钱|[给发补贴要]多钱|几块钱?|几元|多少元|标准(?:是|定|要)?(?:多少|几)"
    "|(?:每月|一个?月|一年|每年)(?:给|补|发|拿|是)多少"
    "|(?:价格?|收费|费用|租金|经费|[售卖])(?:是|要|卖)?(?:多少|几[块元]?)(?=$|[？?。呢啊钱元块])"
    "|(?:收费|补[助贴]|低保|救助|奖补)标准(?:呢|是啥|是什么)?[？?。]*$"
)
# 每年多少 alone: of what was counted before, else money
EVERY = re.compile("(?:每月|一个?月|一年|每年)多少")
SHARE = re.compile(
    "几成|百分之[几多]|几个百分点|几个点|多少个?点|占比|比例|比率|[覆盖供养合格持证抽查达标]率|覆盖面"
)
COUNT = re.compile(
    r"多少\s?(?:万|亿)?(?P<many>[\u4e00-\u9fa5]{0,3})|几(?P<few>[\u4e00-\u9fa5]{0,3})"
)
# 哪几个, 几个方面: a list is asked for; 几乎 is no number.
# 几个部门一起管，要出个什么办法: the text is asked for
WHICH_TEXT = re.compile(
    "(?:什么|啥|哪[个种份项])(?:办法|制度|文件|机制|平台|活动|名字?|称呼|政策|措施|方案|模式)"
)
NO_COUNT = re.compile("哪几|几乎|几(?:个)?(?:方面|种|项工作|句|样)")
UNITS = (
    "平方米 平米 % 人次 个点 户 张 个 家 处 所 名 人 次 回 场 元 万 亿 套 件 份 期 年 月 天 成 页 "
    "项 条 例 座 间 亩 公里 对 支 小时 分钟 兆 米 吨 度 辆 台 部 棵 只 本 册 盏 轮 批 届 班 周 "
    "岁 学时 课时"
).split()
UNIT_WORDS = {
    "工作日": "天",
    "日": "天",
    "钟头": "小时",
    "个钟": "小时",
    "平米": "平方米",
    "平": "平方米",
    "平方": "平方米",
    "个点": "%",
    "成": "%",
    "钱": "元",
    "块": "元",
}
ENDINGS = ("户", "人", "名", "家", "张")
LONGEST_FIRST = sorted([*UNITS, *UNIT_WORDS], key=len, reverse=True)


def read_wanted(question: str) -> Wanted:
    """Return what the question asks for.

    >>> read_wanted("要改造多少户").unit, read_wanted("要建几处").unit
    ('户', '处')
    """
    question = HOW_MANY.sub("多少", question)
    if PER.search(question):
        return Wanted(Wants.NUMBER, HOW_OFTEN)
    if WHEN.search(question) or CLOCK.search(question):
        return Wanted(Wants.DATE)
    if WHO.search(question):
        return Wanted(Wants.WHO)
    if WHICH_IS_MORE.search(question):
        return Wanted(Wants.NUMBER)
    if MONEY.search(question):
        return Wanted(Wants.NUMBER, "元")
    if SHARE.search(question) and re.search("几|多少", question):
        return Wanted(Wants.NUMBER, "%")
    if WHICH_TEXT.search(question):
        return Wanted(Wants.TEXT)
    if HOW_LONG.search(question):
        return Wanted(Wants.NUMBER)
    if large := re.search("多少([万亿])(?=$|[？?。呢啊吗])", question):
        return Wanted(Wants.NUMBER, large[1])
    counts = [_counted(match) for match in COUNT.finditer(NO_COUNT.sub(" ", question))]
    if counts:
        bare = "元" if EVERY.search(question) else None
        return Wanted(Wants.NUMBER, next((unit for unit in counts if unit), bare))
    return Wanted(Wants.TEXT)


def _unit(after: str) -> str | None:
    """Return the measure word that `after` begins with, or in 多少低保户 the one it ends in."""
    bare = after.removeprefix("个")  # 几个人, 几个钟头, 几个工作日
    found = next((u for u in LONGEST_FIRST if bare.startswith(u)), None)
    found = found or next((u for u in LONGEST_FIRST if after.startswith(u)), None)
    found = found or next((u for u in ENDINGS if after.endswith(u)), None)
    return UNIT_WORDS.get(found, found) if found else None


def _counted(match: re.Match[str]) -> str | None:
    return _unit(match["many"] or "") or _named_count(match["few"] or "")


def _named_count(after: str) -> str | None:
    """Return the unit after 几, or what is counted without one: 几评工程, 几同步."""
    if after[:1] in ("百", "千", "万", "亿"):  # 几千
        return _unit(after[1:])
    return _unit(after) or re.sub("[个的是啊呢吗了].*", "", after)[:2] or None
