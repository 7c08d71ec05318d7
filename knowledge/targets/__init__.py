"""A section becomes its quantified targets: quantities, commitments, deadlines, offices. It may
import plans, text, the readers of quantities, times and names, and `structure`'s tense.
"""
