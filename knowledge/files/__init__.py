"""A file of any format becomes its text in reading order, in a process of its own with limits. It
may import its readers, plans, errors and `structure`'s metadata, and knows no library.
"""
