"""Which value of a list with 分别 belongs to which subject."""

import pytest

from knowledge.pairs import read_pairs


@pytest.mark.parametrize(
    ("sentence", "pairs"),
    [
        ("甲、乙分别新增3个和5个", [("甲", "3"), ("乙", "5")]),
        (
            "城乡标准分别提高到860元/人·月和745元/人·月",
            [("城市标准", "860"), ("农村标准", "745")],
        ),
        (
            "小学和初中生均经费分别达到3万元、5万元",
            [("小学生均经费", "3万"), ("初中生均经费", "5万")],
        ),
        (
            "2024年甲、乙分别达到5人、3人，到2025年，分别达到6人和4人",
            [("甲", "5"), ("乙", "3"), ("甲", "6"), ("乙", "4")],
        ),
        (
            "城乡标准分别提高到860元和745元，增幅达到4.2%和5.6%",
            [
                ("城市标准", "860"),
                ("农村标准", "745"),
                ("城市标准增幅达到", "4.2%"),
                ("农村标准增幅达到", "5.6%"),
            ],
        ),
        ("新增3个食堂和5个书屋", []),
        ("甲、乙、丙分别新增3个和5个", []),
    ],
)
def test_the_pairs_of_a_sentence(sentence: str, pairs: list[tuple[str, str]]) -> None:
    found = [(pair.subject, pair.quantity.value) for pair in read_pairs(sentence)]
    assert found == pairs
