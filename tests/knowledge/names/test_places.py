"""Places are told from words by a gazetteer, by the plans' own names and by what stands where."""

import pytest

from knowledge.names.places import another_place, find_places, lies_in, same_place

OWN = ("云溪市",)


def names(text: str) -> list[tuple[str, bool]]:
    return [(place.name, place.sure) for place in find_places(text, OWN)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("海安市残疾儿童补多少", [("海安市", True)]),
        ("越秀区低保多少", [("越秀区", True)]),
        ("白云鄂博矿区养老床位", [("白云鄂博矿区", True)]),
        ("江苏省南通市海安市今年", [("海安市", True)]),
        ("石桥镇的卫生院", [("石桥镇", True)]),
        ("苇川县和江汀市哪个高", [("苇川县", True), ("江汀市", True)]),
    ],
)
def test_a_name_with_its_type_is_sure(text: str, found: list[tuple[str, bool]]) -> None:
    assert names(text) == found


@pytest.mark.parametrize("text", ["江阴床位多少", "今年江阴床位多少", "大方今年床位多少"])
def test_a_bare_short_form_where_a_place_stands_is_not_sure(text: str) -> None:
    assert [place.sure for place in find_places(text)] == [False]


@pytest.mark.parametrize(
    "text",
    "和谐社区建几个 平安建设怎么搞 没有江汀适的文件 示范县建几个 城市更新 床位要学江阴加几张 "
    "各区县报送 全市低保 大方得体 和平解决 我区残疾人 矿区补多少".split(),
)
def test_words_are_no_places(text: str) -> None:
    assert names(text) == []


def test_the_place_of_a_plan_is_sure_for_short() -> None:
    assert names("助餐点云溪要建几个") == [("云溪市", True)]
    assert [p.name for p in find_places("云溪和江汀哪个高", OWN)] == ["云溪市", "江汀"]


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("海安", "海安市", True),
        ("江苏省海安市", "海安", True),
        ("云溪", "云溪市", True),
        ("朝阳市", "朝阳区", False),
        ("云溪市", "苇川市", False),
    ],
)
def test_a_place_is_the_same_under_its_names(a: str, b: str, same: bool) -> None:
    assert same_place(a, b) is same is same_place(b, a)


def test_a_county_lies_in_its_city_and_province() -> None:
    assert lies_in("越秀区", "广州") and lies_in("越秀区", "广东省")
    assert not lies_in("广州", "越秀区") and not lies_in("海安市", "广州市")


def test_another_place_is_one_that_no_plan_is_of_or_prints() -> None:
    def others(text: str, printed: str = "") -> list[str]:
        named = find_places(text, OWN)
        return [p.said for p in another_place(named, OWN, lambda word: word in printed)]

    assert others("海安市床位多少") == ["海安市"]
    assert others("海安市床位多少", "学习海安市的做法") == []
    assert others("云溪床位多少") == []
    assert others("江阴床位多少") == ["江阴"]
    assert others("床位要学江阴加几张") == []
