"""Targets over several plans: counted a line a plan, the largest of a unit, days from today, and
what is offered where nothing matches.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.answering.routing import answer
from bot.messages import Answer, Status
from bot.targets.comparison import compare_targets
from bot.understanding.request import understand
from knowledge.library import Library
from knowledge.plan import Role
from knowledge.structure.metadata import Metadata
from tests.support.embedding import FakeEmbedder
from tests.support.source_files import source_from_bytes

PLACES = "云溪 南屿 北川 东岭 西浦".split()
MAY = date(2024, 5, 6)
PLAN = """2024年{place}市工作要点
一、养老服务
（一）机构养老。4月底前新增养老机构床位{beds}张，6月底前护理型床位占比达到60%以上。
（二）助餐。安排资金80万元，新建助餐点9个。
二、婚姻登记
（一）提升服务。年底前婚姻登记合格率达到100%。
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library(tmp_path_factory.mktemp("several") / "data", FakeEmbedder()) as opened:
        for number, place in enumerate(PLACES, 1):
            text = PLAN.format(place=place, beds=100 * number)
            given = Metadata(region=f"{place}市", aliases=(place,))
            opened.add(source_from_bytes(f"p{number}.txt", text.encode()), given)
        yield opened


def said(library: Library, question: str, today: date = MAY) -> Answer:
    records = library.records(Role.STAFF)
    return answer(understand(question, (), records, today), library)


def lines(found: Answer) -> list[str]:
    return [statement.text for statement in found.statements]


def test_many_plans_are_counted_a_line_each(library: Library) -> None:
    head, *rest = lines(said(library, "一共有多少项指标"))
    assert head.startswith("共 25 项指标（")
    assert head.endswith("等 5 份文件）")
    assert sorted(rest) == sorted(f"《2024年{place}市工作要点》5 项：" for place in PLACES)


def test_the_largest_of_a_unit_is_asked_for_by_what_it_counts(library: Library) -> None:
    found = said(library, "最大的床位指标是多少张")
    assert [target.value for _, target in found.targets] == ["500"]


def test_days_may_count_from_today(library: Library) -> None:
    found = said(library, "云溪下个月到期的指标")
    assert [target.value for _, target in found.targets] == ["60%"]


def test_what_is_overdue_says_that_nobody_knows_whether_it_was_done(library: Library) -> None:
    found = said(library, "云溪逾期的指标")
    assert [target.value for _, target in found.targets] == ["100"]
    assert any("没有写是否完成" in line for line in lines(found))


def test_nothing_in_many_plans_offers_the_chapters_that_they_share(library: Library) -> None:
    found = said(library, "航天的指标")
    assert found.status is Status.NOT_FOUND
    assert "· 养老服务：20 项" in lines(found)
    assert "· 婚姻登记：5 项" in lines(found)


def test_what_no_plan_reports_is_said(library: Library) -> None:
    assert lines(said(library, "已完成的指标"))[0] == "没有写明已完成的指标。"


def test_every_target_of_a_place_is_listed(library: Library) -> None:
    found = said(library, "把云溪市所有指标都列出来")
    assert [target.value for _, target in found.targets] == ["100", "60%", "80", "9", "100%"]


def test_a_metric_with_two_values_in_one_plan_is_shown_with_both(
    library: Library, tmp_path: Path
) -> None:
    text = "{year}年云溪市工作要点\n一、养老\n{said}\n二、其他\n做好工作。\n"
    twice = "（一）新增养老床位300张。\n（二）新增养老床位500张。"
    plans = {2023: twice, 2024: "新增养老床位600张。"}
    with Library(tmp_path / "data", FakeEmbedder()) as two:
        for year, words in plans.items():
            content = text.format(year=year, said=words).encode()
            two.add(source_from_bytes(f"y{year}.txt", content), Metadata(region="云溪市"))
        records = two.records(Role.STAFF)
        request = understand("对比2023年和2024年的床位指标", (), records)
        found = compare_targets(request, two)
    assert found is not None
    assert sorted(t.value for _, t in found.targets) == ["300", "500", "600"]
