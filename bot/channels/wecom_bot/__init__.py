"""The WeCom AI bot, over the long connection or by callbacks: frames in, streams and cards out.
websockets stays inside it; of ours it may import what WeCom channels share, cutting, messages,
errors, wording, delivery and who a person is.
"""
