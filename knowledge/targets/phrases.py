"""The words printed around a number -> a short phrase that names what it measures.

A clause of a plan orders (确保, 推动), states a relation (达到, 不低于) and names a thing; only the
thing stays. The lists grow by what plans print: a guard such as 按(?!期) keeps 按期答复率 whole.
"""

import re

from knowledge.quantity import without_rate_behind
from knowledge.time import RELATIVE_YEARS, read_times

COMMANDS = re.compile(
    r"""(?:[\s，、的]|确保|力争|争取|努力|积极|持续|继续|大力|加快|进一步|稳步|全面(?!建成)|切实|严格
    |有序|深入|扎实|逐步|集中(?!供养|养育|安置|收治|居住|隔离|救治)|推动(?!力)|推进(?!率)|指导|支持
    |鼓励|引导|督促|实施|组织(?!化|部|覆盖)|开展(?!率)|完成(?!率|度)|实现(?!率)|做到|做好|抓好
    |要(?!素)|将|把|对(?!口|象|接|标|外)|为(?!老|民|主)|在(?!册|校|岗|建|线|园|职|编|读|院|家)
    |以(?!上|下|内)|按(?!期|时|标|规|照|需)|拟|再|并|且|同时|其中|探索|目前|满足|试行|计划|预计
    |(?:重点|主要)(?=完成|推进|建设|抓好|实施|做好|开展)|我[市县区省旗州]|打造|建成|组建|安排|形成|促进
    |通过[^，]{1,14}?(?:方式|形式|途径)|由[^，]{2,14}?(?=对)|分[批期步]|年均(?!增|气温|浓度|降)|[一两三四五]年(?=定向|累计|共)|使|于|到(?!位)|至(?!少)
    |[一二三四五六七八九十]+[是要]|有|已经|已|共|先后|均|都|落实(?!率|到))+""",
    re.VERBOSE,
)
# {1,12}, not +: 达到 can be read in two ways, and a long run of it would take forever.
RELATIONS = re.compile(
    r"""(?:[\s的了]|(?<=..)任务|达到|达|(?:提高|提升|增加|扩大|增长|降低|下降|减少|上升|压缩|压减|缩短
    |放宽|缩小|延长|恢复|上调|下调|增|升|降)[到至]|控制在|保持在?|稳定在?|维持在|不得?[少低小高多大]于
    |不得?超过|至少|最少|至多|最多|高于|低于|超过|大于|少于|突破|超|分别|各|再|就|(?<![人平户])均|都|共
    |(?<=..)年均|约|接?近|为|是|至|到(?!位)|有|要|应|需|须|拟|按|以|且|实现|完成|力争|确保|全部|所有|的?基础上
    |[由从]\d[\d.]*[万亿]?[\u4e00-\u9fff%％]{0,3}|[≥≤><＞＜=由从]){1,12}\Z""",
    re.VERBOSE,
)
# These verbs say only that the noun behind the number comes to be.
MAKES = re.compile(
    r"(?:至少|各|再|建设|建成|打造|培育|安排|开办|设立|组建|配备|建有|建立|有|开展|组织|举办|提供"
    r"|领办|设|配|建){1,6}\Z"
)
RAISES = re.compile(r"\A(?:提高|提升|降低|压降)(?=[^，]{2,}(?:率|比例|占比|比重|水平|标准)\Z)")
INNER_VERBS = re.compile(r"(?<=..)(?:实现|完成(?!率|度)|(?:提高|增加)到|至少|不少于|不低于)(?=..)")
# "不低于55%的目标", "不低于300平方米标准": the noun behind the number only names its kind
TAIL = re.compile(
    r"\A[的为]?(?:目标|任务|要求|水平|标准|政策)+\Z|(?:[的为]?(?:工作任务|目标|任务)|[的\s])+\Z"
)
LINK = re.compile(r"\A(?:的(?:比例|标准)(?=.)|[的把将\s])+")  # 按30%的比例抽查
MADE_OF = re.compile(r"\A(?:具备|具有|集|含)[^，]*的")  # what the noun is like, not what it is
SCOPE = re.compile(r"(?:每|各)个?[县市区旗镇乡村街道社园站]{1,4}(?:[（(][^）)]*[）)])?")
COMPLETES_TOTAL = re.compile(r"[、\s]*(?:动态|见底)?\Z|“”")
EDGES = " \n，,、：:；"


def describe(text: str) -> str:
    """Return a clause without the command in front and the relation behind.

    >>> describe("确保护理型床位占比达到")
    '护理型床位占比'
    """
    text = _without_lead(text.strip(EDGES))
    before = ""
    while text != before:
        before, text = text, without_rate_behind(RELATIONS.sub("", text))
    return RAISES.sub("", text).strip(EDGES)


def _without_lead(text: str) -> str:
    """Return a phrase without the commands in front and the year they are for: 力争今年完成."""
    before = ""
    while text != before:
        before = text
        if lead := COMMANDS.match(text):
            text = text[lead.end() :]
        times = read_times(text)
        if times and times[0].start == 0 and times[0].said in RELATIVE_YEARS:
            text = text[times[0].end :]
    return text


def name_thing(before: str, after: str) -> str:
    """Return what is counted by a number that stands between two pieces of text.

    >>> name_thing("推动每个镇街至少建设", "示范点"), name_thing("完成", "改造任务")
    ('每个镇街示范点', '改造')
    """
    after = MADE_OF.sub("", LINK.sub("", after))
    after = re.sub(r"(?<=..)进行(?=..)", "", TAIL.sub("", after))
    before = describe(before)
    made = MAKES.sub("", before)
    if after:
        before = describe(made)
    elif not made or SCOPE.fullmatch(made):
        before = made
    return INNER_VERBS.sub("", before + after)


def name_total(before: str, after: str, total: str) -> str:
    """Return what a word such as 全覆盖 or 清零 is said of.

    >>> name_total("推动机构事故隐患动态", "", "清零"), name_total("流动儿童登记实现", "", "全覆盖")
    ('机构事故隐患', '流动儿童登记覆盖')
    """
    name = name_thing(before, after)
    if total.endswith("覆盖") and "覆盖" not in name[-4:]:
        name += "覆盖"
    return COMPLETES_TOTAL.sub("", name)
