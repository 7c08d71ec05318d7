"""The words of the whole project: Plan, Section, Target, PlanRecord, Citation.

A section is known by its printed number. `("二", "（二）", "8")` is item 8 below （二） below 二、;
a citation of it reads 〔二（二）8〕. Everything here is immutable and holds text exactly as it is
printed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

SectionPath = tuple[str, ...]

PREAMBLE_LABEL = "文首"


class Audience(StrEnum):
    """The readers of a plan; each role sees its own audience and those before it."""

    ALL = "all"
    LEADERS = "leaders"
    ADMINS = "admins"

    @property
    def people(self) -> str:
        """The audience in the words that people read."""
        return {"all": "所有能提问的人", "leaders": "领导和管理员", "admins": "管理员"}[self.value]

    def is_wider(self, other: "Audience") -> bool:
        """True if this audience has more people than the other."""
        order = tuple(Audience)
        return order.index(self) < order.index(other)


class Role(StrEnum):
    """A reader's place in the office."""

    STAFF = "staff"
    LEADER = "leader"
    ADMIN = "admin"

    def sees(self) -> tuple[Audience, ...]:
        """Return the audiences this role belongs to.

        >>> Role.LEADER.sees()
        (<Audience.ALL: 'all'>, <Audience.LEADERS: 'leaders'>)
        """
        order = tuple(Audience)
        return order[: tuple(Role).index(self) + 1]


@dataclass(frozen=True, slots=True)
class Section:
    """One numbered section of a plan, without its child sections.

    `part` counts 1, 2, 3 where the numbering of the file starts again at the top, and is None where
    it does not. `occurrence` tells apart sections that print the same part and path. `stop` is the
    full stop behind a heading that runs into its text, `page` where the section begins in a file
    that has pages. `looks_back` marks what reports what was done and promises nothing. The preamble
    is the section with path ().

    A step that is no number is a name as it is printed (附件1, 名词解释), or the number behind
    which text without a number stands, （八）后.
    """

    part: int | None
    path: SectionPath
    heading: str
    text: str
    stop: str = ""
    occurrence: int = 1
    page: int | None = None
    looks_back: bool = False

    @property
    def label(self) -> str:
        """The printed number in one piece: 二（二）8, 第2部分·四, 文首."""
        return label(self.part, self.path)

    @property
    def key(self) -> tuple[int | None, SectionPath, int]:
        """The identity of the section within one version of its plan."""
        return self.part, self.path, self.occurrence

    @property
    def whole_text(self) -> str:
        """Heading and text as they are printed, without the number."""
        between = self.stop or "\n" * bool(self.heading and self.text)
        return f"{self.heading}{between}{self.text}"

    def is_below(self, other: "Section") -> bool:
        """True if this section stands inside `other`."""
        depth = len(other.path)
        return (
            self.part == other.part and len(self.path) > depth and self.path[:depth] == other.path
        )


def label(part: int | None, path: Iterable[str]) -> str:
    """Return the printed number in one piece, with its part in a plan of parts.

    Of a decimal outline the last number says the others too; an item below it stands apart.

    >>> label(2, ("四",)), label(None, ("一", "1.1", "1.1.2", "3"))
    ('第2部分·四', '一1.1.2·3')
    """
    said: list[str] = []
    for step in path:
        if said and step.startswith(f"{said[-1]}."):
            said[-1] = step
        else:
            said += ["·"] * (bool(said) and "." in said[-1] and step[0].isdigit())
            said.append(step)
    steps = "".join(said) or PREAMBLE_LABEL
    return steps if part is None else f"第{part}部分·{steps}"


@dataclass(frozen=True, slots=True)
class Dropped:
    """Text of the file that stands in no section, and why."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The text of a file in reading order, one paragraph a line, as a person sees it on paper.

    Numbers that a format only computes (Word's lists) stand in the text. `dropped` is what the
    format itself told to leave out (page numbers, running heads). `page_starts` are the offsets in
    `text` where pages 1, 2, 3 begin; empty where the format has no pages. `large` are the lines
    near the top that are set larger than the text, or that a page calls its title.
    """

    text: str
    dropped: tuple[Dropped, ...] = ()
    page_starts: tuple[int, ...] = ()
    large: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Metadata:
    """The printed particulars of a plan, None for each that is not printed. `date` is ISO 8601.

    `audience` is None until somebody sets it: a new plan is then for all, a new version for the
    readers of the one before.
    """

    title: str = ""
    issuer: str | None = None
    region: str | None = None
    year: int | None = None
    doc_number: str | None = None
    date: str | None = None
    kind: str | None = None
    aliases: tuple[str, ...] = ()
    audience: Audience | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """One quantified commitment: a row of the register.

    `quote` is verbatim, `value` a substring of it. `op` is one of = >= > <= < range all deadline;
    `kind` is target (promised) or achieved (reported). `deadline` is as printed, `deadline_date`
    its ISO date where it has one. `proposed` marks a row that a model found and nobody has
    confirmed. `about` is printed where a value is not exact (左右, 近), `since` is the day from
    which on it holds (自7月1日起).
    """

    part: int | None
    path: SectionPath
    quote: str
    metric: str
    op: str
    value: str
    unit: str | None
    deadline: str | None
    deadline_date: str | None
    scope: str | None
    office: str | None
    kind: str
    redacted: bool
    proposed: bool = False
    about: str = ""
    since: str = ""

    @property
    def label(self) -> str:
        """The printed number of the target's section in one piece."""
        return label(self.part, self.path)


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan as parsed from one file: nothing of the file is missing from it.

    `chars` counts the file's characters without white space; `kept` those that stand in title,
    preamble and sections.
    """

    metadata: Metadata
    preamble: str
    sections: tuple[Section, ...]
    dropped: tuple[Dropped, ...]
    warnings: tuple[str, ...]
    chars: int
    kept: int
    targets: tuple[Target, ...] = ()

    def all_sections(self) -> tuple[Section, ...]:
        """Return the preamble as a section with path (), then the sections, in printed order."""
        head = (Section(None, (), "", self.preamble),) if self.preamble else ()
        return head + self.sections


@dataclass(frozen=True, slots=True)
class PlanRecord:
    """A published version of a plan as the catalogue knows it; `file` is the base name."""

    id: str
    version: int
    file: str
    metadata: Metadata

    @property
    def audience(self) -> Audience:
        """The readers of the plan."""
        return self.metadata.audience or Audience.ALL

    @property
    def title(self) -> str:
        """The printed title, with the place if the title alone lacks it."""
        region, title = self.metadata.region, self.metadata.title
        return title if not region or region in title else f"{region} {title}"


@dataclass(frozen=True, slots=True)
class Citation:
    """A section named as the source of a sentence, with the words that are quoted from it."""

    record: PlanRecord
    section: Section
    quote: str
