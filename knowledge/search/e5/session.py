"""A graph in onnxruntime, for threads that each compute a batch alone."""

from collections.abc import Callable
from pathlib import Path

from knowledge.search.e5.weights import Floats

RunGraph = Callable[[Floats], list[Floats]]  # the rows of tokens -> every output


def open_session(graph: Path | bytes) -> RunGraph:
    """Open a graph, from its file or as it is.

    Raises:
        Exception: onnxruntime is missing or refuses it; its errors share no type.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # The next level joins Add and LayerNormalization into an operator eight times as slow.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    session = onnxruntime.InferenceSession(
        graph if isinstance(graph, bytes) else str(graph), options, ["CPUExecutionProvider"]
    )

    def run(rows: Floats) -> list[Floats]:
        outputs: list[Floats] = session.run(None, {"rows": rows})
        return outputs

    return run
