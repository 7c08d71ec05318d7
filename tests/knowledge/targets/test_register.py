"""The register of a plan: metric, deadline, scope, office, kind, and that nothing is invented."""

import time
from collections import defaultdict
from pathlib import Path

import pytest

from knowledge.parsing import parse_plan
from knowledge.plan import Plan, SectionPath, Target
from knowledge.structure.metadata import load_plans_toml
from knowledge.targets.register import read_targets
from tests.support.places import PLANS, REPO
from tests.support.source_files import read_source

SAMPLES = sorted(PLANS.glob("*.txt"))
SHARED = REPO.parent / "shared" / "plans"
SHARED_PLANS = sorted(SHARED.glob("*.txt"))
OPS = {"=", ">=", ">", "<=", "<", "range", "all", "deadline"}
LIMIT_SECONDS = 0.1  # measured: 0.012 for 6,000 characters; slow machines get some room


def targets(text: str) -> tuple[Target, ...]:
    plan = parse_plan(f"2024年云溪市工作要点\n一、主要任务\n（一）养老服务\n{text}\n", "plan.txt")
    return plan.targets


def metrics(text: str) -> list[str]:
    return [target.metric for target in targets(text)]


def deadlines(text: str) -> list[str | None]:
    return [target.deadline for target in targets(text)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("确保县（市）区服务中心覆盖面达到80%以上。", ["县（市）区服务中心覆盖面"]),
        ("指导每个镇街（园区）至少建设1个示范点。", ["每个镇街（园区）示范点"]),
        ("为500户困难老年人家庭进行适老化改造。", ["困难老年人家庭适老化改造"]),
        (
            "城乡低保标准分别提高到900元和700元，增幅达到7%和8%。",
            ["城市低保标准", "农村低保标准", "城市低保标准增幅", "农村低保标准增幅"],
        ),
        (
            "小学、初中大班额比例分别控制在1%和2%以内。",
            ["小学大班额比例", "初中大班额比例"],
        ),
        (
            "城市社区志愿者占居民比例高于20%，农村社区高于12%。",
            ["城市社区志愿者占居民比例", "农村社区志愿者占居民比例"],
        ),
        ("新建助餐点40个，年底前总数达到120个。", ["新建助餐点", "助餐点总数"]),
        ("新增床位500张，其中护理型200张。", ["新增床位", "新增床位其中护理型"]),
        (
            "新建日间照料中心3个、助餐中心9个。",
            ["新建日间照料中心", "新建助餐中心"],
        ),
        ("持续实施残疾人家庭“暖居工程”，完成300户改造任务。", ["残疾人家庭“暖居工程”改造"]),
        ("新建服务站4个，社区覆盖率达到100%。", ["新建服务站", "服务站社区覆盖率"]),
        ("热线办结率99%，群众满意率不低于95%。", ["热线办结率", "群众满意率"]),
        ("推进2个国家级、3个省级实验区建设。", ["国家级实验区建设", "省级实验区建设"]),
        ("流动儿童登记建档实现全覆盖。", ["流动儿童登记建档覆盖"]),
        ("①新建便桥 5 公里；②加固渡口6座。", ["新建便桥", "加固渡口"]),
        ("分批建设花园村90个。2024年建成40个，2025年建成50个。", ["建设花园村"] * 3),
        ("改造卫生院20所，2025年改造12所。", ["改造卫生院", "改造卫生院"]),
        (
            "签约大项目9个，年内开工5个、投产2个。",
            ["签约大项目", "签约大项目开工", "签约大项目投产"],
        ),
        ("实施项目26个，3月底前全部开工，8月底前竣工14个。", ["项目", "项目竣工"]),
        ("新建渡口1座、改扩建2座。", ["新建渡口", "改扩建渡口"]),
        ("县级农机站覆盖率100%，乡镇覆盖率60%。", ["县级农机站覆盖率", "乡镇农机站覆盖率"]),
        ("每千人口床位7张、护士4人。", ["每千人口床位", "每千人口护士"]),
        ("打击非法渡运，整治率100%。", ["打击非法渡运整治率"]),
        ("为90名独居、留守老人提供每周2次的探访。", ["独居、留守老人", "探访"]),
        ("实施渡口改造，每年改造不少于5座。", ["渡口改造每年改造"]),
        ("孤儿养育标准集中供养1500元、散居1100元。", ["孤儿养育标准集中供养", "孤儿养育标准散居"]),
        ("改造家庭60户（其中重残35户）。", ["改造家庭", "改造家庭其中重残"]),
        ("两项补贴自2024年1月起提高到85元。", ["两项补贴"]),
        ("持证率达到80%，较2023年提高9个百分点。", ["持证率", "持证率较2023年提高"]),
        ("城乡居民收入分别增长6%和7%。", ["城市居民收入增长", "农村居民收入增长"]),
        ("推进渡口整修，完成率达到100%。", ["渡口整修完成率"]),
        ("组建1支队伍。打造3个以上全覆盖渡口。", ["队伍", "养老服务", "渡口覆盖"]),
        ("三年定向培养村医年均100名。", ["定向培养村医"]),
    ],
)
def test_a_metric_names_what_is_measured(line: str, expected: list[str]) -> None:
    assert metrics(line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("签约率2024年达到75%，2025年达到80%。", ["2024年", "2025年"]),
        ("改造渡口2024年15个，2025年改造25个。", ["2024年", "2025年"]),
        ("签约率比2023年提高5个百分点。", [None]),
        ("养护中心6月底前挂牌运行，站点建成率达到50%。", ["6月底前", None]),
        ("全市6月底前建成站点3个，站点达标率50%。", ["6月底前", "6月底前"]),
        ("投入3亿元，实施项目9个，6月底前全部开工。", [None, "6月底前"]),
        ("整治黑臭水体9处，10月底前全部销号。", ["10月底前"]),
        ("建成渡口1座；床位占比提高到52%；到10月底，所有项目全部完工。", ["10月底", None]),
        ("颁证仪式全年不少于20场，补领证件2个工作日内办结。", [None, None]),
        ("退休人员养老金6月底前调整发放到位，按时足额发放率100%。", ["6月底前", None]),
        ("推进站房项目，6月底前主体封顶，年底前投入使用。", ["6月底前", "年底前"]),
    ],
)
def test_a_deadline_governs_what_it_is_said_of(line: str, expected: list[str | None]) -> None:
    assert deadlines(line) == expected


