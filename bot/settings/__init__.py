"""The environment, read once: `Settings`, the types of its values, and what is wrong with them in
words. It may import errors, who a person is and the address of a Chroma server, and builds nothing.
"""
