"""The commands of whoever runs the office, and what they print. It stands above the whole bot and
nothing imports it but the two entry points.
"""
