"""The check before sending: what a statement says and its sections do not print. It may import
messages, wording and `knowledge`, and knows neither models nor channels.
"""
