"""A file of any format becomes its text in reading order, in a process of its own with limits. It
may import the words of the project and `structure`'s particulars, and knows no library.
"""
