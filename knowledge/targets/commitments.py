"""The quantities of a sentence -> those that a plan commits to or reports.

A number may also say whom something is for (年满3年, 2000元以下的), how many there are anyway
(46个镇街全部设立…), what a text consists of (三项机制, 以下22项工作) or where a change begins
(由135元缩小到115元). Each of these is one rule below.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.quantity import HAN_DIGITS, SYMBOLS, read_quantities
from knowledge.targets.amounts import Amount, read_amounts, read_totals
from knowledge.targets.clauses import BLANK, Sentence
from knowledge.time import read_times
from knowledge.units import AMBIGUOUS_IN_HAN

HAN_TEXT = r"[\u4e00-\u9fff]"
HAN_BEHIND = re.compile(HAN_TEXT)
HAN_NUMERAL = re.compile(f"[{HAN_DIGITS}十百千]+万?")
# What is delivered can be counted; what is only named (两项补贴) is not delivered.
DELIVERS = (
    "新建|改建|扩建|建成|建设|建立|建有|建好|打造|培育|培养|培训|新增|增加|增设|创建|改造|完成|举办|组织"
    "|召开|发放|安排|组建|引进|招引|配备|配齐|配置|设立|设置|开办|开设|评选|选树|评出|选派|扶持|孵化|招募"
    "|募集|推出|编制|遴选|资助|争创|争取|发展|实施|启动|建造|安装|购置|采购|开发|成立|布设|创成|推广|命名"
    "|认定|办好|储备|整治|征集|承办|更新|修缮|创作"
)
MAKES = re.compile(rf"(?:{DELIVERS})[^，、]{{0,10}}\Z")
DELIVERING = tuple(DELIVERS.split("|"))
MAKES_A_FEW = re.compile(rf"(?:{DELIVERS}|开展|推进|每|各|至少|不少于)[^，、]{{0,8}}\Z")

# A bare number: 打造3-5特色街区, 死亡率控制在0.01以内
SMALL_NUMBER = re.compile(r"\d{1,3}(?:\D{1,2}\d{1,3})?")
INDEX = re.compile(
    r"(?:率|比|指数|系数|强度|平均分|得分|评分)"
    r"(?:达到|达|控制在|保持在|稳定在|不低于|不高于|不超过|高于|低于|[提升增降缩][高升加低小]?[到至为])?\Z"
)

# Counted parts of the text or of an idea: 三项机制, 四个专项行动
ABSTRACT = re.compile(
    rf"{HAN_TEXT}{{0,10}}?(?:机制|体系|制度|清单|行动|方面|领域|环节|重点|层面|原则|维度|导向|维护|确立|意识"
    r"|自信|关键|方向|目标|抓手|台账|专班|办法|要求|标准|格局|平台|渠道|阶段|品牌|计划|方案|模式|补贴|覆盖"
    r"|坚持|强化|同步|统一|转变|结合|部门|任务|问题|关系|能力|优势|一体化)"
)
PARTS_BEHIND = re.compile(
    rf"{HAN_TEXT}{{0,2}}(?:方面|领域|环节|重点|层面|原则|维度|部门|阶段|步骤|民生实事|实事|领导小组|工作组|专班"
    r"|[^，]{0,8}发言)"
)
PARTS_BEFORE = re.compile(
    r"(?:以下|上述|其他|其余|这|该|另|同|分为|分成|划分|包括|涵盖|涉及"
    r"|政策|措施|意见|举措|规定|禁令|办法|细则|条例)\Z"
)
PARTNERS = re.compile(r"(?:加强|深化|密切)[^，]{0,4}[与同]\Z")  # 加强与6个城市的协作
REFERENCE = re.compile(
    r"依托|围绕|聚焦|对照|参照|根据|按照|利用|针对|立足|借鉴|学习|参加|结合|发挥"
)

MANY_KINDS = re.compile("大(?!型|户|额|病|桥|中)")  # 5大类
BOUND_SIGNS = "".join(SYMBOLS)
RANK_BEFORE = re.compile(r"(?:(?<![目当提以年之底日月])前|(?:排名|排位|末|倒)后)\Z")
TOLD_BEFORE = ("满", "连续", "过去")
NEAR_BEFORE = "近"

BEGINS_BEFORE = re.compile(r"[由从][^，；到至]{0,20}\Z")
CHANGES_BEHIND = re.compile(r"(?:[、和与][^，、]{1,12}|[^，、\d]{0,8})(?:到|至|为)")

# 一 counts only where it is dealt out: 各打造一家, 每月一次
DEALS_OUT = re.compile(r"(?:每|各(?![类项种级界方自])|至少|不少于|不低于)[^，]{0,24}\Z")

LIMITS_SPAN = re.compile(
    r"(?:不少于|不低于|至少|不超过|不高于|达到|压缩|缩短|延长|提速|控制在|限期|需|为(?!期)|[到至])"
    r"[^，]{0,10}\Z"
)
WITHIN = ("内", "以内", "之内")
CONDITION_BEFORE = re.compile(r"(?:满|凡|对于|限报|每(?:新增|增加|建成|完成))\Z")
CONDITION_BEHIND = re.compile(
    r"(?:之间|之内|范围内)?的(?!目标|任务|标准|要求|水平|速度|增速|增长|比例)"
)

CLASS_BEHIND = re.compile(rf"{HAN_TEXT}[^，、]*(?:全覆盖|全部|清零)")  # 20户以上自然村全覆盖

EXISTING_BEFORE = re.compile(
    r"(?:全部|所有|仅|只有|[仍尚还]有|仅[^，]{1,12}就有|对(?:全[市县区省旗]|辖区|现有)[^，]{0,3})\Z"
)
FOR_BEFORE = re.compile(r"对[^，]{0,12}\Z")
PAIRED = ("结对", "面对", "应对", "相对", "派对")
DEALS_TO_ALL = re.compile(r"[^，、]{1,12}各(?![类项种级界方自])")
IS_SUBJECT = re.compile(r"[^，、]{0,20}?(?:全部|均|都|各|每|全覆盖|至少|中\Z)")
OPENING_CHARS = 8  # before a time that opens a clause: 力争到
WHOLE_PLACE = re.compile(r"\A(?:全[市县区省旗州])?\Z")
# 3.6万座坟墓的80%: the share is promised, not the whole
SHARED_OUT = re.compile(r"[^，、]{0,20}的(?:\d[\d.]*[%％]|百分之)")

PROMISES_ALL = re.compile(
    "确保|实现|完成|建成|达到|全面|均|都|全部|纳入|安装|配备|设立|符合|覆盖|落实"
)
NAMES_WORK = re.compile(r"行动|攻坚|工程|计划|机制|精力|力量|内容|流程|过程|家底|责任")
# 多层次、全覆盖的学习 only describes
DESCRIBES_BEHIND = re.compile(r"的(?!目标|任务|要求)|式|、(?:多|无|全|高|零)")
DESCRIBES_BEFORE = ("全方位、", "多层次、", "无死角、")


@dataclass(frozen=True, slots=True)
class _Place:
    """A quantity with what its clause prints before and after it, names and asides blanked.

    `has_another` says that the same item of the clause goes on to a second number.
    """

    quantity: Amount
    before: str
    after: str
    has_another: bool


def find_quantities(sentence: Sentence) -> list[Amount]:
    """Return the numbers and totals of a sentence that are rows of the register, in order."""
    every = read_amounts(sentence)
    numbers = [amount for amount in every if not _is_told(_place(sentence, amount, ()))]
    kept: list[Amount] = []
    for i, quantity in enumerate(numbers):
        place = _place(sentence, quantity, numbers[i + 1 :])
        if _counts(place) or (kept and _goes_on(sentence, kept[-1], place)):
            kept.append(quantity)
    totals = [q for q in read_totals(sentence) if _claims_all(_place(sentence, q, ()))]
    return sorted(kept + _one_a_clause(totals, kept), key=lambda q: q.start)


def _place(sentence: Sentence, quantity: Amount, later: Sequence[Amount]) -> _Place:
    clause = sentence.clauses[quantity.clause]
    has_another = any(
        q.clause == quantity.clause and "、" not in sentence.plain[quantity.end : q.start]
        for q in later
    )
    before = sentence.plain[clause.start : quantity.start].rstrip(BOUND_SIGNS)
    return _Place(quantity, before, sentence.plain[quantity.end : clause.end], has_another)


def _goes_on(sentence: Sentence, counted: Amount, place: _Place) -> bool:
    """承办国家级赛事两项、省级赛事五项: what makes the first count makes the second."""
    quantity = place.quantity
    in_list = counted.clause == quantity.clause and sentence.plain[counted.end] in "、和"
    is_han = all(HAN_NUMERAL.fullmatch(q.value) for q in (counted, quantity))
    return in_list and is_han and counted.unit == quantity.unit and not _is_part(place)


def _counts(place: _Place) -> bool:
    if place.quantity.quantity.is_share or "分之" in place.quantity.value:
        return not (place.before.endswith(("由", "从")) or _is_starting_point(place))
    return not (
        _is_bare(place)
        or _is_idiom(place)
        or _is_open_span(place)
        or _is_condition(place)
        or _is_part(place)
        or _is_starting_point(place)
        or _is_existing(place)
    )


def _is_told(place: _Place) -> bool:
    """满3年, 60周岁, 前10名, 过去5年: an age, a rank or a time that is told of something."""
    quantity, before, after = place.quantity.quantity, place.before.rstrip(), place.after
    if quantity.is_told or (not place.quantity.unit and MANY_KINDS.match(after)):
        return True
    if RANK_BEFORE.search(before) or before.endswith(TOLD_BEFORE):
        return True
    is_past = before.endswith(NEAR_BEFORE) or after.startswith(("来", "级", "制"))
    return quantity.is_duration and bool(is_past)


def _delivers(text: str) -> bool:
    return any(word in text for word in DELIVERING)


def _is_bare(place: _Place) -> bool:
    """A number without a unit counts only what a verb makes or a rate bounds."""
    value = place.quantity.value
    if place.quantity.unit:
        return False
    if (place.quantity.bound or place.quantity.op != "=") and INDEX.search(place.before):
        return False
    goes_on = HAN_BEHIND.match(place.after) is not None
    if place.quantity.quantity.scale:
        return goes_on and not MAKES.search(place.before)
    made = SMALL_NUMBER.fullmatch(value) and place.before.endswith(DELIVERING)
    return not (made and goes_on)


def _is_idiom(place: _Place) -> bool:
    """Chinese numerals stand in phrases (一个平台, 两项补贴, 百场活动) more than in counts."""
    value = place.quantity.value
    if not HAN_NUMERAL.match(value) or "分之" in value:
        return False
    if place.quantity.unit == "番":
        return not place.before.endswith("翻")
    is_ambiguous = place.quantity.unit in AMBIGUOUS_IN_HAN and len(value) == 1
    if value[0] in "百千万零〇" or is_ambiguous:
        return True
    if ABSTRACT.match(place.after) or BLANK in place.after[:2]:
        return True
    if value == "一":
        return not DEALS_OUT.search(place.before)
    return not (MAKES_A_FEW.search(place.before) or place.quantity.bound)


def _is_open_span(place: _Place) -> bool:
    """A span of time counts only as a limit or a rate: 24小时内, 每季度2天, never 15分钟生活圈."""
    unit, _, rate = (place.quantity.unit or "").partition("/")
    if not place.quantity.quantity.is_duration:
        return False
    if unit == "年" and place.quantity.bound in (*WITHIN, "左右"):
        return True  # 三年内 is a deadline
    if place.after.startswith("可达") or _begins_with_span(place.after):
        return True  # 15分钟内可达健身场所, 3个月以上6个月以下的救助
    if place.before.endswith(("以上", "不足")):
        return True
    recurs = rate and place.quantity.value != "24"  # 每天24小时 is no target
    return not (recurs or place.quantity.bound or LIMITS_SPAN.search(place.before))


def _is_condition(place: _Place) -> bool:
    """单笔2000元以下的由镇街审批, 10亿元以上项目5个: what is meant, not what is promised."""
    if place.quantity.op == "range" and CONDITION_BEHIND.match(place.after):
        return not MAKES.search(place.before)  # 2000万元至1亿元的企业
    if place.quantity.bound in ("左右", "上下", ""):
        if place.quantity.op in "<>" and CONDITION_BEHIND.match(place.after):
            return True  # 对产值超过10亿元的企业奖励50万元
        return CONDITION_BEFORE.search(place.before) is not None
    if place.quantity.bound.endswith(("以上", "以下")) and (
        place.has_another or place.quantity.bound[0] == "及" or CLASS_BEHIND.match(place.after)
    ):
        # 5亿元以上3个: a class of what is counted
        return re.match(rf"{HAN_TEXT}|[\d×]", place.after) is not None
    if place.quantity.bound and _ends_in_count(place.before):
        return True  # 建成1个500平方米以上的中心
    return bool(CONDITION_BEHIND.match(place.after)) and not MAKES.search(place.before)


def _is_part(place: _Place) -> bool:
    """等9个部门, 以下22项工作, 分为6类, 18条政策: how many parts something printed has."""
    if PARTNERS.search(place.before):
        return True
    if PARTS_BEFORE.search(place.before) or PARTS_BEHIND.match(place.after):
        return True
    if place.after.endswith("基础上"):
        return True
    if place.before.endswith("等"):
        return bool(REFERENCE.search(place.before)) or not _delivers(place.before)
    # 参加服务的教师补助不高于80元: what is bound is promised
    is_bound = place.quantity.op != "="
    return bool(REFERENCE.match(place.before)) and not (is_bound or MAKES.search(place.before))


def _is_starting_point(place: _Place) -> bool:
    """由3000名增加到3600名, 从2020年的51%、60%提升到…: numbers where a change begins."""
    return bool(BEGINS_BEFORE.search(place.before) and CHANGES_BEHIND.match(place.after))


def _is_existing(place: _Place) -> bool:
    """46个镇街全部设立, 8个党支部各联系: how many there are, not how many are made."""
    before, after = place.before, place.after
    if EXISTING_BEFORE.search(before) or SHARED_OUT.match(after):
        return True
    is_done_to = FOR_BEFORE.search(before) is not None
    if is_done_to and any(word in after for word in ("全部", "逐一")):
        return True
    if before.endswith("对") and not before.endswith(PAIRED):
        return True
    if before.endswith("在"):
        return after.endswith(("中", "上")) or "会议" in after
    if DEALS_TO_ALL.match(after) and not _delivers(before):
        return True
    return bool(_only_says_when(before.strip()) and (IS_SUBJECT.match(after) or place.has_another))


def _begins_with_span(text: str) -> bool:
    """True if a text begins with how long something takes: 3个月以上6个月以下."""
    found = read_quantities(text)
    return bool(found) and found[0].start == 0 and found[0].is_duration


def _ends_in_count(text: str) -> bool:
    """True if a text ends in a count: 建成1个 of 建成1个500平方米以上的中心."""
    found = read_quantities(text)
    if not found or found[-1].end < len(text):
        return False
    return bool(found[-1].measure) and not found[-1].is_told


def _only_says_when(before: str) -> bool:
    """True if nothing but a time and the whole place stand before a number: 年底前全市46个镇街."""
    times = read_times(before)
    if not times:
        return WHOLE_PLACE.match(before) is not None
    lead = before[: times[0].start]
    is_opening = len(lead) <= OPENING_CHARS and "每" not in lead
    return is_opening and WHOLE_PLACE.match(before[times[-1].end :]) is not None


def _claims_all(place: _Place) -> bool:
    value, before, after = place.quantity.value, place.before, place.after
    if NAMES_WORK.match(after):
        return False
    if value.endswith("覆盖"):
        return not (DESCRIBES_BEHIND.match(after) or before.endswith(DESCRIBES_BEFORE))
    if value == "所有":
        told = (before, after)
        is_due = any(time.is_due for text in told for time in read_times(text))
        return is_due or any(PROMISES_ALL.search(text) for text in told)
    return bool(before.strip() or after.strip())


def _one_a_clause(totals: Sequence[Amount], numbers: Sequence[Amount]) -> list[Amount]:
    """Keep the strongest total of each clause that is no row of a number anyway."""
    strongest: dict[int, Amount] = {}
    for total in totals:
        rival = strongest.get(total.clause)
        if rival is None or _strength(total) >= _strength(rival):
            strongest[total.clause] = total
    return [t for t in strongest.values() if not any(_says_it(q, t) for q in numbers)]


def _strength(total: Amount) -> int:
    return ("所有", "全部").index(total.value) if total.value in ("所有", "全部") else 2


def _says_it(number: Amount, total: Amount) -> bool:
    """全部达到80% and 100%全覆盖 are rows of their number."""
    if number.clause != total.clause:
        return False
    if total.value in ("所有", "全部"):
        return number.start > total.start
    return abs(total.start - number.end) <= 1 and number.value.startswith("100")
