"""One file a format, and what they share about lines, glyphs and page furniture. It may import
plans, numbering, text, errors and `structure`'s particulars.
"""
