"""Pinyin and homophones -> the words that the plans print: dibao and 低宝 are 低保.

The words come from the plans that the reader may see, so nothing can be guessed from a correction.
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

LATIN = re.compile(r"[a-z]{4,}")  # shorter ones are abbreviations: app, ngo
HAN = re.compile(r"[\u4e00-\u9fff]+")
WORD_CHARS = (2, 3, 4)
TYPO_CHARS = 2
MIN_COUNT = 2  # a homophone that stands once may be a typo itself


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
        """Return the question with pinyin spelled out, and pairs that no plan prints replaced by
        their only homophone.
        """
        return HAN.sub(lambda m: self._correct_run(m[0]), LATIN.sub(self._spell, question))

    def _spell(self, match: re.Match[str]) -> str:
        words = self._by_sound.get(match[0])
        return words.most_common(1)[0][0] if words else match[0]

    def _correct_run(self, run: str) -> str:
        at = 0
        while at + TYPO_CHARS <= len(run):
            pair = run[at : at + TYPO_CHARS]
            if not self._words[pair] and (better := self._homophone(pair)):
                run = run[:at] + better + run[at + TYPO_CHARS :]
            at += 1
        return run

    def _homophone(self, pair: str) -> str | None:
        """Return the word that sounds the same and shares a character, if it is a common one."""
        words = self._by_sound.get(_sound(pair), Counter())
        near = [w for w, n in words.most_common() if n >= MIN_COUNT and set(w) & set(pair)]
        return near[0] if near else None


@lru_cache(maxsize=4096)
def _sound(word: str) -> str:
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(word))
