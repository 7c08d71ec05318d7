"""A writer of ONNX files, as small as ours need it: nodes, constants, float32 in and out.

The format is protobuf (github.com/onnx/onnx, onnx.proto); the numbers below are its field numbers.
"""

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

IR_VERSION, OPSET, MICROSOFT_OPSET = 9, 18, 1
MICROSOFT = "com.microsoft"  # onnxruntime's own operators
TYPES = {"float32": 1, "uint8": 2, "int8": 3, "int64": 7}
FLOAT, INT = (2, 1), (3, 2)  # of an attribute: the field of its value, its type


class OnnxGraph:
    """Nodes and constants in the order in which they were written."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._constants: set[str] = set()

    def constant(self, name: str, value: NDArray[Any]) -> str:
        """Write a constant, once, and return its name."""
        if name not in self._constants:
            self._constants.add(name)
            shape = b"".join(_field(1, size) for size in value.shape)
            kind = _field(2, TYPES[value.dtype.name]) + _field(8, name)
            raw = _field(9, np.ascontiguousarray(value).tobytes())
            self._parts.append(_field(5, shape + kind + raw))
        return name

    def node(
        self, operator: str, inputs: list[str], out: str, domain: str = "", **options: int | float
    ) -> str:
        """Write a node with one output and return the output's name."""
        self.nodes(operator, inputs, [out], domain, **options)
        return out

    def nodes(
        self,
        operator: str,
        inputs: list[str],
        outs: list[str],
        domain: str = "",
        **options: int | float,
    ) -> None:
        """Write a node with several outputs."""
        node = b"".join(_field(1, name) for name in inputs)
        node += b"".join(_field(2, name) for name in outs)
        node += _field(3, outs[0]) + _field(4, operator)
        for name, value in options.items():
            number, kind = FLOAT if isinstance(value, float) else INT
            node += _field(5, _field(1, name) + _field(number, value) + _field(20, kind))
        self._parts.append(_field(1, node + _field(7, domain)))

    def file(self, inputs: list[bytes], outputs: list[bytes]) -> bytes:
        """Return the whole file; inputs and outputs are made by `tensor`."""
        ends = [_field(11, given) for given in inputs] + [_field(12, made) for made in outputs]
        graph = b"".join([*self._parts, _field(2, "graph"), *ends])
        sets = _operators("", OPSET) + _operators(MICROSOFT, MICROSOFT_OPSET)
        return _field(1, IR_VERSION) + _field(7, graph) + sets


def tensor(name: str, *shape: int | str) -> bytes:
    """Return an input or output of float32; a size that varies has a name."""
    sizes = b"".join(_field(1, _field(1 if isinstance(size, int) else 2, size)) for size in shape)
    return _field(1, name) + _field(2, _field(1, _field(1, TYPES["float32"]) + _field(2, sizes)))


def _operators(domain: str, version: int) -> bytes:
    return _field(8, _field(1, domain) + _field(2, version))


def _field(number: int, value: int | float | str | bytes) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    if isinstance(value, float):
        return _varint(number << 3 | 5) + struct.pack("<f", value)
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    """Return seven bits a byte, lowest first; negative numbers as 64 bits."""
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])
