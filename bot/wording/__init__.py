"""Every sentence that people read: `answers` for the assistant, `office` for rights, limits and
running, and a file for each channel. It imports nothing of ours.
"""
