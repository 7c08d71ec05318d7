import re
from pathlib import Path

import pytest

from knowledge.errors import BadPlansToml
from knowledge.parsing import parse_plan
from knowledge.plan import Audience, Metadata, Plan
from knowledge.structure.metadata import iso_date, load_plans_toml
from tests.support.places import WritePlan

BODY = "一、修渠\n清淤12公里。\n二、供水\n新建水厂2座。\n"
NOTICE = (
    "澜水〔2025〕7号\n关于印发《澜州市2025年水务工作要点》的通知\n各区县水务局：\n"
    "现印发给你们，请抓好落实。\n澜州市水务局\n2025年3月11日\n"
    "澜州市2025年水务工作要点\n全年办好两件事。\n"
)


def parse(text: str, given: Metadata | None = None) -> Plan:
    return parse_plan(text, "lanzhou-shuiwu.txt", given)


def read(text: str, given: Metadata | None = None) -> Metadata:
    return parse(text, given).metadata


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("澜州市2025年水务工作要点\n", "澜州市2025年水务工作要点"),
        ("\n\u3000\u3000澜州市2025年水务工作要点\u00a0\n", "澜州市2025年水务工作要点"),
        ("# 澜州市2025年水务工作要点\n", "澜州市2025年水务工作要点"),
        ("澜州市节水行动方案（2024—2026年）\n", "澜州市节水行动方案（2024—2026年）"),
        ("澜州市节水行动方案\n（2024—2026年）\n", "澜州市节水行动方案（2024—2026年）"),
        ("澜州市节水办法\n（征求意见稿）\n", "澜州市节水办法（征求意见稿）"),
        ("在澜州市水务大会上的讲话\n同志们：\n", "在澜州市水务大会上的讲话"),
        ("澜州市2025年水务工作要点今年要办好两件事。", "澜州市2025年水务工作要点"),
        ("水务两件事\n", "lanzhou-shuiwu"),
        ("", "lanzhou-shuiwu"),
    ],
)
def test_the_title_is_the_printed_one_or_the_files_name(head: str, title: str) -> None:
    assert read(head + BODY).title == title


def test_a_title_that_runs_into_the_text_leaves_the_rest_as_preamble() -> None:
    plan = parse("澜州市2025年水务工作要点今年要办好两件事。" + BODY)
    assert plan.preamble == "今年要办好两件事。"


def test_a_notice_gives_its_facts_and_the_plan_it_carries_gives_the_title() -> None:
    plan = parse(NOTICE + BODY)
    assert plan.metadata == Metadata(
        title="澜州市2025年水务工作要点",
        issuer="澜州市水务局",
        region="澜州市",
        year=2025,
        doc_number="澜水〔2025〕7号",
        date="2025-03-11",
        kind="工作要点",
    )
    assert plan.preamble.startswith("澜水〔2025〕7号\n关于印发")
    assert plan.preamble.endswith("全年办好两件事。")


@pytest.mark.parametrize(
    ("signature", "issuer", "region"),
    [
        ("澜州市水务局", "澜州市水务局", "澜州市"),
        ("澜县人民政府办公室", "澜县人民政府办公室", "澜县"),
        ("云上自治州水利厅", "云上自治州水利厅", "云上自治州"),
        ("临渚新区管理委员会", "临渚新区管理委员会", "临渚新区"),
        ("望溪镇市场监督管理局", "望溪镇市场监督管理局", "望溪镇"),
        ("望溪镇市水务局", "望溪镇市水务局", "望溪镇市"),
        ("×市民政局", "×市民政局", "×市"),
        ("水务局党组", None, None),
    ],
)
def test_the_signature_says_the_issuer_and_its_place(
    signature: str, issuer: str | None, region: str | None
) -> None:
    metadata = read(f"2025年水务工作要点\n{BODY}{signature}\n2025年3月11日\n")
    assert (metadata.issuer, metadata.region) == (issuer, region)


def test_a_title_names_the_issuer_where_nobody_signs() -> None:
    assert read("澜州市水务局2025年工作要点\n" + BODY).issuer == "澜州市水务局"


