"""Pictures of pages -> their text; the last tests need the extra `ocr`."""

import numpy as np
import pytest
from PIL import Image

from knowledge.errors import UnreadableFile
from knowledge.files.readers import pdf, scan
from knowledge.files.readers.line import PrintedLine
from knowledge.parsing import parse_plan
from tests.support.pdf_files import LETTERHEAD, PLAN, encoded, pictures, plan_sheets, write_pdf

TWO_PAGES = PLAN[: PLAN.index("\n三、")]
needs_ocr = pytest.mark.skipif(
    scan.recogniser() is None, reason=f"no scanned page is read without {scan.INSTALL}"
)


def refusal(content: bytes) -> str:
    with pytest.raises(UnreadableFile) as refused:
        scan.read(content, lambda: lambda pixels, page: ())
    return str(refused.value)


def test_a_picture_is_known_by_its_first_bytes() -> None:
    picture = Image.new("RGB", (8, 8))
    assert [scan.is_image(encoded(picture, form)) for form in ("PNG", "JPEG", "BMP")] == [1, 1, 0]


def test_the_extra_that_is_missing_is_named() -> None:
    with pytest.raises(UnreadableFile, match="需要先安装识别组件：pip install"):
        scan.read(encoded(Image.new("RGB", (8, 8))), lambda: None)


def test_a_damaged_picture_is_refused() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (99, 99), dtype=np.uint8)
    assert "损坏" in refusal(encoded(Image.fromarray(noise), "PNG")[:2000])


@pytest.mark.parametrize("side", [8000, 10_000, 14_000])  # Pillow warns from 9,459 on
def test_a_picture_with_too_many_pixels_is_refused(side: int) -> None:
    assert "超过上限 6000 万像素" in refusal(encoded(Image.new("1", (side, side)), "PNG"))


def test_a_picture_without_writing_is_refused() -> None:
    assert "认不出文字" in refusal(encoded(Image.new("L", (500, 500), 255)))


def test_pictures_are_made_smaller_and_set_on_white() -> None:
    pixels = scan.decode(encoded(Image.new("RGBA", (3000, 6000), (0, 0, 0, 0)), "PNG"))
    assert pixels.shape == (scan.LONG_SIDE, scan.LONG_SIDE // 2, 3)
    assert pixels.min() == 255


def test_a_picture_of_one_page_is_read_as_lines() -> None:
    def recognise(pixels: scan.Pixels, page: int) -> tuple[PrintedLine, ...]:
        lines = ("（一）建好镇街中心", "（二）加密社区站点")
        return tuple(
            PrintedLine(text, page, 50, y, 400, y + 40, 40)
            for text, y in zip(lines, (9, 80), strict=True)
        )

    reading = scan.read(encoded(Image.new("L", (500, 500), 255)), lambda: recognise)
    assert reading.text == "（一）建好镇街中心\n（二）加密社区站点"


def test_a_page_scanned_askew_is_set_straight() -> None:
    corners = np.array([[100, 200], [500, 220], [499, 260], [99, 240]], dtype=float)
    left, top, right, bottom = scan.Rotation(np.arctan2(20, 400)).box(corners)
    assert (right - left, bottom - top) == pytest.approx((400, 40), rel=0.02)


@needs_ocr
def test_a_scanned_plan_has_the_sections_of_its_text() -> None:
    """Two pages, the first with a 红头, the second askew."""
    first, second = pictures(write_pdf(plan_sheets(TWO_PAGES, red=LETTERHEAD)))
    reading = pdf.read(write_pdf([first, second.rotate(0.8, fillcolor="white")]))
    printed = {s.path for s in parse_plan(TWO_PAGES, "南屿.txt").sections}
    found = {s.path for s in parse_plan(reading.text, "南屿.pdf").sections}
    assert len(printed & found) >= 0.95 * len(printed)
    assert len(found - printed) <= 0.05 * len(printed)
    assert [d.why for d in reading.dropped][:3] == ["页码", "页码", "红头"]


@needs_ocr
def test_a_picture_file_is_read() -> None:
    picture = pictures(write_pdf(plan_sheets(TWO_PAGES)))[0]
    reading = scan.read(encoded(picture.crop((0, 0, picture.width, 700))))
    assert reading.text.startswith(PLAN[: PLAN.index("（一）建好镇街中心")])
