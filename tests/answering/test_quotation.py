"""Sentences that may be quoted: brackets closed, asides with what they speak of, lists whole."""

import pytest

from bot.answering.quotation import sentences_of, whole_list, whole_sentence

SERIES = "要做三件事：一是修路。先修村道。二是架桥。三是通水。每月调度一次。"


@pytest.mark.parametrize(
    "text",
    [
        "改造12所。（牵头：卫健委；配合：财政局）每季会商。",
        "见《办法；试行》。再办。",
        "没有关上的括号（一直写下去；还有一句。" + "字" * 400 + "。末句。",
        "",
    ],
)
def test_the_sentences_are_the_text(text: str) -> None:
    assert "".join(sentences_of(text)) == text


def test_no_sentence_ends_inside_a_bracket() -> None:
    found = sentences_of("改造12所。（牵头：卫健委；配合：财政局）每季会商。")
    assert found == ["改造12所。（牵头：卫健委；配合：财政局）", "每季会商。"]


def test_a_piece_with_half_a_bracket_becomes_its_sentence() -> None:
    text = "改造12所。（牵头：卫健委；配合：财政局）每季会商。"
    assert whole_sentence("（牵头：卫健委；", text) == "改造12所。（牵头：卫健委；配合：财政局）"


@pytest.mark.parametrize("point", ["一是修路。", "先修村道。", "二是架桥。", "三是通水。"])
def test_a_list_is_found_from_each_of_its_points(point: str) -> None:
    assert whole_list(point, SERIES) == SERIES.removesuffix("每月调度一次。")


def test_what_is_no_list_stays_one_sentence() -> None:
    assert whole_list("每月调度一次。", "加强领导。每月调度一次。") == "每月调度一次。"


def test_a_second_list_is_not_joined_to_the_first() -> None:
    text = "（1）修路；（2）架桥。（1）种树；（2）养鱼。"
    assert whole_list("（2）养鱼。", text) == "（1）种树；（2）养鱼。"
