"""The WeCom AI bot, over the long connection or by callbacks: frames in, streams and cards out.
websockets stays inside it; of ours it may import the common parts of WeCom channels, cutting,
messages, errors, wording, delivery and people's identities.
"""