@pytest.mark.parametrize(
    ("number", "canonical"),
    [
        ("澜水〔2025〕7号", "澜水〔2025〕7号"),
        ("澜水 [2025] 7 号", "澜水[2025]7号"),
        ("澜政办发（2025）第12号", "澜政办发（2025）第12号"),
    ],
)
def test_the_number_of_the_document_is_read_without_blanks(number: str, canonical: str) -> None:
    assert read(f"{number}\n澜州市水务工作要点\n{BODY}").doc_number == canonical


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("澜州市2025年水务工作要点", 2025),
        ("二〇二五年水务工作要点", 2025),
        ("二○二五年水务工作要点", 2025),
        ("二零二五年水务工作要点", 2025),
        ("水务工作要点", 2024),
    ],
)
def test_the_year_is_the_titles_and_only_then_the_dates(title: str, year: int) -> None:
    assert read(f"{title}\n{BODY}澜州市水务局\n2024年12月31日\n").year == year


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("2025年3月11日", "2025-03-11"),
        ("2025 年 3 月 11 日", "2025-03-11"),
        ("二〇二五年三月十一日", "2025-03-11"),
        ("二○二五年十二月三十一日", "2025-12-31"),
        ("发布时间：2025-03-18", "2025-03-18"),
        ("2025.3.8", "2025-03-08"),
        ("2025年2月30日", None),
        ("2025年13月1日", None),
        ("2025年3月", None),
        ("3月11日", None),
    ],
)
def test_dates_are_read_whole_or_not_at_all(printed: str, iso: str | None) -> None:
    assert iso_date(printed) == iso


def test_a_signed_date_in_chinese_numerals_is_read() -> None:
    metadata = read(f"2025年水务工作要点\n{BODY}澜州市水务局\n二〇二五年三月十一日\n")
    assert metadata.date == "2025-03-11"


def test_the_date_below_a_speechs_title_is_its_date() -> None:
    head = "在澜州市水务大会上的讲话\n市水务局局长 陈××\n（2024年3月12日）\n同志们：\n"
    assert read(head + BODY).date == "2024-03-12"
    assert read("在水务大会上的讲话\n会议于2024年3月12日召开。\n" + BODY).date is None


def test_the_date_of_publication_stands_in_where_nobody_signs() -> None:
    assert read(f"发布时间：2025-03-18\n2025年水务工作要点\n{BODY}").date == "2025-03-18"


def test_what_is_not_printed_is_none() -> None:
    assert read("水务工作要点\n" + BODY) == Metadata(title="水务工作要点", kind="工作要点")


# plans.toml


def test_what_plans_toml_says_wins_and_the_rest_is_read(write_plan: WritePlan) -> None:
    toml = write_plan(
        "plans.toml",
        '["a.txt"]\ntitle = "水务要点"\nyear = 2026\naliases = ["水"]\naudience = "leaders"\n',
    )
    metadata = read(NOTICE + BODY, load_plans_toml(toml.parent)["a.txt"])
    assert (metadata.title, metadata.year, metadata.aliases) == ("水务要点", 2026, ("水",))
    assert metadata.audience is Audience.LEADERS
    assert (metadata.issuer, metadata.doc_number) == ("澜州市水务局", "澜水〔2025〕7号")


def test_a_folder_without_plans_toml_says_nothing(tmp_path: Path) -> None:
    assert load_plans_toml(tmp_path) == {}


@pytest.mark.parametrize(
    ("toml", "named"),
    [
        ("[a.txt\nyear = 2025", "TOML"),
        ('["a.txt"]\nyaer = 2025', "a.txt.yaer"),
        ('["a.txt"]\naudience = "boss"', "a.txt.audience"),
        ('["a.txt"]\nyear = "今年"', "a.txt.year"),
        ('title = "水务要点"', "title"),
    ],
)
def test_a_broken_plans_toml_is_one_line_that_names_the_place(
    toml: str, named: str, write_plan: WritePlan
) -> None:
    path = write_plan("plans.toml", toml)
    with pytest.raises(BadPlansToml) as raised:
        load_plans_toml(path.parent)
    message = str(raised.value)
    assert str(path) in message
    assert named in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("year = 25", "写成了 25，应是 1900 到 2100 的整数"),
        ("region = 12", "写成了 12，应是带引号的文字"),
        ('date = "三月"', "写成了 '三月'，应是一个日期，如"),
        ('aliases = "水务"', "写成了 '水务'，应是带引号的文字的列表"),
        ('audience = "boss"', "写成了 'boss'，应是 all、leaders、admins 之一"),
        ("yaer = 2025", "里没有 'a.txt.yaer' 这个键，可用的键：title、"),
    ],
)
def test_a_wrong_value_of_plans_toml_is_told_with_what_it_should_be(
    line: str, said: str, write_plan: WritePlan
) -> None:
    path = write_plan("plans.toml", f'["a.txt"]\n{line}')
    with pytest.raises(BadPlansToml, match=re.escape(said)):
        load_plans_toml(path.parent)


