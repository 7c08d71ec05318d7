"""The environment, read once: `Settings`, the types of its values, and what is wrong with them in
words. It may import wording, messages and the rights of people, and builds nothing.
"""
