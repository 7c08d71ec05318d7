"""Pinyin and homophones -> the words that the plans print: dibao and 低宝 are 低保.

The words come from the plans that the reader may see, so nothing can be guessed from a correction.

Not covered: typos that are words themselves; several wrong characters in a row.
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from bot.vocabulary import everyday_words

LATIN = re.compile(r"[a-z]{4,}")  # shorter ones are abbreviations: app, ngo
SYLLABLES = re.compile(r"[a-z]{1,6}(?: [a-z]{1,6})+")  # lai xin lai fang
HAN = re.compile(r"[\u4e00-\u9fff]+")
WORD_CHARS = (2, 3, 4)
COMMON_COUNT = 8  # how often a word stands in the plans before a homophone of it is a typo
PARTICLES = set("一二三四五六七八九十百千万几第的了是在那这个和跟不要有就都得里")


class Spelling:
    """The words of some plans by their sound."""

    def __init__(self, texts: Iterable[str]) -> None:
        from pypinyin import lazy_pinyin

        self._by_sound: dict[str, Counter[str]] = {}
        self._words: Counter[str] = Counter()
        for text in texts:
            for run in HAN.findall(text):
                sounds = lazy_pinyin(run)
                for size in WORD_CHARS:
                    for at in range(len(run) - size + 1):
                        word, sound = run[at : at + size], "".join(sounds[at : at + size])
                        self._words[word] += 1
                        self._by_sound.setdefault(sound, Counter())[word] += 1

    def correct(self, question: str) -> str:
        """Return the question with pinyin spelled out, and characters that fit neither neighbour
        replaced by the homophone that does.
        """
        together = SYLLABLES.sub(lambda m: m[0].replace(" ", ""), question)
        return HAN.sub(lambda m: self._correct_run(m[0]), LATIN.sub(self._spell, together))

    def _spell(self, match: re.Match[str]) -> str:
        """Spell pinyin out: as the word that goes on as the question does, else the commonest."""
        words = [w for w, _ in self._by_sound.get(match[0], Counter()).most_common()]
        following = match.string[match.end() : match.end() + 1]
        going_on = [w for w in words if following and self._words[w + following]]
        return next(iter(going_on + words), match[0])

    def _correct_run(self, run: str) -> str:
        for at in range(len(run)):
            before, after = run[at - 1 : at + 1] if at else "", run[at : at + 2]
            pairs = [pair for pair in (before, after) if len(pair) == 2]
            if run[at] in PARTICLES or any(self._words[p] or _is_word(p) for p in pairs):
                continue
            better = [(p.index(run[at]), w) for p in pairs if (w := self._homophone(p, run[at]))]
            if better:
                place, word = better[0]
                run = run[:at] + word[place] + run[at + 1 :]
        return run

    def _homophone(self, pair: str, wrong: str) -> str | None:
        """Return the common word that sounds like the pair and differs in the wrong character."""
        right = pair.replace(wrong, "", 1)
        words = self._by_sound.get(_sound(pair), Counter())
        return next((w for w, n in words.most_common() if n >= COMMON_COUNT and right in w), None)


@lru_cache(maxsize=4096)
def _sound(word: str) -> str:
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(word))


def _is_word(pair: str) -> bool:
    """Say whether the pair is a word of the language, whatever the plans print."""
    from pypinyin.constants import PHRASES_DICT

    return pair in PHRASES_DICT or any(pair in word for word in everyday_words())
