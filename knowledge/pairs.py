"""A sentence with 分别 -> which value belongs to which subject, in the order of both lists.

"城乡标准分别提高到860元和745元": the first is the city's, the second the country's.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.quantity import LIST_GAP, Kind, Quantity, read_quantities
from knowledge.text import clauses, read_text
from knowledge.time import read_times

RESPECTIVELY = re.compile("的?(?:分别|依次|各自)")
SEPARATOR = re.compile(r"以及|、|和(?!谐)|(?<!参)与(?!者)|及(?!时|其)")
BOTH_KINDS = {"城乡": ("城市", "农村")}  # one word for two subjects
MEASURED = re.compile(
    r"(?:率|比|比例|占比|比重|度|面|标准|幅|量|数|额|值|增长|下降|水平|覆盖|增速)\Z"
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A subject of a list, as it is to be read, and the quantity that belongs to it; `verb` is what
    stands between the two lists.
    """

    subject: str
    quantity: Quantity
    verb: str = ""


def read_pairs(sentence: str) -> tuple[Pair, ...]:
    """Return the pairs of a sentence; a later 分别 goes on with the subjects of the one before.

    >>> [(p.subject, p.quantity.value) for p in read_pairs("甲、乙分别新增3个和5个")]
    [('甲', '3'), ('乙', '5')]
    """
    text = read_text(sentence).plain
    quantities = [q for q in read_quantities(sentence) if q.kind in (Kind.NUMBER, Kind.HIDDEN)]
    found: list[Pair] = []
    earlier: list[str] = []
    for clause in clauses(text):
        own = [q for q in quantities if clause.start <= q.start < clause.end]
        match = RESPECTIVELY.search(text, clause.start, clause.end)
        begins = match.end() if match else clause.start
        behind = [q for q in own if q.start >= begins]
        values = next((run for run in runs(text, behind) if len(run) > 1), ())
        if not values:
            earlier = [] if own else earlier
            continue
        ends = match.start() if match else values[0].start
        head = _without_times(text[clause.start : ends])
        subjects = _subjects(head, len(values), earlier)
        verb = text[begins : values[0].start] if match else ""
        found += [Pair(s, value, verb) for s, value in zip(subjects, values, strict=False)]
        earlier = earlier or subjects
    return tuple(found)


def _subjects(head: str, count: int, earlier: Sequence[str]) -> list[str]:
    """Return what each value of a list is said of: the subjects of its clause, or those of the list
    before, with what the clause adds to them: 增幅分别达到….
    """
    told = distribute(head, count) if head else []
    if len(set(told)) == count:
        return told
    return [subject + head for subject in earlier] if len(earlier) == count else []


def _without_times(subject: str) -> str:
    """Return a subject without when: 2024年 is no part of 2024年甲、乙."""
    for time in reversed(read_times(subject)):
        subject = subject[: time.start] + subject[time.end :]
    return subject


def runs(text: str, quantities: Sequence[Quantity]) -> list[tuple[Quantity, ...]]:
    """Return the lists of quantities: those with nothing but 、 or 和 between them."""
    found: list[list[Quantity]] = []
    for quantity in quantities:
        if found and LIST_GAP.fullmatch(text, found[-1][-1].bound_end, quantity.start):
            found[-1].append(quantity)
        else:
            found.append([quantity])
    return [tuple(run) for run in found]


def distribute(subject: str, count: int) -> list[str]:
    """Return what each of `count` values is said of; all the same where the words do not tell.

    >>> distribute("城乡低保标准", 2), distribute("小学和初中生均经费", 2)
    (['城市低保标准', '农村低保标准'], ['小学生均经费', '初中生均经费'])
    """
    match = RESPECTIVELY.search(subject)
    head, tail = (subject[: match.start()], subject[match.end() :]) if match else (subject, "")
    for word, kinds in BOTH_KINDS.items():
        if count == len(kinds) and word in head:
            return [head.replace(word, kind, 1) + tail for kind in kinds]
    return [part + tail for part in _parts(head, count)]


def _parts(subject: str, count: int) -> list[str]:
    """Return the members of a list of subjects, each with the words that the last one ends in."""
    parts = [part for part in SEPARATOR.split(subject) if part]
    if count < 2 or len(parts) != count:
        return [subject] * count
    if MEASURED.search(parts[0]):
        return parts
    shared = parts[-1][len(parts[-2]) :]
    return [part + shared for part in parts[:-1]] + parts[-1:]
