"""The quantities of a sentence -> those that a plan commits to or reports.

A number may also say whom something is for (年满3年, 2000元以下的), how many there are anyway
(46个镇街全部设立…), what a text consists of (三项机制, 以下22项工作) or where a change begins
(由135元缩小到115元). Each of these is one rule below.
"""

import re
from collections.abc import Sequence

from knowledge.clauses import BLANK, Sentence
from knowledge.quantities import HAN, Quantity, scan_quantities, scan_totals

HAN_TEXT = r"[\u4e00-\u9fff]"
# What is delivered can be counted; what is only named (两项补贴) is not delivered.
DELIVERS = (
    "新建|改建|扩建|建成|建设|建立|建有|建好|打造|培育|培养|培训|新增|增加|增设|创建|改造|完成|举办|组织|召开"
    "|发放|安排|组建|引进|招引|配备|配齐|配置|设立|设置|开办|开设|评选|选树|评出|选派|扶持|孵化|招募|募集|推出|编制"
    "|遴选|资助|争创|争取|发展|实施|启动|建造|安装|购置|采购|开发|成立|布设|创成|推广|命名|认定|办好|储备|整治|征集"
)
MAKES = re.compile(rf"(?:{DELIVERS})[^，、]{{0,10}}\Z")
MAKES_IN_HAN = re.compile(rf"(?:{DELIVERS}|开展|推进|每|各|至少|不少于)[^，、]{{0,8}}\Z")
# Counted parts of the text or of an idea, not deliverables: 三项机制, 四个专项行动.
ABSTRACT = re.compile(
    rf"{HAN_TEXT}{{0,10}}?(?:机制|体系|制度|清单|行动|方面|领域|环节|重点|层面|原则|维度|导向|维护|确立|意识|自信"
    r"|关键|方向|目标|抓手|台账|专班|办法|要求|标准|格局|平台|渠道|阶段|品牌|计划|方案|模式|补贴|覆盖|坚持"
    r"|强化|同步|统一|转变|结合|部门|任务|问题|关系|能力|优势|一体化)"
)
PARTS = re.compile(rf"{HAN_TEXT}{{0,2}}(?:方面|领域|环节|重点|层面|原则|维度|部门|阶段|步骤|民生实事|实事)")
DISTRIBUTES = re.compile(r"(?:每|各(?![类项种级界方自])|至少|不少于|不低于)[^，]{0,24}\Z")
SUBJECT_ENDS = re.compile(rf"[^，]{{0,20}}?(?:全部|均|都|各|每|全覆盖|至少|中\Z)")
REFERENCE = re.compile(r"(?:依托|围绕|聚焦|对照|参照|根据|按照|利用|针对|立足|借鉴|学习|参加|结合|发挥|带动)")
NAMED_MEASURES = re.compile(r"(?:政策|措施|意见|举措|规定|禁令|办法|细则|条例)\Z")
DURATIONS = "分钟 小时 个小时 天 日 个月 年 周 个工作日 工作日".split()
BOUND_SPAN = re.compile(
    r"(?:不少于|不低于|至少|不超过|不高于|达到|压缩|缩短|延长|提速|控制在|限期|需|为|[到至])[^，]{0,10}\Z"
)
ELIGIBLE = re.compile(r"的(?!目标|任务|标准|要求|水平|速度|增速|增长|比例)")
PROMISES_ALL = re.compile(
    "确保|实现|完成|建成|达到|全面|均|都|全部|纳入|安装|配备|设立|符合|覆盖|年底|月底|年内|落实"
)
ADJECTIVE_TOTAL = re.compile(r"的(?!目标|任务|要求)|式|、(?:多|无|全|高|零)")
NAME_OF_WORK = re.compile(r"行动|攻坚|工程|计划|机制|精力|力量|内容|流程|过程|家底|责任")


def find_quantities(sentence: Sentence) -> list[Quantity]:
    """Return the numbers and totals of a sentence that are rows of the register, in order."""
    numbers = scan_quantities(sentence)
    kept = [q for i, q in enumerate(numbers) if _counts(sentence, q, numbers[i + 1 :])]
    totals = [q for q in scan_totals(sentence) if _claims_all(sentence, q)]
    return sorted(kept + _one_total_a_clause(sentence, totals, kept), key=lambda q: q.start)


def _counts(sentence: Sentence, quantity: Quantity, later: Sequence[Quantity]) -> bool:
    before, after = around(sentence, quantity)
    if quantity.unit in ("%", "‰", "个百分点", "百分点", "倍"):
        return not re.search(r"[由从]\Z", before)
    return not (
        _has_no_unit(quantity, before, after)
        or _is_idiom(quantity, before, after)
        or _is_open_span(quantity, before)
        or _is_condition(quantity, before, after)
        or _is_part(before, after)
        or _is_starting_point(before, after)
        or _is_whole(sentence, quantity, before, after, later)
    )


def around(sentence: Sentence, quantity: Quantity) -> tuple[str, str]:
    """Return what the quantity's clause prints before and after it, without names and asides."""
    clause = sentence.clauses[quantity.clause]
    return sentence.plain[clause.start : quantity.start], sentence.plain[quantity.end : clause.end]


