"""The text of a file becomes the text of the plan: whole paragraphs, without what pages, sites and
other media left in it, which is kept with the reason. It may import titles and numbers, and knows
no sections.
"""
