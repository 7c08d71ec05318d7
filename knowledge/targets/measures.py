"""The quantities of a sentence -> what each of them measures.

The metric is what its clause says around the number (`phrases`). Where a clause leaves its
subject out (增幅达到7%, 其中农村…, 总数达到120个), it comes from the row or the clause before;
where one subject has several numbers (城乡低保标准分别…), each number gets its part.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.pairs import MEASURED, SEPARATOR, distribute
from knowledge.quantity import (
    EACH_GROUP,
    LIST_GAP,
    begins_with_each_time,
    find_each,
    read_quantities,
)
from knowledge.targets.amounts import Amount
from knowledge.targets.clauses import Sentence
from knowledge.targets.deadlines import Deadline, find_beginnings
from knowledge.targets.phrases import SCOPE, describe, name_thing, name_total
from knowledge.time import read_times

HAN_TEXT = r"[\u4e00-\u9fff]"
LEVEL = rf"{HAN_TEXT}{{1,3}}[级类型]"
# 新建日间照料中心3个、助餐中心9个: the verb stands once for the list, and is no part of the thing
DELIVERY = re.compile(
    r"\A(?:新建(?:[（(][^）)]*[）)])?|新增|改建|扩建|新改建|改扩建|续建|改造|培训|募集|举办|发放|建立|培育)"
)
GROWTH = "增长|增加|提高|提升|下降|降低|减少"
OWN_WORDS = re.compile(
    rf"(?<=..)(?:覆盖|开工|竣工|完工|(?:基本)?建成|(?:[比较]上年|年均|同比)?(?:{GROWTH}))\Z"
)

# What measures nothing without its subject.
LEAN = re.compile(
    rf"""占|达到|同比|增幅|涨幅|增速|降幅|总数|总量|累计|[比较](?:(?:上|去|20\d\d)年|“?十.五)|年均(?:{GROWTH})|上限|单笔|接受
    |(?:{GROWTH}|数量|人数|规模|面积|覆盖面|比例|改造|建设|整治|活动|项目|演练|检查|宣讲|建成|完工
    |竣工|完成|投用|达标|基本建成|修缮|维修|(?:(?:完成|总|计划)?投资|补贴|补助|奖补|保障|供养|资助)(?:额|标准)?)\Z
    |(?:开工|竣工|完工|建成|投产|投用|达产|上线){{1,3}}\Z|[先再][建改增]\Z|(?:剩余|其余|剩下)的?\Z
    |{HAN_TEXT}{{0,4}}试点{HAN_TEXT}{{0,2}}\Z|(?:覆盖|惠及|受益|受众|轮训){HAN_TEXT}{{0,3}}\Z
    |(?:城区|城市|城镇|县城|农村|乡村|县市|市区|乡镇|社区|牧区)+(?:平均|人均)?\Z|.?\Z""",
    re.VERBOSE,
)
EACH_GOES_ON = re.compile(r"均|新增|补|资|至少|不|站|护|每|\Z")
EACH_CHARS = 4  # behind 每季度: 每季度检查
AMONG = re.compile("[（(](?P<words>其中|含)")  # 改造60户（其中重度残疾35户）
BARE_VERB = re.compile("救助|帮扶|服务|探访|培训|覆盖|惠及|接种|筛查")
GIVES = re.compile("提供|给予|发放|配备")
# 社区覆盖率, 持证率: a rate of so few characters is one of what was counted before it
SHORT_RATE = re.compile(rf"{HAN_TEXT}{{1,3}}(?:{HAN_TEXT}率|比例|占比|覆盖)\Z")
# 整改率, 满意度: how well what stands before it was done
SERVICE_RATE = re.compile(
    r"(?:按期|按时)?(?:满意|完成|达标|办结|办复|回复|答复|合格|整改|整治|治理|调处|及时|准确|发放|到位|参与"
    r"|知晓|优良|接种|随访|使用|投用|采集上图)(?:率|度)"
)
LAST_RATE = re.compile(rf"(?<=..)(?:按期|按时)?{HAN_TEXT}{{2}}[率度]\Z")
SHORT_CHARS = 6  # of words that say nothing without the sentence before
PLACES = "城区 城市 城镇 县城 农村 乡村 县市 市区 镇区 小学 初中 高中".split()
LEVEL_PLACE = "县级|市级|区级|镇级|村级|乡镇|街道|社区|行政村|自然村|城区|城市|城镇|农村"
LEVEL_RATE = re.compile(rf"(?P<place>{LEVEL_PLACE})(?P<rate>{HAN_TEXT}{{1,3}}[率面比])")
# 孤儿养育标准集中供养2100元、散居1600元
CARED_TOGETHER = re.compile("(?:机构)?集中(?:供养|养育|安置)?")
CARED_APART = re.compile("(?:社会)?(?:散居|分散)(?:供养|养育|安置)?")
EACH_PLACE = re.compile(rf"每一?个(?P<place>{HAN_TEXT}{{0,4}}(?:社区|乡镇|街道|园区))")
PLACE_CHARS = 8  # of the place a metric begins with: 城市社区…
METRIC_CHARS = 60
BEGINS = re.compile("[由从](?=[^由从]*\\Z)")
CHANGES = re.compile(f"{HAN_TEXT}{{0,6}}(?:到|至|为)")
# What is given, but not to whom: that stands in the clause before (对…的, 50亩以上的).
GIVES_ONLY = re.compile(
    "(?:一次性|最高|再|可|按|分别)*(?:每[^，]{1,3})?(?:一次性|最高)*"
    "(?:给予|奖励|补助|补贴|奖补|资助|补|奖)(?:一次性|最高)*(?:奖励|补助|补贴|奖补|资助|支持|扶持|资金)*"
)
TO_WHOM = re.compile(
    r"\A(?:对|凡)|的(?:企业|单位|机构|项目|个人|农户|主体|园区|组织|人员|[^，]{0,2})?\Z"
)
LEADS_TO_DAY = re.compile(r"(?<![达升高低降增减加大小长])(?:到|至|于)\Z")  # 产业到2027年
DATED_ASIDE = re.compile(r"[（(](?:全部)?(?:完成|建成|投用|完工)[）)]")  # without its date


@dataclass(frozen=True, slots=True)
class Metric:
    """What a quantity measures; its words begin at `start` of the sentence.

    `subject` is what later clauses go on about: 老年助餐点 for 老年助餐点总数.
    """

    name: str
    start: int
    subject: str


@dataclass(frozen=True, slots=True)
class _Reading:
    """A sentence with what was found in it; metrics are named in its order."""

    sentence: Sentence
    quantities: Sequence[Amount]
    deadlines: Sequence[Deadline]
    before: str = ""

    def text(self, start: int, end: int) -> str:
        """Return the printed text between two places, without the times that govern it."""
        text = self.sentence.text[start:end]
        dropped = [*self.deadlines, *find_beginnings(self.sentence, None)]
        for deadline in sorted(dropped, key=lambda time: -time.start):
            if start <= deadline.start and deadline.end <= end:
                before = text[: deadline.start - start]
                text = LEADS_TO_DAY.sub("", before) + text[deadline.end - start :]
        return DATED_ASIDE.sub("", text)

    def clause_text(self, index: int) -> str:
        """Return a clause as a phrase."""
        clause = self.sentence.clauses[index]
        return describe(self.text(clause.start, clause.end))


def name_metrics(
    sentence: Sentence,
    quantities: Sequence[Amount],
    deadlines: Sequence[Deadline],
    before: str = "",
) -> list[Metric]:
    """Return the metric of each quantity, in their order.

    `before` is what the sentence before counts: "分批建设示范村100个。2025年建成30个。"
    """
    reading = _Reading(sentence, quantities, deadlines, before)
    metrics: list[Metric] = []
    while len(metrics) < len(quantities):
        first = len(metrics)
        count = _list_length(sentence, quantities[first:])
        for k, name in enumerate(distribute(_own_name(reading, first, count), count)):
            # "增幅达到6.5%和7.2%" goes on the pair before it, one by one
            earlier = metrics[first - count + k] if count <= first else None
            metrics.append(_complete(reading, first, name, earlier))
    return metrics


def _list_length(sentence: Sentence, quantities: Sequence[Amount]) -> int:
    """Return how many quantities follow each other with nothing but 和 or 、 between them."""
    count = 1
    while count < len(quantities) and LIST_GAP.fullmatch(
        sentence.plain, quantities[count - 1].end, quantities[count].start
    ):
        count += 1
    return count


def _own_name(reading: _Reading, first: int, count: int) -> str:
    """Return what the words around a list of quantities, and no other's, say."""
    before, after = _words_around(reading, first, count)
    before, quantity = without_beginning(before), reading.quantities[first]
    if quantity.is_total:
        return name_total(before, after, quantity.value)
    return name_thing(before, after)


