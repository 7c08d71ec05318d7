"""A text -> the offices it names: 教育局, 卫健委 for 卫生健康委员会, 市政府办.

A short form keeps the first character of the office's name, then others of it in their order, and
may end in another word for an office: 卫健局 and 卫健委. Offices that plans are of are found in
every short form, others by the word that they end with.

Not covered: short forms of other characters; 政府 and 党委 alone, courts, schools, firms; offices
that are only called 部门 or 单位.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledge.names.gazetteer import LEVELS
from knowledge.names.places import find_places
from knowledge.words import PLACE, cut, is_known, parts_at

KEPT_TEXTS = 4096
# What an office's name ends with -> what its short form may end with.
ENDINGS = {
    "委员会": ("委员会", "委", "局"),
    "办公室": ("办公室", "办"),
    "办公厅": ("办公厅", "办"),
    "联合会": ("联合会", "联"),
    "政府": ("政府",),
    "中心": ("中心",),
    "院": ("院",),
    "署": ("署",),
    "局": ("局", "委"),
    "厅": ("厅",),
    "部": ("部",),
    "委": ("委", "局"),
    "办": ("办",),
    "科": ("科",),
    "股": ("股",),
    "联": ("联",),
}
TELLING = ("委员会", "办公室", "办公厅", "局", "厅", "部", "委", "办")  # of an office nobody knows
LEVEL_WORDS = ("国家", "全国", "中央", *LEVELS)
LEAST = 2  # characters of a name before its ending
NOUNS = ("n", "vn", "an", "j", "b", "a")
NAME_CHARS = 20
ABOUT = "关于"
AUTHOR_DOES = ("v", "p", "m")  # behind an author's name: 促进, 对, 2025年
IN_CHARGE = re.compile("的?(?:牵头|负责|承担|主办|主管|配合|责任|管|落实|是吧|对吧|吗|吧|还是)")
ASKED_FOR = re.compile("(?:由|归|是|让|找|[:：])$")
ASSISTS = re.compile("配合|协助|协办|参与")
STRETCH_BEFORE, STRETCH_BEHIND = (
    re.compile(r"[^，,；;。（）()]*\Z"),
    re.compile("[^，,；;。（）()]*"),
)
DOES = re.compile("(?:牵头|负责|配合|落实|分工)$")
GROUPS = ("部门", "单位", "区县", "县区", "各区", "各市")  # 各有关部门: not one office
BETWEEN = re.compile(r"[、，,；;/\s]+|(?:等?(?:牵头|负责|配合|落实|参与|按职责分工|分工))+")


@dataclass(frozen=True, slots=True)
class OfficeName:
    """An office as a text names it; `name` is without its place, full where the office is known.

    `in_charge` is True where the text says or asks that it does something: 教育局牵头; `assists`
    where it only helps: 配合单位：财政局.
    """

    start: int
    end: int
    said: str
    name: str
    in_charge: bool = False
    assists: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    said: str
    kind: str


def find_offices(text: str, known: Iterable[str] = ()) -> tuple[OfficeName, ...]:
    """Return the offices that a text names, in order; `known` are those that plans are of.

    >>> [o.name for o in find_offices("卫健委和市教体局", ["云溪市卫生健康委员会"])]
    ['卫生健康委员会', '教体局']
    """
    kept = list[OfficeName]()
    for office in [*_known(text, known), *_by_ending(text)]:
        if not any(office.start < o.end and o.start < office.end for o in kept):
            kept.append(office)
    return tuple(sorted(kept, key=lambda o: o.start))


def same_office(a: str, b: str) -> bool:
    """True if two names can mean one office, leaving the places aside.

    >>> same_office("卫健委", "云溪市卫生健康委员会"), same_office("教育局", "体育局")
    (True, False)
    """
    a, b = own_name(a), own_name(b)
    return a == b or any(_pattern(y).fullmatch(x) is not None for x, y in ((a, b), (b, a)))


@lru_cache(maxsize=KEPT_TEXTS)
def own_name(office: str) -> str:
    """Return what an office is called in its own place.

    >>> own_name("云溪市民政局"), own_name("国家能源局"), own_name("市人民政府办公室")
    ('民政局', '能源局', '政府办公室')
    """
    places = find_places(office)
    bare = office[places[0].end :] if places and not places[0].start else office
    level = next((w for w in LEVEL_WORDS if bare.startswith(w)), "")
    level = level if level and level != bare and parts_at(bare, len(level)) else ""  # 市场监管局
    bare = (bare if _is_short(bare.removeprefix(level)) else bare.removeprefix(level)) or office
    return bare.replace("人民政府", "政府")


def leading_office(text: str) -> str:
    """Return the office that a title begins with, as an author does: 云溪市教育局关于…, else "".

    >>> leading_office("云溪市大数据局促进数字经济发展若干措施")
    '云溪市大数据局'
    """
    head, about, _ = text.partition(ABOUT)
    if about and _ending(head) and len(head) <= NAME_CHARS:
        return head
    at = 0
    for said, kind in cut(text):
        head = text[:at]
        if head.endswith(TELLING) and kind.startswith(AUTHOR_DOES) and not _is_short(head):
            return head
        at += len(said)
        if at > NAME_CHARS or not kind.startswith((*NOUNS, "c")):
            break
    return ""


def split_offices(said: str) -> tuple[str, ...]:
    """Return the offices of a note on who answers for a task: 市民政局牵头，市财政局配合.

    >>> split_offices("市民政局牵头，市财政局、团市委等配合")
    ('市民政局', '市财政局', '团市委')
    """
    names = (name.removesuffix("等").strip() for name in BETWEEN.split(said))
    return tuple(name for name in names if name)


def are_offices(said: str) -> bool:
    """True if a text is nothing but who answers for a task: offices, or whoever does something.

    >>> are_offices("市民政局、团市委"), are_offices("各县区负责"), are_offices("含市本级")
    (True, True, False)
    """
    names = split_offices(said)
    return bool(names) and (bool(DOES.search(said)) or all(map(_is_office, names)))


def _is_office(name: str) -> bool:
    return _ending(name) != "" or name.endswith(GROUPS)


def _is_short(name: str) -> bool:
    """True if too little of a name stands before its ending: 政府 of 市政府."""
    return len(name) - len(_ending(name)) < LEAST


def _known(text: str, known: Iterable[str]) -> Iterator[OfficeName]:
    for name in sorted({own_name(office) for office in known}, key=len, reverse=True):
        if _ending(name) and not _is_short(name):
            for match in _pattern(name).finditer(text):
                if not _is_short(match[0]) and parts_at(text, match.start()):
                    yield _office(text, match.start(), match.end(), name)


def _by_ending(text: str) -> Iterator[OfficeName]:
    """Yield what ends as an office does: 民政局, 医保 局, 市 工业 和 信息化 局."""
    words, end = list[_Word](), 0
    for said, kind in cut(text):
        words.append(_Word(end, said, kind))
        end += len(said)
        ending = next((e for e in TELLING if said.endswith(e)), "")
        is_noun = kind.startswith(NOUNS) or said == ending  # 委 alone is no noun to a dictionary
        if ending and is_noun and not _is_a_word(said, ending):
            start = _first(words)
            name = own_name(text[start:end])
            if not _is_short(name):
                yield _office(text, start, end, name)


def _is_a_word(said: str, ending: str) -> bool:
    """True if the ending belongs to a word: 新格局, 干部, 村委."""
    if said == ending:
        return False
    stem = said.removesuffix(ending)
    if len(stem) < LEAST:
        return True
    tails = (said[at:] for at in range(1, len(stem)))
    return not is_known(stem) and any(is_known(tail) for tail in tails)


def _first(words: Sequence[_Word]) -> int:
    """Return where the name begins that ends with the last word.

    That is behind a place, its level, a mark or a verb; 和 needs a place or a level in front.
    """
    last, start, crossed = words[-1], words[-1].start, -1
    for word in reversed(words[:-1]):
        if word.said in LEVEL_WORDS or word.kind in (PLACE, "x"):
            return start if crossed < 0 or word.kind != "x" else crossed
        is_joint = word.said in ("和", "与")
        too_long = last.start + len(last.said) - word.start > NAME_CHARS
        if too_long or not (is_joint or word.kind.startswith(NOUNS)):
            break
        if is_joint and crossed < 0:
            crossed = start
        start = word.start
    if last.said not in TELLING and is_known(last.said):
        return last.start
    return crossed if crossed >= 0 else start


def _office(text: str, start: int, end: int, name: str) -> OfficeName:
    acts = IN_CHARGE.match(text, end) or ASKED_FOR.search(text[:start])
    around = STRETCH_BEFORE.search(text, 0, start), STRETCH_BEHIND.match(text, end)
    assists = any(stretch and ASSISTS.search(stretch[0]) for stretch in around)
    return OfficeName(start, end, text[start:end], name, acts is not None, assists)


@lru_cache(maxsize=KEPT_TEXTS)
def _ending(name: str) -> str:
    return next((e for e in ENDINGS if name.endswith(e)), "")


@lru_cache(maxsize=KEPT_TEXTS)
def _pattern(name: str) -> re.Pattern[str]:
    """Return what finds an office's name or a short form of it."""
    ending = _ending(name)
    body = name.removesuffix(ending)
    if not body or not ending:
        return re.compile(re.escape(name))
    rest = "".join(f"{re.escape(c)}?" for c in body[1:])
    ends = "|".join(ENDINGS[ending])
    return re.compile(f"{re.escape(body[0])}{rest}(?:{ends})")
