"""A chat model's wording, sentence by sentence: each is checked before anybody reads it. It may
import the check, the prompts and messages; LangChain stays inside `model`.
"""
