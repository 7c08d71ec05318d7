"""The record of every message, and forgetting: the journal, the log line, feedback. It may import
messages, the slash commands, the notes of conversations, the bot's tables and the database.
"""
