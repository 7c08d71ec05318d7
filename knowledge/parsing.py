"""The text of a plan -> its sections, its preamble, and what was left out.

Sections are found by their printed numbers (`outline`); 一是 and 一要 are points of a section.
Every character of the text ends up in the title, the preamble, a section or `dropped`.

Not covered: footnotes.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from knowledge.numbering import Style
from knowledge.plan import Dropped, Metadata, Plan, Reading, Section, SectionPath
from knowledge.structure.asides import read_lines
from knowledge.structure.cleaning.contents import contents_entries
from knowledge.structure.cleaning.plan_text import PAGE, clean
from knowledge.structure.coverage import LEAST_COVERAGE, coverage
from knowledge.structure.metadata import DATE, read_metadata
from knowledge.structure.outline import INLINE_HEADING_CHARS, NumberPlace, find_sections
from knowledge.structure.surroundings import SENTENCE_ENDS
from knowledge.structure.tense import reporting_sections
from knowledge.structure.titles import read_head
from knowledge.targets.register import read_targets
from knowledge.text import squeeze

HEADING_CHARS = 60  # the longest heading of a line; real ones rarely pass 35
END_CHARS = 30  # of a line of the signature below the last section
SOLE_SENTENCE_CHARS = 20  # a section of one short sentence is a heading, a longer one is text
FEWEST_CELLS = 4  # of a row of a table, which no stop ends
OPENING_CHARS = 200  # of a section, which an entry of the contents may repeat
MOST_ENTRIES = 1000  # of a table of contents

UNREAD = "是扫描图片"
# "5.2万张", "30%": what counts. A year, "1+8" and "十项工程" do not.
QUANTITY = re.compile(r"(?<![\d+第])\d[\d.,]*\s?(?!年|[\d.,+月日号届])(?:[%％‰]|[一-鿿])")
QUOTED = re.compile(r"“[^”“]{0,200}”|《[^》《]{0,200}》|[（(][^）)（(]{0,200}[）)]")
STATES = re.compile(r"[，,]|达到|提高到|增长|控制在|不(?:低于|少于|超过)|以[上下内]|[%％‰]")
ENTRY_NUMBER = re.compile(
    r"^附件\d*[:：]?|^第[^章节]{1,4}[章节]|^[（(]?[一二三四五六七八九十]+[）)、.]|^\d+(?:\.\d+)*"
)
LINE_SPACE = re.compile(r"[ \t\u00a0\u3000\u2002\u2003\ufeff\u200b]+")


def parse_plan(text: str | Reading, file: str, given: Metadata | None = None) -> Plan:
    """Cut a plan's text at its own numbering.

    `file` is the base name, the last resort for a title; `given` holds what plans.toml says and
    wins over what is printed.
    """
    reading = Reading(text) if isinstance(text, str) else text
    text, dropped = clean(reading)
    places, oddities = find_sections(text, read_lines(text, PAGE))
    printed = (text[: places[0].start] if places else text).replace(PAGE, "")
    head = read_head(printed, file, reading.large, given.title if given else "")
    dropped += [Dropped(line, why) for line, why in head.above]
    metadata = read_metadata(text, head.title, head.preamble, [d.text for d in dropped], given)
    sections = _number_parts(_cut(text, places, paged=bool(reading.page_starts)))
    kept = len(squeeze(text.replace(PAGE, ""))) - sum(len(squeeze(line)) for line, _ in head.above)
    plan = Plan(
        metadata=metadata,
        preamble=_tidy(head.preamble),
        sections=sections,
        dropped=tuple(dropped),
        warnings=(),
        chars=kept + sum(len(squeeze(d.text)) for d in dropped),
        kept=kept,
    )
    plan = replace(plan, sections=_looking_back(plan))
    return replace(plan, warnings=tuple(_warnings(plan, oddities)), targets=read_targets(plan))


def _looking_back(plan: Plan) -> tuple[Section, ...]:
    """Return the sections, those marked that report what was done."""
    marks = reporting_sections(plan)[-len(plan.sections) :] if plan.sections else ()
    both = zip(plan.sections, marks, strict=True)
    return tuple(replace(section, looks_back=True) if mark else section for section, mark in both)


def _cut(text: str, places: Sequence[NumberPlace], paged: bool) -> list[Section]:
    """Return one section per number, each up to the next."""
    ends = [*(p.start for p in places), len(text)][1:]
    sections = []
    inner = [len(below.path) > len(p.path) for p, below in pairwise(places)] + [False]
    page, counted = 1, 0
    for place, end, has_children in zip(places, ends, inner, strict=False):
        heading, stop, body = _split_heading(text[place.end : end], has_children)
        if place.style is Style.ARTICLE and (stop or any(c in heading for c in "；，：")):
            heading, stop, body = "", "", _tidy(text[place.end : end])  # an article is text
        page, counted = page + text.count(PAGE, counted, place.end), max(counted, place.end)
        own_page = page if paged else None
        sections.append(Section(place.part, place.path, heading, body, stop, page=own_page))
    return sections


def _number_parts(sections: Sequence[Section]) -> tuple[Section, ...]:
    """Leave `part` out where there is only one, and count sections that print the same number."""
    single = all(s.part == 1 for s in sections)
    seen: Counter[tuple[int | None, SectionPath]] = Counter()
    numbered = []
    for section in sections:
        part = None if single else section.part
        seen[part, section.path] += 1
        numbered.append(replace(section, part=part, occurrence=seen[part, section.path]))
    return tuple(numbered)


def _split_heading(raw: str, has_children: bool = False) -> tuple[str, str, str]:
    """Split what stands between two numbers into heading, full stop and text.

    >>> _split_heading("加快发展。新建4个站点。")
    ('加快发展', '。', '新建4个站点。')
    >>> _split_heading("床位达到5.2万张，护理型占30%。各区都要建。")
    ('', '', '床位达到5.2万张，护理型占30%。各区都要建。')
    """
    body = _tidy(raw)
    first, _, rest = body.partition("\n")
    stop = next((i for i, c in enumerate(first) if c in SENTENCE_ENDS), None)
    if stop is None:
        announces = rest or has_children or not any(c in "；;，,：:" for c in QUOTED.sub("", first))
        is_heading = len(first) <= HEADING_CHARS and announces and first[-1:] not in tuple("；;")
        return (first, "", rest) if is_heading else ("", "", body)
    heading, behind = first[:stop], first[stop + 1 :]
    said = _without_end(behind, rest)
    if len(heading) > INLINE_HEADING_CHARS or _is_commitment(heading, said):
        return "", "", body
    return heading, first[stop], _tidy(behind + "\n" + rest)


def _without_end(first: str, rest: str) -> str:
    """Return what stands behind a first sentence, but "" for the plan's end: 附件, organ, date."""
    lines = [line for line in (first, *rest.splitlines()) if line.strip()]
    is_end = all(
        len(x) <= END_CHARS and not any(c in x for c in SENTENCE_ENDS + "；") for x in lines
    )
    return "" if lines and is_end and DATE.search(rest) else _tidy("\n".join(lines))


