"""The common parts of all channels between a platform and the assistant: an inbox on disk, a worker
that answers it in order, buttons, quotas and leases. It may import messages, errors, wording, the
bot's tables and the database, and never what answers.
"""
