"""The ways of reaching the assistant: each turns its own traffic into `Message` and renders
`Reply`. Here lie the terminal and what every channel needs to cut a text; a channel may import
messages, errors, wording, delivery and who a person is, and never what answers.
"""
