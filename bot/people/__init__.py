"""Rights and limits: roles, invitations, joined ids, admission, quotas. Rights are decided here and
nowhere else; it may import messages, errors, wording, the slash commands, the bot's tables and the
database.
"""