def test_what_is_finished_step_by_step_is_named_each_time() -> None:
    line = "推进站房项目，6月底前主体封顶，年底前投入使用。"
    assert metrics(line) == ["站房项目主体封顶", "站房项目投入使用"]


def test_a_deadline_is_carried_along_its_list_and_no_further() -> None:
    line = "年底前挂牌率100%，示范点10个以上；新建食堂5个。新增床位30张。"
    assert deadlines(line) == ["年底前", "年底前", None, None]


def test_a_deadline_set_off_by_a_comma_governs_the_sentence() -> None:
    assert deadlines("到2025年，覆盖率达到90%；新增床位30张。") == ["2025年", "2025年"]


def test_what_recurs_has_no_last_day_of_another_clause() -> None:
    assert deadlines("5月底前新建食堂3个，每月检查1次。") == ["5月底前", None]


def test_a_deadline_without_a_number_is_a_target() -> None:
    (target,) = targets("7月底前完成档案电子化录入工作。")
    assert (target.op, target.value, target.deadline_date) == ("deadline", "7月底前", "2024-07-31")
    assert target.metric == "档案电子化录入工作"


def test_a_deadline_beside_a_number_is_no_row_of_its_own() -> None:
    (target,) = targets("年底前，建成示范站10个。")
    assert (target.value, target.deadline) == ("10", "年底前")


@pytest.mark.parametrize("line", ["按时完成界线联检。", "请于3月底前报局办公室。"])
def test_on_time_and_reporting_back_are_no_targets(line: str) -> None:
    assert targets(line) == ()


@pytest.mark.parametrize(
    ("line", "scope"),
    [
        ("每个镇街至少配备2名协理员。", "每个镇街"),
        ("每个村（社区）年协商6次以上。", "每个村（社区）"),
        ("各街道新增社会组织15个。", "各街道"),
        ("每家养老机构每年至少演练1次。", "每家养老机构"),
        ("每户补助3000元。", "每户"),
        ("全市新增床位300张。", "全市"),
        ("新增床位300张。", None),
    ],
)
def test_a_scope_is_kept_apart_and_in_the_metric(line: str, scope: str | None) -> None:
    (target,) = targets(line)
    assert target.scope == scope
    assert scope is None or scope in target.metric


@pytest.mark.parametrize(
    ("text", "offices"),
    [
        ("新增床位300张。（责任单位：市民政局、市财政局）", ["市民政局、市财政局"]),
        ("新增床位300张（市民政局）。", ["市民政局"]),
        ("新增床位300张。（市民政局牵头，各县区政府落实）", ["市民政局牵头，各县区政府落实"]),
        ("新增床位300张。\n新建食堂5个。\n牵头单位：市民政局", ["市民政局", "市民政局"]),
        ("新增床位300张。\n新建食堂5个。（市民政局）", [None, "市民政局"]),
        ("改造敬老院（农村养老院）5所。", [None]),
    ],
)
def test_an_office_answers_for_what_stands_before_it(text: str, offices: list[str | None]) -> None:
    assert [target.office for target in targets(text)] == offices


def test_a_report_is_told_from_a_plan_by_its_chapter() -> None:
    text = "一、2023年工作回顾\n新增床位300张。\n二、2024年工作安排\n年底前新增床位500张。\n"
    reported, promised = parse_plan(f"云溪市政府工作报告\n{text}", "report.txt").targets
    assert (reported.kind, promised.kind) == ("achieved", "target")
    assert promised.deadline_date == "2024-12-31"