def without_beginning(text: str) -> str:
    """Return words without the numbers where a change begins.

    >>> without_beginning("转化率从2020年的51%提升到")
    '转化率提升到'
    """
    begins = BEGINS.search(text)
    numbers = [q for q in read_quantities(text) if begins and q.start > begins.start()]
    if not begins or not numbers or not CHANGES.match(text, numbers[-1].bound_end):
        return text
    return text[: begins.start()] + text[numbers[-1].bound_end :]


def _words_around(reading: _Reading, first: int, count: int) -> tuple[str, str]:
    sentence, quantities = reading.sentence, reading.quantities
    opening, closing = quantities[first], quantities[first + count - 1]
    clause = sentence.clauses[opening.clause]
    left, right = clause.start, clause.end
    if first and quantities[first - 1].clause == opening.clause:
        left = quantities[first - 1].end
        if aside := AMONG.search(sentence.plain, left, opening.start):
            left = aside.start("words")
        elif given := GIVES.search(sentence.plain, left, opening.start):
            left = given.start()
        elif stop := SEPARATOR.search(sentence.plain, left, opening.start):
            left = stop.end()
    following = quantities[first + count] if first + count < len(quantities) else None
    if following and following.clause == closing.clause:
        right = following.start
        if aside := AMONG.search(sentence.plain, closing.end, right):
            right = aside.start()
        elif given := GIVES.search(sentence.plain, closing.end, right):
            right = given.start()  # 为200名独居、留守老人提供每周2次的探访
        elif stop := SEPARATOR.search(sentence.plain, closing.end, right):
            right = stop.start()
    after = reading.text(closing.end, right).lstrip("）)")
    if following and re.fullmatch(LEVEL, after):
        # "×个国家级、×个省级实验区": the noun stands behind the last of them
        after += re.sub(rf"\A{LEVEL}", "", _words_around(reading, first + count, 1)[1])
    return reading.text(left, opening.start), after


