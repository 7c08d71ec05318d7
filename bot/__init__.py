"""The assistant: a message comes in through a channel, a checked and cited reply goes out."""
