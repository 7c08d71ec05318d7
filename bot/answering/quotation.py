"""A passage -> the pieces of it that may be quoted: no half brackets, lists whole.

（牵头：民政局；配合：财政局） stays with the sentence that it speaks of, and 十件实事 with all of
its points.

Not covered: lists whose points carry no mark and end in full stops.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from knowledge.text import split_sentences

OPEN, CLOSED = "（(“《〔【", "）)”》〕】"
LONGEST = 300  # characters: behind it a bracket counts as forgotten
HAN = "[一二三四五六七八九十]"
ASIDE = re.compile(r"^\s*[（(]")
POINT = re.compile(
    rf"^\s*(?:[①-⑳]|{HAN}{{1,2}}[是要](?!{HAN})|第{HAN}{{1,2}}[，、,]"
    rf"|[（(](?:{HAN}{{1,2}}|\d{{1,2}})[）)]|\d{{1,2}}[.．、](?!\d))"
)
FIRST = re.compile(r"^\s*(?:①|一[是要]|第一[，、,]|[（(][一1][）)]|1[.．、](?!\d))")
ANNOUNCES = re.compile(r"：\s*(?:[①-⑳]|一是|[（(]?[1一][）).、])")
LEANS = re.compile(r"^\s*(?:[到至]?20\d\d年[^，,；]{0,4}[，,]?)?分别")
JOINS = re.compile(r"[；;]\s*$")
LIST_CHARS = 1500  # a longer list is cut behind one of its points


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text, each with its brackets closed and the aside behind it.

    >>> sentences_of("改造22个。（牵头：民政局；配合：财政局）每季度调度。")
    ['改造22个。（牵头：民政局；配合：财政局）', '每季度调度。']
    """
    return list(_with_asides(_closed(split_sentences(text))))


def leaning_joined(sentences: Sequence[str]) -> list[str]:
    """Return sentences, with what leans on those before it joined to them: 到2025年底，分别达到…

    >>> leaning_joined(["2024年甲达到5人、乙3人；", "到2025年，分别达到6人和4人。"])
    ['2024年甲达到5人、乙3人；到2025年，分别达到6人和4人。']
    """
    found: list[str] = []
    for sentence in sentences:
        if found and JOINS.search(found[-1]) and LEANS.search(sentence):
            found[-1] += sentence
        else:
            found.append(sentence)
    return found


def whole_sentence(piece: str, text: str) -> str:
    """Return the sentence of `text` that a piece with half a bracket was cut from."""
    if not _left_open(piece) and not _closes_more(piece):
        return piece
    return next((s.strip() for s in sentences_of(text) if piece.strip() in s), piece)


def whole_list(sentence: str, text: str) -> str:
    """Return the list that a sentence is part of, as `text` prints it; the sentence where it is
    part of none.

    >>> whole_list("（2）桥2座；", "实事：（1）路5公里；（2）桥2座；（3）水。每月调度。")
    '实事：（1）路5公里；（2）桥2座；（3）水。'
    """
    pieces = sentences_of(text)
    at = next((i for i, piece in enumerate(pieces) if sentence in piece), None)
    if at is None:
        return sentence
    first, last = _series(pieces, at)
    while first and JOINS.search(pieces[first - 1]):
        first -= 1
    while last + 1 < len(pieces) and JOINS.search(pieces[last]):
        last += 1
    while last > at and sum(map(len, pieces[first : last + 1])) > LIST_CHARS:
        last -= 1
    return "".join(pieces[first : last + 1]).strip() if first < last else sentence


def _series(pieces: Sequence[str], at: int) -> tuple[int, int]:
    """Return the first and the last sentence of the numbered points around `at`, with the one
    that announces them.
    """
    first, last = at, at
    points = [i for i, piece in enumerate(pieces) if POINT.search(piece) or _announces(piece)]
    starts = [i for i in points if FIRST.search(pieces[i]) or _announces(pieces[i])]
    begin = max((i for i in starts if i <= at), default=None)
    if begin is None:
        return first, last
    end = min((i for i in starts if i > begin + 1 or i > at), default=len(pieces))
    inside = [i for i in points if begin <= i < end]
    return (begin, inside[-1]) if len(inside) > 1 and at <= inside[-1] else (first, last)


def _announces(piece: str) -> bool:
    return piece.rstrip().endswith(("：", ":")) or bool(ANNOUNCES.search(piece))


def _closed(sentences: Iterable[str]) -> Iterator[str]:
    """Join sentences as long as a bracket is open."""
    held = ""
    for sentence in sentences:
        held += sentence
        if not _left_open(held) or len(held) > LONGEST:
            yield held
            held = ""
    if held:
        yield held


def _with_asides(sentences: Iterable[str]) -> Iterator[str]:
    """Join what stands in brackets alone to the sentence that it follows."""
    held = ""
    for sentence in sentences:
        if held and not POINT.search(sentence) and (aside := _aside(sentence)):
            held += aside
            sentence = sentence[len(aside) :]
        if held:
            yield held
        held = sentence
    if held:
        yield held


def _aside(sentence: str) -> str:
    """Return the bracket that a sentence begins with, "" where there is none."""
    if not ASIDE.search(sentence):
        return ""
    depth = 0
    for at, char in enumerate(sentence):
        depth += (char in OPEN) - (char in CLOSED)
        if depth == 0 and char in CLOSED:
            return sentence[: at + 1] + ("。" if sentence[at + 1 : at + 2] == "。" else "")
    return ""


def _left_open(text: str) -> bool:
    return sum(text.count(c) for c in OPEN) > sum(text.count(c) for c in CLOSED)


def _closes_more(text: str) -> bool:
    return sum(text.count(c) for c in OPEN) < sum(text.count(c) for c in CLOSED)