def _complete(reading: _Reading, i: int, name: str, earlier: Metric | None) -> Metric:
    """Fetch the subject that a clause leaves out from the row before, else from the clause."""
    index = reading.quantities[i].clause
    if GIVES_ONLY.fullmatch(name) and (whom := _to_whom(reading, i, name)):
        return whom
    lacks_subject = bool(_leans(name) or SCOPE.fullmatch(name))
    if earlier and _is_next(reading, i):
        return _continue(reading, i, name, earlier)
    if SERVICE_RATE.fullmatch(name) or BARE_VERB.fullmatch(name):
        lacks_subject = True
    elif (
        not i and lacks_subject and len(name) <= SHORT_CHARS and not index and _ends_clause(reading)
    ):
        start = reading.sentence.clauses[index].start
        return _metric(_append(reading.before, name), start, reading.before)
    if index and lacks_subject:
        subject = reading.clause_text(index - 1)
        if _leans(subject.removeprefix("全部")):
            # "实施项目26个，3月底前全部开工，8月底前竣工14个"
            subject = earlier.subject if earlier else reading.before or subject
        return _metric(_append(subject, name), reading.sentence.clauses[index - 1].start, subject)
    return _metric(name, reading.sentence.clauses[index].start)


def _to_whom(reading: _Reading, i: int, name: str) -> Metric | None:
    """Return a metric that names for whom something is given, where the clause before says so:
    50亩以上不足100亩的，每亩补助30元.
    """
    index = reading.quantities[i].clause
    clause = reading.sentence.clauses[index - 1] if index else None
    if clause is None or clause.segment != reading.sentence.clauses[index].segment:
        return None
    printed = reading.text(clause.start, clause.end).strip()
    is_counted = any(amount.clause == index - 1 for amount in reading.quantities)
    if is_counted or not TO_WHOM.search(printed):
        return None
    whom = printed.removeprefix("对").removeprefix("凡").strip()
    return _metric(f"{whom}{name}", clause.start, whom)


def _leans(name: str) -> bool:
    """True if a name measures nothing without its subject: 增长, 每户新增, 每季度检查."""
    if LEAN.match(name):
        return True
    each = find_each(name)
    if not each or each[0].start:
        return False
    rest = name[each[0].end :]
    times = read_times(rest)
    if begins_with_each_time(name):
        return len(rest) <= EACH_CHARS
    return EACH_GOES_ON.match(rest) is not None or bool(times and not times[0].start)


