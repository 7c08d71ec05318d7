import pytest

from bot.understanding.section_named import match_sections, read_section_name
from knowledge.library import Library
from knowledge.parsing import parse_plan
from knowledge.plan import Role
from tests.support.bot_fixtures import SPEECH, section

pytest_plugins = ["tests.support.bot_fixtures"]

# Three ways to number: 2023 runs through (四16), 2024 has 一、（一）, 2025 has 一、（一）1.
IN_THE_SAMPLES = [
    ("yunxi-2023", "云溪第16条讲什么", ["四16"]),
    ("yunxi-2023", "第十六条", ["四16"]),
    ("yunxi-2023", "第20条", ["五20"]),
    ("yunxi-2023", "十七条的原文", ["四17"]),
    ("yunxi-2023", "十七款", ["四17"]),
    ("yunxi-2023", "第四部分第十七条", ["四17"]),
    ("yunxi-2023", "二（二）11", ["二（二）11"]),
    ("yunxi-2023", "2-2-11", ["二（二）11"]),
    ("yunxi-2023", "一（二）", ["一（二）"]),
    ("yunxi-2024", "四（二）", ["四（二）"]),
    ("yunxi-2024", "四(二)", ["四（二）"]),
    ("yunxi-2024", "四、（二）", ["四（二）"]),
    ("yunxi-2024", "第4大点第2小点", ["四（二）"]),
    ("yunxi-2024", "第三部分第七条", ["三（七）"]),
    ("yunxi-2024", "第 3 部分 第 7 项", ["三（七）"]),
    ("yunxi-2025", "二（一）3是什么", ["二（一）3"]),
    ("yunxi-2025", "2-1-3", ["二（一）3"]),
    ("yunxi-2025", "第二部分第三条", ["二（一）3", "二（三）"]),
    ("yunxi-2025", "第二部分讲什么", ["二"]),
    ("yunxi-2025", "第十六条", []),
    ("yunxi-2025", "二（九）", []),
    ("yunxi-2025", "第八部分第一条", []),
]


@pytest.mark.parametrize(("plan", "question", "labels"), IN_THE_SAMPLES)
def test_a_section_is_found_by_the_number_people_say(
    sample_library: Library, plan: str, question: str, labels: list[str]
) -> None:
    name = read_section_name(question)
    assert name is not None
    content = sample_library.plan(sample_library.find(plan, Role.ADMIN))
    assert [s.label for s in match_sections(name, content.sections)] == labels


DEEP = [
    section("", "四"),
    section("", "四", "（十七）"),
    section("", "八"),
    section("", "八", "（一）"),
    section("", "八", "（一）", "8", "（1）"),
    section("", "十七"),
]
CHAPTERS = [
    section("", "第三章"),
    section("", "第三章", "第十条"),
    section("", "第三章", "第十条", "一"),
]


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("云溪四（十七）", ["四（十七）"]),
        ("云溪八（一）", ["八（一）"]),
        ("八(一)", ["八（一）"]),
        ("第四部分第十七条", ["四（十七）"]),
        ("（十七）", ["四（十七）"]),
        ("8-1-8-1", ["八（一）8（1）"]),
        ("第4大点第17小点", ["四（十七）"]),
    ],
)
def test_upper_levels_may_be_said_or_left_out(question: str, labels: list[str]) -> None:
    name = read_section_name(question)
    assert name is not None
    assert [s.label for s in match_sections(name, DEEP)] == labels


