"""What a plan says about itself: issuer, 文号, year, date, kind; and plans.toml, which says
the rest.

Everything is read where it is printed, and what plans.toml gives wins.
"""

import datetime
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from itertools import pairwise
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from knowledge.errors import BadPlansToml
from knowledge.numbering import number_value
from knowledge.plan import Audience, Metadata
from knowledge.structure.title_lines import (
    DOC_NUMBER,
    ORGAN_END,
    TITLE_CHARS,
    is_organ,
    is_title,
    kind_of,
)
from knowledge.structure.titles import carried_title
from knowledge.text import squeeze

PLANS_TOML = "plans.toml"

SUBTITLE = re.compile(r"\s*(?:[（(]|[—–―－-]{1,2})\s*(?=20\d\d|二[〇零○])")  # "（2025—2027年）"
MONTH_LINE = re.compile(r"(?:20\d\d|二[〇零○]\S{2})\s?年\s?\S{1,2}\s?月")  # of a cover
ORGAN_IN_TITLE = re.compile(
    rf"^([\u4e00-\u9fa5×ＸX]{{2,20}}?(?:{ORGAN_END}))(?=\d{{4}}|关于|印发|“)"
)
REGION = re.compile(  # 州(?!市): "沧州市" and "新乡市" are cities; "城关镇市场" is a town
    r"^([\u4e00-\u9fa5×ＸX]{1,8}?"
    r"(?:自治区|自治州|自治县|新区|开发区|省|市|盟|县|旗|区|(?:州|镇|乡)(?!市(?!场))))(?=.)"
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
SAID_DATES = tuple(
    f"{of}{time}" for of in "成文 印发 制发 生成 发文".split() for time in ("日期", "时间")
)
SAID_NUMBER = re.compile(r"(?:发文|公文)?(?:字号|文号|文件编号)")
CONGRESS = re.compile(r"在([\u4e00-\u9fa5]{2,10}?[省市县区旗州])第[一二三四五六七八九十]{1,4}届")
REPORTING = re.compile(r"我(?:谨)?代表([\u4e00-\u9fa5]{1,15}?(?:政府|委员会|法院|检察院))")
LOCAL_CHARS = 7  # of 省人民政府, 自治区人民政府: said without the name of the place
OPENING_LINES = 20  # of the preamble, where a report says who speaks, when and where
DATE_CHARS, SIGNATURE_CHARS = 20, 60  # of the lines of a signature
CONTACT = ("联系", "电话", "地址", "邮")  # below an organ that signs nothing
TAIL_LINES = 8  # how far from the end a signature can stand


ISO_DATE = re.compile(r"\d{4}(?:-\d{2}){0,2}")
WANTED_TEXT = '应是带引号的文字，如 "某市"'
WANTED = {  # of a key in plans.toml
    "": '应是一张表，如 ["要点.txt"] 之下各行写 键 = 值',
    "year": "应是 1900 到 2100 的整数，不带引号，如 2025",
    "date": '应是一个日期，如 "2025-03-01"',
    "aliases": '应是带引号的文字的列表，如 ["市要点", "要点"]',
    "audience": f"应是 {'、'.join(Audience)} 之一",
}


DATE_LINES = 3  # below a title: who speaks, when
HELD_ON = re.compile(rf"[（(]?\s*[—–―－-]{{0,2}}\s*(?:{DATE.pattern})\s*在.{{4,40}}会", re.VERBOSE)
DATED_LINE = re.compile(rf"[（(]?\s*(?:{DATE.pattern})\s*[）)]?", re.VERBOSE)


class PlanTable(BaseModel):
    """One table of plans.toml: what a file does not print about itself."""

    model_config = ConfigDict(extra="forbid")

    title: str = ""
    issuer: str | None = None
    region: str | None = None
    year: int | None = Field(default=None, ge=1900, le=2100)
    doc_number: str | None = None
    date: str | None = None
    kind: str | None = None
    aliases: tuple[str, ...] = ()
    audience: Audience | None = None

    @field_validator("date", mode="before")
    @classmethod
    def _is_iso(cls, value: object) -> object:
        """TOML has dates of its own: date = 2025-03-01."""
        if isinstance(value, datetime.date):
            return value.isoformat()
        if isinstance(value, str) and not ISO_DATE.fullmatch(value) and iso_date(value) is None:
            raise ValueError(value)
        return (iso_date(value) or value) if isinstance(value, str) else value

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
        problem = exc.errors()[0]
        where = ".".join([name, *(str(step) for step in problem["loc"])])
        key = str(problem["loc"][0]) if problem["loc"] else ""
        if problem["type"] == "extra_forbidden":
            wrong = f"里没有 {where!r} 这个键，可用的键：{'、'.join(PlanTable.model_fields)}"
        else:
            wrong = f"里的 {where!r} 写成了 {problem['input']!r}，{WANTED.get(key, WANTED_TEXT)}"
        raise BadPlansToml(f"{path} {wrong}。请改正后再试，文件未入库。") from exc


def read_metadata(
    text: str, title: str, preamble: str, dropped: Sequence[str], given: Metadata | None
) -> Metadata:
    """Read what is printed; `given` wins. `dropped` lines may still tell the date of
    publication.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    opening = [line.strip() for line in preamble.splitlines() if line.strip()]
    title = carried_title(title)
    region = CONGRESS.search("\n".join(opening[:OPENING_LINES]))
    signed = [*_below(opening), *_signatures(lines)]
    issuer = next((organ for organ, _ in signed), None)
    issuer = issuer or _reporting(opening, region[1] if region else "") or _organ_of(title, dropped)
    place = region or REGION.match(issuer or "")
    date = next(_dates(lines, opening, signed, dropped), None)
    printed = Metadata(
        title=title,
        issuer=issuer,
        region=place[1] if place else None,
        year=_year_of(title) or _year_below(opening) or (int(date[:4]) if date else None),
        doc_number=_own_number([title, *opening], dropped),
        date=date,
        kind=kind_of(title),
    )
    return printed if given is None else _override(printed, given)


def _dates(
    lines: Sequence[str],
    opening: Sequence[str],
    signed: Sequence[tuple[str, str | None]],
    dropped: Sequence[str],
) -> Iterator[str]:
    """Yield the dates that a plan may be of, the likeliest first."""
    yield from (date for _, date in signed if date)
    pairs = (a + b for a, b in pairwise([*opening[:OPENING_LINES], ""]))  # it may be broken in two
    yield from (date for x in pairs if HELD_ON.match(x) and (date := iso_date(x)))
    told = sorted(dropped, key=lambda line: not any(said in line for said in SAID_DATES))
    yield from (date for line in told if (date := iso_date(line)))
    below = (x for x in opening[:DATE_LINES] if DATED_LINE.fullmatch(x))
    yield from (date for line in below if (date := iso_date(line)))
    ends = (line for line in lines[-TAIL_LINES:] if line.endswith("印发"))
    yield from (date for line in ends if (date := iso_date(line)))


def _own_number(lines: Sequence[str], dropped: Sequence[str]) -> str | None:
    """Return the 文号 that stands by itself or is said to be the plan's: not one that it cites."""
    said = (line for line in dropped if SAID_NUMBER.search(line))
    for line in [*lines, *said]:
        match = DOC_NUMBER.search(line)
        if match is None:
            continue
        before = line[: match.start()].strip("（(【 \u3000")
        behind = line[match.end() :].strip("）)】 \u3000")
        is_alone = not before and (not behind or behind.startswith("签发") or is_title(behind))
        if is_alone or SAID_NUMBER.search(before):
            return squeeze(match[0])
    return None


def _reporting(opening: Sequence[str], region: str) -> str | None:
    """Return the government for which a report speaks: 我代表省人民政府，向大会报告工作."""
    match = REPORTING.search("\n".join(opening[:OPENING_LINES]))
    if match is None:
        return None
    organ = match[1]
    is_local = organ.endswith("政府") and len(organ) <= LOCAL_CHARS
    return f"{region}人民政府" if region and is_local else organ


def iso_date(text: str) -> str | None:
    """Return the first whole date printed in `text` as ISO 8601.

    >>> iso_date("二〇二五年三月十一日"), iso_date("发布时间:2020-03-18")
    ('2025-03-11', '2020-03-18')
    """
    match = DATE.search(unicodedata.normalize("NFKC", text))
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


def _signatures(lines: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """Yield (organ, date) where a signature stands: at the end, or closing a notice before the
    plan. Of organs that sign together it is the first.
    """
    organs = [_organ(line) for line in lines]
    for i, organ in enumerate(organs):
        if organ is None or (i and organs[i - 1]):
            continue
        below = next((k for k in range(i, len(lines)) if organs[k] is None), len(lines))
        after = lines[below] if below < len(lines) else ""
        date = iso_date(lines[below - 1]) or (iso_date(after) if len(after) <= DATE_CHARS else None)
        if date or (below >= len(lines) - TAIL_LINES and not after.startswith(CONTACT)):
            yield organ, date


def _organ(line: str) -> str | None:
    """Return the organ that a line names and nothing else but a date, its characters closed up."""
    if len(line) > SIGNATURE_CHARS:
        return None
    date = DATE.search(unicodedata.normalize("NFKC", line))
    words = (line[: date.start()] if date else line).split() or [""]
    names = ["".join(words)] if max(map(len, words)) == 1 else words
    return names[0] if all(map(is_organ, names)) else None


def _below(opening: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """Yield (organ, date) of a line below the title that names both: 市民政局　2021年3月2日."""
    for line in opening[:DATE_LINES]:
        organ, _, rest = line.replace("\u3000", " ").partition(" ")
        if is_organ(organ) and DATED_LINE.fullmatch(rest.strip()):
            yield organ, iso_date(rest)


def _organ_of(title: str, dropped: Sequence[str]) -> str | None:
    match = ORGAN_IN_TITLE.match(title) or SAID_ORGAN.search("\n".join(dropped))
    return match[1] if match else None


def _year_below(opening: Sequence[str]) -> int | None:
    """Return the year of a line such as （2025—2027年） or ——2025年1月8日在大会上."""
    short = (x for x in opening if len(x) <= TITLE_CHARS)
    said = (x for x in short if SUBTITLE.match(x) or HELD_ON.match(x) or MONTH_LINE.fullmatch(x))
    return next((year for line in said if (year := _year_of(line))), None)


def _year_of(title: str) -> int | None:
    title = re.sub(r"(?<=\d)[OoＯ○〇](?=\d)", "0", unicodedata.normalize("NFKC", title))
    if match := YEAR.search(title):
        return int(match[1])
    if match := HAN_YEAR.search(title):
        return number_value(match[1].replace("○", "〇"))
    return None
