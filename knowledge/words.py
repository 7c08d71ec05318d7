"""A text -> its words, and what each is: 星期天 names something, 想先 only joins.

Cut by rjieba, whose dictionary is that of newspapers: words that plans coined stay in pieces, and
what a word is, is a guess. So nothing is refused for it alone.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate, pairwise

# Kinds of words that only join or ask: prepositions, conjunctions, pronouns, particles, adverbs,
# directions, measure words, numerals (rjieba's are those of ICTCLAS).
JOINING_KINDS = tuple("pcrudfqmyeozxk")
VERB, PLACE, TIME, NUMERAL = "v", "ns", "t", "m"
NAME_KINDS = ("ns", "nr", "nz")  # of places, of persons, of other things: how names are cut
KEPT_TEXTS = 4096


@lru_cache(maxsize=KEPT_TEXTS)
def cut(text: str) -> tuple[tuple[str, str], ...]:
    """Return the words of a text in order, each with its kind; unknown words are guessed.

    >>> cut("想先给立法")[0]
    ('想先', 'd')
    """
    import rjieba

    return tuple((word, kind) for word, kind in rjieba.tag(text))


@lru_cache(maxsize=KEPT_TEXTS)
def known_words(text: str) -> tuple[str, ...]:
    """Return the words of a text that the dictionary knows; the rest stays single characters.

    >>> known_words("没有江汀适的文件")
    ('没有', '江', '汀', '适', '的', '文件')
    """
    import rjieba

    return tuple(rjieba.cut(text, hmm=False))


@lru_cache(maxsize=KEPT_TEXTS)
def edges(text: str) -> frozenset[int]:
    """Return the places in a text that stand inside no known word: where a name may begin or end.

    >>> sorted(edges("在海安市场"))
    [0, 1, 3, 5]
    """
    return frozenset(accumulate(map(len, known_words(text)), initial=0))


def parts_at(text: str, at: int) -> bool:
    """True if a text may be parted there: no known word stands across, or one made of two.

    >>> parts_at("云溪市政府", 3), parts_at("海安市场", 3)
    (True, False)
    """
    ends = edges(text)
    if at in ends:
        return True
    rest = text[at : min(end for end in ends if end > at)]
    return len(known_words(rest)[0]) > 1


@lru_cache(maxsize=KEPT_TEXTS)
def words_inside(text: str) -> tuple[str, ...]:
    """Return every known word of a text of two characters or more, those inside longer ones too.

    >>> words_inside("轻工业")
    ('轻工', '轻工业', '工业')
    """
    import rjieba

    return tuple(word for word in rjieba.cut_all(text) if len(word) > 1)


@lru_cache(maxsize=KEPT_TEXTS)
def familiarity(word: str) -> int:
    """Return how often newspapers print a word, 1 where the dictionary does not know it."""
    import rjieba

    return rjieba.suggest_freq(word) if is_known(word) else 1


def is_known(word: str) -> bool:
    """True if the dictionary knows the word."""
    return known_words(word) == (word,)


def warm_up() -> None:
    """Read the dictionary before the first question waits for it: 0.15 seconds."""
    cut("热身")


def pairs_of_words(text: str) -> Iterator[tuple[str, str]]:
    """Yield each pair of characters with the kind of the word it stands in, "" between two."""
    at, kinds = 0, list[tuple[int, int, str]]()
    for word, kind in cut(text):
        kinds.append((at, at + len(word), kind))
        at += len(word)
    for n, (a, b) in enumerate(pairwise(text)):
        yield a + b, next((kind for start, end, kind in kinds if start <= n and n + 2 <= end), "")
