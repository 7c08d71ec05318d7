"""A target in one line, and as a number that can be compared."""

from decimal import Decimal

import pytest

from bot.grounding.check import unsupported
from bot.messages import Statement
from bot.targets.lines import counts_in, line, line_parts, size, unit_family
from bot.targets.rows import TargetRow
from knowledge.plan import Citation
from tests.support.register_rows import rows_of_year


def row(text: str) -> TargetRow:
    (found,) = rows_of_year(2024, text)
    return found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("年底前新增床位500张以上。", "新增床位 ≥ 500张，年底前"),
        ("社会消费品零售总额增长6%左右。", "社会消费品零售总额增长：6%左右"),
        ("新增就业约5万人。", "新增就业：约5万人"),
        ("自7月1日起，护理标准提高到860元/人·月。", "护理标准：860元/人·月，自7月1日起"),
        ("去年新增就业5万人。", "新增就业：5万人（已完成）"),
    ],
)
def test_a_line_says_what_the_plan_says(text: str, said: str) -> None:
    assert line(row(text).target) == said


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("新修公路5千米。", "5000000000", "里"),
        ("投资1.2亿元。", "120000000", "元"),
        ("新增床位500张。", "500", "床位"),
        ("新增站点3处。", "3", "家"),
    ],
)
def test_a_number_is_compared_in_the_unit_of_its_family(text: str, number: str, unit: str) -> None:
    target = row(text).target
    assert size(target) == Decimal(number)
    assert counts_in(target, unit)
    assert not counts_in(target, "吨")


def test_a_rate_is_part_of_what_counts() -> None:
    month, year = row("补贴标准为每人每月50元。"), row("补贴标准为每人每年500元。")
    assert unit_family(month.target) != unit_family(year.target)


@pytest.mark.parametrize(
    "text",
    [
        "年底前新增床位500张以上。",
        "每个项目资助不超过6万元。",
        "居民健康素养水平达到32%。",
        "每万人登记社会组织8.5个。",
        "救助困难群众×万名。",
    ],
)
def test_a_line_is_never_withheld(text: str) -> None:
    found = row(text)
    cited = (Citation(found.record, found.section, found.target.quote),)
    assert unsupported(Statement.of(line_parts(found.target), cited)) == ()
