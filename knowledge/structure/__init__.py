"""A text becomes its sections, title and particulars; two versions become what changed. It may
import the words of the project, and reads no file.
"""
