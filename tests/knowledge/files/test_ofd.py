from pathlib import Path

import pytest

from knowledge.errors import UnreadableFile
from knowledge.files.readers.ofd import MAX_PAGES, is_ofd, read
from knowledge.parsing import parse_plan
from tests.support.office_files import CHARACTER, OFD, ofd_file, ofd_pages, ofd_text

PLAN = """云溪市2025年卫生健康工作要点
2025年，全市卫生健康系统抓好以下任务，每项任务都要有进度、有责任人、有结果。
一、建强基层网络
（一）新建社区卫生服务站12个，每个服务站配备全科医生不少于2名，10月底前全部开诊。
（二）家庭医生签约率达到45.5%以上。
二、改善就医体验
1.二级以上医院全部开通分时段预约，门诊平均等候时间压缩到20分钟以内。
"""


@pytest.mark.parametrize("year", [2023, 2024, 2025])
def test_ofd_has_the_sections_of_its_text(year: int, samples: Path) -> None:
    text = (samples / f"yunxi-{year}.txt").read_text(encoding="utf-8")
    content = ofd_file(ofd_pages(text))
    assert is_ofd(content)
    assert parse_plan(read(content).text, "x").sections == parse_plan(text, "x").sections


def test_hard_wrapped_lines_are_joined() -> None:
    assert read(ofd_file(ofd_pages(PLAN))).text == PLAN.strip()


def test_page_numbers_are_dropped_and_pages_remembered(samples: Path) -> None:
    text = (samples / "yunxi-2025.txt").read_text(encoding="utf-8")
    reading = read(ofd_file(ofd_pages(text)))
    assert ("— 1 —", "页码") in [(line.text, line.why) for line in reading.dropped]
    assert len(reading.page_starts) == len(ofd_pages(text))


def test_text_of_templates_is_read() -> None:
    layer = f"<ofd:Content><ofd:Layer>{ofd_text('云溪市卫生健康委员会', 60, 20)}</ofd:Layer>"
    template = f"<ofd:Page {OFD}>{layer}</ofd:Content></ofd:Page>"
    content = ofd_file(ofd_pages(PLAN), Template=template)
    assert read(content).text.startswith("云溪市卫生健康委员会")


def test_text_printed_twice_to_look_bold_is_read_once() -> None:
    twice = ofd_text("一、建强基层网络", 40, 40) + ofd_text("一、建强基层网络", 40.05, 40)
    assert read(ofd_file([twice])).text == "一、建强基层网络"


def test_indent_made_of_blanks_begins_a_paragraph() -> None:
    lines = (
        "一、全年建站十二个，全部开诊，配齐人员",
        "\u3000\u3000二、签约率达到五成以上，结果要公开",
    )
    page = "".join(ofd_text(line, 28, 40 + 10 * i) for i, line in enumerate(lines))
    assert read(ofd_file([page])).text.splitlines() == [line.strip() for line in lines]


def test_pieces_of_a_line_stand_from_left_to_right() -> None:
    pieces = ofd_text("基层网络", 40 + 4 * CHARACTER, 40) + ofd_text("一、建强", 40, 40)
    assert read(ofd_file([pieces])).text == "一、建强基层网络"


def nested_composites() -> str:
    twice = "<ofd:CompositeObject ResourceID='{0}'/>" * 2
    units = "".join(
        f"<ofd:CompositeGraphicUnit ID='{i}'><ofd:Content>{twice.format(i + 1)}</ofd:Content>"
        "</ofd:CompositeGraphicUnit>"
        for i in range(30)
    )
    return (
        f"<ofd:Res {OFD}><ofd:CompositeGraphicUnits>{units}</ofd:CompositeGraphicUnits></ofd:Res>"
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (ofd_file([""]), "没有文字"),
        (ofd_file([""] * (MAX_PAGES + 1)), "超过上限"),
        (ofd_file([""], PublicRes=nested_composites()), "大得不正常"),
        (ofd_file([" " * 30_000_000]), "大得不正常"),
        (ofd_file([""], Document="<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "XML 实体"),
        (ofd_file([""], Document="<broken"), "损坏"),
        (ofd_file(ofd_pages(PLAN))[:-200], "损坏"),
    ],
)
def test_harmful_or_damaged_file_gives_one_clear_line(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason) as raised:
        read(content)
    assert "\n" not in str(raised.value)