@pytest.mark.parametrize("date", ["2025-03-01", '"2025-03-01"', '"2025年3月1日"'])
def test_plans_toml_may_write_a_date_in_several_ways(date: str, write_plan: WritePlan) -> None:
    path = write_plan("plans.toml", f'["a.txt"]\ndate = {date}')
    assert load_plans_toml(path.parent)["a.txt"].date == "2025-03-01"


def test_a_plans_toml_that_is_no_text_is_refused(write_plan: WritePlan) -> None:
    path = write_plan("plans.toml", '["要点.txt"]', encoding="gb18030")
    with pytest.raises(BadPlansToml):
        load_plans_toml(path.parent)


def test_every_sample_says_who_issued_it_where_and_when(samples: Path) -> None:
    given = load_plans_toml(samples)
    for file in samples.glob("*.txt"):
        metadata = parse_plan(file.read_text("utf-8"), file.name, given[file.name]).metadata
        assert (metadata.issuer, metadata.region) == ("云溪市民政局", "云溪市")
        assert str(metadata.year) in file.name


# What is the plan's own, and what it cites


@pytest.mark.parametrize(
    ("head", "number"),
    [
        (
            "澜水〔2026〕3号\n关于节水的意见\n根据《规划》（国水发〔2017〕35号）要求，制定本意见。\n",
            "澜水〔2026〕3号",
        ),
        ("关于节水的意见\n为落实《关于治水的意见》（国水发〔2017〕35号），制定本意见。\n", None),
        ("关于建厂的批复\n你局《关于建厂的请示》（南水〔2026〕2号）收悉，批复如下：\n", None),
        ("关于节水的意见\n（澜水函〔2021〕13号）\n各区：\n", "澜水函〔2021〕13号"),
        ("澜州市水务局局长办公会议纪要\n〔2026〕3号\n会议研究了节水工作。\n", "〔2026〕3号"),
        ("澜水〔2026〕7号　　签发人：李明\n关于节水的请示\n", "澜水〔2026〕7号"),
    ],
)
def test_the_number_is_the_plans_own(head: str, number: str | None) -> None:
    assert read(head + BODY).doc_number == number


@pytest.mark.parametrize(
    ("end", "issuer", "date"),
    [
        ("澜州市人民政府办公室　２０２６年５月１４日印发\n", "澜州市人民政府办公室", "2026-05-14"),
        ("水 务 局\n2026年5月2日\n", "水务局", "2026-05-02"),
        ("澜州市水务局\n澜州市财政局\n2026年5月2日\n", "澜州市水务局", "2026-05-02"),
        ("澜州市水务局节水科\n联系人：李明\n电话：0143-62327140\n", None, None),
    ],
)
def test_the_end_says_who_issued_it_and_when(
    end: str, issuer: str | None, date: str | None
) -> None:
    metadata = read(f"节水工作要点\n{BODY}{end}")
    assert (metadata.issuer, metadata.date) == (issuer, date)


@pytest.mark.parametrize(
    ("said", "issuer"),
    [
        ("我代表省人民政府，向大会报告工作。", "澜江省人民政府"),
        ("我代表澜江省人民政府向大会报告工作。", "澜江省人民政府"),
        ("我代表省政府作工作报告。", "澜江省人民政府"),
    ],
)
@pytest.mark.parametrize(
    "held",
    [
        "——2026年1月27日在澜江省第十四届\n人民代表大会第五次会议上",
        "（2026年1月27日在澜江省第十四届人民代表大会第五次会议上）",
    ],
)
def test_a_report_says_for_whom_where_and_when(held: str, said: str, issuer: str) -> None:
    metadata = read(f"政府工作报告\n{held}\n省长 李明\n各位代表：\n现在，{said}\n{BODY}")
    assert (metadata.issuer, metadata.region) == (issuer, "澜江省")
    assert (metadata.year, metadata.date) == (2026, "2026-01-27")
