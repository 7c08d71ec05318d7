"""The running of the bot: one process for a library and the socket to it, backup, health, metrics,
logs, the web server. It may import settings, people, delivery, records and the model, and neither a
channel nor what answers.
"""
