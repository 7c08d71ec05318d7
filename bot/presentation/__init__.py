"""An answer becomes a reply: its text, its sources, its buttons. It may import messages, wording,
requests, the check and the library, and does not choose what is said.
"""
