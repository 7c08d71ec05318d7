"""The text of a plan -> its sections, its preamble, and what was left out.

Sections are found by their printed numbers (`outline`); 一是 and 一要 are points of a section.
Every character of the text ends up in the title, the preamble, a section or `dropped`.

Not covered: footnotes.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from knowledge.cleaning import PAGE, clean, contents_lines
from knowledge.metadata import read_metadata, split_title
from knowledge.numbering import Style
from knowledge.outline import INLINE_HEADING_CHARS, SENTENCE_ENDS, Place, find_sections
from knowledge.plan import Dropped, Metadata, Plan, Reading, Section, SectionPath
from knowledge.targets import read_targets

HEADING_CHARS = 60  # the longest heading of a line; real ones rarely pass 35
SOLE_SENTENCE_CHARS = 20  # a section of one short sentence is a heading, a longer one is text
MINIMUM_COVERAGE = 0.98

ENTRY_NUMBER = re.compile(r"^第[^章节]{1,4}[章节]|^[（(]?[一二三四五六七八九十]+[）)、.]")
LINE_SPACE = re.compile(r"[ \t\u00a0\u3000\u2002\u2003\ufeff\u200b]+")


def squeeze(text: str) -> str:
    """Return text without white space: what is counted when characters are counted."""
    return re.sub(r"\s+", "", text)


def parse_plan(text: str | Reading, file: str, given: Metadata | None = None) -> Plan:
    """Cut a plan's text at its own numbering.

    `file` is the base name, the last resort for a title; `given` holds what plans.toml says and
    wins over what is printed.
    """
    reading = Reading(text) if isinstance(text, str) else text
    text, dropped = clean(reading)
    places, oddities = find_sections(text)
    head = (text[: places[0].mark.start] if places else text).replace(PAGE, "")
    title, preamble, above = split_title(head, file)
    dropped += [Dropped(line, "标题前的网页文字") for line in above]
    metadata = read_metadata(text, title, preamble, [d.text for d in dropped], given)
    sections = _number_parts(_cut(text, places, paged=bool(reading.page_starts)))
    kept = len(squeeze(text.replace(PAGE, ""))) - sum(len(squeeze(line)) for line in above)
    chars = kept + sum(len(squeeze(d.text)) for d in dropped)
    plan = Plan(
        metadata=metadata,
        preamble=_tidy(preamble),
        sections=sections,
        dropped=tuple(dropped),
        warnings=(),
        chars=chars,
        kept=kept,
    )
    return replace(plan, warnings=tuple(_warnings(plan, oddities)), targets=read_targets(plan))


def _cut(text: str, places: Sequence[Place], paged: bool) -> list[Section]:
    """Return one section per number, each up to the next."""
    ends = [*(p.mark.start for p in places), len(text)][1:]
    sections = []
    for place, end in zip(places, ends, strict=True):
        heading, stop, body = _split_heading(text[place.mark.end : end])
        if place.mark.style is Style.ARTICLE and stop:
            heading, stop, body = "", "", _tidy(text[place.mark.end : end])  # an article is text
        page = 1 + text.count(PAGE, 0, place.mark.end) if paged else None
        sections.append(Section(place.part, place.path, heading, body, stop, page=page))
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


def _split_heading(raw: str) -> tuple[str, str, str]:
    """Split what stands between two numbers into heading, full stop and text.

    >>> _split_heading("加快发展。新建4个站点。")
    ('加快发展', '。', '新建4个站点。')
    """
    body = _tidy(raw)
    first, _, rest = body.partition("\n")
    stop = re.search(rf"[{SENTENCE_ENDS}]", first)
    if stop is None:
        is_heading = len(first) <= HEADING_CHARS and (rest or not re.search("[；;，,：:]", first))
        return (first, "", rest) if is_heading else ("", "", body)
    heading, remainder = first[: stop.start()], _tidy(first[stop.end() :] + "\n" + rest)
    if len(heading) > INLINE_HEADING_CHARS or (not remainder and _is_commitment(heading)):
        return "", "", body
    return heading, stop[0], remainder


def _is_commitment(sentence: str) -> bool:
    """A section of one sentence is a heading when it is short and counts nothing."""
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
    printed = squeeze("".join(s.heading + s.text for s in plan.sections))
    for entry in contents_lines(plan.dropped):
        title = ENTRY_NUMBER.sub("", squeeze(entry))
        if title and title not in printed:
            yield f"目录里有“{title[:20]}”，正文里没有找到"
    tail = plan.sections[-1].whole_text.rstrip()
    if tail and len(tail) > HEADING_CHARS and not re.search(r"[。！？…”）)》日局厅委部]\Z", tail):
        yield f"全文可能不完整，结尾停在“{tail[-8:]}”"
    if plan.kept < plan.chars * MINIMUM_COVERAGE:
        yield f"只保留了 {100 * plan.kept / plan.chars:.1f}% 的字符，其余见 dropped"
