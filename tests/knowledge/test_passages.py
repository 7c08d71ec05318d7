import random
import re

import pytest

from knowledge.parsing import parse_plan
from knowledge.passages import PASSAGE_CHARS, plan_passages, split_passages
from knowledge.plan import Section
from knowledge.text import split_sentences, tokenize

PIECES = (
    "全年清淤干渠12公里，改造泵站4座。",
    "一是早动手；二是快完工；三是严验收。",
    "一要把账算清。二要把渠管住！",
    "会议指出：“水是命脉。”各区县要照办。",
    "（责任单位：水务局）\n",
    "逐村逐渠登记造册并按月公示接受监督" * 9 + "，",
    "渠" * 400,
    "\n",
    " ",
    "供水33.02万吨，",
)


def squeeze(text: str) -> str:
    return re.sub(r"\s", "", text)


def random_section(seed: int) -> Section:
    chance = random.Random(seed)
    heading, stop = chance.choice([("修好水渠", "。"), ("修好水渠", ""), ("", "")])
    text = "".join(chance.choices(PIECES, k=chance.randint(0, 25)))
    return Section(None, ("一",), heading, text, stop)


@pytest.mark.parametrize("seed", range(60))
def test_the_passages_of_a_section_are_small_and_joined_they_are_the_section(seed: int) -> None:
    section = random_section(seed)
    texts = [passage.text for passage in split_passages(section)]
    assert squeeze("".join(texts)) == squeeze(section.whole_text)
    assert all(0 < len(text) <= PASSAGE_CHARS for text in texts)


@pytest.mark.parametrize("seed", range(60))
def test_a_point_begins_its_own_passage(seed: int) -> None:
    for passage in split_passages(random_section(seed)):
        assert not re.search(r"[。；！？\n]\s*[一二三][是要]", passage.text)


def test_a_short_section_is_one_passage() -> None:
    (passage,) = split_passages(Section(None, ("一",), "修渠", "清淤12公里。护坡8公里。", "。"))
    assert passage.text == "修渠。清淤12公里。护坡8公里。"


def test_points_are_not_joined() -> None:
    section = Section(None, ("一",), "修渠", "一是清淤12公里。当年完工。二是护坡8公里。", "。")
    assert [passage.text for passage in split_passages(section)] == [
        "修渠。",
        "一是清淤12公里。当年完工。",
        "二是护坡8公里。",
    ]


def test_a_passage_ends_with_a_sentence_where_that_can_be() -> None:
    text = "各区县水务站每月巡查干渠一次并登记在册。" * 30
    texts = [passage.text for passage in split_passages(Section(None, ("一",), "", text))]
    assert len(texts) > 1
    assert all(text.endswith("。") for text in texts)


def test_a_long_sentence_is_cut_at_its_commas() -> None:
    text = "各区县水务站每月巡查干渠一次，" * 30 + "登记在册。"
    texts = [passage.text for passage in split_passages(Section(None, ("一",), "", text))]
    assert all(text.endswith(("，", "。")) for text in texts)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("清淤12公里。护坡8公里。", ["清淤12公里。", "护坡8公里。"]),
        ("会上说：“水是命脉。”要照办。", ["会上说：“水是命脉。”", "要照办。"]),
        ("清淤；护坡；", ["清淤；", "护坡；"]),
        ("产水33.02万吨", ["产水33.02万吨"]),
        ("", []),
    ],
)
def test_sentences_end_at_their_stops(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


def test_no_passage_crosses_a_section_and_all_are_there() -> None:
    plan = parse_plan(
        "澜州市水务要点\n全年办好两件事。\n一、修渠\n（一）清淤。12公里。\n（二）护坡。8公里。\n",
        "a.txt",
    )
    passages = plan_passages(plan)
    assert [passage.section for passage in passages] == list(plan.all_sections())
    assert [passage.text for passage in passages] == [
        "全年办好两件事。",
        "修渠",
        "清淤。12公里。",
        "护坡。8公里。",
    ]


def test_the_full_text_holds_title_and_headings_above_and_the_embedded_text_does_not() -> None:
    plan = parse_plan("澜州市水务要点\n一、修渠\n（一）清淤\n1.干渠。挖12公里。\n", "a.txt")
    passage = plan_passages(plan)[-1]
    assert passage.text == "干渠。挖12公里。"
    assert passage.above == "澜州市水务要点\n修渠\n清淤\n干渠"
    assert {"水务", "修渠", "清淤", "12"} <= set(passage.tokens.split())


def test_parents_are_those_of_the_same_part() -> None:
    plan = parse_plan(
        "讲话\n一、成绩\n（一）修渠\n二、不足\n一、治水\n（一）清淤\n二、节水\n", "a.txt"
    )
    below = next(p for p in plan_passages(plan) if p.section.heading == "清淤")
    assert below.above == "a\n治水\n清淤"


def test_the_same_text_has_one_hash_in_whatever_width_it_is_typed() -> None:
    hashes = {
        passage.hash
        for text in ("清淤12公里(干渠)。", "清淤１２公里（干渠）。", "清淤12公里(干\x00渠)。")
        for passage in split_passages(Section(None, ("一",), "", text))
    }
    assert len(hashes) == 1


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("低保900元", ["低", "低保", "保", "900", "元"]),
        ("33.02万", ["33.02", "万"]),
        ("提高5%，ＱＲ码", ["提", "提高", "高", "5%", "qr", "码"]),
        ("水。渠", ["水", "渠"]),
        ("“ ”……", []),
    ],
)
def test_tokens_are_characters_pairs_and_whole_numbers(text: str, tokens: list[str]) -> None:
    assert list(tokenize(text)) == tokens
