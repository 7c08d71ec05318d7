"""A section becomes its quantified targets: quantities, commitments, deadlines, offices. It may
import the words of the project and `structure`'s numbering of lines.
"""
