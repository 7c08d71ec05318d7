"""One file per way of reaching the assistant; each turns its own traffic into `Message` and renders
`Reply`.
"""
