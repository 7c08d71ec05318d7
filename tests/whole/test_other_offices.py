"""Plans of other offices: a plan for three years, points in a row, short names of organs, years
that a plan only prints, and numbers of another subject.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.messages import Status
from bot.wording import answers as wording
from knowledge.library import Library
from knowledge.search.embedding import Embedder
from tests.support.bot_fixtures import ACCESS, ask, cited
from tests.support.source_files import source_from_bytes

pytest_plugins = ["tests.support.bot_fixtures"]

HEALTH = """关于印发《江汀市基层诊疗提升三年行动方案（2025—2027年）》的通知
江汀市卫生健康委员会
2025年3月3日
江汀市基层诊疗提升三年行动方案
（2025—2027年）
一、主要任务
（一）改造诊所。2025年改造村诊所12所，2026年改造15所，2027年改造18所。（牵头单位：市卫生健康委；配合单位：市财政局）
（二）培养村医。三年培养村医60名，年均20名。每季度会商1次。
（三）办好三件小事：①更换诊床80张；②安装电梯6部；③开通夜诊9处。
二、加强药品管理
（一）建立台账。每家诊所配药师1名。
"""
REPORT = """江汀县政府工作报告
一、2024年工作回顾
（一）城建。改造老旧小区7个。
二、2025年重点工作
（一）城建。改造老旧小区11个，新建停车位300个。

江汀县人民政府
2025年1月9日
"""
SCHOOLS = """江汀市教育局2025年工作要点
一、办好学校
（一）新建学校2所，新增学位900个，2023年为700个。
二、用好社团
（一）每校开展社团活动4次，配辅导员30名。

江汀市教育局
2025年2月1日
"""


@pytest.fixture(scope="module")
def assistant(
    bundled_embedder: Embedder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Assistant]:
    with Library(tmp_path_factory.mktemp("others") / "data", bundled_embedder) as library:
        for name, text in (("health", HEALTH), ("report", REPORT), ("schools", SCHOOLS)):
            library.add(source_from_bytes(f"{name}.txt", text.encode()), None, Path(f"{name}.txt"))
        yield Assistant(library, ACCESS)


async def test_a_year_inside_a_plan_s_period_is_that_plan_s(assistant: Assistant) -> None:
    reply = await ask(assistant, "村诊所2026年改造几所")
    assert reply.status is Status.ANSWERED
    assert "2026年改造15所" in reply.text
    assert "没有2026年" not in reply.text


async def test_a_report_answers_for_the_year_that_it_looks_back_on(assistant: Assistant) -> None:
    reply = await ask(assistant, "2024年老旧小区改造了几个")
    assert reply.text.startswith("改造老旧小区7个〔一（一）〕")


@pytest.mark.parametrize("year", ["2023年", "23年"])
async def test_a_year_that_a_plan_prints_is_never_said_to_be_missing(
    assistant: Assistant, year: str
) -> None:
    reply = await ask(assistant, f"{year}学校新增学位多少个")
    assert "2023年为700个" in reply.text
    assert "没有" not in reply.text


async def test_a_year_that_no_plan_prints_is_said_to_be_missing(assistant: Assistant) -> None:
    reply = await ask(assistant, "村诊所2031年改造几所")
    assert reply.status is Status.NOT_FOUND
    assert "没有2031年的文件" in reply.text


@pytest.mark.xfail(
    strict=True, reason="the sentence that announces a list is quoted without its items"
)
async def test_a_list_is_quoted_whole(assistant: Assistant) -> None:
    reply = await ask(assistant, "三件小事有哪些")
    assert all(word in reply.text for word in ("诊床80张", "电梯6部", "夜诊9处"))


async def test_who_is_in_charge_is_quoted_with_both_brackets(assistant: Assistant) -> None:
    reply = await ask(assistant, "谁牵头改造村诊所")
    assert "（牵头单位：市卫生健康委；配合单位：市财政局）" in reply.text


@pytest.mark.parametrize("name", ["教育局", "市教育局", "江汀教育局"])
async def test_an_organ_s_name_means_the_plans_it_issued(assistant: Assistant, name: str) -> None:
    reply = await ask(assistant, f"{name}今年的指标列一下")
    assert {file for file, _ in cited(reply)} == {"schools.txt"}


async def test_a_short_form_of_an_organ_means_its_plans(assistant: Assistant) -> None:
    reply = await ask(assistant, "卫健委今年的指标")
    assert {file for file, _ in cited(reply)} == {"health.txt"}


@pytest.mark.parametrize(("when", "figure"), [("去年改了", "7个"), ("今年要改", "11个")])
async def test_last_year_is_asked_of_what_looks_back(
    assistant: Assistant, when: str, figure: str
) -> None:
    assert figure in (await ask(assistant, f"老旧小区{when}几个")).text


@pytest.mark.parametrize("question", ["药品管理怎么罚款", "加强药品管理谁来查处"])
async def test_a_heading_that_only_names_the_subject_is_no_answer(
    assistant: Assistant, question: str
) -> None:
    assert (await ask(assistant, question)).status is Status.NOT_FOUND


async def test_how_many_a_year_counts_what_was_counted_before(assistant: Assistant) -> None:
    assert "年均20名" in (await ask(assistant, "村医培养多少名，每年多少")).text


@pytest.mark.xfail(strict=True, reason="a figure of another subject is shown instead of a refusal")
@pytest.mark.parametrize("question", ["学校要配多少名药师", "2025年市教育局村医培养几名"])
async def test_a_number_of_another_subject_does_not_answer(
    assistant: Assistant, question: str
) -> None:
    reply = await ask(assistant, f"江汀市教育局{question}")
    assert reply.status is Status.NOT_FOUND


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (
            "会商是每月一次吧",
            wording.WRONG_PREMISE.format(premise="每月一次", printed="每季度会商1次"),
        ),
        ("会商是每季度一次吧", wording.RIGHT_PREMISE.format(premise="每季度一次")),
        (
            "改造村诊所是教育局牵头对吧",
            wording.WRONG_PREMISE.format(premise="教育局", printed="卫生健康委"),
        ),
    ],
)
async def test_a_wrong_word_is_corrected_like_a_wrong_figure(
    assistant: Assistant, question: str, said: str
) -> None:
    assert (await ask(assistant, question)).text.startswith(said)


async def test_targets_are_listed_of_the_part_that_is_named(assistant: Assistant) -> None:
    reply = await ask(assistant, "江汀市教育局第二部分的指标")
    assert {path for _, path in cited(reply)} == {"二（一）"}
    assert len(reply.targets) == 2


@pytest.mark.xfail(strict=True, reason="a second place outside the gazetteer is not noticed")
async def test_a_place_beside_a_known_one_is_said_to_be_unknown(assistant: Assistant) -> None:
    reply = await ask(assistant, "江汀和苇川哪个新增学位多")
    assert "苇川" in reply.text.splitlines()[0]
