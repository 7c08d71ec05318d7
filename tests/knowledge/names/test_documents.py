"""A document is called by what tells it from others."""

from knowledge.names.documents import Titled, build_index, find_documents
from knowledge.names.titles import document_name

PLANS = [
    Titled("云溪市智算产业发展行动计划（2024—2026年）", place="云溪市"),
    Titled("云溪市轻工业数字化转型实施方案", place="云溪市"),
    Titled("云溪市养老服务条例", place="云溪市"),
    Titled("2025年云溪市政府工作报告", ("云溪报告",), "云溪市"),
    Titled("在全市工作会议上的讲话", place="云溪市"),
]
INDEX = build_index(PLANS)


def first(question: str) -> str:
    return PLANS[find_documents(question, INDEX)[0].at].title


def test_a_title_is_told_by_its_words_kind_place_and_years() -> None:
    title = "云溪市人民政府办公厅关于印发云溪市智算产业发展行动计划（2024—2026年）的通知"
    name = document_name(title)
    assert name.core == "智算产业发展行动计划"
    assert (name.kind, name.place, name.years) == ("行动计划", "云溪市", (2024, 2025, 2026))
    assert "智算" in name.words and "印发" not in name.words


def test_a_plan_is_found_by_its_telling_words() -> None:
    assert first("智算那个计划管几年") == PLANS[0].title
    assert first("轻工方案怎么说") == PLANS[1].title
    assert first("养老服务条例第四条") == PLANS[2].title
    assert first("政府工作报告里粮食目标") == PLANS[3].title
    assert first("那份讲话点了谁的名") == PLANS[4].title


def test_a_question_that_names_no_plan_finds_none() -> None:
    assert find_documents("今年粮食要打多少斤", INDEX) == ()
