"""The library at rest: database, catalogue, full text, and the one transaction that publishes a
version. SQL stays inside it; it may import plans, passages, text, errors and the files that are
read.
"""
