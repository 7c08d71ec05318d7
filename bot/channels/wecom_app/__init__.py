"""The WeCom self-built app: callbacks are kept and acknowledged, then answered in order. It may
import what WeCom channels share, cutting, messages, errors, wording, delivery and who a person is.
"""
