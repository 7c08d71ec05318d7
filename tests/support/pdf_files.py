"""Makes the PDF files of the tests: an invented city's plan, set as offices set theirs."""

import io
import re
from collections.abc import Iterator, Sequence
from importlib.resources import files

import pypdfium2
from fpdf import FPDF
from PIL import Image

MM = 72 / 25.4
EM, PITCH = 16.0, 29.0  # 三号 and 28.95 points, 22 lines of 28 characters to a page (GB/T 9704)
LEFT, TOP, COLUMNS, ROWS = 28 * MM, 40 * MM, 28, 22
RED = (220, 0, 0)

TITLE = "2025年南屿市养老服务工作要点"
PLAN = """2025年南屿市养老服务工作要点
2025年，全市养老服务工作坚持保基本、补短板、提质量，聚焦失能、高龄、独居老年人，全年办成一批看得见的实事，努力让老年人在家门口安享晚年。
一、织密服务网络
（一）建好镇街中心。全年新建镇街综合养老服务中心12个，6月底前全部开工，年底前投入使用不少于9个。每个中心设置护理型床位不少于30张。
（二）加密社区站点
1.城区站点。新增社区养老服务站45个，城区社区覆盖率达到95%以上，做到步行15分钟可以到达。
2.农村站点。在人口较多的行政村新建互助养老点60个，每个点配备1名专职管理员，补助标准为2.4万元/年。
3.流动站点。为偏远海岛配备流动服务车3辆，每月巡回服务不少于2次，具体线路由各区县民政局按照第（一）项的布局安排确定。
（三）改造居家环境。完成特殊困难老年人家庭适老化改造1500户，户均补助不超过3000元，11月底前完成验收。
二、提升照护能力
（一）增加护理床位
1.存量改造。改造护理型床位800张，全市护理型床位占比提高到68%。
2.家庭床位。建设家庭养老床位1200张，签约机构每周上门服务不少于3次。
（二）壮大人才队伍。培训养老护理员3000人次，培训养老机构负责人120人次，举办全市职业技能竞赛1次。
（三）推进医养结合
1.签约服务。二级以上综合医院设立老年医学科的比例达到85%，养老机构与医疗机构签约率保持100%。
2.健康管理。65岁以上老年人健康管理率达到66%，推广smart care平台，试点digital twin技术。
三、严格监督管理
（一）守牢安全底线。开展消防安全专项检查4轮，整改率达到100%，养老机构自动喷淋安装率达到98%。
（二）规范资金使用。对2024年下达的补助资金开展绩效评价，评价结果与下一年度资金安排挂钩。
（三）完善标准体系
1.地方标准。制定《社区养老服务站建设规范》等地方标准2项，9月底前发布。
2.等级评定。完成养老机构等级评定50家，三级以上机构占比达到40%。
四、强化组织保障
（一）加强统筹协调。市养老服务联席会议每季度召开1次会议，重点任务每月调度。
（二）抓好宣传引导。开展“敬老月”活动，发布典型案例20个，评选“最美护理员”10名。"""
SECTIONS = 24

Placed = tuple[str, float, float, float, tuple[int, int, int]]  # text, x, y, size, colour
Sheet = list[Placed]
BLACK = (0, 0, 0)

WATERMARK = ("内部资料 注意保存", 150.0, 600.0, 40.0, BLACK)
TURNED = {WATERMARK[0]: 45}  # degrees
LETTERHEAD = (
    ("南屿市民政局文件", 140.0, 125.0, 40.0, RED),
    ("南民发〔2025〕7号", 230.0, 165.0, EM, BLACK),
    ("━" * 28, LEFT, 185.0, EM, RED),
)


def plan_sheets(text: str = PLAN, head: str = "", red: Sequence[Placed] = ()) -> list[Sheet]:
    """Set a plan: its title centred, paragraphs indented and broken at 28 characters, page feet.

    `head` runs over every page, `red` stands above the title.
    """
    title, *paragraphs = text.split("\n")
    above = [("", 0.0)] * (6 if red else 2)
    lines = above + [line for paragraph in paragraphs for line in wrap(paragraph)]
    sheets: list[Sheet] = []
    for start in range(0, len(lines), ROWS):
        rows = enumerate(lines[start : start + ROWS])
        sheet = [(line, LEFT + x, TOP + row * PITCH, EM, BLACK) for row, (line, x) in rows if line]
        sheet.append((f"— {len(sheets) + 1} —", 280.0, 790.0, 14.0, BLACK))
        if head:
            sheet.append((head, 200.0, 50.0, 10.5, BLACK))
        sheets.append(sheet)
    title_y = TOP + (len(above) - 2) * PITCH
    sheets[0][:0] = [*red, (title, 306.0 - 11 * len(title), title_y, 22.0, BLACK)]
    return sheets


def wrap(paragraph: str) -> Iterator[tuple[str, float]]:
    """Break a paragraph at the right margin, where typesetters do: not in words, not before ，."""
    line, room, x = "", COLUMNS - 2.0, 2 * EM
    for word in re.findall(r"[!-~]+|.", paragraph):
        wide = 0.55 * len(word) if word.isascii() else 1.0
        if wide > room and word not in "，。、；）》”":
            yield line, x
            line, room, x = "", float(COLUMNS), 0.0
        line, room = line + word, room - wide
    yield line, x


def contents(text: str = PLAN) -> Sheet:
    """A table of contents with dotted leaders."""
    entries = [p.split("。")[0] for p in text.split("\n") if p[0] in "一二三四（" and len(p) < 400]
    lines = [f"{entry}{'.' * (60 - 2 * len(entry))}{n // 6 + 1}" for n, entry in enumerate(entries)]
    sheet = [(line, LEFT, TOP + 40 + 28 * row, 14.0, BLACK) for row, line in enumerate(lines)]
    return [("目  录", 270.0, TOP, 22.0, BLACK), *sheet]


def write_pdf(
    pages: Sequence[Sheet | Image.Image], password: str | None = None, owner: str = ""
) -> bytes:
    """Write sheets and pictures as a PDF; `password` locks it, `owner` only forbids changes."""
    pdf = FPDF(unit="pt", format="A4")
    if any(isinstance(page, list) for page in pages):
        pdf.add_font("song", fname=str(files("pylopdf_fonts_zh_cn") / "NotoSerifSC-Regular.otf"))
    if password or owner:
        pdf.set_encryption(owner_password=owner or "owner", user_password=password)
    for page in pages:
        pdf.add_page()
        if isinstance(page, Image.Image):
            pdf.image(page, 0, 0, pdf.w, pdf.h)
            continue
        for text, x, y, size, colour in page:
            pdf.set_font("song", size=size)
            pdf.set_text_color(*colour)
            with pdf.rotation(TURNED.get(text, 0), x, y):
                pdf.text(x, y, text)
    return bytes(pdf.output())


def pictures(content: bytes, dpi: int = 150) -> list[Image.Image]:
    """Render the pages of a PDF, as a scanner would see them."""
    document = pypdfium2.PdfDocument(content)
    try:
        return [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in document]
    finally:
        document.close()


def turned(content: bytes, degrees: int) -> bytes:
    """Turn every page of a PDF clockwise."""
    document, turned = pypdfium2.PdfDocument(content), io.BytesIO()
    try:
        for page in document:
            page.set_rotation(degrees)
        document.save(turned)
    finally:
        document.close()
    return turned.getvalue()


def encoded(picture: Image.Image, form: str = "JPEG") -> bytes:
    """Return a picture as the bytes of a file."""
    content = io.BytesIO()
    picture.save(content, form)
    return content.getvalue()
