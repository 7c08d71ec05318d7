"""A text becomes its sections, title and particulars; two versions become what changed; a plan,
what it reports and what it promises. It may import plans, text, numbering, errors and the shared
readers (quantities), and reads no file.
"""
