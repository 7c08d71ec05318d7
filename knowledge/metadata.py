"""What a plan says about itself: title, issuer, 文号, year, date, kind; and plans.toml, which says
the rest.

Everything is read where it is printed, and what plans.toml gives wins.
"""

import datetime
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from knowledge.errors import BadPlansToml
from knowledge.numbering import number_value
from knowledge.plan import Audience, Metadata

PLANS_TOML = "plans.toml"

# Longest first: "工作要点" before "要点".
KINDS = (
    "工作要点 实施方案 工作方案 行动方案 行动计划 工作计划 规划纲要 实施意见 指导意见 "
    "实施细则 实施办法 政府工作报告 工作报告 工作总结 工作安排 任务清单 任务分工 通知 要点 "
    "讲话 规划 纲要 方案 计划 意见 办法 细则 条例 规定 报告 总结 安排 清单 公告 通报 决定 "
    "要求 制度 标准 任务分解表 分解表 责任清单 台账 预案"
).split()
KIND = "|".join(KINDS)
TITLE_CHARS = 50
TITLE_LINE = re.compile(rf"^(?![（(]).{{2,{TITLE_CHARS}}}?(?:{KIND})(?:[（(][^）)]{{1,12}}[）)])?$")
TITLE_PREFIX = re.compile(rf"^\s*([^。，,；：:\n]{{2,{TITLE_CHARS}}}?(?:{KIND}))(?=[ \u3000]*\S)")
TITLE_LINES = 3  # the most that one title is set in
# Plans from Taiwan, Hong Kong and Macau: the words of KINDS in their characters.
TRADITIONAL = str.maketrans(
    "點劃綱實報議見辦細則總結單務計標準預責臺", "点划纲实报议见办细则总结单务计标准预责台"
)
NUMBER_IN_A_COLLECTION = re.compile(
    r"^(?:第?[一二三四五六七八九十\d]{1,3}篇?|篇[一二三四五六七八九十\d]{1,3}|【[^】]{1,6}】)[：:\s]+|^【[^】]{1,6}】"
)
NO_TITLE = re.compile(r"[。：:；，,>|]|^[（(]|文\s*件$|^第.{1,3}[章节条]")
GOES_ON = re.compile(r"^(?:关于|印发|20\d\d|二〇|“|《)")  # a title behind the name of its organ
SPACED = re.compile(r"(?<=\S)[ \u3000\u00a0]+(?=\S)")
BESIDE_DIGITS = re.compile(
    r"(?<=[\u4e00-\u9fa5])[ \u3000]+(?=\d)|(?<=\d)[ \u3000]+(?=[\u4e00-\u9fa5])"
)
SUBTITLE = re.compile(r"\s*(?:[（(]|[—–-]{1,2})\s*(?=20\d\d|二[〇零○])")  # "（2025—2027年）"
ORGAN_END = (
    "局|委员会|委|厅|部|办公室|办|人民政府|政府|院|协会|联合会|中心|处|公司|学校|大学"
    "|总队|支队|署|领导小组"
)
ORGAN_LINE = re.compile(rf"^[\u4e00-\u9fa5（）()×ＸX]{{2,25}}(?:{ORGAN_END})$")
ORGAN_IN_TITLE = re.compile(
    rf"^([\u4e00-\u9fa5×ＸX]{{2,20}}?(?:{ORGAN_END}))(?=\d{{4}}|关于|印发|“)"
)
REGION = re.compile(  # 州(?!市): "苏州市" and "新乡市" are cities; "城关镇市场" is a town
    r"^([\u4e00-\u9fa5×ＸX]{1,8}?"
    r"(?:自治区|自治州|自治县|新区|开发区|省|市|盟|县|旗|区|(?:州|镇|乡)(?!市(?!场))))(?=.)"
)
DOC_NUMBER = re.compile(
    r"[\u4e00-\u9fa5×ＸX]{1,10}\s?[〔\[【(（]\s?\d{4}\s?[〕\]】)）]\s?(?:第\s?)?\d{1,5}\s?号"
)
DATE = re.compile(
    r"(?P<y>[12]\d{3}|[一二〇零○]{1}[〇零○一二三四五六七八九]{3})\s?[年\-./]\s?"
    r"(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})\s?[月\-./]\s?(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})\s?日?"
)
YEAR = re.compile(r"(?<!\d)(20\d{2}|19\d{2})(?!\d)")
HAN_YEAR = re.compile(r"(二[〇零○][〇零○一二三四五六七八九]{2})年")
# What a site says of a document beside its text.
SAID_ORGAN = re.compile(
    r"(?:发文机关|发文机构|发文单位|发布机构|制发机关)\s*[：:|]\s*([\u4e00-\u9fa5]{3,25})"
)
SAID_DATE = re.compile(r"(?:成文|印发|制发|生成|发文)(?:日期|时间)")
CONGRESS = re.compile(
    r"在([\u4e00-\u9fa5]{2,10}?[省市县区旗州])第[一二三四五六七八九十]{1,4}届人民代表大会"
)
TAIL_LINES = 8  # how far from the end a signature can stand


