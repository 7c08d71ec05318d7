"""The chart of a comparison: bars as long as their numbers, none where they do not compare."""

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from bot.targets.charts import BAR_WIDTH, CHART_ROWS, _chart, draw_comparison
from bot.targets.comparison import match_metrics
from bot.targets.drawing import DARK, LIGHT, WIDTH, Bar, Piece, Theme
from bot.targets.rows import TargetRow
from tests.support.register_rows import rows_of_year


def chart(shown: list[TargetRow]) -> list[Piece | Bar]:
    return list(_chart(match_metrics(shown), "对比", LIGHT))


def bars(shown: list[TargetRow]) -> list[float]:
    return [shape.width for shape in chart(shown) if isinstance(shape, Bar)]


def texts(shown: list[TargetRow]) -> list[str]:
    return [shape.text for shape in chart(shown) if isinstance(shape, Piece)]


BEDS = [*rows_of_year(2024, "新增养老床位300张。"), *rows_of_year(2025, "新增养老机构床位600张。")]


@pytest.mark.parametrize(("theme", "paper"), [(LIGHT, (255, 255, 255)), (DARK, (22, 24, 29))])
def test_a_chart_is_as_wide_as_a_phone(theme: Theme, paper: tuple[int, int, int]) -> None:
    content = draw_comparison(BEDS, "对比2024年和2025年的床位", theme)
    assert content is not None
    picture = Image.open(BytesIO(content)).convert("RGB")
    assert picture.width == WIDTH
    assert picture.getpixel((2, 2)) == paper


def test_bars_are_as_long_as_their_numbers() -> None:
    assert bars(BEDS) == [BAR_WIDTH / 2, BAR_WIDTH]


def test_each_bar_names_its_plan_its_section_and_another_printed_name() -> None:
    said = texts(BEDS)
    assert "《2024年云溪市工作要点》〔一（一）〕" in said
    assert "《2025年云溪市工作要点》〔一（一）〕新增养老机构床位" in said
    assert "变化：300张→600张（＋300张）" in said
    assert any("出处：" in text for text in said)


@pytest.mark.parametrize(
    "shown",
    [
        [*rows_of_year(2024, "助餐补贴3元/餐。"), *rows_of_year(2025, "助餐补贴标准为4万元。")],
        [*rows_of_year(2024, "助餐点达到40个。"), *rows_of_year(2025, "每个镇街助餐点达到3个。")],
        [*rows_of_year(2024, "新增养老床位×张。"), *rows_of_year(2025, "新增养老床位600张。")],
    ],
)
def test_what_does_not_compare_has_no_bars(shown: list[TargetRow]) -> None:
    assert bars(shown) == []


def test_plans_that_share_no_metric_have_no_chart() -> None:
    apart = [*rows_of_year(2024, "新增养老床位300张。"), *rows_of_year(2025, "建成公墓2处。")]
    assert draw_comparison(apart, "对比") is None


def test_a_name_of_200_characters_stays_within_the_picture() -> None:
    name = "适老化" * 66
    long = [replace(row, target=replace(row.target, metric=name)) for row in BEDS]
    assert max(len(text) for text in texts(long)) <= 40
    assert draw_comparison(long, "题" * 200) is not None


def test_metrics_that_are_not_drawn_are_counted() -> None:
    names = "甲乙丙丁戊己庚辛壬癸"
    lines = ["".join(f"新增{n}{n}{n}床位{k}张。" for n in names) for k in (100, 200)]
    said = texts([*rows_of_year(2024, lines[0]), *rows_of_year(2025, lines[1])])
    assert f"图中为前 {CHART_ROWS // 2} 组，共 10 组可以对比的指标。" in said
