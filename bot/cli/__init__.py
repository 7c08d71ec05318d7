"""The commands that run the office, and their output. It stands above the whole bot, and only the
two entry points import it.
"""
