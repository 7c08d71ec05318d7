"""The WeCom self-built app: callbacks are kept and acknowledged, then answered in order. It may
import what WeCom channels share, messages, wording, settings and delivery.
"""
