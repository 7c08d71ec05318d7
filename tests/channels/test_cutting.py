import random
import re

import pytest

from bot.channels.cutting import FIGURE, LABEL, Measure, split_text, utf8_bytes, utf16_units

PARAGRAPHS = (
    "一、主要目标\n",
    "　　新建改造农村公路2,400公里，城镇化率提高到72.6%以上〔二（二）8〕。",
    "对符合条件的企业按每月900元/人·月给予补贴，惠及职工约3.5万人〔四（十五）〕。\n\n",
    "全年新增个体工商户500户。〔第2部分·四〕其中青年创业300户；力争实现“两个确保”！",
    "责任单位：市发展改革委、市财政局、市人力资源社会保障局（2025年12月31日前）\n",
    "family 👨‍👩‍👧‍👦 and 👍🏽, flag 🇨🇳, 中文与 PM2.5 浓度同比下降3.2—4.5个百分点？",
    "https://example.com/plans/2025?id=42 见《云溪市2025年工作要点》",
)


def random_text(seed: int) -> str:
    chance = random.Random(seed)
    return "".join(chance.choices(PARAGRAPHS, k=chance.randint(1, 60)))


def without_space(text: str) -> str:
    return re.sub(r"\s", "", text)


def unmarked(parts: tuple[str, ...]) -> list[str]:
    bodies = [part.rpartition("\n") for part in parts]
    expected = [f"({page}/{len(parts)})" for page in range(1, len(parts) + 1)]
    assert [mark for _, _, mark in bodies] == expected
    return [body for body, _, _ in bodies]


@pytest.mark.parametrize("measure", [utf8_bytes, utf16_units, len])
@pytest.mark.parametrize("seed", range(60))
def test_every_part_fits_and_nothing_is_lost(seed: int, measure: Measure) -> None:
    text, limit = random_text(seed), random.Random(seed).randint(16, 900)
    parts = split_text(text, limit, measure)
    assert max(map(measure, parts)) <= limit
    if len(parts) > 1:
        assert without_space("".join(unmarked(parts))) == without_space(text)


@pytest.mark.parametrize("seed", range(40))
def test_characters_without_any_order_are_not_lost_either(seed: int) -> None:
    chance = random.Random(seed)
    text = "".join(chance.choices("〔〕（）“”。，、 \n\u30002.%7/·户元A\u200d\ufe0f👍🏽🇨🇳", k=800))
    parts = split_text(text, chance.randint(16, 200), utf8_bytes)
    assert without_space("".join(unmarked(parts))) == without_space(text)
    assert all(unmarked(parts))


@pytest.mark.parametrize("seed", range(40))
def test_no_cut_falls_within_a_figure_or_a_label_or_between_a_sentence_and_its_label(
    seed: int,
) -> None:
    text, limit = random_text(seed), random.Random(seed).randint(150, 600)
    bodies = unmarked(split_text(text + "完" * limit, limit, utf8_bytes))
    for what in (FIGURE, LABEL):
        whole = re.findall(what, text)
        assert [found for body in bodies for found in re.findall(what, body)] == whole
    assert not any(body.startswith(("〔", "。", "，", "）")) for body in bodies)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("这一段比较短，说了两句。还有呢。\n第二行也不长。\n\n另起一段，再写下去。", "不长。"),
        ("这一行比较短，说了两句。还有呢。\n第二行不短，也要写得满一些才好看。", "还有呢。"),
        ("这一句比较短，说了一半，到了。这一句一直写下去，写得满一些才好看。", "到了。"),
        ("这一句没有句号，只有逗号，别的都没有所以要在逗号后面切开它才好看", "只有逗号，"),
        ("这一句什么标点也没有所以只好在放不下的那个字的前面切开它才行别无他法", "的前"),
    ],
)
def test_a_part_ends_at_the_longest_pause(text: str, first: str) -> None:
    assert unmarked(split_text(text, 30, len))[0].endswith(first)


def test_a_pause_near_the_start_does_not_leave_a_part_half_empty() -> None:
    bodies = unmarked(split_text("标题\n\n" + "正文" * 30, 40, len))
    assert len(bodies) == 2


@pytest.mark.parametrize(
    "figure", ["2,400", "7.1%", "900元/人·月", "3.5万亩", "10%—15%", "2025年", "1200平方公里"]
)
@pytest.mark.parametrize("before", range(20))
def test_a_figure_stays_whole_wherever_it_stands(figure: str, before: int) -> None:
    bodies = unmarked(split_text("增" * before + figure + "长" * 40, 30, len))
    assert sum(figure in body for body in bodies) == 1


@pytest.mark.parametrize(
    "ending", ["户〔四（十五）〕。", "户。〔四（十五）〕", "户。 〔四〕〔五〕", "户〔四〕；"]
)
@pytest.mark.parametrize("before", range(20))
def test_a_label_stays_with_its_sentence(ending: str, before: int) -> None:
    bodies = unmarked(split_text("增" * before + ending + "长" * 40, 30, len))
    assert sum(ending in body for body in bodies) == 1


@pytest.mark.parametrize("emoji", ["👨‍👩‍👧‍👦", "👍🏽", "🇨🇳", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
@pytest.mark.parametrize("before", range(20))
def test_an_emoji_stays_whole(emoji: str, before: int) -> None:
    bodies = unmarked(split_text("增" * before + emoji + "长" * 40, 40, utf16_units))
    assert sum(emoji in body for body in bodies) == 1


def test_a_label_longer_than_a_part_is_cut_and_not_lost() -> None:
    text = f"见〔{'云溪市工作要点' * 20}〕。"
    parts = split_text(text, 60, utf8_bytes)
    assert "".join(unmarked(parts)) == text
    assert max(map(utf8_bytes, parts)) <= 60


def test_indentation_after_a_cut_is_kept() -> None:
    bodies = unmarked(split_text("第一段，" * 5 + "\n\n　　第二段，" + "写满。" * 5, 30, len))
    assert bodies[1].startswith("　　第二段")


def test_a_text_that_fits_is_sent_unmarked() -> None:
    assert split_text("共500户〔四〕。\n", 16, len) == ("共500户〔四〕。",)


@pytest.mark.parametrize("text", ["", " \n\u3000"])
def test_a_blank_text_has_no_parts(text: str) -> None:
    assert split_text(text, 16, len) == ()


def test_the_mark_counts_even_with_thousands_of_parts() -> None:
    parts = split_text("要" * 2500, 16, utf8_bytes)
    assert len(parts) == 2500
    assert max(map(utf8_bytes, parts)) <= 16


@pytest.mark.parametrize(("text", "limit"), [("短", 15), ("要" * 30_000, 16)])
def test_a_limit_too_small_is_refused(text: str, limit: int) -> None:
    with pytest.raises(ValueError, match="limit"):
        split_text(text, limit, utf8_bytes)


@pytest.mark.parametrize(("text", "octets", "units"), [("a中👍", 8, 4), ("", 0, 0)])
def test_each_platform_counts_in_its_own_unit(text: str, octets: int, units: int) -> None:
    assert (utf8_bytes(text), utf16_units(text)) == (octets, units)
