"""What is written down of every message, and how it is forgotten: the journal, the log line,
feedback. It may import messages and the database.
"""
