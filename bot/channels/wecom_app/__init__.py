"""The WeCom self-built app: callbacks are kept and acknowledged, then answered in order. It may
import the common parts of WeCom channels, cutting, messages, errors, wording, delivery and people's
identities.
"""
