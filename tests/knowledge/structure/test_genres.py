"""Plans of other offices and genres -> the sections on paper."""

import pytest

from knowledge.parsing import parse_plan
from tests.support.outlines import outline, parse, text_of

EDUCATION = """临川县教育局2025年工作要点

2025年是全县教育发展的关键一年，重点抓好以下工作。

一、党建引领
1、加强政治建设。落实学习制度12次以上。
2、建强教师支部。
二、扩大优质供给
3、新建公办幼儿园6所，新增学位2160个。公办园占比达到62%。
4、改扩建初中2所
（1）县二中扩建。2025年8月底前竣工。
（2）城东初中新建。
三、强化保障
5、教育经费“两个只增不减”。
临川县教育局
2025年2月12日
"""
HEALTH = """临川县卫生健康局文件
临卫发〔2025〕3号
关于印发《2025年全县卫生健康工作要点》的通知
各医疗卫生单位：
现将《要点》印发给你们，并提出以下要求：
一、提高认识。
二、及时报送。每季度末25日前报送进展。
临川县卫生健康局
2025年2月20日
2025年全县卫生健康工作要点
一、深化医改，强化协同
（一）医共体。县域内就诊率达到90%以上，基层占65%。
（二）中医药。新建中医馆4个。
二、公共卫生
（一）疾控。
"""
REPORT = """政府工作报告
——2025年1月8日在临川县第十八届人民代表大会第四次会议上
县长　李　明
各位代表：
现在，我代表县人民政府向大会报告工作。
一、2024年工作回顾
——经济稳中向好。规上工业增加值增长8.2%。
（一）产业提质。粮食总产32.6万吨。
（二）城乡焕新。
二、2025年工作安排
主要预期目标是：地区生产总值增长6%左右。
（一）扩内需。
1.扩大有效投资。实施重点项目120个。
2.激发消费活力。
（二）兴产业。
三、加强自身建设
一要忠诚担当。二要依法行政。三要清正廉洁。
名词解释
1.“双减”：指减轻学生作业负担和校外培训负担。
2.“一老一小”：指养老和托育。
"""
SCHEME = """临川县人民政府办公室
关于印发临川县托育服务能力提升实施方案的通知
临政办发〔2025〕12号
各乡镇人民政府：
《临川县托育服务能力提升实施方案》已经县政府同意，现印发给你们。
附件：1.重点任务分解表
      2.责任清单
临川县人民政府办公室
2025年4月2日
临川县托育服务能力提升实施方案
一、总体要求
（一）工作目标。每千人口托位达到4.6个。
二、主要任务
（一）增加普惠供给
1．建设公办托育中心2个。
2．支持幼儿园办托班。
附件1
重点任务分解表
序号 | 任务 | 责任单位
1 | 建设托育中心 | 县卫健局
附件2：责任清单
1.县卫健局牵头建设。
2.县教育局负责招生。
"""
PROGRAMME = """临川县“十四五”卫生健康发展规划
（2021—2025年）
目  录
第一章 规划背景………1
第一节 发展基础………1
第二节 面临形势………3
第二章 总体要求………5
第三章 保障措施………9
第一章  规划背景
第一节  发展基础
一、服务体系不断健全。床位5200张。
二、服务能力不断增强。
第二节  面临形势
机遇与挑战并存。
第二章  总体要求
到2025年，人均预期寿命达到79.5岁。
专栏1  主要指标
1. 人均预期寿命79.5岁
2. 婴儿死亡率3.5‰以下
一、建设体系
"""
RULES = """临川县养犬管理办法
第一章 总　则
第一条  为了加强管理，根据《动物防疫法》第十七条，制定本办法。
第二条　有下列情形之一的除外：
（一）军犬；
（二）警犬。
第二章 登记
第三条 依照本办法第二条第（一）项执行。
"""
TABLE = """2025年重点工作任务分解表
一、经济发展（牵头单位：县发改局）
1.地区生产总值增长6%。（责任单位：县统计局；完成时限：12月底）
2.固定资产投资增长8%。（责任单位：县发改局）
二、民生事业
3.新增城镇就业4200人。（责任单位：县人社局）
"""
ANNEXES = """临川县2025年秸秆禁烧方案
一、目标
全县零火点。
二、措施
1.巡查。
2.宣传。
附件1：临川县秸秆禁烧领导小组名单
组　长：张立
附件2：考核办法
一、考核对象
各乡镇。
二、考核内容
（一）组织领导（20分）
"""
SPEECH = """在全县教育工作会议上的讲话
（2025年2月18日）
同志们：
下面，我讲两个方面。
第一部分 2024年工作回顾
一、质量。
二、安全。
第二部分 2025年工作安排
一、课改。
（一）教研。
"""
NOTICE_WITH_CHAPTERS = """关于印发《临川县校车管理细则》的通知
各学校：
一、认真学习。
二、抓好落实。
临川县教育局
2025年3月1日
临川县校车管理细则
第一章 总则
第一条 为了安全，制定本细则。
第二章 驾驶
第二条 驾驶员每年体检一次。
"""
OCR = """临川县 2025 年交通工作要点
—、 抓项目
(—) 国省道。 改造 12 公里, 其
中一级公路 3.5 公里。
(二 农村公路。新改建 80
公里，投资
2.6亿元。
— 1 —
二 、 抓安全
l. 整治隐患。 排查 30
处。
2. 严查超限。
第 2 页 共 2 页
三、抓服务，按照前述第
（三）项办理。
"""
WRAPPED = """　　临川县2025年交通工作要点
　　一、抓项目，促投资
　　（一）国省道。全年改造十二公里，其中一级
公路三公里，其余为二级公路，由县公路中心按照
第（三）项要求办理，并于年底前完成投资两亿元
。
　　（二）农村公路。全年新建改建八十公里，确保
2025年底前全部完工并且同步安装好沿线的安防设
施，由各乡镇具体负责。
　　二、抓安全
　　年内对全县所有临水临崖的农村公路进行一次全
面排查，发现一处整改一处。
"""

