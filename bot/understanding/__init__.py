"""A message becomes a request: the plans, years and sections that it names, what is wanted, and in
which words. It may import `knowledge` alone, and decides nothing about answers.
"""
