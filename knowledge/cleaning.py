"""The text of a file -> the text of the plan, and what was taken out: advertising, bookmarks,
contents.

Nothing is deleted in silence: what goes is returned with the reason.
"""

import re
import unicodedata
from collections.abc import Sequence

from knowledge.numbering import find_marks
from knowledge.plan import Dropped, Reading

# Strong signs that a short line was put there by a web site, whatever stands around it.
NOISE = re.compile(
    r"QQ\s*[:：]?\s*\d{5,}|QQ群|会员群|微信号|公众号|扫[码一]|关注我们"
    r"|仅供(?:学习|参考)|请勿(?:照搬|外传|转载)|禁止外传|原创投稿|点击(?:下载|查看|关注)"
    r"|责任编辑|打印本页|关闭窗口|上一篇|下一篇|分享到|返回(?:顶部|首页)"
    r"|^\s*(?:来源|浏览次数|阅读次数|点击数|字号|发布时间|发布日期|信息来源)\s*[:：]"
)
NOISE_CHARS = 80
BOOKMARK = re.compile(r"\[bookmark:[^\]\n]*\]")
CONTENTS = re.compile(r"^[\s\u3000]*目[\s\u3000]*[录次][\s\u3000]*$")
LEADERS = re.compile(r"[\s\u3000.．…·\-—_]*\d*[\s\u3000]*$")
CONTENTS_LINE_CHARS = 70
# PDF fonts and OCR give ⼀ (a radical) for 一.
RADICALS = {
    code: unicodedata.normalize("NFKC", chr(code))
    for code in [*range(0x2E80, 0x2EF4), *range(0x2F00, 0x2FD6)]
}
PAGE = "\ue000"  # stands where a page begins, until the sections are cut


def clean(reading: Reading) -> tuple[str, list[Dropped]]:
    """Return the plan's text, with PAGE where pages begin, and what was taken out."""
    text = _mark_pages(reading).translate(RADICALS)
    dropped = [
        *reading.dropped,
        *(Dropped(m[0], "文字处理软件的书签") for m in BOOKMARK.finditer(text)),
    ]
    lines = BOOKMARK.sub("", text).splitlines()
    contents = _contents(lines)
    dropped += [Dropped(lines[i].strip(), "目录") for i in contents if lines[i].strip()]
    kept = []
    for i, line in enumerate(lines):
        if _is_noise(line):
            dropped.append(Dropped(line.strip(), "网站的广告、导航或发布信息"))
        elif i not in contents:
            kept.append(line)
    return "\n".join(kept), dropped


def contents_lines(dropped: Sequence[Dropped]) -> list[str]:
    """Return the entries of the table of contents, without page numbers: a check on the
    sections.
    """
    entries = (LEADERS.sub("", d.text) for d in dropped if d.why == "目录")
    return [entry for entry in entries if entry and not CONTENTS.match(entry)]


def _mark_pages(reading: Reading) -> str:
    text = reading.text
    for start in sorted(reading.page_starts[1:], reverse=True):
        # Before the line break, so that a number still opens its line.
        at = start - text[:start].endswith("\n")
        text = text[:at] + PAGE + text[at:]
    return text


def _is_noise(line: str) -> bool:
    """A short line with a sign of a web site; "（二）办好公众号" is a section all the same."""
    if len(line) > NOISE_CHARS or not NOISE.search(line):
        return False
    return not any(mark.opens_line for mark in find_marks(line))


def _contents(lines: Sequence[str]) -> range:
    """Return where the table of contents stands: from 目录 until its first entry comes again."""
    start = next((i for i, line in enumerate(lines) if CONTENTS.match(line)), None)
    if start is None:
        return range(0)
    entries = [i for i in range(start + 1, len(lines)) if lines[i].strip()]
    first = _entry(lines[entries[0]]) if entries else ""
    again = next((i for i in entries[1:] if _entry(lines[i]).startswith(first)), None)
    if not first or again is None or again - start < 3:
        return range(0)
    short = all(len(lines[i]) <= CONTENTS_LINE_CHARS for i in range(start, again))
    return range(start, again) if short else range(0)


def _entry(line: str) -> str:
    return re.sub(r"\s", "", LEADERS.sub("", line))
