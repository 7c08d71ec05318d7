"""Whatever a plan prints passes the check as printed; exchange its value, unit, bound, rate or time
for another printed one, and it does not.
"""

from dataclasses import dataclass, replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.grounding.check import find_flaw, unsupported
from bot.grounding.evidence import Evidence
from bot.messages import Statement
from knowledge.plan import Citation
from knowledge.time import read_times, same_time
from tests.support.bot_fixtures import record, section

SUBJECTS = (
    "河道清淤疏浚",
    "算力中心规模",
    "公共充电设施",
    "图书流通总量",
    "粮食烘干能力",
    "农村公路养护",
    "托育服务供给",
    "污水日处理量",
)
UNITS = "公里 兆瓦 千瓦 个 册 吨 立方米 升 人次 户 家 处 亩 美元 元 株 头 学时 %".split()
RATES = ("", "/年", "/月", "/人·月", "每年", "每人每月")  # behind the unit, or before the number
BOUNDS = (("", ""), ("不少于", ""), ("不超过", ""), ("约", ""), ("", "以上"), ("", "左右"))
SCALES = ("", "万", "亿")
NUMBERS = st.one_of(
    st.integers(2, 9999).map(str),
    st.decimals(1, 99, places=1).map(str),
    st.tuples(st.integers(2, 40), st.integers(41, 99)).map(lambda ends: f"{ends[0]}—{ends[1]}"),
    st.sampled_from(("两", "十五", "一百二十", "×")),
)
TIMES = ("6月底前", "9月底前", "年底前", "2026年底前", "到2030年", "上半年", "“十五五”期末")
YEAR = 2025
IN_FIGURES = {"两": "2", "十五": "15", "一百二十": "120", "每年": "/年", "每人每月": "/人·月"}


@dataclass(frozen=True)
class Said:
    """One sentence of a plan: when, of what, how much."""

    subject: str
    number: str
    scale: str
    unit: str
    rate: str
    bound: tuple[str, str]
    time: str

    @property
    def text(self) -> str:
        """The sentence as a plan prints it."""
        before, behind = self.bound
        scale = "" if self.unit == "%" else self.scale
        rate = "" if self.unit == "%" else self.rate
        front, end = (rate, "") if rate.startswith("每") else ("", rate)
        amount = f"{before}{self.number}{scale}{self.unit}{end}{behind}"
        return f"{self.time}，{self.subject}{front}{amount}。"


@st.composite
def plans(draw: st.DrawFn) -> list[Said]:
    """Sentences about things of their own."""
    subjects = draw(st.lists(st.sampled_from(SUBJECTS), min_size=2, max_size=4, unique=True))
    return [
        Said(
            subject,
            draw(NUMBERS),
            draw(st.sampled_from(SCALES)),
            draw(st.sampled_from(UNITS)),
            draw(st.sampled_from(RATES)),
            draw(st.sampled_from(BOUNDS)),
            draw(st.sampled_from(TIMES)),
        )
        for subject in subjects
    ]


def flaw_of(said: Said, plan: list[Said]) -> object:
    """Return what the check finds wrong with a sentence of a model about the plan."""
    text = "".join(one.text for one in plan)
    evidence = Evidence(1, record(year=YEAR), section(text), text)
    return find_flaw(said.text.rstrip("。") + "[1]。", [evidence])


@settings(max_examples=100, deadline=None)
@given(plans())
def test_what_a_plan_prints_passes_as_printed(plan: list[Said]) -> None:
    for one in plan:
        assert flaw_of(one, plan) is None
    text = "".join(one.text for one in plan)
    cited = Citation(record(year=YEAR), section(text), plan[0].text)
    assert unsupported(Statement(plan[0].text, (cited,))) == ()


@settings(max_examples=300, deadline=None)
@given(plans(), st.sampled_from(["number", "unit", "bound", "rate", "time", "scale"]))
def test_what_another_sentence_prints_does_not_pass(plan: list[Said], part: str) -> None:
    first, second, *_ = plan
    other = replace(first, **{part: getattr(second, part)})
    assume(other.text != first.text and says_another(first, other))
    assert flaw_of(other, plan) is not None, other.text


def value_of(said: Said) -> str:
    """Return a number in figures: 2.0 and 两 are 2."""
    number = IN_FIGURES.get(said.number, said.number)
    return number.removesuffix(".0")


def says_another(one: Said, other: Said) -> bool:
    """True if two sentences differ in more than their wording: 不少于5户 is 5户以上, and a rate may
    be left out where nothing else counts in the unit.
    """
    if one.number != other.number:
        return value_of(one) != value_of(other)
    if one.rate != other.rate:
        rates = [IN_FIGURES.get(said.rate, said.rate) for said in (one, other)]
        return bool(other.rate) and rates[0] != rates[1]
    times = [read_times(said.time, YEAR)[0] for said in (one, other)]
    if one.time != other.time:
        return not same_time(*times)
    same = {("", "以上"): ("不少于", ""), ("", "左右"): ("约", "")}
    bounds = [same.get(said.bound, said.bound) for said in (one, other)]
    if one.bound != other.bound:
        return bounds[0] != bounds[1]
    return True
