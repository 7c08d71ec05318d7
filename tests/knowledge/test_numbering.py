import pytest

from knowledge.numbering import Style, find_marks, han_numeral, number_value, step


def marks(text: str) -> list[str]:
    return [mark.step for mark in find_marks(text)]


def test_a_numeral_read_again_has_the_same_value() -> None:
    assert [number_value(han_numeral(value)) for value in range(1, 1000)] == list(range(1, 1000))


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("十", 10),
        ("二十一", 21),
        ("一百零二", 102),
        ("一百一十", 110),
        ("两千", 2000),
        ("三万五千", 35_000),
        ("１５", 15),
        (" 7 ", 7),
        ("二〇二五", 2025),
        ("二零二五", 2025),
    ],
)
def test_numerals_are_read_as_they_are_printed(numeral: str, value: int) -> None:
    assert number_value(numeral) == value


@pytest.mark.parametrize("numeral", ["", "甲", "第一", "3.5", "×"])
def test_what_is_no_numeral_has_no_value(numeral: str) -> None:
    assert number_value(numeral) is None


@pytest.mark.parametrize(
    ("line", "canonical"),
    [
        ("一、稳住粮食生产", "一"),
        ("十二．整修渠道", "十二"),
        ("一，稳住粮食生产", "一"),
        ("（二）育好良种", "（二）"),
        ("(二)育好良种", "（二）"),
        ("( 二 ）育好良种", "（二）"),
        ("〔二〕育好良种", "（二）"),
        ("8.清淤河道", "8"),
        ("８．清淤河道", "8"),
        ("8、清淤河道", "8"),
        ("8)清淤河道", "8"),
        ("（3）疏通暗渠", "（3）"),
        ("(3)疏通暗渠", "（3）"),
        ("③疏通暗渠", "③"),
        ("第三章 水利建设", "第三章"),
        ("第二节 节水灌溉", "第二节"),
        ("第十条 渠长每月巡渠一次", "第十条"),
        ("第 10 条 渠长每月巡渠一次", "第十条"),
    ],
)
def test_every_way_of_numbering_has_one_canonical_form(line: str, canonical: str) -> None:
    assert marks(line) == [canonical]


@pytest.mark.parametrize(
    "line",
    [
        "种植早稻3.5万亩",
        "产量33.02万吨",
        "同比增长0.8%",
        "增长2.5、3.1个百分点",
        "投入2.5、产出3.1",
        "2020年1月开工",
        "2025.3.11",
        "一是养鱼，二是养虾",
        "一要早，二要快",
        "第二款规定的情形",
        "第三条之一",
        "一方面抓生产",
        "5万户、8万人",
    ],
)
def test_figures_dates_and_points_are_no_marks(line: str) -> None:
    assert marks(line) == []


@pytest.mark.parametrize(
    "indent", ["", "  ", "\t", "\u3000\u3000", "\u00a0\u00a0", " \u3000\u00a0"]
)
def test_a_mark_behind_an_indent_opens_its_line(indent: str) -> None:
    (mark,) = find_marks(f"上一行。\n{indent}（一）育好良种")
    assert mark.opens_line


def test_a_mark_inside_a_line_does_not_open_it() -> None:
    (mark,) = find_marks("各组（三）都要办理")
    assert not mark.opens_line


def test_a_mark_says_where_it_is_printed() -> None:
    text = "开头。\n\u3000（十五 ）养蜂"
    assert [text[mark.start : mark.end] for mark in find_marks(text)] == ["（十五 ）"]


@pytest.mark.parametrize(("text", "is_plain"), [("一、种麦", True), ("一，种麦", False)])
def test_separators_that_ordinary_text_has_too_are_not_plain(text: str, is_plain: bool) -> None:
    assert [mark.is_plain for mark in find_marks(text)] == [is_plain]


def test_styles_are_ordered_from_the_outermost_in() -> None:
    outermost_first = "第一章 第一节 第一条 一 （一） 1 1.1 1.1.1 1.1.1.1 1 （1） ①".split()
    levels = {Style.DECIMAL_2: 2, Style.DECIMAL_3: 3, Style.DECIMAL_4: 4}
    assert [step(style, *[1] * levels.get(style, 1)) for style in Style] == outermost_first
