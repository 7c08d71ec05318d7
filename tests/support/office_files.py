"""Word and OFD files around the text of a plan.

LibreOffice writes the .doc files; numbered.doc is kept so that tests run without it:
`python -m tests.support.office_files` writes it anew.
"""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

SOFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
KEPT = Path(__file__).with_name("numbered.doc")

# The plan of KEPT as it is seen; its numbers are Word's own, none of them is typed.
NUMBERED = """云溪市2025年教育工作要点
全市教育系统抓好以下任务。
一、扩大学位供给
（一）新建学校
1.全年新建公办幼儿园12所。
2.改扩建小学8所，新增学位6400个。
（二）补齐短板
1.乡镇寄宿制学校热水全部到位。
二、提升教育质量
（一）教师培训
1.培训教师3000人次。
"""
VOCABULARIES = {"fo": "xsl-fo-compatible"} | {n: n for n in "office text table style".split()}
NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in VOCABULARIES.items()
)
LEVELS = (("一, 二, 三, ...", "", "、"), ("一, 二, 三, ...", "（", "）"), ("1", "", "."))
CHANGE = "<office:change-info><dc:creator>甲</dc:creator><dc:date>2025-01-01T00:00:00</dc:date>"


def flat_odt() -> str:
    """NUMBERED as automatic lists, then a table, a link, hidden and deleted text."""
    levels = "".join(
        f'<text:list-level-style-number text:level="{i}" style:num-format="{form}" '
        f'style:num-prefix="{before}" style:num-suffix="{after}"/>'
        for i, (form, before, after) in enumerate(LEVELS, 1)
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document {NAMESPACES} xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3"
 office:mimetype="application/vnd.oasis.opendocument.text"><office:automatic-styles>
<text:list-style style:name="L">{levels}</text:list-style>
<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/>
</style:style></office:automatic-styles><office:body><office:text>
<text:tracked-changes><text:changed-region text:id="c1"><text:deletion>{CHANGE}
</office:change-info><text:p>删去的话。</text:p></text:deletion></text:changed-region>
</text:tracked-changes>{"".join(map(_odt_line, NUMBERED.splitlines()))}
<table:table><table:table-column table:number-columns-repeated="2"/>{_odt_row("指标", "数值")}
{_odt_row("学位", "6400个")}</table:table>
<text:p>看得见<text:span text:style-name="H">看不见</text:span>，<text:change text:change-id="c1"/>
<text:a xlink:href="http://x.invalid/">链接里的字</text:a>。</text:p>
</office:text></office:body></office:document>"""


def _odt_line(line: str) -> str:
    depth = 1 if line[1] == "、" else 2 if line[0] == "（" else 3 if line[1] == "." else 0
    text = line[(0, 2, 3, 2)[depth] :]
    opening = '<text:list text:style-name="L" text:continue-numbering="true"><text:list-item>'
    deeper = "<text:list><text:list-item>" * (depth - 1)
    if not depth:
        return f"<text:p>{text}</text:p>"
    closing = "</text:list-item></text:list>" * depth
    return f"{opening}{deeper}<text:p>{text}</text:p>{closing}"


def _odt_row(*cells: str) -> str:
    inside = "".join(f"<table:table-cell><text:p>{c}</text:p></table:table-cell>" for c in cells)
    return f"<table:table-row>{inside}</table:table-row>"


def convert(sources: Sequence[Path], target_filter: str, folder: Path) -> list[bytes]:
    """Return the files as LibreOffice writes them: "doc:MS Word 97", "txt:Text (encoded):UTF8"."""
    command = [str(SOFFICE), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    if sources[0].suffix == ".txt":
        command += ["--infilter=Text (encoded):UTF8"]
    command += ["--convert-to", target_filter, "--outdir", str(folder), *map(str, sources)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    suffix = "." + target_filter.partition(":")[0]
    return [(folder / source.name).with_suffix(suffix).read_bytes() for source in sources]


OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'
CHARACTER = 5.64  # millimetres: 三号
LINE_CHARACTERS, PAGE_LINES = 28, 22
LEFT, TOP, LINE_DISTANCE = 28.0, 37.0, 10.0


def ofd_text(text: str, x: float, y: float, size: float = CHARACTER) -> str:
    """One text object; its characters stand `size` apart."""
    return (
        f'<ofd:TextObject ID="9" Boundary="{x} {y} 170 {size}" Font="1" Size="{size}">'
        f'<ofd:TextCode X="0" Y="{0.86 * size}" DeltaX="g {len(text) - 1} {size}">{text}'
        "</ofd:TextCode></ofd:TextObject>"
    )


def ofd_pages(text: str) -> list[str]:
    """The text as an office sets it: title centred, two characters in, hard-wrapped, numbered."""
    title, *body = [line.strip() for line in text.splitlines() if line.strip()]
    rows = [(LEFT + (LINE_CHARACTERS - len(title)) / 2 * CHARACTER, title)]
    for paragraph in body:
        first, *rest = wrap(paragraph, LINE_CHARACTERS - 2, LINE_CHARACTERS)
        rows += [(LEFT + 2 * CHARACTER, first), *((LEFT, line) for line in rest)]
    pages = [rows[i : i + PAGE_LINES] for i in range(0, len(rows), PAGE_LINES)]
    return [
        "".join(ofd_text(t, x, TOP + i * LINE_DISTANCE) for i, (x, t) in enumerate(page))
        + ofd_text(f"— {number} —", 98, 270)
        for number, page in enumerate(pages, 1)
    ]


def wrap(text: str, first: int, others: int) -> Iterator[str]:
    """Break a paragraph as Word does: not within numbers, not before a closing mark."""
    while len(text) > first:
        end = first
        while text[end] in "，。、；：”》）%" or text[end - 1 : end + 1].isascii():
            end -= 1
        yield text[:end]
        text, first = text[end:], others
    yield text


def ofd_file(pages: Sequence[str], **parts: str) -> bytes:
    """A package of these pages; `parts` are further members, or replace one, by their base name."""
    layers = "<ofd:Content><ofd:Layer ID='2'>{}</ofd:Layer></ofd:Content>"
    entries = "".join(
        f'<ofd:Page ID="{i}" BaseLoc="Pages/Page_{i}/Content.xml"/>' for i in range(len(pages))
    )
    members = {
        "OFD.xml": f"<ofd:OFD {OFD} Version='1.0'><ofd:DocBody><ofd:DocInfo/>"
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {OFD}><ofd:CommonData><ofd:PageArea>"
        "<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
        "<ofd:TemplatePage ID='7' BaseLoc='Template.xml'/><ofd:PublicRes>PublicRes.xml"
        f"</ofd:PublicRes></ofd:CommonData><ofd:Pages>{entries}</ofd:Pages></ofd:Document>",
    }
    for i, page in enumerate(pages):
        inside = f"<ofd:Template TemplateID='7'/>{layers.format(page)}"
        members[f"Doc_0/Pages/Page_{i}/Content.xml"] = f"<ofd:Page {OFD}>{inside}</ofd:Page>"
    members |= {f"Doc_0/{name}.xml": part for name, part in parts.items()}
    archive = BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED) as package:
        for name, part in members.items():
            package.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{part}')
    return archive.getvalue()


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        odt = Path(folder) / "numbered.fodt"
        odt.write_text(flat_odt(), encoding="utf-8")
        KEPT.write_bytes(convert([odt], "doc:MS Word 97", Path(folder))[0])
