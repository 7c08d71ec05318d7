"""Which quantities a text prints, when two say the same, and what may be subtracted."""

from decimal import Decimal

import pytest

from knowledge.quantity import (
    Bound,
    Incomparable,
    Kind,
    Quantity,
    confirms,
    difference,
    equal,
    read_quantities,
    show,
)


def read(text: str) -> Quantity:
    (quantity,) = read_quantities(text)
    return quantity


@pytest.mark.parametrize(
    ("text", "value", "per"),
    [
        ("修路5千米", "5", "千米"),
        ("培训3千人", "3000", "人"),
        ("每人3千元", "3000", "元/人"),
        ("装机5千瓦", "5", "千瓦"),
        ("装机5万千瓦", "50000", "千瓦"),
        ("发电12.5亿千瓦时", "1250000000", "千瓦时"),
        ("变电容量75万千伏安", "750000", "千伏安"),
        ("储能500MW", "500", "MW"),
        ("规模1.2万亿元", "1200000000000", "元"),
        ("共1,200户", "1200", "户"),
        ("占比５０％", "50", "%"),
        ("占比百分之七十五点五", "75.5", "%"),
        ("占比三成", "3", "成"),
        ("培训一千二百人次", "1200", "人次"),
        ("每月两次", "2", "次/月"),
        ("标准880元/人·月", "880", "元/人·月"),
        ("每人每月发放880元", "880", "元/人·月"),
        ("880元每人每月", "880", "元/人·月"),
        ("每千人口拥有床位7张", "7", "张/千人口"),
        ("每亩补助30元", "30", "元/亩"),
        ("浓度35微克/立方米", "35", "微克/立方米"),
        ("发生率9/10万", "9", "10万"),
        ("不少于30学时", "30", "学时"),
        ("新增2000个车位", "2000", "个"),
        ("3000车位", "3000", "车位"),
        ("半年", "0.5", "年"),
        ("三分之一以上", str(Decimal(1) / 3), ""),
    ],
)
def test_value_and_unit(text: str, value: str, per: str) -> None:
    found = read(text)
    assert (found.low, found.high, found.per) == (Decimal(value), Decimal(value), per)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("3-5户", "3", "5"),
        ("8至10家", "8", "10"),
        ("3—5万元", "30000", "50000"),
        ("2000万元至1亿元", "20000000", "100000000"),
        ("2000万元（含）至5000万元（不含）", "20000000", "50000000"),
        ("5.5%—6%", "5.5", "6"),
        ("两三家", "2", "3"),
    ],
)
def test_a_range_has_two_values(text: str, low: str, high: str) -> None:
    found = read(text)
    assert (found.low, found.high) == (Decimal(low), Decimal(high))


def test_where_a_change_begins_and_ends_is_no_range() -> None:
    assert [q.value for q in read_quantities("从800元到900元")] == ["800", "900"]


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("新增5户", Bound.EXACT),
        ("不少于5户", Bound.AT_LEAST),
        ("至少新增5户", Bound.AT_LEAST),
        ("5户以上", Bound.AT_LEAST),
        ("不超过5户", Bound.AT_MOST),
        ("补助上限提高到5万元", Bound.AT_MOST),
        ("5日内", Bound.WITHIN),
        ("超过5户", Bound.MORE),
        ("营收过50亿", Bound.MORE),
        ("50余户", Bound.MORE),
        ("3万多户", Bound.MORE),
        ("不足5户", Bound.LESS),
        ("约5户", Bound.ABOUT),
        ("5户左右", Bound.ABOUT),
        ("达到5户", Bound.REACHES),
        ("增幅达到5%", Bound.EXACT),
        ("≥5%", Bound.AT_LEAST),
        ("经过5年", Bound.EXACT),
    ],
)
def test_what_binds_a_number(text: str, bound: Bound) -> None:
    assert read(text).bound is bound


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("救助×户", Kind.HIDDEN),
        ("第三批", Kind.ORDINAL),
        ("每3年", Kind.EVERY),
        ("5G", Kind.CODE),
        ("3A级", Kind.CODE),
        ("1:15", Kind.CODE),
        ("1∶4000", Kind.CODE),
        ("〔2024〕12号", Kind.CODE),
        ("全覆盖", Kind.TOTAL),
        ("一半", Kind.HALF),
    ],
)
def test_what_counts_nothing_is_told_by_its_kind(text: str, kind: Kind) -> None:
    assert read_quantities(text)[0].kind is kind


