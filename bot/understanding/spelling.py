"""Pinyin and homophones -> the words that the plans print: dibao and 低宝 are 低保.

The words come from the plans that the reader may see, so nothing can be guessed from a correction.
Nothing is prepared: a question sounds out only the pairs of characters that could be meant, each
once for all plans; 60 plans print 3,300 pairs, and to sound out their whole text took 4 seconds.

Not covered: typos that are words themselves; several wrong characters in a row.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from bot.understanding.lexicon import find_words, without
from bot.understanding.synonyms import everyday_words

LATIN = re.compile(r"[a-z]{4,}")  # shorter ones are abbreviations: app, ngo
SYLLABLES = re.compile(r"[a-z]{1,6}(?: [a-z]{1,6})+")  # lai xin lai fang
HAN = re.compile(r"[\u4e00-\u9fff]+")
LONGEST_WORD = 4  # characters that pinyin is spelled out to
COMMON_COUNT = 6  # passages that print a word before a homophone of it is a typo
PARTICLES = set("一二三四五六七八九十百千万几第的了是在那这个和跟不要有就都得里")
KEPT_SOUNDS = 100_000  # of pairs; a large library prints as many


class Spelling:
    """The words of some plans by their sound.

    `vocabulary` says how many passages print each pair of characters (other terms are ignored);
    `texts` returns the passages, for words of three and four characters.
    """

    def __init__(
        self, vocabulary: Mapping[str, int], texts: Callable[[], Sequence[str]] = list
    ) -> None:
        self._pairs = {w: n for w, n in vocabulary.items() if len(w) == 2 and HAN.fullmatch(w)}
        self._texts = texts
        self._by_first, self._by_second = dict[str, list[str]](), dict[str, list[str]]()
        for pair in self._pairs:
            self._by_first.setdefault(pair[0], []).append(pair)
            self._by_second.setdefault(pair[1], []).append(pair)

    def correct(self, question: str) -> str:
        """Return the question with pinyin spelled out, and characters that fit neither neighbour
        replaced by the homophone that does.
        """
        together = SYLLABLES.sub(lambda m: m[0].replace(" ", ""), question)
        spelled = LATIN.sub(self._spell, together)
        known = find_words(spelled)
        rest = without(spelled, known)
        corrected = HAN.sub(lambda m: self._correct_run(m[0]), rest)
        for word in known:  # what the lexicon knows is no typo
            kept = spelled[word.start : word.end]
            corrected = corrected[: word.start] + kept + corrected[word.end :]
        return corrected

    def prints(self, word: str) -> bool:
        """Say whether the plans print a word, or a part of it."""
        return any(self._pairs.get(a + b) for a, b in pairwise(word))

    def _spell(self, match: re.Match[str]) -> str:
        """Spell pinyin out: as the word that goes on as the question does, else the commonest."""
        counts = self._count(self._words_of(match[0]))
        words = [word for word, _ in counts.most_common()]
        following = match.string[match.end() : match.end() + 1]
        going_on = [w for w in words if self._pairs.get(w[-1] + following)]
        return next(iter(going_on + words), match[0])

    def _words_of(self, sound: str) -> Iterator[str]:
        """Yield what sounds so and may be a word: each two neighbours in it are printed so."""
        for pair in self._pairs:
            first, second = _sounds(pair)
            if sound.startswith(first + second):
                yield from self._going_on(pair, sound.removeprefix(first + second))

    def _going_on(self, word: str, rest: str) -> Iterator[str]:
        """Yield the words that begin with this one and end where the sound does."""
        if not rest:
            yield word
        elif len(word) < LONGEST_WORD:
            for pair in self._by_first.get(word[-1], ()):
                if rest.startswith(sound := _sounds(pair)[1]):
                    yield from self._going_on(word + pair[1], rest.removeprefix(sound))

    def _count(self, words: Iterator[str]) -> Counter[str]:
        """Return how often each word is printed, of those that are."""
        found = dict.fromkeys(words)
        texts = self._texts() if any(len(word) > 2 for word in found) else ()
        counts = Counter(
            {w: self._pairs.get(w) or sum(text.count(w) for text in texts) for w in found}
        )
        return +counts

    def _correct_run(self, run: str) -> str:
        for at in range(len(run)):
            before, after = run[at - 1 : at + 1] if at else "", run[at : at + 2]
            pairs = [pair for pair in (before, after) if len(pair) == 2]
            if run[at] in PARTICLES or any(self._pairs.get(p) or _is_word(p) for p in pairs):
                continue
            better = [(p.index(run[at]), w) for p in pairs if (w := self._homophone(p, run[at]))]
            if better:
                place, word = better[0]
                run = run[:at] + word[place] + run[at + 1 :]
        return run

    def _homophone(self, pair: str, wrong: str) -> str | None:
        """Return the common word that sounds like the pair and differs in the wrong character."""
        kept_first = pair[0] != wrong
        near = self._by_first.get(pair[0], ()) if kept_first else self._by_second.get(pair[1], ())
        alike = [
            word
            for word in near
            if self._pairs[word] >= COMMON_COUNT and _sounds(word) == _sounds(pair)
        ]
        return max(alike, key=self._pairs.__getitem__, default=None)


def warm_up() -> None:
    """Read the dictionary of sounds before the first question waits for it: 0.3 seconds."""
    _sounds("热身")
    _is_word("热身")


@lru_cache(maxsize=KEPT_SOUNDS)
def _sounds(pair: str) -> tuple[str, str]:
    """Return the sound of each of two characters, as they are read together."""
    from pypinyin import lazy_pinyin

    found = lazy_pinyin(pair)
    # characters without a sound come back as they are, and in one piece
    return (found[0], found[1]) if len(found) == 2 else (pair[0], pair[1])


@lru_cache(maxsize=KEPT_SOUNDS)
def _is_word(pair: str) -> bool:
    """Say whether the pair is a word of the language, whatever the plans print."""
    from pypinyin.constants import PHRASES_DICT

    return pair in PHRASES_DICT or any(pair in word for word in everyday_words())
