"""The common parts of both WeCom channels: the envelope, the gate before it, members, cards and the
server's API. It may import messages, errors, wording and delivery, and no channel.
"""
