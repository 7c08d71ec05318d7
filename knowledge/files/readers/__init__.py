"""One file a format, and what they share about lines, glyphs and page furniture. It may import the
words of the project and `structure`.
"""
