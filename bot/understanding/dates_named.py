"""The days that a question about targets asks for, in its own words.

Days count in the plan's own year (年底前 asks a plan of 2022 for what is due in 2022), but 下个月
and 即将到期 count from today.

Not covered: weeks, and days counted back (过去三个月).
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge.targets.deadlines import deadline_date

NUMERAL = "(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九]|×+|[XＸ]+)"

FROM_TODAY = "本月|这个月|当月|下个?月|本季度|这个?季度|下个?季度|(?:即将|快要?|马上|临近)到期"
OVERDUE = "逾期|超期|过期|已经?到期"
PERIOD = re.compile(
    rf"{FROM_TODAY}|{OVERDUE}"
    rf"|(?<!\d)(?:年[底末内]|[上下]半年|第?[一二三四]季度|前三季度"
    rf"|{NUMERAL}月(?:份|底|末|[上中下]旬|\d{{1,2}}[日号])?)[之以]?前?"
)
SOON_DAYS = 30
EVER = "0000-00-00"


@dataclass(frozen=True, slots=True)
class DaysNamed:
    """Days in the words of a question asked on `today`.

    >>> DaysNamed("6月底前").days(2022)
    ('2022-01-01', '2022-06-30')
    >>> DaysNamed("下半年").days(2022)
    ('2022-07-01', '2022-12-31')
    >>> DaysNamed("下个月", date(2024, 12, 5)).days(2024)
    ('2025-01-01', '2025-01-31')
    """

    text: str
    today: date | None = None

    def days(self, year: int) -> tuple[str, str]:
        """Return the first and the last day of the period in a plan's year."""
        today = self.today or date.today()
        if re.fullmatch(OVERDUE, self.text):
            return EVER, (today - timedelta(days=1)).isoformat()
        if re.fullmatch(FROM_TODAY, self.text):
            return _from_today(self.text, today)
        end = deadline_date(self.text, year) or f"{year}-12-31"
        month = int(end[5:7])
        if re.search("前|[底末]|上半年|年内", self.text):
            return f"{year}-01-01", end
        length = 6 if "半年" in self.text else 3 if "季度" in self.text else 1
        return f"{year}-{month - length + 1:02}-01", end


def read_period(question: str, today: date | None = None) -> DaysNamed | None:
    """Return the days that a question names, None where it names none."""
    found = PERIOD.search(question)
    return DaysNamed(found[0], today) if found else None


def _from_today(text: str, today: date) -> tuple[str, str]:
    if "到期" in text:
        return today.isoformat(), (today + timedelta(days=SOON_DAYS)).isoformat()
    length = 3 if "季度" in text else 1
    first = (today.month - 1) // length * length + (length if "下" in text else 0)
    start = date(today.year + first // 12, first % 12 + 1, 1)
    last = start.month + length - 1
    end = date(start.year, last, calendar.monthrange(start.year, last)[1])
    return start.isoformat(), end.isoformat()
