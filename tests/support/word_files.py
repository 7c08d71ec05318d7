"""Makes .docx files from a few words, as Word writes them, and invented plans out of them."""

from collections.abc import Sequence
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PARTS = "application/vnd.openxmlformats-officedocument.wordprocessingml"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
HAN_LEVELS = [
    ("chineseCountingThousand", "%1、"),
    ("chineseCountingThousand", "（%2）"),
    ("decimal", "%3."),
    ("decimal", "（%4）"),
    ("decimalEnclosedCircle", "%5"),
]
CHAPTER_LEVELS = [
    ("chineseCountingThousand", "第%1章"),
    ("chineseCountingThousand", "第%2节"),
    ("chineseCountingThousand", "第%3条"),
]


def docx(*body: str, numbering: str = "", styles: str = "", **parts: str) -> bytes:
    """A .docx of paragraphs and tables; `parts` are others by kind: header="…", comments="…"."""
    roots = {"header": "hdr", "footer": "ftr"}
    others = {"numbering": numbering, "styles": styles} | parts
    files = {kind: xml(roots.get(kind, kind), inner) for kind, inner in others.items() if inner}
    return package({"document": xml("document", f"<w:body>{''.join(body)}</w:body>")} | files)


def xml(root: str, inner: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{root} {NAMESPACES}>{inner}</w:{root}>'


def package(files: dict[str, str]) -> bytes:
    """The zip around the parts, with what names them (ECMA-376 Part 2)."""
    types = "".join(
        f'<Override PartName="/word/{kind}.xml" ContentType="{PARTS}.'
        f'{"document.main" if kind == "document" else kind}+xml"/>'
        for kind in files
    )
    related = "".join(relation(kind, f"{kind}.xml") for kind in files if kind != "document")
    members = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-'
        f'package.relationships+xml"/>{types}</Types>',
        "_rels/.rels": relations(relation("officeDocument", "word/document.xml")),
        "word/_rels/document.xml.rels": relations(related),
    }
    return zipped(members | {f"word/{kind}.xml": text for kind, text in files.items()})


def relations(inner: str) -> str:
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{inner}</Relationships>'


def relation(kind: str, target: str) -> str:
    return f'<Relationship Id="r_{kind}" Type="{RELATIONS}/{kind}" Target="{target}"/>'


def zipped(members: dict[str, str]) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def run(text: str, properties: str = "") -> str:
    return f'<w:r>{rpr(properties)}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def rpr(properties: str) -> str:
    return f"<w:rPr>{properties}</w:rPr>" if properties else ""


def p(
    text: str = "",
    level: int | None = None,
    num: int | None = None,
    style: str = "",
    mark: str = "",
    inner: str = "",
) -> str:
    """A paragraph: `level` and `num` put it in a list, `mark` are properties of its mark."""
    wanted = {"ilvl": level, "numId": 1 if level is not None and num is None else num}
    places = "".join(f'<w:{k} w:val="{v}"/>' for k, v in wanted.items() if v is not None)
    properties = (f'<w:pStyle w:val="{style}"/>' if style else "") + (
        f"<w:numPr>{places}</w:numPr>" if places else ""
    )
    runs = (run(text) if text else "") + inner
    return f"<w:p><w:pPr>{properties}{rpr(mark)}</w:pPr>{runs}</w:p>"


def table(*rows: list[str]) -> str:
    """A table; a cell is text, or blocks where it begins with "<"."""
    width = max(map(len, rows))
    grid = '<w:gridCol w:w="2000"/>' * width
    lines = "".join(f"<w:tr>{''.join(cell(c) for c in row)}</w:tr>" for row in rows)
    return (
        '<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl>"
    )


def cell(content: str) -> str:
    return f"<w:tc>{content if content.startswith('<') else p(content)}</w:tc>"


def level(i: int, number_format: str, text: str, extra: str = "", start: int = 1) -> str:
    """A w:lvl; `extra` stands between its format and its text, where the schema wants it."""
    return (
        f'<w:lvl w:ilvl="{i}"><w:start w:val="{start}"/><w:numFmt w:val="{number_format}"/>'
        f'{extra}<w:lvlText w:val="{escape(text)}"/></w:lvl>'
    )


def abstract(key: int, levels: Sequence[tuple[str, ...]], before: str = "", after: str = "") -> str:
    """A w:abstractNum; a level is its format, its text and perhaps what stands between."""
    inner = "".join(
        level(i, fmt, text, "".join(more)) for i, (fmt, text, *more) in enumerate(levels)
    )
    kind = '<w:multiLevelType w:val="multilevel"/>'
    return f'<w:abstractNum w:abstractNumId="{key}">{kind}{before}{inner}{after}</w:abstractNum>'


def num(key: int, abstract_key: int, overrides: str = "") -> str:
    return f'<w:num w:numId="{key}"><w:abstractNumId w:val="{abstract_key}"/>{overrides}</w:num>'


def override(i: int, start: int | None = None, own_level: str = "") -> str:
    begins = "" if start is None else f'<w:startOverride w:val="{start}"/>'
    return f'<w:lvlOverride w:ilvl="{i}">{begins}{own_level}</w:lvlOverride>'


def list_of(levels: Sequence[tuple[str, ...]]) -> str:
    """The numbering part with one list, number 1."""
    return abstract(0, levels) + num(1, 0)


def style(key: str, name: str = "", inner: str = "", kind: str = "paragraph") -> str:
    return (
        f'<w:style w:type="{kind}" w:styleId="{key}"><w:name w:val="{name or key}"/>'
        f"{inner}</w:style>"
    )


def style_numbers(level: int | None = None, num: int | None = None) -> str:
    places = {"ilvl": level, "numId": num}
    inner = "".join(f'<w:{k} w:val="{v}"/>' for k, v in places.items() if v is not None)
    return f"<w:pPr><w:numPr>{inner}</w:numPr></w:pPr>"


def text_box(*blocks: str) -> str:
    """A run with a text box, twice as Word writes it: for itself and for older Words."""
    content = f"<w:txbxContent>{''.join(blocks)}</w:txbxContent>"
    shape = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
    newer = (
        '<w:drawing><wp:inline><wp:extent cx="900000" cy="900000"/><wp:docPr id="1" name="b"/>'
        f'<a:graphic><a:graphicData uri="{shape}"><wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr/>'
        f"<wps:txbx>{content}</wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic>"
        "</wp:inline></w:drawing>"
    )
    older = f"<w:pict><v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict>"
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps">{newer}</mc:Choice>'
        f"<mc:Fallback>{older}</mc:Fallback></mc:AlternateContent></w:r>"
    )
