"""The environment, read once: `Settings`, the types of its values, and their faults in words. It
may import errors, people's identities and the address of a Chroma server, and builds nothing.
"""