def _has_no_unit(quantity: Quantity, before: str, after: str) -> bool:
    """A bare number counts only what a verb makes: 打造2-3品牌社会组织."""
    if quantity.unit:
        return False
    if "分之" in quantity.value:
        return False
    if re.search("[万亿]", quantity.value) and re.match("[0-9]", quantity.value):
        return bool(re.match(HAN_TEXT, after)) and not MAKES.search(before)
    arabic = re.fullmatch(r"\d{1,3}(?:\D{1,2}\d{1,3})?", quantity.value)
    made = re.search(rf"(?:{DELIVERS})\Z", before)
    return not (arabic and made and re.match(HAN_TEXT, after))


def _is_idiom(quantity: Quantity, before: str, after: str) -> bool:
    """Chinese numerals stand in phrases (一个平台, 两项补贴, 百场活动) more than in counts."""
    if not re.match(HAN, quantity.value) or "分之" in quantity.value:
        return False
    if quantity.value[0] in "百千万零〇" or quantity.unit in ("分", "度", "条", "部", "节", "日"):
        return True
    if ABSTRACT.match(after) or BLANK in after[:2]:
        return True
    if quantity.value == "一":
        return not DISTRIBUTES.search(before)
    return not (MAKES_IN_HAN.search(before) or quantity.bound)


def _is_open_span(quantity: Quantity, before: str) -> bool:
    """A span of time counts only as a limit or a rate: 24小时内, 每季度2天, never 15分钟生活圈."""
    if (quantity.unit or "").split("/")[0] not in DURATIONS:
        return False
    if quantity.unit == "年" and quantity.bound in ("内", "以内", "之内"):
        return True  # 三年内 is a deadline
    is_rate = "/" in (quantity.unit or "") and quantity.value != "24"
    return not (quantity.bound or BOUND_SPAN.search(before) or is_rate)


def _is_condition(quantity: Quantity, before: str, after: str) -> bool:
    """单笔2000元以下的由镇街审批, 10人以上的机构: who or what is meant, not what is promised."""
    if quantity.bound in ("左右", "上下", ""):
        return bool(re.search(r"(?:满|凡|对于)\Z", before))
    return bool(ELIGIBLE.match(after)) and not MAKES.search(before)


def _is_part(before: str, after: str) -> bool:
    """等9个部门, 以下22项工作, 分为6类, 18条政策: how many parts something printed has."""
    if re.search(r"(?:以下|上述|其他|其余|这|该|另|同|分为|分成|划分|包括|涵盖|涉及)\Z", before):
        return True
    if re.search(r"等\Z", before):
        return REFERENCE.search(before) is not None or not re.search(rf"(?:{DELIVERS})", before)
    if REFERENCE.match(before) and not MAKES.search(before):
        return True
    return bool(NAMED_MEASURES.search(before) or PARTS.match(after))


def _is_starting_point(before: str, after: str) -> bool:
    """由3000名增加到3600名: the first number is where the change begins."""
    return bool(re.search(r"[由从][^，、]{0,8}\Z", before)) and bool(
        re.match(r"[^，]{0,8}(?:到|至|为)", after)
    )


def _is_whole(
    sentence: Sentence, quantity: Quantity, before: str, after: str, later: Sequence[Quantity]
) -> bool:
    """46个镇街全部设立, 全部5个区县, 8个党支部各联系: how many there are, not how many are made."""
    if re.search(r"(?:全部|所有|仅)\Z", before) or re.search(r"仅[^，]{1,12}就有\Z", before):
        return True
    if re.search(r"在\Z", before):
        return bool(re.search(r"[中上]\Z|会议", after))
    opens = re.sub(r".*(?:前|底|内|年)\Z|对\Z|组织\Z", "", before.strip())
    if opens and not opens.endswith(("由", "在", "覆盖")) and re.search(r"(?:对)\Z", before) is None:
        return False
    counts_more = any(
        q.clause == quantity.clause and "、" not in sentence.plain[quantity.end : q.start]
        for q in later
    )
    return bool(SUBJECT_ENDS.match(after)) or counts_more or before.endswith("对")


def _claims_all(sentence: Sentence, total: Quantity) -> bool:
    before, after = around(sentence, total)
    if NAME_OF_WORK.match(after):
        return False
    if total.value in ("全覆盖", "全面覆盖"):
        return not (ADJECTIVE_TOTAL.match(after) or re.search(r"(?:全方位|多层次|无死角)、\Z", before))
    if total.value == "所有":
        return bool(PROMISES_ALL.search(after) or PROMISES_ALL.search(before))
    return bool(before.strip() or after.strip())


def _one_total_a_clause(
    sentence: Sentence, totals: Sequence[Quantity], numbers: Sequence[Quantity]
) -> list[Quantity]:
    """Keep the strongest total of a clause; 全部达到80%, 100%全覆盖 are rows of their number."""
    kept = []
    for total in totals:
        rivals = [t for t in totals if t.clause == total.clause]
        strongest = max(rivals, key=lambda t: (t.value != "所有", t.value != "全部", t.start))
        scopes = total.value in ("所有", "全部")
        taken = any(
            q.clause == total.clause
            and (q.start > total.start if scopes else abs(total.start - q.end) <= 1)
            and (scopes or q.value.startswith("100"))
            for q in numbers
        )
        if total is strongest and not taken:
            kept.append(total)
    return kept
