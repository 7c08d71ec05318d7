"""What keeps the bot running: one process for a library and the socket to it, backup, health,
metrics, logs, the web server. It may import the assistant's parts, and no channel.
"""