def _ends_clause(reading: _Reading) -> bool:
    """Say whether nothing stands behind the first quantity in its clause: 建成30个."""
    first = reading.quantities[0]
    clause = reading.sentence.clauses[first.clause]
    return not reading.sentence.plain[first.end : clause.end].strip()


def _is_next(reading: _Reading, i: int) -> bool:
    """Say whether nothing is said between a quantity's clause and that of the row before."""
    between = range(reading.quantities[i - 1].clause + 1, reading.quantities[i].clause)
    return not any(reading.clause_text(index) for index in between)


def _continue(reading: _Reading, i: int, name: str, earlier: Metric) -> Metric:
    """Name a quantity that may go on about the row before it."""
    row, quantity = reading.quantities[i - 1], reading.quantities[i]
    clause = reading.sentence.clauses[quantity.clause]
    same_clause = row.clause == quantity.clause
    start = min(earlier.start, reading.sentence.clauses[row.clause].start)
    printed = reading.sentence.text[clause.start : clause.end].lstrip()
    among = AMONG.search(reading.sentence.plain, row.end, quantity.start)
    if among or (printed.startswith("其中") and not same_clause):
        return _metric(f"{earlier.name}其中{name}", start, earlier.subject)
    if swapped := _swap_place(earlier.name, name, quantity):
        return _metric(swapped, start)
    counted = not same_clause and row.unit != "%" and not MEASURED.search(earlier.name)
    if SERVICE_RATE.fullmatch(name):
        subject = LAST_RATE.sub("", earlier.name)
        return _metric(_append(subject, name), start, subject)
    if name and earlier.name.startswith(name):
        return _metric(earlier.name, start, earlier.subject)  # 改造卫生院20所，2026年改造12所
    if same_clause and row.unit == quantity.unit and DELIVERY.fullmatch(name):
        name += earlier.subject  # 新建殡仪馆1座、改扩建2座
    goes_on = _leans(name) or SCOPE.fullmatch(name) or begins_with_each_time(name)
    if goes_on or (counted and SHORT_RATE.match(name)):
        return _metric(_append(earlier.subject, name), start, earlier.subject)
    if same_clause and (group := EACH_GROUP.match(earlier.name)) and "/" in (quantity.unit or ""):
        name = group[0] + name if group[0] not in name else name  # 每千人口床位7张、护士4人
    verb = DELIVERY.match(earlier.name)
    if same_clause and verb and not DELIVERY.match(name):
        name = verb[0] + name
    return _metric(name, clause.start)


def _swap_place(earlier: str, name: str, quantity: Amount) -> str | None:
    """城市社区志愿者占比高于20%，农村社区高于12%: the second rate is the first's, elsewhere."""
    if name and (each := EACH_PLACE.search(earlier)) and name[-2:] == each["place"][-2:]:
        return earlier.replace(each["place"], name, 1)  # 每个城市社区10个、农村社区5个
    if CARED_APART.fullmatch(name) and (cared := CARED_TOGETHER.search(earlier)):
        return earlier[: cared.start()] + name + earlier[cared.end() :]
    elsewhere = LEVEL_RATE.fullmatch(name)
    first = re.match(LEVEL_PLACE, earlier)
    if elsewhere and first and earlier.endswith(elsewhere["rate"]):
        return elsewhere["place"] + earlier[first.end() :]  # 县级设施覆盖率100%，乡镇覆盖率60%
    rest, kind = earlier[: -len(name)], earlier[-2:]
    if (kind == name[-2:] and MEASURED.search(rest)) or (kind in PLACES and name in PLACES):
        return rest + name  # 补贴标准机构照料800元，居家照料500元
    if quantity.unit != "%" or MEASURED.search(name) or len(name) < 2:
        return None
    for length in range(len(name), PLACE_CHARS + 1):
        if earlier[:length][-2:] == name[-2:]:
            return name + earlier[length:]
    place = next((p for p in PLACES if earlier.startswith(p)), None)
    is_place = len(name) <= 4 and name.startswith(tuple(PLACES))
    return name + earlier[len(place) :] if place and is_place else None


def _metric(name: str, start: int, subject: str | None = None) -> Metric:
    name = name[-METRIC_CHARS:]
    return Metric(name, start, subject or DELIVERY.sub("", OWN_WORDS.sub("", name)))


def _append(subject: str, name: str) -> str:
    return subject if subject.endswith(name) else subject + name