OUTLINES = {
    "education": (EDUCATION, "一 一1 一2 二 二3 二4 二4（1） 二4（2） 三 三5"),
    "health": (HEALTH, "1一 1二 2文首 2一 2一（一） 2一（二） 2二 2二（一）"),
    "report": (
        REPORT,
        "1一 1一（一） 1一（二） 1二 1二（一） 1二（一）1 1二（一）2 1二（二） 1三 "
        "2名词解释 2|1 2|2",
    ),
    "scheme": (
        SCHEME,
        "1一 1一（一） 1二 1二（一） 1二（一）1 1二（一）2 1附件1 2附件2 2|1 2|2",
    ),
    "programme": (
        PROGRAMME,
        "第一章 第一章第一节 第一章第一节一 第一章第一节二 第一章第二节 第二章 第二章一",
    ),
    "rules": (
        RULES,
        "第一章 第一章第一条 第一章第二条 第一章第二条（一） 第一章第二条（二） "
        "第二章 第二章第三条",
    ),
    "table": (TABLE, "一 一1 一2 二 二3"),
    "annexes": (ANNEXES, "1一 1二 1二1 1二2 1附件1 2附件2 2一 2二 2二（一）"),
    "speech": (SPEECH, "1一 1二 2文首 2一 2一（一）"),
    "chapters": (
        NOTICE_WITH_CHAPTERS,
        "1一 1二 2文首 2第一章 2第一章第一条 2第二章 2第二章第二条",
    ),
    "ocr": (OCR, "一 一（一） 一（二） 二 二1 二2 三"),
    "wrapped": (WRAPPED, "一 一（一） 一（二） 二"),
}


@pytest.mark.parametrize("genre", OUTLINES)
def test_the_sections_are_those_on_paper(genre: str) -> None:
    text, paths = OUTLINES[genre]
    assert outline(parse(text)) == paths.split()


@pytest.mark.parametrize("genre", [g for g in OUTLINES if g != "programme"])
def test_a_whole_plan_gives_no_warning(genre: str) -> None:
    assert parse(OUTLINES[genre][0]).warnings == ()


def test_an_entry_of_the_contents_without_its_section_is_warned_of() -> None:
    assert parse(PROGRAMME).warnings == ("目录里有“保障措施”，正文里没有找到这一条",)
    assert text_of(parse(PROGRAMME), "第二章").endswith("2. 婴儿死亡率3.5‰以下")


@pytest.mark.parametrize(
    ("genre", "title", "issuer", "year", "kind"),
    [
        ("education", "临川县教育局2025年工作要点", "临川县教育局", 2025, "工作要点"),
        ("report", "政府工作报告", "临川县人民政府", 2025, "政府工作报告"),
        ("scheme", "临川县托育服务能力提升实施方案", "临川县人民政府办公室", 2025, "实施方案"),
        (
            "programme",
            "临川县“十四五”卫生健康发展规划（2021—2025年）",
            None,
            2021,
            "规划",
        ),
        ("rules", "临川县养犬管理办法", None, None, "管理办法"),
        ("table", "2025年重点工作任务分解表", None, 2025, "任务分解表"),
        ("speech", "在全县教育工作会议上的讲话", None, 2025, "讲话"),
        ("ocr", "临川县2025年交通工作要点", None, 2025, "工作要点"),
    ],
)
def test_title_issuer_year_and_kind_are_read(
    genre: str, title: str, issuer: str | None, year: int | None, kind: str
) -> None:
    said = parse(OUTLINES[genre][0]).metadata
    assert (said.title, said.issuer, said.year, said.kind) == (title, issuer, year, kind)


