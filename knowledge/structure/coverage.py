"""How much of a file's text a plan keeps: what was left out may have been the plan's own.

What belongs to the page and not to the text (page numbers, contents, scripts) was never to be kept.
"""

from collections.abc import Iterable

from knowledge.plan import Dropped
from knowledge.text import squeeze

LEAST_COVERAGE = 0.98  # below it a person is warned
PROSE_CHARS = 60  # of a line that navigation and page furniture never reach
# Left out for words that plans may print too: every character counts as lost.
GUESSED = ("网站的广告、导航或发布信息", "标题前的网页文字", "网站的相关链接")
# Left out for the place where it stands: lost only where a line is as long as prose.
PLACED = ("网页的页眉和导航", "网页的页脚", "网页的相关链接", "页眉或页脚", "斜排的文字，多为水印")


def coverage(kept: int, dropped: Iterable[Dropped]) -> float:
    """Return the share of the characters that are kept, of these and those that may be lost.

    >>> coverage(90, [Dropped("扫码关注我们领取范文", "网站的广告、导航或发布信息")])
    0.9
    """
    lost = sum(map(_lost_chars, dropped))
    return kept / (kept + lost) if lost else 1.0


def _lost_chars(dropped: Dropped) -> int:
    """Return how many characters may be text of the plan."""
    lines = [squeeze(line) for line in dropped.text.splitlines()]
    if dropped.why in GUESSED:
        return sum(map(len, lines))
    return sum(len(x) for x in lines if len(x) >= PROSE_CHARS) * (dropped.why in PLACED)
