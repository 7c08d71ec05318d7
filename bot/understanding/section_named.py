"""A section named by its number -> that section: 第16条, 第四部分第十七条, 八（一）, 2-2-8.

People drop the upper levels, so a name is a series of numbers that must stand in a section's path
in this order, the last one last. 第N部分 means the part where a plan has parts, otherwise level
one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.numbering import HAN, Style, number_value, read_step
from knowledge.plan import Section

NUMERAL = rf"(?:{HAN}|\d{{1,3}})"
PART = re.compile(rf"第({NUMERAL})(?:个)?(?:大?部分|大段|段)")
ORDINAL = re.compile(
    rf"第\s?([（(])?({NUMERAL})(?:[）)]\s?(?:大|小)?(?:[条款项点章节]|个问题)?|\s?(?:大|小)?(?:[条款项点章节]|个问题))"
)
BRACKETED = rf"(?:(?:{HAN}|\d{{1,2}})[、点条]?(?=[（(]))?(?:[（(]{NUMERAL}[）)])+\d*"
# 2-2-8; "1-2次" and "5-6月" are ranges.
DASHED = r"(?<![\d\-月])\d{1,2}(?:-\d{1,2}){1,3}(?![\d\-%次月周岁个名人天年日场户家张])"
# 五16
JOINED = rf"(?<![{HAN[1:-6]}第\d]){HAN}(?=\d{{1,2}}(?!\d|[年月日%个户张人名次]))\d{{1,2}}"
# 四之二; 三分之一 is a fraction
OF = rf"(?<![{HAN[1:-6]}分]){HAN}之[（(]?{NUMERAL}(?!{NUMERAL})[）)]?"
NAMED_STYLES = {"章": Style.CHAPTER, "节": Style.DIVISION}
BELOW = re.compile(rf"\s?(?:[（(]{NUMERAL}[）)])+")
PRINTED = re.compile(rf"(?<![第\d])(?:{OF}|{BRACKETED}|{DASHED}|{JOINED})")
# 2.4.5, or 2.4 that no measure word follows
DECIMAL = re.compile(
    r"(?<![\d.])\d{1,2}(?:\.\d{1,2}){2,4}(?![\d.])|(?<![\d.])\d{1,2}\.\d{1,2}(?=节|条|款|小节|部分|讲|说|是什么|写)"
)
NTH = re.compile(rf"第({NUMERAL})个")
ASKED = "的|讲|说|啥|什么|是|写|原文|内容|怎|呢|吗|[？?]|$"
# 四十七款; "那三条" and "出台3条措施" count, they do not name.
COUNTED = re.compile(rf"(?:^|[\s的里年点旗县市区，,]){NUMERAL}[款条](?={ASKED})")
# What may stand beside 第二部分 when the part itself is asked for.
PART_ALONE = re.compile(
    "讲|说|啥|什么|内容|原文|全文|有哪|哪几|几[条点项个]|包括|概括|总结|浓缩|归纳|汇总|梳理|捋|理一理|干|念|指标|目标|任务|^\\s*的?\\s*$"
)
PLACES = (
    ("前面|开头|开篇|一开始", 0),
    ("中间|当中", 1),
    ("后面|最后|末尾|结尾|附件|附表", -1),
)


@dataclass(frozen=True, slots=True)
class SectionName:
    """A section as a person names it. `steps` are numbers, outermost first; a style where brackets
    tell it.
    """

    part: int | None
    steps: tuple[tuple[int, Style | None], ...]
    text: str
    place: int | None = None  # which of several parts: 前面 0, 中间 1, 最后 -1
    decimal: str = ""  # 2.4.5, as it is printed


def read_section_name(question: str) -> SectionName | None:
    """Return the section that the question names by number, or None.

    >>> read_section_name("第四部分第十七条讲什么")
    SectionName(part=4, steps=((17, None),), text='第十七条', place=None, decimal='')
    """
    part, rest = _read_part(question)
    if decimal := DECIMAL.search(rest):
        return SectionName(part, (), decimal[0], None, decimal[0])
    ordinals = list(ORDINAL.finditer(rest))
    if not ordinals and re.search("[条点段]", rest):
        ordinals = list(NTH.finditer(rest))
    printed = PRINTED.search(rest)
    counted = COUNTED.search(rest)
    steps: tuple[tuple[int, Style | None], ...]
    if ordinals:
        steps = tuple((_value(m.group(m.re.groups)), _style(m)) for m in ordinals)
        named = ordinals[-1][0]
        if below := BELOW.match(rest, ordinals[-1].end()):  # 第六条（二）
            steps += _printed_steps(below[0])
            named += below[0]
    elif printed:
        steps, named = _printed_steps(printed[0]), printed[0]
    elif counted:
        steps, named = (
            ((_value(re.sub(rf"^(?!{NUMERAL}).|[款条]$", "", counted[0])), None),),
            counted[0],
        )
    elif part is not None and PART_ALONE.search(rest):
        steps, named = (), ""
    else:
        return None
    place = next((at for words, at in PLACES if re.search(words, question)), None)
    return SectionName(part, steps, named, place)


def match_sections(name: SectionName, sections: Sequence[Section]) -> tuple[Section, ...]:
    """Return the sections of a plan that answer to this name, in printed order.

    第N部分 is a part where the plan has one that holds such a section, else level one.
    """
    whole = sections
    if name.decimal:
        return tuple(s for s in sections if s.path and s.path[-1] == name.decimal)
    has_parts = any(s.part is not None for s in sections)
    if name.part is not None and has_parts and not _of_part(name, sections):
        sections = [replace(s, part=None) for s in sections if s.part == 1]
        keys = {s.key for s in match_sections(name, sections)}
        return tuple(s for s in whole if s.part == 1 and replace(s, part=None).key in keys)
    if not has_parts and name.part is not None:
        tops = {read_step(s.path[0]) for s in sections if s.path}
        # 一、 is a part rather than the 1. that stands beside it
        style = min((style for value, style in tops if value == name.part), default=None)
        below = [s for s in sections if s.path and read_step(s.path[0]) == (name.part, style)]
        if not name.steps:
            return tuple(s for s in below if len(s.path) == 1)
        return tuple(s for s in below if _answers(s, name.steps, above=1))
    if name.part is not None:
        sections = [s for s in sections if s.part == name.part]
        if not name.steps:
            return tuple(s for s in sections if len(s.path) == 1)
    found = [s for s in sections if _answers(s, name.steps)]
    if not found:  # 五（16） for 五16; （三） is no 3
        bare = [(value, style if style is Style.HAN_PAREN else None) for value, style in name.steps]
        found = [s for s in sections if _answers(s, bare)]
    if "大" in name.text:  # 第4大点
        found = [s for s in found if len(s.path) == 1] or found
    if has_parts and name.part is None and name.place is not None and found:
        parts = sorted({s.part for s in sections if s.part is not None})
        part = parts[min(name.place, len(parts) - 1)]
        found = [s for s in found if s.part == part]
    return _printed_alike(name, found)


def _of_part(name: SectionName, sections: Sequence[Section]) -> bool:
    """True if the part that is named is there and holds a section of this name."""
    own = [s for s in sections if s.part == name.part]
    return bool(own) and (not name.steps or any(_answers(s, name.steps) for s in own))


def _printed_alike(name: SectionName, found: Sequence[Section]) -> tuple[Section, ...]:
    """Of several sections, return the one whose number is printed as it was typed: 第3条 is 3."""
    numeral = re.search(NUMERAL, name.text)
    articles = [s for s in found if s.path[-1].startswith("第")]
    if name.text.endswith("条") and articles:  # 第五条 where a plan has one
        found = articles
    alike = [s for s in found if numeral and numeral[0] in s.path[-1]]
    return tuple(alike if len(alike) == 1 else found)


def _answers(section: Section, steps: Sequence[tuple[int, Style | None]], above: int = 0) -> bool:
    """Say whether the steps lead to the section, from `above` levels below the top."""
    path = [read_step(printed) for printed in section.path[above:]]
    if not steps or not path or not _fits(path[-1], steps[-1]):
        return False
    rest = iter(path[:-1])
    return all(any(_fits(own, step) for own in rest) for step in steps[:-1])


def _fits(own: tuple[int, Style], named: tuple[int, Style | None]) -> bool:
    return own[0] == named[0] and named[1] in (None, own[1])


def _style(match: re.Match[str]) -> Style | None:
    """Tell the style of 第（三）条 by its brackets, of 第二节 by its word; 条 is said of all."""
    if match.re is not ORDINAL:
        return None
    if not match[1]:
        return NAMED_STYLES.get(match[0][-1])
    return Style.ARABIC_PAREN if match[2].isdecimal() else Style.HAN_PAREN


def _read_part(question: str) -> tuple[int | None, str]:
    match = PART.search(question)
    if match is None:
        return None, question
    return _value(match[1]), question[: match.start()] + " " + question[match.end() :]


def _printed_steps(printed: str) -> tuple[tuple[int, Style | None], ...]:
    """Read 二（二）8 or 2-2-8; brackets tell the style only when they hold a Chinese numeral."""
    if "-" in printed:
        return tuple((int(n), None) for n in printed.split("-"))
    steps: list[tuple[int, Style | None]] = []
    if "之" in printed:
        return tuple(
            (_value(numeral), None) for numeral in re.sub("[（(）)]", "", printed).split("之")
        )
    for match in re.finditer(rf"[（(]({NUMERAL})[）)]|({HAN})|(\d+)", printed):
        numeral = match[1] or match[2] or match[3]
        style = Style.HAN if match[2] else None
        if match[1]:
            style = Style.ARABIC_PAREN if numeral.isdecimal() else Style.HAN_PAREN
        steps.append((_value(numeral), style))
    return tuple(steps)


def _value(numeral: str) -> int:
    return number_value(numeral) or 0
