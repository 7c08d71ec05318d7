"""Plans sent by administrators in chat: looked at, put in, taken out, brought back. It may import
people, presentation, records and the library.
"""