class PlanTable(BaseModel):
    """One table of plans.toml: what a file does not print about itself."""

    model_config = ConfigDict(extra="forbid")

    title: str = ""
    issuer: str | None = None
    region: str | None = None
    year: int | None = None
    doc_number: str | None = None
    date: str | None = None
    kind: str | None = None
    aliases: tuple[str, ...] = ()
    audience: Audience = Audience.ALL

    def as_metadata(self) -> Metadata:
        """Return what the table gives, empty where it says nothing."""
        said = self.model_dump(exclude_none=True)
        return Metadata(**said)


def load_plans_toml(folder: Path) -> dict[str, Metadata]:
    """Return what `folder`/plans.toml says of each file name; nothing where there is no such file.

    Raises:
        BadPlansToml: naming the file, the place and what is wrong.
    """
    path = folder / PLANS_TOML
    if not path.is_file():
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise BadPlansToml(f"{path} 不是正确的 TOML（{exc}）。请改正后再试，文件未入库。") from exc
    return {name: _read_table(path, name, table) for name, table in tables.items()}


def _read_table(path: Path, name: str, table: object) -> Metadata:
    try:
        return PlanTable.model_validate(table).as_metadata()
    except ValidationError as exc:
        where = ".".join([name, *(str(step) for step in exc.errors()[0]["loc"])])
        keys = "、".join(PlanTable.model_fields)
        raise BadPlansToml(
            f"{path} 里的 {where!r} 不对，可用的键：{keys}。请改正后再试，文件未入库。"
        ) from exc


def split_title(head: str, file: str) -> tuple[str, str, list[str]]:
    """Split what stands before the first number into title, preamble, and lines a web page put
    above.

    The last title-like line is the title: a notice stands before the plan that it carries. A text
    without line breaks gives its title up to the first word that names a kind of document; a text
    without any title is called by its file.
    """
    lines = head.splitlines()
    titles = [i for i, line in enumerate(lines) if is_title(line)]
    if titles:
        at = titles[-1]
        start = _title_start(lines, at)
        opening = min(start, _title_start(lines, _first_own_line(lines)))
        above = [line.strip() for line in lines[:opening] if line.strip()]
        title = NUMBER_IN_A_COLLECTION.sub("", "".join(map(_clean, lines[start : at + 1])))
        return title, "\n".join(lines[opening:start] + lines[at + 1 :]), above
    for i, line in enumerate(lines):
        if match := TITLE_PREFIX.match(line):
            rest = "\n".join([*lines[:i], line[match.end() :], *lines[i + 1 :]])
            return _clean(match[1]), rest, []
    return Path(file).stem, head, []


