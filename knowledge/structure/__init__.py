"""A text becomes its sections, title and particulars; two versions become what changed; a plan,
what it reports and what it promises. It may import plans, text, numbering and errors, and reads no
file.
"""
