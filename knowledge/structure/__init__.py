"""A text becomes its sections, title and particulars; two versions become what changed. It may
import plans, numbering and errors, and reads no file.
"""
