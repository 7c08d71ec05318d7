"""The .docx reader: numbers as Word shows them, what is read, what is left out, bad files.

The numbers are checked against ECMA-376 and, where it is installed, against LibreOffice. Where
LibreOffice is known to differ from Word, both are written down.
"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from knowledge.files.readers.word import read
from knowledge.files.readers.word_numbering import write_count
from knowledge.parsing import parse_plan
from knowledge.plan import Dropped
from tests.support.word_files import (
    HAN_LEVELS,
    docx,
    list_of,
    p,
    package,
    run,
    style,
    table,
    text_box,
)
from tests.support.word_numbers import DIFFERENT, PLANS


def squeezed(text: str) -> str:
    lines = (re.sub(r"\s", "", line) for line in re.split(r"[\n|]", text.lstrip("\ufeff")))
    return " ".join(line for line in lines if line)


@pytest.mark.parametrize("name", PLANS)
def test_numbers_are_those_that_word_shows(name: str) -> None:
    content, expected = PLANS[name]
    assert squeezed(read(content).text) == expected


@pytest.fixture(scope="module")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    folder = tmp_path_factory.mktemp("libreoffice")
    names = [folder / f"{name}.docx" for name in PLANS]
    for name in names:
        name.write_bytes(PLANS[name.stem][0])
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [soffice, profile, "--headless", "--convert-to", "txt:Text (encoded):UTF8"]
    subprocess.run([*command, "--outdir", folder, *names], check=True, capture_output=True)
    return folder


@pytest.mark.parametrize("name", PLANS)
def test_libreoffice_prints_the_same_numbers(name: str, libreoffice: Path) -> None:
    printed = squeezed((libreoffice / f"{name}.txt").read_text("utf-8"))
    assert printed == DIFFERENT.get(name, PLANS[name][1])


# LibreOffice has its own ideas of most of these; the values are of 17.18.59 and, beyond it, Word's.
@pytest.mark.parametrize(
    ("number_format", "counts"),
    [
        (
            "chineseCounting",
            {1: "一", 10: "十", 11: "十一", 21: "二十一", 100: "一○○", 105: "一○五"},
        ),
        ("chineseCountingThousand", {10: "十", 20: "二十", 101: "一百〇一", 111: "一百一十一"}),
        (
            "chineseCountingThousand",
            {1001: "一千〇一", 10_011: "一万〇一十一", 30_200: "三万〇二百"},
        ),
        ("taiwaneseCounting", {10: "十", 12: "十二", 110: "一一○"}),
        ("taiwaneseCountingThousand", {12: "十二", 102: "一百零二", 20_000: "二萬"}),
        ("japaneseCounting", {10: "十", 21: "二十一", 100: "百", 111: "百十一", 1100: "千百"}),
        ("ideographDigital", {1: "一", 10: "一〇", 12: "一二", 105: "一〇五"}),
        ("chineseLegalSimplified", {10: "壹拾", 102: "壹佰零贰", 2060: "贰仟零陆拾"}),
        ("ideographTraditional", {1: "甲", 10: "癸", 11: "11"}),
        ("ideographZodiac", {1: "子", 12: "亥", 13: "13"}),
        ("decimalFullWidth", {1: "１", 12: "１２"}),
        ("decimalFullWidth2", {1: "１", 12: "１２"}),
        ("decimalEnclosedCircle", {1: "①", 20: "⑳", 21: "21"}),
        ("decimalEnclosedCircleChinese", {1: "①", 20: "⑳", 21: "21"}),
        ("decimalZero", {1: "01", 12: "12"}),
        ("upperLetter", {1: "A", 26: "Z", 27: "AA", 28: "BB"}),
        ("lowerLetter", {3: "c", 53: "aaa"}),
        ("upperRoman", {4: "IV", 19: "XIX", 2024: "MMXXIV"}),
        ("lowerRoman", {9: "ix"}),
        ("none", {1: "", 0: ""}),
        ("hebrew1", {7: "7"}),
        ("upperLetter", {0: "0", 2**31: "2147483648"}),
    ],
)
def test_counts_are_written_as_word_writes_them(number_format: str, counts: dict[int, str]) -> None:
    assert {value: write_count(value, number_format) for value in counts} == counts


@pytest.mark.parametrize(
    ("printed", "suffix", "line"),
    [
        ("%1、", "tab", "一、种粮"),
        ("（%1）", "tab", "（一）种粮"),
        ("第%1条", "tab", "第一条 种粮"),
        ("第%1条", "nothing", "第一条种粮"),
        ("%1.", "space", "一. 种粮"),
        ("附件", "space", "附件 种粮"),
    ],
)
def test_nothing_stands_between_a_wide_stop_and_the_heading(
    printed: str, suffix: str, line: str
) -> None:
    levels = [("chineseCounting", printed, f'<w:suff w:val="{suffix}"/>')]
    assert read(docx(p("种粮", 0), numbering=list_of(levels))).text == line


@pytest.mark.parametrize(
    ("sign", "line"), [("\uf06c", "●种粮"), ("o", "○种粮"), ("—", "—种粮"), ("\uf0ff", "种粮")]
)
def test_a_bullet_looks_as_on_paper(sign: str, line: str) -> None:
    assert squeezed(read(docx(p("种粮", 0), numbering=list_of([("bullet", sign)]))).text) == line


def test_typed_and_automatic_numbers_give_the_same_sections() -> None:
    title, last = "澜州市2025年水务工作要点", "新建水厂2座，日供水3.5万吨。"
    rows = [(0, "一、", "修好水渠"), (1, "（一）", "整修干渠"), (2, "1.", "清淤12公里。")]
    rows += [(2, "2.", "换闸3座。"), (1, "（二）", "整修支渠"), (2, "1.", "清淤30公里。")]
    rows += [(0, "二、", "建好水厂"), (1, "（一）", last)]
    typed = [title, *(number + text for _, number, text in rows)]
    automatic = docx(p(title), *(p(text, i) for i, _, text in rows), numbering=list_of(HAN_LEVELS))
    texts = ["\n".join(typed), read(docx(*map(p, typed))).text, read(automatic).text]
    plans = [parse_plan(text, "plan") for text in texts]
    assert [s.label for s in plans[0].sections][-2:] == ["二", "二（一）"]
    assert plans[0].sections == plans[1].sections == plans[2].sections
    assert {plan.metadata.title for plan in plans} == {title}


# What is read


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("<w:r><w:t>修</w:t><w:tab/><w:t>渠</w:t><w:br/><w:t>一条</w:t></w:r>", "修\t渠\n一条"),
        ('<w:ins w:id="1"><w:r><w:t>新建</w:t></w:r></w:ins>', "新建"),
        ('<w:moveTo w:id="1"><w:r><w:t>移来</w:t></w:r></w:moveTo>', "移来"),
        ('<w:moveFrom w:id="1"><w:r><w:t>移走</w:t></w:r></w:moveFrom>', ""),
        ("<w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink>", "链接"),
        ("<w:sdt><w:sdtContent><w:r><w:t>控件</w:t></w:r></w:sdtContent></w:sdt>", "控件"),
        ('<w:smartTag w:element="d"><w:r><w:t>今年</w:t></w:r></w:smartTag>', "今年"),
        ('<w:fldSimple w:instr="DATE"><w:r><w:t>3月</w:t></w:r></w:fldSimple>', "3月"),
        ("<w:r><w:t>5</w:t><w:noBreakHyphen/><w:t>6月</w:t></w:r>", "5-6月"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/><w:t>完成</w:t></w:r>', "✓完成"),
        ("<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>", "x=1"),
        ("<w:r><w:footnoteReference w:id='2'/></w:r>", ""),
    ],
)
def test_runs_are_read_as_seen(inner: str, text: str) -> None:
    assert read(docx(p(inner=inner))).text == text


def test_the_code_of_a_field_is_not_seen_and_its_result_is() -> None:
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'.format
    code = "<w:r><w:instrText>REF plan</w:instrText></w:r>" + run("代码")
    field = mark("begin") + code + mark("separate") + run("第三条") + mark("end")
    assert read(docx(p("见", inner=field + run("。")), p("下文"))).text == "见第三条。\n下文"


def test_a_field_without_an_end_hides_no_more_than_its_paragraph() -> None:
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    assert read(docx(p("甲", inner=begin), p("乙"))).text == "甲\n乙"


def test_a_text_box_is_read_once_behind_its_paragraph() -> None:
    content = docx(p("正文", inner=text_box(p("专栏"), p("修渠"))), p("后文"))
    assert read(content).text == "正文\n专栏\n修渠\n后文"


def test_a_row_is_a_line_and_a_table_in_a_cell_has_no_bars() -> None:
    content = docx(
        table(["指标", "", "目标"], [table(["内", "外"]) + p("3"), "", p("五") + p("吨")])
    )
    assert read(content).text == "| 指标 |  | 目标 |\n| 内 外 3 |  | 五 吨 |"


def test_a_table_of_one_column_is_a_frame_around_paragraphs() -> None:
    content = docx(table([p("专栏1") + p("修渠") + table(["甲", "乙"])]))
    assert read(content).text == "专栏1\n修渠\n| 甲 | 乙 |"


def test_a_paragraph_whose_mark_is_deleted_runs_into_the_next_and_is_not_counted() -> None:
    body = p("种粮", 0), p("种", 0, mark='<w:del w:id="1"/>'), p("菜", 0)
    assert read(docx(*body, numbering=list_of(HAN_LEVELS))).text == "一、种粮\n二、种菜"


def test_a_heading_before_a_hidden_mark_keeps_its_number() -> None:
    body = p("种粮。", 0, mark="<w:vanish/>"), p("扩大面积。"), p("种菜", 0)
    assert read(docx(*body, numbering=list_of(HAN_LEVELS))).text == "一、种粮。扩大面积。\n二、种菜"


def test_a_strict_file_is_read() -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    document = f'<w:document xmlns:w="{strict}"><w:body>{p("种粮")}</w:body></w:document>'
    assert read(package({"document": document})).text == "种粮"


# What is left out, and is said to be


def test_what_stands_beside_the_text_is_left_out_with_its_reason() -> None:
    notes = {
        kind: f'<w:{kind[:-1]} w:id="2">{p(text)}</w:{kind[:-1]}>'
        for kind, text in (("footnotes", "见附表"), ("endnotes", "完"), ("comments", "请核实"))
    }
    reading = read(docx(p("正文"), header=p("内部资料"), footer=p("— 1 —"), **notes))
    assert reading.text == "正文"
    assert reading.dropped == (
        Dropped("内部资料", "页眉"),
        Dropped("— 1 —", "页脚"),
        Dropped("见附表", "脚注"),
        Dropped("完", "尾注"),
        Dropped("请核实", "批注"),
    )


@pytest.mark.parametrize(
    ("inner", "styles"),
    [
        (run("暗", "<w:vanish/>"), ""),
        (run("暗", '<w:rStyle w:val="x"/>'), style("x", inner="<w:rPr><w:vanish/></w:rPr>")),
        (
            run("暗", '<w:rStyle w:val="x"/>'),
            style("x", inner='<w:basedOn w:val="y"/>')
            + style("y", inner='<w:basedOn w:val="x"/><w:rPr><w:vanish/></w:rPr>'),
        ),
    ],
)
def test_hidden_text_is_left_out(inner: str, styles: str) -> None:
    reading = read(docx(p("明", inner=inner + run("显", '<w:vanish w:val="0"/>')), styles=styles))
    assert (reading.text, reading.dropped) == ("明显", (Dropped("暗", "隐藏文字"),))


def test_deleted_text_and_deleted_rows_are_left_out() -> None:
    deleted = '<w:del w:id="1"><w:r><w:delText>四</w:delText></w:r></w:del>'
    row = "<w:tr><w:trPr><w:del w:id='2'/></w:trPr><w:tc>" + p("旧行") + "</w:tc></w:tr>"
    rows = table(["甲", "乙"]).replace("</w:tbl>", f"{row}</w:tbl>")
    reading = read(docx(p("新建", inner=deleted + run("五座")), rows))
    assert reading.text == "新建五座\n| 甲 | 乙 |"
    assert reading.dropped == (Dropped("四\n旧行", "修订中删去的文字"),)


def test_a_table_of_contents_is_left_out() -> None:
    gallery = '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
    content = p("目录") + p("一、种粮\t1", style="9")
    control = f"<w:sdt><w:sdtPr>{gallery}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"
    styles = style("9", "toc 1")
    reading = read(docx(control, p("二、种菜\t2", style="9"), p("一、种粮"), styles=styles))
    assert reading.text == "一、种粮"
    assert reading.dropped == (Dropped("目录\n一、种粮\t1\n二、种菜\t2", "目录"),)