def test_a_speech_looks_back_in_the_part_its_opening_announces() -> None:
    speech = (
        "在全市民政会议上的讲话\n一年来，各项工作取得了新进展。\n"
        "一、救助有力。救助群众×万人，有关做法得到推广，建成了平台。\n"
        "二、服务提升。新建中心×处，叫响了品牌。\n"
        "今年要以更大力度推进工作，下面我讲几点意见。\n"
        "一、抓救助。确保救助率达到90%以上。\n二、抓服务。新建中心×处。\n"
    )
    kinds = [(t.part, t.kind) for t in parse_plan(speech, "speech.txt").targets]
    assert kinds == [(1, "achieved"), (1, "achieved"), (2, "target"), (2, "target")]


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("目前全市已建成食堂40个，年底前达到60个。", ["achieved", "target"]),
        ("改造家庭800户，比上年增加200户。", ["target", "target"]),
        ("圆满完成床位建设300张。", ["achieved"]),
        ("在去年建成28个的基础上，再建12个。", ["target"]),
    ],
)
def test_what_is_done_is_told_by_its_verb(line: str, kinds: list[str]) -> None:
    assert [target.kind for target in targets(line)] == kinds


def test_problems_hold_no_targets() -> None:
    text = "云溪市工作报告\n一、存在的问题\n床位缺口达800张。\n二、工作任务\n新增床位800张。\n"
    assert [t.path for t in parse_plan(text, "report.txt").targets] == [("二",)]


def test_a_redacted_figure_keeps_its_measure_word() -> None:
    (target,) = targets("保障低保对象×万名。")
    assert (target.value, target.unit, target.redacted) == ("×万名", "万名", True)


def test_the_elided_subject_is_quoted_with_its_number() -> None:
    _, total = targets("新建助餐点40个，年底前总数达到120个。")
    assert total.quote == "新建助餐点40个，年底前总数达到120个"


def test_a_plan_without_numbers_has_no_targets() -> None:
    assert targets("深入学习，持续推进作风建设。") == ()


def load(path: Path) -> Plan:
    given = load_plans_toml(path.parent).get(path.name)
    return parse_plan(read_source(path).text, path.name, given)


@pytest.mark.skipif(not SHARED_PLANS, reason="../shared/plans, the real plans, is not here")
def test_real_plans_have_targets() -> None:
    assert all(load(path).targets for path in SHARED_PLANS)


@pytest.mark.parametrize("path", SAMPLES + SHARED_PLANS, ids=lambda path: path.stem)
def test_every_row_is_printed_in_its_section(path: Path) -> None:
    plan = load(path)
    printed: defaultdict[tuple[int | None, SectionPath], str] = defaultdict(str)
    for section in plan.all_sections():
        printed[section.part, section.path] += section.whole_text + "\n"
    for target in plan.targets:
        assert target.quote in printed[target.part, target.path]
        assert target.value in target.quote
        assert target.deadline is None or target.deadline in printed[target.part, target.path]
        assert target.metric
        assert target.op in OPS
        assert target.kind in ("target", "achieved")


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_register_is_the_same_every_time_and_quick(path: Path) -> None:
    plan = load(path)
    started = time.process_time()  # other programs may be busy
    assert read_targets(plan) == plan.targets
    assert time.process_time() - started < LIMIT_SECONDS


@pytest.mark.parametrize(
    ("line", "metric", "scope"),
    [
        (
            "流转土地50亩以上不足100亩的每亩补30元。",
            "流转土地50亩以上不足100亩的每亩补",
            "50亩以上不足100亩",
        ),
        (
            "流转土地50亩以上不足100亩的，每亩补助30元。",
            "流转土地50亩以上不足100亩的每亩补助",
            "50亩以上不足100亩",
        ),
        ("对新认定的专精特新企业，一次性奖励10万元。", "新认定的专精特新企业一次性奖励", None),
    ],
)
def test_a_reward_is_one_target_with_whom_it_is_for(
    line: str, metric: str, scope: str | None
) -> None:
    (target,) = targets(line)
    assert (target.metric, target.scope) == (metric, scope)


@pytest.mark.parametrize(
    ("line", "about"),
    [
        ("社会消费品零售总额增长6%左右。", "左右"),
        ("新增就业近5万人。", "近"),
        ("新增就业约5万人。", "约"),
        ("新增就业5万人以上。", ""),
    ],
)
def test_what_is_not_exact_says_so(line: str, about: str) -> None:
    (target,) = targets(line)
    assert target.about == about


def test_from_when_on_a_standard_holds_stays_with_it() -> None:
    (target,) = targets("自7月1日起，城市低保标准提高到860元/人·月。")
    assert (target.since, target.metric) == ("自7月1日起", "城市低保标准")


def test_a_day_that_leads_to_a_number_is_no_part_of_its_name() -> None:
    assert metrics("人工智能到2027年产业规模达到100亿元。") == ["人工智能产业规模"]


def test_where_a_change_begins_is_no_part_of_a_name() -> None:
    assert metrics("农产品加工转化率从2020年的51%提升到70%。") == ["农产品加工转化率"]