def _is_commitment(sentence: str, rest: str) -> bool:
    """True if a first sentence is text: it counts something, and says it of somebody or has
    nothing but a note behind it.
    """
    quantity = QUANTITY.search(QUOTED.sub("", sentence))
    if rest and not (quantity and QUOTED.fullmatch(rest)):
        return quantity is not None and STATES.search(sentence) is not None
    return len(sentence) > SOLE_SENTENCE_CHARS or bool(re.search(r"\d", sentence))


def _tidy(text: str) -> str:
    """Return text without indents, doubled blanks and empty lines; nothing that is printed
    changes.
    """
    lines = (LINE_SPACE.sub(" ", x).strip() for x in text.replace(PAGE, "").splitlines())
    return "\n".join(line for line in lines if line)


def _warnings(plan: Plan, oddities: Iterable[str]) -> Iterable[str]:
    """Yield what a person should look at: gaps and repeats in the numbering, a broken end, lost
    text.
    """
    if not plan.sections:
        yield "没有找到任何编号的条款，全文按文首处理"
        return
    repeated = [s for s in plan.sections if s.occurrence > 1]
    yield from (f"编号重复：{s.label} {s.heading[:12]}" for s in repeated)
    yield from oddities
    yield from _missing_entries(plan)
    if _breaks_off(tail := plan.sections[-1].whole_text.rstrip()):
        yield f"全文可能不完整，结尾停在“{tail[-8:]}”"
    yield from (f"{d.text}{d.why}" for d in plan.dropped if d.why.startswith(UNREAD))
    if (share := coverage(plan.kept, plan.dropped)) < LEAST_COVERAGE:
        yield f"只保留了 {100 * share:.1f}% 的字符，其余见 dropped"


def _breaks_off(text: str) -> bool:
    """True if a text ends within a sentence, and not in a table, a list, a signature or a date."""
    last = text.rpartition("\n")[2]
    if len(text) <= HEADING_CHARS or len(last) <= END_CHARS:
        return False
    is_row = len(last.replace("|", " ").split()) >= FEWEST_CELLS
    return not is_row and last[-1] not in "。！？…”）)》；：日局厅委部"


def _missing_entries(plan: Plan) -> Iterable[str]:
    """Yield which entries of the table of contents are the heading of no section."""
    entries = contents_entries(plan.dropped)
    if not entries:
        return
    printed = sorted(squeeze(s.whole_text[:OPENING_CHARS]) for s in plan.sections)
    outside = squeeze(plan.preamble + "".join(s.text for s in plan.sections))
    for entry in entries[:MOST_ENTRIES]:
        title = ENTRY_NUMBER.sub("", entry)
        at = bisect_left(printed, title)
        if not title or (at < len(printed) and printed[at].startswith(title)):
            continue
        if title != entry or title not in outside:
            yield f"目录里有“{title[:20]}”，正文里没有找到这一条"