@pytest.mark.parametrize(
    "text",
    [
        "2025年6月30日前",
        "统一部署",
        "进一步",
        "这两年",
        "国家所有权",
        "一户一策",
        "一次性奖励",
        "第一时间",
        "二三产业",
        "数百家",
        "几十万元",
    ],
)
def test_other_words_are_no_quantities(text: str) -> None:
    assert read_quantities(text) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5公里", "5000米"),
        ("5千米", "5公里"),
        ("3万人次", "30000人次"),
        ("5名", "5人"),
        ("30天", "30日"),
        ("12个月", "1年"),
        ("1公顷", "15亩"),
        ("50㎡", "50平方米"),
        ("百分之五十", "50%"),
        ("两次", "2次"),
        ("3个百分点", "3百分点"),
        ("500千瓦", "0.5兆瓦"),
        ("第三批", "第3批"),
        ("3特色", "3特色街区"),  # a unit that no table knows
    ],
)
def test_equal_in_other_words(one: str, other: str) -> None:
    assert equal(read(one), read(other))
    assert equal(read(other), read(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("45元", "745元"),
        ("3万人次", "13万人次"),
        ("500千瓦", "500兆瓦"),
        ("5立方米", "5升"),
        ("5美元", "5欧元"),
        ("5株", "5头"),
        ("5家", "5处"),
        ("5人", "5人次"),
        ("5个", "5个百分点"),
        ("12期", "12场"),
        ("500户", "500万户"),
        ("×户", "×人"),
        ("×户", "35户"),
        ("第二批", "第三批"),
        ("3泓", "3浜"),  # units that no table knows
        ("3-5户", "3户"),
        ("30%", "30‰"),
    ],
)
def test_not_equal(one: str, other: str) -> None:
    assert not equal(read(one), read(other))
    assert not equal(read(other), read(one))


@pytest.mark.parametrize(
    ("printed", "said", "is_so"),
    [
        ("860元/人·月", "每月860元", True),
        ("860元/人·月", "860元", True),
        ("860元/人·月", "860元/人·年", False),
        ("860元/人·月", "每年860元", False),
        ("每亩补助30元", "每户补助30元", False),
        ("50%以上", "50%", True),
        ("不少于5户", "不超过5户", False),
        ("不超过5万元", "5万元", False),
        ("30日", "30日内", True),
        ("超过5户", "5户", False),
        ("5户左右", "5户", False),
    ],
)
def test_print_confirms_no_more_than_it_says(printed: str, said: str, is_so: bool) -> None:
    assert confirms(read(printed), read(said)) is is_so


@pytest.mark.parametrize(
    ("one", "other", "shown"),
    [
        ("8万元", "10万元", "2万元"),
        ("21万人", "500万人", "479万人"),
        ("400亿斤", "410亿斤", "10亿斤"),
        ("5千米", "6千米", "1千米"),
        ("9500万元", "1.2亿元", "2500万元"),
        ("80%", "85%", "5个百分点"),
        ("600户", "500户", "-100户"),
        ("3家", "5个", "2个"),
    ],
)
def test_a_difference_is_in_the_scale_of_its_numbers(one: str, other: str, shown: str) -> None:
    assert show(difference(read(one), read(other))) == shown


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("5户", "5人", Incomparable.UNIT),
        ("5美元", "5元", Incomparable.UNIT),
        ("860元/人·月", "8940元/人·年", Incomparable.RATE),
        ("×户", "5户", Incomparable.HIDDEN),
        ("3-5户", "5户", Incomparable.RANGE),
    ],
)
def test_what_cannot_be_subtracted_says_why(one: str, other: str, why: Incomparable) -> None:
    assert difference(read(one), read(other)) is why


def test_a_list_shares_its_unit_its_bound_and_its_rate() -> None:
    shares = read_quantities("达标率达到60%、70%和80%以上")
    assert [q.bound for q in shares[1:]] == [Bound.AT_LEAST, Bound.AT_LEAST]
    points = read_quantities("提高3个和5个百分点")
    assert [q.measure for q in points] == ["个百分点", "个百分点"]
    staff = read_quantities("每千人口医师3.4人、护士4人")
    assert [q.per for q in staff] == ["人/千人口", "人/千人口"]


def test_a_unit_that_begins_another_word_is_none() -> None:
    for text in ("5家庭", "附件1所示", "代码2根据", "3人制", "3人大代表"):
        assert read(text).measure == "", text


def test_a_quantity_points_into_print() -> None:
    text = "新增　５００ 户，其中：东区３００户以上"
    first, second = read_quantities(text)
    assert text[first.start : first.end] == "５００ 户"
    assert text[second.start : second.bound_end] == "３００户以上"
