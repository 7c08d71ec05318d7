from dataclasses import replace
from datetime import date

import pytest

from bot.understanding.request import Intent, Request, content_words, understand
from tests.support.bot_fixtures import record

YUNXI = tuple(
    record(f"yunxi-{year}.txt", year, "云溪市", f"{year}年云溪市民政工作要点", ("云溪",))
    for year in (2025, 2024, 2023)
)
SPEECH = record("jianghua.txt", 2024, "江汀市", "在全市民政工作会议上的讲话", ("讲话", "会议讲话"))
RULES = record("guize.txt", None, None, "养老机构管理办法", ("办法",))
RECORDS = (*YUNXI, SPEECH, RULES)
MAY_2025 = date(2025, 5, 1)


def read(question: str, *earlier: str, today: date | None = None) -> Request:
    return understand(question, earlier, RECORDS, today)


def groups(request: Request) -> list[list[str]]:
    return [[r.id for r in group] for group in request.groups]


def scope(question: str, today: date | None = None) -> list[str]:
    return [r.id for r in read(question, today=today).plans]


ALL_OF_YUNXI = ["yunxi-2025", "yunxi-2024", "yunxi-2023"]


@pytest.mark.parametrize(
    ("question", "plans"),
    [
        ("云溪低保标准多少", ALL_OF_YUNXI),
        ("云溪市的低保标准多少", ALL_OF_YUNXI),
        ("雲溪市低保標準多少", ALL_OF_YUNXI),
        ("云溪2024年低保标准", ["yunxi-2024"]),
        ("云溪２０２４年低保标准", ["yunxi-2024"]),
        ("24年云溪低保标准", ["yunxi-2024"]),
        ("2023年度云溪低保标准", ["yunxi-2023"]),
        ("江汀怎么说助餐", ["jianghua"]),
        ("讲话里怎么说助餐", ["jianghua"]),
        ("會議講話裡怎麼說助餐", ["jianghua"]),
        ("办法里消防怎么规定", ["guize"]),
        ("《2024年云溪市民政工作要点》讲了什么", ["yunxi-2024"]),
        ("2024年建多少助餐点", ["yunxi-2024", "jianghua", "guize"]),
    ],
)
def test_a_place_a_year_and_an_alias_limit_the_plans(question: str, plans: list[str]) -> None:
    assert scope(question) == plans


def test_a_question_that_names_nothing_is_asked_of_every_plan() -> None:
    request = read("助餐点建多少")
    assert groups(request) == [[r.id for r in RECORDS]]
    assert not request.named


@pytest.mark.parametrize(
    ("question", "plans"),
    [
        ("去年云溪低保标准", ["yunxi-2024"]),
        ("前年云溪低保标准", ["yunxi-2023"]),
        ("今年云溪低保标准", ["yunxi-2025"]),
    ],
)
def test_last_year_counts_from_the_given_date(question: str, plans: list[str]) -> None:
    assert scope(question, MAY_2025) == plans


def test_this_year_without_a_plan_of_it_is_no_filter() -> None:
    assert scope("今年云溪低保标准", date(2030, 1, 1)) == ALL_OF_YUNXI


@pytest.mark.parametrize(
    "question",
    ["云溪2年内完成什么", "云溪从业满3年奖励多少", "云溪16年以上的老旧小区", "云溪2025户改造吗"],
)
def test_a_length_of_time_is_no_year(question: str) -> None:
    assert read(question).years in ((), (2025,))
    assert "yunxi-2023" in scope(question) or "户" in question


def test_several_places_make_one_group_each() -> None:
    request = read("云溪和江汀的助餐点对比一下")
    assert groups(request) == [ALL_OF_YUNXI, ["jianghua"]]
    assert request.intent is Intent.COMPARE


def test_several_years_make_one_group_each() -> None:
    request = read("云溪2023年和2025年低保标准分别多少")
    assert groups(request) == [["yunxi-2023"], ["yunxi-2025"]]
    assert request.intent is Intent.COMPARE


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("云溪2019年低保标准多少", ("2019年",)),
        ("青屏市低保标准多少", ("青屏市",)),
        ("云溪市低保标准多少", ()),
        ("各县区低保标准多少", ()),
        ("哪个市的助餐点多", ()),
        ("我们市的低保标准多少", ()),
        ("今年城市低保标准多少", ()),
        ("怎么提高城市低保标准", ()),
        ("农村和城市的低保标准", ()),
    ],
)
def test_a_year_or_place_that_no_plan_has_is_unknown(
    question: str, unknown: tuple[str, ...]
) -> None:
    assert read(question).unknown == unknown


