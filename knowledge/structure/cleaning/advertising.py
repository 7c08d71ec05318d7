"""What web sites and copiers put around a plan: advertising, navigation, links, 发布信息.

It stands above the first words of the plan or below its last ones, and nowhere else: a plan may
write of its 公众号, of 扫码办理 and of www.… as well. What is a sentence or has a number is the
plan's, unless it speaks to the reader of a site (请勿转载).

Not covered: advertising between two sections, which stays.
"""

import re
from collections.abc import Iterator, Sequence

from knowledge.numbering import opens_with_number
from knowledge.structure.cleaning.particulars import says_particulars
from knowledge.structure.title_lines import is_title

ADVERTISING = "网站的广告、导航或发布信息"
PARTICULARS = "网页的信息表"
LINKS = "网站的相关链接"
# Words to the reader of a site: no office writes so.
TO_READERS = re.compile(
    r"QQ\s*[:：]?\s*\d{5,}|请勿(?:照搬|外传|转载)|禁止外传|原创投稿|转载请|加(?:我)?微信|免责声明"
    r"|本文(?:来自|来源|地址|链接)|(?:扫一扫|扫码)[^。]{0,8}(?:关注|打开|分享)"
    r"|更多(?:精彩|范文|内容|资讯|资料|公文|写作)[^。]{0,20}(?:关注|公众号|微信)"
)
# Short lines of a page: buttons, who put it there, where one is.
NAME = r"\s*[:：丨｜|]\s*[^\d，。]"
OF_A_SITE = re.compile(
    r"责任编辑|打印(?:本页|此页)|关闭(?:窗口|本页)|[上下]一篇|分享(?:到|[:：])|返回(?:顶部|首页)|点击(?:下载|查看|关注)"
    r"|版权(?:所有|归(?!属))|QQ群|会员群|仅供(?:学习|参考)|关注我们|点(?:个|[“\"])[“\"]?(?:在看|赞)|[A-Z一-龥]?ICP[备证]|网站标识码|公网安备|网站地图|(?:\A|【|\s)字[号体][:：]|\d\s发表于"
    r"|(?:网|库|帮|秘|来源|访问|更多|下载|地址)[^。；]{0,12}(?:https?://|www\.)|\A(?:https?://|www\.)\S+\Z"
    r"|\A(?:首页|当前位置|您(?:现在|当前)?的?位置)\s*(?:[:：>》|]|\Z)|\A附件下载"
    rf"|\A[（(]?(?:责?编辑|责编|校对|审核|监制|排版|供稿|来源|信息来源){NAME}{{0,14}}\Z|\A(?:责?编辑|审核){NAME}{{1,6}}\s"
    rf"|\A(?:技术支持|主办单位|承办单位){NAME}*\Z"
    r"|\A(?:浏览次数|阅读次数|阅读量|点击数|发布时间|发布日期|发表时间|时间)\s*[:：]"
    r"\s*[\d年月日:： /-]*\Z"
)
# What a site prints below the article, down to the end of the text.
RELATED = re.compile(
    r"[【\[]?(?:相关(?:稿件|阅读|文[档章件]|链接|新闻|信息|推荐|资讯|解读|报道)|推荐阅读|延伸阅读"
    r"|热门文章|猜你喜欢|最新文章|更多范文|往期(?:推荐|回顾|精彩|精选|内容))[】\]]?\s*[:：]?"
)
LINE_CHARS = 80
RELATED_LINES = 25  # the most that stand below the article; more is text
STOPS = "。；;"
BUTTON_CHARS, FEWEST_BUTTONS = 6, 3  # in a row, each on a line of its own
BUTTONS = frozenset("下载 打印 首页 收藏 分享 关闭 返回 大 中 小 > × 】 |".split())


def noise_around(lines: Sequence[str]) -> dict[int, str]:
    """Return the lines above and below a plan that are not its own, each with why."""
    printed = [line.strip() for line in lines]
    reasons = [_why(line) for line in printed]
    own = [i for i, (x, why) in enumerate(zip(printed, reasons, strict=True)) if _is_own(x, why)]
    if not own:
        return {}
    first, last = own[0], own[-1]
    found = {i: why for i in range(first) if (why := reasons[i])}
    below = range(last + 1, len(lines))
    found |= {i: ADVERTISING for i in below if reasons[i] == ADVERTISING}
    found |= dict.fromkeys(_links(printed, last + 1), LINKS)
    for places in (range(first), below):
        found |= dict.fromkeys(_buttons(printed, reasons, places), ADVERTISING)
    return found


def may_be_noise(line: str) -> bool:
    """True for a line that would be left out if it stood above or below the plan."""
    return bool(_why(line.strip()))


def _why(line: str) -> str:
    """Return why a line is no text of a plan, "" where it may be."""
    if not line or len(line) > LINE_CHARS or opens_with_number(line):
        return ""
    if TO_READERS.search(line) or (line[-1] not in STOPS and OF_A_SITE.search(line)):
        return ADVERTISING
    return PARTICULARS if says_particulars(line) else ""


def _is_own(line: str, why: str) -> bool:
    """True for a sentence, a row of a table or a numbered line of the plan itself."""
    return not why and bool(line) and (line[-1] in STOPS or "|" in line or opens_with_number(line))


def _links(lines: Sequence[str], start: int) -> range:
    """Return where the links of a site stand below a plan: from 相关阅读 to the end of the text."""
    first = next((i for i in range(start, len(lines)) if RELATED.fullmatch(lines[i])), len(lines))
    tail = [line for line in lines[first:] if line]
    return range(first, len(lines)) if len(tail) <= RELATED_LINES else range(0)


def _buttons(lines: Sequence[str], reasons: Sequence[str], places: range) -> Iterator[int]:
    """Yield the lines of a row of buttons: several of a few characters each, 下载, 打印, >."""
    run: list[int] = []
    for i in [*places, -1]:
        line = "" if i < 0 else lines[i]
        if 0 < len(line) <= BUTTON_CHARS and not is_title(line):
            run.append(i)
        elif line or i < 0:
            known = sum(lines[k] in BUTTONS or bool(reasons[k]) for k in run)
            yield from run if len(run) >= FEWEST_BUTTONS and known > 1 else ()
            run = []
