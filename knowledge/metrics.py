"""A quantity in its sentence -> what it measures, in the words that are printed around it.

The metric is what the clause says without the number, the command (确保, 推动) and the relation
(达到, 不低于). Where a clause leaves its subject out (增幅达到8.3%, 其中农村…, 总数达到120个) the subject
is fetched from the row or the clause before.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.clauses import BLANK, Sentence
from knowledge.deadlines import Deadline
from knowledge.quantities import Quantity

SEPARATOR = re.compile(r"以及|[、和与及]")
COMMANDS = re.compile(
    r"""(?:[\s，、的]|确保|力争|争取|努力|积极|持续|继续|大力|加快|进一步|稳步|全面(?!建成)|切实|严格|有序|深入|扎实|逐步|集中
    |推动(?!力)|推进(?!率)|指导|支持|鼓励|引导|督促|实施|组织(?!化|部|覆盖)|开展(?!率)|完成(?!率|度)|实现(?!率)|做到|做好|抓好
    |要(?!素)|将|把|对(?!口|象|接|标|外)|为(?!老|民|主)|在(?!册|校|岗|建|线|园|职|编|读|院|家)|以(?!上|下|内)|按|拟|再|并|且
    |同时|其中|探索|今年|重点|主要|满足|力推|试行|计划|预计|累计(?=[\u4e00-\u9fff]{3})|我[市县区省旗州]|通过[^，]{1,14}?(?:方式|形式|途径)
    |打造|建成|组建|安排|形成|促进|使|于|到(?!位)|至|由[^，]{2,14}?(?=对)|一是|[二三四五六七八九十]是|[一二三四五六七八九]要
    |有|已|已经|共|先后|均|都|落实(?!率|到))+""",
    re.VERBOSE,
)
RELATIONS = re.compile(
    r"""(?:\s|的|达到|达|(?:提高|提升|增加|扩大|增长|降低|下降|减少|上升|压缩|缩短|放宽|缩小|延长|推广|恢复|上调|下调|增|升|降)[到至]
    |控制在|保持在?|稳定在?|维持在|不(?:得)?(?:少|低|小|高|多|大)于|不(?:得)?超过|至少|最少|至多|最多|高于|低于|超过|大于|少于|突破|超
    |分别|各|再|就|均|都|共|约|近|为|是|至|到(?!位)|有|要|应|需|须|拟|按|以|且|实现|完成|力争|确保|全部|所有|[≥≤><＞＜=由从]
    |每(?:[百千万])?(?:个?(?:月|年|周|季度|半年|天|日|人|百户|户|学期)))+\Z""",
    re.VERBOSE,
)
# These verbs say only that the noun behind the number comes to be.
MAKES = re.compile(
    r"(?:(?:至少|各|再)*(?:建设|建成|打造|培育|安排|开办|设立|组建|配备|建有|建立|有|开展|组织|举办|提供|领办|设|配))+\Z"
)
TAIL = re.compile(
    r"(?:的?(?:目标任务|目标|任务要求|任务|要求|水平)|标准|的标准|(?:的)?工作任务)\Z|[的地得。\s]+\Z"
)
LEADING_VERB = re.compile(r"新建（[^）]*）|新建|新增|改建|扩建|改造|培训|募集|发放|建立|举办|开展|培育")
# A measure that says nothing without its subject.
LEAN = re.compile(
    r"(?:占|同比|增幅|涨幅|增速|降幅|增长|下降|总数|总量|累计|比上年|较上年|比去年|较去年|上限|单笔|一次性"
    r"|其中|数量|人数|规模|面积|覆盖面|覆盖率|比例|合格率|完成率|满意率|满意度|改造|建设|整治|覆盖)"
)
PER_THING = re.compile(r"每[个所处户人张家站名例只座支场项对]?(?![\u4e00-\u9fff]{2}[（(、市县区镇村街])")
MEASURED = re.compile(
    r"(?:率|比|比例|占比|比重|度|面|标准|幅|量|数|额|值|增长|下降|提高|降低|强度|密度|浓度|水平|覆盖|速|程度)\Z"
)
PLACE_KIND = re.compile(
    r"(?:城区|城市|城镇|县城|农村|乡村|县市|市区|镇区|小学|初中|高中|幼儿园|城乡)[\u4e00-\u9fff]{0,2}?(?=低|最|特|注|社|居|老)"
)
LEAN_CHARS = 5
METRIC_CHARS = 60


@dataclass(frozen=True, slots=True)
class Metric:
    """What a quantity measures; `start` is where in the sentence its words begin."""

    name: str
    start: int


def name_metrics(
    sentence: Sentence, quantities: Sequence[Quantity], deadlines: Sequence[Deadline]
) -> list[Metric]:
    """Return the metric of each quantity, in their order."""
    namer = _Namer(sentence, quantities, deadlines)
    metrics: list[Metric] = []
    for i in range(len(quantities)):
        metrics.append(namer.name(i, metrics))
    return metrics


def describe(text: str) -> str:
    """Return a clause as a metric: without command in front and relation behind.

    >>> describe("确保护理型床位占比达到")
    '护理型床位占比'
    """
    text = text.replace("\n", " ").strip(" ，,、：:；")
    if lead := COMMANDS.match(text):
        text = text[lead.end() :]
    return TAIL.sub("", RELATIONS.sub("", text)).strip(" ，,、的")


class _Namer:
    """The naming of one sentence's quantities, each with those before it in sight."""

    def __init__(
        self, sentence: Sentence, quantities: Sequence[Quantity], deadlines: Sequence[Deadline]
    ) -> None:
        self.sentence = sentence
        self.quantities = quantities
        self.deadlines = deadlines

    def name(self, i: int, named: Sequence[Metric]) -> Metric:
        twin = self._first_of_pair(i)
        if twin < i:
            return self._paired(i, twin, named)
        left, right = self._bounds(i)
        quantity = self.quantities[i]
        before, after = self._printed(left, quantity.start), self._printed(quantity.end, right)
        name = _join(before, after, quantity)
        return self._complete(i, name, left, named)
