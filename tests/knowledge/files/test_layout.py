"""Lines and their places -> paragraphs; page numbers, running heads, 红头 and contents out."""

import pytest

from knowledge.files.readers.layout import compose
from knowledge.files.readers.line import PrintedLine
from knowledge.plan import Reading

SIZE, PITCH, MARGIN = 16.0, 28.0, 80.0  # of a page of 20 characters to a line
FIRST = "　　（一）新建镇街养老服务中心十二个并且"
LAST = "在年底前全部投入使用。"
BODY = (FIRST, LAST, "　　（二）加密站点。")


def line(
    text: str, x: float, y: float, page: int = 0, size: float = SIZE, is_red: bool = False
) -> PrintedLine:
    return PrintedLine(text, page, x, y, x + size * len(text), y + size, size, is_red)


def lines(*texts: str, page: int = 0, x: float = MARGIN, y: float = 150) -> list[PrintedLine]:
    """Set texts below each other; a blank in front indents by one character."""
    return [
        line(text.lstrip(), x + SIZE * (len(text) - len(text.lstrip())), y + row * PITCH, page)
        for row, text in enumerate(texts)
    ]


def read(*pieces: PrintedLine) -> Reading:
    return compose(pieces, 1 + max(piece.page for piece in pieces))


def test_lines_that_the_margin_broke_are_joined_without_a_blank() -> None:
    assert read(*lines(*BODY)).text == FIRST.strip() + LAST + "\n（二）加密站点。"


def test_a_short_line_ends_a_paragraph() -> None:
    text = read(
        *lines(FIRST, LAST, "各区县民政局：", "现将工作要点印发给你们请认真抓好落实并于")
    ).text
    assert text.splitlines()[1:] == ["各区县民政局：", "现将工作要点印发给你们请认真抓好落实并于"]


def test_an_indented_line_begins_a_paragraph_after_a_full_one() -> None:
    text = read(*lines(FIRST, LAST, FIRST, "　　市民政局负责。")).text
    assert text.splitlines()[1:] == [FIRST.strip(), "市民政局负责。"]


def test_a_number_at_the_margin_of_indented_text_is_running_text() -> None:
    text = read(
        *lines("　　（一）加密站点，具体布局和线路按照前述第", "（三）项办理。", *BODY)
    ).text
    assert "按照前述第（三）项办理。\n" in text


def test_a_number_at_the_margin_begins_a_section_where_nothing_is_indented() -> None:
    flush = "1.新建镇街养老服务中心十二个并在年底前用"
    assert read(*lines(flush, "2.加密站点。", "3.改造居家环境。")).text.count("\n") == 2


def test_items_that_hang_out_are_joined() -> None:
    text = read(*lines("1.新建镇街养老服务中心十二个并在年底前用", "　　好。", "2.加密站点。")).text
    assert text == "1.新建镇街养老服务中心十二个并在年底前用好。\n2.加密站点。"


def test_latin_words_keep_their_blank_and_numbers_are_put_together() -> None:
    full = "　　推广新建镇街养老服务中心十二个的smart"
    text = read(*lines(full, "city平台，到20", *BODY)).text
    assert "smart city平台" in text


def test_a_title_of_two_lines_is_one_paragraph() -> None:
    title = [
        line("关于印发南屿市养老服务", 108, 60, size=24),
        line("工作要点的通知", 156, 95, size=24),
    ]
    assert read(*title, *lines(*BODY)).text.startswith("关于印发南屿市养老服务工作要点的通知\n")


def test_a_sentence_goes_on_over_the_page() -> None:
    reading = read(*lines(FIRST), *lines(LAST, "　　（二）加密站点。", page=1))
    assert reading.text.startswith(FIRST.strip() + LAST)
    assert reading.page_starts == (0, len(FIRST.strip()))


def test_pages_without_text_begin_where_the_next_one_does() -> None:
    reading = compose(lines(*BODY, page=1), 3)
    assert reading.page_starts == (0, 0, len(reading.text))


