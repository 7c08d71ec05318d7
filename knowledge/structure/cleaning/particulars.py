"""The 索引号 table and the 发布时间 line of a page -> the lines that stand above the title.

Government sites print 索引号, 发文字号 and 成文日期 beside the article, as a table, a list, or
several in one line. What `metadata` can read is kept; 主题分类, 有效性 and the like are dropped.
"""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from knowledge.plan import Dropped
from knowledge.text import squeeze

# The date of the document before the date of its publication: only the first that is printed stays.
DATES = "成文日期 成文时间 印发日期 制发日期 生成日期 发文日期 公开日期 发布日期 发布时间".split()
ORIGINS = "索引号 发文机关 发文机构 发文单位 发布机构 制发机关".split()
NUMBERS = "发文字号 公文文号 文件编号 文号".split()
OTHERS = (
    "有效性 主题分类 信息分类 体裁分类 组配分类 公文种类 主题词 关键词 信息名称 名称 标题 "
    "内容概述 失效日期 废止日期 浏览次数 点击数 阅读次数 字号 字体 信息来源 文章来源 来源 "
    "作者 责任编辑"
).split()
LABELS = "|".join(r"\s*".join(label) for label in [*DATES, *ORIGINS, *NUMBERS, *OTHERS])
PAIR = re.compile(
    rf"[|【\[]?\s*(?P<label>{LABELS})\s*[】\]]?\s*(?:[：:]\s*\|?|\|)\s*"
    rf"(?P<value>.*?)[\s|]*(?=[【\[]?\s*(?:{LABELS})\s*[】\]]?\s*[：:|]|$)"
)
LONGEST = 200  # characters of a line that can hold particulars


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a page says about its document, the lines (by place) that say it, what is left out, and
    the title in its own 标题 cell.
    """

    lines: tuple[str, ...]
    places: frozenset[int]
    dropped: tuple[Dropped, ...]
    title: str = ""


def says_particulars(text: str) -> bool:
    """True if a line begins with 索引号, 发布时间 or another such label."""
    return len(text) <= LONGEST and PAIR.match(text) is not None


def read_particulars(
    lines: Sequence[str], may_stand: Sequence[bool], title: str = ""
) -> Particulars:
    """Return the particulars among the lines; `may_stand` tells where they can stand, `title` is
    what the page is called.

    文号 comes last, right above the title: what follows a 文号 is the text of the plan itself.
    """
    said, places = dict[str, str](), set[int]()
    for i, line in enumerate(lines):
        if not may_stand[i] or i in places or not says_particulars(line):
            continue
        pairs = [(match["label"], match["value"]) for match in PAIR.finditer(line)]
        places.add(i)
        is_empty = len(pairs) == 1 and not pairs[0][1] and any(may_stand[i + 1 : i + 2])
        if is_empty and _is_value(lines[i + 1], pairs[0][0], said.get("标题", title)):
            pairs = [(pairs[0][0], lines[i + 1])]  # the value stands in an element of its own
            places.add(i + 1)
        for label, value in pairs:
            if value.strip():
                said.setdefault(re.sub(r"\s", "", label), value.strip())
    kept = _chosen(said)
    return Particulars(
        lines=tuple(f"{label}：{said[label]}" for label in kept),
        places=frozenset(places),
        dropped=tuple(
            Dropped(f"{label}：{value}", "网页的信息表")
            for label, value in said.items()
            if label not in kept
        ),
        title=said.get("标题", ""),
    )


def _is_value(line: str, label: str, title: str) -> bool:
    """True if the line below a label is its value, and not the title that stands below them all."""
    return label == "标题" or squeeze(line) not in squeeze(title)


def _chosen(said: Container[str]) -> list[str]:
    """Return the labels that stay, in the order in which they are written."""
    dates = [label for label in DATES if label in said][:1]
    return dates + [label for label in [*ORIGINS, *NUMBERS] if label in said]