def test_a_report_to_a_congress_names_its_region() -> None:
    assert parse(REPORT).metadata.region == "临川县"


def test_a_first_sentence_that_counts_is_text() -> None:
    assert [(s.heading, s.text) for s in parse(EDUCATION).sections[4:6]] == [
        ("", "新建公办幼儿园6所，新增学位2160个。公办园占比达到62%。"),
        ("改扩建初中2所", ""),
    ]


def test_a_heading_of_two_phrases_above_its_items_is_a_heading() -> None:
    assert parse(HEALTH).sections[3].heading == "深化医改，强化协同"


def test_a_glossary_is_a_part_of_its_own() -> None:
    plan = parse(REPORT)
    assert text_of(plan, "三", part=1).endswith("三要清正廉洁。")
    assert text_of(plan, "2", part=2) == "“一老一小”：指养老和托育。"


def test_lines_that_ocr_broke_are_whole_again() -> None:
    plan = parse(OCR)
    assert text_of(plan, "一", "（一）") == "国省道。改造 12 公里, 其中一级公路 3.5 公里。"
    assert text_of(plan, "一", "（二）") == "农村公路。新改建 80公里，投资2.6亿元。"
    assert text_of(plan, "三") == "抓服务，按照前述第（三）项办理。"
    assert [d.why for d in plan.dropped] == ["页码", "页码"]


def test_lines_that_a_margin_broke_are_whole_again() -> None:
    plan = parse(WRAPPED)
    assert text_of(plan, "一", "（二）").endswith("同步安装好沿线的安防设施，由各乡镇具体负责。")
    assert "\n" not in text_of(plan, "一", "（一）")


def test_an_item_whose_text_begins_with_a_number_is_an_item() -> None:
    plan = parse_plan(
        "澄湖县2025年健康工作要点\n一、健康服务\n1.重点人群签约率达到75%。\n2.65岁以上老年人每年体检1次。\n3.建站点6个。\n",
        "a.txt",
    )
    assert [s.path for s in plan.sections] == [("一",), ("一", "1"), ("一", "2"), ("一", "3")]
    assert plan.sections[2].text.startswith("65岁以上")


def test_a_line_that_begins_with_a_decimal_is_text_where_its_number_comes_yet() -> None:
    plan = parse_plan(
        "澄湖县2025年农业工作要点\n一、粮食\n1.建设农田。\n2.5万亩灌区要改造。\n2.培育大户。\n3.建站点。\n",
        "a.txt",
    )
    assert [s.path[-1] for s in plan.sections] == ["一", "1", "2", "3"]
    assert "2.5万亩" in plan.sections[1].whole_text


def test_the_last_sentence_above_a_signature_is_text() -> None:
    plan = parse_plan(
        "澄湖县2025年教育工作要点\n一、队伍\n1.招聘教师60名。\n2.培训教师1.2万人次。\n附件：任务清单\n"
        "澄湖县教育局\n2025年2月14日\n",
        "a.txt",
    )
    assert plan.sections[-1].heading == ""


def test_a_title_in_two_lines_is_the_one_that_the_notice_names() -> None:
    plan = parse_plan(
        "关于印发《澄湖县推进托育服务提升三年行动方案》的通知\n各镇：\n现印发给你们。\n"
        "澄湖县推进托育服务提升\n三年行动方案\n一、目标\n建托位300个。\n",
        "a.txt",
    )
    assert plan.metadata.title == "澄湖县推进托育服务提升三年行动方案"


def test_a_report_that_turns_to_what_is_wrong_reports_until_there() -> None:
    text = (
        "在全市渡运大会上的讲话\n一、肯定成绩、正视差距\n过去一年，新建渡口12座。\n"
        "但是，我们也要清醒看到差距。18个渡口有5个排在后三位。\n二、今年任务\n新建渡口9座。\n"
        "三、正视问题\n还有7座渡口失修。\n"
    )
    rows = [(t.value, t.kind) for t in parse_plan(text, "plan.txt").targets]
    assert rows == [("12", "achieved"), ("9", "target")]


def test_who_won_a_grade_before_is_no_report_of_it() -> None:
    text = "渡运要点\n一、奖励\n对获评5A级的渡口奖励10万元。\n二、成绩\n渡口获评5A级，获奖9项。\n"
    kinds = [(t.value, t.kind) for t in parse_plan(text, "plan.txt").targets]
    assert ("10", "target") in kinds and ("9", "achieved") in kinds


def test_a_plan_that_ends_in_a_table_is_whole() -> None:
    rows = "序号 指标名称 单位 2025年 属性\n1 维修率 % 100 约束性\n" * 3
    assert parse(f"2025年渡运工作要点\n一、修渡口。\n二、指标\n{rows}\n").warnings == ()
