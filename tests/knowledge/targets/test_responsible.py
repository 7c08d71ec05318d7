"""Notes of a section: the offices that answer for its targets, and their time limits."""

import pytest

from knowledge.targets.responsible import Note, find_offices, find_time_limits


def covered(text: str, notes: list[Note]) -> list[tuple[str, str]]:
    """Return each note with the text that it answers for, itself left out."""
    return [(note.text, text[note.start : note.end].split("（")[0].strip()) for note in notes]


@pytest.mark.parametrize(
    ("text", "offices"),
    [
        ("新建食堂5个。（责任单位：市民政局）", ["市民政局"]),
        ("新建食堂5个（牵头部门：市民政局、市财政局）。", ["市民政局、市财政局"]),
        ("新建食堂5个。\n责任科室：养老科", ["养老科"]),
        ("新建食堂5个。（责任单位：市民政局，完成时限：10月底前）", ["市民政局"]),
        ("新建食堂5个（市民政局牵头，市财政局配合）。", ["市民政局牵头，市财政局配合"]),
        ("新建食堂5个。（市民政局、各县人民政府）", ["市民政局、各县人民政府"]),
        ("新建食堂（含助餐点）5个。", []),  # what a bracket explains is no office
        ("市民政局负责新建食堂5个。", []),  # an office in front of its task is not covered
    ],
)
def test_the_offices_of_a_note_are_read_as_printed(text: str, offices: list[str]) -> None:
    assert [note.text for note in find_offices(text)] == offices


def test_a_note_answers_for_its_own_paragraph() -> None:
    text = "新建食堂5个。（责任单位：市民政局）\n修桥3座。（责任单位：市交通局）"
    notes = find_offices(text)
    assert covered(text, notes) == [("市民政局", "新建食堂5个。"), ("市交通局", "修桥3座。")]


def test_a_note_on_a_line_of_its_own_answers_for_the_paragraphs_above() -> None:
    text = "新建食堂5个。\n改造食堂8个。\n（责任单位：市民政局）\n修桥3座。"
    (note,) = find_offices(text)
    assert text[note.start : note.end].startswith("新建食堂5个。\n改造食堂8个。")
    assert "修桥" not in text[note.start : note.end]


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("新建食堂5个。（完成时限：10月底前）", ["10月底前"]),
        ("新建食堂5个。（责任单位：市民政局；完成时限：2027年6月30日前）", ["2027年6月30日前"]),
        ("新建食堂5个。\n时间要求：年底前", ["年底前"]),
        ("新建食堂5个。（完成时限：持续推进）", []),  # no time that could end anything
        ("完成时限：10月份的会议上另行通知。", []),  # a time that goes on is no limit
    ],
)
def test_a_time_limit_is_the_printed_time_behind_its_label(text: str, limits: list[str]) -> None:
    assert [note.text for note in find_time_limits(text)] == limits
