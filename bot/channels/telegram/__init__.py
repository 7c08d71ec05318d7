"""The Telegram channel, by polling or webhook: updates are kept, read, answered in order and
rendered as messages with entities. python-telegram-bot stays inside it; of ours it may import
messages, errors, wording, delivery, cutting and the database.
"""
