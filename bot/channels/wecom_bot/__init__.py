"""The WeCom AI bot, over the long connection or by callbacks: frames in, streams and cards out. It
alone imports websockets; else it may import what WeCom channels share, messages, wording,
settings and delivery.
"""
