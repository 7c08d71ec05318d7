"""The text of a plan -> its sections, its preamble, and what was left out.

Sections are found by their printed numbers alone. A number counts when it stands where a heading
can stand and goes on the numbering that is open there: at the start of a line it may skip or repeat
(the plan is then printed so, and a warning says it); inside a line it must follow exactly. 一是/一
要 are points of a section, never sections. Every character of the text ends up in the title, the
preamble, a section or `dropped`.

Not covered: tables of contents, footnotes, numbering that exists only in the file format.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from knowledge.metadata import read_metadata, split_title
from knowledge.numbering import Mark, Style, find_marks, step
from knowledge.plan import Dropped, Metadata, Plan, Section, SectionPath
from knowledge.targets import read_targets

SENTENCE_ENDS = "。！？!?"
CLOSERS = "”’」』）)》"
HEADING_CHARS = 60  # the longest heading of a line; real ones rarely pass 35
INLINE_HEADING_CHARS = 45  # of a heading that runs into its text
SOLE_SENTENCE_CHARS = 20  # a section of one short sentence is a heading, a longer one is text
SKIP_LIMIT = 3  # "5." after "2." at the start of a line is a section, "33." is not
MINIMUM_COVERAGE = 0.98

# Strong signs that a short line was put there by a web site, whatever stands around it.
NOISE = re.compile(
    r"QQ\s*[:：]?\s*\d{5,}|QQ群|会员群|微信号|公众号|扫[码一]|关注我们|仅供(?:学习|参考)|请勿(?:照搬|外传|转载)"
    r"|禁止外传|原创投稿|点击(?:下载|查看|关注)|责任编辑|打印本页|关闭窗口|上一篇|下一篇|分享到"
    r"|^\s*(?:来源|浏览次数|阅读次数|点击数|字号|发布时间|发布日期|信息来源)\s*[:：]|返回(?:顶部|首页)"
)
NOISE_CHARS = 80
BOOKMARK = re.compile(r"\[bookmark:[^\]\n]*\]")
LINE_SPACE = re.compile(r"[ \t\u00a0\u3000\u2002\u2003\ufeff\u200b]+")


@dataclass(slots=True)
class _Outline:
    """The numbering as far as it has been read: what is open, and the last number of each style."""

    open: list[Mark] = field(default_factory=list)
    last: dict[Style, int] = field(default_factory=dict)

    def follows(self, mark: Mark) -> bool:
        """Say whether the mark goes on the numbering: next of its level, first of a new one, or
        running on.
        """
        sibling = next((m for m in self.open if m.style is mark.style), None)
        if sibling is not None:
            return mark.value == sibling.value + 1
        return mark.value in (1, self.last.get(mark.style, 0) + 1)

    def may_stand(self, mark: Mark) -> bool:
        """Say whether the mark at the start of a line is a section although it does not follow."""
        if mark.value == 1:
            return True
        last = self.last.get(mark.style, 0)
        if mark.style is Style.ARABIC:
            return last <= mark.value <= last + SKIP_LIMIT
        return mark.is_plain

    def push(self, mark: Mark) -> SectionPath:
        """Open the mark's section, closing what is at or below its level, and return its path."""
        self.open = [m for m in self.open if m.style < mark.style] + [mark]
        self.last[mark.style] = mark.value
        return tuple(m.step for m in self.open)


def squeeze(text: str) -> str:
    """Return text without white space: what is counted when characters are counted."""
    return re.sub(r"\s+", "", text)


def parse_plan(text: str, file: str, given: Metadata | None = None) -> Plan:
    """Cut a plan's text at its own numbering.

    `file` is the base name, the last resort for a title; `given` holds what plans.toml says and
    wins over what is printed.
    """
    text, dropped = _drop_noise(text)
    marks = choose_marks(text)
    head = text[: marks[0].start] if marks else text
    title, preamble, above = split_title(head, file)
    dropped += [Dropped(line, "标题前的网页文字") for line in above]
    metadata = read_metadata(text, title, preamble, [d.text for d in dropped], given)
    sections = _number_parts(_cut(text, marks))
    kept = len(squeeze(text)) - sum(len(squeeze(line)) for line in above)
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
    return replace(plan, warnings=tuple(_warnings(plan, marks)), targets=read_targets(plan))


