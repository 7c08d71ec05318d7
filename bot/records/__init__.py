"""What is written down of every message, and how it is forgotten: the journal, the log line,
feedback. It may import messages, the slash commands, how conversations are kept, the bot's tables
and the database.
"""