def test_a_year_is_unknown_where_every_plan_has_another() -> None:
    request = understand("2019年低保标准多少", (), YUNXI)
    assert (request.unknown, request.plans) == (("2019年",), ())


def test_a_year_chooses_among_editions_and_leaves_the_only_plan_of_a_place() -> None:
    request = read("江汀2023年助餐点建多少")
    assert [r.id for r in request.plans] == ["jianghua"]
    assert request.years == (2023,)


def test_a_plan_without_a_year_answers_for_any_year() -> None:
    assert scope("2025年办法里消防怎么规定") == ["guize"]


@pytest.mark.parametrize(
    "question", ["补助上限呢", "那每户补助多少", "几户", "其中农村多少", "什么时候完成"]
)
def test_a_follow_up_takes_plan_and_words_from_the_turn_before(question: str) -> None:
    request = read(question, "云溪2024年适老化改造多少户")
    assert [r.id for r in request.plans] == ["yunxi-2024"]
    assert "适老化改造" in request.search_text


@pytest.mark.parametrize(
    ("question", "plan"), [("那2023年呢", "yunxi-2023"), ("2025年呢", "yunxi-2025")]
)
def test_a_follow_up_may_change_the_year_and_keeps_place_and_words(
    question: str, plan: str
) -> None:
    request = read(question, "云溪2024年适老化改造多少户")
    assert [r.id for r in request.plans] == [plan]
    assert "适老化改造" in request.search_text


def test_a_follow_up_may_change_the_place_and_keeps_the_words() -> None:
    request = read("江汀呢", "云溪2024年适老化改造多少户")
    assert [r.id for r in request.plans] == ["jianghua"]
    assert "适老化改造" in request.search_text


def test_a_follow_up_to_a_follow_up_still_knows_the_plan() -> None:
    request = read("那什么时候完成", "云溪2024年适老化改造多少户", "补助上限呢")
    assert [r.id for r in request.plans] == ["yunxi-2024"]


@pytest.mark.parametrize(
    "question",
    [
        "今年全市新建多少处农村公益性公墓",
        "养老机构护理员持证率要达到百分之几",
        "云溪2025年社区慈善基金累计达到多少只",
    ],
)
def test_a_new_topic_takes_nothing_from_the_turn_before(question: str) -> None:
    request = read(question, "云溪2024年适老化改造多少户")
    assert "适老化" not in request.search_text
    assert [r.id for r in request.plans] != ["yunxi-2024"]


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("你好", Intent.HELP),
        ("您好！", Intent.HELP),
        ("/start", Intent.HELP),
        ("帮助", Intent.HELP),
        ("幫助", Intent.HELP),
        ("文件", Intent.PLANS),
        ("有哪些文件？", Intent.PLANS),
        ("第二部分第三条", Intent.SECTION),
        ("云溪2024年要点是哪天印发的", Intent.ABOUT),
        ("文号是多少", Intent.ABOUT),
        ("汇总云溪养老方面的指标", Intent.TARGETS),
        ("总结云溪养老方面的工作", Intent.SUMMARY),
        ("适老化改造多少户", Intent.ANSWER),
        ("你好，适老化改造多少户", Intent.ANSWER),
        ("帮助困难群众的措施有哪些", Intent.ANSWER),
    ],
)
def test_it_is_told_what_is_to_be_done(question: str, intent: Intent) -> None:
    assert read(question).intent is intent


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("持证率24和25差多少", (2024, 2025)),
        ("散居孤儿的标准三年是怎么涨的", (2023, 2024, 2025)),
        ("防跌包发2000个吗", ()),
        ("2025年比上年多多少", (2024, 2025)),
    ],
)
def test_years_are_read_as_people_write_them(question: str, years: tuple[int, ...]) -> None:
    assert understand(question, (), YUNXI).years == years


def test_a_place_is_known_without_its_ending() -> None:
    plans = [
        replace(r, metadata=replace(r.metadata, region=place, aliases=()))
        for r, place in zip(YUNXI, ("云溪市", "临江县", None), strict=True)
    ]
    assert groups(understand("临江低保多少", (), plans)) == [["yunxi-2024"]]


@pytest.mark.parametrize("question", ["哪个市低保标准最高", "各地低保标准多少"])
def test_a_question_for_every_place_compares_them(question: str) -> None:
    request = read(question)
    assert request.intent is Intent.COMPARE
    assert len(request.groups) == 2


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("边个嚟做助餐", ("助餐",)),
        ("助餐咋个搞", ("助餐",)),
        ("助餐补几块钱 咋整的", ("助餐补",)),
        ("归拢归拢助餐", ("助餐",)),
    ],
)
def test_question_words_of_dialects_carry_nothing(question: str, left: tuple[str, ...]) -> None:
    assert content_words(question) == left