def choose_marks(text: str) -> list[Mark]:
    """Return the numbers of `text` that open sections, in order."""
    outline, chosen = _Outline(), list[Mark]()
    marks = list(find_marks(text))
    for i, mark in enumerate(marks):
        if mark.opens_line:
            accepted = outline.follows(mark) or outline.may_stand(mark)
        else:
            accepted = (
                mark.is_plain
                and outline.follows(mark)
                and _may_open_inside(text, mark, chosen)
                and (mark.value > 1 or _goes_on(text, mark, marks[i + 1 :]))
            )
        if accepted:
            outline.push(mark)
            chosen.append(mark)
    return chosen


def _may_open_inside(text: str, mark: Mark, chosen: Sequence[Mark]) -> bool:
    """A heading inside a line stands after a sentence, or right behind the heading it belongs
    to.
    """
    if _after_sentence(text, mark):
        return True
    if not chosen or chosen[-1].style >= mark.style:
        return False
    between = text[chosen[-1].end : mark.start]
    return 0 < len(between) <= INLINE_HEADING_CHARS and not any(
        c in between for c in SENTENCE_ENDS + "；\n"
    )


def _after_sentence(text: str, mark: Mark) -> bool:
    before = text[: mark.start].rstrip().rstrip(CLOSERS)
    return bool(before) and before[-1] in SENTENCE_ENDS


def _goes_on(text: str, first: Mark, later: Iterable[Mark]) -> bool:
    """A first number inside a line is a section only when its second stands where a heading can
    stand.
    """
    for mark in later:
        if mark.style is first.style and (mark.opens_line or _after_sentence(text, mark)):
            return mark.value == 2
    return False


def _cut(text: str, marks: Sequence[Mark]) -> list[Section]:
    """Return one section per mark; `part` counts how often the numbering began again at the top."""
    outline, sections, part = _Outline(), list[Section](), 1
    ends = [*(m.start for m in marks), len(text)][1:]
    for mark, end in zip(marks, ends, strict=True):
        before = {m.style: m.value for m in outline.open}
        path = outline.push(mark)
        if len(path) == 1 and mark.value <= before.get(mark.style, 0) and mark.value == 1:
            part += 1
        heading, stop, body = _split_heading(text[mark.end : end])
        sections.append(Section(part, path, heading, body, stop))
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
    lines = (LINE_SPACE.sub(" ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _drop_noise(text: str) -> tuple[str, list[Dropped]]:
    """Take out what a web site or a word processor left in the text."""
    dropped = [Dropped(m.group(), "文字处理软件的书签") for m in BOOKMARK.finditer(text)]
    lines = []
    for line in BOOKMARK.sub("", text).splitlines():
        # "（二）办好公众号" is a section, not an advertisement
        is_numbered = any(mark.opens_line for mark in find_marks(line))
        if len(line) <= NOISE_CHARS and NOISE.search(line) and not is_numbered:
            dropped.append(Dropped(line.strip(), "网站的广告、导航或发布信息"))
        else:
            lines.append(line)
    return "\n".join(lines), dropped


def _warnings(plan: Plan, marks: Sequence[Mark]) -> Iterable[str]:
    """Yield what a person should look at: gaps and repeats in the numbering, a broken end, lost
    text.
    """
    if not plan.sections:
        yield "没有找到任何编号的条款，全文按文首处理"
        return
    repeated = [s for s in plan.sections if s.occurrence > 1]
    yield from (f"编号重复：{s.label} {s.heading[:12]}" for s in repeated)
    yield from _jumps(marks)
    tail = plan.sections[-1].whole_text.rstrip()
    if tail and len(tail) > HEADING_CHARS and not re.search(r"[。！？…”）)》日局厅委部]\Z", tail):
        yield f"全文可能不完整，结尾停在“{tail[-8:]}”"
    if plan.kept < plan.chars * MINIMUM_COVERAGE:
        yield f"只保留了 {100 * plan.kept / plan.chars:.1f}% 的字符，其余见 dropped"


def _jumps(marks: Sequence[Mark]) -> Iterable[str]:
    """Yield where the printed numbering skips or starts late."""
    outline = _Outline()
    for mark in marks:
        last = outline.last.get(mark.style, 0)
        if not outline.follows(mark) and mark.value > last:
            after = f"，前一个是{step(mark.style, last)}" if last else "，前面没有更小的编号"
            yield f"编号不连续：{mark.step}{after}"
        outline.push(mark)
