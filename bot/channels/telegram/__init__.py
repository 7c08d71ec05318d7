"""The Telegram channel, by polling or webhook: updates are kept, read, answered in order and
rendered as messages with entities. It alone imports python-telegram-bot; of the bot it knows
messages, wording, settings, delivery and who a person is, and never what answers.
"""
