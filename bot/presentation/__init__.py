"""An answer becomes a reply: its text, its sources, its buttons. It may import messages, wording
and the records, and does not choose what is said.
"""
