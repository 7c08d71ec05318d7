"""Who may do what, and how often: roles, invitations, joined ids, admission, quotas. Rights are
decided here and nowhere else; it may import messages, wording and the database.
"""