@pytest.mark.parametrize(
    ("question", "labels"),
    [("第三章第十条", ["第三章第十条"]), ("第十条", ["第三章第十条"]), ("第三章", ["第三章"])],
)
def test_chapters_and_articles_are_found_as_well(question: str, labels: list[str]) -> None:
    name = read_section_name(question)
    assert name is not None
    assert [s.label for s in match_sections(name, CHAPTERS)] == labels


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("讲话第二部分第三条", ["第2部分·一（三）"]),
        ("第2部分一（二）", ["第2部分·一（二）"]),
        ("第一部分一（二）", ["第1部分·一（二）"]),
        ("前面一（二）", ["第1部分·一（二）"]),
        ("最后一（二）", ["第2部分·一（二）"]),
        ("后面那个二（一）", ["第2部分·二（一）"]),
        ("一（二）", ["第1部分·一（二）", "第2部分·一（二）"]),
        ("第二部分讲什么", ["第2部分·一", "第2部分·二"]),
        ("第三部分第一条", []),
    ],
)
def test_where_a_plan_has_parts_a_part_means_one_of_them(question: str, labels: list[str]) -> None:
    name = read_section_name(question)
    assert name is not None
    sections = parse_plan(SPEECH, "jianghua-2024.txt", None).sections
    assert [s.label for s in match_sections(name, sections)] == labels


@pytest.mark.parametrize(
    "question",
    [
        "每月1-2次走访吗",
        "新增500条",
        "编制500条线索清单",
        "出台3条措施",
        "有几条措施",
        "5-6月办什么活动",
        "80-89周岁补贴多少",
        "占比1-2%",
        "十条线路",
        "资助条件是什么",
        "低保标准多少",
        "2025年适老化改造几户",
    ],
)
def test_a_figure_is_no_section(question: str) -> None:
    assert read_section_name(question) is None


def test_the_words_of_the_name_are_kept_for_the_answer() -> None:
    name = read_section_name("云溪第四部分第十七条讲什么")
    assert name is not None
    assert name.text in "第四部分第十七条"
    assert name.text.endswith("第十七条")


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("第一部分第一大点第2小点", ["一（一）2"]),
        ("第二部分第（三）条", ["二（三）"]),
        ("第二部分第（三）", ["二（三）"]),
        ("四之二", ["四（二）"]),
        ("四之（二）", ["四（二）"]),
        ("第三部分浓缩成几句", ["三"]),
    ],
)
def test_brackets_and_levels_tell_which_of_several_is_meant(
    sample_library: Library, question: str, labels: list[str]
) -> None:
    name = read_section_name(question)
    assert name is not None
    content = sample_library.plan(sample_library.find("yunxi-2025", Role.ADMIN))
    assert [s.label for s in match_sections(name, content.sections)] == labels


DECIMALS = [
    section("", "1"),
    section("", "1", "1.2"),
    section("", "1", "1.2", "1.2.5"),
    section("", "2", "2.4", "2.4.5"),
]


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("2.4.5讲什么", ["2.4.5"]),
        ("预案里1.2.5的原文", ["1.2.5"]),
        ("第1.2节", ["1.2"]),
        ("1.2是什么", ["1.2"]),
        ("2.4.6讲什么", []),
    ],
)
def test_a_decimal_number_is_looked_up_whole(question: str, labels: list[str]) -> None:
    name = read_section_name(question)
    assert name is not None
    assert [s.label for s in match_sections(name, DECIMALS)] == labels


@pytest.mark.parametrize("question", ["增长2.4个百分点吗", "3.5万亩是哪个镇的", "供水2.4万吨"])
def test_a_figure_names_no_section(question: str) -> None:
    assert read_section_name(question) is None


def test_an_annex_is_looked_up_by_its_name() -> None:
    text = (
        "节水方案\n一、目标\n节水5%。\n二、措施\n附件1\n任务清单\n水厂\n"
        "附件2\n考核办法\n一、对象\n（一）乡镇。\n二、内容\n"
    )
    sections = parse_plan(text, "a.txt").sections
    name = read_section_name("附件2讲什么")
    assert name is not None
    found = [s.label for s in match_sections(name, sections)]
    assert found == ["第2部分·附件2", "第2部分·一", "第2部分·二"]
    first = read_section_name("附件一的内容")
    assert first is not None
    assert [s.label for s in match_sections(first, sections)] == []
