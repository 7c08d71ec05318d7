"""The readers of names: places, offices and documents, and what they are called for short. It may
import the words, the text and the numbering of the project.
"""
