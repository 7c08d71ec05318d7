"""A section becomes its quantified targets: quantities, commitments, deadlines, offices. It may
import plans and numbering.
"""
