"""Plans sent by administrators in chat: looked at, put in, taken out, brought back. It may import
messages, wording, example questions, the bot's tables and the library.
"""
