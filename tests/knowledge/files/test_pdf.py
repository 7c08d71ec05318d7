"""PDF files of an invented plan -> the same sections as its text, and clear words where not."""

import re
from dataclasses import dataclass, field

import numpy as np
import pytest

from knowledge.errors import UnreadableFile
from knowledge.files.readers import glyphs, pdf, scan
from knowledge.files.readers.line import PrintedLine
from knowledge.parsing import parse_plan
from knowledge.plan import Section
from tests.support.pdf_files import (
    LETTERHEAD,
    PLAN,
    SECTIONS,
    WATERMARK,
    Sheet,
    contents,
    pictures,
    plan_sheets,
    turned,
    write_pdf,
)

SHEETS = plan_sheets(head="南屿市民政局办公室", red=LETTERHEAD)
PRINTED = write_pdf([contents(), *SHEETS])
PLAIN = write_pdf(plan_sheets())
PICTURES = pictures(PLAIN, 50)


@dataclass
class FakeRecogniser:
    """Answers every picture with one line; `seen` holds the pages it was given."""

    text: str = "（五）认出的一页。"
    seen: list[int] = field(default_factory=list)

    def __call__(self, pixels: scan.Pixels, page: int) -> tuple[PrintedLine, ...]:
        assert pixels.shape[2] == 3 and pixels.dtype == np.uint8
        self.seen.append(page)
        return (PrintedLine(self.text, page, 300, 300, 700, 344, 44),) if self.text else ()


def missing() -> None:
    """The extra `ocr` is not installed."""


def sections(text: str) -> list[Section]:
    return list(parse_plan(text, "南屿.txt").sections)


def refusal(content: bytes) -> str:
    with pytest.raises(UnreadableFile) as refused:
        pdf.read(content, missing)
    return str(refused.value)


def test_a_printed_plan_has_the_sections_of_its_text() -> None:
    assert sections(pdf.read(PRINTED).text) == sections(PLAN)
    assert len(sections(PLAN)) == SECTIONS


def test_every_paragraph_of_the_text_comes_back_as_it_was() -> None:
    assert pdf.read(PLAIN).text == PLAN


def test_what_is_not_text_is_told() -> None:
    dropped = pdf.read(PRINTED).dropped
    assert {d.why for d in dropped} == {"页码", "页眉或页脚", "红头", "目录"}
    assert [d.text for d in dropped if d.why == "页码"] == ["— 1 —", "— 2 —", "— 3 —"]
    assert "南屿市民政局文件" in [d.text for d in dropped if d.why == "红头"]


def test_pages_begin_where_their_first_character_stands() -> None:
    reading = pdf.read(PRINTED)
    starts = [reading.text[start:][:6] for start in reading.page_starts]
    assert starts[:2] == ["南民发〔20", "南民发〔20"]  # nothing is kept of the contents' page
    assert starts[2:] == [SHEETS[1][0][0][:6], SHEETS[2][0][0][:6]]


def test_a_sentence_that_breaks_over_pages_is_joined() -> None:
    reading = pdf.read(PRINTED)
    start = reading.page_starts[2]
    assert reading.text[start - 4 : start + 4] == "老化改造1500"


def test_a_watermark_is_dropped() -> None:
    reading = pdf.read(write_pdf([[*sheet, WATERMARK] for sheet in plan_sheets()]))
    assert reading.text == PLAN
    assert [d.why for d in reading.dropped].count("斜排的文字，多为水印") == len(plan_sheets())


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_that_lies_on_its_side_is_read(degrees: int) -> None:
    assert pdf.read(turned(PLAIN, degrees)).text == PLAN


@pytest.mark.parametrize(
    ("char", "plain"), ["⼀一", "⽼老", "⻓长", ("ﬁ", "fi"), "金金", "①①", "，，"]
)
def test_only_compatibility_characters_are_changed(char: str, plain: str) -> None:
    assert glyphs.plain_character(char) == plain


def test_pages_that_are_pictures_are_recognised_and_put_in_their_place() -> None:
    fake, sheets = FakeRecogniser(), plan_sheets()
    reading = pdf.read(write_pdf([sheets[0], PICTURES[1], sheets[2]]), lambda: fake)
    assert fake.seen == [1]
    assert reading.text[reading.page_starts[1] :].startswith("（五）认出的一页。\n")


def test_pictures_are_told_where_the_extra_is_missing() -> None:
    reading = pdf.read(write_pdf([plan_sheets()[0], *PICTURES[1:]]), missing)
    assert reading.text.startswith(PLAN[:200])
    assert reading.dropped[-1].text == "第2、3页"
    assert reading.dropped[-1].why == f"是扫描图片，需要先安装识别组件：{scan.INSTALL}"


def test_pictures_alone_are_refused_where_the_extra_is_missing() -> None:
    assert refusal(write_pdf(PICTURES)).startswith("的第1–3页是扫描图片，需要先安装识别组件")


def test_pictures_without_writing_are_refused() -> None:
    with pytest.raises(UnreadableFile, match="第1页是扫描图片，认不出文字"):
        pdf.read(write_pdf(PICTURES[:1]), lambda: FakeRecogniser(""))


def test_a_locked_file_is_refused_and_one_with_an_empty_password_read() -> None:
    assert "密码" in refusal(write_pdf(plan_sheets(), password="secret"))
    assert pdf.read(write_pdf(plan_sheets(), owner="only changes are forbidden")).text == PLAN


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", PRINTED[:3000], b"%PDF-1.7" + b"\0" * 4000])
def test_a_damaged_file_is_refused(content: bytes) -> None:
    assert "损坏" in refusal(content)


def test_too_many_pages_are_refused() -> None:
    blank: list[Sheet] = [[]] * (pdf.MAX_PAGES + 1)
    assert re.search(r"有 501 页，超过上限 500 页", refusal(write_pdf(blank)))


def test_a_file_without_text_and_pictures_is_refused() -> None:
    assert "没有文字" in refusal(write_pdf([[], []]))


def test_a_page_with_too_many_characters_is_refused() -> None:
    crowd = [("页" * 1000, 10.0, 10.0 + row, 1.0, (0, 0, 0)) for row in range(21)]
    assert "不像公文" in refusal(write_pdf([crowd]))


@pytest.mark.parametrize(
    ("content", "claim"),
    [(PRINTED, True), (b"\xef\xbb\xbf%PDF-1.4", True), (PLAN.encode(), False), (b"PK\3\4", False)],
)
def test_a_pdf_is_known_by_its_mark(content: bytes, claim: bool) -> None:
    assert pdf.is_pdf(content) is claim
