"""Places are told from words by a gazetteer, by the plans' own names and by what stands where."""

import pytest

from knowledge.names.gazetteer import NATION_WORDS, all_divisions, short_form
from knowledge.names.levels import places_elsewhere
from knowledge.names.places import another_place, find_places, forms_of, lies_in, same_place

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
        ("松岭街道的卫生院", [("松岭街道", True)]),
        ("苇川县和江汀市哪个高", [("苇川县", True), ("江汀市", True)]),
        ("汕尾市城区的床位", [("城区", True)]),
        ("重庆市政府今年", [("重庆市", True)]),
        ("云溪市政府今年", [("云溪市", True)]),
    ],
)
def test_a_name_with_its_type_is_sure(text: str, found: list[tuple[str, bool]]) -> None:
    assert names(text) == found


def test_every_division_is_found_by_its_full_name() -> None:
    full = {d.name for d in all_divisions()}
    missed = {
        name
        for name in full
        if not any(p.said == name and p.placed for p in find_places(f"今年{name}的床位"))
    }
    assert len(full) > 3000
    assert missed == {"城区", "郊区", "矿区", "东区", "西区"}  # words, where no city stands before


@pytest.mark.parametrize(
    "text", ["江阴床位多少", "今年江阴床位多少", "大方今年床位多少", "赵县床位多少", "床位 江阴"]
)
def test_a_bare_short_form_where_a_place_stands_is_not_sure(text: str) -> None:
    assert [place.sure for place in find_places(text)] == [False]


@pytest.mark.parametrize(
    "text",
    "和谐社区建几个 平安建设怎么搞 没有江汀适的文件 示范县建几个 城市更新 床位要学江阴加几张 "
    "各区县报送 全市低保 大方得体 和平解决 我区残疾人 矿区补多少 在海安市场 朝阳产业 今年新建5个 "
    "建设文明城市 东北地区 山区道路 高新区建几个 各市县 外省市 市和县共担 大厂和小厂 "
    "中原崛起 和平均数 振兴乡村 合作今天开始".split(),
)
def test_words_are_no_places(text: str) -> None:
    assert [name for name in names(text) if name[0] != "海安市"] == []


def test_a_name_does_not_end_inside_a_word() -> None:
    assert [p.said for p in find_places("海安市场")] == ["海安"]
    assert [p.said for p in find_places("越秀区域")] == ["越秀"]


def test_the_place_of_a_plan_is_sure_for_short() -> None:
    assert names("助餐点云溪要建几个") == [("云溪市", True)]
    assert [p.name for p in find_places("云溪和江汀哪个高", OWN)] == ["云溪市", "江汀"]
    assert find_places("全国要建几个", NATION_WORDS) == ()


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("海安", "海安市", True),
        ("江苏省海安市", "海安", True),
        ("云溪", "云溪市", True),
        ("朝阳市", "朝阳区", False),
        ("云溪市", "苇川市", False),
        ("内蒙古", "内蒙古自治区", True),
    ],
)
def test_a_place_is_the_same_under_its_names(a: str, b: str, same: bool) -> None:
    assert same_place(a, b) is same is same_place(b, a)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("海安市", "海安"),
        ("和县", "和县"),
        ("广西壮族自治区", "广西"),
        ("积石山保安族东乡族撒拉族自治县", "积石山"),
        ("博尔塔拉蒙古自治州", "博尔塔拉"),
        ("鄂温克族自治旗", "鄂温克族"),
        ("万柏林区", "万柏林"),
        ("浦东新区", "浦东"),
    ],
)
def test_a_short_form_is_what_stands_before_type_and_nation(name: str, short: str) -> None:
    assert short_form(name) == short


def test_a_place_has_its_forms() -> None:
    assert forms_of("云溪市青田区") == ("云溪市青田区", "青田区", "青田")
    assert forms_of("") == ()


def test_a_county_lies_in_its_city_and_province() -> None:
    assert lies_in("越秀区", "广州") and lies_in("越秀区", "广东省")
    assert not lies_in("广州", "越秀区") and not lies_in("海安市", "广州市")
    assert lies_in("云溪市青田区", "云溪市") and lies_in("广州", "全国")


@pytest.mark.parametrize(
    ("question", "printed", "others"),
    [
        ("海安市床位多少", "", ("海安市",)),
        ("海安市床位多少", "学习海安市的做法", ()),
        ("海安市床位多少", "学习海安的做法", ()),
        ("大方县床位多少", "大方得体", ("大方县",)),
        ("云溪床位多少", "", ()),
        ("江阴床位多少", "", ("江阴",)),
        ("床位要学江阴加几张", "", ()),
    ],
)
def test_another_place_is_one_that_no_plan_is_of_or_prints(
    question: str, printed: str, others: tuple[str, ...]
) -> None:
    named = another_place(find_places(question, OWN), OWN, lambda word: word in printed)
    assert tuple(place.said for place in named) == others


@pytest.mark.parametrize(
    ("question", "own", "others"),
    [
        ("省里的床位多少", "云溪市", ("省里",)),
        ("省里的床位多少", "云溪省", ()),
        ("市里的床位多少", "云溪市", ()),
        ("市里的床位多少", "苇川县", ("市里",)),
        ("县里的床位多少", "云溪市", ()),
        ("隔壁市的床位多少", "云溪市", ("隔壁市",)),
        ("邻县床位多少", "云溪市", ("邻县",)),
        ("外地户口补不补", "云溪市", ("外地",)),
        ("全国床位多少", "云溪市", ("全国",)),
        ("国家的床位标准", "云溪市", ("国家",)),
        ("国家重点研发计划", "云溪市", ()),
        ("我们市床位多少", "云溪市", ()),
        ("本县床位多少", "苇川县", ()),
        ("城市里的床位", "苇川县", ()),
        ("床位多少", "云溪市", ()),
    ],
)
def test_a_place_told_by_its_level_is_another_one_by_the_plans_own(
    question: str, own: str, others: tuple[str, ...]
) -> None:
    assert places_elsewhere(question, (own,), lambda word: False) == others


def test_a_level_that_the_plans_print_is_no_other_place() -> None:
    assert places_elsewhere("外地户口补不补", OWN, lambda word: word == "外地") == ()
