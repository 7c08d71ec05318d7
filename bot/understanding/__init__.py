"""A message becomes a request: the plans, years and sections that it names, what is wanted, and in
which words. It may import messages, wording, records' conversations and `knowledge`, and decides
nothing about answers.
"""
