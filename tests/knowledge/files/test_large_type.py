"""What a file sets in large type, or calls its title: the plan is called so."""

from knowledge.files.readers import web, word
from knowledge.files.readers.layout import compose
from knowledge.files.readers.line import PrintedLine
from knowledge.parsing import parse_plan
from tests.support.word_files import docx, p, run, style

TEXT = ("各区水务部门：", "现将任务下达如下，请认真抓好落实。", "一、修渠", "清淤干渠12公里。")
LARGE = '<w:sz w:val="44"/>'


def word_file(title: str, styles: str = "") -> bytes:
    return docx(title, *map(p, TEXT), styles=styles)


def test_a_run_of_word_in_large_type_is_the_title() -> None:
    reading = word.read(word_file(p(inner=run("2026年水厂这样建", LARGE))))
    assert reading.large == ("2026年水厂这样建",)
    assert parse_plan(reading, "a.docx").metadata.title == "2026年水厂这样建"


def test_the_size_of_a_style_and_the_style_of_a_title_count() -> None:
    sized = style("big", inner=f"<w:rPr>{LARGE}</w:rPr>")
    assert word.read(word_file(p("修渠清单", style="big"), sized)).large == ("修渠清单",)
    named = style("t", "Title")
    assert word.read(word_file(p("修渠清单", style="t"), named)).large == ("修渠清单",)


def test_a_file_in_one_size_sets_nothing_large() -> None:
    assert word.read(word_file(p("2026年水厂这样建"))).large == ()


def test_a_large_line_of_a_page_is_the_title() -> None:
    def line(text: str, y: float, size: float = 16.0, x: float = 80.0) -> PrintedLine:
        return PrintedLine(text, 0, x, y, x + size * len(text), y + size, size)

    rows = [line(text, 200 + 28 * i) for i, text in enumerate(TEXT)]
    reading = compose([line("2026年水厂这样建", 120, 22.0, 110), *rows], 1)
    assert reading.large == ("2026年水厂这样建",)
    assert parse_plan(reading, "a.pdf").metadata.title == "2026年水厂这样建"


def test_the_title_of_a_web_page_is_that_of_its_own_cell() -> None:
    cell = "<table><tr><td>标题：</td><td>澜州市水务局关于开展清渠行动的通知</td></tr></table>"
    body = "".join(f"<p>{text}</p>" for text in TEXT)
    heading = "<p>澜州市水务局关于开展</p><p>清渠行动的通知</p>"
    page = f"<html><head><title>通知公告</title></head><body>{cell}{heading}{body}</body></html>"
    reading = web.read(page.encode())
    assert parse_plan(reading, "a.html").metadata.title == "澜州市水务局关于开展清渠行动的通知"