def read_metadata(
    text: str, title: str, preamble: str, dropped: Sequence[str], given: Metadata | None
) -> Metadata:
    """Read what is printed; `given` wins. `dropped` lines may still tell the date of
    publication.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    signed = list(_signatures(lines))
    beside = "\n".join(dropped)
    issuer = next((organ for organ, _ in signed), None) or _organ_of(title, beside)
    told = sorted(dropped, key=lambda line: SAID_DATE.search(line) is None)
    dates = [date for _, date in signed if date] or [d for line in told if (d := iso_date(line))]
    number = DOC_NUMBER.search(preamble) or DOC_NUMBER.search(beside)
    date = dates[0] if dates else None
    kind = next(
        (
            kind
            for kind in KINDS
            if re.search(rf"{kind}(?:[（(].*)?$", title.translate(TRADITIONAL))
        ),
        None,
    )
    region = REGION.match(issuer or "") or CONGRESS.search(preamble)
    printed = Metadata(
        title=title,
        issuer=issuer,
        region=region[1] if region else None,
        year=_year_of(title) or _year_below(preamble) or (int(date[:4]) if date else None),
        doc_number=re.sub(r"\s", "", number[0]) if number else None,
        date=date,
        kind=kind,
    )
    return printed if given is None else _override(printed, given)


def iso_date(text: str) -> str | None:
    """Return the first whole date printed in `text` as ISO 8601.

    >>> iso_date("二〇二五年三月十一日"), iso_date("发布时间:2020-03-18")
    ('2025-03-11', '2020-03-18')
    """
    match = DATE.search(text)
    if match is None:
        return None
    year, month, day = (number_value(match[part].replace("○", "〇")) for part in "ymd")
    try:
        return datetime.date(year or 0, month or 0, day or 0).isoformat()
    except ValueError:  # "2月30日"
        return None


def _override(printed: Metadata, given: Metadata) -> Metadata:
    said = {
        f.name: getattr(given, f.name)
        for f in fields(Metadata)
        if getattr(given, f.name) != f.default
    }
    return replace(printed, **said)


def is_title(line: str) -> bool:
    """A line of its own that ends in the word for a kind of document."""
    line = _clean(line).translate(TRADITIONAL)
    return bool(TITLE_LINE.match(line)) and not re.search(r"[。；|>]", line)


def _clean(line: str) -> str:
    """Return a line without outer marks, and closed up where its characters are set apart."""
    line = re.sub(r"[\s\u3000\u00a0]+", " ", line).strip().lstrip("#*").strip("* ")
    gaps = len(SPACED.findall(line))
    if 2 * gaps >= len(line) - gaps - 1 > 2:
        return line.replace(" ", "")
    return BESIDE_DIGITS.sub("", line)


def _title_start(lines: Sequence[str], at: int) -> int:
    """Return where the title begins whose last line is `at`: it may be set in several lines."""
    start = at
    while start and at - start + 1 < TITLE_LINES:
        if not _is_upper_half(_clean(lines[start - 1]), _clean("".join(lines[start : at + 1]))):
            break
        start -= 1
    return start


def _is_upper_half(above: str, below: str) -> bool:
    """Say whether a line is the first half of the title below it: its organ, or what 关于 opens."""
    if not 2 < len(above) <= 36 or len(above + below) > 2 * TITLE_CHARS:
        return False
    if NO_TITLE.search(above) or is_title(above) or DOC_NUMBER.search(above) or iso_date(above):
        return False
    if "关于" in above or re.search(r"年度?$", above):
        return "关于" not in below
    is_organ = ORGAN_LINE.match(above.replace(" ", "")) is not None
    return is_organ and GOES_ON.match(below) is not None


def _first_own_line(lines: Sequence[str]) -> int:
    """Return where the plan itself begins: its first title, 文号, or paragraph of sentences."""
    for i, line in enumerate(lines):
        if is_title(line) or DOC_NUMBER.search(line) or len(line.strip()) > 2 * TITLE_CHARS:
            return i
    return 0


def _signatures(lines: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """Yield (organ, date) where a signature stands: at the end, or closing a notice before the
    plan.
    """
    for i, line in enumerate(lines):
        if not ORGAN_LINE.match(line):
            continue
        date = iso_date(lines[i + 1]) if i + 1 < len(lines) and len(lines[i + 1]) <= 20 else None
        if date or i >= len(lines) - TAIL_LINES:
            yield line, date


def _organ_of(title: str, beside: str) -> str | None:
    match = ORGAN_IN_TITLE.match(title) or SAID_ORGAN.search(beside)
    return match[1] if match else None


def _year_below(preamble: str) -> int | None:
    """Return the year of a line such as （2025—2027年） or ——2025年1月8日在大会上."""
    lines = preamble.splitlines()
    said = (line for line in lines if SUBTITLE.match(line) and len(line) <= TITLE_CHARS)
    return next((year for line in said if (year := _year_of(line))), None)


def _year_of(title: str) -> int | None:
    title = re.sub(r"(?<=\d)[OoＯ○〇](?=\d)", "0", unicodedata.normalize("NFKC", title))
    if match := YEAR.search(title):
        return int(match[1])
    if match := HAN_YEAR.search(title):
        return number_value(match[1].replace("○", "〇"))
    return None
