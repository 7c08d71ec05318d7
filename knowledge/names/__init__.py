"""The readers of names: places, offices and documents, and what they are called for short.

Imports nothing of ours but `knowledge.words`, `knowledge.text` and `knowledge.time`.
"""
