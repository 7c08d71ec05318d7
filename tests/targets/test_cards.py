"""A card of targets: as wide as a phone, in two themes, with every character in its font."""

import sys
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from bot.targets.charts import _card, draw_card
from bot.targets.drawing import DARK, LIGHT, WIDTH, Theme, wrap
from bot.targets.rows import TargetRow
from tests.support.register_rows import rows


def image(shown: list[TargetRow], theme: Theme = LIGHT) -> Image.Image:
    content = draw_card(shown, "云溪市2024年指标", theme)
    assert content is not None
    return Image.open(BytesIO(content)).convert("RGB")


@pytest.mark.parametrize(("theme", "paper"), [(LIGHT, (255, 255, 255)), (DARK, (22, 24, 29))])
def test_a_card_is_as_wide_as_a_phone(theme: Theme, paper: tuple[int, int, int]) -> None:
    card = image(rows(), theme)
    assert card.width == WIDTH
    assert card.getpixel((2, 2)) == paper
    assert len(card.getcolors(100_000) or ()) > 20


def test_a_card_names_its_source_and_every_target() -> None:
    texts = [piece.text for piece in _card(rows(), "指标", LIGHT)]
    assert texts[-1].startswith("出处：《2024年云溪市工作要点》")
    for row in rows():
        assert row.target.metric in texts


def test_a_name_of_200_characters_is_cut_and_stays_within_its_column() -> None:
    row = rows()[0]
    long = replace(row, target=replace(row.target, metric="适" * 200))
    texts = [piece.text for piece in _card([long], "指标", LIGHT)]
    assert max(text.count("适") for text in texts) <= 18
    assert any(text.endswith("…") for text in texts)
    assert image([long]).height < 700


def test_many_targets_are_counted_where_not_all_are_drawn() -> None:
    texts = [piece.text for piece in _card(rows() * 10, "指标", LIGHT)]
    assert f"图中为前 20 项，共 {10 * len(rows())} 项。" in texts


def test_a_dollar_is_drawn_as_it_is() -> None:
    row = rows()[0]
    assert image([replace(row, target=replace(row.target, metric="$x^2$ 与 $"))]).width == WIDTH


def test_without_the_font_there_is_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pylopdf_fonts_zh_cn", None)
    assert draw_card(rows(), "指标") is None


def test_lines_are_cut_by_the_width_of_their_characters() -> None:
    assert wrap("床位床位", 10, 20) == ["床位", "床位"]
    assert wrap("", 10, 20) == [""]
