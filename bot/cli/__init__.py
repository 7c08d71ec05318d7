"""The commands of whoever runs the office, and what they print. It stands above the whole bot, and
only the two entry points import it.
"""
