"""Plans in, sections and targets out: files are read, cut at their printed numbers, stored and
searched here.

Nothing in this package knows of chat or of a model's answers.
"""