@pytest.mark.parametrize(
    "number",
    "— 3 —|- 3 -|3|第3页|第 3 页 共 8 页|共8页 第3页|·3·|iv|3/8|一3一|Page 3 of 8|－３－".split(
        "|"
    ),
)
def test_page_numbers_are_dropped(number: str) -> None:
    reading = read(*lines(*BODY), line(number, 200, 780))
    assert number not in reading.text
    assert [(d.text, d.why) for d in reading.dropped] == [(number, "页码")]


@pytest.mark.parametrize("text", ["2025年", "3.5万亩", "第三章", "3月", "1.", "2025", "二〇二五年"])
def test_a_last_line_with_a_number_is_kept(text: str) -> None:
    assert text in read(*lines(*BODY), line(text, 200, 780)).text


def test_running_heads_are_dropped_even_where_one_is_misread() -> None:
    heads = ("南屿市民政局工作要点汇编", "南屿市民政局工作耍点汇编", "南屿市民政局工作要点汇编")
    pages = [[line(h, 200, 40, n), *lines(*BODY, page=n)] for n, h in enumerate(heads)]
    bodies = [
        lines(f"　　（{'三四五'[n]}）第{'三四五'[n]}项工作。", page=n, y=300) for n in range(3)
    ]
    reading = read(*sum(pages, []), *sum(bodies, []))
    assert [d.why for d in reading.dropped if "汇编" in d.text] == ["页眉或页脚"] * 3


def test_heads_of_even_and_odd_pages_are_dropped() -> None:
    heads = ["工作要点", "南屿市民政局"] * 3
    bodies = [
        lines(f"　　（{c}）{c * 5}。", FIRST, LAST, page=n) for n, c in enumerate("一二三四五六")
    ]
    reading = read(*sum(bodies, []), *(line(h, 200, 40, n) for n, h in enumerate(heads)))
    assert [d.text for d in reading.dropped if d.why == "页眉或页脚"].count("工作要点") == 3


@pytest.mark.parametrize("is_red", [True, False])
def test_the_letterhead_is_dropped_and_the_number_of_the_document_kept(is_red: bool) -> None:
    head = line("南屿市民政局文件", 90, 40, size=36, is_red=is_red)
    reading = read(head, line("南民发〔2025〕7号", 180, 100), *lines(*BODY))
    assert [(d.text, d.why) for d in reading.dropped] == [("南屿市民政局文件", "红头")]
    assert reading.text.startswith("南民发〔2025〕7号\n")


def test_a_red_title_is_no_letterhead() -> None:
    title = line("2025年养老服务工作要点", 90, 40, size=22, is_red=True)
    assert read(title, *lines(*BODY)).dropped == ()


def test_a_table_of_contents_is_dropped_with_its_wrapped_entries() -> None:
    contents = ("目　录", "一、织密网络……………1", "二、提升能力并且", "壮大队伍……………2", "三、监管……3")
    reading = read(*lines(*contents), *lines(*BODY, page=1))
    assert reading.text.startswith("（一）新建")
    assert {d.why for d in reading.dropped} == {"目录"}
    assert len(reading.dropped) == 5


def test_rows_of_a_table_stay_lines() -> None:
    rows = [
        piece
        for n, (name, count) in enumerate([("镇街中心", "12个"), ("社区站点", "45个")])
        for piece in (line(name, MARGIN, 300 + n * PITCH), line(count, 300, 300 + n * PITCH))
    ]
    assert read(*lines(*BODY), *rows).text.splitlines()[2:] == ["镇街中心\t12个", "社区站点\t45个"]


def test_the_left_column_is_read_before_the_right_one() -> None:
    left = lines(FIRST, "在" * 20, "六月底前全部投入使用并实行分级分类的管理", LAST)
    right = lines("　　（二）" + "养" * 15, "老" * 20, "床" * 20, "　　（三）培训。", x=420)
    text = read(*left, *right).text
    assert text.index("全部投入使用。") < text.index("（二）") < text.index("（三）")
