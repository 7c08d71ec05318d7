"""Passages by meaning and by words, fused: embeddings and their cache, Chroma, an exact scan. It
may import plans, passages, text, errors and `storage`; Chroma and the embedding libraries stay
inside it.
"""
