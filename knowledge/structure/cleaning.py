"""The text of a file -> the text of the plan, and what was taken out: advertising, the tables of
sites, page numbers, bookmarks, contents.

Nothing is deleted in silence: what goes is returned with the reason.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from knowledge.numbering import find_marks
from knowledge.plan import Dropped, Reading
from knowledge.structure.markup import without_markup
from knowledge.structure.particulars import says_particulars
from knowledge.structure.titles import is_title
from knowledge.structure.wrapping import join_broken_lines

# Strong signs that a short line was put there by a web site, whatever stands around it.
NOISE = re.compile(
    r"QQ\s*[:：]?\s*\d{5,}|QQ群|会员群|微信号|公众号|扫[码一]|关注我们"
    r"|仅供(?:学习|参考)|请勿(?:照搬|外传|转载)|禁止外传|原创投稿|点击(?:下载|查看|关注)"
    r"|责任编辑|打印本页|关闭窗口|上一篇|下一篇|分享到|返回(?:顶部|首页)"
    r"|加(?:我)?微信|微信\s*[:：]?\s*[A-Za-z]\w{4,}|免责声明|版权归|本文(?:来自|由|来源|地址|链接)|转载请"
    r"|(?:网|库|帮|秘|来源|访问|更多|下载|地址)[^。；]{0,12}(?:https?://|www\.)|^\s*(?:https?://|www\.)\S+\s*$"
    r"|版权所有|[A-Z一-龥]?ICP[备证]|网站标识码|公网安备|网站地图|技术支持\s*[:：]|主办单位\s*[:：].*承办"
    r"|^\s*(?:首页|当前位置|您(?:现在|当前)?的?位置)\s*[:：>》]|^\s*附件下载\s*[:：]?\s*$"
    r"|^\s*(?:责?编辑|责编|校对|审核|监制|排版|供稿)\s*[:：丨｜|]|点个?[“\"]?(?:在看|赞)|\d\s发表于"
    r"|^\s*(?:来源|浏览次数|阅读次数|点击数|字号|发布时间|发布日期|信息来源)\s*[:：]"
)
NOISE_CHARS = 80
# What a site prints below the article, down to the end of the text.
RELATED = re.compile(
    r"^\s*[【\[]?(?:相关(?:稿件|阅读|文[档章件]|链接|新闻|信息|推荐|资讯|解读)|推荐阅读|延伸阅读"
    r"|热门文章|猜你喜欢|最新文章|更多范文|往期(?:推荐|回顾|精彩|精选|内容))[】\]]?\s*[:：]?\s*$"
)
RELATED_LINES = 25  # the most that stand below the article; more is text
OF_PAGES = r"(?:\s*[,，/]?\s*共\s*\d{1,3}\s*页)?"
PAGE_LINE = re.compile(  # "— 3 —", "第3页 共8页", also behind the title of the plan, "3/8"
    r"\s*(?:[-—–―－·]{1,2}\s*\d{1,3}\s*[-—–―－·]{1,2}"
    rf"|(?:[^。；，]{{0,40}}\s)?第\s*\d{{1,3}}\s*页{OF_PAGES}"
    r"|共\s*\d{1,3}\s*页\s*[,，]?\s*第\s*\d{1,3}\s*页|\d{1,3}\s*/\s*\d{1,3})\s*"
)
ENTRY_WITH_PAGE = re.compile(r".{2,60}?(?:(?:[.．·]\s?){3,}|(?:…\s?)+)\s*\d{1,4}\s*$")
NUMBERED_ENTRY = re.compile(r"\S[\s　]+\d{1,3}\s*$")
FEWEST_ENTRIES = 3  # of a table of contents without its heading
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
    text, tags = without_markup(_mark_pages(reading).translate(RADICALS))
    bookmarks = (Dropped(m[0], "文字处理软件的书签") for m in BOOKMARK.finditer(text))
    dropped = [*reading.dropped, *tags, *bookmarks]
    lines = BOOKMARK.sub("", text).splitlines()
    reasons = _reasons(lines)
    kept = []
    for line, why in zip(lines, reasons, strict=True):
        if why is None:
            kept.append(line)
        elif line.strip():
            dropped.append(Dropped(line.strip().replace(PAGE, ""), why))
            kept += [PAGE] * (PAGE in line)
    return join_broken_lines("\n".join(kept), PAGE), dropped


def _reasons(lines: Sequence[str]) -> list[str | None]:
    """Return for each line why it is no text of the plan, None where it is."""
    reasons: list[str | None] = [None] * len(lines)
    counts = Counter(line.strip() for line in lines)
    titles = {line for line, times in counts.items() if times > 2 and is_title(line)}
    first = next((i for i, line in enumerate(lines) if _is_numbered(line)), len(lines))
    for i, line in enumerate(lines):
        if _is_noise(line):
            reasons[i] = "网站的广告、导航或发布信息"
        elif i < first and says_particulars(line):
            reasons[i] = "网页的信息表"
        elif line.strip() in titles and line.strip() in map(str.strip, lines[:i]):
            reasons[i] = "页眉或页脚"
        elif PAGE_LINE.fullmatch(line.replace(PAGE, "")):
            reasons[i] = "页码"
    for i in _contents(lines):
        reasons[i] = "目录"
    for i in _related(lines):
        reasons[i] = "网站的相关链接"
    return reasons


def _related(lines: Sequence[str]) -> range:
    """Return where the links of a site stand: from 相关阅读 to the end of the text."""
    start = next((i for i, line in enumerate(lines) if RELATED.match(line)), len(lines))
    tail = [line for line in lines[start:] if line.strip()]
    is_links = len(tail) <= RELATED_LINES and not any(map(_is_numbered, tail))
    return range(start, len(lines)) if is_links else range(0)


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
    return not _is_numbered(line)


def _is_numbered(line: str) -> bool:
    return any(mark.opens_line for mark in find_marks(line))


def _contents(lines: Sequence[str]) -> Sequence[int]:
    """Return where the table of contents stands: from 目录 until one of its entries comes again, or
    lines that end in dots and a page number.
    """
    start = next((i for i, line in enumerate(lines) if CONTENTS.match(line)), None)
    if start is None:
        return _contents_without_heading(lines)
    entries = set[str]()
    for i in range(start + 1, len(lines)):
        entry = _entry(lines[i])
        if len(lines[i]) > CONTENTS_LINE_CHARS:
            return ()
        if entry and any(entry.startswith(e) for e in entries):
            return range(start, i) if len(entries) >= 2 else ()
        if entry:
            entries.add(entry)
    return ()


def _contents_without_heading(lines: Sequence[str]) -> Sequence[int]:
    """Return the lines that end in dots and a page number, or in a number and come again without
    it.
    """
    dotted = [i for i, line in enumerate(lines) if ENTRY_WITH_PAGE.fullmatch(line.strip())]
    if len(dotted) >= FEWEST_ENTRIES:
        return dotted
    whole = {re.sub(r"\s", "", line) for line in lines}
    again = [
        i
        for i, line in enumerate(lines)
        if NUMBERED_ENTRY.search(line) and _is_numbered(line) and _entry(line) in whole
    ]
    if len(again) < FEWEST_ENTRIES:
        return ()
    first, last = again[0], again[-1]
    return [i for i in range(first, last + 1) if NUMBERED_ENTRY.search(lines[i])]


def _entry(line: str) -> str:
    return re.sub(r"\s", "", LEADERS.sub("", line))
