import pytest

from bot.grounding.check import unsupported
from bot.messages import Part, Statement
from knowledge.plan import Citation
from tests.support.bot_fixtures import record, section


def cite(printed: str, quote: str = "", title: str = "民政工作要点") -> Citation:
    return Citation(record(title=title), section(printed), quote)


SUPPORTED = [
    ("完成500户改造。", "年底前为500户家庭完成适老化改造。"),
    ("占比达到50%。", "护理型床位占比达到50%以上。"),
    ("占比达到50％。", "护理型床位占比达到50%以上。"),
    ("占比达到50%。", "护理型床位占比达到50％以上。"),
    ("提高1.5个百分点。", "比上年提高1.5个百分点。"),
    ("入户3.6万人次。", "全年入户服务3.6万人次以上。"),
    ("每月860元。", "城市低保标准提高到860元/人·月。"),
    ("建筑面积1200平方米。", "腾退办公用房1200平方米。"),
    ("募集5,600万元。", "全年募集慈善款物5,600万元以上。"),
    ("6月30日前完成。", "2025年6月30日前完成。"),
    ("2025年6月30日前完成。", "2025年6月30日前完成。"),
    ("按《云溪市养老服务办法》执行。", "落实《云溪市养老服务办法》，补齐短板。"),
    ("救助××户。", "全年救助困难群众××户。"),
    ("做到全覆盖。", "做到全覆盖。"),
    ("共500户〔三8〕。", "为500户家庭改造。"),
    ("５００户。", "为500户家庭改造。"),
    ("共500户。", "为 500\u3000户家庭\n改造。"),
    ("2025年的要点。", "没有年份的一句。"),  # the plan's own year
]


@pytest.mark.parametrize(("text", "printed"), SUPPORTED)
def test_what_the_cited_section_prints_is_supported(text: str, printed: str) -> None:
    assert unsupported(Statement(text, (cite(printed),))) == ()


UNSUPPORTED = [
    ("完成500户改造。", "新增床位500张。", "500户"),
    ("完成600户改造。", "为500户家庭完成改造。", "600户"),
    ("占比达到50%。", "占比达到150%。", "50%"),
    ("占比达到5%。", "占比达到0.5%。", "5%"),
    ("占比达到50%。", "占比提高50个百分点。", "50%"),
    ("共150户。", "共1,150户。", "150户"),
    ("共150户。", "共2150户。", "150户"),
    ("募集56万元。", "募集56亿元。", "56万元"),
    ("增加5个。", "提高5个百分点。", "5个"),
    ("培训1800人。", "培训1800人次。", "1800人"),
    ("补贴300元。", "补贴300万元。", "300元"),
    ("惠及3.5万人。", "惠及3.5万户。", "3.5万人"),
    ("设立60只基金。", "设立60个站点。", "60只"),
    ("时限2小时。", "时限2天。", "2小时"),
    ("举办12期。", "举办12场。", "12期"),
    ("修路12公里。", "修路12米。", "12公里"),
    ("9月底前完成。", "10月底前完成。", "9月"),
    ("6月30日前完成。", "6月1日启动，9月30日前完成。", "6月30日"),
    ("2024年完成。", "2023年完成。", "2024年"),
    ("按《云溪市养老服务办法》执行。", "落实《云溪市殡葬服务办法》。", "《云溪市养老服务办法》"),
    ("救助×户。", "救助××人。", "×户"),
    ("救助35户。", "救助××户。", "35户"),
    ("文号为云民发〔2019〕3号。", "云民发〔2025〕3号", "2019"),
    ("共3500户。", "覆盖率为3\n500户受益", "3500户"),
]


@pytest.mark.parametrize(("text", "printed", "fact"), UNSUPPORTED)
def test_what_the_cited_section_does_not_print_is_named(text: str, printed: str, fact: str) -> None:
    (missing,) = unsupported(Statement(text, (cite(printed),)))
    assert fact in missing or missing in fact


def test_a_figure_may_stand_in_any_of_the_cited_sections_but_in_no_other() -> None:
    both = (cite("改造500户。"), cite("新增床位300张。"))
    assert unsupported(Statement("改造500户，新增300张。", both)) == ()
    assert unsupported(Statement("改造500户，新增300张。", both[:1])) == ("300张",)


@pytest.mark.parametrize(
    ("quote", "printed"),
    [
        ("改造500户", "为500户改造"),
        ("改造 600户", "改造500户"),
        ("改造五百户", "改造500户"),
        ("改造500户，新增300张", "改造500户。新增300张"),
    ],
)
def test_a_quotation_that_is_not_verbatim_makes_the_statement_unsupported(
    quote: str, printed: str
) -> None:
    assert unsupported(Statement("有一项改造。", (cite(printed, quote),))) == (quote,)


@pytest.mark.parametrize(
    ("quote", "printed"),
    [
        ("改造500户", "　　改造 500 户，\n新增床位。"),
        ("改 造\n500户", "改造500户"),
        ("占比50%", "占比５０％"),
        ("标题改造", "标题\n改造"),
    ],
)
def test_white_space_and_width_do_not_make_a_quotation_wrong(quote: str, printed: str) -> None:
    assert unsupported(Statement("有一项改造。", (cite(printed, quote),))) == ()


def test_a_quotation_may_run_from_the_heading_into_the_text() -> None:
    home = section("年底前改造500户。", heading="适老化改造")
    citation = Citation(record(), home, "适老化改造年底前改造500户。")
    assert unsupported(Statement("改造500户。", (citation,))) == ()


def test_our_own_words_are_never_checked() -> None:
    assert unsupported(Statement("共 193 项指标，第 1/13 页")) == ()
    assert unsupported(Statement("没有2019年的文件，最接近的是35%。")) == ()


def test_the_own_parts_of_a_cited_statement_are_not_checked_and_its_quoted_parts_are() -> None:
    cited = (cite("改造500户。"),)
    ours = Part("（相差20户）", is_own=True)
    assert unsupported(Statement.of((Part("改造500户"), ours), cited)) == ()
    assert unsupported(Statement.of((Part("改造600户"), ours), cited)) == ("600户",)


def test_the_lead_is_our_own_word() -> None:
    cited = cite("改造500户。")
    assert unsupported(Statement("改造500户。", (cited,), "共3处：")) == ()


def test_a_label_states_no_figure() -> None:
    cited = cite("改造500户。")
    assert unsupported(Statement("改造了500户〔二（二）8〕。", (cited,))) == ()


def test_a_name_with_quotation_marks_inside_is_printed_with_and_without_them() -> None:
    text = "贯彻《“暖心”工程实施方案》《考核办法》。"
    for said in (text, "贯彻《暖心工程实施方案》。"):
        cited = Citation(record(), section(text), text)
        assert unsupported(Statement(said, (cited,))) == ()
