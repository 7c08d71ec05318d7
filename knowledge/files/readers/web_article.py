"""The lines of a web page -> which of them are the article, and why the others are not.

The article is the innermost element that holds nearly all prose: sentences and numbered lines that
are no links. Known containers of government sites are only hints. Inside it, share buttons, lists
of links and the like are still left out, one by one.

Not covered: pages whose text is spread over several columns of prose, articles cut into pages.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bs4.element import Tag

from knowledge.files.readers.web_text import WebLine, is_grid
from knowledge.numbering import find_marks
from knowledge.structure.cleaning.particulars import says_particulars

HINTS = re.compile(
    r"zoom|trs_editor|trs_uedit\w*|ucap-?content|article-?con(?:tent)?|pages_content"
    r"|news_?con(?:tent)?|con(?:tent)?_?text|xxgk_?content|detail-?con(?:tent)?",
    re.IGNORECASE,
)
HINT_SHARE = 0.5  # of the prose that a hinted element must hold
ARTICLE_SHARE = 0.85  # of the prose that a child must hold to be the article instead of its parent
CLIMB = 2  # parents that may add an opening or a signature standing outside the innermost element
CONTAINERS = frozenset("article body center div form html main section table tbody td tr".split())
MARK_WEIGHT = 20  # characters that a section number at the start of a line counts for
PROSE_CHARS = 15
PROSE = re.compile("[，。；]")
SIGNED_DATE = re.compile(r"[\d〇零○一二三四五六七八九]{4}年[\d一二三四五六七八九十]{1,3}月.{1,3}日")
LINK_SHARE = 0.8  # of an element's characters, above which it is a list of links
LINK_LINES = 3
ATTACHMENT = re.compile(r"附\s*件|\.(?:docx?|wps|pdf|xlsx?|zip|ofd)\b", re.IGNORECASE)
SHORT = 80  # characters; longer lines are text whatever words they hold

NAVIGATION, FOOT, LINKS = "网页的页眉和导航", "网页的页脚", "网页的相关链接"
ROLES = (
    ("网页的分享、打印等按钮", "b?share|bdsharebuttonbox|tools?|toolbar|print|fontsize|qrcode|ewm"),
    ("网页的当前位置", "crumbs?|breadcrumbs?|bread|dqwz|weizhi|location|position"),
    (LINKS, r"relat\w+|relevant|recommend|xg(?:xx|wj|jd|zc|yd)|pager|prev|next|side(?:bar)?"),
    (FOOT, "footer|foot|copyright|beian|bottom"),
    (NAVIGATION, "nav|navbar|sitenav|menu|header|head|top|banner|search|login"),
)
ROLE_NAMES = {"nav": NAVIGATION, "header": NAVIGATION, "footer": FOOT, "aside": LINKS}
ROLE_PATTERNS = tuple(
    (why, re.compile(rf"(?<![a-z])(?:{words})(?![a-z])", re.IGNORECASE)) for why, words in ROLES
)
BUTTONS = re.compile(
    r"分享到|打印(?:本页|此页)?[】\]]|打印本页|关闭(?:本页|窗口)|[【\[]\s*关闭|返回顶部|字\s*[号体]\s*[：:]|扫一扫"
    r"|上一篇|下一篇|责任编辑|浏览次数|点击(?:数|量)|^相关(?:链接|阅读|文章|新闻|文件|稿件|解读|附件下载)[：:]?$"
    r"|^延伸阅读|您(?:现在|当前)?(?:所在)?的位置|当前位置|ICP备|公网安备|网站标识码"
)
FOOTER = re.compile(
    r"版权所有|备案号?[：:]|主办(?:单位)?[：:]|承办(?:单位)?[：:]|技术支持[：:]|网站地图|建议使用.{0,20}浏览"
    r"|未经.{0,8}(?:授权|许可)|Copyright|ICP备|公网安备|网站标识码|无障碍|联系我们",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Element:
    """What is known of an element: the part of the page it says it is, and sums over its lines."""

    role: str | None
    prose: int = 0
    chars: int = 0
    linked: int = 0
    link_lines: int = 0
    has_attachment: bool = False

    def add(self, line: WebLine) -> None:
        """Count a line that stands in the element."""
        self.prose += weight(line)
        self.chars += len(line.text)
        self.linked += line.linked
        self.link_lines += line.linked > LINK_SHARE * len(line.text)
        self.has_attachment |= bool(ATTACHMENT.search(line.text))

    @property
    def is_link_list(self) -> bool:
        """Nothing but links; a list of attachments is not meant."""
        is_linked = self.linked > LINK_SHARE * self.chars and self.link_lines >= LINK_LINES
        return is_linked and not self.has_attachment


Elements = dict[int, Element]  # by id(tag): hashing a bs4 tag writes out its whole markup


@dataclass(frozen=True, slots=True)
class Article:
    """The element that holds the article."""

    root: Tag
    elements: Elements

    def why_not(self, line: WebLine) -> str | None:
        """Return why a line is no part of the article, None if it is."""
        around = list(_up(line.at))
        is_inside = any(tag is self.root for tag in around)
        if is_inside:
            around = around[: next(i for i, tag in enumerate(around) if tag is self.root)]
        elements = [self.elements[id(tag)] for tag in around]
        if why := next((why for e in elements if (why := _why_left_out(e, is_inside))), None):
            return why
        if len(line.text) <= SHORT and not opens_with_number(line):
            if BUTTONS.search(line.text):
                return "网页的按钮或发布信息"
            if not is_inside and FOOTER.search(line.text):
                return FOOT
        return None if is_inside else "正文以外的网页文字"


def find_article(lines: Sequence[WebLine]) -> Article:
    """Return where the article of a page stands; `lines` are all lines of the page."""
    elements = measure(lines)
    most = HINT_SHARE * max(element.prose for element in elements.values())

    def plays_a_role(line: WebLine) -> bool:
        """A role never takes most of the page: <div class="top-nav-and-all"> is no navigation."""
        around = (elements[id(tag)] for tag in _up(line.at))
        return any(element.role and element.prose < most for element in around)

    prose = _sum_prose([line for line in lines if not plays_a_role(line)] or lines)
    heaviest = max(lines, key=lambda line: (not plays_a_role(line), weight(line)))
    way = list(_up(heaviest.at))
    return Article(_hinted(way, prose) or _climb(_descend(way, prose), prose), elements)


def measure(lines: Sequence[WebLine]) -> Elements:
    """Return every element that lines stand in, with its sums."""
    elements: Elements = {}
    for line in lines:
        for tag in _up(line.at):
            if id(tag) not in elements:
                elements[id(tag)] = Element(role(tag))
            elements[id(tag)].add(line)
    return elements


def weight(line: WebLine) -> int:
    """Return how much a line speaks for an article: its characters, if it is prose or numbered."""
    if len(line.text) <= SHORT and (BUTTONS.search(line.text) or FOOTER.search(line.text)):
        return 0
    if says_particulars(line.text):
        return 0
    own = len(line.text) - line.linked
    if own > 1 and opens_with_number(line):
        return own + MARK_WEIGHT
    if own >= PROSE_CHARS and PROSE.search(line.text):
        return own
    return int(bool(SIGNED_DATE.fullmatch(line.text)))


def opens_with_number(line: WebLine) -> bool:
    """Say whether a section number stands at the start of the line."""
    first = next(find_marks(line.text), None)
    return first is not None and first.opens_line


def role(tag: Tag) -> str | None:
    """Return which part of the page a tag says it is, by its name, class and id."""
    if tag.name in ROLE_NAMES:
        return ROLE_NAMES[tag.name]
    words = " ".join(_words(tag))
    return next((why for why, pattern in ROLE_PATTERNS if pattern.search(words)), None)


def _why_left_out(element: Element, is_inside: bool) -> str | None:
    # Inside the article, a head without links is its title and 文号, a bottom its signature.
    if element.role and element.prose == 0 and (element.linked > 0 or not is_inside):
        return element.role
    return LINKS if element.is_link_list else None


def _words(tag: Tag) -> list[str]:
    return [str(word) for word in [*tag.get_attribute_list("class"), tag.get("id")] if word]


def _up(tag: Tag) -> Iterator[Tag]:
    """Yield the element and those around it, up to the page."""
    yield tag
    yield from (parent for parent in tag.parents if parent.name != "[document]")


def _sum_prose(lines: Sequence[WebLine]) -> Counter[int]:
    """Return the prose in every element, over these lines only."""
    prose: Counter[int] = Counter()
    for line in lines:
        here = weight(line)
        for tag in _up(line.at):
            prose[id(tag)] += here
    return prose


def _hinted(way: Sequence[Tag], prose: Counter[int]) -> Tag | None:
    """Return the outermost known container that holds most of the prose."""
    needed = HINT_SHARE * max(prose.values())
    hinted = (tag for tag in reversed(way) if any(HINTS.fullmatch(word) for word in _words(tag)))
    return next((tag for tag in hinted if prose[id(tag)] >= needed), None)


def _descend(way: Sequence[Tag], prose: Counter[int]) -> Tag:
    """Return the innermost element that holds nearly all prose; `way` leads up from its midst."""
    down = [tag for tag in reversed(way) if _may_hold(tag)] or [way[-1]]
    root = down[0]
    for tag in down[1:]:
        if prose[id(tag)] < ARTICLE_SHARE * prose[id(root)]:
            break
        root = tag
    return root


def _may_hold(tag: Tag) -> bool:
    table = tag if tag.name == "table" else tag.find_parent("table")
    return tag.name in CONTAINERS and not (isinstance(table, Tag) and is_grid(table))


def _climb(root: Tag, prose: Counter[int]) -> Tag:
    """Return the parent instead, where it adds prose: an opening, a signature, an annex."""
    parents = [tag for tag in _up(root) if tag.name in CONTAINERS][1 : CLIMB + 1]
    heavier = [tag for tag in parents if prose[id(tag)] > prose[id(root)]]
    return heavier[-1] if heavier else root
