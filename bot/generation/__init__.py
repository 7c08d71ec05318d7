"""A chat model's wording, sentence by sentence: each is checked before anybody reads it. It may
import the answer that it words, the check, the prompts and messages; LangChain stays inside
`model`.
"""
