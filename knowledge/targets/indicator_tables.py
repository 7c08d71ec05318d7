"""The rows of a table of a section -> cells under their headings, and the targets they print.

A row is a line: "| 指标 | 单位 | 2025年 |", or cells apart by blanks where the format has no more.
A table of indicators has a column for each year; a task list has one for who answers.

Not covered: cells of several lines, headings of several lines, rows in another section than their
headings.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.plan import Section, Target
from knowledge.quantity import Bound, Kind, Quantity, read_quantities
from knowledge.targets.amounts import op_of, scaled
from knowledge.targets.deadlines import deadline_date
from knowledge.targets.responsible import Note
from knowledge.time import RELATIVE_YEARS, TimeKind, TimeSpan, read_times

LINE = re.compile(r"[^\n]+")
NAME_HEAD = re.compile(r"指标(?!值)|名称|项目|内容|任务(?!值)|事项")
UNIT_HEAD = re.compile(r"(?:计量)?单位(?:[（(].*[）)])?")
OFFICE_HEAD = re.compile(r"(?:责任|牵头|主办|承办|实施|主责)(?:单位|部门|科室|处室)")
LIMIT_HEAD = re.compile(r"(?:完成|办结)?(?:时限|期限|时间)")
FIRST_HEADS = re.compile(r"序号|事项|任务|编号|类别|类型|领域|指标|项目|名称|分类")
VALUE_HEAD = re.compile(r"(?:(?:规划|预期|年度)?目标|指标|规划|计划)值?|预期值")
PAST_HEAD = re.compile(r"实际|现状|完成|基[期数础]|执行")
HEAD_CHARS = 8  # behind the year of a column: 2030年目标
OTHER_HEAD = re.compile(r"增长|增速|累计|年均|变化")  # a column that no year ends
UNIT_IN_NAME = re.compile(r"[（(](?P<unit>[^（()）]{1,12})[）)]\s*\Z")
UNIT_CHARS = 8  # of a unit that no table knows
LEAST_CELLS = 3


@dataclass(frozen=True, slots=True)
class TableRow:
    """A line of a table at `start` of its section, its cells under the headings of the table."""

    start: int
    line: str
    heads: tuple[str, ...]
    cells: tuple[str, ...]

    @property
    def end(self) -> int:
        """Where the line ends in its section."""
        return self.start + len(self.line)

    def cell(self, head: re.Pattern[str]) -> str:
        """Return the cell below the first heading that matches whole, "" where none does."""
        found = (c for h, c in zip(self.heads, self.cells, strict=True) if head.fullmatch(h))
        return next(found, "")

    @property
    def values(self) -> list[tuple[str, str]]:
        """The heading and cell of each column of a year or a target."""
        columns = zip(self.heads, self.cells, strict=True)
        return [(h, c) for h, c in columns if _read_cell(c) and _holds_values(h)]


def read_table_rows(text: str) -> list[TableRow]:
    """Return the rows of the tables of a section, without their headings.

    >>> rows = read_table_rows("| 指标 | 单位 | 2030年 |\\n| 床位 | 张 | 500 |")
    >>> rows[0].values
    [('2030年', '500')]
    """
    return list(_rows(text))


def indicator_targets(section: Section, row: TableRow, year: int | None) -> tuple[Target, ...]:
    """Return the targets of a row of indicators; a year before `year` is a report."""
    name = row.cell(re.compile(rf".*(?:{NAME_HEAD.pattern}).*")) or row.cells[0]
    in_name = UNIT_IN_NAME.search(name)
    unit = row.cell(UNIT_HEAD) or (in_name["unit"] if in_name else "")
    metric = name[: in_name.start()] if in_name and in_name["unit"] == unit else name
    return tuple(_target(section, row, metric, unit, head, cell, year) for head, cell in row.values)


def office_notes(rows: Sequence[TableRow]) -> list[Note]:
    """Return who answers for each row that says so in a column of its own."""
    found = ((row.cell(OFFICE_HEAD), row) for row in rows)
    return [Note(name, row.start, row.end) for name, row in found if name]


def first_year(title: str, year: int | None) -> int | None:
    """Return the first year that a plan promises for: that of its five years, else its own.

    >>> first_year("“十五五”养老服务规划", None), first_year("2025年工作要点", 2025)
    (2026, 2025)
    """
    five = (time for time in read_times(title) if time.kind is TimeKind.FIVE_YEARS)
    first = next((time.first for time in five), None)
    return first.year if first else year


def _rows(text: str) -> Iterator[TableRow]:
    heads: tuple[str, ...] = ()
    for match in LINE.finditer(text):
        is_piped = match[0].startswith("|")
        cells = _cells(match[0])
        if _is_head(cells, is_piped):
            heads = cells
        elif heads and 0 <= len(heads) - len(cells) <= 1 and len(cells) >= LEAST_CELLS - 1:
            # a merged first column prints its cell once for several rows
            own = heads[len(heads) - len(cells) :]
            yield TableRow(match.start(), match[0], own, cells)
        elif not is_piped:
            heads = ()


def _cells(line: str) -> tuple[str, ...]:
    if line.startswith("|"):
        return tuple(cell.strip() for cell in line.strip().strip("|").split("|"))
    return tuple(line.split())


def _is_head(cells: Sequence[str], is_piped: bool) -> bool:
    if len(cells) < LEAST_CELLS or not FIRST_HEADS.search(cells[0]):
        return False
    return is_piped or any(_holds_values(cell) for cell in cells[1:])


def _read_cell(cell: str) -> Quantity | None:
    """Return the quantity that a cell holds and nothing else: ≥95%, 1.2万, 120元/人·月."""
    found = read_quantities(cell)
    if len(found) != 1 or found[0].kind is not Kind.NUMBER:
        return None
    before, behind = cell[: found[0].start].strip(), cell[found[0].bound_end :].strip()
    is_unit = found[0].unit is None or not found[0].unit.is_known
    is_whole = not behind or (is_unit and len(behind) <= UNIT_CHARS and behind.isalpha())
    return found[0] if is_whole and (not before or found[0].bound is not Bound.EXACT) else None


def _holds_values(head: str) -> bool:
    if OTHER_HEAD.search(head):
        return False
    return _year_of(head) is not None or VALUE_HEAD.fullmatch(head) is not None


def _year_of(head: str) -> TimeSpan | None:
    """Return the year that a column is for: 2030, 2030年末, 2030年目标."""
    said = f"{head}年" if head.isdecimal() else head
    times = read_times(said)
    if not times or times[0].start or times[0].kind is not TimeKind.YEAR or not times[0].years:
        return None
    return times[0] if len(said) - times[0].end <= HEAD_CHARS else None


def _target(
    section: Section,
    row: TableRow,
    metric: str,
    unit: str,
    head: str,
    cell: str,
    year: int | None,
) -> Target:
    printed, said = _year_of(head), _read_cell(cell)
    assert said is not None  # `values` holds no others
    is_past = PAST_HEAD.search(head) is not None
    if printed:
        is_past |= bool(year and printed.years[0] < year)
        is_past |= RELATIVE_YEARS.get(printed.said, 0) < 0
    deadline: str | None = head[: printed.end] if printed else row.cell(LIMIT_HEAD)
    deadline = None if is_past or not deadline else deadline
    own_unit = said.per or cell[said.end : said.end + UNIT_CHARS].strip()
    value = cell[said.start : said.start + len(said.value)]
    value, counted = scaled(value, own_unit or unit or None, said.scale)
    return Target(
        part=section.part,
        path=section.path,
        quote=row.line.strip(),
        metric=metric.strip(),
        op=op_of(said),
        value=value,
        unit=counted,
        deadline=deadline,
        deadline_date=deadline_date(deadline, year) if deadline else None,
        scope=None,
        office=row.cell(OFFICE_HEAD) or None,
        kind="achieved" if is_past else "target",
        redacted=False,
    )
