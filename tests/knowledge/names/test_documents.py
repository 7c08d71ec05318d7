"""A document is called by what tells it from others."""

import pytest

from knowledge.names.documents import Naming, Titled, build_index, find_documents
from knowledge.names.titles import document_name, rarity, years_of

PLANS = [
    Titled("云溪市智算产业发展行动计划（2024—2026年）", place="云溪市"),
    Titled("云溪市轻工业数字化转型实施方案", place="云溪市"),
    Titled("云溪市养老服务条例", place="云溪市"),
    Titled("2025年云溪市政府工作报告", ("云溪报告", "云溪"), "云溪市"),
    Titled("在全市工作会议上的讲话", place="云溪市"),
    Titled("苇川县林业和草原发展规划", place="苇川县"),
    Titled("云溪市教育局关于学校食堂的若干意见", place="云溪市"),
    Titled("2025年苇川县政府工作报告", place="苇川县"),
]
INDEX = build_index(PLANS)


def named(question: str) -> list[Naming]:
    return list(find_documents(question, INDEX))


@pytest.mark.parametrize(
    ("question", "at"),
    [
        ("智算那个计划管几年", 0),
        ("轻工方案怎么说", 1),
        ("养老服务条例第四条", 2),
        ("《云溪市养老服务条例》讲什么", 2),
        ("云溪的政府工作报告里粮食目标", 3),
        ("云溪报告第三部分", 3),
        ("那份讲话点了谁的名", 4),
        ("讲话里怎么要求", 4),
        ("林草规划到哪年", 5),
        ("教育局那个意见", 6),
        ("苇川报告第三部分", 7),
    ],
)
def test_a_plan_is_found_by_what_it_is_called(question: str, at: int) -> None:
    assert named(question)[0].at == at


@pytest.mark.parametrize(
    "question",
    ["今年粮食要打多少斤", "打报告给谁", "保障措施有哪些", "哪份规划写了床位", "云溪床位多少"],
)
def test_a_question_that_names_no_plan_finds_none(question: str) -> None:
    assert named(question) == []


def test_a_naming_says_where_it_stands() -> None:
    found = named("请问智算那个计划管几年")[0]
    assert [("请问智算那个计划管几年"[a:b]) for a, b in found.spans] == ["智算", "计划"]
    assert (found.kind, found.whole, found.here) == ("计划", False, True)


def test_an_alias_or_a_quoted_title_names_a_plan_whole() -> None:
    assert named("云溪报告里的粮食")[0].whole
    assert named("《养老服务条例》里的床位")[0].whole
    assert not named("养老条例里的床位")[0].whole


def test_a_plan_of_another_place_is_not_here() -> None:
    assert not named("海安市智算计划")[0].here


def test_an_office_in_charge_names_no_plan() -> None:
    assert named("床位是教育局牵头吗") == []


def test_what_the_plans_themselves_print_tells_little() -> None:
    plain, printed = INDEX, build_index(PLANS, lambda word: 4 if word == "智算" else 0)
    assert (
        find_documents("智算多少", printed)[0].weight < find_documents("智算多少", plain)[0].weight
    )


def test_a_title_is_told_by_its_words_kind_place_and_years() -> None:
    title = "云溪市人民政府办公厅关于印发云溪市智算产业发展行动计划（2024—2026年）的通知"
    name = document_name(title)
    assert (name.core, name.issuer) == ("智算产业发展行动计划", "云溪市人民政府办公厅")
    assert (name.kind, name.place, name.years) == ("行动计划", "云溪市", (2024, 2025, 2026))
    assert name.words == ("智算", "产业", "发展")


@pytest.mark.parametrize(
    ("title", "kinds"),
    [
        ("2025年云溪市政府工作报告", ("政府工作报告", "工作报告", "报告")),
        ("云溪市养老服务条例", ("服务条例", "条例")),
        ("促进云溪发展的若干措施", ("若干措施", "措施")),
        ("在全市工作会议上的讲话", ("讲话",)),
    ],
)
def test_a_title_ends_in_its_kind(title: str, kinds: tuple[str, ...]) -> None:
    assert document_name(title).kinds == kinds


def test_a_title_names_years_as_titles_print_them() -> None:
    assert years_of("建设指南（2023版）") == years_of("二〇二三年工作要点") == (2023,)
    assert years_of("行动计划（2024-2026）") == (2024, 2025, 2026)
    assert years_of("养老规划") == ()


def test_what_newspapers_print_every_day_tells_little() -> None:
    assert rarity("发展") < rarity("服务") < rarity("养老") < rarity("智算谷")
