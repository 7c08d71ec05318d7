"""Ranges that tell what falls where, and which of them a quantity falls into."""

import pytest

from knowledge.quantity import read_quantities
from knowledge.tiers import in_tier, read_tiers, tightest

SIZES = "500万元以下奖1万元，500万元至2000万元奖2万元，2000万元至1亿元奖5万元，1亿元以上奖9万元"


def printed(text: str, quantity: str) -> list[str]:
    """Return the tiers that a quantity falls into, as printed."""
    (said,) = read_quantities(quantity)
    return [text[t.start : t.end] for t in read_tiers(text) if in_tier(said, t)]


@pytest.mark.parametrize(
    ("quantity", "tiers"),
    [
        ("三千万", ["2000万元至1亿元"]),
        ("3000万元", ["2000万元至1亿元"]),
        ("300万元", ["500万元以下"]),
        ("2亿元", ["1亿元以上"]),
        ("5户", []),
    ],
)
def test_a_quantity_falls_into_its_tier(quantity: str, tiers: list[str]) -> None:
    assert printed(SIZES, quantity) == tiers


def test_a_tier_does_not_hold_what_it_stays_below() -> None:
    land = "50亩以上不足100亩的每亩补30元；100亩以上的每亩补50元"
    assert printed(land, "50亩") == ["50亩以上不足100亩"]
    assert printed(land, "100亩") == ["100亩以上"]
    assert printed(land, "7公顷") == ["100亩以上"]  # 105亩


def test_of_open_tiers_the_highest_that_is_reached_counts() -> None:
    text = "首次超过10亿元、超过50亿元、超过100亿元的企业"
    (said,) = read_quantities("营收过50亿")
    tier = tightest(said, read_tiers(text))
    assert tier is not None
    assert text[tier.start : tier.end] == "超过50亿元"
